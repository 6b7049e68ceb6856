use std::collections::BTreeSet;

use quittance::models::debt_search::{Count, Cursor, MOST_COUNTED, Page, Place};
use uuid::Uuid;

use super::{Town, names};

const ORDERS: [&str; 10] =
    ["imported", "-imported", "name", "-name", "balance", "-balance", "age", "-age", "contact", "-contact"];

/// 137 debts with many equal values in every column, some of them empty.
fn town() -> Town {
    let mut town = Town::empty();
    town.run(
        "INSERT INTO debtors (first_name, last_name) SELECT 'F' || i % 3, 'L' || i % 5 FROM generate_series(1, 100) i;
         INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token, imported_at, debt_date)
             SELECT p.id, 'Bank', i % 4, 'link-' || i, timestamptz '2026-01-01' + (i % 3) * interval '1 microsecond',
                 CASE WHEN i % 3 > 0 THEN date '2025-01-01' + i % 3 END
             FROM generate_series(1, 137) i JOIN LATERAL (SELECT id FROM debtors ORDER BY id LIMIT 1 OFFSET i % 100) p ON true;
         INSERT INTO calls (debt_id, direction, timestamp) SELECT id, 'inbound', timestamptz '2026-02-01' + (total_owed::int % 2) * interval '1 s'
             FROM debts WHERE total_owed > 1",
    );
    town
}

fn ids(page: &Page) -> Vec<Uuid> {
    page.rows.iter().map(|row| row.id).collect()
}

/// All pages, forward; and each page again by going back from the next.
fn walk(town: &mut Town, text: &str, order: Option<&str>) -> Vec<Uuid> {
    let (mut place, mut all, mut pages) = (Place::Start, Vec::new(), Vec::<Vec<Uuid>>::new());
    loop {
        let page = town.page(text, &[], order, place, 10);
        assert_eq!(page.previous.is_some(), place != Place::Start, "{order:?}");
        if let (Some(previous), Some(before)) = (page.previous, pages.last()) {
            let back = town.page(text, &[], order, Place::Before(previous), 10);
            assert_eq!(&ids(&back), before, "{order:?}");
            assert_eq!((back.previous.is_some(), back.next.is_some()), (pages.len() > 1, true), "{order:?}");
        }
        all.extend(ids(&page));
        pages.push(ids(&page));
        match page.next {
            // As it stands in an address.
            Some(next) => place = Place::After(Cursor::parse(&next.to_string()).unwrap()),
            None => return all,
        }
    }
}

