//! The one way in for facts about money: webhook, return page and sweep all end here.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::checkout::CheckoutFacts;
use crate::domain::debt::{DebtStatus, Figures, MoneyMove};
use crate::domain::facts::Facts;
use crate::domain::money::Cents;
use crate::domain::payment::{FailureCode, PaymentSignal, PaymentState, PaymentStatus, Standing, Transition};
use crate::domain::returns::Belongs;
use crate::models::flag::{self, FlagKind, NewFlag};
use crate::models::payment::{self, Payment};
use crate::models::{chargeback, outbox, refund};
use crate::schema::{debts, payments};

/// What every fact is held against.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The deployment's currency.
    pub currency: String,
    /// Whether its key moves real money.
    pub livemode: bool,
    /// Whether what was paid beyond a debt goes back by itself.
    pub refund_overpayments: bool,
    /// Whether credit cards are not to be taken.
    pub debit_only: bool,
}

/// What came of applying facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The payment moved to this state.
    Moved(PaymentState),
    /// A refund or a chargeback moved on, and with it what counts of the payment.
    Returned,
    /// About money of a payment that we do not know by its intent yet; applied when we do.
    Waiting,
    /// Nothing new.
    Unchanged,
    /// The facts contradict our books: flagged, nothing credited.
    Flagged(FlagKind),
    /// Not a payment of ours.
    NotOurs,
}

impl Applied {
    /// The word for `stripe_events.outcome`.
    pub fn as_str(self) -> &'static str {
        match self {
            Applied::Moved(_) | Applied::Returned => "applied",
            Applied::Waiting => "waiting",
            Applied::Unchanged => "unchanged",
            Applied::Flagged(_) => "flagged",
            Applied::NotOurs => "not_ours",
        }
    }
}

/// Applies whatever Stripe told, in the caller's transaction.
pub fn take_in(
    conn: &mut PgConnection,
    facts: &Facts,
    expected: &Expected,
    event_id: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    match facts {
        Facts::Checkout(facts) => apply(conn, facts, expected, event_id, at),
        Facts::Refund(facts) => refund::apply(conn, facts, expected, event_id, at),
        Facts::Charge(facts) => refund::apply_sum(conn, facts, expected, event_id, at),
        Facts::Chargeback(facts) => chargeback::apply(conn, facts, expected, event_id, at),
    }
}

/// Applies `facts` in the caller's transaction: locks the debt, then the payment; checks, moves, and follows up. Doing it
/// again changes nothing, and the order of different facts does not matter.
pub fn apply(
    conn: &mut PgConnection,
    facts: &CheckoutFacts,
    expected: &Expected,
    event_id: Option<&str>,
    occurred_at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    let Some((payment_id, debt_id)) = locate(conn, facts)? else {
        return Ok((unknown(conn, facts, event_id)?, None));
    };
    let before = payment::lock_debt(conn, debt_id, None)?;
    let payment = payment::lock(conn, payment_id)?;
    let flag = |conn: &mut PgConnection, kind, detail: &str| {
        let new = NewFlag { payment_id: Some(payment_id), debt_id: Some(debt_id), kind, detail, event_id };
        flag::raise(conn, &new).map(|()| Applied::Flagged(kind))
    };
    if let Some((kind, detail)) = mismatch(&payment, facts, expected) {
        return Ok((flag(conn, kind, &detail)?, Some(payment_id)));
    }
    note_stripe_ids(conn, &payment, facts)?;
    let taken = matches!(facts.signal, Some(PaymentSignal::Paid | PaymentSignal::Processing));
    if expected.debit_only && taken && facts.funding.as_deref() == Some("credit") {
        // The money counts; that such a card came through is for staff to look at.
        flag(conn, FlagKind::CreditCard, "paid by a credit card while CARD_FUNDING is debit_only")?;
    }
    let Some(signal) = facts.signal else {
        note_decline(conn, &payment, facts)?;
        return Ok((Applied::Unchanged, Some(payment_id)));
    };
    let applied = match payment.state().on(signal) {
        Transition::Stay => Applied::Unchanged,
        Transition::Illegal => {
            let detail = format!("{:?} while {:?}", signal, payment.state());
            flag(conn, FlagKind::IllegalTransition, &detail)?
        }
        Transition::To(state) => {
            move_to(conn, &payment, state, occurred_at)?;
            if signal == PaymentSignal::Paid {
                // A refund may have been told before the payment.
                settle_returns(conn, payment_id, event_id)?;
                follow_up(conn, &payment, before, event_id, occurred_at)?;
                // In the transaction of the money, and once, whoever tells of it how often.
                outbox::queue_receipt(conn, payment.id, payment.debt_id, payment.locale.as_deref(), occurred_at)?;
            }
            Applied::Moved(state)
        }
    };
    Ok((applied, Some(payment_id)))
}

