use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::FlagKind;
use crate::domain::listing::{Counted, Page, Position};
use crate::models::listing::{COUNT_LIMIT, Period, count, one_more};
use crate::schema::payment_flags;

/// What findings are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagGroup {
    /// More money than was owed.
    Overpayments,
    /// Our books and Stripe's contradict each other.
    Mismatches,
    /// Money that goes back, or did not arrive there.
    Returns,
}

impl FlagGroup {
    /// Every group.
    pub const ALL: [FlagGroup; 3] = [FlagGroup::Overpayments, FlagGroup::Mismatches, FlagGroup::Returns];

    /// The word for it in addresses and locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            FlagGroup::Overpayments => "overpayments",
            FlagGroup::Mismatches => "mismatches",
            FlagGroup::Returns => "returns",
        }
    }

    /// The group of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }

    /// Its kinds.
    pub fn kinds(self) -> Vec<FlagKind> {
        FlagKind::ALL.into_iter().filter(|kind| kind.group() == self).collect()
    }
}

/// Which findings are shown.
#[derive(Clone, Debug, Default)]
pub struct FlagFilter {
    /// About what.
    pub group: Option<FlagGroup>,
    /// Of which kind.
    pub kind: Option<FlagKind>,
    /// Only those that wait, or only those that are dealt with.
    pub open: Option<bool>,
    /// When they were found.
    pub period: Period,
    /// Of which debt.
    pub debt_id: Option<Uuid>,
}

/// A finding with what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = payment_flags, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct FlagRecord {
    pub id: Uuid,
    pub payment_id: Option<Uuid>,
    pub debt_id: Option<Uuid>,
    pub kind: String,
    pub detail: String,
    pub stripe_event_id: Option<String>,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<Uuid>,
    pub resolution: Option<String>,
}

fn filtered(filter: &FlagFilter) -> payment_flags::BoxedQuery<'static, Pg> {
    let mut query = payment_flags::table.into_boxed();
    if let Some(group) = filter.group {
        let kinds: Vec<&'static str> = group.kinds().into_iter().map(FlagKind::as_str).collect();
        query = query.filter(payment_flags::kind.eq_any(kinds));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(payment_flags::kind.eq(kind.as_str()));
    }
    match filter.open {
        Some(true) => query = query.filter(payment_flags::resolved_at.is_null()),
        Some(false) => query = query.filter(payment_flags::resolved_at.is_not_null()),
        None => {}
    }
    if let Some(from) = filter.period.from {
        query = query.filter(payment_flags::created_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(payment_flags::created_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(payment_flags::debt_id.eq(debt_id));
    }
    query
}

/// Findings, the newest first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &FlagFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<FlagRecord>> {
    let mut query = filtered(filter).select(FlagRecord::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        query = query
            .filter(payment_flags::created_at.le(at))
            .filter(payment_flags::created_at.lt(at).or(payment_flags::id.lt(id)));
    }
    let order = (payment_flags::created_at.desc(), payment_flags::id.desc());
    let rows = query.order(order).limit(one_more(size)).load(conn)?;
    Ok(Page::cut(rows, size, |row: &FlagRecord| Position::new(row.created_at, row.id).encode()))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &FlagFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(payment_flags::id).limit(COUNT_LIMIT))
}

/// A finding.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<FlagRecord>> {
    payment_flags::table.find(id).select(FlagRecord::as_select()).first(conn).optional()
}

/// The findings about a payment, the newest first.
pub fn of_payment(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<FlagRecord>> {
    payment_flags::table
        .filter(payment_flags::payment_id.eq(payment_id))
        .order((payment_flags::created_at.desc(), payment_flags::id.desc()))
        .select(FlagRecord::as_select())
        .load(conn)
}

/// What came of dealing with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dealt {
    /// No such finding.
    NotFound,
    /// Somebody, or the portal itself, was first; nothing was changed.
    Already(FlagRecord),
    /// Noted.
    Done(FlagRecord),
}

/// Notes that somebody has dealt with a finding, and how. Needs a transaction.
pub fn deal_with(conn: &mut PgConnection, id: Uuid, note: &str, by: Uuid, now: DateTime<Utc>) -> QueryResult<Dealt> {
    let done: Option<FlagRecord> =
        diesel::update(payment_flags::table.find(id).filter(payment_flags::resolved_at.is_null()))
            .set((
                payment_flags::resolved_at.eq(now),
                payment_flags::resolved_by.eq(by),
                payment_flags::resolution.eq(note),
            ))
            .returning(FlagRecord::as_returning())
            .get_result(conn)
            .optional()?;
    match done {
        Some(row) => Ok(Dealt::Done(row)),
        None => Ok(find(conn, id)?.map_or(Dealt::NotFound, Dealt::Already)),
    }
}
