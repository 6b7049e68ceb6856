//! Holds: placing one takes the debt out of payment, lifting the last one puts it back where it was.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::DebtStatus;
use crate::domain::hold::HoldKind;
use crate::domain::money::Cents;
use crate::models::by::By;
use crate::models::payment;
use crate::schema::{debt_holds, debts, staff};

/// A row of `debt_holds` with the names of who placed and lifted it.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Hold {
    pub id: Uuid,
    pub kind: String,
    pub reason: String,
    /// Who of the staff; `None` where the person placed it.
    pub placed_by: Option<String>,
    pub placed_at: DateTime<Utc>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lift_reason: Option<String>,
}

/// The holds of a debt, newest first.
pub fn of_debt(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<Hold>> {
    type Row = (Uuid, String, String, Option<String>, DateTime<Utc>, Option<DateTime<Utc>>, Option<String>);
    let rows: Vec<Row> = debt_holds::table
        .left_join(staff::table.on(staff::id.nullable().eq(debt_holds::placed_by)))
        .filter(debt_holds::debt_id.eq(debt_id))
        .order((debt_holds::placed_at.desc(), debt_holds::id))
        .select((
            debt_holds::id,
            debt_holds::kind,
            debt_holds::reason,
            staff::name.nullable(),
            debt_holds::placed_at,
            debt_holds::lifted_at,
            debt_holds::lift_reason,
        ))
        .load(conn)?;
    let hold = |(id, kind, reason, placed_by, placed_at, lifted_at, lift_reason): Row| Hold {
        id,
        kind,
        reason,
        placed_by,
        placed_at,
        lifted_at,
        lift_reason,
    };
    Ok(rows.into_iter().map(hold).collect())
}

/// What came of placing or lifting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; the debt's status before and after.
    Done(DebtStatus, DebtStatus),
    /// There is no such debt or hold.
    NotFound,
    /// That kind is on the debt already.
    Already,
}

