//! Our books and Stripe's side by side: what differs, and what of that is certain enough to be entered.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::cashier::{Cashier, CashierError};
use crate::db::Db;
use crate::domain::facts::Facts;
use crate::domain::payment::{PaymentSignal, PaymentState, Transition};
use crate::domain::returns::{RefundFacts, RefundState};
use crate::models::chargeback::{self, Chargeback};
use crate::models::payment::{self, Payment};
use crate::models::refund::{self, Refund};
use crate::models::{books, ledger};
use crate::stripe::answer::Session;

/// Our clock and Stripe's, and the time between a row and its call, differ by less than this.
const MARGIN_MINUTES: i64 = 60;

/// The period that is compared.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// From this moment.
    pub from: DateTime<Utc>,
    /// Until this one.
    pub until: DateTime<Utc>,
}

/// One thing that Stripe's books and ours tell differently.
#[derive(Clone, Debug)]
pub struct Difference {
    /// In a sentence without personal data.
    pub text: String,
    /// How it can be entered; `None` where somebody must look at it first.
    remedy: Option<Remedy>,
}

impl Difference {
    /// Whether the facts are certain, so that they can be entered.
    pub fn is_certain(&self) -> bool {
        self.remedy.is_some()
    }
}

#[derive(Clone, Debug)]
enum Remedy {
    /// Enter the payment of this checkout, whose row is missing.
    Restore(Box<Session>),
    /// Ask Stripe about the payment and apply the answer.
    Refresh(Box<Payment>),
    /// Apply these facts.
    Apply(Box<Facts>),
    /// Send a refund that was only written down.
    Send(Box<Refund>),
}

/// What was compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Checkouts of ours at Stripe.
    pub checkouts: usize,
    /// Refunds of ours at Stripe.
    pub refunds: usize,
    /// Chargebacks of ours at Stripe.
    pub chargebacks: usize,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// Compares books, with what it needs.
pub struct Reconciliation {
    db: Db,
    cashier: Cashier,
    period: Period,
}

fn differs(text: String, remedy: Option<Remedy>) -> Difference {
    Difference { text, remedy }
}

impl Reconciliation {
    /// For this period.
    pub fn new(db: Db, cashier: Cashier, period: Period) -> Reconciliation {
        Reconciliation { db, cashier, period }
    }

    /// Compares, and changes nothing.
    ///
    /// # Errors
    /// [`CashierError`]: nothing can be said then.
    pub async fn compare(&self) -> Result<Comparison, CashierError> {
        let mut comparison = Comparison::default();
        self.compare_checkouts(&mut comparison).await?;
        self.compare_refunds(&mut comparison).await?;
        self.compare_chargebacks(&mut comparison).await?;
        Ok(comparison)
    }

    /// Enters what is certain. Payments come first in a comparison, so that what went back of them finds them.
    ///
    /// # Errors
    /// [`CashierError`]; what was entered before stays.
    pub async fn enter(&self, difference: &Difference) -> Result<(), CashierError> {
        let deadline = self.cashier.stripe.deadline();
        match &difference.remedy {
            None => Ok(()),
            Some(Remedy::Restore(session)) => self.cashier.restore(session).await.map(drop),
            Some(Remedy::Refresh(row)) => self.cashier.refresh(row, deadline).await.map(drop),
            Some(Remedy::Send(row)) => self.cashier.follow_refund(row, deadline).await,
            Some(Remedy::Apply(facts)) => self.cashier.apply(facts.as_ref().clone()).await.map_err(CashierError::from),
        }
    }