fn locate(conn: &mut PgConnection, facts: &CheckoutFacts) -> QueryResult<Option<(Uuid, Uuid)>> {
    let columns = (payments::id, payments::debt_id);
    match facts.payment_id {
        Some(id) => payments::table.find(id).select(columns).first(conn).optional(),
        None => payments::table
            .filter(payments::stripe_session_id.eq(&facts.session_id))
            .select(columns)
            .first(conn)
            .optional(),
    }
}

/// Other programs may use the same Stripe account, so an unknown checkout is only worth a flag when it carries an id
/// like ours and money moved.
fn unknown(conn: &mut PgConnection, facts: &CheckoutFacts, event_id: Option<&str>) -> QueryResult<Applied> {
    let moved = matches!(facts.signal, Some(PaymentSignal::Paid | PaymentSignal::Processing));
    if facts.payment_id.is_none() || !moved {
        return Ok(Applied::NotOurs);
    }
    let kind = FlagKind::UnknownPayment;
    let detail = format!("checkout {}", facts.session_id);
    flag::raise(conn, &NewFlag { payment_id: None, debt_id: None, kind, detail: &detail, event_id })?;
    Ok(Applied::Flagged(kind))
}

/// What of the facts cannot be this payment's: the finding and its figures.
pub fn mismatch(payment: &Payment, facts: &CheckoutFacts, expected: &Expected) -> Option<(FlagKind, String)> {
    let told = facts.currency.as_deref().unwrap_or("none");
    let amount = facts.amount.map(|a| a.get());
    let own = payment.id.to_string();
    if facts.livemode != Some(expected.livemode) {
        Some((FlagKind::LivemodeMismatch, format!("livemode {:?}", facts.livemode)))
    } else if facts.references.iter().any(|named| *named != own) {
        Some((FlagKind::SessionMismatch, format!("checkout {} names another payment as well", facts.session_id)))
    } else if told != payment.currency || told != expected.currency {
        Some((FlagKind::CurrencyMismatch, format!("Stripe says {told}, the payment is in {}", payment.currency)))
    } else if amount != Some(payment.amount.get()) {
        Some((
            FlagKind::AmountMismatch,
            format!("Stripe says {amount:?} cents, the payment is {}", payment.amount.get()),
        ))
    } else if payment.stripe_session_id.as_ref().is_some_and(|id| *id != facts.session_id) {
        Some((FlagKind::SessionMismatch, format!("checkout {}", facts.session_id)))
    } else {
        None
    }
}

