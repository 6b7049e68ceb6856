use quittance::models::debt_search::{Count, MOST_HITS, Place};

use super::{Town, names};
use crate::support::db::value;

fn town() -> Town {
    let mut town = Town::empty();
    for (first, last, email, phone, account) in [
        ("Maria", "Quillfeather", "maria.q@mail.example", "+15035550142", "4417-5678-9113"),
        ("Minh", "Nguyễn", "minh@mail.example", "(212) 555-0177", "AB 12 34"),
        ("Sean", "O'Brien", "sean@other.example", "503.555.0999", "77"),
        ("José", "Gómez-Ruiz", "jose@mail.example", "1(415)555-0111 ext 9", "900%_"),
        ("Anna", "Smith", "anna@mail.example", "", "5550142"),
        ("Łukasz", "Großmann", "l_k@mail.example", "020 7946 0958", ""),
        ("Bo", "Li", "bo@mail.example", "+44 20 7946 0000", ""),
        ("Nil", "Per_cent", "percent@mail.example", "", ""),
        ("Back", "Sl\\ash", "slash@mail.example", "", ""),
    ] {
        town.person(first, last, &[("email", email), ("phone", phone)]);
        town.run(&format!(
            "UPDATE debts SET account_number = '{account}' WHERE unique_token = 'link-{}'",
            last.replace('\'', "''")
        ));
    }
    town
}

#[test]
fn names_are_found_whole_and_in_part_in_any_spelling() {
    let mut town = town();
    for (typed, wanted) in [
        ("Quillfeather", "Quillfeather"),
        ("  maria   QUILL ", "Quillfeather"),
        ("Quillfeather, Maria", "Quillfeather"),
        ("quill m", "Quillfeather"),
        ("feather", "Quillfeather"),
        ("llfea", "Quillfeather"),
        ("aria feath", "Quillfeather"),
        ("Nguyễn", "Nguyễn"),
        ("nguyen", "Nguyễn"),
        ("NGUYEN MINH", "Nguyễn"),
        // The same letter from two code points, as some keyboards and files have it.
        ("Nguye\u{302}\u{303}n", "Nguyễn"),
        ("O'Brien", "O'Brien"),
        ("o\u{2019}brien", "O'Brien"),
        ("obrien", "O'Brien"),
        ("jose", "Gómez-Ruiz"),
        ("José", "Gómez-Ruiz"),
        ("gomez ruiz", "Gómez-Ruiz"),
        ("ruiz", "Gómez-Ruiz"),
        ("lukasz", "Großmann"),
        ("grossm", "Großmann"),
        ("bo li", "Li"),
        ("li", "Li"),
        ("li bo", "Li"),
    ] {
        assert_eq!(town.find(typed), [wanted], "{typed}");
    }
    assert_eq!(town.find("quillx feather"), Vec::<String>::new());
}

#[test]
fn addresses_numbers_and_links_are_found_in_any_notation() {
    let mut town = town();
    let id = value(&mut town.conn, "SELECT id FROM debts WHERE unique_token = 'link-Smith'");
    for (typed, wanted) in [
        ("maria.q@mail.example", "Quillfeather"),
        ("MARIA.Q@Mail.Example", "Quillfeather"),
        ("maria.q@", "Quillfeather"),
        ("l_k@mail", "Großmann"),
        ("(503) 555-0142", "Quillfeather"),
        ("+1 503-555-0142", "Quillfeather"),
        ("5035550142", "Quillfeather"),
        ("1-503-555-0142", "Quillfeather"),
        ("555-0177", "Nguyễn"),
        ("0177", "Nguyễn"),
        ("503 555 0999", "O'Brien"),
        ("4155550111", "Gómez-Ruiz"),
        ("02079460958", "Großmann"),
        ("+44 20 7946 0000", "Li"),
        ("4417 5678 9113", "Quillfeather"),
        ("441756789113", "Quillfeather"),
        ("\u{2022}\u{2022}\u{2022}\u{2022}9113", "Quillfeather"),
        ("9113", "Quillfeather"),
        ("ab1234", "Nguyễn"),
        ("link-Smith", "Smith"),
        ("https://pay.example.com/d/link-Smith", "Smith"),
        (&id, "Smith"),
    ] {
        assert_eq!(town.find(typed), [wanted], "{typed}");
    }
    // One number can be a phone and an account.
    let mut both = town.find("5550142");
    both.sort();
    assert_eq!(both, ["Quillfeather", "Smith"]);
    // A token is a secret, not a word: only the whole of it finds.
    assert_eq!(town.find("link-Smit"), Vec::<String>::new());
    assert_eq!(town.find("LINK-SMITH"), Vec::<String>::new());
}

