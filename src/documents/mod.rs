//! Letters as PDF: tagged, so that a screen reader reads them as it reads the page; their text can be selected and searched.
//!
//! [`Document`] says what stands in a letter, [`Document::to_pdf`] lays it out. What stands in which letter is beside the page
//! that shows the same (`web/debtor/`).

mod font;
mod layout;
mod pages;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::locale::Lang;

/// A letter.
#[derive(Clone, Debug)]
pub struct Document {
    /// The language it is in.
    pub lang: Lang,
    /// Its title, which also stands above the text.
    pub title: String,
    /// Name and address of who writes it, in lines.
    pub sender: Vec<String>,
    /// What stands in it.
    pub blocks: Vec<Block>,
    /// When what it says was true.
    pub as_of: DateTime<Utc>,
}

/// A part of a letter.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading below the title.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A paragraph in small print.
    Note(String),
    /// A licence, in the 12 points that California asks for.
    Licence(String),
    /// Terms with what they are.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
}

/// A table; its first row is repeated on every page.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it shows, for those who hear it.
    pub summary: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; the first cell of each names it.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its part of the width, compared with the other columns.
    pub share: f32,
    /// Numbers stand at its right edge.
    pub numeric: bool,
}

/// A PDF could not be made.
#[derive(Debug, Error)]
pub enum PdfError {
    /// A font that comes with the program cannot be read.
    #[error("a font cannot be read")]
    Font,
    /// The page has no size.
    #[error("a page cannot be made")]
    Page,
    /// The library refused it: it would not be accessible.
    #[error("not a valid document: {0}")]
    Invalid(String),
}

impl Document {
    /// Lays the letter out; the same letter gives the same bytes.
    ///
    /// # Errors
    /// [`PdfError`]; never because of what stands in the letter.
    pub fn to_pdf(&self) -> Result<Vec<u8>, PdfError> {
        let fonts = font::Fonts::load()?;
        pages::write(self, &fonts, layout::lay_out(self, &fonts))
    }
}
