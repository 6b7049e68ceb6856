//! Stripe and the ledger in turn: open a checkout, close one, ask what became of it, take in an event.
//!
//! Each step is one transaction or one call, never both at once. A row stands before Stripe hears of a payment and the
//! row's id is the idempotency key, so a crash between any two steps leaves something the next visit or the sweep can
//! finish.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use diesel::QueryResult;
use diesel::pg::PgConnection;
use thiserror::Error;
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::domain::facts::Facts;
use crate::domain::payment::{FailureCode, PaymentState};
use crate::locale::Lang;
use crate::models::event::{self, NewEvent, Received, Source};
use crate::models::ledger::{self, Applied, Expected};
use crate::models::payment::{self, LostPayment, Payment};
use crate::models::{excess, refund};
use crate::stripe::answer::Session;
use crate::stripe::checkout::NewCheckout;
use crate::stripe::event::{EventContent, ReceivedEvent};
use crate::stripe::{Stripe, StripeError};

/// Applying a stored event again.
mod replay;
/// Giving money back, and following what becomes of it.
mod returns;
/// Whether these books are the ones that Stripe's belong to.
mod verify;

pub use replay::Replayed;
pub use returns::Refunding;

/// A payment younger than this has not been sent to Stripe before: no visitor and no sweep comes back so soon.
const FIRST_TIME_SECONDS: i64 = 2;

/// After a failure that comes again and again for a key, what Stripe's list does not show after this long was not made.
const SETTLED_SECONDS: i64 = 60;

/// Who takes money; cheap to clone.
#[derive(Clone)]
pub struct Cashier {
    db: Db,
    /// Stripe, for those who only read.
    pub stripe: Stripe,
    clock: Clock,
    expected: Expected,
    public_url: String,
    /// Names this installation in the metadata of its checkouts; read once.
    installation: Arc<OnceCell<Uuid>>,
    /// Whether the books were verified since the start; payments wait for it.
    verified: watch::Sender<bool>,
}

/// Why a step could not be finished. What was done before it stands.
#[derive(Debug, Error)]
pub enum CashierError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Stripe.
    #[error(transparent)]
    Stripe(#[from] StripeError),
}

/// What opening a checkout came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Send the debtor there.
    Checkout(String),
    /// That payment has gone through (or is on its way) already: show it instead.
    Settled(Uuid),
    /// The payment can no longer be opened, since another replaced it or its checkout has ended; start another.
    Gone,
    /// Stripe has no checkout for it: it refused to open one, or knows it no longer. Starting another may help.
    Refused,
    /// Stripe opened a checkout that is not what was asked for: flagged, closed, and nobody is sent there.
    Mismatched,
}

impl Cashier {
    /// A cashier for these settings.
    pub fn new(settings: &Settings, db: Db, stripe: Stripe, clock: Clock) -> Cashier {
        let expected = Expected {
            currency: settings.args.stripe.currency.clone(),
            livemode: settings.is_live(),
            refund_overpayments: settings.args.stripe.refund_overpayments,
            debit_only: settings.takes_debit_only(),
        };
        let (installation, verified) = (Arc::default(), watch::Sender::new(true));
        Cashier { db, stripe, clock, expected, public_url: settings.public_url.clone(), installation, verified }
    }

    /// The deployment's currency.
    pub fn currency(&self) -> &str {
        &self.expected.currency
    }

    /// Opens the checkout of `payment` after closing those it replaces. One that turns out to be paid is applied, and
    /// the debtor is shown that instead of paying twice.
    ///
    /// # Errors
    /// [`CashierError`]; no checkout was handed out then, so nothing can be charged.
    pub async fn open(
        &self,
        payment: &Payment,
        replaced: &[Payment],
        deadline: Instant,
    ) -> Result<Opened, CashierError> {
        for old in replaced {
            let state = self.close(old, deadline).await?;
            if matches!(state, PaymentState::Completed | PaymentState::Processing) {
                let id = payment.id;
                self.db.write(move |conn| payment::without_checkout(conn, id, FailureCode::NotStarted)).await?;
                return Ok(Opened::Settled(old.id));
            }
        }
        let known = payment.stripe_session_id.is_some();
        let Some(mut session) = self.session_of(payment, deadline).await? else { return Ok(Opened::Refused) };
        // A repeated request is answered with the session as it was then, so an older payment is looked at once more.
        let old = self.clock.now() - payment.created_at > Duration::seconds(60);
        if !known && old {
            session = self.stripe.checkout(&session.id, deadline).await?;
        }
        let (stored, applied) = self.store_facts(payment.id, &session).await?;
        if let Applied::Flagged(kind) = applied {
            tracing::error!(target: "quittance::money", payment = %payment.id, kind = kind.as_str(), "Stripe's checkout does not fit");
            // What cannot be closed now closes by itself within the hour.
            let _ = self.stripe.expire_checkout(&session.id, deadline).await;
            return Ok(Opened::Mismatched);
        }
        match stored {
            Some(row) if row.replaced_at.is_some() => {
                self.close(&row, deadline).await?;
                Ok(Opened::Gone)
            }
            Some(row) => match (row.state(), session.url) {
                (PaymentState::Open, Some(url)) => Ok(Opened::Checkout(url)),
                (PaymentState::Completed | PaymentState::Processing | PaymentState::Refunded, _) => {
                    Ok(Opened::Settled(row.id))
                }
                _ => Ok(Opened::Gone),
            },
            None => Ok(Opened::Gone),
        }
    }

