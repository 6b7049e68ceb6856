//! Refunds: asking for one, what Stripe tells of them, and the ones to look after.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::payment::PaymentStatus;
use crate::domain::returns::{ChargeFacts, ChargebackState, Origin, RefundFacts, RefundSignal, RefundState};
use crate::models::books;
use crate::models::flag::{self, FlagKind, NewFlag};
use crate::models::ledger::{self, Applied, Expected};
use crate::models::payment::{self, Payment};
use crate::schema::{chargebacks, payments, refunds};

/// Staff's list of refunds.
pub mod list;

/// A row of `refunds`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refunds, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Refund {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub debt_id: Uuid,
    pub amount: Cents,
    pub status: String,
    pub origin: String,
    pub stripe_refund_id: Option<String>,
    pub failure_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub returned_at: Option<DateTime<Utc>>,
}

impl Refund {
    /// Where it stands.
    pub fn state(&self) -> RefundState {
        // The CHECK on the column leaves no other value.
        RefundState::of(&self.status, self.stripe_refund_id.is_some()).unwrap_or(RefundState::Requested)
    }
}

/// What somebody asks to give back.
#[derive(Clone, Copy, Debug)]
pub struct RefundRequest {
    /// Of which payment.
    pub payment_id: Uuid,
    /// How much.
    pub amount: Cents,
    /// What could be given back when it was asked: another figure now means that something has happened since.
    pub seen: Cents,
    /// Who asks.
    pub origin: Origin,
}

/// What came of asking.
#[derive(Clone, Debug)]
pub enum Asked {
    /// No such payment.
    NotFound,
    /// Its money has not arrived, or not by Stripe.
    NotPaid,
    /// The cardholder's bank has taken the money back, or is about to; Stripe refuses refunds then.
    ChargedBack,
    /// The database is a restored copy and may have lost refunds; quittance reconcile first.
    BooksClosed,
    /// What can be given back is another figure than was seen.
    Changed(Cents),
    /// Not an amount from one cent to this.
    TooMuch(Cents),
    /// The row stands; Stripe is to be told.
    Requested(Refund),
}

/// What can be given back of a payment now: paid, less what has gone back, less what is about to.
pub fn refundable(conn: &mut PgConnection, payment: &Payment) -> QueryResult<Cents> {
    if !matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded) {
        return Ok(Cents::ZERO);
    }
    let requested: Cents = requested_of(conn, payment.id)?.iter().map(|r| r.amount).fold(Cents::ZERO, Cents::plus);
    let gone = payment.amount_refunded.plus(payment.amount_charged_back).plus(requested);
    Ok(payment.amount.minus_floor_zero(gone))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn unanswered() -> _ {
    let requested: &'static str = RefundState::Requested.status();
    refunds::status.eq(requested).and(refunds::stripe_refund_id.is_null())
}

