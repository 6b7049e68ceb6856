use chrono::Duration;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Cashier, CashierError, SETTLED_SECONDS, take_in};
use crate::db::DbError;
use crate::domain::facts::Facts;
use crate::domain::returns::RefundState;
use crate::models::books;
use crate::models::chargeback::Chargeback;
use crate::models::payment::Payment;
use crate::models::refund::{self, Asked, Refund, RefundRequest};
use crate::stripe::StripeError;
use crate::stripe::refund::NewRefund;

/// Stripe forgets an idempotency key after 24 hours; from then on repeating would give the money back twice.
const KEY_HOURS: i64 = 23;
/// How long Stripe may answer with failures before its list is believed to show what there is.
const ANSWERED_MINUTES: i64 = 10;

/// What asking for a refund came to.
#[derive(Clone, Debug)]
pub enum Refunding {
    /// Not even written down; why not.
    Not(Asked),
    /// Written down, and where it stands. Still requested: Stripe did not answer; it will be asked again.
    Stands(Refund),
}

impl Cashier {
    /// Gives money back: writes it down, then tells Stripe. Safe to be interrupted anywhere: what is written down is sent by
    /// the sweep, with the same key.
    ///
    /// # Errors
    /// [`DbError`]: nothing was written down, or the connection broke while it was.
    pub async fn refund(&self, request: RefundRequest, deadline: Instant) -> Result<Refunding, DbError> {
        let now = self.clock.now();
        let asked = self.db.write(move |conn| refund::request(conn, &request, now)).await?;
        let Asked::Requested(requested) = asked else { return Ok(Refunding::Not(asked)) };
        match self.send_refund(requested.id, deadline).await {
            Ok(Some(sent)) => Ok(Refunding::Stands(sent)),
            Ok(None) => Ok(Refunding::Stands(requested)),
            Err(error) => {
                tracing::warn!(target: "quittance::money", refund = %requested.id, %error, "a refund will be sent later");
                Ok(Refunding::Stands(requested))
            }
        }
    }

