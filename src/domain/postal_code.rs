//! Comparing the postal code a visitor types with the one on file.

/// A United States ZIP code, reduced to the five digits that decide.
///
/// ZIP+4 is accepted on either side and its last four digits are not compared: people know them seldom, and a mail
/// merge may have added them to the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PostalCode([u8; 5]);

impl PostalCode {
    /// Reads what a visitor typed: five digits, or nine, with spaces anywhere and a hyphen before the last four.
    /// `None` when it is anything else; such an answer is malformed and does not count as a guess.
    pub fn parse_typed(typed: &str) -> Option<PostalCode> {
        let (five, four) = parts_of(typed)?;
        matches!((five.len(), four.len()), (5, 0 | 4) | (9, 0)).then(|| first_five(&five)).flatten()
    }

    /// Reads the code on file. Spreadsheets drop leading zeros (`2134` is Boston's `02134`), so these are put back.
    /// `None` when there is no usable code: then no answer can be right.
    pub fn on_file(stored: &str) -> Option<PostalCode> {
        let (five, four) = parts_of(stored)?;
        let digits = five + &four;
        match digits.len() {
            3..=5 => first_five(&format!("{digits:0>5}")),
            7..=9 => first_five(&format!("{digits:0>9}")),
            _ => None,
        }
    }
}

/// The digits before and after a hyphen; `None` when there is anything else, or a hyphen with nothing behind it.
fn parts_of(text: &str) -> Option<(String, String)> {
    let kept: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (five, four) = match kept.split_once(|c| matches!(c, '-' | '\u{2010}'..='\u{2015}')) {
        Some((_, "")) => return None,
        Some((five, four)) => (five, four),
        None => (kept.as_str(), ""),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    (digits(five) && digits(four)).then(|| (five.to_owned(), four.to_owned()))
}

fn first_five(digits: &str) -> Option<PostalCode> {
    digits.as_bytes().first_chunk::<5>().map(|five| PostalCode(*five))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zip_plus_four_and_spaces_are_the_same_place() {
        let file = PostalCode::on_file("02134-1234");
        assert!(file.is_some());
        for typed in ["02134", " 02134 ", "02134-9999", "021341234", "0 2 1 3 4", "02134\u{2013}1234"] {
            assert_eq!(PostalCode::parse_typed(typed), file, "{typed}");
        }
        assert_eq!(PostalCode::on_file("2134"), file);
        assert_eq!(PostalCode::on_file("21341234"), file);
        assert_ne!(PostalCode::parse_typed("02135"), file);
    }

    #[test]
    fn malformed_answers_are_no_answer() {
        for typed in [
            "",
            " ",
            "1234",
            "123456",
            "abcde",
            "1234a",
            "\u{FF11}\u{FF12}\u{FF13}\u{FF14}\u{FF15}",
            "12345678901",
            "-",
            "12345-",
            "12345-67",
            "1234-5",
            "12345--6789",
        ] {
            assert_eq!(PostalCode::parse_typed(typed), None, "{typed}");
        }
        for stored in ["", "12", "K1A 0B1", "123456"] {
            assert_eq!(PostalCode::on_file(stored), None, "{stored}");
        }
    }
}