    /// Closes a checkout so that nobody can pay it, and says where the payment stands then.
    ///
    /// # Errors
    /// [`CashierError`]; the checkout may still be open then.
    pub async fn close(&self, payment: &Payment, deadline: Instant) -> Result<PaymentState, CashierError> {
        let Some(session) = self.session_of(payment, deadline).await? else {
            return Ok(PaymentState::Expired);
        };
        let open = session.facts().signal.is_none();
        let session = if open {
            match self.stripe.expire_checkout(&session.id, deadline).await {
                Ok(expired) => expired,
                // Not open any more: paid or expired a moment ago.
                Err(StripeError::Refused { .. }) => self.stripe.checkout(&session.id, deadline).await?,
                Err(error) => return Err(error.into()),
            }
        } else {
            session
        };
        let stored = self.store(payment.id, &session).await?;
        Ok(stored.map_or(PaymentState::Expired, |row| row.state()))
    }

    /// Asks Stripe about a payment and applies the answer. The row as it stands then.
    ///
    /// # Errors
    /// [`CashierError`].
    pub async fn refresh(&self, payment: &Payment, deadline: Instant) -> Result<Option<Payment>, CashierError> {
        match self.session_of(payment, deadline).await? {
            Some(session) => Ok(self.store(payment.id, &session).await?),
            None => {
                let id = payment.id;
                Ok(self.db.read(move |conn| payment::find(conn, id)).await?)
            }
        }
    }

    /// The same, asking Stripe at most so many times a second.
    pub fn paced(&self, per_second: u32) -> Cashier {
        Cashier { stripe: self.stripe.paced(per_second), ..self.clone() }
    }

    /// What every fact is held against.
    pub fn expected(&self) -> Expected {
        self.expected.clone()
    }