    async fn compare_checkouts(&self, comparison: &mut Comparison) -> Result<(), CashierError> {
        let (stripe, Period { from, until }) = (&self.cashier.stripe, self.period);
        let margin = Duration::minutes(MARGIN_MINUTES);
        let sessions = stripe.checkouts_between(from - margin, until + margin, stripe.patience()).await?;
        let named: Vec<Uuid> = sessions.iter().filter_map(|s| s.facts().payment_id).collect();
        let (known, ours, installation) = self
            .db
            .snapshot(move |conn| {
                let installation = books::find(conn)?.map(|books| books.installation);
                Ok((payment::find_all(conn, &named)?, payment::opened_between(conn, from, until)?, installation))
            })
            .await?;
        let mut seen = HashSet::new();
        for session in sessions {
            let facts = session.facts();
            seen.insert(facts.session_id.clone());
            let row = known.iter().find(|row| Some(row.id) == facts.payment_id);
            match row {
                Some(row) => {
                    comparison.checkouts += 1;
                    comparison.differences.extend(self.compare_checkout(row, &session));
                }
                None if session.installation().is_some() && session.installation() == installation => {
                    comparison.checkouts += 1;
                    comparison.differences.push(self.missing(session).await?);
                }
                None => {}
            }
        }
        for row in ours {
            match &row.stripe_session_id {
                Some(id) if seen.contains(id) => {}
                Some(id) => match stripe.checkout(id, stripe.deadline()).await {
                    Ok(session) => comparison.differences.extend(self.compare_checkout(&row, &session)),
                    Err(error) if error.is_missing() => {
                        comparison
                            .differences
                            .push(differs(format!("payment {}: Stripe does not know its checkout", row.id), None));
                    }
                    Err(error) => return Err(error.into()),
                },
                // A younger one is being opened at this moment.
                None if row.state() == PaymentState::Open && row.created_at < until - Duration::minutes(1) => {
                    let text = format!("payment {}: begun, and nobody knows what became of it", row.id);
                    comparison.differences.push(differs(text, Some(Remedy::Refresh(Box::new(row)))));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn compare_checkout(&self, row: &Payment, session: &Session) -> Option<Difference> {
        let (facts, state) = (session.facts(), row.state());
        if let Some((_, detail)) = ledger::mismatch(row, &facts, &self.cashier.expected()) {
            return Some(differs(format!("payment {}: {detail}", row.id), None));
        }
        let agree = match facts.signal {
            None => state == PaymentState::Open,
            Some(PaymentSignal::Expired) => state == PaymentState::Expired,
            // A list does not tell whether a debit on its way has come back.
            Some(PaymentSignal::Processing) => matches!(state, PaymentState::Processing | PaymentState::Declined),
            Some(PaymentSignal::Declined) => state == PaymentState::Declined,
            Some(PaymentSignal::Paid) => matches!(state, PaymentState::Completed | PaymentState::Refunded),
        };
        if agree && row.stripe_session_id.is_some() {
            return None;
        }
        let told = facts.signal.map_or_else(|| "open".to_owned(), |signal| format!("{signal:?}").to_lowercase());
        let text = format!("payment {}: {told} at Stripe, {} here", row.id, state.name());
        let certain = agree || facts.signal.is_some_and(|signal| matches!(state.on(signal), Transition::To(_)));
        Some(differs(text, certain.then(|| Remedy::Refresh(Box::new(row.clone())))))
    }

    async fn missing(&self, session: Session) -> Result<Difference, CashierError> {
        let facts = session.facts();
        let debt_id = session.debt_id();
        let known = self.db.read(move |conn| debt_id.map_or(Ok(false), |id| payment::is_debt(conn, id))).await?;
        let id = facts.payment_id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        let text = format!("payment {id}: Stripe has its checkout, the books have no row");
        Ok(differs(text, known.then(|| Remedy::Restore(Box::new(session)))))
    }

    async fn compare_refunds(&self, comparison: &mut Comparison) -> Result<(), CashierError> {
        let (stripe, Period { from, until }) = (&self.cashier.stripe, self.period);
        let told: Vec<RefundFacts> = stripe
            .refunds_between(from, until, stripe.patience())
            .await?
            .iter()
            .filter_map(|r| r.facts(None))
            .collect();
        let asked = told.clone();
        let (found, ours) = self
            .db
            .snapshot(move |conn| {
                let rows: Result<Vec<_>, _> = asked.iter().map(|facts| refund::look_up(conn, facts)).collect();
                Ok((rows?, refund::asked_between(conn, from, until)?))
            })
            .await?;
        let mut seen = HashSet::new();
        for (facts, found) in told.into_iter().zip(found) {
            seen.insert(facts.refund_id.clone());
            let refund::Found::Of(payment_id, row) = found else { continue };
            comparison.refunds += 1;
            let remedy = |facts: RefundFacts| Some(Remedy::Apply(Box::new(Facts::Refund(facts))));
            let id = &facts.refund_id;
            match row {
                None => {
                    let text =
                        format!("payment {payment_id}: Stripe has refund {id} of {}, the books do not", facts.amount);
                    comparison.differences.push(differs(text, remedy(facts)));
                }
                Some(row) if row.amount != facts.amount => {
                    let text = format!("refund {}: {} at Stripe, {} here", row.id, facts.amount, row.amount);
                    comparison.differences.push(differs(text, None));
                }
                Some(row) => {
                    let (here, there) = (row.state(), row.state().on(facts.signal));
                    if there != here || row.stripe_refund_id.is_none() {
                        let text = format!("refund {}: {} at Stripe, {} here", row.id, there.name(), here.name());
                        comparison.differences.push(differs(text, remedy(facts)));
                    }
                }
            }
        }
        for row in ours.into_iter().filter(|row| row.stripe_refund_id.as_ref().is_none_or(|id| !seen.contains(id))) {
            comparison.differences.extend(self.refund_here_only(row).await?);
        }
        Ok(())
    }

    async fn refund_here_only(&self, row: Refund) -> Result<Option<Difference>, CashierError> {
        let stripe = &self.cashier.stripe;
        match &row.stripe_refund_id {
            None if row.state() == RefundState::Requested => {
                let text = format!("refund {}: written down here, not known to be at Stripe", row.id);
                Ok(Some(differs(text, Some(Remedy::Send(Box::new(row))))))
            }
            None => Ok(None),
            Some(id) => match stripe.refund(id, stripe.deadline()).await {
                Ok(_) => Ok(None),
                Err(error) if error.is_missing() => {
                    Ok(Some(differs(format!("refund {}: Stripe does not know it", row.id), None)))
                }
                Err(error) => Err(error.into()),
            },
        }
    }

    async fn compare_chargebacks(&self, comparison: &mut Comparison) -> Result<(), CashierError> {
        let (stripe, Period { from, until }) = (&self.cashier.stripe, self.period);
        for dispute in stripe.disputes_between(from, until, stripe.patience()).await? {
            let facts = dispute.facts(None);
            let asked = facts.clone();
            let found: Option<(Uuid, Option<Chargeback>)> =
                self.db.snapshot(move |conn| chargeback::look_up(conn, &asked)).await?;
            let Some((payment_id, row)) = found else { continue };
            comparison.chargebacks += 1;
            let (there, id) = (facts.state, &facts.chargeback_id);
            let same = row.as_ref().is_some_and(|row| row.state() == there && row.transactions >= facts.transactions);
            if !same {
                // One that is further here than at Stripe cannot be taken back; somebody must look.
                let certain = row
                    .as_ref()
                    .is_none_or(|row| row.state().on(there) != row.state() || row.transactions < facts.transactions);
                let here = row.map_or_else(|| "not known".to_owned(), |row| row.status);
                let text = format!("payment {payment_id}: chargeback {id} is {there} at Stripe, {here} here");
                let remedy = certain.then(|| Remedy::Apply(Box::new(Facts::Chargeback(facts))));
                comparison.differences.push(differs(text, remedy));
            }
        }
        Ok(())
    }
}
