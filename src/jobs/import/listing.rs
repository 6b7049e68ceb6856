//! The list of wrong rows: the rows as they stood in the file, with the reason behind them, to be corrected and taken in again.

use std::io::Write;

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::ImportError;
use crate::domain::csv;
use crate::domain::import::cells::Fault;
use crate::domain::import::field::Field;
use crate::domain::import::format::BOM;
use crate::locale::Lang;
use crate::models::import::Import;
use crate::models::import::fault;

/// Rows read at once.
const AT_ONCE: i64 = 1_000;

/// What is wrong, in a sentence.
pub fn sentence(lang: Lang, fault: &Fault) -> String {
    let problem = lang.tx("imports-problem-", fault.problem.name());
    match fault.field {
        Some(field) => lang.with("imports-fault", &[("field", &field_name(lang, field)), ("problem", &problem)]),
        None => problem.into_owned(),
    }
}

/// A field's name for people.
pub fn field_name(lang: Lang, field: Field) -> String {
    lang.tx("imports-field-", field.as_str()).into_owned()
}

/// A piece of the list, and where the next one begins.
pub struct Piece {
    /// CSV.
    pub content: Vec<u8>,
    /// The last line in it; `None` when there is nothing more.
    pub next: Option<i64>,
}

/// The head of the list, and behind it the rows after line `after`; a page's worth of memory, however long the list is.
///
/// # Errors
/// When the database does not answer.
pub fn piece(conn: &mut PgConnection, import: &Import, lang: Lang, after: Option<i64>) -> QueryResult<Piece> {
    let mut content = Vec::new();
    if after.is_none() {
        // Without it spreadsheets take UTF-8 for something else.
        content.extend_from_slice(BOM);
    }
    let mut push = |cells: Vec<&str>| content.extend_from_slice(csv::line(cells).as_bytes());
    if after.is_none() {
        let (header, more) = (import.header(), [lang.t("imports-list-line"), lang.t("imports-list-reason")]);
        push(header.iter().map(String::as_str).chain(more.iter().map(AsRef::as_ref)).collect());
    }
    let rows = fault::after(conn, import.id, after.unwrap_or(0), AT_ONCE)?;
    for row in &rows {
        let reason: Vec<String> = row.faults.iter().map(|fault| sentence(lang, fault)).collect();
        let (line, reason) = (row.line.to_string(), reason.join(" "));
        push(row.cells.iter().map(String::as_str).chain([line.as_str(), reason.as_str()]).collect());
    }
    Ok(Piece { content, next: rows.last().map(|row| row.line) })
}

/// Writes the whole list.
///
/// # Errors
/// [`ImportError`].
pub fn write_all(conn: &mut PgConnection, import: &Import, lang: Lang, to: &mut dyn Write) -> Result<(), ImportError> {
    let mut after = None;
    loop {
        let piece = piece(conn, import, lang, after)?;
        to.write_all(&piece.content)?;
        if piece.next.is_none() {
            return Ok(());
        }
        after = piece.next;
    }
}
