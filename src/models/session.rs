//! Debtors' sessions. Only the hash of the random id is stored, so a copy of the table opens nothing.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{debts, sessions};
use crate::secrets::sha256;

/// SHA-256 of the random id in the visitor's cookie.
pub type IdHash = [u8; 32];

/// When a session ends.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// After this long without a request.
    pub idle: Duration,
    /// After this long in all.
    pub max: Duration,
}

impl SessionLimits {
    /// A session must have been seen after this.
    pub fn seen_after(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - self.idle
    }

    /// A session must have begun after this.
    pub fn begun_after(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - self.max
    }
}

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who is signed in.
    pub debtor_id: Uuid,
    /// The last request, to about half a minute.
    pub last_seen_at: DateTime<Utc>,
}

/// How stale `last_seen_at` may be before a request writes it again: a write per page would cost more than it tells.
const SEEN_EVERY_SECONDS: i64 = 30;

impl Session {
    /// Whether this request should note that the visitor was seen.
    pub fn wants_touch(&self, limits: SessionLimits, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= Duration::seconds(SEEN_EVERY_SECONDS).min(limits.idle / 20)
    }
}

/// The link that a session begins by.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Its debt.
    pub debt_id: Uuid,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
}

/// Begins a session for `debtor_id`, who came by `link`.
pub fn begin(
    conn: &mut PgConnection,
    id: &IdHash,
    debtor_id: Uuid,
    link: &Link,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id_hash.eq(id.as_slice()),
            sessions::debtor_id.eq(debtor_id),
            sessions::debt_id.eq(link.debt_id),
            sessions::link_hash.eq(link.hash.as_slice()),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
        ))
        .execute(conn)
        .map(drop)
}

/// A session's row with the link it began by as it is now.
type Row = (Uuid, DateTime<Utc>, Option<Vec<u8>>, Option<(String, Option<DateTime<Utc>>, Option<DateTime<Utc>>)>);

/// The session of that id, if it has not ended: by time, or because the link it began by has expired, was revoked or replaced,
/// whoever did that.
pub fn find(
    conn: &mut PgConnection,
    id: &IdHash,
    limits: SessionLimits,
    now: DateTime<Utc>,
) -> QueryResult<Option<Session>> {
    let row: Option<Row> = sessions::table
        .left_join(debts::table)
        .filter(sessions::id_hash.eq(id.as_slice()))
        .filter(sessions::last_seen_at.gt(limits.seen_after(now)))
        .filter(sessions::created_at.gt(limits.begun_after(now)))
        .select((
            sessions::debtor_id,
            sessions::last_seen_at,
            sessions::link_hash,
            (debts::unique_token, debts::token_revoked_at, debts::token_expires_at).nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(debtor_id, last_seen_at, link_hash, link)| {
        let works = match (link_hash, link) {
            (Some(hash), Some((token, revoked_at, expires_at))) => {
                revoked_at.is_none() && expires_at.is_none_or(|at| at > now) && hash == sha256(&token)
            }
            // From before sessions knew their links; the last of them ends an hour after that.
            (None, _) => true,
            (Some(_), None) => false,
        };
        works.then_some(Session { debtor_id, last_seen_at })
    }))
}

/// Ends every session that began by a debt's link.
pub fn end_of_link(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<()> {
    diesel::delete(sessions::table.filter(sessions::debt_id.eq(debt_id))).execute(conn).map(drop)
}

/// Notes that the visitor was seen.
pub fn touch(conn: &mut PgConnection, id: &IdHash, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(sessions::table.find(id.as_slice())).set(sessions::last_seen_at.eq(now)).execute(conn).map(drop)
}

/// Ends a session; ending one that is gone is fine.
pub fn end(conn: &mut PgConnection, id: &IdHash) -> QueryResult<()> {
    diesel::delete(sessions::table.find(id.as_slice())).execute(conn).map(drop)
}

/// Ends every session of a person but one.
pub fn end_others(conn: &mut PgConnection, debtor_id: Uuid, keep: &IdHash) -> QueryResult<usize> {
    let others =
        sessions::table.filter(sessions::debtor_id.eq(debtor_id)).filter(sessions::id_hash.ne(keep.as_slice()));
    diesel::delete(others).execute(conn)
}

/// Deletes sessions that have ended by themselves.
pub fn purge(conn: &mut PgConnection, limits: SessionLimits, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(
        sessions::table.filter(
            sessions::last_seen_at.le(limits.seen_after(now)).or(sessions::created_at.le(limits.begun_after(now))),
        ),
    )
    .execute(conn)
}
