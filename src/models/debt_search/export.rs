use std::thread::{self, ScopedJoinHandle};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::arms::Arms;
use super::narrow::{self, Narrow};
use super::statement::Statement;
use super::{COLUMNS, Effort, FOUND, JOINED, Row, RowSql, RowTuple, Search};
use crate::domain::csv;
use crate::domain::debt::truncated_account_number;
use crate::domain::debt_filter::{Sort, SortKey};

/// Rows that are fetched and handed on at once.
const CHUNK: usize = 5_000;
/// Sorting a million rows takes its time before the first of them comes.
const STATEMENT_TIMEOUT_MS: u32 = 120_000;
/// Who reads so slowly that nothing is taken for this long is cut off, so that no transaction stays open for ever.
const IDLE_TIMEOUT_MS: u32 = 120_000;

/// The first line of the file.
pub const HEADINGS: [&str; 14] = [
    "debt_id",
    "first_name",
    "last_name",
    "state",
    "creditor",
    "account",
    "status",
    "total_owed",
    "amount_paid",
    "balance",
    "debt_date",
    "imported_at",
    "last_contact_at",
    "debtor_id",
];

/// Takes a piece of the file; `false` ends it.
pub type Sink<'a> = dyn FnMut(String) -> bool + 'a;

/// The list as a file: every debt of the search, not only the first hits, in the order of the list.
pub struct Export<'a> {
    /// What is looked for.
    pub search: &'a Search,
    /// What "days ago" counts from.
    pub now: DateTime<Utc>,
}

impl Export<'_> {
    /// Hands the file on piece by piece, so that it costs no more memory than a piece, and says how many debts it held. Wants a
    /// connection that nobody waits for: it is busy as long as somebody reads.
    pub fn write(&self, conn: &mut PgConnection, sink: &mut Sink<'_>) -> QueryResult<u64> {
        conn.build_transaction().read_only().repeatable_read().run(|conn| {
            super::settle(conn)?;
            // All of it is wanted, so the plan must not aim at the first rows.
            conn.batch_execute(&format!(
                "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}; \
                 SET LOCAL idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}"
            ))?;
            if !sink(csv::line(HEADINGS)) {
                return Ok(0);
            }
            match self.declare(conn)? {
                true => fetch(conn, sink),
                false => Ok(0),
            }
        })
    }

    /// Opens the cursor; `false` where the search can mean nothing.
    fn declare(&self, conn: &mut PgConnection) -> QueryResult<bool> {
        let narrow = Narrow { filters: &self.search.filters, now: self.now };
        let Some(text) = &self.search.text else {
            let mut statement: Statement<()> = Statement::new("DECLARE export NO SCROLL CURSOR FOR ");
            statement
                .sql(COLUMNS)
                .sql("0::int2, 0::int8, 0::int8 FROM debts d JOIN debtors p ON p.id = d.debtor_id WHERE true");
            narrow.push(&mut statement);
            push_order(&mut statement, self.search.sort);
            statement.execute(conn)?;
            return Ok(true);
        };
        let meaning = super::mean(conn, text)?;
        for effort in [Effort::Exact, Effort::Slips, Effort::Similar] {
            let mut statement: Statement<()> =
                Statement::new("DECLARE export NO SCROLL CURSOR FOR WITH found AS MATERIALIZED (");
            statement.sql(FOUND).sql("(");
            let mut arms = Arms::new(&mut statement, narrow, None);
            if !super::push_arms(&mut arms, &meaning, effort) {
                continue;
            }
            statement.sql(") arms GROUP BY id) ").sql(COLUMNS);
            statement.sql("f.rank, 0::int8, 0::int8 FROM found f").sql(JOINED);
            push_order(&mut statement, self.search.sort);
            statement.clone().execute(conn)?;
            // Misspelt names are looked for only where nothing else is found, as in the list.
            let any: Vec<RowTuple> = Statement::<RowSql>::new("FETCH FORWARD 1 FROM export").load(conn)?;
            conn.batch_execute("CLOSE export")?;
            if !any.is_empty() {
                statement.execute(conn)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The order of the list, as it is sorted fastest where all of it is.
fn push_order(statement: &mut Statement<()>, sort: Sort) {
    if sort.key == SortKey::Name {
        let way = if sort.descending { " DESC" } else { "" };
        statement.sql(&format!(" ORDER BY {}{way}, d.id{way}", narrow::whole_name_order()));
    } else {
        super::push_order(statement, sort);
    }
}

/// Fetches one chunk while the one before is written out, so that neither the database nor this process waits for the other.
fn fetch(conn: &mut PgConnection, sink: &mut Sink<'_>) -> QueryResult<u64> {
    thread::scope(|scope| {
        let mut written = 0;
        let mut writing: Option<ScopedJoinHandle<'_, String>> = None;
        loop {
            let rows: Vec<RowTuple> =
                Statement::<RowSql>::new(&format!("FETCH FORWARD {CHUNK} FROM export")).load(conn)?;
            let last = rows.len() < CHUNK;
            written += u64::try_from(rows.len()).unwrap_or_default();
            let next = (!rows.is_empty()).then(|| scope.spawn(|| lines(rows)));
            if writing.is_some_and(|piece| !sink(joined(piece))) {
                return Ok(written);
            }
            writing = next;
            if last {
                writing.map(joined).map(sink);
                return Ok(written);
            }
        }
    })
}

fn joined(piece: ScopedJoinHandle<'_, String>) -> String {
    piece.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn lines(rows: Vec<RowTuple>) -> String {
    let mut lines = String::with_capacity(rows.len() * 220);
    for row in rows {
        push_row(&mut lines, &Row::from(row));
    }
    lines
}

fn push_row(line: &mut String, row: &Row) {
    let day = |day: NaiveDate| day.format("%Y-%m-%d").to_string();
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let account = row.account_number.as_deref().map(truncated_account_number);
    line.push_str(&csv::line([
        row.id.to_string().as_str(),
        &row.first_name,
        &row.last_name,
        row.state.as_deref().unwrap_or_default(),
        &row.creditor,
        account.as_deref().unwrap_or_default(),
        row.status.as_str(),
        &row.total_owed.plain(),
        &row.amount_paid.plain(),
        &row.balance.plain(),
        &row.debt_date.map(day).unwrap_or_default(),
        &time(row.imported_at),
        &row.last_contact_at.map(time).unwrap_or_default(),
        &row.debtor_id.to_string(),
    ]));
}
