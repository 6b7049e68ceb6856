//! Chargebacks and inquiries: what Stripe tells of them, and the ones to look after.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::returns::{ChargebackFacts, ChargebackState};
use crate::models::flag::{self, FlagKind, NewFlag};
use crate::models::ledger::{self, Applied, Expected};
use crate::models::payment::Payment;
use crate::schema::chargebacks;

/// Staff's list of chargebacks.
pub mod list;

/// A row of `chargebacks`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = chargebacks, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Chargeback {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub debt_id: Uuid,
    pub stripe_dispute_id: String,
    pub amount: Cents,
    pub status: String,
    pub transactions: i16,
    pub net: Cents,
    pub withdrawn: Cents,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub reinstated_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Chargeback {
    /// Where it stands.
    pub fn state(&self) -> ChargebackState {
        // The CHECK on the column leaves no other value.
        ChargebackState::parse(&self.status).unwrap_or(ChargebackState::Opened)
    }
}

/// Applies what Stripe tells of one chargeback, in the caller's transaction; see [`ledger::apply`].
pub fn apply(
    conn: &mut PgConnection,
    facts: &ChargebackFacts,
    expected: &Expected,
    event_id: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    let known = by_stripe_id(conn, &facts.chargeback_id)?;
    let own = known.as_ref().map(|row| row.payment_id);
    let Some(payment) = ledger::lock_returned(conn, own, &facts.belongs)? else { return Ok((Applied::Waiting, None)) };
    let raise = |conn: &mut PgConnection, kind, detail: &str| {
        let (payment_id, debt_id) = (Some(payment.id), Some(payment.debt_id));
        flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail, event_id })
    };
    let id = &facts.chargeback_id;
    if facts.livemode != Some(expected.livemode) || facts.currency != payment.currency || !facts.amount.is_positive() {
        let detail = format!("{id}: {} {}, livemode {:?}", facts.amount.get(), facts.currency, facts.livemode);
        raise(conn, FlagKind::RefundMismatch, &detail)?;
        return Ok((Applied::Flagged(FlagKind::RefundMismatch), Some(payment.id)));
    }
    // Read again: the one who had the lock may have written it.
    let row = match by_stripe_id(conn, id)? {
        Some(row) => row,
        None => insert(conn, &payment, facts)?,
    };
    let old = row.state();
    let state = old.on(facts.state);
    let (transactions, net) = if facts.transactions > row.transactions {
        (facts.transactions, facts.net)
    } else {
        (row.transactions, row.net)
    };
    let withdrawn = state.withdrawn(row.amount, transactions, net).min(payment.amount);
    let taken_now = row.withdrawn_at.is_none() && withdrawn.is_positive();
    let given_back = row.reinstated_at.is_none() && row.withdrawn > withdrawn;
    let (closed, due_at) = (!state.is_open(), facts.due_at.or(row.due_at));
    let changed = diesel::update(
        chargebacks::table.find(row.id).filter(
            // A repetition changes nothing, not even the time it was looked at.
            chargebacks::status
                .ne(state.as_str())
                .or(chargebacks::transactions.ne(transactions))
                .or(chargebacks::withdrawn.ne(withdrawn))
                .or(chargebacks::due_at.is_distinct_from(due_at)),
        ),
    )
    .set((
        chargebacks::status.eq(state.as_str()),
        chargebacks::transactions.eq(transactions),
        chargebacks::net.eq(net),
        chargebacks::withdrawn.eq(withdrawn),
        chargebacks::due_at.eq(due_at),
        chargebacks::withdrawn_at.eq(row.withdrawn_at.or(taken_now.then_some(at))),
        chargebacks::reinstated_at.eq(row.reinstated_at.or(given_back.then_some(at))),
        chargebacks::closed_at.eq(closed.then_some(row.closed_at.unwrap_or(at))),
    ))
    .execute(conn)?;
    ledger::settle_returns(conn, payment.id, event_id)?;
    // Each step is told, also when staff has dealt with the one before.
    let step = format!("{id} {state}");
    match state {
        ChargebackState::Inquiry | ChargebackState::InquiryClosed => raise(conn, FlagKind::Inquiry, &step)?,
        _ => raise(conn, FlagKind::Chargeback, &step)?,
    }
    if matches!(
        (old, facts.state),
        (ChargebackState::Won, ChargebackState::Lost) | (ChargebackState::Lost, ChargebackState::Won)
    ) {
        raise(conn, FlagKind::IllegalTransition, &format!("{id}: {} after {old}", facts.state))?;
    }
    Ok((if changed > 0 { Applied::Returned } else { Applied::Unchanged }, Some(payment.id)))
}

fn by_stripe_id(conn: &mut PgConnection, id: &str) -> QueryResult<Option<Chargeback>> {
    chargebacks::table
        .filter(chargebacks::stripe_dispute_id.eq(id))
        .select(Chargeback::as_select())
        .first(conn)
        .optional()
}

fn insert(conn: &mut PgConnection, payment: &Payment, facts: &ChargebackFacts) -> QueryResult<Chargeback> {
    diesel::insert_into(chargebacks::table)
        .values((
            chargebacks::id.eq(Uuid::now_v7()),
            chargebacks::payment_id.eq(payment.id),
            chargebacks::debt_id.eq(payment.debt_id),
            chargebacks::stripe_dispute_id.eq(&facts.chargeback_id),
            chargebacks::amount.eq(facts.amount),
            chargebacks::status.eq(ChargebackState::Inquiry.as_str()),
            chargebacks::reason.eq(facts.reason.as_ref()),
            chargebacks::created_at.eq(facts.created_at),
            chargebacks::due_at.eq(facts.due_at),
        ))
        .returning(Chargeback::as_returning())
        .get_result(conn)
}

/// The payment of one of Stripe's disputes and our row, where there is one; `None` when it is not about a payment of ours.
pub fn look_up(conn: &mut PgConnection, facts: &ChargebackFacts) -> QueryResult<Option<(Uuid, Option<Chargeback>)>> {
    let row = by_stripe_id(conn, &facts.chargeback_id)?;
    let known = row.as_ref().map(|row| row.payment_id);
    Ok(ledger::locate_returned(conn, known, &facts.belongs)?.map(|(payment_id, _)| (payment_id, row)))
}

/// All chargebacks of a payment, oldest first.
pub fn of_payment(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<Chargeback>> {
    chargebacks::table
        .filter(chargebacks::payment_id.eq(payment_id))
        .order((chargebacks::created_at, chargebacks::id))
        .select(Chargeback::as_select())
        .load(conn)
}

/// Open chargebacks that Stripe was not asked about for some hours: each step comes by an event, this is for the lost ones.
pub fn due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Chargeback>> {
    let open = ChargebackState::ALL.into_iter().filter(|s| s.is_open()).map(ChargebackState::as_str);
    chargebacks::table
        .filter(chargebacks::status.eq_any(open.collect::<Vec<_>>()))
        .filter(chargebacks::checked_at.is_null().or(chargebacks::checked_at.lt(now - Duration::hours(6))))
        .order(chargebacks::checked_at.asc().nulls_first())
        .limit(limit)
        .select(Chargeback::as_select())
        .load(conn)
}

/// Notes that Stripe was asked.
pub fn checked(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(chargebacks::table.find(id)).set(chargebacks::checked_at.eq(now)).execute(conn).map(drop)
}
