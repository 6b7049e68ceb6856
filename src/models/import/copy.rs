//! Rows as PostgreSQL's COPY reads them: text, tabs between the values, a line each.

use std::fmt::{Display, Write as _};
use std::io::Write;

use diesel::result::Error as DieselError;

/// Lines for one COPY.
#[derive(Default)]
pub(super) struct Lines {
    bytes: String,
    begun: bool,
}

impl Lines {
    /// For about so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Lines {
        Lines { bytes: String::with_capacity(bytes), begun: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn next(&mut self) {
        if self.begun {
            self.bytes.push('\t');
        }
        self.begun = true;
    }

    /// A text, with what has a meaning in COPY made harmless.
    pub(super) fn text(&mut self, text: &str) -> &mut Lines {
        self.next();
        let mut rest = text;
        while let Some(at) = rest.find(['\\', '\n', '\r', '\t']) {
            let (before, from) = rest.split_at(at);
            self.bytes.push_str(before);
            let mut chars = from.chars();
            self.bytes.push_str(match chars.next() {
                Some('\n') => "\\n",
                Some('\r') => "\\r",
                Some('\t') => "\\t",
                _ => "\\\\",
            });
            rest = chars.as_str();
        }
        self.bytes.push_str(rest);
        self
    }

    /// A text or NULL.
    pub(super) fn optional(&mut self, text: Option<&str>) -> &mut Lines {
        match text {
            Some(text) => self.text(text),
            None => self.plain("\\N"),
        }
    }

    /// A value whose notation has no character with a meaning in COPY: a number, a date, an id.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Lines {
        self.next();
        // Writing to a String fails only where a value's own Display does, and ours do not.
        let _ = write!(self.bytes, "{value}");
        self
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, value: bool) -> &mut Lines {
        self.plain(if value { "t" } else { "f" })
    }

    /// Ends a row.
    pub(super) fn end(&mut self) {
        self.bytes.push('\n');
        self.begun = false;
    }

    /// Hands everything to PostgreSQL, in pieces that its client library passes on while we wait for nothing.
    pub(super) fn send(&self, to: &mut dyn Write) -> Result<(), DieselError> {
        for piece in self.bytes.as_bytes().chunks(1 << 16) {
            to.write_all(piece).map_err(|error| DieselError::SerializationError(Box::new(error)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_value_or_a_row() {
        let mut lines = Lines::default();
        lines.text("a\tb\\N\r\nc").optional(None).flag(true).plain(12).end();
        lines.text("").end();
        assert_eq!(lines.bytes, "a\\tb\\\\N\\r\\nc\t\\N\tt\t12\n\n");
    }
}
