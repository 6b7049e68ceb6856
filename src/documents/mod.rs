//! Letters as PDF: tagged, so that a screen reader reads them as it reads the page; their text can be selected and searched.
//!
//! [`Document`] says what stands in a letter, [`Document::to_pdf`] lays it out. What stands in which letter is beside the page
//! that shows the same (`web/debtor/`); only the copy of a case is put together here.

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

/// A case as its person gets it to keep: what was said, when, under which number.
#[derive(Clone, Debug)]
pub struct CaseCopy {
    /// Its number.
    pub number: String,
    /// What kind of case it is, in words.
    pub title: String,
    /// When it was opened, in words.
    pub time: String,
    /// Terms with what they are.
    pub facts: Vec<(String, String)>,
    /// What was said, and what we say to it.
    pub paragraphs: Vec<String>,
}

/// The copy of a case, to be made a PDF with [`Document::to_pdf`]. `sender` is who it was sent to: the company's name and address.
pub fn case_copy(lang: Lang, sender: Vec<String>, copy: CaseCopy, as_of: DateTime<Utc>) -> Document {
    let known = [
        (lang.t("documents-case-number").into_owned(), copy.number),
        (lang.t("documents-case-time").into_owned(), copy.time),
    ];
    let facts = known.into_iter().chain(copy.facts).collect();
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(copy.paragraphs.into_iter().map(Block::Paragraph));
    blocks.push(Block::Note(lang.t("disclosure-collector").into_owned()));
    Document { lang, title: copy.title, sender, blocks, as_of }
}