#[test]
fn every_order_pages_both_ways_without_loss_or_repeat() {
    let mut town = town();
    for order in ORDERS {
        let all = walk(&mut town, "", Some(order));
        let whole = ids(&town.page("", &[], Some(order), Place::Start, 1_000));
        assert_eq!(all, whole, "{order}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 137, "{order}");
        let other = order.strip_prefix('-').map_or(format!("-{order}"), str::to_owned);
        let mut reversed = ids(&town.page("", &[], Some(&other), Place::Start, 1_000));
        reversed.reverse();
        assert_eq!(all, reversed, "{order}");
    }
    for order in ORDERS.map(Some).into_iter().chain([None, Some("match")]) {
        let all = walk(&mut town, "l", order);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{order:?}");
        assert_eq!(all.len(), 137, "{order:?}");
    }
}

#[test]
fn orders_are_what_they_say() {
    let mut town = town();
    let rows = |town: &mut Town, order| town.page("", &[], Some(order), Place::Start, 1_000).rows;
    assert!(rows(&mut town, "-imported").is_sorted_by(|a, b| a.imported_at >= b.imported_at));
    assert!(rows(&mut town, "name").is_sorted_by_key(|row| (row.last_name.clone(), row.first_name.clone())));
    assert!(rows(&mut town, "balance").is_sorted_by_key(|row| row.balance));
    assert!(rows(&mut town, "age").is_sorted_by_key(|row| (row.debt_date.is_none(), row.debt_date)));
    assert!(rows(&mut town, "contact").is_sorted_by_key(|row| row.last_contact_at));
    // By letters, not by bytes: accents and case do not tear a name away from its likes.
    let mut names_of_all = Town::empty();
    for last in ["zimmer", "Ábel", "Abel", "O'Dea", "Odell", "de la Cruz", "Dent"] {
        names_of_all.person("X", last, &[]);
    }
    let ordered = names(&names_of_all.page("", &[], Some("name"), Place::Start, 10));
    assert_eq!(ordered[2..], ["de la Cruz", "Dent", "O'Dea", "Odell", "zimmer"]);
}

#[test]
fn rows_that_come_go_and_move_meanwhile_take_no_others_with_them() {
    let mut town = town();
    for order in ["balance", "-imported", "name", "contact"] {
        let before: Vec<Uuid> = ids(&town.page("", &[], Some(order), Place::Start, 1_000));
        let (mut place, mut seen) = (Place::Start, Vec::new());
        let mut page_no = 0;
        loop {
            let page = town.page("", &[], Some(order), place, 10);
            seen.extend(ids(&page));
            let Some(next) = page.next else { break };
            place = Place::After(next);
            page_no += 1;
            // A new debt somewhere, and the very row the page ended with changes what the list is ordered by.
            let last = page.rows.last().unwrap().id;
            town.run(&format!(
                "INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token)
                     SELECT debtor_id, 'Bank', 2, 'new-{order}-{page_no}' FROM debts WHERE id = '{last}';
                 UPDATE debts SET total_owed = 9, imported_at = '2026-03-01' WHERE id = '{last}';
                 INSERT INTO sms (debt_id, direction) VALUES ('{last}', 'inbound')"
            ));
        }
        let missed: Vec<_> = before.iter().filter(|id| !seen.contains(id)).collect();
        assert!(missed.is_empty(), "{order}: {missed:?}");
        // A row that moved ahead may be met again where it went; no other is.
        let moved = |id: &Uuid| town_moved(&seen, id);
        assert!(before.iter().filter(|id| moved(id) > 1).count() <= page_no, "{order}");
        town.run("DELETE FROM sms; DELETE FROM debts WHERE unique_token LIKE 'new-%'");
    }
}

fn town_moved(seen: &[Uuid], id: &Uuid) -> usize {
    seen.iter().filter(|other| *other == id).count()
}

#[test]
fn counts_are_exact_up_to_ten_thousand_and_say_so_beyond() {
    let mut town = Town::empty();
    town.run(
        "INSERT INTO debtors (first_name, last_name, state) VALUES ('Ann', 'Smith', 'OR');
         INSERT INTO debts (debtor_id, original_creditor, unique_token) SELECT id, 'Bank', 'link-' || i
             FROM debtors, generate_series(1, 10000) i",
    );
    let count = |town: &mut Town, filters: &[(&str, &str)]| town.page("", filters, None, Place::Start, 10).count;
    assert_eq!(count(&mut town, &[]), Count::Exactly(MOST_COUNTED));
    assert_eq!(count(&mut town, &[("state", "OR")]), Count::Exactly(MOST_COUNTED));
    town.run("INSERT INTO debts (debtor_id, original_creditor, status, unique_token) SELECT id, 'Bank', 'hold', 'one-more' FROM debtors");
    assert_eq!(count(&mut town, &[]), Count::MoreThan(MOST_COUNTED));
    assert_eq!(count(&mut town, &[("state", "OR")]), Count::MoreThan(MOST_COUNTED));
    assert_eq!(count(&mut town, &[("status", "hold")]), Count::Exactly(1));
    assert_eq!(count(&mut town, &[("state", "WA")]), Count::Exactly(0));
}

#[test]
fn a_place_that_is_none_is_the_beginning() {
    let mut town = town();
    let first = ids(&town.page("", &[], Some("-balance"), Place::Start, 10));
    for text in ["", "x", "1", "_", "1_x", "99999999999999999999_00000000000000000000000000000000", "1_é"] {
        assert_eq!(Cursor::parse(text), None, "{text}");
    }
    let id = Uuid::nil().simple();
    for (order, value) in
        [("-balance", i64::MAX), ("age", i64::MIN), ("imported", i64::MAX), ("-contact", i64::MAX), ("match", 99_999)]
    {
        let text = if order == "match" { "l" } else { "" };
        let cursor = Cursor::parse(&format!("{value}_{id}")).unwrap();
        let page = town.page(text, &[], Some(order), Place::After(cursor), 10);
        assert_eq!(page.rows.len(), 10, "{order}");
    }
    let cursor = Cursor::parse(&format!("{}_{id}", i64::MAX)).unwrap();
    assert_eq!(ids(&town.page("", &[], Some("-balance"), Place::After(cursor), 10)), first);
}