/// Fills in what Stripe has told by now; never overwrites.
fn note_stripe_ids(conn: &mut PgConnection, payment: &Payment, facts: &CheckoutFacts) -> QueryResult<()> {
    // The charge of an attempt that was declined is not the one whose money may go back.
    let taken = matches!(facts.signal, Some(PaymentSignal::Paid | PaymentSignal::Processing));
    let charge_id = facts.charge_id.clone().filter(|_| taken);
    let new = |old: &Option<String>, told: &Option<String>| old.is_none() && told.is_some();
    let news = payment.stripe_session_id.is_none()
        || new(&payment.stripe_payment_intent_id, &facts.payment_intent_id)
        || new(&payment.stripe_charge_id, &charge_id)
        || new(&payment.payment_method, &facts.method);
    if news {
        diesel::update(payments::table.find(payment.id))
            .set((
                payments::stripe_session_id.eq(&facts.session_id),
                payments::stripe_payment_intent_id
                    .eq(payment.stripe_payment_intent_id.as_ref().or(facts.payment_intent_id.as_ref())),
                payments::stripe_charge_id.eq(payment.stripe_charge_id.as_ref().or(charge_id.as_ref())),
                payments::payment_method.eq(payment.payment_method.as_ref().or(facts.method.as_ref())),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A decline leaves the checkout open; the page says what happened and that another try is possible.
fn note_decline(conn: &mut PgConnection, payment: &Payment, facts: &CheckoutFacts) -> QueryResult<()> {
    let marks = [FailureCode::Canceled.as_str(), FailureCode::Withdrawn.as_str()];
    let closing = payment.failure_code.as_deref().is_some_and(|code| marks.contains(&code));
    if payment.state() == PaymentState::Open && !closing && payment.failure_code != facts.decline {
        diesel::update(payments::table.find(payment.id))
            .set(payments::failure_code.eq(facts.decline.as_ref()))
            .execute(conn)?;
    }
    Ok(())
}

fn move_to(conn: &mut PgConnection, payment: &Payment, state: PaymentState, at: DateTime<Utc>) -> QueryResult<()> {
    let failure = match state {
        PaymentState::Expired if payment.failure_code.as_deref() == Some(FailureCode::Withdrawn.as_str()) => {
            Some(FailureCode::Withdrawn)
        }
        PaymentState::Expired if payment.replaced_at.is_some() => Some(FailureCode::Replaced),
        PaymentState::Expired if payment.failure_code.as_deref() == Some(FailureCode::Canceled.as_str()) => {
            Some(FailureCode::Canceled)
        }
        PaymentState::Expired => Some(FailureCode::Expired),
        PaymentState::Declined => Some(FailureCode::BankDeclined),
        PaymentState::Open | PaymentState::Processing | PaymentState::Completed | PaymentState::Refunded => None,
    };
    let processing_since = match state {
        PaymentState::Processing => payment.processing_since.or(Some(at)),
        _ => payment.processing_since,
    };
    let completed_at = match state {
        PaymentState::Completed => payment.completed_at.or(Some(at)),
        _ => payment.completed_at,
    };
    diesel::update(payments::table.find(payment.id))
        .set((
            payments::status.eq(state.status().as_str()),
            payments::failure_code.eq(failure.map(FailureCode::as_str)),
            payments::processing_since.eq(processing_since),
            payments::completed_at.eq(completed_at),
        ))
        .execute(conn)
        .map(drop)
}

/// After money has arrived: the debt may be paid in full, or was not to be paid at all. What is beyond it is looked at when
/// everything that was told before is applied as well, see [`crate::models::excess`].
fn follow_up(
    conn: &mut PgConnection,
    payment: &Payment,
    before: Option<(DebtStatus, Figures)>,
    event_id: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let Some((status, figures)) = payment::lock_debt(conn, payment.debt_id, None)? else { return Ok(()) };
    settle(conn, payment.debt_id, status, MoneyMove::In, &figures)?;
    payment::withdraw_excess(conn, payment.debt_id, figures.payable(), now)?;
    // A debt that was settled for less takes no more, like one that is disputed, on hold or no longer with us.
    let closed = before.filter(|(status, figures)| match status {
        DebtStatus::Dispute | DebtStatus::Hold | DebtStatus::Closed => true,
        DebtStatus::Resolved => figures.balance().is_positive(),
        DebtStatus::Active => false,
    });
    let Some((was, _)) = closed else { return Ok(()) };
    let (payment_id, debt_id, kind) = (Some(payment.id), Some(payment.debt_id), FlagKind::PaidWhileClosed);
    let detail = format!("the debt's status was {}", was.as_str());
    flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail: &detail, event_id })
}

/// Brings a payment to what its refunds and chargebacks add up to, and its debt with it. The caller holds the locks.
pub fn settle_returns(conn: &mut PgConnection, payment_id: Uuid, event_id: Option<&str>) -> QueryResult<()> {
    let payment = payment::lock(conn, payment_id)?;
    let refunds: Cents = refund::of_payment(conn, payment_id)?
        .iter()
        .filter(|r| r.state().counts())
        .map(|r| r.amount)
        .fold(Cents::ZERO, Cents::plus);
    let chargebacks: Cents =
        chargeback::of_payment(conn, payment_id)?.iter().map(|c| c.withdrawn).fold(Cents::ZERO, Cents::plus);
    let (standing, excess) = Standing::of(payment.amount, refunds, chargebacks);
    let arrived = matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded);
    let status = if arrived { standing.state().status() } else { payment.status };
    let before = Standing { refunded: payment.amount_refunded, charged_back: payment.amount_charged_back, ..standing };
    if excess.is_positive() {
        let detail = format!("{} cents more went back than were paid", excess.get());
        let (payment_id, debt_id, kind) = (Some(payment_id), Some(payment.debt_id), FlagKind::ReturnedTooMuch);
        flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail: &detail, event_id })?;
    }
    if (status, standing) == (payment.status, before) {
        return Ok(());
    }
    diesel::update(payments::table.find(payment_id))
        .set((
            payments::status.eq(status.as_str()),
            payments::amount_refunded.eq(standing.refunded),
            payments::amount_charged_back.eq(standing.charged_back),
        ))
        .execute(conn)?;
    let Some((status, figures)) = payment::lock_debt(conn, payment.debt_id, None)? else { return Ok(()) };
    let moved = if standing.counts() < before.counts() { MoneyMove::Out } else { MoneyMove::In };
    settle(conn, payment.debt_id, status, moved, &figures)
}

