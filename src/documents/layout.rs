//! What stands where on which page, and what it is.

use crate::documents::font::{Fonts, Style};
use crate::documents::{Block, Document, Table};

/// US Letter.
pub(super) const PAGE_WIDTH: f32 = 612.0;
pub(super) const PAGE_HEIGHT: f32 = 792.0;
/// To every edge.
pub(super) const MARGIN: f32 = 60.0;
const BOTTOM: f32 = PAGE_HEIGHT - MARGIN - 20.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// Between the columns of a table.
const GUTTER: f32 = 10.0;

pub(super) const TITLE: Style = Style { size: 18.0, bold: true };
const HEADING: Style = Style { size: 13.0, bold: true };
const TEXT: Style = Style { size: 10.5, bold: false };
const LARGE: Style = Style { size: 12.0, bold: false };
const STRONG: Style = Style { size: 10.5, bold: true };
const CELL: Style = Style { size: 9.0, bold: false };
const CELL_HEAD: Style = Style { size: 9.0, bold: true };
pub(super) const SMALL: Style = Style { size: 8.5, bold: false };

/// A thing on a page.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line of text.
    Text { x: f32, y: f32, text: String, style: Style, leaf: Option<usize> },
    /// A rule across the page.
    Rule { y: f32 },
}

/// What a part of the letter is, for those who hear it.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The title or a heading, with its level, text and where it stands.
    Heading {
        level: u16,
        text: String,
        page: usize,
        y: f32,
        leaf: usize,
    },
    Paragraph {
        leaf: usize,
    },
    /// A table: its summary, the cells of its head, and its rows, of which the first cell is a head as well.
    Table {
        summary: String,
        head: Vec<usize>,
        rows: Vec<Vec<usize>>,
    },
}

/// A letter laid out.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) parts: Vec<Part>,
    /// How many pieces of text the parts name.
    pub(super) leaves: usize,
}

/// Lays a letter out.
pub(super) fn lay_out(document: &Document, fonts: &Fonts) -> Laid {
    let mut pen = Pen { fonts, laid: Laid::default(), y: MARGIN };
    pen.laid.pages.push(Vec::new());
    if !document.sender.is_empty() {
        pen.paragraph(&document.sender.join("\n"), SMALL);
        pen.gap(14.0);
    }
    pen.heading(&document.title, TITLE, 1);
    for block in &document.blocks {
        match block {
            Block::Heading(text) => {
                pen.gap(8.0);
                pen.heading(text, HEADING, 2);
            }
            Block::Paragraph(text) => pen.paragraph(text, TEXT),
            Block::Note(text) => {
                pen.gap(6.0);
                pen.paragraph(text, SMALL);
            }
            Block::Licence(text) => pen.paragraph(text, LARGE),
            Block::Facts(facts) => pen.facts(&document.title, facts),
            Block::Table(table) => pen.table(table),
        }
    }
    pen.laid
}

struct Pen<'a> {
    fonts: &'a Fonts,
    laid: Laid,
    /// The upper edge of what comes next.
    y: f32,
}

/// A cell: its lines and where they stand.
struct Cell {
    x: f32,
    width: f32,
    lines: Vec<String>,
    style: Style,
    right: bool,
    leaf: Option<usize>,
}

