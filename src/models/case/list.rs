//! Staff's list of cases.

use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::Case;
use crate::domain::case::{CaseKind, CaseStatus};
use crate::domain::listing::{Counted, Page, Position};
use crate::models::listing::{COUNT_LIMIT, Period, count, creditors, one_more};
use crate::schema::cases;

/// Which cases are shown.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// What was asked.
    pub kind: Option<CaseKind>,
    /// Where they stand; `None` is all that is not closed.
    pub status: Option<CaseStatus>,
    /// Only those that should have been answered before this moment.
    pub overdue_at: Option<DateTime<Utc>>,
    /// When they arrived.
    pub period: Period,
    /// About which debt.
    pub debt_id: Option<Uuid>,
    /// By number.
    pub number: Option<String>,
}

fn filtered(filter: &CaseFilter) -> cases::BoxedQuery<'static, Pg> {
    let mut query = cases::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(cases::kind.eq(kind));
    }
    if let Some(status) = filter.status {
        query = query.filter(cases::status.eq(status));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(cases::status.eq(CaseStatus::Open)).filter(cases::due_at.lt(now));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(cases::opened_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(cases::opened_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(cases::debt_id.eq(debt_id));
    }
    if let Some(number) = &filter.number {
        query = query.filter(cases::number.eq(number.clone()));
    }
    query
}

/// A case with the creditor of its debt.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// The case.
    pub case: Case,
    /// Whom the debt was owed to at first.
    pub original_creditor: String,
}

/// Cases, the newest first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &CaseFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<CaseLine>> {
    let mut query = filtered(filter).select(Case::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        query = query.filter(cases::opened_at.le(at)).filter(cases::opened_at.lt(at).or(cases::id.lt(id)));
    }
    let rows = query.order((cases::opened_at.desc(), cases::id.desc())).limit(one_more(size)).load(conn)?;
    let page = Page::cut(rows, size, |row: &Case| Position::new(row.opened_at, row.id).encode());
    let names = creditors(conn, page.rows.iter().map(|row| row.debt_id))?;
    Ok(page.map(|case| CaseLine { original_creditor: names.get(&case.debt_id).cloned().unwrap_or_default(), case }))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &CaseFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(cases::id).limit(COUNT_LIMIT))
}
