use quittance::domain::debt_filter::{Filters, Sort};
use quittance::domain::debt_text::SearchText;
use quittance::models::debt_search::{Export, HEADINGS, Place, Search};

use super::{Town, now};
use crate::support::process::{quittance, run};

/// The file's lines as cells, its first line left out.
fn export(town: &mut Town, text: &str, filters: &[(&str, &str)], sort: Option<&str>) -> Vec<Vec<String>> {
    let sort = sort.map(|name| Sort::parse(name).unwrap());
    let search = Search::new(SearchText::parse(text), Filters::read(filters.iter().copied()).0, sort);
    let mut file = String::new();
    let written = Export { search: &search, now: now() }
        .write(&mut town.conn, &mut |piece| {
            file += &piece;
            true
        })
        .unwrap();
    let mut lines = cells(&file);
    assert_eq!(lines.remove(0), HEADINGS);
    assert_eq!(u64::try_from(lines.len()).unwrap(), written);
    lines
}

/// Reads a file as RFC 4180 has it.
fn cells(file: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = file.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            ('"', _) => quoted = !quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'));
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (letter, _) => cell.push(letter),
        }
    }
    assert!(!quoted && line.is_empty() && cell.is_empty(), "the file ends within a line");
    lines
}

fn last_names(lines: &[Vec<String>]) -> Vec<String> {
    lines.iter().map(|line| line[2].clone()).collect()
}

#[test]
fn the_file_holds_what_the_list_shows_in_its_order() {
    let mut town = Town::empty();
    for (first, last, state) in [("Maria", "Quillfeather", "OR"), ("Ann", "Smith", "WA"), ("José", "Smithson", "OR")] {
        town.person(first, last, &[("state", state)]);
    }
    town.run(
        "UPDATE debts SET account_number = '4417-5678-9113', debt_date = '2025-03-01', imported_at = '2026-01-05 12:00Z',
             total_owed = 1234.5 WHERE unique_token = 'link-Smith';
         INSERT INTO payments (debt_id, amount, status) SELECT id, 34.25, 'completed' FROM debts WHERE unique_token = 'link-Smith';
         INSERT INTO calls (debt_id, direction, timestamp) SELECT id, 'inbound', '2026-05-01 10:30Z' FROM debts WHERE unique_token = 'link-Smith'",
    );
    type Asked<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a str>);
    let searches: [Asked<'_>; 6] = [
        ("", &[], None),
        ("", &[("state", "OR")], Some("-name")),
        ("smith", &[], None),
        ("mith", &[("state", "WA")], Some("balance")),
        ("smiht", &[], None),
        ("nobody at all", &[], None),
    ];
    for (text, filters, sort) in searches {
        let list: Vec<String> =
            town.page(text, filters, sort, Place::Start, 50).rows.iter().map(|row| row.id.to_string()).collect();
        let file: Vec<String> =
            export(&mut town, text, filters, sort).into_iter().map(|mut line| line.remove(0)).collect();
        assert_eq!(file, list, "{text} {filters:?} {sort:?}");
    }
    let line = export(&mut town, "link-Smith", &[], None).remove(0);
    assert_eq!(
        line[1..13],
        [
            "Ann",
            "Smith",
            "WA",
            "Northwind Dental",
            "\u{2022}\u{2022}\u{2022}\u{2022}9113",
            "active",
            "1234.50",
            "34.25",
            "1200.25",
            "2025-03-01",
            "2026-01-05T12:00:00Z",
            "2026-05-01T10:30:00Z"
        ]
    );
}

/// The file is sorted by another expression than the list, and both must say the same of every kind of name.
#[test]
fn by_name_the_file_has_the_order_of_the_list_whatever_names_are_like() {
    let mut town = Town::empty();
    let names = [
        ("Ann", "O'Neil"),
        ("Bea", "Oneil"),
        ("Cy", "O’Neil"),
        ("Al", "On"),
        ("Zed", "On'"),
        ("Zoë", "Ångström"),
        ("Zoe", "Angstrom"),
        ("Jo", "van der Berg"),
        ("Jo", "Van-der-Berg"),
        ("Jo", "Van.Der,Berg"),
        ("Jo", "Vanderberg"),
        ("Ed", "Straße"),
        ("Ed", "Strasse Æble"),
        ("Łukasz", "Żółć"),
        ("Lukasz", "Zolc`"),
        ("Thị", "Nguyễn"),
        ("Thi", "Nguyen"),
        ("-", "."),
        ("李", "王"),
    ];
    for (first, last) in names {
        town.person(first, last, &[]);
    }
    for order in ["name", "-name"] {
        let listed = town.page("", &[], Some(order), Place::Start, 50);
        let listed: Vec<String> = listed.rows.iter().map(|row| row.id.to_string()).collect();
        let filed: Vec<String> = export(&mut town, "", &[], Some(order)).iter().map(|line| line[0].clone()).collect();
        assert_eq!((filed.len(), filed), (names.len(), listed), "{order}");
    }
}

