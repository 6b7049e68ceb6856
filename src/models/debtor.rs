//! A person's contact data and consents, and what was corrected in them.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::models::by::By;
use crate::models::choice::{Source, Told, telling};
use crate::schema::{debtor_changes, debtors, staff};

/// A row of `debtors`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = debtors, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Debtor {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip_code: Option<String>,
    pub phone_consent: bool,
    pub email_consent: bool,
    pub dnc_registered: bool,
}

impl Debtor {
    /// Column and value of everything that can be corrected, as text.
    pub fn fields(&self) -> [(&'static str, String); 12] {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let flag = |value: bool| if value { "true".to_owned() } else { "false".to_owned() };
        [
            ("first_name", self.first_name.clone()),
            ("last_name", self.last_name.clone()),
            ("email", text(&self.email)),
            ("phone", text(&self.phone)),
            ("address_line1", text(&self.address_line1)),
            ("address_line2", text(&self.address_line2)),
            ("city", text(&self.city)),
            ("state", text(&self.state)),
            ("zip_code", text(&self.zip_code)),
            ("phone_consent", flag(self.phone_consent)),
            ("email_consent", flag(self.email_consent)),
            ("dnc_registered", flag(self.dnc_registered)),
        ]
    }

    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The person of that id.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Debtor>> {
    debtors::table.find(id).select(Debtor::as_select()).first(conn).optional()
}

/// The language a person has chosen.
pub fn language(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<String>> {
    let found: Option<Option<String>> = debtors::table.find(id).select(debtors::language).first(conn).optional()?;
    Ok(found.flatten())
}

/// Remembers the language a person has chosen.
pub fn set_language(conn: &mut PgConnection, id: Uuid, language: &str) -> QueryResult<()> {
    let other = debtors::table.find(id).filter(debtors::language.is_distinct_from(language));
    diesel::update(other).set(debtors::language.eq(language)).execute(conn).map(drop)
}

/// What came of a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// What was changed: column, old value, new value.
    Done(Vec<(&'static str, String, String)>),
    /// The row changed since it was shown.
    Changed,
    /// The e-mail address is another person's.
    EmailTaken,
    /// There is no such person.
    NotFound,
}

/// Writes corrected data of a person, and the old values beside it. `seen` is what was shown when the correction was typed.
pub fn correct(
    conn: &mut PgConnection,
    seen: &Debtor,
    new: &Debtor,
    by: impl Into<By>,
    now: DateTime<Utc>,
) -> QueryResult<Corrected> {
    let by = by.into();
    let row = debtors::table.find(seen.id).select(Debtor::as_select()).for_update().first(conn).optional()?;
    let Some(old) = row else { return Ok(Corrected::NotFound) };
    if old != *seen {
        return Ok(Corrected::Changed);
    }
    if let Some(email) = &new.email {
        let others = debtors::table.filter(debtors::email.eq(email)).filter(debtors::id.ne(seen.id));
        if diesel::select(diesel::dsl::exists(others)).get_result(conn)? {
            return Ok(Corrected::EmailTaken);
        }
    }
    let changes: Vec<(&'static str, String, String)> = old
        .fields()
        .into_iter()
        .zip(new.fields())
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| (field, old, new))
        .collect();
    if changes.is_empty() {
        return Ok(Corrected::Done(changes));
    }
    let (source, changed_by) = match by {
        By::Staff(_) => (Source::Staff, "staff"),
        By::Person => (Source::Portal, "debtor"),
    };
    // Consents are among the data that staff corrects.
    let told = Told { source, debt_id: None, by, at: now };
    telling(conn, &told, |conn| diesel::update(debtors::table.find(seen.id)).set(new).execute(conn))?;
    let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    let rows: Vec<_> = changes
        .iter()
        .map(|(field, old, new)| {
            (
                debtor_changes::id.eq(Uuid::now_v7()),
                debtor_changes::debtor_id.eq(seen.id),
                debtor_changes::field.eq(*field),
                debtor_changes::old_value.eq(text(old)),
                debtor_changes::new_value.eq(text(new)),
                debtor_changes::source.eq(changed_by),
                debtor_changes::staff_id.eq(by.staff_id()),
                debtor_changes::changed_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(debtor_changes::table).values(rows).execute(conn)?;
    Ok(Corrected::Done(changes))
}

/// A corrected value, with who corrected it.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Change {
    pub field: String,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub by: Option<String>,
    pub changed_at: DateTime<Utc>,
}

/// What was corrected of a person, newest first, at most `limit`.
pub fn changes(conn: &mut PgConnection, debtor_id: Uuid, limit: i64) -> QueryResult<Vec<Change>> {
    type Row = (String, Option<String>, Option<String>, Option<String>, DateTime<Utc>);
    let rows: Vec<Row> = debtor_changes::table
        .left_join(staff::table)
        .filter(debtor_changes::debtor_id.eq(debtor_id))
        .order((debtor_changes::changed_at.desc(), debtor_changes::id))
        .limit(limit)
        .select((
            debtor_changes::field,
            debtor_changes::old_value,
            debtor_changes::new_value,
            staff::name.nullable(),
            debtor_changes::changed_at,
        ))
        .load(conn)?;
    let change =
        |(field, old_value, new_value, by, changed_at): Row| Change { field, old_value, new_value, by, changed_at };
    Ok(rows.into_iter().map(change).collect())
}