/// The refunds of a payment that Stripe has not answered yet.
pub fn requested_of(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<Refund>> {
    refunds::table
        .filter(refunds::payment_id.eq(payment_id))
        .filter(unanswered())
        .select(Refund::as_select())
        .load(conn)
}

/// The refunds of a payment's debt that Stripe is to be told of.
pub fn requested_ids(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<Uuid>> {
    let debt: Option<Uuid> = payments::table.find(payment_id).select(payments::debt_id).first(conn).optional()?;
    refunds::table.filter(refunds::debt_id.nullable().eq(debt)).filter(unanswered()).select(refunds::id).load(conn)
}

/// Every refund that Stripe has not answered, oldest first.
pub fn all_requested(conn: &mut PgConnection) -> QueryResult<Vec<Uuid>> {
    refunds::table.filter(unanswered()).order(refunds::created_at).select(refunds::id).load(conn)
}

/// What of a debt's money is about to go back and still counts.
pub fn requested_of_debt(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Cents> {
    let sum: Option<Cents> = refunds::table
        .filter(refunds::debt_id.eq(debt_id))
        .filter(unanswered())
        .select(diesel::dsl::sum(refunds::amount))
        .first(conn)?;
    Ok(sum.unwrap_or(Cents::ZERO))
}

/// Writes down that money is to be given back. Needs a transaction: it holds the locks of debt and payment.
pub fn request(conn: &mut PgConnection, request: &RefundRequest, now: DateTime<Utc>) -> QueryResult<Asked> {
    let Some(payment) = payment::find(conn, request.payment_id)? else { return Ok(Asked::NotFound) };
    payment::lock_debt(conn, payment.debt_id, None)?;
    let payment = payment::lock(conn, request.payment_id)?;
    let paid = matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded);
    if !paid || payment.stripe_payment_intent_id.is_none() {
        return Ok(Asked::NotPaid);
    }
    if books::are_closed(conn)? {
        return Ok(Asked::BooksClosed);
    }
    if is_charged_back(conn, payment.id)? {
        return Ok(Asked::ChargedBack);
    }
    let refundable = refundable(conn, &payment)?;
    if refundable != request.seen {
        return Ok(Asked::Changed(refundable));
    }
    if !request.amount.is_positive() || request.amount > refundable {
        return Ok(Asked::TooMuch(refundable));
    }
    insert_requested(conn, &payment, request.amount, request.origin, now).map(Asked::Requested)
}

/// Whether the cardholder's bank has the money, or is about to take it: a refund on top would pay twice.
pub fn is_charged_back(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<bool> {
    let cases: Vec<(String, Cents)> = chargebacks::table
        .filter(chargebacks::payment_id.eq(payment_id))
        .select((chargebacks::status, chargebacks::withdrawn))
        .load(conn)?;
    Ok(cases.iter().any(|(status, withdrawn)| match ChargebackState::parse(status) {
        // Lost, and the money came back all the same.
        Some(ChargebackState::Lost) => withdrawn.is_positive(),
        Some(state) => state.bars_refund() || withdrawn.is_positive(),
        None => true,
    }))
}

fn insert_requested(
    conn: &mut PgConnection,
    payment: &Payment,
    amount: Cents,
    origin: Origin,
    now: DateTime<Utc>,
) -> QueryResult<Refund> {
    diesel::insert_into(refunds::table)
        .values((
            refunds::id.eq(Uuid::now_v7()),
            refunds::payment_id.eq(payment.id),
            refunds::debt_id.eq(payment.debt_id),
            refunds::amount.eq(amount),
            refunds::origin.eq(origin.as_str()),
            refunds::created_at.eq(now),
        ))
        .returning(Refund::as_returning())
        .get_result(conn)
}

/// Asks for what a payment brought beyond its debt, once: what came back once comes back again, and staff has the flag. How much
/// was asked. The caller holds the debt's lock.
pub fn request_excess(
    conn: &mut PgConnection,
    payment_id: Uuid,
    excess: Cents,
    now: DateTime<Utc>,
) -> QueryResult<Cents> {
    let payment = payment::lock(conn, payment_id)?;
    let amount = excess.min(refundable(conn, &payment)?);
    let tried: i64 = refunds::table
        .filter(refunds::payment_id.eq(payment_id))
        .filter(refunds::origin.eq(Origin::Overpayment.as_str()))
        .count()
        .get_result(conn)?;
    if tried > 0 || !amount.is_positive() || is_charged_back(conn, payment_id)? {
        return Ok(Cents::ZERO);
    }
    insert_requested(conn, &payment, amount, Origin::Overpayment, now)?;
    Ok(amount)
}

/// Applies what Stripe tells of one refund, in the caller's transaction; see [`ledger::apply`].
pub fn apply(
    conn: &mut PgConnection,
    facts: &RefundFacts,
    expected: &Expected,
    event_id: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    let own = match facts.own_id {
        Some(id) => refunds::table.find(id).select(refunds::payment_id).first(conn).optional()?,
        None => None,
    };
    let Some(payment) = ledger::lock_returned(conn, own, &facts.belongs)? else { return Ok((Applied::Waiting, None)) };
    let flag = |conn: &mut PgConnection, detail: &str| {
        let (payment_id, debt_id, kind) = (Some(payment.id), Some(payment.debt_id), FlagKind::RefundMismatch);
        flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail, event_id })
            .map(|()| (Applied::Flagged(kind), payment_id))
    };
    if let Some(detail) = mismatch(&payment, facts, expected) {
        return flag(conn, &detail);
    }
    let row = match find_row(conn, facts, payment.id)? {
        Some(row) if row.amount != facts.amount => {
            let (told, known) = (facts.amount.get(), row.amount.get());
            return flag(conn, &format!("refund {}: Stripe says {told} cents, we asked for {known}", facts.refund_id));
        }
        Some(row) => row,
        None => insert_told(conn, &payment, facts)?,
    };
    let state = row.state().on(facts.signal);
    if state == row.state() && row.stripe_refund_id.is_some() {
        return Ok((Applied::Unchanged, Some(payment.id)));
    }
    let returned = matches!(state, RefundState::Canceled | RefundState::Failed);
    diesel::update(refunds::table.find(row.id))
        .set((
            refunds::status.eq(state.status()),
            refunds::stripe_refund_id.eq(&facts.refund_id),
            refunds::failure_code.eq(facts.failure.as_ref().filter(|_| returned)),
            refunds::returned_at.eq(row.returned_at.or(returned.then_some(at.max(row.created_at)))),
        ))
        .execute(conn)?;
    ledger::settle_returns(conn, payment.id, event_id)?;
    match state {
        RefundState::Failed | RefundState::Canceled => came_back(conn, &payment, facts, event_id)?,
        RefundState::Pending | RefundState::Succeeded => {
            // Refused once and made all the same: nobody has to return it in another way.
            if row.state() == RefundState::Refused {
                flag::resolve(conn, payment.id, FlagKind::RefundFailed, at)?;
            }
            if row.origin == Origin::Overpayment.as_str() {
                flag::resolve(conn, payment.id, FlagKind::Overpayment, at)?;
            }
        }
        RefundState::Requested | RefundState::Refused => {}
    }
    Ok((Applied::Returned, Some(payment.id)))
}

fn came_back(
    conn: &mut PgConnection,
    payment: &Payment,
    facts: &RefundFacts,
    event_id: Option<&str>,
) -> QueryResult<()> {
    let why = facts.failure.as_deref().unwrap_or("no reason told");
    let detail = format!("refund {} of {} cents came back: {why}", facts.refund_id, facts.amount.get());
    let (payment_id, debt_id) = (Some(payment.id), Some(payment.debt_id));
    flag::raise(conn, &NewFlag { payment_id, debt_id, kind: FlagKind::RefundFailed, detail: &detail, event_id })
}

fn mismatch(payment: &Payment, facts: &RefundFacts, expected: &Expected) -> Option<String> {
    if facts.livemode.is_some_and(|live| live != expected.livemode) {
        Some(format!("refund {}: another mode", facts.refund_id))
    } else if facts.currency != payment.currency {
        Some(format!(
            "refund {}: Stripe says {}, the payment is in {}",
            facts.refund_id, facts.currency, payment.currency
        ))
    } else if !facts.amount.is_positive() || facts.amount > payment.amount {
        let (told, paid) = (facts.amount.get(), payment.amount.get());
        Some(format!("refund {}: {told} cents of a payment of {paid}", facts.refund_id))
    } else {
        None
    }
}

fn find_row(conn: &mut PgConnection, facts: &RefundFacts, payment_id: Uuid) -> QueryResult<Option<Refund>> {
    let of_payment = || refunds::table.filter(refunds::payment_id.eq(payment_id)).select(Refund::as_select());
    let known = of_payment().filter(refunds::stripe_refund_id.eq(&facts.refund_id)).first(conn).optional()?;
    match (known, facts.own_id) {
        (None, Some(id)) => {
            of_payment().filter(refunds::id.eq(id)).filter(refunds::stripe_refund_id.is_null()).first(conn).optional()
        }
        (known, _) => Ok(known),
    }
}

/// A refund that was made elsewhere, or here before a backup was restored. What was recorded from the charge's sum is
/// explained by it.
fn insert_told(conn: &mut PgConnection, payment: &Payment, facts: &RefundFacts) -> QueryResult<Refund> {
    let recorded =
        refunds::table.filter(refunds::payment_id.eq(payment.id)).filter(refunds::origin.eq(Origin::Recorded.as_str()));
    if let Some(row) = recorded.select(Refund::as_select()).first(conn).optional()? {
        let left = row.amount.minus_floor_zero(facts.amount);
        if left.is_positive() {
            diesel::update(refunds::table.find(row.id)).set(refunds::amount.eq(left)).execute(conn)?;
        } else {
            diesel::delete(refunds::table.find(row.id)).execute(conn)?;
        }
    }
    let taken = match facts.own_id {
        Some(id) => refunds::table.find(id).count().get_result::<i64>(conn)? > 0,
        None => false,
    };
    diesel::insert_into(refunds::table)
        .values((
            refunds::id.eq(facts.own_id.filter(|_| !taken).unwrap_or_else(Uuid::now_v7)),
            refunds::payment_id.eq(payment.id),
            refunds::debt_id.eq(payment.debt_id),
            refunds::amount.eq(facts.amount),
            refunds::origin.eq(facts.origin.unwrap_or(Origin::Stripe).as_str()),
            refunds::created_at.eq(facts.created_at),
        ))
        .returning(Refund::as_returning())
        .get_result(conn)
}

/// Applies a charge's sum of refunds. What our rows do not explain is recorded and Stripe will be asked; an older sum that
/// comes late explains itself.
pub fn apply_sum(
    conn: &mut PgConnection,
    facts: &ChargeFacts,
    expected: &Expected,
    event_id: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    let Some(payment) = ledger::lock_returned(conn, None, &facts.belongs)? else { return Ok((Applied::Waiting, None)) };
    if facts.livemode != Some(expected.livemode)
        || facts.currency != payment.currency
        || facts.refunded > payment.amount
    {
        let detail =
            format!("charge: {} {} refunded, livemode {:?}", facts.refunded.get(), facts.currency, facts.livemode);
        let (payment_id, debt_id, kind) = (Some(payment.id), Some(payment.debt_id), FlagKind::RefundMismatch);
        flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail: &detail, event_id })?;
        return Ok((Applied::Flagged(kind), payment_id));
    }
    let rows = of_payment(conn, payment.id)?;
    // Every row counts here, also those that came back: the sum may be older than that.
    let explained = rows
        .iter()
        .filter(|row| row.state() != RefundState::Refused)
        .map(|row| row.amount)
        .fold(Cents::ZERO, Cents::plus);
    let unexplained = facts.refunded.minus_floor_zero(explained);
    let counted = rows.iter().filter(|row| row.state().counts()).map(|row| row.amount).fold(Cents::ZERO, Cents::plus);
    if facts.refunded != counted {
        // Older than what is known, or about something unknown: only Stripe's list of refunds tells.
        diesel::update(payments::table.find(payment.id)).set(payments::refunds_unsure_since.eq(at)).execute(conn)?;
    }
    if !unexplained.is_positive() {
        return Ok((Applied::Unchanged, Some(payment.id)));
    }
    record(conn, &payment, &rows, unexplained, at)?;
    ledger::settle_returns(conn, payment.id, event_id)?;
    Ok((Applied::Returned, Some(payment.id)))
}

