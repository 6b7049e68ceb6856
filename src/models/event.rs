//! The inbox of Stripe's events: each is stored with its effect, once.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::domain::checkout::CheckoutFacts;
use crate::models::ledger::{self, Applied, Expected};
use crate::schema::stripe_events;

/// How an event reached us: the value of `stripe_events.source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Stripe delivered it.
    Webhook,
    /// The sweep read it.
    Sweep,
}

impl Source {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Webhook => "webhook",
            Source::Sweep => "sweep",
        }
    }
}

/// An event to store.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct NewEvent {
    pub id: String,
    pub event_type: String,
    pub livemode: bool,
    pub payload: String,
    pub source: Source,
    pub created_at: DateTime<Utc>,
    /// What it tells of a checkout; `Err` with the outcome to store where it tells us nothing.
    pub facts: Result<CheckoutFacts, &'static str>,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Stored and applied.
    Applied(Applied),
    /// Stored; nothing to apply.
    Stored,
    /// Was there before; no effect.
    Duplicate,
}

/// Stores an event and applies it, in the caller's transaction.
pub fn receive(
    conn: &mut PgConnection,
    event: &NewEvent,
    expected: &Expected,
    now: DateTime<Utc>,
) -> QueryResult<Received> {
    use stripe_events as t;
    let inserted = diesel::insert_into(t::table)
        .values((
            t::id.eq(&event.id),
            t::event_type.eq(&event.event_type),
            t::livemode.eq(event.livemode),
            t::payload.eq(&event.payload),
            t::source.eq(event.source.as_str()),
            t::outcome.eq(event.facts.as_ref().map_or_else(|outcome| *outcome, |_| "received")),
            t::created_at.eq(event.created_at),
            t::received_at.eq(now),
        ))
        .on_conflict(t::id)
        .do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(Received::Duplicate);
    }
    let Ok(facts) = &event.facts else { return Ok(Received::Stored) };
    let (applied, payment_id) = ledger::apply(conn, facts, expected, Some(&event.id), event.created_at.min(now))?;
    diesel::update(t::table.find(&event.id))
        .set((t::outcome.eq(applied.as_str()), t::payment_id.eq(payment_id)))
        .execute(conn)?;
    Ok(Received::Applied(applied))
}

/// Which of these events are stored already.
pub fn known(conn: &mut PgConnection, ids: &[String]) -> QueryResult<Vec<String>> {
    use stripe_events as t;
    t::table.filter(t::id.eq_any(ids)).select(t::id).load(conn)
}