impl Pen<'_> {
    fn leaf(&mut self) -> usize {
        self.laid.leaves += 1;
        self.laid.leaves - 1
    }

    fn gap(&mut self, height: f32) {
        self.y += height;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.laid.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Begins a page unless so much is left on this one; whether it did.
    fn make_room(&mut self, height: f32) -> bool {
        let full = self.y + height > BOTTOM && self.y > MARGIN;
        if full {
            self.laid.pages.push(Vec::new());
            self.y = MARGIN;
        }
        full
    }

    /// One line, at the left edge of what is given.
    fn line(&mut self, x: f32, text: String, style: Style, leaf: Option<usize>) {
        self.make_room(style.leading());
        let y = self.y + style.size;
        self.mark(Mark::Text { x, y, text, style, leaf });
        self.y += style.leading();
    }

    fn heading(&mut self, text: &str, style: Style, level: u16) {
        // Not alone at the foot of a page.
        self.make_room(style.leading() + 3.0 * TEXT.leading());
        let leaf = self.leaf();
        let (page, y) = (self.laid.pages.len() - 1, self.y);
        for line in self.fonts.lines(text, style, WIDTH) {
            self.line(MARGIN, line, style, Some(leaf));
        }
        self.gap(6.0);
        self.laid.parts.push(Part::Heading { level, text: text.to_owned(), page, y, leaf });
    }

    fn paragraph(&mut self, text: &str, style: Style) {
        let leaf = self.leaf();
        for line in self.fonts.lines(text, style, WIDTH) {
            self.line(MARGIN, line, style, Some(leaf));
        }
        self.gap(6.0);
        self.laid.parts.push(Part::Paragraph { leaf });
    }

    /// Terms and what they are: a table whose rows have heads and whose columns do not.
    fn facts(&mut self, summary: &str, facts: &[(String, String)]) {
        let first = WIDTH * 0.38;
        let mut rows = Vec::new();
        for (term, detail) in facts {
            let leaves = vec![self.leaf(), self.leaf()];
            let cells = [(MARGIN, first - GUTTER, term, TEXT), (MARGIN + first, WIDTH - first, detail, STRONG)];
            let cells = cells.into_iter().zip(&leaves).map(|((x, width, text, style), leaf)| Cell {
                x,
                width,
                lines: self.fonts.lines(text, style, width),
                style,
                right: false,
                leaf: Some(*leaf),
            });
            let cells: Vec<Cell> = cells.collect();
            self.row(&cells, &[]);
            rows.push(leaves);
        }
        self.gap(8.0);
        self.laid.parts.push(Part::Table { summary: summary.to_owned(), head: Vec::new(), rows });
    }

    fn table(&mut self, table: &Table) {
        let whole: f32 = table.columns.iter().map(|column| column.share).sum();
        let mut places: Vec<(f32, f32, bool)> = Vec::new();
        let mut x = MARGIN;
        for column in &table.columns {
            let width = WIDTH * column.share / whole;
            // The last one ends where the page does.
            let gutter = if x + width < PAGE_WIDTH - MARGIN - 1.0 { GUTTER } else { 0.0 };
            places.push((x, width - gutter, column.numeric));
            x += width;
        }
        let cells =
            |texts: &[String], style: fn(usize) -> Style, leaves: Option<&[usize]>, fonts: &Fonts| -> Vec<Cell> {
                let filled = texts.iter().zip(&places).enumerate();
                filled
                    .map(|(number, (text, (x, width, right)))| Cell {
                        x: *x,
                        width: *width,
                        lines: fonts.lines(text, style(number), *width),
                        style: style(number),
                        right: *right,
                        leaf: leaves.and_then(|leaves| leaves.get(number).copied()),
                    })
                    .collect()
            };
        let titles: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
        let head: Vec<usize> = titles.iter().map(|_| self.leaf()).collect();
        let repeated = cells(&titles, |_| CELL_HEAD, None, self.fonts);
        // A head with nothing below it would stand alone.
        self.make_room(4.0 * CELL.leading());
        let first = cells(&titles, |_| CELL_HEAD, Some(&head), self.fonts);
        self.row(&first, &[]);
        let mut rows = Vec::new();
        for texts in &table.rows {
            let leaves: Vec<usize> = texts.iter().map(|_| self.leaf()).collect();
            let row = cells(texts, |_| CELL, Some(&leaves), self.fonts);
            self.row(&row, &repeated);
            rows.push(leaves);
        }
        self.gap(10.0);
        self.laid.parts.push(Part::Table { summary: table.summary.clone(), head, rows });
    }

    /// A row with a rule below it, on a page of its own where it does not fit; there `repeated` stands above it.
    fn row(&mut self, cells: &[Cell], repeated: &[Cell]) {
        let heights = cells.iter().map(|cell| cell.style.leading() * count(&cell.lines));
        let height = heights.fold(0.0, f32::max);
        if self.make_room(height + 6.0) && !repeated.is_empty() {
            self.row(repeated, &[]);
        }
        let (page, top) = (self.laid.pages.len(), self.y);
        let mut bottom = top;
        for cell in cells {
            // A cell of more than a page goes on on the next one; the others beside it began on the first.
            self.y = if self.laid.pages.len() == page { top } else { self.y };
            for line in &cell.lines {
                let wide = self.fonts.width(line.trim_end(), cell.style);
                let x = if cell.right { cell.x + cell.width - wide } else { cell.x };
                self.line(x, line.clone(), cell.style, cell.leaf);
            }
            bottom = if self.laid.pages.len() == page { bottom.max(self.y) } else { self.y };
        }
        self.y = bottom + 1.0;
        self.mark(Mark::Rule { y: self.y });
        self.gap(3.0);
    }
}

/// How many lines there are, for reckoning with heights.
fn count(lines: &[String]) -> f32 {
    lines.iter().fold(0.0, |count, _| count + 1.0)
}
