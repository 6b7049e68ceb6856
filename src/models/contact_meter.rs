//! The calls about a debt, for the meter that says how often and when its debtor may be called.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::contact_meter::{ContactMeter, MeterFacts, PlacedCall};
use crate::domain::place::Place;
use crate::models::choice;
use crate::schema::{calls, debtors, debts};

/// Calls that are read at most: far more than any rule allows.
const MOST_CALLS: i64 = 1000;

/// The meter of a debt; `None` when there is no such debt. Calls count whether or not compliance has looked at them.
pub fn read(conn: &mut PgConnection, debt_id: Uuid, now: DateTime<Utc>) -> QueryResult<Option<ContactMeter>> {
    type Person = (Uuid, Option<String>, Option<String>, bool, bool);
    let person: Option<Person> = debts::table
        .inner_join(debtors::table)
        .filter(debts::id.eq(debt_id))
        .select((debtors::id, debtors::state, debtors::zip_code, debtors::phone_consent, debtors::dnc_registered))
        .first(conn)
        .optional()?;
    let Some((debtor_id, state, zip_code, phone_consent, dnc_registered)) = person else { return Ok(None) };
    let facts = MeterFacts {
        place: Place::on_file(state.as_deref(), zip_code.as_deref()),
        placed: placed(conn, debt_id, now)?,
        last_conversation: last_conversation(conn, debt_id, now)?,
        phone_consent,
        dnc_registered,
        choices: choice::of(conn, debtor_id)?.unwrap_or_default(),
    };
    Ok(Some(ContactMeter::read(facts, now)))
}

/// The newest calls to the person. Eight days hold seven days of any zone.
fn placed(conn: &mut PgConnection, debt_id: Uuid, now: DateTime<Utc>) -> QueryResult<Vec<PlacedCall>> {
    let rows: Vec<(DateTime<Utc>, Option<String>)> = calls::table
        .filter(calls::debt_id.eq(debt_id))
        .filter(calls::direction.eq("outbound"))
        .filter(calls::timestamp.between(now - Duration::days(8), now))
        .order(calls::timestamp.desc())
        .limit(MOST_CALLS)
        .select((calls::timestamp, calls::call_outcome))
        .load(conn)?;
    let connected = |outcome: Option<String>| !matches!(outcome.as_deref(), Some("busy" | "failed"));
    Ok(rows.into_iter().map(|(at, outcome)| PlacedCall { at, connected: connected(outcome) }).collect())
}

/// The last call in which somebody was spoken with, whoever had called. Where nobody has written down how a call went, one that
/// lasted and one that the person made count as spoken.
fn last_conversation(conn: &mut PgConnection, debt_id: Uuid, now: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    let lasted = calls::direction
        .eq("inbound")
        .or(calls::call_duration.is_not_null().and(calls::call_duration.assume_not_null().gt(0)));
    let answered = calls::call_outcome.is_not_null().and(calls::call_outcome.assume_not_null().eq("answered"));
    calls::table
        .filter(calls::debt_id.eq(debt_id))
        .filter(calls::timestamp.le(now))
        .filter(answered.or(calls::call_outcome.is_null().and(lasted)))
        .order(calls::timestamp.desc())
        .select(calls::timestamp)
        .first(conn)
        .optional()
}
