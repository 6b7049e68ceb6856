//! The identity check behind a personalized link: one answer, one transaction, counters that survive restarts.
//!
//! Wrong answers are counted by the hash of the link as typed, whether or not a debt stands behind it, so that the
//! limits answer alike for live, revoked and invented links.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::figures::Visit;
use crate::domain::postal_code::PostalCode;
use crate::domain::token::Token;
use crate::models::{figure, identity_code};
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
    /// The keyed hash of the six digits typed, see [`crate::secrets::code_hash`].
    Code([u8; 32]),
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

/// Judges a try and counts it when wrong; what came of it is one of the dashboard's figures. The counters' rows are locked
/// first, so parallel guesses queue up.
pub fn judge(
    conn: &mut PgConnection,
    attempt: &Attempt,
    limits: AttemptLimits,
    now: DateTime<Utc>,
) -> QueryResult<Verdict> {
    let verdict = decide(conn, attempt, limits, now)?;
    let visit = match verdict {
        Verdict::Passed { .. } => Visit::Passed,
        Verdict::Wrong => Visit::Refused,
        Verdict::Paused { .. } | Verdict::Locked => Visit::Paused,
    };
    figure::note_visit(conn, visit, now)?;
    Ok(verdict)
}

fn decide(
    conn: &mut PgConnection,
    attempt: &Attempt,
    limits: AttemptLimits,
    now: DateTime<Utc>,
) -> QueryResult<Verdict> {
    let link = LinkCounter::lock(conn, &attempt.link, limits.window, now)?;
    let address = AddressCounter::lock(conn, &attempt.address, limits.window, now)?;
    if link.total >= limits.per_link_total {
        return Ok(Verdict::Locked);
    }
    let by_link = link.wrong.paused_until(limits.per_link, limits.window);
    let by_address = address.0.paused_until(limits.per_address, limits.window);
    if let Some(until) = by_link.max(by_address) {
        return Ok(Verdict::Paused { until });
    }
    match person_behind(conn, attempt, now)? {
        Some((debtor_id, debt_id)) => {
            if !link.wrong.0.is_empty() {
                LinkCounter::forgive(conn, &attempt.link)?;
            }
            Ok(Verdict::Passed { debtor_id, debt_id })
        }
        None => {
            link.count(conn, &attempt.link, now)?;
            address.count(conn, &attempt.address, now)?;
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
    let counter = AddressCounter::lock(conn, address, limits.window, now)?;
    if let Some(until) = counter.0.paused_until(limits.per_address, limits.window) {
        return Ok(Guess::Paused { until });
    }
    if is_right(conn)? {
        return Ok(Guess::Right);
    }
    counter.count(conn, address, now)?;
    Ok(Guess::Wrong)
}

/// Forgets the wrong answers of a link; for staff.
pub fn unlock(conn: &mut PgConnection, link: &[u8; 32]) -> QueryResult<bool> {
    Ok(diesel::delete(identity_attempts::table.find(link.as_slice())).execute(conn)? > 0)
}

/// Deletes counters that no longer limit anything.
pub fn purge(conn: &mut PgConnection, limits: AttemptLimits, now: DateTime<Utc>) -> QueryResult<usize> {
    // What is counted there by others than the identity check is counted within an hour.
    let clients_before = now - limits.window.max(Duration::hours(1));
    let clients = diesel::delete(client_attempts::table.filter(client_attempts::updated_at.lt(clients_before)));
    let links = diesel::delete(
        identity_attempts::table
            .filter(identity_attempts::failures.eq(0))
            .filter(identity_attempts::updated_at.lt(now - limits.window)),
    );
    Ok(clients.execute(conn)? + links.execute(conn)?)
}

fn person_behind(conn: &mut PgConnection, attempt: &Attempt, now: DateTime<Utc>) -> QueryResult<Option<(Uuid, Uuid)>> {
    // Looked up for every link, so that a dead one costs the same.
    let is_code = match &attempt.answer {
        Answer::Code(hash) => identity_code::check(conn, &attempt.link, hash, now)?,
        Answer::PostalCode(_) | Answer::NotAsked => false,
    };
    let Some(token) = &attempt.token else { return Ok(None) };
    let found: Option<(Uuid, Uuid, Option<String>)> = debts::table
        .inner_join(debtors::table)
        .filter(debts::unique_token.eq(token.as_str()))
        .filter(debts::token_revoked_at.is_null())
        .filter(debts::token_expires_at.is_null().or(debts::token_expires_at.gt(now)))
        .select((debtors::id, debts::id, debtors::zip_code))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(debtor_id, debt_id, zip_code)| {
        let right = match attempt.answer {
            Answer::NotAsked => true,
            Answer::Code(_) => is_code,
            Answer::PostalCode(typed) => zip_code.as_deref().and_then(PostalCode::on_file) == Some(typed),
        };
        right.then_some((debtor_id, debt_id))
    }))
}

