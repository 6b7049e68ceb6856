//! Who represents a person: contact goes there, and payment on the portal stops.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::hold::HoldKind;
use crate::models::choice::{self, Told, telling};
use crate::models::hold;
use crate::schema::attorneys;

/// An attorney as the person names one.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = attorneys, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Attorney {
    pub name: String,
    pub firm: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
}

/// Who represents a person now.
pub fn of(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<Option<Attorney>> {
    attorneys::table
        .filter(attorneys::debtor_id.eq(debtor_id))
        .filter(attorneys::ended_at.is_null())
        .select(Attorney::as_select())
        .first(conn)
        .optional()
}

/// Names an attorney, in place of an earlier one, and holds every open debt of the person; whether anything changed. Needs a
/// transaction.
pub fn name(conn: &mut PgConnection, debtor_id: Uuid, new: &Attorney, reason: &str, told: &Told) -> QueryResult<bool> {
    let placed = hold::place_on_all(conn, debtor_id, HoldKind::Attorney, reason, told.by, told.at)?;
    choice::lock(conn, debtor_id)?;
    if of(conn, debtor_id)?.as_ref() == Some(new) {
        return Ok(placed > 0);
    }
    telling(conn, told, |conn| {
        end_current(conn, debtor_id, told.at)?;
        diesel::insert_into(attorneys::table)
            .values((
                attorneys::id.eq(Uuid::now_v7()),
                attorneys::debtor_id.eq(debtor_id),
                attorneys::named_at.eq(told.at),
                new,
            ))
            .execute(conn)
    })?;
    Ok(true)
}

/// The person is no longer represented: the holds that came with it are lifted, those of staff stay; whether there was one.
pub fn dismiss(conn: &mut PgConnection, debtor_id: Uuid, reason: &str, told: &Told) -> QueryResult<bool> {
    hold::lift_of_all(conn, debtor_id, HoldKind::Attorney, reason, told.by, told.at)?;
    telling(conn, told, |conn| end_current(conn, debtor_id, told.at)).map(|ended| ended > 0)
}

fn end_current(conn: &mut PgConnection, debtor_id: Uuid, now: DateTime<Utc>) -> QueryResult<usize> {
    let current = attorneys::table.filter(attorneys::debtor_id.eq(debtor_id)).filter(attorneys::ended_at.is_null());
    diesel::update(current).set(attorneys::ended_at.eq(now)).execute(conn)
}
