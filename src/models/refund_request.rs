//! Refunds that a second person is to allow: above an amount, nobody gives money back alone.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::models::payment;
use crate::schema::{refund_requests, staff};

/// A row of `refund_requests` with the name of who asked.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct RefundWish {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub debt_id: Uuid,
    pub amount: Cents,
    pub refundable: Cents,
    pub reason: String,
    pub requested_by: Uuid,
    pub requester: String,
    pub requested_at: DateTime<Utc>,
    pub decision: Option<String>,
}

type Row = (Uuid, Uuid, Uuid, Cents, Cents, String, Uuid, String, DateTime<Utc>, Option<String>);

type Columns = (
    refund_requests::id,
    refund_requests::payment_id,
    refund_requests::debt_id,
    refund_requests::amount,
    refund_requests::refundable,
    refund_requests::reason,
    refund_requests::requested_by,
    staff::name,
    refund_requests::requested_at,
    refund_requests::decision,
);

const COLUMNS: Columns = (
    refund_requests::id,
    refund_requests::payment_id,
    refund_requests::debt_id,
    refund_requests::amount,
    refund_requests::refundable,
    refund_requests::reason,
    refund_requests::requested_by,
    staff::name,
    refund_requests::requested_at,
    refund_requests::decision,
);

fn read(
    (id, payment_id, debt_id, amount, refundable, reason, requested_by, requester, requested_at, decision): Row,
) -> RefundWish {
    RefundWish { id, payment_id, debt_id, amount, refundable, reason, requested_by, requester, requested_at, decision }
}

/// Those that wait, oldest first, at most `limit`.
pub fn waiting(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<RefundWish>> {
    let rows: Vec<Row> = refund_requests::table
        .inner_join(staff::table.on(staff::id.eq(refund_requests::requested_by)))
        .filter(refund_requests::decision.is_null())
        .order((refund_requests::requested_at, refund_requests::id))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Those of a debt that wait.
pub fn waiting_of_debt(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<RefundWish>> {
    let rows: Vec<Row> = refund_requests::table
        .inner_join(staff::table.on(staff::id.eq(refund_requests::requested_by)))
        .filter(refund_requests::debt_id.eq(debt_id))
        .filter(refund_requests::decision.is_null())
        .order((refund_requests::requested_at, refund_requests::id))
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// What is asked for.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct NewWish<'a> {
    pub payment_id: Uuid,
    pub amount: Cents,
    pub refundable: Cents,
    pub reason: &'a str,
    pub requested_by: Uuid,
}

/// Writes down that a refund is wanted. `None` when one of the same payment waits already, or there is no such payment.
pub fn ask(conn: &mut PgConnection, new: &NewWish<'_>, now: DateTime<Utc>) -> QueryResult<Option<Uuid>> {
    let Some(payment) = payment::find(conn, new.payment_id)? else { return Ok(None) };
    diesel::insert_into(refund_requests::table)
        .values((
            refund_requests::id.eq(Uuid::now_v7()),
            refund_requests::payment_id.eq(new.payment_id),
            refund_requests::debt_id.eq(payment.debt_id),
            refund_requests::amount.eq(new.amount),
            refund_requests::refundable.eq(new.refundable),
            refund_requests::reason.eq(new.reason),
            refund_requests::requested_by.eq(new.requested_by),
            refund_requests::requested_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(refund_requests::id)
        .get_result(conn)
        .optional()
}

/// What came of a decision.
#[derive(Clone, Debug)]
pub enum Decided {
    /// It stands; for an approval the refund is to be made now.
    Done(RefundWish),
    /// Who asked for it cannot allow it.
    SamePerson,
    /// It was decided already, or there is none.
    Gone,
}

/// Decides, once. Who asked may take it back, but not allow it.
pub fn decide(conn: &mut PgConnection, id: Uuid, approve: bool, by: Uuid, now: DateTime<Utc>) -> QueryResult<Decided> {
    let row: Option<Row> = refund_requests::table
        .inner_join(staff::table.on(staff::id.eq(refund_requests::requested_by)))
        .filter(refund_requests::id.eq(id))
        .filter(refund_requests::decision.is_null())
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    let Some(wish) = row.map(read) else { return Ok(Decided::Gone) };
    if approve && wish.requested_by == by {
        return Ok(Decided::SamePerson);
    }
    let decision = if approve { "approved" } else { "declined" };
    let open = refund_requests::table.find(id).filter(refund_requests::decision.is_null());
    let decided = diesel::update(open)
        .set((
            refund_requests::decision.eq(decision),
            refund_requests::decided_by.eq(by),
            refund_requests::decided_at.eq(now),
        ))
        .execute(conn)?;
    Ok(if decided == 0 {
        Decided::Gone
    } else {
        Decided::Done(RefundWish { decision: Some(decision.to_owned()), ..wish })
    })
}
