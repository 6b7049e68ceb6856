//! Searches of staff that an address names instead of holding them, and those a person has saved under a name.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::debt_filter::{Filters, Sort};
use crate::domain::debt_text::SearchText;
use crate::models::debt_search::Search;
use crate::schema::staff_searches;

/// How long a search stays that nobody saved.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How many one person may save.
const MOST_SAVED: i64 = 100;
/// As long as the column.
pub const LONGEST_NAME: usize = 100;

/// A saved search.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Saved {
    pub id: Uuid,
    pub name: Option<String>,
}

/// What came of saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is saved.
    Saved(Uuid),
    /// The person has one of that name already.
    NameTaken,
    /// The person has too many.
    TooMany,
}

/// Keeps a search for a day, so that an address can name it, and forgets everybody's that are older.
pub fn keep(conn: &mut PgConnection, staff_id: Uuid, search: &Search, now: DateTime<Utc>) -> QueryResult<Uuid> {
    diesel::delete(
        staff_searches::table.filter(staff_searches::name.is_null()).filter(staff_searches::created_at.lt(now - KEPT)),
    )
    .execute(conn)?;
    insert(conn, staff_id, search, None, now)
}

/// Saves a search under a name. Needs a transaction.
pub fn save(
    conn: &mut PgConnection,
    staff_id: Uuid,
    search: &Search,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Outcome> {
    if saved(conn, staff_id)?.len() >= usize::try_from(MOST_SAVED).unwrap_or_default() {
        return Ok(Outcome::TooMany);
    }
    match conn.transaction(|conn| insert(conn, staff_id, search, Some(name), now)) {
        Ok(id) => Ok(Outcome::Saved(id)),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Outcome::NameTaken),
        Err(error) => Err(error),
    }
}

fn insert(
    conn: &mut PgConnection,
    staff_id: Uuid,
    search: &Search,
    name: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(staff_searches::table)
        .values((
            staff_searches::id.eq(id),
            staff_searches::staff_id.eq(staff_id),
            staff_searches::text.eq(search.text.as_ref().map(SearchText::as_str)),
            staff_searches::filters.eq(written(search)),
            staff_searches::name.eq(name),
            staff_searches::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// A person's search; `None` where it is another's, or gone.
pub fn find(conn: &mut PgConnection, staff_id: Uuid, id: Uuid) -> QueryResult<Option<Search>> {
    let row: Option<(Option<String>, Value)> = staff_searches::table
        .find(id)
        .filter(staff_searches::staff_id.eq(staff_id))
        .select((staff_searches::text, staff_searches::filters))
        .first(conn)
        .optional()?;
    Ok(row.map(|(text, filters)| read(text.as_deref(), &filters)))
}

/// A person's saved searches, by name.
pub fn saved(conn: &mut PgConnection, staff_id: Uuid) -> QueryResult<Vec<Saved>> {
    staff_searches::table
        .filter(staff_searches::staff_id.eq(staff_id))
        .filter(staff_searches::name.is_not_null())
        .order(staff_searches::name)
        .select((staff_searches::id, staff_searches::name))
        .limit(MOST_SAVED)
        .load(conn)
}

/// Removes a person's saved search; its name, or `None` where it is another's, or gone.
pub fn delete(conn: &mut PgConnection, staff_id: Uuid, id: Uuid) -> QueryResult<Option<String>> {
    let own = staff_searches::table.filter(staff_searches::id.eq(id)).filter(staff_searches::staff_id.eq(staff_id));
    let names: Vec<Option<String>> = diesel::delete(own.filter(staff_searches::name.is_not_null()))
        .returning(staff_searches::name)
        .get_results(conn)?;
    Ok(names.into_iter().next().flatten())
}

fn written(search: &Search) -> Value {
    let mut fields: Vec<Value> =
        search.filters.fields().into_iter().map(|(name, value)| json!([name, value])).collect();
    fields.push(json!(["sort", search.sort.name()]));
    Value::Array(fields)
}

/// What no longer can be (a status that was given up, say) does not narrow.
fn read(text: Option<&str>, filters: &Value) -> Search {
    let fields: Vec<(&str, &str)> = filters
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| Some((field.get(0)?.as_str()?, field.get(1)?.as_str()?)))
        .collect();
    let sort = fields.iter().find(|(name, _)| *name == "sort").and_then(|(_, value)| Sort::parse(value));
    Search::new(text.and_then(SearchText::parse), Filters::read(fields).0, sort)
}
