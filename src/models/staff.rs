//! Staff: who they are, how far they are signed in, and how often somebody guessed.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use uuid::Uuid;

use crate::credentials::{Seed, recovery_hash};
use crate::domain::staff::Role;
use crate::models::passkey;
use crate::models::session::{IdHash, SessionLimits};
use crate::schema::{staff, staff_attempts, staff_links, staff_recovery_codes, staff_sessions};

/// A row of `staff`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Person {
    /// As the audit trail names them.
    pub fn told(&self) -> String {
        format!("{} <{}>", self.name, self.email)
    }

    /// Whether they may sign in, as the end of a locale key.
    pub fn state(&self) -> &'static str {
        match (self.disabled_at, &self.password_hash, &self.totp_secret) {
            (Some(_), _, _) => "disabled",
            (None, None, _) => "invited",
            (None, Some(_), None) => "half",
            (None, Some(_), Some(_)) => "active",
        }
    }
}

/// How far a session has come: the value of `staff_sessions.stage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is asked for.
    Code,
    /// The password was right or set; the second factor is to be set up.
    Enroll,
    /// Signed in.
    Full,
}

impl Stage {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Code => "code",
            Stage::Enroll => "enroll",
            Stage::Full => "full",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Code, Self::Enroll, Self::Full].into_iter().find(|s| s.as_str() == text)
    }
}

/// A live session with its person.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct StaffSession {
    pub person: Person,
    pub stage: Stage,
    pub name: Uuid,
    pub guesses: i32,
    pub last_seen_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A session as its person sees it listed.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff_sessions, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct ListedSession {
    pub name: Uuid,
    pub address: String,
    pub user_agent: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl StaffSession {
    /// Whether this request should note that the person was seen.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= Duration::seconds(30)
    }
}

/// Where a session begins.
#[derive(Clone, Debug)]
pub struct Client {
    /// The client's address, as text.
    pub address: String,
    /// What its browser calls itself, cut to what the column holds.
    pub user_agent: String,
}

/// Somebody who is not disabled, by the address they sign in with.
pub fn find_by_email(conn: &mut PgConnection, email: &str) -> QueryResult<Option<Person>> {
    use diesel::dsl::sql;
    staff::table
        .filter(
            sql::<diesel::sql_types::Bool>("lower(email) = lower(")
                .bind::<diesel::sql_types::Text, _>(email.trim())
                .sql(")"),
        )
        .filter(staff::disabled_at.is_null())
        .select(Person::as_select())
        .first(conn)
        .optional()
}

/// A person, disabled or not.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Person>> {
    staff::table.find(id).select(Person::as_select()).first(conn).optional()
}

/// Everybody, by name.
pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<Person>> {
    staff::table.order((staff::name, staff::id)).select(Person::as_select()).load(conn)
}

/// Writes down a new person; `None` when there is one with that address.
pub fn invite(conn: &mut PgConnection, email: &str, name: &str, role: Role) -> QueryResult<Option<Person>> {
    diesel::insert_into(staff::table)
        .values((
            staff::id.eq(Uuid::now_v7()),
            staff::email.eq(email.trim()),
            staff::name.eq(name.trim()),
            staff::role.eq(role.as_str()),
        ))
        .on_conflict_do_nothing()
        .returning(Person::as_returning())
        .get_result(conn)
        .optional()
}

/// What a link is for: the value of `staff_links.purpose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To accept an invitation.
    Invite,
    /// To set a new password; the second factor stays.
    Reset,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Purpose::Invite => "invite",
            Purpose::Reset => "reset",
        }
    }
}

/// Makes a link; earlier ones of the person stop working.
pub fn make_link(
    conn: &mut PgConnection,
    staff_id: Uuid,
    purpose: Purpose,
    token: &IdHash,
    lives: Duration,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let open = staff_links::table.filter(staff_links::staff_id.eq(staff_id)).filter(staff_links::used_at.is_null());
    diesel::update(open).set(staff_links::used_at.eq(now)).execute(conn)?;
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::token_hash.eq(token.as_slice()),
            staff_links::staff_id.eq(staff_id),
            staff_links::purpose.eq(purpose.as_str()),
            staff_links::created_at.eq(now),
            staff_links::expires_at.eq(now + lives),
        ))
        .execute(conn)
        .map(drop)
}

