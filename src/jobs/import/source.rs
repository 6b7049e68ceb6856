//! Where an import's file comes from, and its rows, read and judged in a thread of their own while the database works.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use diesel::pg::PgConnection;
use uuid::Uuid;

use crate::domain::import::cells::Fault;
use crate::domain::import::head::is_blank;
use crate::domain::import::row::{Reading, Row};
use crate::domain::import::value::Problem;
use crate::models::import::file;

/// Rows that are taken together.
const BATCH_ROWS: usize = 10_000;
/// Bytes after which a batch is full though it has fewer rows: e-mails may be long.
const BATCH_BYTES: u64 = 8 << 20;
/// The longest row. A quotation mark that is never closed would swallow the rest of the file.
const LONGEST_ROW: u64 = 32 << 20;

/// A file that can be read from the beginning, as often as needed.
pub trait Source {
    /// Its content.
    ///
    /// # Errors
    /// When it cannot be read.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
}

/// A file that is kept in the database.
pub struct Stored {
    conn: PgConnection,
    import_id: Uuid,
    number: i32,
    piece: Vec<u8>,
    at: usize,
}

impl Stored {
    /// The file of that import, read through this connection.
    pub fn new(conn: PgConnection, import_id: Uuid) -> Stored {
        Stored { conn, import_id, number: 0, piece: Vec::new(), at: 0 }
    }
}

impl Read for Stored {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            let Some(piece) = file::piece(&mut self.conn, self.import_id, self.number).map_err(io::Error::other)?
            else {
                return Ok(0);
            };
            (self.piece, self.at, self.number) = (piece, 0, self.number + 1);
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        for (to, from) in into.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += count;
        Ok(count)
    }
}

/// A row as it stands in the file, and what it says.
pub(super) struct Judged {
    /// The line on which it begins, counted from 1.
    pub(super) line: i64,
    /// Its cells.
    pub(super) record: StringRecord,
    /// What it says, or what is wrong with it.
    pub(super) verdict: Result<Row, Vec<Fault>>,
}

/// Some rows.
pub(super) struct Batch {
    /// In the order of the file.
    pub(super) rows: Vec<Judged>,
    /// How far the file is read with them.
    pub(super) bytes_read: i64,
}

/// Stops a reader that goes on too long without the end of a row.
struct Guarded<R> {
    inner: R,
    given: u64,
    row_began: Arc<AtomicU64>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given.saturating_sub(self.row_began.load(Ordering::Relaxed)) > LONGEST_ROW {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a quoted cell does not end"));
        }
        let count = self.inner.read(into)?;
        self.given += count as u64;
        Ok(count)
    }
}

/// Reads all rows behind the first `skip` and sends them on in batches; ends early when nobody listens any more.
pub(super) fn read_rows(
    source: Box<dyn Read + Send>,
    delimiter: u8,
    reading: &Reading,
    skip: i64,
    to: &SyncSender<io::Result<Batch>>,
) {
    let row_began = Arc::new(AtomicU64::new(0));
    let guarded = Guarded { inner: source, given: 0, row_began: Arc::clone(&row_began) };
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).buffer_capacity(1 << 18).from_reader(guarded);
    let (mut raw, mut batch, mut began, mut seen) = (ByteRecord::new(), Vec::new(), 0, 0);
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut raw) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let _ = to.send(Err(into_io(error)));
                return;
            }
        }
        let at = reader.position().byte();
        row_began.store(at, Ordering::Relaxed);
        let line = raw.position().map_or(line, csv::Position::line);
        let Some(judged) = judge(&raw, line, reading) else { continue };
        seen += 1;
        if seen <= skip {
            began = at;
            continue;
        }
        batch.push(judged);
        if batch.len() >= BATCH_ROWS || at - began > BATCH_BYTES {
            let rows = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_ROWS));
            if to.send(Ok(Batch { rows, bytes_read: offset(at) })).is_err() {
                return;
            }
            began = at;
        }
    }
    let bytes_read = offset(reader.position().byte());
    let _ = to.send(Ok(Batch { rows: batch, bytes_read }));
}

/// A row's verdict; `None` for one that says nothing.
fn judge(raw: &ByteRecord, line: u64, reading: &Reading) -> Option<Judged> {
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    let (record, verdict) = match StringRecord::from_byte_record(raw.clone()) {
        Ok(record) if is_blank(&record) => return None,
        Ok(record) => {
            let verdict = reading.read(&record);
            (record, verdict)
        }
        Err(_) => (StringRecord::from_byte_record_lossy(raw.clone()), Err(vec![Fault::of_row(Problem::NotUtf8)])),
    };
    Some(Judged { line, record, verdict })
}

fn offset(at: u64) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}