/// Finds and locks the payment that money goes back from, its debt first, and notes the ids by which it was found.
pub fn lock_returned(conn: &mut PgConnection, known: Option<Uuid>, belongs: &Belongs) -> QueryResult<Option<Payment>> {
    let found = match locate_returned(conn, known, belongs)? {
        Some(found) => Some(found),
        // The checkout's own event may be writing the intent at this moment: whoever comes second sees the other.
        None => {
            wait_turn(conn, belongs.intent_id.as_deref())?;
            wait_turn(conn, belongs.charge_id.as_deref())?;
            locate_returned(conn, known, belongs)?
        }
    };
    let Some((id, debt_id)) = found else { return Ok(None) };
    payment::lock_debt(conn, debt_id, None)?;
    let payment = payment::lock(conn, id)?;
    let intent = payment.stripe_payment_intent_id.as_ref().or(belongs.intent_id.as_ref());
    let charge = payment.stripe_charge_id.as_ref().or(belongs.charge_id.as_ref());
    if intent != payment.stripe_payment_intent_id.as_ref() || charge != payment.stripe_charge_id.as_ref() {
        diesel::update(payments::table.find(id))
            .set((payments::stripe_payment_intent_id.eq(intent), payments::stripe_charge_id.eq(charge)))
            .execute(conn)?;
    }
    Ok(Some(payment))
}

diesel::define_sql_function! {
    /// A lock for the rest of the transaction.
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Nullable<diesel::sql_types::Bool>;
}

/// Waits until nobody else is at what hangs on this id of Stripe's, until the transaction ends.
pub fn wait_turn(conn: &mut PgConnection, stripe_id: Option<&str>) -> QueryResult<()> {
    let Some(stripe_id) = stripe_id else { return Ok(()) };
    let digest = Sha256::digest(stripe_id.as_bytes());
    let key = digest.first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes));
    diesel::select(pg_advisory_xact_lock(key)).execute(conn).map(drop)
}

/// The payment that money goes back from, and its debt.
pub fn locate_returned(
    conn: &mut PgConnection,
    known: Option<Uuid>,
    belongs: &Belongs,
) -> QueryResult<Option<(Uuid, Uuid)>> {
    let columns = (payments::id, payments::debt_id);
    // Ids of Stripe's are surer than metadata, which another program of the account may copy.
    if let Some(intent) = &belongs.intent_id {
        let by_intent = payments::table.filter(payments::stripe_payment_intent_id.eq(intent));
        if let Some(found) = by_intent.select(columns).first(conn).optional()? {
            return Ok(Some(found));
        }
    }
    if let Some(charge) = &belongs.charge_id {
        let by_charge = payments::table.filter(payments::stripe_charge_id.eq(charge));
        if let Some(found) = by_charge.select(columns).first(conn).optional()? {
            return Ok(Some(found));
        }
    }
    match known.or(belongs.payment_id) {
        Some(id) => payments::table.find(id).select(columns).first(conn).optional(),
        None => Ok(None),
    }
}

fn settle(
    conn: &mut PgConnection,
    debt_id: Uuid,
    status: DebtStatus,
    moved: MoneyMove,
    figures: &Figures,
) -> QueryResult<()> {
    let next = status.after(moved, figures.balance());
    if next != status {
        diesel::update(debts::table.find(debt_id)).set(debts::status.eq(next.as_str())).execute(conn)?;
    }
    Ok(())
}