/// Waits until nobody else is at this link, until the transaction ends.
pub fn take_turn(conn: &mut PgConnection, link: &[u8; 32], window: Duration, now: DateTime<Utc>) -> QueryResult<()> {
    LinkCounter::lock(conn, link, window, now).map(drop)
}

/// Counts something that may be done so often within the window, by who does it; false when it was done too often already, and then
/// it is not counted. `key` is hashed for its purpose.
pub fn may_do_again(
    conn: &mut PgConnection,
    key: &[u8; 32],
    most: i32,
    window: Duration,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let counter = AddressCounter::lock(conn, key, window, now)?;
    if counter.0.paused_until(most, window).is_some() {
        return Ok(false);
    }
    counter.count(conn, key, now)?;
    Ok(true)
}

/// When the last wrong answers were given, oldest first: those that still count.
#[derive(Clone, Debug)]
struct Wrong(Vec<DateTime<Utc>>);

/// A column of times as diesel reads it: an element of an array may always be NULL to PostgreSQL.
type Times = Vec<Option<DateTime<Utc>>>;

impl Wrong {
    fn within(times: Times, window: Duration, now: DateTime<Utc>) -> Wrong {
        Wrong(times.into_iter().flatten().filter(|at| now - *at < window).collect())
    }

    /// Until when answers are not looked at: until fewer than `most` lie within the window.
    fn paused_until(&self, most: i32, window: Duration) -> Option<DateTime<Utc>> {
        let most = usize::try_from(most).unwrap_or(0);
        let place = self.0.len().checked_sub(most)?;
        self.0.get(place).map(|at| *at + window)
    }

    fn one_more(self, now: DateTime<Utc>) -> Times {
        self.0.into_iter().chain([now]).map(Some).collect()
    }
}

struct LinkCounter {
    total: i32,
    wrong: Wrong,
}

impl LinkCounter {
    fn lock(conn: &mut PgConnection, link: &[u8; 32], window: Duration, now: DateTime<Utc>) -> QueryResult<Self> {
        use identity_attempts as t;
        let (total, times): (i32, Times) = diesel::insert_into(t::table)
            .values((t::link_hash.eq(link.as_slice()), t::updated_at.eq(now)))
            .on_conflict(t::link_hash)
            .do_update()
            .set(t::updated_at.eq(now))
            .returning((t::failures, t::wrong_at))
            .get_result(conn)?;
        Ok(Self { total, wrong: Wrong::within(times, window, now) })
    }

    fn count(self, conn: &mut PgConnection, link: &[u8; 32], now: DateTime<Utc>) -> QueryResult<()> {
        use identity_attempts as t;
        diesel::update(t::table.find(link.as_slice()))
            .set((t::failures.eq(self.total + 1), t::wrong_at.eq(self.wrong.one_more(now))))
            .execute(conn)
            .map(drop)
    }

    fn forgive(conn: &mut PgConnection, link: &[u8; 32]) -> QueryResult<()> {
        use identity_attempts as t;
        let none = Times::new();
        diesel::update(t::table.find(link.as_slice())).set(t::wrong_at.eq(none)).execute(conn).map(drop)
    }
}

struct AddressCounter(Wrong);

impl AddressCounter {
    fn lock(conn: &mut PgConnection, address: &[u8; 32], window: Duration, now: DateTime<Utc>) -> QueryResult<Self> {
        use client_attempts as t;
        let times: Times = diesel::insert_into(t::table)
            .values((t::address_hash.eq(address.as_slice()), t::updated_at.eq(now)))
            .on_conflict(t::address_hash)
            .do_update()
            .set(t::updated_at.eq(now))
            .returning(t::wrong_at)
            .get_result(conn)?;
        Ok(Self(Wrong::within(times, window, now)))
    }

    fn count(self, conn: &mut PgConnection, address: &[u8; 32], now: DateTime<Utc>) -> QueryResult<()> {
        use client_attempts as t;
        diesel::update(t::table.find(address.as_slice()))
            .set(t::wrong_at.eq(self.0.one_more(now)))
            .execute(conn)
            .map(drop)
    }
}