/// The person a link is for, while it works.
pub fn behind_link(conn: &mut PgConnection, token: &IdHash, now: DateTime<Utc>) -> QueryResult<Option<Person>> {
    staff_links::table
        .find(token.as_slice())
        .inner_join(staff::table)
        .filter(staff_links::used_at.is_null())
        .filter(staff_links::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select(Person::as_select())
        .first(conn)
        .optional()
}

/// Sets a password by a link, which then is used; every session of the person ends. `None` when the link works no more.
pub fn set_password_by_link(
    conn: &mut PgConnection,
    token: &IdHash,
    hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Person>> {
    let Some(person) = behind_link(conn, token, now)? else { return Ok(None) };
    let unused = staff_links::table.find(token.as_slice()).filter(staff_links::used_at.is_null());
    if diesel::update(unused).set(staff_links::used_at.eq(now)).execute(conn)? == 0 {
        return Ok(None);
    }
    set_password(conn, person.id, hash)?;
    end_all(conn, person.id, None)?;
    find(conn, person.id)
}

/// Sets a password.
pub fn set_password(conn: &mut PgConnection, id: Uuid, hash: &str) -> QueryResult<()> {
    diesel::update(staff::table.find(id)).set(staff::password_hash.eq(hash)).execute(conn).map(drop)
}

/// Keeps the sealed seed of a second factor that its person has just shown to have, and new recovery codes.
pub fn enroll(conn: &mut PgConnection, id: Uuid, sealed: &[u8], step: i64, recovery: &[IdHash]) -> QueryResult<()> {
    diesel::update(staff::table.find(id))
        .set((staff::totp_secret.eq(sealed), staff::totp_last_step.eq(step)))
        .execute(conn)?;
    replace_recovery_codes(conn, id, recovery)
}

/// New recovery codes; the old ones stop working.
pub fn replace_recovery_codes(conn: &mut PgConnection, id: Uuid, recovery: &[IdHash]) -> QueryResult<()> {
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(id))).execute(conn)?;
    let rows: Vec<_> = recovery
        .iter()
        .map(|hash| (staff_recovery_codes::staff_id.eq(id), staff_recovery_codes::code_hash.eq(hash.to_vec())))
        .collect();
    diesel::insert_into(staff_recovery_codes::table).values(rows).execute(conn).map(drop)
}

/// Takes a time step for a person; false when that step or a later one was used already.
pub fn use_step(conn: &mut PgConnection, id: Uuid, step: i64) -> QueryResult<bool> {
    let unused = staff::table.find(id).filter(staff::totp_last_step.lt(step));
    Ok(diesel::update(unused).set(staff::totp_last_step.eq(step)).execute(conn)? > 0)
}

/// Takes a recovery code; false when it is none of the person's, or was used.
pub fn use_recovery_code(conn: &mut PgConnection, id: Uuid, hash: &IdHash, now: DateTime<Utc>) -> QueryResult<bool> {
    let unused = staff_recovery_codes::table
        .filter(staff_recovery_codes::staff_id.eq(id))
        .filter(staff_recovery_codes::code_hash.eq(hash.as_slice()))
        .filter(staff_recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(staff_recovery_codes::used_at.eq(now)).execute(conn)? > 0)
}

/// Whether what was typed is the person's second factor now: a code of the authenticator, or a recovery code. Each works once.
/// `key` is what seeds are sealed with.
pub fn accept_code(
    conn: &mut PgConnection,
    id: Uuid,
    typed: &str,
    key: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let Some(person) = find(conn, id)? else { return Ok(false) };
    let seed = person.totp_secret.as_deref().and_then(|sealed| Seed::open(sealed, key));
    match seed.and_then(|seed| seed.step_of(typed, now.timestamp())) {
        Some(step) => use_step(conn, id, step),
        None if person.totp_secret.is_some() => use_recovery_code(conn, id, &recovery_hash(typed), now),
        None => Ok(false),
    }
}

/// How many recovery codes a person has left.
pub fn recovery_codes_left(conn: &mut PgConnection, id: Uuid) -> QueryResult<i64> {
    staff_recovery_codes::table
        .filter(staff_recovery_codes::staff_id.eq(id))
        .filter(staff_recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)
}

/// Begins a session.
pub fn begin(
    conn: &mut PgConnection,
    id: &IdHash,
    staff_id: Uuid,
    stage: Stage,
    client: &Client,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::id_hash.eq(id.as_slice()),
            staff_sessions::staff_id.eq(staff_id),
            staff_sessions::stage.eq(stage.as_str()),
            staff_sessions::address.eq(&client.address),
            staff_sessions::user_agent.eq(&client.user_agent),
            staff_sessions::created_at.eq(now),
            staff_sessions::last_seen_at.eq(now),
            staff_sessions::confirmed_at.eq((stage == Stage::Full).then_some(now)),
        ))
        .execute(conn)
        .map(drop)
}