fn record(
    conn: &mut PgConnection,
    payment: &Payment,
    rows: &[Refund],
    amount: Cents,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    match rows.iter().find(|row| row.origin == Origin::Recorded.as_str()) {
        Some(row) => {
            diesel::update(refunds::table.find(row.id)).set(refunds::amount.eq(row.amount.plus(amount))).execute(conn)
        }
        None => diesel::insert_into(refunds::table)
            .values((
                refunds::id.eq(Uuid::now_v7()),
                refunds::payment_id.eq(payment.id),
                refunds::debt_id.eq(payment.debt_id),
                refunds::amount.eq(amount),
                refunds::status.eq(RefundState::Succeeded.status()),
                refunds::origin.eq(Origin::Recorded.as_str()),
                refunds::created_at.eq(at),
            ))
            .execute(conn),
    }
    .map(drop)
}

/// Takes in that Stripe has listed all refunds of a payment as it stood in `read`: nothing is recorded from a sum any more, unless
/// another sum has come meanwhile.
pub fn now_sure(conn: &mut PgConnection, read: &Payment) -> QueryResult<()> {
    payment::lock_debt(conn, read.debt_id, None)?;
    let row = payment::lock(conn, read.id)?;
    if row.refunds_unsure_since.is_none() || row.refunds_unsure_since != read.refunds_unsure_since {
        return Ok(());
    }
    let sure = payments::refunds_unsure_since.eq(None::<DateTime<Utc>>);
    diesel::update(payments::table.find(read.id)).set(sure).execute(conn)?;
    let recorded =
        refunds::table.filter(refunds::payment_id.eq(read.id)).filter(refunds::origin.eq(Origin::Recorded.as_str()));
    diesel::delete(recorded).execute(conn)?;
    ledger::settle_returns(conn, read.id, None)
}