    /// Sends every refund that a process which has ended has left behind.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn send_left_behind(&self) -> Result<(), DbError> {
        self.send_soon(self.db.read(refund::all_requested).await?);
        Ok(())
    }

    /// Sends refunds without keeping anybody waiting; what fails is left to the sweep.
    pub(super) fn send_soon(&self, refunds: Vec<Uuid>) {
        for id in refunds {
            let cashier = self.clone();
            tokio::spawn(async move {
                let deadline = cashier.stripe.deadline();
                if let Err(error) = cashier.send_refund(id, deadline).await {
                    tracing::warn!(target: "quittance::money", refund = %id, %error, "a refund will be sent later");
                }
            });
        }
    }

    /// Tells Stripe of a refund that it has not answered yet. The row as it stands then.
    ///
    /// # Errors
    /// [`CashierError`]; the next try carries the same key.
    pub async fn send_refund(&self, id: Uuid, deadline: Instant) -> Result<Option<Refund>, CashierError> {
        let Some((row, payment)) = self.db.read(move |conn| refund::with_payment(conn, id)).await? else {
            return Ok(None);
        };
        let (RefundState::Requested, Some(intent_id)) = (row.state(), payment.stripe_payment_intent_id.clone()) else {
            return Ok(Some(row));
        };
        // Since it was asked for, the bank may have taken the money, or the database may have become a restored copy.
        let (barred, closed) = self
            .db
            .snapshot(move |conn| Ok((refund::is_charged_back(conn, row.payment_id)?, books::are_closed(conn)?)))
            .await?;
        if closed {
            return Ok(Some(row));
        }
        let new = NewRefund { id, payment_id: payment.id, intent_id, amount: row.amount, origin: row.origin.clone() };
        let age = self.clock.now() - row.created_at;
        let made = if barred || age > Duration::hours(KEY_HOURS) {
            None
        } else {
            Some(self.stripe.create_refund(&new, deadline).await)
        };
        let refusal = match made {
            Some(Ok(answer)) => {
                let facts = answer.facts(None).ok_or_else(unreadable)?;
                return self.learn(row.id, Facts::Refund(facts)).await;
            }
            Some(Err(StripeError::Refused { status: 400 | 402 | 404, code, request_id })) => {
                tracing::warn!(target: "quittance::stripe", code, request_id, refund = %id, "Stripe refused a refund");
                code
            }
            // Stripe replays its own failure for this key; whether it came before or after the effect, the list tells.
            Some(Err(StripeError::Unavailable { replayed: true, .. })) if age > Duration::seconds(SETTLED_SECONDS) => {
                "stripe_failure".to_owned()
            }
            // The same without saying that it is a replay. An attempt may still be under way for a while, and money is to move.
            Some(Err(StripeError::Unavailable { answered: true, .. })) if age > Duration::minutes(ANSWERED_MINUTES) => {
                "stripe_failure".to_owned()
            }
            Some(Err(error)) => return Err(error.into()),
            None if barred => "charged_back".to_owned(),
            None => "not_sent".to_owned(),
        };
        // A refusal may be about a second try, so what the first one did is looked for before it is believed.
        let all = self.stripe.refunds_of(&new.intent_id, deadline).await?;
        let own = all.iter().filter_map(|r| r.facts(None)).find(|facts| facts.own_id == Some(id));
        if let Some(facts) = own {
            return self.learn(row.id, Facts::Refund(facts)).await;
        }
        let now = self.clock.now();
        Ok(self.db.write(move |conn| refund::refused(conn, id, &refusal, now)).await?)
    }

    /// Asks Stripe what became of a refund, or tells it of one that it has not answered.
    ///
    /// # Errors
    /// [`CashierError`].
    pub async fn follow_refund(&self, row: &Refund, deadline: Instant) -> Result<(), CashierError> {
        let Some(stripe_id) = &row.stripe_refund_id else {
            return self.send_refund(row.id, deadline).await.map(drop);
        };
        let facts = match self.stripe.refund(stripe_id, deadline).await {
            Ok(answer) => answer.facts(None).ok_or_else(unreadable)?,
            // Another account, or wiped test data: nothing to learn there any more.
            Err(error) if error.is_missing() => {
                tracing::error!(target: "quittance::money", refund = %row.id, "Stripe does not know a refund");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.learn(row.id, Facts::Refund(facts)).await.map(drop)
    }

    /// Reads all refunds of a payment from Stripe and applies each.
    ///
    /// # Errors
    /// [`CashierError`].
    pub async fn follow_refunds_of(&self, payment: &Payment, deadline: Instant) -> Result<(), CashierError> {
        let Some(intent) = &payment.stripe_payment_intent_id else { return Ok(()) };
        let all: Vec<Facts> = self
            .stripe
            .refunds_of(intent, deadline)
            .await?
            .iter()
            .filter_map(|refund| refund.facts(None))
            .map(Facts::Refund)
            .collect();
        let (expected, now, read) = (self.expected.clone(), self.clock.now(), payment.clone());
        let refunds = self
            .db
            .write(move |conn| {
                let mut refunds = Vec::new();
                for facts in &all {
                    refunds = take_in(conn, facts, &expected, None, now)?.1;
                }
                refund::now_sure(conn, &read).map(|()| refunds)
            })
            .await?;
        self.send_soon(refunds);
        Ok(())
    }

    /// Asks Stripe where a chargeback stands.
    ///
    /// # Errors
    /// [`CashierError`].
    pub async fn follow_chargeback(&self, row: &Chargeback, deadline: Instant) -> Result<(), CashierError> {
        let answer = match self.stripe.dispute(&row.stripe_dispute_id, deadline).await {
            Ok(answer) => answer,
            Err(error) if error.is_missing() => {
                tracing::error!(target: "quittance::money", chargeback = %row.id, "Stripe does not know a chargeback");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        Ok(self.apply(Facts::Chargeback(answer.facts(None))).await?)
    }

    /// Applies facts that Stripe answered with. The refund as it stands then.
    async fn learn(&self, id: Uuid, facts: Facts) -> Result<Option<Refund>, CashierError> {
        let (expected, now) = (self.expected.clone(), self.clock.now());
        let (row, refunds) = self
            .db
            .write(move |conn| {
                let (_, refunds) = take_in(conn, &facts, &expected, None, now)?;
                refund::find(conn, id).map(|row| (row, refunds))
            })
            .await?;
        // This one has its answer; others of the debt may not.
        self.send_soon(refunds);
        if let Some(row) = &row {
            tracing::info!(target: "quittance::money", refund = %row.id, state = row.state().name(), "a refund moved on");
        }
        Ok(row)
    }
}

fn unreadable() -> StripeError {
    StripeError::Unavailable {
        reason: "a refund in a state that is not known".to_owned(),
        replayed: false,
        answered: false,
    }
}