/// The session of that id with its person, if it has not ended and the person may still sign in.
pub fn find_session(
    conn: &mut PgConnection,
    id: &IdHash,
    limits: SessionLimits,
    now: DateTime<Utc>,
) -> QueryResult<Option<StaffSession>> {
    type Row = (Person, String, Uuid, i32, DateTime<Utc>, Option<DateTime<Utc>>);
    let row: Option<Row> = staff_sessions::table
        .find(id.as_slice())
        .inner_join(staff::table)
        .filter(staff_sessions::last_seen_at.gt(limits.seen_after(now)))
        .filter(staff_sessions::created_at.gt(limits.begun_after(now)))
        .filter(staff::disabled_at.is_null())
        .select((
            Person::as_select(),
            staff_sessions::stage,
            staff_sessions::name,
            staff_sessions::guesses,
            staff_sessions::last_seen_at,
            staff_sessions::confirmed_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(person, stage, name, guesses, last_seen_at, confirmed_at)| {
        Some(StaffSession { person, stage: Stage::parse(&stage)?, name, guesses, last_seen_at, confirmed_at })
    }))
}

/// Notes that the person was seen.
pub fn touch(conn: &mut PgConnection, id: &IdHash, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(staff_sessions::table.find(id.as_slice()))
        .set(staff_sessions::last_seen_at.eq(now))
        .execute(conn)
        .map(drop)
}

/// The sealed seed that a session is setting up: `fresh`, or the one it was shown before.
pub fn pending_seed(conn: &mut PgConnection, id: &IdHash, fresh: &[u8]) -> QueryResult<Option<Vec<u8>>> {
    let empty = staff_sessions::table.find(id.as_slice()).filter(staff_sessions::pending_totp.is_null());
    diesel::update(empty).set(staff_sessions::pending_totp.eq(fresh)).execute(conn)?;
    staff_sessions::table.find(id.as_slice()).select(staff_sessions::pending_totp).first(conn)
}

/// Notes that the person has just shown the second factor again.
pub fn confirm(conn: &mut PgConnection, id: &IdHash, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(staff_sessions::table.find(id.as_slice()))
        .set(staff_sessions::confirmed_at.eq(now))
        .execute(conn)
        .map(drop)
}

/// Takes a person's second factor away, and passkeys with it, so that it is set up anew at the next sign-in; every session ends.
pub fn forget_second_factor(conn: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    passkey::remove_all(conn, id)?;
    diesel::update(staff::table.find(id)).set(staff::totp_secret.eq(None::<Vec<u8>>)).execute(conn)?;
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(id))).execute(conn)?;
    end_all(conn, id, None).map(drop)
}

/// Counts a wrong code.
pub fn count_guess(conn: &mut PgConnection, id: &IdHash) -> QueryResult<()> {
    diesel::update(staff_sessions::table.find(id.as_slice()))
        .set(staff_sessions::guesses.eq(staff_sessions::guesses + 1))
        .execute(conn)
        .map(drop)
}

/// Ends a session.
pub fn end(conn: &mut PgConnection, id: &IdHash) -> QueryResult<()> {
    diesel::delete(staff_sessions::table.find(id.as_slice())).execute(conn).map(drop)
}

/// Ends one of a person's sessions by its name; false when there is none.
pub fn end_named(conn: &mut PgConnection, staff_id: Uuid, name: Uuid) -> QueryResult<bool> {
    let own = staff_sessions::table.filter(staff_sessions::staff_id.eq(staff_id)).filter(staff_sessions::name.eq(name));
    Ok(diesel::delete(own).execute(conn)? > 0)
}

/// Ends every session of a person but one.
pub fn end_all(conn: &mut PgConnection, staff_id: Uuid, but: Option<Uuid>) -> QueryResult<usize> {
    let own = staff_sessions::table.filter(staff_sessions::staff_id.eq(staff_id));
    match but {
        Some(name) => diesel::delete(own.filter(staff_sessions::name.ne(name))).execute(conn),
        None => diesel::delete(own).execute(conn),
    }
}

/// The live sessions of a person, newest first.
pub fn sessions_of(
    conn: &mut PgConnection,
    staff_id: Uuid,
    limits: SessionLimits,
    now: DateTime<Utc>,
) -> QueryResult<Vec<ListedSession>> {
    staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff_id))
        .filter(staff_sessions::stage.eq(Stage::Full.as_str()))
        .filter(staff_sessions::last_seen_at.gt(limits.seen_after(now)))
        .filter(staff_sessions::created_at.gt(limits.begun_after(now)))
        .order(staff_sessions::created_at.desc())
        .select(ListedSession::as_select())
        .load(conn)
}