fn status(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<DebtStatus>> {
    debts::table.find(debt_id).select(debts::status).first::<DebtStatus>(conn).optional()
}

fn set_status(conn: &mut PgConnection, debt_id: Uuid, to: DebtStatus) -> QueryResult<DebtStatus> {
    // What stands afterwards: a debt that is paid is resolved, whatever it is set to.
    diesel::update(debts::table.find(debt_id)).set(debts::status.eq(to)).returning(debts::status).get_result(conn)
}

/// Places a hold. The debt is locked, so that no payment begins meanwhile, and an open checkout is taken out of service.
pub fn place(
    conn: &mut PgConnection,
    debt_id: Uuid,
    kind: HoldKind,
    reason: &str,
    by: impl Into<By>,
    now: DateTime<Utc>,
) -> QueryResult<Outcome> {
    let by = by.into();
    payment::lock_debt(conn, debt_id, None)?;
    let Some(before) = status(conn, debt_id)? else { return Ok(Outcome::NotFound) };
    let takes = kind.stops_payment() && matches!(before, DebtStatus::Active | DebtStatus::Dispute);
    let placed = diesel::insert_into(debt_holds::table)
        .values((
            debt_holds::id.eq(Uuid::now_v7()),
            debt_holds::debt_id.eq(debt_id),
            debt_holds::kind.eq(kind.as_str()),
            debt_holds::reason.eq(reason),
            debt_holds::status_before.eq(takes.then_some(before.as_str())),
            debt_holds::placed_by.eq(by.staff_id()),
            debt_holds::placed_from.eq(by.from()),
            debt_holds::placed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if placed == 0 {
        return Ok(Outcome::Already);
    }
    let after = if takes { set_status(conn, debt_id, DebtStatus::Hold)? } else { before };
    if kind.stops_payment() {
        payment::withdraw_excess(conn, debt_id, Cents::ZERO, now)?;
    }
    Ok(Outcome::Done(before, after))
}

/// Lifts a hold. With the last one that stops payment the debt goes back to the status it had.
pub fn lift(
    conn: &mut PgConnection,
    id: Uuid,
    debt_id: Uuid,
    reason: &str,
    by: impl Into<By>,
    now: DateTime<Utc>,
) -> QueryResult<Outcome> {
    let by = by.into();
    payment::lock_debt(conn, debt_id, None)?;
    let Some(before) = status(conn, debt_id)? else { return Ok(Outcome::NotFound) };
    let open = debt_holds::table.filter(debt_holds::debt_id.eq(debt_id)).filter(debt_holds::lifted_at.is_null());
    let lifted: Option<(String, Option<String>)> = diesel::update(open.filter(debt_holds::id.eq(id)))
        .set((
            debt_holds::lifted_at.eq(now),
            debt_holds::lifted_by.eq(by.staff_id()),
            debt_holds::lifted_from.eq(by.from()),
            debt_holds::lift_reason.eq((!reason.is_empty()).then_some(reason)),
        ))
        .returning((debt_holds::kind, debt_holds::status_before))
        .get_result(conn)
        .optional()?;
    let Some((kind, status_before)) = lifted else { return Ok(Outcome::NotFound) };
    if !HoldKind::parse(&kind).is_some_and(HoldKind::stops_payment) || before != DebtStatus::Hold {
        return Ok(Outcome::Done(before, before));
    }
    let others: Vec<(Uuid, String)> = open.select((debt_holds::id, debt_holds::kind)).load(conn)?;
    let next = others.into_iter().find(|(_, kind)| HoldKind::parse(kind).is_some_and(HoldKind::stops_payment));
    let back = status_before.as_deref().and_then(DebtStatus::parse);
    let after = match next {
        // Another hold keeps the debt, and remembers from now on where it goes back to.
        Some((other, _)) => {
            if let Some(back) = back {
                let keeps = debt_holds::table.find(other).filter(debt_holds::status_before.is_null());
                diesel::update(keeps).set(debt_holds::status_before.eq(back.as_str())).execute(conn)?;
            }
            before
        }
        None => set_status(conn, debt_id, back.unwrap_or(DebtStatus::Active))?,
    };
    Ok(Outcome::Done(before, after))
}

/// Places a hold on every open debt of a person, in the order of their ids, so that two who do it at once do not wait for each
/// other; how many were placed.
pub fn place_on_all(
    conn: &mut PgConnection,
    debtor_id: Uuid,
    kind: HoldKind,
    reason: &str,
    by: By,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = [DebtStatus::Active, DebtStatus::Dispute, DebtStatus::Hold];
    let ids: Vec<Uuid> = debts::table
        .filter(debts::debtor_id.eq(debtor_id))
        .filter(debts::status.eq_any(open))
        .order(debts::id)
        .select(debts::id)
        .load(conn)?;
    let mut placed = 0;
    for id in ids {
        placed += usize::from(matches!(self::place(conn, id, kind, reason, by, now)?, Outcome::Done(..)));
    }
    Ok(placed)
}

/// Lifts the open holds of a kind from every debt of a person: the person those that the person placed, staff all; how many.
pub fn lift_of_all(
    conn: &mut PgConnection,
    debtor_id: Uuid,
    kind: HoldKind,
    reason: &str,
    by: By,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut open = debt_holds::table
        .inner_join(debts::table)
        .filter(debts::debtor_id.eq(debtor_id))
        .filter(debt_holds::kind.eq(kind.as_str()))
        .filter(debt_holds::lifted_at.is_null())
        .order(debts::id)
        .select((debt_holds::id, debts::id))
        .into_boxed();
    if by == By::Person {
        open = open.filter(debt_holds::placed_from.is_not_null());
    }
    let holds: Vec<(Uuid, Uuid)> = open.load(conn)?;
    let mut lifted = 0;
    for (id, debt_id) in holds {
        lifted += usize::from(matches!(lift(conn, id, debt_id, reason, by, now)?, Outcome::Done(..)));
    }
    Ok(lifted)
}

/// Whether a hold that is open stops contact of any kind with the debt's person.
pub fn has_open(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<bool> {
    let open = debt_holds::table.filter(debt_holds::debt_id.eq(debt_id)).filter(debt_holds::lifted_at.is_null());
    diesel::select(diesel::dsl::exists(open)).get_result(conn)
}
