//! One row's cells, by what their columns mean.

use csv::StringRecord;

use super::field::Field;
use super::header::Mapping;
use super::value::{self, Problem};

/// Something that is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which field; `None` when it is about the row as a whole.
    pub field: Option<Field>,
    /// What it is.
    pub problem: Problem,
}

impl Fault {
    /// About the row as a whole.
    pub const fn of_row(problem: Problem) -> Fault {
        Fault { field: None, problem }
    }

    /// About one field.
    pub const fn of(field: Field, problem: Problem) -> Fault {
        Fault { field: Some(field), problem }
    }
}

/// A mapping turned round: where each field is.
#[derive(Clone, Debug)]
pub struct Columns {
    places: [Option<usize>; Field::COUNT],
    width: usize,
}

impl Columns {
    /// For the rows of a file with this mapping.
    pub fn new(mapping: &Mapping) -> Columns {
        Columns { places: Field::ALL.map(|field| mapping.column_of(field)), width: mapping.columns().len() }
    }

    /// How many cells each row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether a column is that field.
    pub fn has(&self, field: Field) -> bool {
        self.place(field).is_some()
    }

    fn place(&self, field: Field) -> Option<usize> {
        self.places.get(field as usize).copied().flatten()
    }
}

/// Reads one row and gathers what is wrong with it, so that all of it is told at once.
pub(super) struct Cells<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
    faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(record: &'a StringRecord, columns: &'a Columns) -> Cells<'a> {
        let mut cells = Cells { record, columns, faults: Vec::new() };
        if record.len() != columns.width {
            cells.faults.push(Fault::of_row(Problem::CellCount));
        }
        cells
    }

    /// What the cell says; an empty one says nothing.
    pub(super) fn text(&self, field: Field) -> Option<&'a str> {
        let cell = value::clean(self.record.get(self.columns.place(field)?)?);
        (!cell.is_empty()).then_some(cell)
    }

    /// Whether the file has a column for it.
    pub(super) fn has(&self, field: Field) -> bool {
        self.columns.has(field)
    }

    pub(super) fn optional<T>(&mut self, field: Field, read: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        match read(self.text(field)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.faults.push(Fault::of(field, problem));
                None
            }
        }
    }

    pub(super) fn required<T>(&mut self, field: Field, read: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        if self.text(field).is_none() {
            self.faults.push(Fault::of(field, Problem::Empty));
            return None;
        }
        self.optional(field, read)
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The row, or everything that is wrong with it.
    pub(super) fn end<T>(self, row: Option<T>) -> Result<T, Vec<Fault>> {
        match row {
            Some(row) if self.faults.is_empty() => Ok(row),
            _ => Err(self.faults),
        }
    }
}
