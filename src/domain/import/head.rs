//! The beginning of a file: the names of its columns, and some rows to look at.

use csv::{ReaderBuilder, StringRecord};

use super::format::{self, Unreadable};
use super::value;

/// So many bytes of a file are enough to know its columns.
pub const BYTES: usize = 1 << 18;
/// The most columns that a file may have.
pub const MOST_COLUMNS: usize = 200;

/// The beginning of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The mark between cells.
    pub delimiter: u8,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The first rows, cells as they stand in the file.
    pub rows: Vec<Vec<String>>,
}

impl Head {
    /// Reads the first [`BYTES`] of a file, with at most `rows` rows.
    ///
    /// # Errors
    /// When it is no CSV file in UTF-8.
    pub fn read(beginning: &[u8], rows: usize) -> Result<Head, Unreadable> {
        let delimiter = format::delimiter(beginning)?;
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(beginning);
        let header = reader.headers().map_err(|_| Unreadable::NotUtf8)?;
        if header.is_empty() {
            return Err(Unreadable::Empty);
        }
        if header.len() > MOST_COLUMNS {
            return Err(Unreadable::NotText);
        }
        let header: Vec<String> = header.iter().map(|name| clip(value::clean(name))).collect();
        let cells = |record: StringRecord| record.iter().map(clip).collect::<Vec<String>>();
        // The last row may be cut off, and one that is not UTF-8 has its own message later.
        let read = reader.records().filter_map(Result::ok).filter(|record| !is_blank(record)).take(rows);
        let rows = read.map(cells).collect();
        Ok(Head { delimiter, header, rows })
    }
}

/// Whether a row says nothing at all; spreadsheets leave such rows behind.
pub fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// Names and previews are shown whole up to here.
fn clip(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rows() {
        let head =
            Head::read("\u{feff}First name;Notes\r\nMaria;\"two\nlines; one cell\"\r\n;\r\nBen;x\r\n".as_bytes(), 5)
                .unwrap();
        assert_eq!(head.delimiter, b';');
        assert_eq!(head.header, ["First name", "Notes"]);
        assert_eq!(head.rows, [vec!["Maria", "two\nlines; one cell"], vec!["Ben", "x"]]);
        assert_eq!(Head::read(b"\n\n", 5), Err(Unreadable::Empty));
    }
}
