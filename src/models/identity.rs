//! The identity check behind a personalized link: one answer, one transaction, counters that survive restarts.
//!
//! Wrong answers are counted by the hash of the link as typed, whether or not a debt stands behind it, so that the
//! limits answer alike for live, revoked and invented links.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::postal_code::PostalCode;
use crate::domain::token::Token;
use crate::schema::{client_attempts, debtors, debts, identity_attempts};

/// How many wrong answers are let through.
#[derive(Clone, Copy, Debug)]
pub struct AttemptLimits {
    /// Per link within the window.
    pub per_link: i32,
    /// Per link in all, until staff unlocks it.
    pub per_link_total: i32,
    /// Per client address within the window.
    pub per_address: i32,
    /// The window.
    pub window: Duration,
}

/// What the visitor showed besides the link.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// The postal code typed; well-formed.
    PostalCode(PostalCode),
    /// Nothing was asked (`IDENTITY_CHECK=none`).
    NotAsked,
}

/// One try at a link.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Hash of the link's secret as it stood in the URL.
    pub link: [u8; 32],
    /// Hash of the client's address.
    pub address: [u8; 32],
    /// The secret, when it can be one at all.
    pub token: Option<Token>,
    /// What was answered.
    pub answer: Answer,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person is who the link was made for.
    Passed {
        /// Who.
        debtor_id: Uuid,
        /// The debt of the link.
        debt_id: Uuid,
    },
    /// Link and answer do not belong together; which of them is wrong is not told.
    Wrong,
    /// Too many wrong answers; not looked at until then.
    Paused {
        /// When tries are looked at again.
        until: DateTime<Utc>,
    },
    /// Too many wrong answers in all; staff must unlock the link.
    Locked,
}

/// Judges a try and counts it when wrong. The counters' rows are locked first, so parallel guesses queue up.
pub fn judge(
    conn: &mut PgConnection,
    attempt: &Attempt,
    limits: AttemptLimits,
    now: DateTime<Utc>,
) -> QueryResult<Verdict> {
    let link = LinkCounter::lock(conn, &attempt.link, limits, now)?;
    let address = AddressCounter::lock(conn, &attempt.address, limits, now)?;
    if link.total >= limits.per_link_total {
        return Ok(Verdict::Locked);
    }
    if link.in_window >= limits.per_link {
        return Ok(Verdict::Paused { until: link.window_started_at + limits.window });
    }
    if address.in_window >= limits.per_address {
        return Ok(Verdict::Paused { until: address.window_started_at + limits.window });
    }
    match person_behind(conn, attempt)? {
        Some((debtor_id, debt_id)) => {
            if link.in_window > 0 {
                LinkCounter { in_window: 0, ..link }.store(conn, &attempt.link, now)?;
            }
            Ok(Verdict::Passed { debtor_id, debt_id })
        }
        None => {
            let counted = LinkCounter { in_window: link.in_window + 1, total: link.total + 1, ..link };
            counted.store(conn, &attempt.link, now)?;
            AddressCounter { in_window: address.in_window + 1, ..address }.store(conn, &attempt.address)?;
            Ok(Verdict::Wrong)
        }
    }
}

/// What came of a guess that only the client's address limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Right.
    Right,
    /// Wrong, and counted.
    Wrong,
    /// Too many wrong ones from this address; not looked at until then.
    Paused {
        /// When guesses are looked at again.
        until: DateTime<Utc>,
    },
}

/// Lets a guess be judged by `is_right` and counts it when wrong. `address` is hashed for its purpose, so that guesses of
/// one kind do not use up those of another.
pub fn guess(
    conn: &mut PgConnection,
    address: &[u8; 32],
    limits: AttemptLimits,
    now: DateTime<Utc>,
    is_right: impl FnOnce(&mut PgConnection) -> QueryResult<bool>,
) -> QueryResult<Guess> {
    let counter = AddressCounter::lock(conn, address, limits, now)?;
    if counter.in_window >= limits.per_address {
        return Ok(Guess::Paused { until: counter.window_started_at + limits.window });
    }
    if is_right(conn)? {
        return Ok(Guess::Right);
    }
    AddressCounter { in_window: counter.in_window + 1, ..counter }.store(conn, address)?;
    Ok(Guess::Wrong)
}

