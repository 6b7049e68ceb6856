//! Steps of a case: what was said, by whom, and what came of it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Case, file};
use crate::domain::case::{Act, CaseStatus};
use crate::domain::debt::DebtStatus;
use crate::domain::evidence::File;
use crate::domain::money::Cents;
use crate::models::payment;
use crate::schema::{case_steps, cases, debt_holds, debts, staff};

/// A row of `case_steps` with the name of who of the staff made it.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Step {
    pub id: Uuid,
    pub kind: String,
    pub body: Option<String>,
    pub at: DateTime<Utc>,
    pub staff_name: Option<String>,
}

impl Step {
    /// Whether only staff reads it.
    pub fn is_internal(&self) -> bool {
        self.kind == "internal"
    }
}

/// The steps of a case, oldest first.
pub fn of_case(conn: &mut PgConnection, case_id: Uuid) -> QueryResult<Vec<Step>> {
    case_steps::table
        .left_join(staff::table)
        .filter(case_steps::case_id.eq(case_id))
        .order((case_steps::at, case_steps::id))
        .select((case_steps::id, case_steps::kind, case_steps::body, case_steps::at, staff::name.nullable()))
        .load(conn)
}

/// Writes a step; its id.
pub(super) fn write(
    conn: &mut PgConnection,
    case_id: Uuid,
    kind: &str,
    body: Option<&str>,
    staff_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    diesel::insert_into(case_steps::table)
        .values((
            case_steps::id.eq(Uuid::now_v7()),
            case_steps::case_id.eq(case_id),
            case_steps::kind.eq(kind),
            case_steps::body.eq(body),
            case_steps::staff_id.eq(staff_id),
            case_steps::at.eq(now),
        ))
        .returning(case_steps::id)
        .get_result(conn)
}

/// Steps of the person in one case in a day, at most.
const SAID_A_DAY: i64 = 20;

/// What came of the person saying something more.
#[derive(Clone, Debug)]
pub enum Said {
    /// It stands in the case.
    Done(Box<Case>),
    /// The case is closed, or a dispute that was answered: something new is a new case.
    Over,
    /// Enough for a day.
    TooMuch,
}

/// The person adds something. Staff owes an answer again.
pub fn say(conn: &mut PgConnection, case: &Case, body: &str, files: &[File], now: DateTime<Utc>) -> QueryResult<Said> {
    let Some(case) = lock(conn, case.id)? else { return Ok(Said::Over) };
    if !case.takes_more() {
        return Ok(Said::Over);
    }
    let today: i64 = case_steps::table
        .filter(case_steps::case_id.eq(case.id))
        .filter(case_steps::kind.eq("said"))
        .filter(case_steps::at.gt(now - TimeDelta::days(1)))
        .count()
        .get_result(conn)?;
    if today >= SAID_A_DAY {
        return Ok(Said::TooMuch);
    }
    let step = write(conn, case.id, "said", Some(body).filter(|body| !body.is_empty()), None, now)?;
    file::keep(conn, case.id, step, files, now)?;
    // A new question has its own time; one that waits keeps the earlier day.
    let due = if case.status == CaseStatus::Open { case.due_at } else { Some(now + TimeDelta::days(case.kind.days())) };
    diesel::update(cases::table.find(case.id))
        .set((cases::status.eq(CaseStatus::Open), cases::due_at.eq(due)))
        .returning(Case::as_returning())
        .get_result(conn)
        .map(|case| Said::Done(Box::new(case)))
}

/// Locks a case, after its debt: the one lock order.
fn lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Case>> {
    let debt: Option<Uuid> = cases::table.find(id).select(cases::debt_id).first(conn).optional()?;
    let Some(debt) = debt else { return Ok(None) };
    payment::lock_debt(conn, debt, None)?;
    cases::table.find(id).select(Case::as_select()).for_update().first(conn).optional()
}

