//! What the law wants said, in versions; which versions stood beside a payment or a case; which texts a person has passed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::domain::disclosure::{Disclosure, Key, Page};
use crate::schema::{acknowledgements, disclosures, disclosures_shown};

/// A row of `disclosures`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = disclosures, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Stored {
    pub id: Uuid,
    pub key: String,
    pub page: String,
    pub state: Option<String>,
    pub language: String,
    pub version: i32,
    pub body: String,
    pub valid_from: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub approved_by: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl Stored {
    /// The text as pages use it; `None` for a key or page that only a newer program knows.
    fn into_text(self) -> Option<Disclosure> {
        Some(Disclosure {
            id: self.id,
            key: Key::parse(&self.key)?,
            page: Page::parse(&self.page)?,
            state: self.state,
            language: self.language,
            version: self.version,
            body: self.body,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        })
    }
}

/// Every text there is; they are few, and old versions are shown where a newer one lacks a language.
pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<Disclosure>> {
    Ok(stored(conn)?.into_iter().filter_map(Stored::into_text).collect())
}

/// Every row for staff, those of one place together, the newest version first.
pub fn stored(conn: &mut PgConnection) -> QueryResult<Vec<Stored>> {
    use disclosures as t;
    t::table
        .order((t::page, t::state.asc().nulls_first(), t::key, t::version.desc(), t::language))
        .select(Stored::as_select())
        .load(conn)
}

/// One row.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Stored>> {
    disclosures::table.find(id).select(Stored::as_select()).first(conn).optional()
}

/// A new version of a text, in every language at once, so that none lacks a translation.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// What it is.
    pub key: Key,
    /// Where it stands.
    pub page: Page,
    /// For people of which state.
    pub state: Option<String>,
    /// Language and words.
    pub bodies: Vec<(&'static str, String)>,
    /// The first day it is shown.
    pub valid_from: NaiveDate,
    /// The first day it is shown no more.
    pub valid_until: Option<NaiveDate>,
    /// Which counsel has signed it off.
    pub approved_by: Option<String>,
}

/// Any number no other program locks; the letters "texts".
const LOCK: i64 = 0x0074_6578_7473;

/// Adds a version and says which it is and under which ids. Two who add at once take turns, so that each gets a number of its own.
/// Needs a transaction.
pub fn add(conn: &mut PgConnection, new: &NewVersion, now: DateTime<Utc>) -> QueryResult<(i32, Vec<Uuid>)> {
    use disclosures as t;
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn)?;
    let last: Option<i32> = t::table
        .filter(t::key.eq(new.key.as_str()))
        .filter(t::page.eq(new.page.as_str()))
        .filter(t::state.is_not_distinct_from(new.state.as_deref()))
        .select(diesel::dsl::max(t::version))
        .first(conn)?;
    let version = last.unwrap_or(0).saturating_add(1);
    let values: Vec<_> = new
        .bodies
        .iter()
        .map(|(language, body)| {
            (
                t::id.eq(Uuid::now_v7()),
                t::key.eq(new.key.as_str()),
                t::page.eq(new.page.as_str()),
                t::state.eq(new.state.as_deref()),
                t::language.eq(language),
                t::version.eq(version),
                t::body.eq(body),
                t::valid_from.eq(new.valid_from),
                t::valid_until.eq(new.valid_until),
                t::approved_by.eq(new.approved_by.as_deref()),
                t::created_at.eq(now),
            )
        })
        .collect();
    let ids = diesel::insert_into(t::table).values(values).returning(t::id).get_results(conn)?;
    Ok((version, ids))
}

/// What a text was shown beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A payment that was started.
    Payment(Uuid),
    /// A dispute or another case.
    Case(Uuid),
}

/// Notes which texts stood on the page from which a payment or a case was started; to be called in the transaction that writes it.
/// Doing it again adds what is new.
pub fn note_shown(conn: &mut PgConnection, ids: &[Uuid], shown: Shown, now: DateTime<Utc>) -> QueryResult<()> {
    use disclosures_shown as t;
    let (payment, case) = match shown {
        Shown::Payment(id) => (Some(id), None),
        Shown::Case(id) => (None, Some(id)),
    };
    let values: Vec<_> = ids
        .iter()
        .map(|id| {
            (
                t::id.eq(Uuid::now_v7()),
                t::disclosure_id.eq(id),
                t::payment_id.eq(payment),
                t::case_id.eq(case),
                t::shown_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(t::table).values(values).on_conflict_do_nothing().execute(conn).map(drop)
}

/// Notes that the person of a debt has confirmed to have read a text; the first time counts.
pub fn acknowledge(conn: &mut PgConnection, debt_id: Uuid, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    use acknowledgements as t;
    diesel::insert_into(t::table)
        .values((t::id.eq(Uuid::now_v7()), t::debt_id.eq(debt_id), t::disclosure_id.eq(id), t::acknowledged_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(conn)
        .map(drop)
}

/// Whether the person of a debt has confirmed to have read this version of a text, in whichever language.
pub fn is_acknowledged(conn: &mut PgConnection, debt_id: Uuid, text: &Disclosure) -> QueryResult<bool> {
    let confirmed = acknowledgements::table
        .inner_join(disclosures::table)
        .filter(acknowledgements::debt_id.eq(debt_id))
        .filter(disclosures::key.eq(text.key.as_str()))
        .filter(disclosures::page.eq(text.page.as_str()))
        .filter(disclosures::state.is_not_distinct_from(text.state.as_deref()))
        .filter(disclosures::version.eq(text.version));
    diesel::select(diesel::dsl::exists(confirmed)).get_result(conn)
}

/// What the person of a debt has confirmed to have read, newest first: the text's place and version, and when.
pub fn acknowledged(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Vec<(Stored, DateTime<Utc>)>> {
    acknowledgements::table
        .inner_join(disclosures::table)
        .filter(acknowledgements::debt_id.eq(debt_id))
        .order((acknowledgements::acknowledged_at.desc(), acknowledgements::id))
        .limit(20)
        .select((Stored::as_select(), acknowledgements::acknowledged_at))
        .load(conn)
}

/// How many texts in force on `today` no counsel has signed off, by key.
pub fn drafts(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<BTreeMap<String, i64>> {
    use disclosures as t;
    let rows: Vec<(String, i64)> = t::table
        .filter(t::approved_by.is_null())
        .filter(t::valid_until.is_null().or(t::valid_until.gt(today)))
        .group_by(t::key)
        .select((t::key, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
