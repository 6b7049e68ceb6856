//! The number of a letter, by which anybody who holds it can have it checked.

use std::fmt;

use rand::TryRng;
use rand::rngs::SysRng;

/// Crockford's base 32: no letter that is read as another (<https://www.crockford.com/base32.html>).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "PF";
const CHARS: usize = 16;

/// `PF-7K2M-...`: 80 random bits, so that a number cannot be guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterNumber(String);

impl LetterNumber {
    /// A new number from the operating system's randomness.
    ///
    /// # Errors
    /// When it has none to give.
    pub fn issue() -> Result<Self, rand::rngs::SysError> {
        Ok(Self(grouped(&draw::<CHARS>()?)))
    }

    /// Reads what somebody typed from a letter: in any case, with or without dashes and the prefix, and with the letters that
    /// are taken for digits.
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let plain: String = typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        let plain = plain.strip_prefix(PREFIX).filter(|rest| rest.len() == CHARS).unwrap_or(&plain);
        let read: Option<String> = plain
            .chars()
            .map(|c| match c {
                'O' => Some('0'),
                'I' | 'L' => Some('1'),
                c => u8::try_from(c).ok().filter(|b| ALPHABET.contains(b)).map(char::from),
            })
            .collect();
        read.filter(|number| number.len() == CHARS).map(|number| Self(grouped(&number)))
    }

    /// As printed and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LetterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Random characters that nobody misreads, from the operating system's randomness.
pub(super) fn draw<const N: usize>() -> Result<String, rand::rngs::SysError> {
    let mut bytes = [0u8; N];
    SysRng.try_fill_bytes(&mut bytes)?;
    // 256 is a multiple of 32, so every character is equally likely.
    Ok(bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).map(|c| char::from(*c))).collect())
}

fn grouped(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let groups = chars.chunks(4).map(|group| group.iter().collect::<String>());
    std::iter::once(PREFIX.to_owned()).chain(groups).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        let number = LetterNumber::issue().unwrap();
        let plain = number.as_str().replace('-', "");
        for typed in [number.to_string(), plain.clone(), plain.to_lowercase(), format!(" {} ", &number.as_str()[3..])] {
            assert_eq!(LetterNumber::parse_typed(&typed), Some(number.clone()), "{typed}");
        }
        let misread = LetterNumber::parse_typed("pf-oooo-llll-iiii-2222").unwrap();
        assert_eq!(misread.as_str(), "PF-0000-1111-1111-2222");
        for typed in ["", "PF", "PF-1234", "PF-UUUU-1111-1111-1111", "PF-0000-1111-1111-22222", "\u{661}"] {
            assert_eq!(LetterNumber::parse_typed(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_none(text in ".{0,40}") {
            let _ = LetterNumber::parse_typed(&text);
        }
    }
}
