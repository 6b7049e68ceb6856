//! Files of a case.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::evidence::File;
use crate::schema::{case_files, cases, debts};

/// A row of `case_files` without its bytes.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct FileLine {
    pub id: Uuid,
    pub step_id: Uuid,
    pub name: String,
    /// Its size in bytes.
    pub size: i32,
}

/// A file to be handed out.
#[derive(Clone, Debug, Queryable)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// What its bytes are.
    pub media_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// Keeps the files that came with a step.
pub(super) fn keep(
    conn: &mut PgConnection,
    case_id: Uuid,
    step_id: Uuid,
    files: &[File],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    // One after the other: together they may be larger than one statement should be.
    for file in files {
        diesel::insert_into(case_files::table)
            .values((
                case_files::id.eq(Uuid::now_v7()),
                case_files::case_id.eq(case_id),
                case_files::step_id.eq(step_id),
                case_files::name.eq(&file.name),
                case_files::media_type.eq(file.kind.media_type()),
                case_files::sha256.eq(Sha256::digest(&file.bytes).to_vec()),
                case_files::content.eq(&file.bytes),
                case_files::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The files of a case, oldest first.
pub fn of_case(conn: &mut PgConnection, case_id: Uuid) -> QueryResult<Vec<FileLine>> {
    use diesel::dsl::sql;
    use diesel::sql_types::Integer;
    case_files::table
        .filter(case_files::case_id.eq(case_id))
        .order((case_files::created_at, case_files::id))
        .select((case_files::id, case_files::step_id, case_files::name, sql::<Integer>("octet_length(content)")))
        .load(conn)
}

/// A file of a case that the person may have: one that came with a step shown to them.
pub fn for_person(conn: &mut PgConnection, id: Uuid, case_id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Download>> {
    use crate::schema::case_steps;
    case_files::table
        .inner_join(case_steps::table)
        .inner_join(cases::table.inner_join(debts::table))
        .filter(case_files::id.eq(id))
        .filter(case_files::case_id.eq(case_id))
        .filter(case_steps::kind.ne("internal"))
        .filter(debts::debtor_id.eq(debtor_id))
        .select((case_files::name, case_files::media_type, case_files::content))
        .first(conn)
        .optional()
}

/// A file of a case, for staff.
pub fn for_staff(conn: &mut PgConnection, id: Uuid, case_id: Uuid) -> QueryResult<Option<Download>> {
    case_files::table
        .find(id)
        .filter(case_files::case_id.eq(case_id))
        .select((case_files::name, case_files::media_type, case_files::content))
        .first(conn)
        .optional()
}
