//! The two fonts of the letters, and how wide a text is in them.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use crate::documents::PdfError;

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Bold.ttf");

/// A size and weight of text. Sizes and distances are in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
}

impl Style {
    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// A font: what draws it and what measures it.
struct Face {
    drawn: Font,
    measured: FontRef<'static>,
    /// Stands for letters that the font does not have, which can still be copied and heard.
    substitute: u32,
}

/// The fonts.
pub(super) struct Fonts {
    regular: Face,
    bold: Face,
}

impl Face {
    fn load(data: &'static [u8]) -> Result<Face, PdfError> {
        let drawn = Font::new(data.into(), 0).ok_or(PdfError::Font)?;
        let measured = FontRef::new(data).map_err(|_| PdfError::Font)?;
        let substitute = measured.charmap().map('\u{fffd}').ok_or(PdfError::Font)?.to_u32();
        Ok(Face { drawn, measured, substitute })
    }

    fn glyph(&self, letter: char) -> u32 {
        let known = |letter: char| self.measured.charmap().map(letter);
        let alike = match letter {
            '\u{2212}' => Some('\u{2013}'),
            letter if letter.is_whitespace() => Some(' '),
            _ => None,
        };
        let found = known(letter).or_else(|| alike.and_then(known));
        found.map_or(self.substitute, |glyph| glyph.to_u32())
    }

    /// A letter's width as a part of the size.
    fn advance(&self, glyph: u32) -> f32 {
        let metrics = self.measured.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = metrics.advance_width(skrifa::GlyphId::new(glyph)).unwrap_or_default();
        width / self.drawn.units_per_em()
    }
}

impl Fonts {
    pub(super) fn load() -> Result<Fonts, PdfError> {
        Ok(Fonts { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? })
    }

    fn face(&self, style: Style) -> &Face {
        if style.bold { &self.bold } else { &self.regular }
    }

    /// What draws a style.
    pub(super) fn drawn(&self, style: Style) -> Font {
        self.face(style).drawn.clone()
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let face = self.face(style);
        text.chars().map(|letter| face.advance(face.glyph(letter)) * style.size).sum()
    }

    /// A text as glyphs that remember which letters they are.
    pub(super) fn glyphs(&self, text: &str, style: Style) -> Vec<KrillaGlyph> {
        let face = self.face(style);
        let glyph = |(at, letter): (usize, char)| {
            let id = face.glyph(letter);
            KrillaGlyph {
                glyph_id: GlyphId::new(id),
                text_range: at..at + letter.len_utf8(),
                x_advance: face.advance(id),
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            }
        };
        text.char_indices().map(glyph).collect()
    }

    /// A text in lines of at most that width; every line but the last ends with a space, so that words stay apart when the text
    /// is copied.
    pub(super) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_inclusive(' ') {
                let fits = |line: &str| self.width(line.trim_end(), style) <= width;
                if !fits(&format!("{line}{word}")) && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                if fits(word) {
                    line.push_str(word);
                    continue;
                }
                // Longer than a line: an address, or a word that is none.
                for letter in word.chars() {
                    line.push(letter);
                    if !fits(&line) {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, letter.to_string()));
                    }
                }
            }
            line.push(' ');
            lines.push(line);
        }
        if let Some(last) = lines.last_mut() {
            last.truncate(last.trim_end().len());
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        lines
    }
}
