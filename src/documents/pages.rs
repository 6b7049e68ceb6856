//! Writing what was laid out, with the structure that assistive technology reads.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::Document as Pdf;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::ConfigurationBuilder;
use krilla::configure::validate::Accessibility;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};

use crate::documents::font::Fonts;
use crate::documents::layout::{Laid, MARGIN, Mark, PAGE_HEIGHT, PAGE_WIDTH, Part, SMALL};
use crate::documents::{Document, PdfError};

/// Writes the pages of a letter.
pub(super) fn write(document: &Document, fonts: &Fonts, laid: Laid) -> Result<Vec<u8>, PdfError> {
    let invalid = |error: &dyn std::fmt::Debug| PdfError::Invalid(format!("{error:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| invalid(&error))?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut leaves: Vec<Vec<Identifier>> = (0..laid.leaves).map(|_| Vec::new()).collect();
    let count = laid.pages.len();
    for (number, marks) in (1..).zip(&laid.pages) {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PdfError::Page)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, fonts, mark, &mut leaves);
        }
        let foot = document.lang.with("documents-page", &[("page", &number), ("pages", &count)]);
        footer(&mut surface, fonts, document, &foot);
        surface.finish();
        page.finish();
    }
    pdf.set_outline(outline(&laid.parts));
    pdf.set_tag_tree(tree(document, &laid.parts, &mut leaves));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|error| invalid(&error))
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark, leaves: &mut [Vec<Identifier>]) {
    match mark {
        Mark::Text { x, y, text, style, leaf } => {
            let place = leaf.and_then(|leaf| leaves.get_mut(leaf));
            let tag = match place {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                // The head of a table once more: it was heard on its first page.
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let id = surface.start_tagged(tag);
            surface.draw_glyphs(
                Point::from_xy(*x, *y),
                &fonts.glyphs(text, *style),
                fonts.drawn(*style),
                text,
                style.size,
                false,
            );
            surface.end_tagged();
            if let Some(place) = place {
                place.push(id);
            }
        }
        Mark::Rule { y } => {
            let mut line = PathBuilder::new();
            line.move_to(MARGIN, *y);
            line.line_to(PAGE_WIDTH - MARGIN, *y);
            let Some(line) = line.finish() else { return };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            let paint = luma::Color::new(190).into();
            surface.set_stroke(Some(Stroke { paint, width: 0.5, opacity: NormalizedF32::ONE, ..Stroke::default() }));
            surface.set_fill(None);
            surface.draw_path(&line);
            surface.set_stroke(None);
            surface.end_tagged();
        }
    }
}

fn footer(surface: &mut Surface<'_>, fonts: &Fonts, document: &Document, foot: &str) {
    let y = PAGE_HEIGHT - MARGIN + 8.0;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    let right = PAGE_WIDTH - MARGIN - fonts.width(foot, SMALL);
    for (x, text) in [(MARGIN, document.title.as_str()), (right, foot)] {
        let line = fonts.lines(text, SMALL, PAGE_WIDTH - 2.0 * MARGIN - 100.0).into_iter().next().unwrap_or_default();
        let glyphs = fonts.glyphs(&line, SMALL);
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, fonts.drawn(SMALL), &line, SMALL.size, false);
    }
    surface.end_tagged();
}

fn outline(parts: &[Part]) -> Outline {
    let mut outline = Outline::new();
    for part in parts {
        if let Part::Heading { text, page, y, .. } = part {
            let place = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
            outline.push_child(OutlineNode::new(text.clone(), place));
        }
    }
    outline
}

/// The structure: every piece of text once, in the order in which it is read.
fn tree(document: &Document, parts: &[Part], leaves: &mut [Vec<Identifier>]) -> TagTree {
    let mut fill = |mut group: TagGroup, leaf: usize| {
        let ids = leaves.get_mut(leaf).map(std::mem::take).unwrap_or_default();
        ids.into_iter().for_each(|id| group.push(id));
        group
    };
    let mut tree = TagTree::new().with_lang(Some(document.lang.code().to_owned()));
    for part in parts {
        match part {
            Part::Heading { level, text, leaf, .. } => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                tree.push(fill(TagGroup::new(Tag::Hn(level, Some(text.clone()))), *leaf));
            }
            Part::Paragraph { leaf } => tree.push(fill(TagGroup::new(Tag::P), *leaf)),
            Part::Table { summary, head, rows } => {
                let mut table = TagGroup::new(Tag::Table.with_summary(Some(summary.clone())));
                if !head.is_empty() {
                    let mut row = TagGroup::new(Tag::TR);
                    head.iter()
                        .for_each(|leaf| row.push(fill(TagGroup::new(Tag::TH(TableHeaderScope::Column)), *leaf)));
                    let mut group = TagGroup::new(Tag::THead);
                    group.push(row);
                    table.push(group);
                }
                let mut body = TagGroup::new(Tag::TBody);
                for cells in rows {
                    let mut row = TagGroup::new(Tag::TR);
                    for (number, leaf) in cells.iter().enumerate() {
                        let cell = match number {
                            0 => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
                            _ => TagGroup::new(Tag::TD),
                        };
                        row.push(fill(cell, *leaf));
                    }
                    body.push(row);
                }
                table.push(body);
                tree.push(table);
            }
        }
    }
    tree
}

fn metadata(document: &Document) -> Metadata {
    let (at, part) = (document.as_of, |part: u32| u8::try_from(part).unwrap_or_default());
    let created = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let metadata = Metadata::new()
        .title(document.title.clone())
        .language(document.lang.code().to_owned())
        .creator("Quittance".to_owned())
        .creation_date(created);
    match document.sender.first() {
        Some(name) => metadata.authors(vec![name.clone()]),
        None => metadata,
    }
}
