//! What is wrong with the rows of a file.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::import::cells::Fault;
use crate::domain::import::field::Field;
use crate::domain::import::value::Problem;
use crate::schema::{import_errors, imports};

/// Rows of one statement: a statement takes 65,535 values.
const AT_ONCE: usize = 2_000;

/// A row that is not taken.
#[derive(Clone, Debug)]
pub struct WrongRow {
    /// The line on which it begins, counted from 1.
    pub line: i64,
    /// Its cells as they stand in the file.
    pub cells: Vec<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Notes rows that are not taken.
pub fn record(conn: &mut PgConnection, import_id: Uuid, rows: &[WrongRow]) -> QueryResult<()> {
    use import_errors as t;
    let numbered = |row: &WrongRow| -> Vec<_> {
        let of_fault = |(number, fault): (usize, &Fault)| {
            (
                t::import_id.eq(import_id),
                t::line.eq(row.line),
                t::number.eq(i16::try_from(number).unwrap_or(i16::MAX)),
                t::field.eq(fault.field.map(Field::as_str)),
                t::problem.eq(fault.problem.name()),
                // PostgreSQL's text holds every character but this one.
                t::cells.eq((number == 0)
                    .then(|| row.cells.iter().map(|cell| cell.replace('\0', "\u{fffd}")).collect::<Vec<_>>())),
            )
        };
        row.faults.iter().enumerate().map(of_fault).collect()
    };
    let values: Vec<_> = rows.iter().flat_map(numbered).collect();
    for some in values.chunks(AT_ONCE) {
        diesel::insert_into(t::table).values(some).execute(conn)?;
    }
    Ok(())
}

/// Forgets what an earlier step has found.
pub fn forget(conn: &mut PgConnection, import_id: Uuid) -> QueryResult<()> {
    diesel::delete(import_errors::table.filter(import_errors::import_id.eq(import_id))).execute(conn).map(drop)
}

/// The next `limit` wrong rows behind line `after`, in the order of the file.
pub fn after(conn: &mut PgConnection, import_id: Uuid, after: i64, limit: i64) -> QueryResult<Vec<WrongRow>> {
    use import_errors as t;
    let firsts: Vec<(i64, Option<Vec<Option<String>>>)> = t::table
        .filter(t::import_id.eq(import_id))
        .filter(t::line.gt(after))
        .filter(t::number.eq(0))
        .order(t::line)
        .limit(limit)
        .select((t::line, t::cells))
        .load(conn)?;
    let Some((last, _)) = firsts.last() else { return Ok(Vec::new()) };
    let faults: Vec<(i64, Option<String>, String)> = t::table
        .filter(t::import_id.eq(import_id))
        .filter(t::line.gt(after))
        .filter(t::line.le(*last))
        .order((t::line, t::number))
        .select((t::line, t::field, t::problem))
        .load(conn)?;
    let mut faults = faults.into_iter().peekable();
    let row = |(line, cells): (i64, Option<Vec<Option<String>>>)| {
        let mut own = Vec::new();
        while let Some((_, field, problem)) = faults.next_if(|(at, _, _)| *at == line) {
            let problem = Problem::parse(&problem).unwrap_or(Problem::Refused);
            own.push(Fault { field: field.as_deref().and_then(Field::parse), problem });
        }
        WrongRow { line, cells: cells.unwrap_or_default().into_iter().flatten().collect(), faults: own }
    };
    Ok(firsts.into_iter().map(row).collect())
}

/// What is wrong in the import that an outer query is about.
#[diesel::dsl::auto_type]
pub(super) fn of(id: imports::id) -> _ {
    import_errors::table.filter(import_errors::import_id.eq(id))
}
