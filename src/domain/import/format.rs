//! How the file is written: its delimiter, its first line.

/// The marks that may stand between cells, the likelier first.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The mark that a spreadsheet puts before a file in UTF-8.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why a file cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Two bytes for each letter.
    #[error("the file is UTF-16; save it as CSV in UTF-8")]
    Utf16,
    /// Zeros or a spreadsheet's own format.
    #[error("the file is not CSV; save it as CSV in UTF-8")]
    NotText,
    /// A first line that is not UTF-8.
    #[error("the file is not UTF-8; save it as CSV in UTF-8")]
    NotUtf8,
}

impl Unreadable {
    /// The end of its message's key in `locales/`.
    pub const fn name(self) -> &'static str {
        match self {
            Unreadable::Empty => "empty",
            Unreadable::Utf16 => "utf16",
            Unreadable::NotText => "not-text",
            Unreadable::NotUtf8 => "not-utf8",
        }
    }
}

/// Looks at the beginning of a file and tells the mark between its cells: the one that stands most often in the first line,
/// quoted parts left out. A file of one column has none, and a comma does no harm.
///
/// # Errors
/// [`Unreadable`] when it is no text in UTF-8.
pub fn delimiter(beginning: &[u8]) -> Result<u8, Unreadable> {
    if beginning.starts_with(b"\xFF\xFE") || beginning.starts_with(b"\xFE\xFF") {
        return Err(Unreadable::Utf16);
    }
    let text = beginning.strip_prefix(BOM).unwrap_or(beginning);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    if text.contains(&0) || text.starts_with(b"PK\x03\x04") || text.starts_with(b"%PDF") {
        return Err(Unreadable::NotText);
    }
    let line = first_line(text);
    if std::str::from_utf8(line).is_err() {
        return Err(Unreadable::NotUtf8);
    }
    let mut best = (b',', 0);
    for mark in DELIMITERS {
        let count = outside_quotes(line).filter(|byte| *byte == mark).count();
        if count > best.1 {
            best = (mark, count);
        }
    }
    Ok(best.0)
}

fn outside_quotes(line: &[u8]) -> impl Iterator<Item = u8> {
    let mut quoted = false;
    line.iter().copied().filter(move |byte| {
        if *byte == b'"' {
            quoted = !quoted;
        }
        !quoted
    })
}

/// The bytes up to the first line break that is not quoted. Blank lines before it are left out, as the CSV reader does.
fn first_line(text: &[u8]) -> &[u8] {
    let begin = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let text = text.get(begin..).unwrap_or_default();
    let mut quoted = false;
    let end = text.iter().position(|byte| {
        if *byte == b'"' {
            quoted = !quoted;
        }
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_stands_between_the_names() {
        for (text, mark) in [
            ("a,b,c\n1;2,3,4", b','),
            ("a;b;c\n1,5;2,5;3", b';'),
            ("a\tb\tc", b'\t'),
            ("a|b|c", b'|'),
            ("\u{feff}a;b", b';'),
            ("\"a,b,c\";d;e\n", b';'),
            ("\"first\nname\";last\n1,2,3,4", b';'),
            ("\r\n\r\na|b\n", b'|'),
            ("only", b','),
        ] {
            assert_eq!(delimiter(text.as_bytes()), Ok(mark), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_csv_is_named() {
        assert_eq!(delimiter(b""), Err(Unreadable::Empty));
        assert_eq!(delimiter(b"\xEF\xBB\xBF \r\n"), Err(Unreadable::Empty));
        assert_eq!(delimiter(b"\xFF\xFEa\0,\0"), Err(Unreadable::Utf16));
        assert_eq!(delimiter(b"PK\x03\x04rest"), Err(Unreadable::NotText));
        assert_eq!(delimiter(b"a,b\0"), Err(Unreadable::NotText));
        assert_eq!(delimiter(b"name,stra\xDFe\n"), Err(Unreadable::NotUtf8));
    }
}