#[test]
fn nothing_in_the_file_runs_in_a_spreadsheet() {
    let mut town = Town::empty();
    let nasty = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "=HYPERLINK(\"http://x\",\"y\")",
        "a\"b",
        "a,b",
        "two\nlines",
        " x ",
    ];
    for name in nasty {
        town.person(name, "Smith", &[]);
        town.run("UPDATE debts SET unique_token = gen_random_uuid()::text");
    }
    town.run("UPDATE debts SET original_creditor = '=cmd|'' /C calc''!A0'; UPDATE debtors SET state = '=1'");
    // An overpaid debt that is on hold: no figure begins with a minus either.
    town.run("UPDATE debts SET status = 'hold', total_owed = 1; INSERT INTO payments (debt_id, amount, status) SELECT id, 5, 'completed' FROM debts");
    let lines = export(&mut town, "", &[], None);
    assert_eq!(lines.len(), nasty.len());
    for cell in lines.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
    }
    let mut names: Vec<String> = lines.iter().map(|line| line[1].clone()).collect();
    let mut wanted: Vec<String> =
        nasty
            .iter()
            .map(|name| {
                if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { (*name).to_owned() }
            })
            .collect();
    names.sort();
    wanted.sort();
    assert_eq!(names, wanted);
}

#[test]
fn fifty_thousand_rows_come_in_pieces_and_a_reader_who_leaves_ends_it() {
    let mut town = Town::empty();
    town.run(
        "INSERT INTO debtors (first_name, last_name) SELECT 'Ann', 'Smith' || i % 10 FROM generate_series(1, 50000) i;
         INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT id, 'Bank', id::text FROM debtors",
    );
    for (text, sort) in [("", Some("name")), ("smith", None)] {
        let search = Search::new(SearchText::parse(text), Filters::default(), sort.and_then(Sort::parse));
        let (mut pieces, mut longest, mut ids) = (0, 0, std::collections::HashSet::new());
        let written = Export { search: &search, now: now() }
            .write(&mut town.conn, &mut |piece| {
                pieces += 1;
                longest = longest.max(piece.len());
                ids.extend(piece.lines().map(|line| line.split(',').next().unwrap().to_owned()));
                true
            })
            .unwrap();
        // Also of a search that lists only the first ones.
        assert_eq!((written, ids.len()), (50_000, 50_001), "{text}");
        assert!(pieces > 10 && longest < 2_000_000, "{pieces} pieces, {longest} bytes");
    }
    let search = Search::new(None, Filters::default(), None);
    let mut pieces = 0;
    let written = Export { search: &search, now: now() }
        .write(&mut town.conn, &mut |_| {
            pieces += 1;
            pieces < 3
        })
        .unwrap();
    assert!((1..50_000).contains(&written) && pieces == 3, "{written} in {pieces}");
    assert_eq!(town.find("nobody"), Vec::<String>::new(), "the connection is usable afterwards");
}

#[test]
fn operators_have_the_same_file() {
    let mut town = Town::empty();
    for (last, state) in [("Ash", "OR"), ("Birch", "WA"), ("Cedar", "OR")] {
        town.person("Tree", last, &[("state", state)]);
    }
    let url = town.db.url().to_owned();
    let quittance = |arguments: &[&str]| {
        let output = run(quittance(arguments).env("DATABASE_URL", &url));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, file, said) =
        quittance(&["export", "debts", "--state", "OR", "--sort", "-name", "--balance-min", "100"]);
    assert_eq!((code, said.as_str()), (Some(0), "2 debts\n"));
    let lines = cells(&file);
    assert_eq!(
        (lines[0][0].as_str(), last_names(&lines[1..])),
        ("debt_id", vec!["Cedar".to_owned(), "Ash".to_owned()])
    );
    let record = "SELECT string_agg(actor || ' ' || action || ' ' || coalesce(details ->> 'rows', details #>> '{filters,state}'), ', ' ORDER BY id) FROM audit";
    let recorded = crate::support::db::value(&mut town.conn, record);
    assert_eq!(recorded, "quittance export debts.export OR, quittance export debts.exported 2");
    let (_, file, _) = quittance(&["export", "debts", "--search", "birch"]);
    assert_eq!(last_names(&cells(&file)[1..]), ["Birch"]);
    // A filter that cannot be must not let everybody through.
    for wrong in [["--status", "paid"], ["--state", "Oregon"], ["--sort", "id"], ["--age-min", "x"]] {
        let (code, file, said) = quittance(&["export", "debts", wrong[0], wrong[1]]);
        assert!(code == Some(1) && file.is_empty() && !said.is_empty(), "{wrong:?}: {said}");
    }
}