    /// Applies facts that were read from Stripe.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn apply(&self, facts: Facts) -> Result<(), DbError> {
        let (expected, now) = (self.expected.clone(), self.clock.now());
        let (_, refunds) = self.db.write(move |conn| take_in(conn, &facts, &expected, None, now)).await?;
        self.send_soon(refunds);
        Ok(())
    }

    /// Tries events again that are stored and had no effect: those about money of a payment that was not known, and those
    /// that the database refused. How many have one now.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn retry_events(&self) -> Result<usize, DbError> {
        let now = self.clock.now();
        let mut applied_now = 0;
        for (id, payload, at) in self.db.read(move |conn| event::without_effect(conn, now)).await? {
            let Ok(facts) = told(ReceivedEvent::read(&payload).content) else { continue };
            let expected = self.expected.clone();
            let tried = self
                .db
                .write(move |conn| {
                    let (applied, payment) = event::apply_stored(conn, &id, &facts, &expected, at.min(now))?;
                    let refunds = payment.map_or(Ok(Vec::new()), |id| follow(conn, applied, id, &expected, now))?;
                    Ok((applied, refunds))
                })
                .await;
            match tried {
                Ok((applied, refunds)) => {
                    applied_now += usize::from(applied != Applied::Waiting);
                    self.send_soon(refunds);
                }
                Err(DbError::Query(error)) => {
                    tracing::error!(target: "quittance::money", %error, "an event can still not be applied");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(applied_now)
    }

    /// Enters a payment again whose row was lost with a restored backup, from its checkout, and what became of it.
    ///
    /// # Errors
    /// [`CashierError`].
    pub async fn restore(&self, session: &Session) -> Result<Option<Payment>, CashierError> {
        let facts = session.facts();
        let (Some(id), Some(debt_id), Some(amount)) = (facts.payment_id, session.debt_id(), facts.amount) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let created_at = session.created.and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or(now);
        let currency = facts.currency.unwrap_or_else(|| self.expected.currency.clone());
        let lost = LostPayment { id, debt_id, amount, currency, session_id: facts.session_id.clone(), created_at };
        self.db
            .write(move |conn| {
                payment::lock_debt(conn, debt_id, None)?;
                payment::restore(conn, &lost, now)
            })
            .await?;
        // A list tells less than the checkout itself.
        let full = self.stripe.checkout(&facts.session_id, self.stripe.deadline()).await?;
        Ok(self.store(id, &full).await?)
    }

    /// Stores an event with its effect, once.
    ///
    /// # Errors
    /// [`DbError`]: nothing was stored.
    pub async fn receive(&self, event: ReceivedEvent, source: Source) -> Result<Received, DbError> {
        let new = NewEvent {
            id: event.id,
            event_type: event.kind,
            livemode: event.livemode,
            payload: event.raw,
            source,
            created_at: event.created_at,
            facts: told(event.content),
        };
        let (expected, now, spare) = (self.expected.clone(), self.clock.now(), new.clone());
        let received = self
            .db
            .write(move |conn| {
                let received = event::receive(conn, &new, &expected, now)?;
                let Received::Applied(applied, Some(payment_id)) = received else { return Ok((received, Vec::new())) };
                follow(conn, applied, payment_id, &expected, now).map(|refunds| (received, refunds))
            })
            .await;
        let error = match received {
            Err(DbError::Query(error)) => error,
            Err(error) => return Err(error),
            Ok((received, refunds)) => {
                self.send_soon(refunds);
                return Ok(received);
            }
        };
        // PostgreSQL will refuse it every time. Kept without its effect it is at least not lost, and hides no other.
        tracing::error!(target: "quittance::money", %error, "an event could not be applied");
        let (expected, kept) = (self.expected.clone(), NewEvent { facts: Err("failed"), ..spare });
        self.db.write(move |conn| event::receive(conn, &kept, &expected, now)).await
    }

    /// The session of a payment: by its id, or by repeating the request that made it. `None` when Stripe certainly has
    /// none; the payment is ended then.
    async fn session_of(&self, payment: &Payment, deadline: Instant) -> Result<Option<Session>, CashierError> {
        let (found, failure) = match &payment.stripe_session_id {
            Some(id) => (self.known_session(payment, id, deadline).await?, FailureCode::Lost),
            None => (self.repeated_session(payment, deadline).await?, FailureCode::NotStarted),
        };
        if found.is_none() {
            let id = payment.id;
            tracing::warn!(target: "quittance::money", payment = %id, code = failure.as_str(), "Stripe has no checkout");
            self.db.write(move |conn| payment::without_checkout(conn, id, failure)).await?;
        }
        Ok(found)
    }

    /// A session whose id Stripe told us. It may know it no longer: another account, another key, wiped test data.
    async fn known_session(
        &self,
        payment: &Payment,
        session_id: &str,
        deadline: Instant,
    ) -> Result<Option<Session>, StripeError> {
        match self.stripe.checkout(session_id, deadline).await {
            Ok(session) => Ok(Some(session)),
            Err(error) if error.is_missing() => {
                self.stripe.find_checkout(payment.id, payment.created_at, deadline).await
            }
            Err(error) => Err(error),
        }
    }

    /// The session that the first request made, whose answer may have been lost. Only a refusal of the parameters says
    /// that there is none, and that only the first time: a key that was revoked or a proxy in between says nothing.
    async fn repeated_session(&self, payment: &Payment, deadline: Instant) -> Result<Option<Session>, StripeError> {
        let find = || self.stripe.find_checkout(payment.id, payment.created_at, deadline);
        let age = self.clock.now() - payment.created_at;
        // Stripe forgets a key after 24 hours; from then on repeating would make a second checkout.
        if age > Duration::hours(23) {
            return find().await;
        }
        let new = self.checkout_for(payment).await.map_err(|_| StripeError::Unavailable {
            reason: "the books do not tell whose they are".to_owned(),
            replayed: false,
            answered: false,
        })?;
        match self.stripe.create_checkout(&new, deadline).await {
            Ok(session) => Ok(Some(session)),
            Err(StripeError::Refused { status: 400, code, request_id }) => {
                tracing::warn!(target: "quittance::stripe", code, request_id, "Stripe refused a checkout");
                let first_time = age < Duration::seconds(FIRST_TIME_SECONDS) && !code.contains("idempotency");
                if first_time { Ok(None) } else { find().await }
            }
            // Stripe replays its own failure for this key, or fails with it again and again; whether it came before or after
            // the effect, the list tells.
            Err(StripeError::Unavailable { replayed: true, .. }) => find().await,
            Err(StripeError::Unavailable { answered: true, .. }) if age > Duration::seconds(SETTLED_SECONDS) => {
                find().await
            }
            Err(error) => Err(error),
        }
    }

    async fn checkout_for(&self, payment: &Payment) -> Result<NewCheckout, DbError> {
        let installation = self.installation().await?;
        let locale = payment.locale.clone().unwrap_or_else(|| Lang::En.code().to_owned());
        let lang = Lang::parse(&locale).unwrap_or(Lang::En);
        Ok(NewCheckout {
            payment_id: payment.id,
            debt_id: payment.debt_id,
            installation,
            amount: payment.amount,
            currency: payment.currency.clone(),
            product_name: lang.t("checkout-product").into_owned(),
            locale,
            expires_at: payment.checkout_expires_at.unwrap_or(payment.created_at),
            return_url: format!("{}/payments/{}", self.public_url, payment.id),
            debit_only: self.expected.debit_only,
        })
    }

    /// Writes down what a session told: its id and address, and its facts. The row as it stands then.
    async fn store(&self, id: Uuid, session: &Session) -> Result<Option<Payment>, DbError> {
        Ok(self.store_facts(id, session).await?.0)
    }

    /// The same, with what came of the facts.
    async fn store_facts(&self, id: Uuid, session: &Session) -> Result<(Option<Payment>, Applied), DbError> {
        let (session_id, url, facts) = (session.id.clone(), session.url.clone(), session.facts());
        let (expected, now) = (self.expected.clone(), self.clock.now());
        let (stored, applied, refunds) = self
            .db
            .write(move |conn| {
                // The debt is locked before its payment, here as everywhere.
                let Some(row) = payment::find(conn, id)? else { return Ok((None, Applied::NotOurs, Vec::new())) };
                payment::lock_debt(conn, row.debt_id, None)?;
                payment::record_checkout(conn, id, &session_id, url.as_deref(), now)?;
                let (applied, _) = ledger::apply(conn, &facts, &expected, None, now)?;
                if let Applied::Moved(state) = applied {
                    tracing::info!(target: "quittance::money", payment = %id, ?state, "learned from Stripe");
                }
                let refunds = follow(conn, applied, id, &expected, now)?;
                payment::find(conn, id).map(|row| (row, applied, refunds))
            })
            .await?;
        self.send_soon(refunds);
        Ok((stored, applied))
    }
}

/// What an event's content is to the books: facts, or the outcome to store.
fn told(content: EventContent) -> Result<Facts, &'static str> {
    match content {
        EventContent::Told(facts) => Ok(*facts),
        EventContent::Other => Err("ignored"),
        EventContent::Unreadable => Err("unreadable"),
    }
}

