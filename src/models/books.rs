//! Whether these books are the ones that Stripe's belong to: a restored copy takes no payment until it was compared.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{books, payments};

/// The books' one row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = books, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Books {
    pub installation: Uuid,
    pub fingerprint: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_why: Option<String>,
    pub reconciled_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Fingerprint {
    #[diesel(sql_type = diesel::sql_types::Text)]
    fingerprint: String,
}

/// Which server, database and table this is. A dump that is restored has another table or database, a cluster that is made
/// anew has another system identifier, and one that was recovered to an earlier moment goes on in another timeline.
fn fingerprint(conn: &mut PgConnection) -> QueryResult<String> {
    let here = |conn: &mut PgConnection, server: &str| {
        let statement = format!(
            "SELECT {server} || '/' || d.oid || '/' || 'payments'::regclass::oid AS fingerprint \
             FROM pg_database d WHERE d.datname = current_database()"
        );
        diesel::sql_query(statement).get_result::<Fingerprint>(conn).map(|row| row.fingerprint)
    };
    // Some hosted servers keep their system identifier to themselves; a savepoint, so that the refusal ends nothing.
    let server =
        "(SELECT s.system_identifier || '/' || c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c)";
    conn.transaction(|conn| here(conn, server)).or_else(|_| here(conn, "'server'"))
}

/// Looks whether the books are still where they were written, and closes them where they are a copy. Writes their row when
/// there is none: then this is where they begin. Needs a transaction.
pub fn check(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Books> {
    let here = fingerprint(conn)?;
    diesel::insert_into(books::table).values(books::fingerprint.eq(&here)).on_conflict_do_nothing().execute(conn)?;
    let found = books::table.select(Books::as_select()).for_update().first(conn)?;
    if found.fingerprint != here && found.closed_at.is_none() {
        close(conn, "the database is a restored copy", now)?;
        return books::table.select(Books::as_select()).first(conn);
    }
    Ok(found)
}

/// From now on no payment is taken.
pub fn close(conn: &mut PgConnection, why: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let open = books::table.filter(books::closed_at.is_null());
    let closed = diesel::update(open).set((books::closed_at.eq(now), books::closed_why.eq(why))).execute(conn)?;
    if closed > 0 {
        tracing::error!(target: "quittance::money", why, "payments are disabled until quittance reconcile says that the books agree");
    }
    Ok(())
}

/// The books agree with Stripe's: payments are taken again, here. Needs a transaction.
pub fn agree(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    check(conn, now)?;
    let here = fingerprint(conn)?;
    diesel::update(books::table)
        .set((
            books::fingerprint.eq(here),
            books::closed_at.eq(None::<DateTime<Utc>>),
            books::closed_why.eq(None::<String>),
            books::reconciled_at.eq(now),
        ))
        .execute(conn)
        .map(drop)
}

/// Whether payments are disabled.
pub fn are_closed(conn: &mut PgConnection) -> QueryResult<bool> {
    let closed: Option<bool> = books::table.select(books::closed_at.is_not_null()).first(conn).optional()?;
    Ok(closed.unwrap_or(false))
}

/// The books' row, where there is one.
pub fn find(conn: &mut PgConnection) -> QueryResult<Option<Books>> {
    books::table.select(Books::as_select()).first(conn).optional()
}

/// When the newest payment that these books know was begun, up to a moment.
pub fn newest_payment(conn: &mut PgConnection, until: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    payments::table
        .filter(payments::checkout_expires_at.is_not_null())
        .filter(payments::created_at.le(until))
        .select(diesel::dsl::max(payments::created_at))
        .first(conn)
}

/// Which of these payments the books do not know.
pub fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let known: Vec<Uuid> = payments::table.filter(payments::id.eq_any(ids)).select(payments::id).load(conn)?;
    Ok(ids.iter().copied().filter(|id| !known.contains(id)).collect())
}
