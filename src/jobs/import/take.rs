//! Handing rows to the database, and finding the one it refuses.

use std::time::Duration;

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::source::Judged;
use super::{ImportError, Stop};
use crate::domain::import::Counts;
use crate::domain::import::cells::Fault;
use crate::domain::import::row::Row;
use crate::domain::import::value::Problem;
use crate::models::import::accounts::{self, Task};
use crate::models::import::fault::WrongRow;
use crate::models::import::{entries, notices};

/// How often rows are tried again that met with another writer.
const TRIES: u32 = 6;

/// What came of some rows.
pub(super) struct Taken {
    pub(super) counts: Counts,
    /// Those that were not taken, in the order of the file.
    pub(super) wrong: Vec<WrongRow>,
}

/// Why a transaction is taken back.
pub(super) enum Refusal {
    /// The database refused.
    Query(DieselError),
    /// There are wrong rows, and none may be.
    WrongRows(Vec<WrongRow>),
}

impl From<DieselError> for Refusal {
    fn from(error: DieselError) -> Refusal {
        Refusal::Query(error)
    }
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> ImportError {
        match refusal {
            Refusal::Query(error) => error.into(),
            // Only where no row may be wrong, and there it is a `Stop`.
            Refusal::WrongRows(_) => DieselError::RollbackTransaction.into(),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        match refusal {
            Refusal::Query(error) => error.into(),
            Refusal::WrongRows(wrong) => Stop::WrongRows(wrong),
        }
    }
}

/// Hands rows to the database, within whatever transaction there is.
pub(super) fn take(conn: &mut PgConnection, task: Task<'_>, rows: &[Judged]) -> Result<Taken, DieselError> {
    let mut wrong = Vec::new();
    let mut places = Vec::new();
    // The rows of one file are all of one kind.
    let (mut accounts, mut notes, mut validations) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match &row.verdict {
            Ok(Row::Account(account)) => {
                places.push(row);
                accounts.push(account.as_ref());
            }
            Ok(Row::Entry(entry)) => {
                places.push(row);
                notes.push(entry.as_ref());
            }
            Ok(Row::Validation(validation)) => {
                places.push(row);
                validations.push(validation.as_ref());
            }
            Err(faults) => wrong.push(wrong_row(row, faults.clone())),
        }
    }
    let applied = if !accounts.is_empty() {
        accounts::apply(conn, task, &accounts)?
    } else if !notes.is_empty() {
        entries::apply(conn, task, &notes)?
    } else if !validations.is_empty() {
        notices::apply(conn, task, &validations)?
    } else {
        accounts::Applied::default()
    };
    let mut counts = applied.counts;
    counts.rows = count(rows.len());
    counts.failed += count(wrong.len());
    let refused = applied.faults.into_iter();
    wrong.extend(refused.filter_map(|(place, fault)| Some(wrong_row(places.get(place)?, vec![fault]))));
    wrong.sort_by_key(|row| row.line);
    Ok(Taken { counts, wrong })
}

/// Hands rows to the database in one transaction that ends with `note`. Where the database refuses them for what one of them says,
/// they are halved until that one is alone, and it is wrong; where another writer was in the way, they are tried again.
pub(super) fn one_by_one(
    conn: &mut PgConnection,
    task: Task<'_>,
    rows: &[Judged],
    note: &mut dyn FnMut(&mut PgConnection, &Taken) -> Result<(), Refusal>,
) -> Result<Counts, Refusal> {
    let (mut task, mut tries) = (task, 0);
    loop {
        let done = conn.transaction::<Counts, Refusal, _>(|conn| {
            let taken = take(conn, task, rows)?;
            note(conn, &taken)?;
            Ok(taken.counts)
        });
        let error = match done {
            Err(Refusal::Query(error)) => error,
            other => return other,
        };
        tries += 1;
        if is_passing(&error) && tries < TRIES {
            std::thread::sleep(Duration::from_millis(25 << tries));
        } else if is_unique(&error) && !task.careful {
            // Somebody else has made the same person meanwhile, or the address was taken all along: look more closely.
            task.careful = true;
        } else if !is_about_a_row(&error) {
            return Err(Refusal::Query(error));
        } else if let (Some((first, rest)), true) = (rows.split_at_checked(rows.len() / 2), rows.len() > 1) {
            let mut counts = one_by_one(conn, task, first, note)?;
            counts.add(one_by_one(conn, task, rest, note)?);
            return Ok(counts);
        } else {
            return refuse(conn, rows, note);
        }
    }
}

/// Notes a row that the database refuses.
fn refuse(
    conn: &mut PgConnection,
    rows: &[Judged],
    note: &mut dyn FnMut(&mut PgConnection, &Taken) -> Result<(), Refusal>,
) -> Result<Counts, Refusal> {
    let counts = Counts { rows: count(rows.len()), failed: count(rows.len()), ..Counts::default() };
    let wrong = rows.iter().map(|row| wrong_row(row, vec![Fault::of_row(Problem::Refused)])).collect();
    let taken = Taken { counts, wrong };
    conn.transaction(|conn| note(conn, &taken))?;
    Ok(counts)
}

fn wrong_row(row: &Judged, faults: Vec<Fault>) -> WrongRow {
    WrongRow { line: row.line, cells: row.record.iter().map(str::to_owned).collect(), faults }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn is_unique(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// Another writer was in the way, and will not be for long.
fn is_passing(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            ["deadlock detected", "due to lock timeout"].iter().any(|words| info.message().contains(words))
        }
        _ => false,
    }
}

/// Whether the database minds what a row says, not how things are.
fn is_about_a_row(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::CheckViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::ForeignKeyViolation,
            _,
        ) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            ["value too long", "invalid byte sequence", "numeric field overflow", "index row size"]
                .iter()
                .any(|words| info.message().contains(words))
        }
        _ => false,
    }
}
