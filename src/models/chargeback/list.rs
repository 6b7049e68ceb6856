use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::Chargeback;
use crate::domain::listing::{Counted, Page, Position};
use crate::domain::returns::ChargebackState;
use crate::models::listing::{COUNT_LIMIT, Period, count, creditors, one_more};
use crate::schema::{chargebacks, debts};

/// Which chargebacks are shown.
#[derive(Clone, Debug, Default)]
pub struct ChargebackFilter {
    /// Where they stand.
    pub state: Option<ChargebackState>,
    /// Only open ones whose evidence is due before this, the most urgent first.
    pub due_before: Option<DateTime<Utc>>,
    /// When they were opened.
    pub period: Period,
    /// Of which debt.
    pub debt_id: Option<Uuid>,
}

/// A line of the list.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = chargebacks, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct ChargebackLine {
    #[diesel(embed)]
    pub chargeback: Chargeback,
    #[diesel(select_expression = debts::original_creditor)]
    pub original_creditor: String,
}

fn filtered(filter: &ChargebackFilter) -> chargebacks::BoxedQuery<'static, Pg> {
    let mut query = chargebacks::table.into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(chargebacks::status.eq(state.as_str()));
    }
    if let Some(due_before) = filter.due_before {
        query = query
            .filter(chargebacks::closed_at.is_null())
            .filter(chargebacks::due_at.is_not_null())
            .filter(chargebacks::due_at.lt(due_before));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(chargebacks::created_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(chargebacks::created_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(chargebacks::debt_id.eq(debt_id));
    }
    query
}

/// Chargebacks, the newest first, after a position; those that are due soon in the order in which they are due.
pub fn search(
    conn: &mut PgConnection,
    filter: &ChargebackFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<ChargebackLine>> {
    let by_urgency = filter.due_before.is_some();
    let mut query = filtered(filter).select(Chargeback::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        query = if by_urgency {
            query.filter(chargebacks::due_at.gt(at).or(chargebacks::due_at.eq(at).and(chargebacks::id.gt(id))))
        } else {
            query
                .filter(chargebacks::created_at.le(at))
                .filter(chargebacks::created_at.lt(at).or(chargebacks::id.lt(id)))
        };
    }
    query = if by_urgency {
        query.order((chargebacks::due_at.asc(), chargebacks::id.asc()))
    } else {
        query.order((chargebacks::created_at.desc(), chargebacks::id.desc()))
    };
    let rows = query.limit(one_more(size)).load(conn)?;
    let page = Page::cut(rows, size, |row: &Chargeback| {
        let at = if by_urgency { row.due_at.unwrap_or(row.created_at) } else { row.created_at };
        Position::new(at, row.id).encode()
    });
    let names = creditors(conn, page.rows.iter().map(|row| row.debt_id))?;
    Ok(page.map(|chargeback| ChargebackLine {
        original_creditor: names.get(&chargeback.debt_id).cloned().unwrap_or_default(),
        chargeback,
    }))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &ChargebackFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(chargebacks::id).limit(COUNT_LIMIT))
}

/// A chargeback with its debt's creditor.
pub fn line(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<ChargebackLine>> {
    chargebacks::table
        .inner_join(debts::table)
        .filter(chargebacks::id.eq(id))
        .select(ChargebackLine::as_select())
        .first(conn)
        .optional()
}