/// Applies facts and everything that follows from them, in one transaction. What came of them, and the refunds that are to be
/// sent now.
fn take_in(
    conn: &mut PgConnection,
    facts: &Facts,
    expected: &Expected,
    event_id: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<(Applied, Vec<Uuid>)> {
    let (applied, payment_id) = ledger::take_in(conn, facts, expected, event_id, now)?;
    let refunds = payment_id.map_or(Ok(Vec::new()), |id| follow(conn, applied, id, expected, now))?;
    Ok((applied, refunds))
}

/// What follows in the same transaction once facts of a payment are applied: what waited for its intent is applied as well, and
/// only then it is seen what is beyond the debt. The refunds that are to be sent now.
fn follow(
    conn: &mut PgConnection,
    applied: Applied,
    payment_id: Uuid,
    expected: &Expected,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Uuid>> {
    let mut moved = matches!(applied, Applied::Moved(PaymentState::Completed) | Applied::Returned);
    for (id, payload, at) in event::waiting_for(conn, payment_id)? {
        if let Ok(facts) = told(ReceivedEvent::read(&payload).content) {
            event::apply_stored(conn, &id, &facts, expected, at.min(now))?;
            moved = true;
        }
    }
    if moved {
        excess::settle(conn, payment_id, expected, None, now)?;
    }
    refund::requested_ids(conn, payment_id)
}
