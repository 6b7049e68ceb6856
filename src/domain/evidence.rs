//! Files that people send in: what they may be, told by their bytes and not by their names.

use thiserror::Error;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A PDF document.
    Pdf,
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A picture as telephones take them.
    Heic,
}

impl FileType {
    /// Every type.
    pub const ALL: [FileType; 4] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Heic];

    /// The media type, as the database and answers have it.
    pub const fn media_type(self) -> &'static str {
        match self {
            FileType::Pdf => "application/pdf",
            FileType::Jpeg => "image/jpeg",
            FileType::Png => "image/png",
            FileType::Heic => "image/heic",
        }
    }

    /// The endings of names that go with it, the usual one first.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            FileType::Pdf => &["pdf"],
            FileType::Jpeg => &["jpg", "jpeg"],
            FileType::Png => &["png"],
            FileType::Heic => &["heic", "heif"],
        }
    }

    /// What the bytes are; `None` for anything that is not taken.
    pub fn of(bytes: &[u8]) -> Option<FileType> {
        let kind = infer::get(bytes)?;
        match kind.mime_type() {
            "application/pdf" => Some(FileType::Pdf),
            "image/jpeg" => Some(FileType::Jpeg),
            "image/png" => Some(FileType::Png),
            "image/heif" => Some(FileType::Heic),
            _ => None,
        }
    }
}

/// Bytes of one file, at most.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Files sent at once, at most.
pub const MOST_FILES: usize = 5;
/// Bytes of all files sent at once, at most.
pub const MOST_BYTES_AT_ONCE: usize = 25 * 1024 * 1024;

/// A file that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name: no path, nothing that does not show, an ending that goes with its content.
    pub name: String,
    /// What it is.
    pub kind: FileType,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is none of the types that are taken, whatever its name says.
    #[error("not a PDF, JPEG, PNG or HEIC file")]
    Type,
}

impl File {
    /// Takes a file under the name that a browser gave.
    ///
    /// # Errors
    /// [`Refused`] says why not.
    pub fn take(name: &str, bytes: Vec<u8>) -> Result<File, Refused> {
        if bytes.is_empty() {
            return Err(Refused::Empty);
        }
        let kind = FileType::of(&bytes).ok_or(Refused::Type)?;
        Ok(File { name: clean_name(name, kind), kind, bytes })
    }
}

const LONGEST_NAME: usize = 150;

/// A name that is safe to show and to save: an ending that says something else than the content would be opened as that.
fn clean_name(name: &str, kind: FileType) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown =
        |c: &char| !c.is_control() && !is_invisible(*c) && !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*');
    let kept: String = last.chars().filter(shown).take(LONGEST_NAME).collect();
    let kept = kept.trim().trim_start_matches('.');
    let ending = kept.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let fits = ending.is_some_and(|ending| kind.endings().contains(&ending.as_str()));
    match (kept, fits) {
        ("", _) => format!("file.{}", kind.endings().first().unwrap_or(&"")),
        (kept, true) => kept.to_owned(),
        (kept, false) => format!("{kept}.{}", kind.endings().first().unwrap_or(&"")),
    }
}

/// Characters that turn or hide what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIC: &[u8] = b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHEmiafMiHBheic";

    #[test]
    fn a_file_is_what_its_bytes_are() {
        let taken = |name: &str, bytes: &[u8]| File::take(name, bytes.to_vec()).map(|file| (file.name, file.kind));
        assert_eq!(taken("bill.pdf", b"%PDF-1.7\n"), Ok(("bill.pdf".to_owned(), FileType::Pdf)));
        assert_eq!(taken("IMG_1.HEIC", HEIC), Ok(("IMG_1.HEIC".to_owned(), FileType::Heic)));
        assert_eq!(taken("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"), Ok(("a.jpeg".to_owned(), FileType::Jpeg)));
        let png = taken("page.html", b"\x89PNG\r\n\x1a\n");
        assert_eq!(png, Ok(("page.html.png".to_owned(), FileType::Png)), "it never opens as a page");
        assert_eq!(taken("bill.pdf", b"<html>%PDF-1.7"), Err(Refused::Type));
        assert_eq!(taken("bill.pdf", b"MZ\x90\0"), Err(Refused::Type));
        assert_eq!(taken("bill.pdf", b""), Err(Refused::Empty));
    }

    #[test]
    fn a_name_loses_its_path_and_what_does_not_show() {
        for (name, clean) in [
            ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("", "file.pdf"),
            ("..pdf", "pdf.pdf"),
            ("a\u{202E}fdp.exe", "afdp.exe.pdf"),
            ("x\"y\r\n.pdf", "xy.pdf"),
            ("factura ñandú.pdf", "factura ñandú.pdf"),
        ] {
            assert_eq!(clean_name(name, FileType::Pdf), clean, "{name:?}");
        }
        assert!(clean_name(&"a".repeat(500), FileType::Pdf).len() < 200);
    }
}
