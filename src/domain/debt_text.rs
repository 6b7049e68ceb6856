//! What staff types into the search box, and what it may be: a name, an address, a number, a link.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::domain::token::Token;

/// Longer than any name, address or link that is stored.
const LONGEST: usize = 200;
/// A person's words beyond these are not looked at one by one.
const MOST_WORDS: usize = 6;
/// Shorter tokens are other programs' and are found whole only; who types a word means a word.
const SHORTEST_TOKEN: usize = 8;
/// The last four digits are how people and letters name a number.
const FEWEST_DIGITS: usize = 4;
/// Words that the trigram index can find inside a name.
pub const SHORTEST_PART: usize = 3;

/// A search as typed, in one line and without control characters. `Debug` does not show it: it is a person's data.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// Reads what was typed; `None` when there is nothing in it.
    pub fn parse(typed: &str) -> Option<SearchText> {
        let printable: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = printable.split_whitespace().collect::<Vec<_>>().join(" ");
        let kept: String = line.chars().take(LONGEST).collect();
        if kept.is_empty() { None } else { Some(SearchText(kept)) }
    }

    /// The text, for the field and for a query. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SearchText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchText(..)")
    }
}

/// What a search may mean; each part that is there is looked up.
#[derive(Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The secret of a link, alone or at the end of the whole link.
    pub token: Option<Token>,
    /// The id of a debt.
    pub debt_id: Option<Uuid>,
    /// The digits of a phone number from the last, as `phone_key` in the database has them.
    pub phone_key: Option<String>,
    /// An account number from its last character, as `account_key` in the database has it.
    pub account_key: Option<String>,
    /// The beginning of an e-mail address, in lower case.
    pub email: Option<String>,
    /// The words of a name, as `fold_name` in the database has them. Empty where the text cannot be one.
    pub words: Vec<String>,
}

impl Meaning {
    /// What `text` may mean; `folded` is the same text as `fold_name` in the database has it.
    pub fn of(text: &SearchText, folded: &str) -> Meaning {
        let text = text.as_str();
        let one_word = !text.contains(' ');
        let is_email = text.contains('@');
        let words: Vec<String> = folded.split_whitespace().map(str::to_owned).collect();
        let has_letter = words.iter().any(|word| word.chars().any(char::is_alphabetic));
        Meaning {
            token: token(text),
            debt_id: Uuid::try_parse(last_segment(text)).ok(),
            phone_key: phone_key(text),
            account_key: (!is_email).then(|| account_key(text)).flatten(),
            email: (one_word && text.chars().count() >= 3 && !text.contains('/')).then(|| text.to_lowercase()),
            words: if is_email || !has_letter || one_word && is_key(text) { Vec::new() } else { words },
        }
    }

