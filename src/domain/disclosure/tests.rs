use super::*;

fn text(key: Key, page: Page, state: Option<&str>, language: &str, version: i32) -> Disclosure {
    Disclosure {
        id: Uuid::from_u128(u128::from(version.unsigned_abs())),
        key,
        page,
        state: state.map(str::to_owned),
        language: language.to_owned(),
        version,
        body: format!("{} {} {state:?} {language} {version}", key.as_str(), page.as_str()),
        valid_from: day("2026-01-01"),
        valid_until: None,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn shown(all: &[Disclosure], key: Key, page: Page, state: Option<&str>, language: &str) -> Option<String> {
    find(all, key, page, state, language, day("2026-11-25")).map(|one| one.body.clone())
}

#[test]
fn the_most_specific_text_stands_alone() {
    let all = [
        text(Key::TimeBarred, Page::Payment, None, "en", 9),
        text(Key::TimeBarred, Page::Payment, Some("NY"), "en", 1),
        text(Key::Licence, Page::All, Some("CA"), "en", 1),
    ];
    let of = |state| shown(&all, Key::TimeBarred, Page::Payment, state, "en").unwrap();
    assert_eq!(of(Some("ny")), "time_barred payment Some(\"NY\") en 1");
    assert_eq!(of(Some("OR")), "time_barred payment None en 9");
    assert_eq!(of(None), "time_barred payment None en 9");
    assert!(shown(&all, Key::TimeBarred, Page::Debt, None, "en").is_none(), "another page");
    assert!(shown(&all, Key::Licence, Page::Debt, Some("CA"), "en").is_some(), "of all pages");
    assert!(shown(&all, Key::Licence, Page::Debt, Some("OR"), "en").is_none(), "another state");
    assert!(of_page(&all, Page::Payment, Some("NY"), "en", day("2026-11-25")).is_empty(), "it has a page of its own");
}

#[test]
fn the_newest_version_that_has_begun_is_shown() {
    let mut all = vec![
        text(Key::Collector, Page::All, None, "en", 1),
        text(Key::Collector, Page::All, None, "en", 2),
        text(Key::Collector, Page::All, None, "en", 3),
    ];
    all[2].valid_from = day("2026-11-26");
    assert_eq!(shown(&all, Key::Collector, Page::Debt, None, "en").unwrap(), "collector all None en 2");
    all[2].valid_from = day("2026-11-25");
    assert_eq!(shown(&all, Key::Collector, Page::Debt, None, "en").unwrap(), "collector all None en 3");
    all[2].valid_until = Some(day("2026-11-25"));
    assert_eq!(shown(&all, Key::Collector, Page::Debt, None, "en"), None, "the older ones do not come back");
}

#[test]
fn nobody_reads_english_where_the_same_was_said_in_spanish() {
    let mut all = vec![
        text(Key::Collector, Page::All, None, "en", 1),
        text(Key::Collector, Page::All, None, "es", 1),
        text(Key::Collector, Page::All, None, "en", 2),
    ];
    all[1].valid_until = Some(day("2026-02-01"));
    assert_eq!(shown(&all, Key::Collector, Page::Debt, None, "es").unwrap(), "collector all None es 1");
    assert_eq!(shown(&all, Key::Collector, Page::Debt, None, "en").unwrap(), "collector all None en 2");
    let lacking = untranslated(&all, &["en", "es"]);
    assert_eq!(lacking, [Untranslated { text: &all[2], language: "es" }]);
    all.remove(1);
    assert_eq!(
        shown(&all, Key::Collector, Page::Debt, None, "es").unwrap(),
        "collector all None en 2",
        "it must be said"
    );
}

#[test]
fn paragraphs_are_parted_by_empty_lines() {
    let mut one = text(Key::State, Page::Debt, None, "en", 1);
    one.body = "A\nb\n\n\n\nC\n\n".to_owned();
    assert_eq!(one.paragraphs().collect::<Vec<_>>(), ["A\nb", "C"]);
}

#[test]
fn names_are_read_back() {
    assert!(Key::ALL.iter().all(|key| Key::parse(key.as_str()) == Some(*key)));
    assert!(Page::ALL.iter().all(|page| Page::parse(page.as_str()) == Some(*page)));
}