/// Notes that Stripe refused to make a refund. The row as it stands then.
pub fn refused(conn: &mut PgConnection, id: Uuid, code: &str, at: DateTime<Utc>) -> QueryResult<Option<Refund>> {
    let Some(row) = find(conn, id)? else { return Ok(None) };
    payment::lock_debt(conn, row.debt_id, None)?;
    let state = row.state().on(RefundSignal::Refused);
    let refused = diesel::update(refunds::table.find(id).filter(unanswered()))
        .set((refunds::status.eq(state.status()), refunds::failure_code.eq(code), refunds::checked_at.eq(at)))
        .execute(conn)?;
    // Whoever asked may have gone by now.
    if refused > 0 {
        let detail = format!("Stripe refused to give {} cents back: {code}", row.amount.get());
        let (payment_id, debt_id) = (Some(row.payment_id), Some(row.debt_id));
        let kind = FlagKind::RefundFailed;
        flag::raise(conn, &NewFlag { payment_id, debt_id, kind, detail: &detail, event_id: None })?;
    }
    find(conn, id)
}

/// Where one of Stripe's refunds stands in our books.
#[derive(Clone, Debug)]
pub enum Found {
    /// Not about a payment of ours.
    NotOurs,
    /// About this payment; its row, where there is one.
    Of(Uuid, Option<Refund>),
}

