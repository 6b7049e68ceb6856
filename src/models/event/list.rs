use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::Source;
use crate::domain::listing::{Counted, Page, Position};
use crate::models::listing::{COUNT_LIMIT, Period, count, one_more};
use crate::schema::stripe_events;

/// The values of `stripe_events.outcome`.
pub const OUTCOMES: [&str; 9] =
    ["applied", "unchanged", "waiting", "flagged", "not_ours", "ignored", "unreadable", "failed", "received"];

/// Which events are shown.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Stripe's name for what happened.
    pub event_type: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// How it reached us.
    pub source: Option<Source>,
    /// When it came in.
    pub period: Period,
}

/// A line of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = stripe_events, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct EventLine {
    pub id: String,
    pub event_type: String,
    pub livemode: bool,
    pub source: String,
    pub outcome: String,
    pub payment_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

/// An event with what Stripe sent.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stripe_events, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct EventRecord {
    #[diesel(embed)]
    pub line: EventLine,
    /// The JSON as received; it may name a person.
    pub payload: String,
    pub payment_intent_id: Option<String>,
    pub charge_id: Option<String>,
}

fn filtered(filter: &EventFilter) -> stripe_events::BoxedQuery<'static, Pg> {
    let mut query = stripe_events::table.into_boxed();
    if let Some(event_type) = &filter.event_type {
        query = query.filter(stripe_events::event_type.eq(event_type.clone()));
    }
    if let Some(outcome) = &filter.outcome {
        query = query.filter(stripe_events::outcome.eq(outcome.clone()));
    }
    if let Some(source) = filter.source {
        query = query.filter(stripe_events::source.eq(source.as_str()));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(stripe_events::received_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(stripe_events::received_at.lt(until));
    }
    query
}

/// Events, those that came in last first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &EventFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<EventLine>> {
    let mut query = filtered(filter).select(EventLine::as_select());
    if let Some(after) = after {
        query = query
            .filter(stripe_events::received_at.le(after.at))
            .filter(stripe_events::received_at.lt(after.at).or(stripe_events::id.lt(after.id.clone())));
    }
    let order = (stripe_events::received_at.desc(), stripe_events::id.desc());
    let rows = query.order(order).limit(one_more(size)).load(conn)?;
    Ok(Page::cut(rows, size, |row: &EventLine| Position { at: row.received_at, id: row.id.clone() }.encode()))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &EventFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(stripe_events::id).limit(COUNT_LIMIT))
}

/// An event with everything.
pub fn record(conn: &mut PgConnection, id: &str) -> QueryResult<Option<EventRecord>> {
    stripe_events::table.find(id).select(EventRecord::as_select()).first(conn).optional()
}

/// The events about a payment, the newest first.
pub fn of_payment(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<EventLine>> {
    stripe_events::table
        .filter(stripe_events::payment_id.eq(payment_id))
        .order((stripe_events::received_at.desc(), stripe_events::id.desc()))
        .limit(200)
        .select(EventLine::as_select())
        .load(conn)
}

/// The types that have come in.
pub fn types(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    // One step of the index for each type, instead of reading every event.
    diesel::sql_query(
        "WITH RECURSIVE t AS ((SELECT event_type AS name FROM stripe_events ORDER BY 1 LIMIT 1) UNION ALL \
         SELECT (SELECT e.event_type FROM stripe_events e WHERE e.event_type > t.name ORDER BY 1 LIMIT 1) \
         FROM t WHERE t.name IS NOT NULL) SELECT name::text FROM t WHERE name IS NOT NULL LIMIT 200",
    )
    .load::<Name>(conn)
    .map(|rows| rows.into_iter().map(|row| row.name).collect())
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}
