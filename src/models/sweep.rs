//! Where the sweep stopped, and the lock that lets one instance at a time do it.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::schema::sweep_state;

/// The name of the cursor over Stripe's events.
pub const EVENTS: &str = "events";

/// Any number no other program locks; the letters "quit".
const LOCK: i64 = 0x7175_6974;

diesel::define_sql_function! {
    /// Takes a session-level advisory lock, if it is free.
    fn pg_try_advisory_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// Takes the sweep's lock for as long as the connection lives; false when another instance has it.
pub fn try_lock(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_lock(LOCK)).get_result(conn)
}

/// Until when events have been read.
pub fn cursor(conn: &mut PgConnection, name: &str) -> QueryResult<Option<DateTime<Utc>>> {
    sweep_state::table.find(name).select(sweep_state::cursor_at).first(conn).optional()
}

/// Notes until when events have been read.
pub fn advance(conn: &mut PgConnection, name: &str, to: DateTime<Utc>, now: DateTime<Utc>) -> QueryResult<()> {
    use diesel::upsert::excluded;
    use sweep_state as t;
    diesel::insert_into(t::table)
        .values((t::name.eq(name), t::cursor_at.eq(to), t::updated_at.eq(now)))
        .on_conflict(t::name)
        .do_update()
        .set((t::cursor_at.eq(excluded(t::cursor_at)), t::updated_at.eq(now)))
        .execute(conn)
        .map(drop)
}
