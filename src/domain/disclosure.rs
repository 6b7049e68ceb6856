//! What the law wants said: which of the stored texts stand on a page for a person of a state, in a language.

use chrono::NaiveDate;
use uuid::Uuid;

/// The values of `disclosures.key`: what a text is about. A page shows one text of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// That we are a debt collector (12 CFR 1006.18(e)).
    Collector,
    /// What only the first message must say.
    FirstCommunication,
    /// What a state wants its people to know of their rights.
    State,
    /// What belongs beside a payment.
    Payment,
    /// What belongs beside a dispute.
    Dispute,
    /// Licence numbers, at 12 points or more (Cal. Civ. Code 1788.11(f)).
    Licence,
    /// That the time limit for suing has passed; a page of its own.
    TimeBarred,
}

impl Key {
    /// Every key, in the order in which a page shows them.
    pub const ALL: [Key; 7] = [
        Key::Collector,
        Key::FirstCommunication,
        Key::State,
        Key::Payment,
        Key::Dispute,
        Key::Licence,
        Key::TimeBarred,
    ];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Key::Collector => "collector",
            Key::FirstCommunication => "first_communication",
            Key::State => "state",
            Key::Payment => "payment",
            Key::Dispute => "dispute",
            Key::Licence => "licence",
            Key::TimeBarred => "time_barred",
        }
    }

    /// The key of that name.
    pub fn parse(text: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|key| key.as_str() == text)
    }
}

/// The values of `disclosures.page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The debt, its history and statement.
    Debt,
    /// The way to a payment, and its receipt.
    Payment,
    /// Disputing and asking.
    Dispute,
    /// The validation information.
    Validation,
    /// Letters.
    Letter,
    /// All of them.
    All,
}

impl Page {
    /// Every page.
    pub const ALL: [Page; 6] = [Page::Debt, Page::Payment, Page::Dispute, Page::Validation, Page::Letter, Page::All];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Page::Debt => "debt",
            Page::Payment => "payment",
            Page::Dispute => "dispute",
            Page::Validation => "validation",
            Page::Letter => "letter",
            Page::All => "all",
        }
    }

    /// The page of that name.
    pub fn parse(text: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.as_str() == text)
    }
}

/// A stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Its row.
    pub id: Uuid,
    /// What it is.
    pub key: Key,
    /// Where it stands.
    pub page: Page,
    /// For people of which state; `None` for those of any that has no text of its own.
    pub state: Option<String>,
    /// `en` or `es`.
    pub language: String,
    /// Counts up.
    pub version: i32,
    /// The words.
    pub body: String,
    /// The first day it is shown.
    pub valid_from: NaiveDate,
    /// The first day it is shown no more.
    pub valid_until: Option<NaiveDate>,
}

impl Disclosure {
    /// Its paragraphs: what empty lines part.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.body.split("\n\n").map(str::trim).filter(|text| !text.is_empty())
    }

    /// How closely it fits a page and a state; `None` where it does not.
    fn fit(&self, page: Page, state: Option<&str>) -> Option<u8> {
        let by_state = match &self.state {
            None => 0,
            Some(own) if state.is_some_and(|state| state.eq_ignore_ascii_case(own)) => 2,
            Some(_) => return None,
        };
        match self.page {
            Page::All => Some(by_state),
            own if own == page => Some(by_state + 1),
            _ => None,
        }
    }
}

/// The texts of a page besides the time-barred one, which has its own, in the order of [`Key::ALL`].
pub fn of_page<'a>(
    all: &'a [Disclosure],
    page: Page,
    state: Option<&str>,
    language: &str,
    today: NaiveDate,
) -> Vec<&'a Disclosure> {
    let keys = Key::ALL.into_iter().filter(|key| *key != Key::TimeBarred);
    keys.filter_map(|key| find(all, key, page, state, language, today)).collect()
}

/// The one text about something on a page: the most specific one that has begun, in its newest version. A text of the state
/// stands instead of the general one, one of the page instead of the one for all.
///
/// A version that exists in another language only does not put an older one in the reader's language aside: no one reads
/// English where the same was once said in Spanish. A version that has ended takes the text away in every language.
pub fn find<'a>(
    all: &'a [Disclosure],
    key: Key,
    page: Page,
    state: Option<&str>,
    language: &str,
    today: NaiveDate,
) -> Option<&'a Disclosure> {
    let begun = |one: &&Disclosure| one.key == key && one.valid_from <= today;
    let ended = |one: &Disclosure| one.valid_until.is_some_and(|until| until <= today);
    let mut fits: Vec<u8> = all.iter().filter(begun).filter_map(|one| one.fit(page, state)).collect();
    fits.sort_unstable();
    fits.dedup();
    fits.into_iter().rev().find_map(|fit| {
        let same = || all.iter().filter(begun).filter(|one| one.fit(page, state) == Some(fit));
        let newest = same().max_by_key(|one| one.version)?;
        if ended(newest) {
            return None;
        }
        same().filter(|one| one.language == language).max_by_key(|one| one.version).or(Some(newest))
    })
}

/// A text whose newest version is not in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslated<'a> {
    /// The version that lacks a translation.
    pub text: &'a Disclosure,
    /// The language it lacks.
    pub language: &'static str,
}

/// The newest versions, begun or to come, that lack one of `languages`.
pub fn untranslated<'a>(all: &'a [Disclosure], languages: &[&'static str]) -> Vec<Untranslated<'a>> {
    let same = |a: &Disclosure, b: &Disclosure| a.key == b.key && a.page == b.page && a.state == b.state;
    let newest = |one: &&Disclosure| all.iter().all(|other| !same(one, other) || other.version <= one.version);
    let mut found: Vec<Untranslated<'a>> = Vec::new();
    for text in all.iter().filter(newest) {
        for language in languages {
            let there = all.iter().any(|o| same(text, o) && o.version == text.version && o.language == *language);
            let told = found.iter().any(|known| same(known.text, text) && known.language == *language);
            if !there && !told {
                found.push(Untranslated { text, language });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