#[test]
fn creditors_are_found_by_any_part_of_their_name() {
    let mut town = town();
    town.run(
        "UPDATE debts SET original_creditor = 'Crédit Ünion of Brook' WHERE unique_token IN ('link-Smith', 'link-Li')",
    );
    for typed in ["credit union", "CRÉDIT", "brook", "ünion of"] {
        assert_eq!(town.find(typed), ["Li", "Smith"], "{typed}");
    }
    // People come first, and nobody twice.
    town.person("Brook", "Shields", &[]);
    assert_eq!(town.find("brook"), ["Shields", "Li", "Smith"]);
}

#[test]
fn what_means_something_to_a_pattern_means_itself() {
    let mut town = town();
    for (typed, wanted) in [("per_cent", "Per_cent"), ("sl\\ash", "Sl\\ash"), ("l\\as", "Sl\\ash")] {
        assert_eq!(town.find(typed), [wanted], "{typed}");
    }
    for typed in
        ["___", "%%%", "a%a", "q_illfeather%", "'; DROP TABLE debts; --", "\\", "$1", "{}", "\u{10ffff}", "🦉", "''''"]
    {
        let page = town.page(typed, &[], None, Place::Start, 50);
        // Nothing is written like that; what is only like it may be offered.
        assert!(page.rows.is_empty() || page.similar, "{typed} found {:?}", names(&page));
    }
    assert_eq!(town.find(&"x".repeat(5_000)), Vec::<String>::new());
    assert_eq!(value(&mut town.conn, "SELECT count(*) FROM debts"), "9");
}

#[test]
fn a_misspelt_name_is_found_only_when_no_right_one_is() {
    let mut town = town();
    for (typed, wanted) in [
        ("smiht", "Smith"),
        ("smth", "Smith"),
        ("Amna Smith", "Smith"),
        ("Quilfeather", "Quillfeather"),
        ("Quilfether", "Quillfeather"),
        ("Mria Quilfether", "Quillfeather"),
        ("nguyn", "Nguyễn"),
        ("obrein", "O'Brien"),
    ] {
        let page = town.page(typed, &[], None, Place::Start, 50);
        assert!(page.similar, "{typed}");
        assert_eq!(page.rows.first().map(|row| row.last_name.as_str()), Some(wanted), "{typed}");
    }
    let right = town.page("smith", &[], None, Place::Start, 50);
    assert!(!right.similar);
    town.person("Ann", "Smiht", &[]);
    let right = town.page("smiht", &[], None, Place::Start, 50);
    assert_eq!((names(&right), right.similar), (vec!["Smiht".to_owned()], false));
    assert_eq!(town.find("zzzzzz"), Vec::<String>::new());
}

#[test]
fn the_best_match_comes_first_and_filters_hold_for_searches_too() {
    let mut town = town();
    town.person("Quill", "Aaronson", &[("state", "OR")]);
    town.person("Aquilla", "Bend", &[("state", "WA")]);
    assert_eq!(town.find("quill"), ["Quillfeather", "Aaronson", "Bend"]);
    let filtered = town.page("quill", &[("state", "wa")], None, Place::Start, 50);
    assert_eq!((names(&filtered), filtered.count), (vec!["Bend".to_owned()], Count::Exactly(1)));
    let sorted = town.page("quill", &[], Some("-name"), Place::Start, 50);
    assert_eq!(names(&sorted), ["Quillfeather", "Bend", "Aaronson"]);
    let none = town.page("quill", &[("status", "hold")], None, Place::Start, 50);
    assert_eq!((names(&none), none.count), (Vec::new(), Count::Exactly(0)));
}

#[test]
fn a_search_that_finds_very_many_says_so_and_stops() {
    let mut town = Town::empty();
    town.run(
        "INSERT INTO debtors (first_name, last_name) SELECT 'Ann', 'Smith' FROM generate_series(1, 1500);
         INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT id, 'Bank', 'link-' || id FROM debtors",
    );
    let most = i64::try_from(MOST_HITS).unwrap();
    let mut place = Place::Start;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let page = town.page("smith", &[], None, place, 100);
        assert_eq!(page.count, Count::MoreThan(most));
        assert!(page.rows.iter().all(|row| seen.insert(row.id)), "a row twice");
        match page.next {
            Some(next) => place = Place::After(next),
            None => break,
        }
    }
    assert!(seen.len() >= MOST_HITS, "{}", seen.len());
}