/// What came of changing a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Done.
    Done,
    /// The last administrator cannot go.
    LastAdministrator,
}

fn keeping_an_administrator(change: QueryResult<usize>) -> QueryResult<Changed> {
    match change {
        Ok(_) => Ok(Changed::Done),
        Err(DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, info))
            if info.constraint_name() == Some("staff_keeps_an_administrator") =>
        {
            Ok(Changed::LastAdministrator)
        }
        Err(error) => Err(error),
    }
}

/// Gives a person another role, in a savepoint: the database refuses to lose the last administrator.
pub fn set_role(conn: &mut PgConnection, id: Uuid, role: Role) -> QueryResult<Changed> {
    keeping_an_administrator(
        conn.transaction(|conn| diesel::update(staff::table.find(id)).set(staff::role.eq(role.as_str())).execute(conn)),
    )
}

/// Lets a person no longer sign in, and ends every session; or lets them again.
pub fn set_disabled(conn: &mut PgConnection, id: Uuid, at: Option<DateTime<Utc>>) -> QueryResult<Changed> {
    let changed = keeping_an_administrator(
        conn.transaction(|conn| diesel::update(staff::table.find(id)).set(staff::disabled_at.eq(at)).execute(conn)),
    )?;
    if changed == Changed::Done && at.is_some() {
        end_all(conn, id, None)?;
    }
    Ok(changed)
}

/// One counter of wrong answers and how many it lets through.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Keyed hash of account, address or both.
    pub key: IdHash,
    /// Wrong answers within the window.
    pub most: i32,
}

/// The window in which wrong answers of staff are counted.
const WINDOW_MINUTES: i64 = 15;

/// Takes a guess before it is looked at: counts it, so that guesses at the same time count as well. When one of the limits is
/// reached, it is not counted, and the answer says until when.
pub fn take_guess(conn: &mut PgConnection, limits: &[Limit], now: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    let mut until = None;
    for limit in limits {
        let (failures, since): (i32, DateTime<Utc>) = diesel::insert_into(staff_attempts::table)
            .values((
                staff_attempts::key_hash.eq(limit.key.as_slice()),
                staff_attempts::failures.eq(0),
                staff_attempts::window_started_at.eq(now),
            ))
            .on_conflict(staff_attempts::key_hash)
            .do_update()
            .set(staff_attempts::failures.eq(staff_attempts::failures))
            .returning((staff_attempts::failures, staff_attempts::window_started_at))
            .get_result(conn)?;
        let ends = since + Duration::minutes(WINDOW_MINUTES);
        if now >= ends {
            reset(conn, &limit.key, now)?;
        } else if failures >= limit.most {
            until = until.max(Some(ends));
        }
    }
    if until.is_none() {
        count_failure(conn, limits, now)?;
    }
    Ok(until)
}

/// Takes back that a guess was counted: it was right.
pub fn give_back(conn: &mut PgConnection, limits: &[Limit]) -> QueryResult<()> {
    for limit in limits {
        let counted = staff_attempts::table.find(limit.key.as_slice()).filter(staff_attempts::failures.gt(0));
        diesel::update(counted).set(staff_attempts::failures.eq(staff_attempts::failures - 1)).execute(conn)?;
    }
    Ok(())
}

fn reset(conn: &mut PgConnection, key: &IdHash, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(staff_attempts::table.find(key.as_slice()))
        .set((staff_attempts::failures.eq(0), staff_attempts::window_started_at.eq(now)))
        .execute(conn)
        .map(drop)
}

/// The window begins anew with the first wrong answer in it.
fn count_failure(conn: &mut PgConnection, limits: &[Limit], now: DateTime<Utc>) -> QueryResult<()> {
    for limit in limits {
        let first = staff_attempts::table.find(limit.key.as_slice()).filter(staff_attempts::failures.eq(0));
        diesel::update(first).set(staff_attempts::window_started_at.eq(now)).execute(conn)?;
        diesel::update(staff_attempts::table.find(limit.key.as_slice()))
            .set(staff_attempts::failures.eq(staff_attempts::failures + 1))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes sessions that have ended by themselves and counters that limit nothing any more.
pub fn purge(conn: &mut PgConnection, limits: SessionLimits, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(
        staff_sessions::table.filter(
            staff_sessions::last_seen_at
                .le(limits.seen_after(now))
                .or(staff_sessions::created_at.le(limits.begun_after(now))),
        ),
    )
    .execute(conn)?;
    diesel::delete(
        staff_attempts::table.filter(staff_attempts::window_started_at.lt(now - Duration::minutes(WINDOW_MINUTES))),
    )
    .execute(conn)
    .map(drop)
}