    /// The name in one piece, at most as many words as are looked at.
    pub fn name(&self) -> String {
        self.words.iter().take(MOST_WORDS).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The words that are looked for inside names; empty where none is long enough for that.
    pub fn parts(&self) -> &[String] {
        let parts = self.words.get(..self.words.len().min(MOST_WORDS)).unwrap_or_default();
        let any = parts.iter().any(|word| word.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST_PART);
        if any { parts } else { &[] }
    }
}

/// Digits of a word that is a number or a secret: nobody is called so, and looking inside a million names for it costs more than
/// finding what it is.
const KEY_DIGITS: usize = 6;
/// Letters and digits of a word that is a link's secret.
const KEY_CHARS: usize = 20;

fn is_key(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits >= KEY_DIGITS || digits > 0 && word.chars().count() >= KEY_CHARS
}

fn last_segment(text: &str) -> &str {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn token(text: &str) -> Option<Token> {
    let segment = last_segment(text);
    if segment.len() < SHORTEST_TOKEN { None } else { Token::parse(segment) }
}

/// Any notation: "(503) 555-0142", "+1 503-555-0142", "503.555.0142 ext. 9", "5035550142", "555-0142", "0142".
fn phone_key(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let number = lower.split(['x', 'e']).next().unwrap_or_default();
    let notation = |c: char| c.is_ascii_digit() || " ()+-./\u{2010}\u{2011}\u{2013}\u{a0}".contains(c);
    let extension = lower.get(number.len()..).unwrap_or_default();
    let is_extension = extension.chars().all(|c| c.is_ascii_digit() || "ext. ".contains(c));
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if !number.chars().all(notation) || !is_extension {
        return None;
    }
    // The country's code and the zeros before an area code are dialled, but stored by some only.
    let digits = match digits.strip_prefix('1') {
        Some(rest) if rest.len() == 10 => rest,
        _ => digits.trim_start_matches('0'),
    };
    // Four zeros are somebody's last four digits.
    let all: String = number.chars().filter(char::is_ascii_digit).collect();
    let digits = if digits.len() < FEWEST_DIGITS && all.len() == FEWEST_DIGITS { &all } else { digits };
    (digits.len() >= FEWEST_DIGITS).then(|| digits.chars().rev().collect())
}

/// In any grouping, or its end as our pages show it: "4417 5678-9113", "••••9113".
fn account_key(text: &str) -> Option<String> {
    let notation = |c: char| c.is_ascii_alphanumeric() || " -./#*\u{2022}".contains(c);
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let has_digit = kept.bytes().any(|b| b.is_ascii_digit());
    let fits = text.chars().all(notation) && has_digit && kept.len() >= FEWEST_DIGITS;
    fits.then(|| kept.chars().rev().collect::<String>().to_ascii_uppercase())
}

/// Every word that one slip of the finger makes of `word`: a letter left out, doubled, changed, or two exchanged. Looking these
/// up finds short misspelt names, which have too few trigrams in common with the right ones.
pub fn slips(word: &str) -> Vec<String> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let letters: Vec<char> = word.chars().take(30).collect();
    let mut found = BTreeSet::new();
    for place in 0..=letters.len() {
        let (before, after) = letters.split_at(place);
        let with = |middle: &[char], rest: &[char]| before.iter().chain(middle).chain(rest).collect::<String>();
        if let Some((first, rest)) = after.split_first() {
            found.insert(with(&[], rest));
            if let Some((second, rest)) = rest.split_first() {
                found.insert(with(&[*second, *first], rest));
            }
            found.extend(LETTERS.chars().map(|letter| with(&[letter], rest)));
        }
        found.extend(LETTERS.chars().map(|letter| with(&[letter], after)));
    }
    found.remove("");
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meaning(typed: &str) -> Meaning {
        Meaning::of(&SearchText::parse(typed).unwrap(), &typed.to_lowercase())
    }

    #[test]
    fn a_phone_number_is_the_same_in_every_notation() {
        for typed in [
            "(503) 555-0142",
            "+1 503-555-0142",
            "1-503-555-0142",
            "5035550142",
            "503.555.0142",
            "503 555 0142 x12",
            "503-555-0142 ext. 9",
        ] {
            assert_eq!(meaning(typed).phone_key.as_deref(), Some("2410555305"), "{typed}");
        }
        assert_eq!(meaning("555-0142").phone_key.as_deref(), Some("2410555"));
        assert_eq!(meaning("0142").phone_key.as_deref(), Some("2410"));
        assert_eq!(meaning("0000").phone_key.as_deref(), Some("0000"));
        assert_eq!(meaning("020 7946 0958").phone_key.as_deref(), Some("8590649702"));
        for typed in ["555", "maria", "maria 5035550142", "5035550142@mail.example", "exx"] {
            assert_eq!(meaning(typed).phone_key, None, "{typed}");
        }
    }

    #[test]
    fn accounts_addresses_links_and_names_are_told_apart() {
        assert_eq!(meaning("4417-5678 9113").account_key.as_deref(), Some("311987657144"));
        assert_eq!(meaning("\u{2022}\u{2022}\u{2022}\u{2022}9113").account_key.as_deref(), Some("3119"));
        assert_eq!(meaning("ab-12").account_key.as_deref(), Some("21BA"));
        assert_eq!(meaning("maria").account_key, None);
        assert_eq!(meaning("Maria@Mail.example").email.as_deref(), Some("maria@mail.example"));
        assert!(meaning("maria@mail.example").words.is_empty());
        assert_eq!(meaning("maria quill").email, None);
        assert_eq!(meaning("maria quill").words, ["maria", "quill"]);
        assert!(meaning("12 34").words.is_empty());
        let token = "AbCd0123-_AbCd0123-_AbCd0123-_Ab";
        for typed in [token.to_owned(), format!("https://pay.example.com/d/{token}"), format!("/d/{token}/?x=1")] {
            assert_eq!(meaning(&typed).token.unwrap().as_str(), token, "{typed}");
        }
        assert!(meaning("maria quillfeather").token.is_none());
        assert!(meaning("li wu").parts().is_empty());
        assert_eq!(meaning("li quill").parts().len(), 2);
    }

    #[test]
    fn a_number_or_a_secret_is_nobody_s_name() {
        let token = "q3Zk_9x8GmTfVb2LrYwP1nHs7cJdA5uEoKiQtX0vBzM";
        for key in ["HL-00417723", "4417567891", token, &format!("https://pay.example/d/{token}")] {
            let meaning = Meaning::of(&SearchText::parse(key).unwrap(), &key.to_lowercase());
            assert!(meaning.words.is_empty(), "{key}");
        }
        for name in ["12th Street Bank", "Loans2024", "Papadopoulos-Kyriakopoulou", "quill"] {
            let meaning = Meaning::of(&SearchText::parse(name).unwrap(), &name.to_lowercase());
            assert!(!meaning.words.is_empty(), "{name}");
        }
    }

    #[test]
    fn one_slip_of_the_finger_is_undone() {
        for (typed, meant) in [("smiht", "smith"), ("smth", "smith"), ("smitth", "smith"), ("smoth", "smith")] {
            assert!(slips(typed).contains(&meant.to_owned()), "{typed}");
        }
        assert!(!slips("smoht").contains(&"smith".to_owned()));
        assert!(slips("").iter().all(|word| word.len() == 1));
    }

    #[test]
    fn a_search_is_never_shown_by_debug() {
        assert_eq!(format!("{:?}", SearchText::parse("  maria\u{0}\n quill ").unwrap()), "SearchText(..)");
        assert_eq!(SearchText::parse("  maria\u{0}\n quill ").unwrap().as_str(), "maria quill");
        assert!(SearchText::parse(" \t\u{0} ").is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(typed in ".{0,300}") {
            if let Some(text) = SearchText::parse(&typed) {
                let meaning = Meaning::of(&text, &text.as_str().to_lowercase());
                let _ = (meaning.name(), meaning.parts().len(), slips(text.as_str()).len());
            }
        }
    }
}