/// Looks for the payment and the row of a refund, and changes nothing.
pub fn look_up(conn: &mut PgConnection, facts: &RefundFacts) -> QueryResult<Found> {
    match ledger::locate_returned(conn, None, &facts.belongs)? {
        None => Ok(Found::NotOurs),
        Some((payment_id, _)) => Ok(Found::Of(payment_id, find_row(conn, facts, payment_id)?)),
    }
}

/// The refunds that were asked for in a period.
pub fn asked_between(conn: &mut PgConnection, from: DateTime<Utc>, until: DateTime<Utc>) -> QueryResult<Vec<Refund>> {
    refunds::table.filter(refunds::created_at.between(from, until)).select(Refund::as_select()).load(conn)
}

/// A refund by our id.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Refund>> {
    refunds::table.find(id).select(Refund::as_select()).first(conn).optional()
}

/// A refund together with its payment.
pub fn with_payment(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(Refund, Payment)>> {
    refunds::table
        .find(id)
        .inner_join(payments::table)
        .select((Refund::as_select(), Payment::as_select()))
        .first(conn)
        .optional()
}

/// All refunds of a payment, oldest first.
pub fn of_payment(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<Refund>> {
    refunds::table
        .filter(refunds::payment_id.eq(payment_id))
        .order((refunds::created_at, refunds::id))
        .select(Refund::as_select())
        .load(conn)
}

/// Refunds that Stripe is to be told or asked about, longest waiting first (one that is being sent at this moment may be sent
/// once more, Stripe does it once): young ones often, old ones ever more rarely, at
/// least every hour.
pub fn due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Refund>> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Timestamptz};
    refunds::table
        .filter(refunds::status.eq(RefundState::Pending.status()))
        .filter(
            sql::<Bool>("(checked_at IS NULL OR checked_at + least(greatest((")
                .bind::<Timestamptz, _>(now)
                .sql(" - created_at) / 8, interval '5 seconds'), interval '1 hour') <= ")
                .bind::<Timestamptz, _>(now)
                .sql(")"),
        )
        .order(refunds::checked_at.asc().nulls_first())
        .limit(limit)
        .select(Refund::as_select())
        .load(conn)
}

/// Payments whose refunds Stripe is to list.
pub fn unsure(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Payment>> {
    payments::table
        .filter(payments::refunds_unsure_since.is_not_null())
        .order(payments::refunds_unsure_since)
        .limit(limit)
        .select(Payment::as_select())
        .load(conn)
}

/// Notes that Stripe was told or asked.
pub fn checked(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(refunds::table.find(id)).set(refunds::checked_at.eq(now)).execute(conn).map(drop)
}
