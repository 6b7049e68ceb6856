use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::Refund;
use crate::domain::listing::{Counted, Page, Position};
use crate::domain::returns::{Origin, RefundState};
use crate::models::listing::{COUNT_LIMIT, Period, count, creditors, one_more};
use crate::schema::{debts, refunds};

/// Which refunds are shown.
#[derive(Clone, Debug, Default)]
pub struct RefundFilter {
    /// Where they stand.
    pub state: Option<RefundState>,
    /// Who asked.
    pub origin: Option<Origin>,
    /// When they were asked for.
    pub period: Period,
    /// Of which debt.
    pub debt_id: Option<Uuid>,
}

/// A line of the list.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refunds, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct RefundLine {
    #[diesel(embed)]
    pub refund: Refund,
    #[diesel(select_expression = debts::original_creditor)]
    pub original_creditor: String,
}

fn filtered(filter: &RefundFilter) -> refunds::BoxedQuery<'static, Pg> {
    let mut query = refunds::table.into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(refunds::status.eq(state.status()));
        query = match state {
            RefundState::Requested | RefundState::Refused => query.filter(refunds::stripe_refund_id.is_null()),
            RefundState::Pending | RefundState::Failed => query.filter(refunds::stripe_refund_id.is_not_null()),
            RefundState::Succeeded | RefundState::Canceled => query,
        };
    }
    if let Some(origin) = filter.origin {
        query = query.filter(refunds::origin.eq(origin.as_str()));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(refunds::created_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(refunds::created_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(refunds::debt_id.eq(debt_id));
    }
    query
}

/// Refunds, the newest first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &RefundFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<RefundLine>> {
    let mut query = filtered(filter).select(Refund::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        query = query.filter(refunds::created_at.le(at)).filter(refunds::created_at.lt(at).or(refunds::id.lt(id)));
    }
    let rows = query.order((refunds::created_at.desc(), refunds::id.desc())).limit(one_more(size)).load(conn)?;
    let page = Page::cut(rows, size, |row: &Refund| Position::new(row.created_at, row.id).encode());
    let names = creditors(conn, page.rows.iter().map(|row| row.debt_id))?;
    Ok(page.map(|refund| RefundLine {
        original_creditor: names.get(&refund.debt_id).cloned().unwrap_or_default(),
        refund,
    }))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &RefundFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(refunds::id).limit(COUNT_LIMIT))
}

/// A refund with its debt's creditor.
pub fn line(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<RefundLine>> {
    refunds::table
        .inner_join(debts::table)
        .filter(refunds::id.eq(id))
        .select(RefundLine::as_select())
        .first(conn)
        .optional()
}
