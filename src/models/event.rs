//! The inbox of Stripe's events: each is stored with its effect, once.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::facts::Facts;
use crate::domain::returns::Belongs;
use crate::models::ledger::{self, Applied, Expected};
use crate::models::payment;
use crate::schema::{payments, stripe_events};

/// Staff's inbox of events.
pub mod list;

use list::EventRecord;

/// How an event reached us: the value of `stripe_events.source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Stripe delivered it.
    Webhook,
    /// The sweep read it.
    Sweep,
}

impl Source {
    /// Both.
    pub const ALL: [Source; 2] = [Source::Webhook, Source::Sweep];

    /// The source of that name.
    pub fn parse(text: &str) -> Option<Source> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

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
    /// What it tells; `Err` with the outcome to store where it tells us nothing.
    pub facts: Result<Facts, &'static str>,
}

impl NewEvent {
    /// Whose money goes back.
    fn belongs(&self) -> Option<&Belongs> {
        match self.facts.as_ref().ok()? {
            Facts::Checkout(_) => None,
            Facts::Refund(facts) => Some(&facts.belongs),
            Facts::Charge(facts) => Some(&facts.belongs),
            Facts::Chargeback(facts) => Some(&facts.belongs),
        }
    }
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Stored and applied, to this payment where it is known.
    Applied(Applied, Option<Uuid>),
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
            t::payment_intent_id.eq(event.belongs().and_then(|b| b.intent_id.as_ref())),
            t::charge_id.eq(event.belongs().and_then(|b| b.charge_id.as_ref())),
        ))
        .on_conflict(t::id)
        .do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(Received::Duplicate);
    }
    let Ok(facts) = &event.facts else { return Ok(Received::Stored) };
    apply_stored(conn, &event.id, facts, expected, event.created_at.min(now))
        .map(|(applied, payment)| Received::Applied(applied, payment))
}

/// Applies an event that is stored, and notes what came of it. Doing it again changes nothing.
pub fn apply_stored(
    conn: &mut PgConnection,
    id: &str,
    facts: &Facts,
    expected: &Expected,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    use stripe_events as t;
    let (applied, payment_id) = ledger::take_in(conn, facts, expected, Some(id), at)?;
    diesel::update(t::table.find(id))
        .set((t::outcome.eq(applied.as_str()), t::payment_id.eq(payment_id)))
        .execute(conn)?;
    Ok((applied, payment_id))
}

/// Applies an event again that somebody asks for. What came of it the first time stays written down where this time nothing does.
pub fn replay(
    conn: &mut PgConnection,
    stored: &EventRecord,
    facts: &Facts,
    expected: &Expected,
    at: DateTime<Utc>,
) -> QueryResult<(Applied, Option<Uuid>)> {
    use stripe_events as t;
    let id = &stored.line.id;
    let (applied, payment_id) = ledger::take_in(conn, facts, expected, Some(id), at)?;
    let had_effect = matches!(stored.line.outcome.as_str(), "applied" | "flagged" | "unchanged");
    let has_effect = matches!(applied, Applied::Moved(_) | Applied::Returned);
    if has_effect || !had_effect {
        diesel::update(t::table.find(id))
            .set((t::outcome.eq(applied.as_str()), t::payment_id.eq(payment_id.or(stored.line.payment_id))))
            .execute(conn)?;
    }
    Ok((applied, payment_id))
}

/// Events about money of this payment that came before its intent was known, oldest first: their id, JSON and time.
pub fn waiting_for(conn: &mut PgConnection, payment_id: Uuid) -> QueryResult<Vec<(String, String, DateTime<Utc>)>> {
    use stripe_events as t;
    let ids: Option<(Option<String>, Option<String>)> = payments::table
        .find(payment_id)
        .select((payments::stripe_payment_intent_id, payments::stripe_charge_id))
        .first(conn)
        .optional()?;
    let Some((Some(intent), charge)) = ids else { return Ok(Vec::new()) };
    // One may be about to be stored as waiting, see `ledger::lock_returned`.
    ledger::wait_turn(conn, Some(&intent))?;
    ledger::wait_turn(conn, charge.as_deref())?;
    // NULL equals nothing, so a payment whose charge is not known finds by its intent alone.
    t::table
        .filter(t::outcome.eq(Applied::Waiting.as_str()))
        .filter(
            t::payment_intent_id
                .eq(intent)
                .or(t::charge_id.is_not_null().and(t::charge_id.eq(charge)))
                .assume_not_null(),
        )
        .order((t::created_at, t::received_at))
        .select((t::id, t::payload, t::created_at))
        .load(conn)
}

/// How many events of kinds that we use came since a moment and could not be read or applied.
pub fn unusable(conn: &mut PgConnection, since: DateTime<Utc>) -> QueryResult<i64> {
    use stripe_events as t;
    t::table
        .filter(t::outcome.eq_any(["unreadable", "failed"]))
        .filter(t::received_at.gt(since))
        .count()
        .get_result(conn)
}

/// When the last webhook came.
pub fn last_webhook(conn: &mut PgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    use stripe_events as t;
    t::table.filter(t::source.eq(Source::Webhook.as_str())).select(diesel::dsl::max(t::received_at)).first(conn)
}

/// How many payments came through the portal since a moment, if no webhook came since then: the endpoint is broken.
pub fn silence(conn: &mut PgConnection, since: DateTime<Utc>, now: DateTime<Utc>) -> QueryResult<Option<i64>> {
    // A payment of this minute may be ahead of its webhook.
    let paid = payment::completed_between(conn, since, now - Duration::minutes(1))?;
    Ok((paid > 0 && last_webhook(conn)?.is_none_or(|at| at < since)).then_some(paid))
}

/// Events of the last days that had no effect yet, oldest first: their id, JSON and time.
pub fn without_effect(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(String, String, DateTime<Utc>)>> {
    use stripe_events as t;
    // Refunds of other programs on the same account wait for ever; they are looked at for a few days.
    let waiting = t::outcome.eq(Applied::Waiting.as_str()).and(t::received_at.gt(now - Duration::days(3)));
    let failed = t::outcome.eq("failed").and(t::received_at.gt(now - Duration::days(30)));
    t::table
        .filter(waiting.or(failed))
        .order(t::received_at)
        .limit(200)
        .select((t::id, t::payload, t::created_at))
        .load(conn)
}

/// Which of these events are stored already.
pub fn known(conn: &mut PgConnection, ids: &[String]) -> QueryResult<Vec<String>> {
    use stripe_events as t;
    t::table.filter(t::id.eq_any(ids)).select(t::id).load(conn)
}
