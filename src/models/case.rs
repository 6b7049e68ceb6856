//! Cases: what a person asks of us, and every step until it is answered.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::case::CaseKind;
use crate::schema::{case_steps, cases};

/// A row of `cases`, without the words.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cases, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Case {
    pub id: Uuid,
    pub number: String,
    pub debt_id: Uuid,
    pub kind: CaseKind,
    pub reason: Option<String>,
    pub details: Option<String>,
    pub until: Option<NaiveDate>,
    pub suits: Option<String>,
    pub phone: Option<String>,
    pub language: String,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub within_validation_period: Option<bool>,
    pub status: String,
    pub closed_at: Option<DateTime<Utc>>,
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// From [`crate::domain::case::draw_number`].
    pub number: String,
    /// The debt it is about.
    pub debt_id: Uuid,
    /// What is asked.
    pub kind: CaseKind,
    /// Of a dispute: a value of `cases.reason`.
    pub reason: Option<&'static str>,
    /// In the person's words.
    pub details: Option<String>,
    /// Hardship: until when.
    pub until: Option<NaiveDate>,
    /// Callback: a value of `cases.suits`.
    pub suits: Option<&'static str>,
    /// Callback: the number.
    pub phone: Option<String>,
    /// The language it was written in.
    pub language: &'static str,
    /// Whether it came within the validation period, where that is known.
    pub within_validation_period: Option<bool>,
    /// SHA-256 of what was said, so that the same again is recognised.
    pub fingerprint: Option<[u8; 32]>,
}

/// What came of opening a case.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A new one, with the id of its first step.
    New(Case, Uuid),
    /// The same is open already; nothing was written.
    Same(Case),
}

/// Opens a case with its first step. Needs a transaction.
pub fn open(conn: &mut PgConnection, new: &NewCase, now: DateTime<Utc>) -> QueryResult<Opened> {
    let case: Option<Case> = diesel::insert_into(cases::table)
        .values((
            (
                cases::id.eq(Uuid::now_v7()),
                cases::number.eq(&new.number),
                cases::debt_id.eq(new.debt_id),
                cases::kind.eq(new.kind),
                cases::reason.eq(new.reason),
                cases::details.eq(&new.details),
                cases::until.eq(new.until),
                cases::suits.eq(new.suits),
            ),
            (
                cases::phone.eq(&new.phone),
                cases::language.eq(new.language),
                cases::opened_at.eq(now),
                cases::due_at.eq(now + TimeDelta::days(new.kind.days())),
                cases::within_validation_period.eq(new.within_validation_period),
                cases::fingerprint.eq(new.fingerprint.map(|hash| hash.to_vec())),
            ),
        ))
        .on_conflict_do_nothing()
        .returning(Case::as_returning())
        .get_result(conn)
        .optional()?;
    let Some(case) = case else { return same(conn, new).map(Opened::Same) };
    let step: Uuid = diesel::insert_into(case_steps::table)
        .values((
            case_steps::id.eq(Uuid::now_v7()),
            case_steps::case_id.eq(case.id),
            case_steps::kind.eq("opened"),
            case_steps::at.eq(now),
        ))
        .returning(case_steps::id)
        .get_result(conn)?;
    Ok(Opened::New(case, step))
}

/// The open case that a new one is the same as.
fn same(conn: &mut PgConnection, new: &NewCase) -> QueryResult<Case> {
    let mut open = cases::table
        .filter(cases::debt_id.eq(new.debt_id))
        .filter(cases::kind.eq(new.kind))
        .filter(cases::status.ne("closed"))
        .select(Case::as_select())
        .into_boxed();
    if let Some(fingerprint) = new.fingerprint {
        open = open.filter(cases::fingerprint.eq(fingerprint.to_vec()));
    }
    open.order(cases::opened_at).first(conn)
}
