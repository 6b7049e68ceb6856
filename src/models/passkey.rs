//! Passkeys of staff.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::credentials::passkey::{Answered, Key, NewKey};
use crate::models::staff::Person;
use crate::schema::{staff, staff_passkeys, staff_used_challenges};

/// So many are enough for one person.
pub const MOST: i64 = 10;
/// Characters of a passkey's name.
pub const LONGEST_NAME: usize = 80;

/// A row of `staff_passkeys`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff_passkeys, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Passkey {
    pub id: Uuid,
    pub credential_id: Vec<u8>,
    pub public_key: Vec<u8>,
    pub algorithm: i32,
    pub sign_count: i64,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Passkey {
    /// What a signature is held against.
    pub fn key(&self) -> Key<'_> {
        Key { public_key: &self.public_key, algorithm: self.algorithm, sign_count: self.sign_count }
    }
}

/// What came of adding a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Done,
    /// It was there before.
    Known,
    /// The person has as many as one may have.
    TooMany,
}

/// The passkeys of a person, oldest first.
pub fn of(conn: &mut PgConnection, staff_id: Uuid) -> QueryResult<Vec<Passkey>> {
    staff_passkeys::table
        .filter(staff_passkeys::staff_id.eq(staff_id))
        .order((staff_passkeys::created_at, staff_passkeys::id))
        .select(Passkey::as_select())
        .load(conn)
}

/// A passkey by the authenticator's name for it, with its person, who may sign in; locked, so that its counter is compared once at
/// a time.
pub fn find(conn: &mut PgConnection, credential_id: &[u8]) -> QueryResult<Option<(Passkey, Person)>> {
    staff_passkeys::table
        .inner_join(staff::table)
        .filter(staff_passkeys::credential_id.eq(credential_id))
        .filter(staff::disabled_at.is_null())
        // Who is not done with setting up has no way past it.
        .filter(staff::password_hash.is_not_null().and(staff::totp_secret.is_not_null()))
        .select((Passkey::as_select(), Person::as_select()))
        .for_no_key_update()
        .first(conn)
        .optional()
}

/// Adds one.
pub fn add(
    conn: &mut PgConnection,
    staff_id: Uuid,
    key: &NewKey,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Added> {
    // The person's row stands for the number of their passkeys.
    staff::table.find(staff_id).select(staff::id).for_no_key_update().first::<Uuid>(conn)?;
    let known = staff_passkeys::table.filter(staff_passkeys::staff_id.eq(staff_id)).count();
    if known.get_result::<i64>(conn)? >= MOST {
        return Ok(Added::TooMany);
    }
    let added = diesel::insert_into(staff_passkeys::table)
        .values((
            staff_passkeys::id.eq(Uuid::now_v7()),
            staff_passkeys::staff_id.eq(staff_id),
            staff_passkeys::credential_id.eq(&key.credential_id),
            staff_passkeys::public_key.eq(&key.public_key),
            staff_passkeys::algorithm.eq(key.algorithm),
            staff_passkeys::sign_count.eq(key.sign_count),
            staff_passkeys::name.eq(name),
            staff_passkeys::created_at.eq(now),
        ))
        .on_conflict(staff_passkeys::credential_id)
        .do_nothing()
        .execute(conn)?;
    Ok(if added > 0 { Added::Done } else { Added::Known })
}

/// Notes a use.
pub fn note_use(conn: &mut PgConnection, id: Uuid, sign_count: i64, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(staff_passkeys::table.find(id))
        .set((staff_passkeys::sign_count.eq(sign_count), staff_passkeys::last_used_at.eq(now)))
        .execute(conn)
        .map(drop)
}

/// Removes one of a person's; its name, or `None` when there is none.
pub fn remove(conn: &mut PgConnection, staff_id: Uuid, id: Uuid) -> QueryResult<Option<String>> {
    let own = staff_passkeys::table.find(id).filter(staff_passkeys::staff_id.eq(staff_id));
    diesel::delete(own).returning(staff_passkeys::name).get_result(conn).optional()
}

/// Removes all of a person's.
pub fn remove_all(conn: &mut PgConnection, staff_id: Uuid) -> QueryResult<usize> {
    diesel::delete(staff_passkeys::table.filter(staff_passkeys::staff_id.eq(staff_id))).execute(conn)
}

/// Takes a challenge; false when it was taken before.
pub fn use_challenge(conn: &mut PgConnection, answered: &Answered) -> QueryResult<bool> {
    let taken = diesel::insert_into(staff_used_challenges::table)
        .values((
            staff_used_challenges::challenge_hash.eq(answered.hash.as_slice()),
            staff_used_challenges::expires_at.eq(answered.expires_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(taken > 0)
}

/// Forgets the challenges whose time is over.
pub fn purge_challenges(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    let over = staff_used_challenges::table.filter(staff_used_challenges::expires_at.le(now));
    diesel::delete(over).execute(conn).map(drop)
}