/// What staff does in a case.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What.
    pub act: Act,
    /// The words.
    pub body: String,
    /// What goes with it.
    pub files: Vec<File>,
    /// Of a correction: what was owed in all, corrected.
    pub total_owed: Option<Cents>,
}

/// What came of an answer.
#[derive(Clone, Debug)]
pub enum Answered {
    /// No such case.
    NotFound,
    /// Not in the state the case is in by now.
    Illegal(Case),
    /// Done: the case, and the debt's status before and after.
    Done(Case, DebtStatus, DebtStatus),
}

/// Staff acts. A dispute that is answered lets the debt go on where it was; a correction changes what is owed.
pub fn answer(
    conn: &mut PgConnection,
    id: Uuid,
    answer: &Answer,
    staff_id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Answered> {
    let Some(case) = lock(conn, id)? else { return Ok(Answered::NotFound) };
    if !answer.act.is_possible(case.kind, case.status) {
        return Ok(Answered::Illegal(case));
    }
    let body = Some(answer.body.as_str()).filter(|body| !body.is_empty());
    let step = write(conn, id, answer.act.step(), body, Some(staff_id), now)?;
    file::keep(conn, id, step, &answer.files, now)?;
    let status = answer.act.leads_to(case.kind, case.status);
    let due = match (case.status, status) {
        (CaseStatus::Answered | CaseStatus::Closed, CaseStatus::Open) => Some(now + TimeDelta::days(case.kind.days())),
        _ => case.due_at,
    };
    let after: Case = diesel::update(cases::table.find(id))
        .set((
            cases::status.eq(status),
            cases::closed_at.eq((status == CaseStatus::Closed).then_some(now)),
            cases::due_at.eq(due),
            cases::staff_id.eq(staff_id),
        ))
        .returning(Case::as_returning())
        .get_result(conn)?;
    let (before, then) = apply(conn, &case, &after, answer, now)?;
    Ok(Answered::Done(after, before, then))
}

/// What an answer means for the debt; its status before and after.
fn apply(
    conn: &mut PgConnection,
    case: &Case,
    after: &Case,
    answer: &Answer,
    now: DateTime<Utc>,
) -> QueryResult<(DebtStatus, DebtStatus)> {
    let debt = debts::table.find(case.debt_id);
    if let Some(total) = answer.total_owed {
        diesel::update(debt).set(debts::total_owed.eq(total)).execute(conn)?;
    }
    let before: DebtStatus = debt.select(debts::status).first(conn)?;
    let to = match (case.stops_collection(), before) {
        _ if answer.act == Act::CloseDebt => Some(DebtStatus::Closed),
        (true, DebtStatus::Dispute) if after.status != CaseStatus::Open => Some(DebtStatus::Active),
        // Opened again: nothing is collected until it is answered.
        (true, DebtStatus::Active) if after.status == CaseStatus::Open => Some(DebtStatus::Dispute),
        _ => None,
    };
    if case.stops_collection() && after.status != CaseStatus::Open && before == DebtStatus::Hold {
        // The hold stays; where it leads back to is no dispute any more.
        diesel::update(
            debt_holds::table
                .filter(debt_holds::debt_id.eq(case.debt_id))
                .filter(debt_holds::lifted_at.is_null())
                .filter(debt_holds::status_before.eq(DebtStatus::Dispute.as_str())),
        )
        .set(debt_holds::status_before.eq(DebtStatus::Active.as_str()))
        .execute(conn)?;
    }
    // What stands afterwards: another dispute may keep it, and a debt that is paid is resolved.
    let then: DebtStatus = match to {
        Some(to) => diesel::update(debt).set(debts::status.eq(to)).returning(debts::status).get_result(conn)?,
        None => debt.select(debts::status).first(conn)?,
    };
    if !then.allows_payment() {
        payment::withdraw_excess(conn, case.debt_id, Cents::ZERO, now)?;
    }
    Ok((before, then))
}