/// Forgets the wrong answers of a link; for staff.
pub fn unlock(conn: &mut PgConnection, link: &[u8; 32]) -> QueryResult<bool> {
    Ok(diesel::delete(identity_attempts::table.find(link.as_slice())).execute(conn)? > 0)
}

/// Deletes counters that no longer limit anything.
pub fn purge(conn: &mut PgConnection, limits: AttemptLimits, now: DateTime<Utc>) -> QueryResult<usize> {
    let clients =
        diesel::delete(client_attempts::table.filter(client_attempts::window_started_at.lt(now - limits.window)));
    let links = diesel::delete(
        identity_attempts::table
            .filter(identity_attempts::failures.eq(0))
            .filter(identity_attempts::updated_at.lt(now - limits.window)),
    );
    Ok(clients.execute(conn)? + links.execute(conn)?)
}

fn person_behind(conn: &mut PgConnection, attempt: &Attempt) -> QueryResult<Option<(Uuid, Uuid)>> {
    let Some(token) = &attempt.token else { return Ok(None) };
    let found: Option<(Uuid, Uuid, Option<String>)> = debts::table
        .inner_join(debtors::table)
        .filter(debts::unique_token.eq(token.as_str()))
        .filter(debts::token_revoked_at.is_null())
        .select((debtors::id, debts::id, debtors::zip_code))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(debtor_id, debt_id, zip_code)| {
        let right = match attempt.answer {
            Answer::NotAsked => true,
            Answer::PostalCode(typed) => zip_code.as_deref().and_then(PostalCode::on_file) == Some(typed),
        };
        right.then_some((debtor_id, debt_id))
    }))
}

#[derive(Clone, Copy)]
struct LinkCounter {
    total: i32,
    in_window: i32,
    window_started_at: DateTime<Utc>,
}

impl LinkCounter {
    fn lock(conn: &mut PgConnection, link: &[u8; 32], limits: AttemptLimits, now: DateTime<Utc>) -> QueryResult<Self> {
        use identity_attempts as t;
        let (total, in_window, window_started_at): (i32, i32, DateTime<Utc>) = diesel::insert_into(t::table)
            .values((t::link_hash.eq(link.as_slice()), t::window_started_at.eq(now), t::updated_at.eq(now)))
            .on_conflict(t::link_hash)
            .do_update()
            .set(t::updated_at.eq(now))
            .returning((t::failures, t::window_failures, t::window_started_at))
            .get_result(conn)?;
        let over = now - window_started_at >= limits.window;
        let (in_window, window_started_at) = if over { (0, now) } else { (in_window, window_started_at) };
        Ok(Self { total, in_window, window_started_at })
    }

    fn store(self, conn: &mut PgConnection, link: &[u8; 32], now: DateTime<Utc>) -> QueryResult<()> {
        use identity_attempts as t;
        diesel::update(t::table.find(link.as_slice()))
            .set((
                t::failures.eq(self.total),
                t::window_failures.eq(self.in_window),
                t::window_started_at.eq(self.window_started_at),
                t::updated_at.eq(now),
            ))
            .execute(conn)
            .map(drop)
    }
}

#[derive(Clone, Copy)]
struct AddressCounter {
    in_window: i32,
    window_started_at: DateTime<Utc>,
}

impl AddressCounter {
    fn lock(
        conn: &mut PgConnection,
        address: &[u8; 32],
        limits: AttemptLimits,
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        use client_attempts as t;
        let (in_window, window_started_at): (i32, DateTime<Utc>) = diesel::insert_into(t::table)
            .values((t::address_hash.eq(address.as_slice()), t::failures.eq(0), t::window_started_at.eq(now)))
            .on_conflict(t::address_hash)
            .do_update()
            .set(t::failures.eq(t::failures))
            .returning((t::failures, t::window_started_at))
            .get_result(conn)?;
        let over = now - window_started_at >= limits.window;
        let (in_window, window_started_at) = if over { (0, now) } else { (in_window, window_started_at) };
        Ok(Self { in_window, window_started_at })
    }

    fn store(self, conn: &mut PgConnection, address: &[u8; 32]) -> QueryResult<()> {
        use client_attempts as t;
        diesel::update(t::table.find(address.as_slice()))
            .set((t::failures.eq(self.in_window), t::window_started_at.eq(self.window_started_at)))
            .execute(conn)
            .map(drop)
    }
}
