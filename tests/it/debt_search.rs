//! The debts staff looks for: the search box, filters, orders, pages, counts and the file.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use quittance::domain::debt_filter::{Filters, Sort};
use quittance::domain::debt_text::SearchText;
use quittance::models::debt_search::{self, Page, Place, Search};

use crate::support::db::TestDb;

mod export;
mod filters;
mod last_contact;
mod pages;
mod paging;
mod text;

/// The moment every search here is made.
fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// People, each with one debt, whose token is `link-` and the family name.
struct Town {
    db: TestDb,
    conn: PgConnection,
}

impl Town {
    fn empty() -> Town {
        let db = TestDb::create();
        let conn = db.connect();
        Town { db, conn }
    }

    fn run(&mut self, sql: &str) {
        self.conn.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Somebody with a debt; `columns` are more of the person's, such as `phone`.
    fn person(&mut self, first: &str, last: &str, columns: &[(&str, &str)]) {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let names: String = columns.iter().map(|(name, _)| format!(", {name}")).collect();
        let values: String = columns.iter().map(|(_, value)| format!(", {}", quoted(value))).collect();
        self.run(&format!(
            "WITH p AS (INSERT INTO debtors (first_name, last_name{names}) VALUES ({}, {}{values}) RETURNING id)
             INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token)
             SELECT id, 'Northwind Dental', 100, {} FROM p",
            quoted(first),
            quoted(last),
            quoted(&format!("link-{last}"))
        ));
    }

    fn page(&mut self, text: &str, filters: &[(&str, &str)], sort: Option<&str>, place: Place, size: usize) -> Page {
        let (filters, problems) = Filters::read(filters.iter().copied());
        assert!(problems.is_empty(), "{problems:?}");
        let sort = sort.map(|name| Sort::parse(name).unwrap());
        let search = Search::new(SearchText::parse(text), filters, sort);
        debt_search::page(&mut self.conn, &search, place, size, now()).unwrap()
    }

    /// Who is found, as family names in the order of the list; nobody who is only like what was typed.
    fn find(&mut self, text: &str) -> Vec<String> {
        let page = self.page(text, &[], None, Place::Start, 50);
        if page.similar { Vec::new() } else { names(&page) }
    }

    /// Whom filters leave, in the order of names.
    fn filter(&mut self, filters: &[(&str, &str)]) -> Vec<String> {
        names(&self.page("", filters, Some("name"), Place::Start, 50))
    }
}

fn names(page: &Page) -> Vec<String> {
    page.rows.iter().map(|row| row.last_name.clone()).collect()
}
