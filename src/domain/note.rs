//! A sentence in which somebody says why.

use thiserror::Error;

/// Characters of a note at most; its columns hold as many.
pub const LENGTH: usize = 500;

/// Why a text is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoNote {
    /// Nothing but spaces.
    #[error("the note is empty")]
    Empty,
    /// Longer than its column.
    #[error("the note is too long")]
    TooLong,
}

impl NoNote {
    /// Its name in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            NoNote::Empty => "empty",
            NoNote::TooLong => "too-long",
        }
    }
}

/// Reads what somebody wrote.
///
/// # Errors
/// [`NoNote`].
pub fn parse(text: &str) -> Result<String, NoNote> {
    // PostgreSQL stores no NUL.
    let text = text.replace('\0', "");
    let text = text.trim();
    match text.chars().count() {
        0 => Err(NoNote::Empty),
        more if more > LENGTH => Err(NoNote::TooLong),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_words_and_an_end() {
        assert_eq!(parse("  Names the wrong person.\n"), Ok("Names the wrong person.".to_owned()));
        for empty in ["", "   ", "\n\t\u{a0}", "\0", " \0 "] {
            assert_eq!(parse(empty), Err(NoNote::Empty), "{empty:?}");
        }
        let longest = "é".repeat(LENGTH);
        assert_eq!(parse(&longest), Ok(longest.clone()));
        assert_eq!(parse(&format!("{longest}.")), Err(NoNote::TooLong));
    }
}
