//! The debts staff looks for: one search box, filters, orders, pages by keyset, counts that end in time, and all of it as CSV.
//!
//! A search is one statement of limited looks into indexes (see `arms`); only when it finds nothing are misspelt names looked
//! for. Without a search the list is walked in the order of an index, so that no page is dearer than the first.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::domain::debt::DebtStatus;
use crate::domain::debt_filter::{Filters, Sort, SortKey};
use crate::domain::debt_text::{Meaning, SearchText};
use crate::domain::money::Cents;

/// What a search box may find.
mod arms;
/// Places in the list.
mod cursor;
/// The list as a file.
mod export;
/// Filters and orders as SQL.
mod narrow;
/// Statements put together piece by piece.
mod statement;

pub use arms::MOST_HITS;
pub use cursor::Cursor;
pub use export::{Export, HEADINGS, Sink};

use arms::{Arms, CREDITOR_STEPS, MOST_CREDITORS};
use narrow::Narrow;
use statement::Statement;

/// Counting ends here: "10,000+" tells as much as any larger number, and this costs a millisecond.
pub const MOST_COUNTED: i64 = 10_000;
/// Counting what no index narrows ends after so many milliseconds, uncounted.
const COUNT_PATIENCE_MS: u32 = 400;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// What was typed into the box.
    pub text: Option<SearchText>,
    /// Which debts.
    pub filters: Filters,
    /// In which order; [`SortKey::Match`] only where there is a text.
    pub sort: Sort,
}

impl Search {
    /// A search in the order that suits it: the best match first, or else the newest account.
    pub fn new(text: Option<SearchText>, filters: Filters, sort: Option<Sort>) -> Search {
        let usual = if text.is_some() { SortKey::Match } else { SortKey::Imported }.first_choice();
        let sort = sort.filter(|sort| text.is_some() || sort.key != SortKey::Match).unwrap_or(usual);
        Search { text, filters, sort }
    }

    /// What the audit trail says of it.
    pub fn told(&self) -> Value {
        let filters: Map<String, Value> =
            self.filters.fields().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        json!({"text": self.text.as_ref().map(SearchText::as_str), "filters": filters, "sort": self.sort.name()})
    }
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first.
    Start,
    /// What follows a row.
    After(Cursor),
    /// What precedes a row.
    Before(Cursor),
}

/// One debt of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The debt.
    pub id: Uuid,
    /// Whose it is.
    pub debtor_id: Uuid,
    /// The person's given name.
    pub first_name: String,
    /// The person's family name.
    pub last_name: String,
    /// Where the person lives.
    pub state: Option<String>,
    /// Whom it was owed to at first.
    pub creditor: String,
    /// In full; pages and files show its end.
    pub account_number: Option<String>,
    /// Its status.
    pub status: DebtStatus,
    /// Owed in all.
    pub total_owed: Cents,
    /// Paid so far.
    pub amount_paid: Cents,
    /// Owed now; never below zero, and nothing once the debt is resolved.
    pub balance: Cents,
    /// When somebody last spoke or wrote.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// When the debt arose.
    pub debt_date: Option<NaiveDate>,
    /// When the account came to us.
    pub imported_at: DateTime<Utc>,
    /// How well it fits what was typed, smaller is better.
    rank: i16,
}

/// How many debts a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(i64),
    /// More than so many.
    MoreThan(i64),
    /// Not counted: it would have taken too long.
    Unknown,
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its debts, in order.
    pub rows: Vec<Row>,
    /// Where the page before ends, if there is one.
    pub previous: Option<Cursor>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// How many debts the whole list has. Of a search, as many as are listed at most: [`MOST_HITS`].
    pub count: Count,
    /// Nothing is written exactly like that; these are like it.
    pub similar: bool,
}

type RowSql = (
    (SqlUuid, SqlUuid, Text, Text, Nullable<Text>, Text, Nullable<Text>, Text),
    (BigInt, BigInt, Nullable<Timestamptz>, Nullable<Date>, Timestamptz, SmallInt, BigInt, BigInt),
);
type RowTuple = (
    (Uuid, Uuid, String, String, Option<String>, String, Option<String>, String),
    (i64, i64, Option<DateTime<Utc>>, Option<NaiveDate>, DateTime<Utc>, i16, i64, i64),
);

const COLUMNS: &str = "SELECT d.id, d.debtor_id, p.first_name::text, p.last_name::text, p.state::text, d.original_creditor::text, \
    d.account_number::text, d.status::text, (d.total_owed * 100)::int8, (d.amount_paid * 100)::int8, d.last_contact_at, d.debt_date, \
    d.imported_at, ";

/// The rows of finds `f`.
const JOINED: &str = " JOIN debts d ON d.id = f.id JOIN debtors p ON p.id = d.debtor_id";

/// Each debt once, by its best match.
const FOUND: &str = "SELECT id, min(rank) AS rank, min(last) AS last, min(first) AS first FROM ";

impl From<RowTuple> for Row {
    fn from((who, what): RowTuple) -> Row {
        let (id, debtor_id, first_name, last_name, state, creditor, account_number, status) = who;
        let (owed, paid, last_contact_at, debt_date, imported_at, rank, _, _) = what;
        // The CHECK on the column leaves no other value.
        let status = DebtStatus::parse(&status).unwrap_or(DebtStatus::Hold);
        let (total_owed, amount_paid) = (Cents::new(owed), Cents::new(paid));
        let balance = status.owed(total_owed.minus_floor_zero(amount_paid));
        Row {
            id,
            debtor_id,
            first_name,
            last_name,
            state,
            creditor,
            account_number,
            status,
            total_owed,
            amount_paid,
            balance,
            last_contact_at,
            debt_date,
            imported_at,
            rank,
        }
    }
}

/// Where a search looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// What is written like that.
    Exact,
    /// Names that one slip of the finger makes.
    Slips,
    /// Names that are like it.
    Similar,
}

/// One page of at most `size` debts.
pub fn page(
    conn: &mut PgConnection,
    search: &Search,
    place: Place,
    size: usize,
    now: DateTime<Utc>,
) -> QueryResult<Page> {
    conn.transaction(|conn| {
        settle(conn)?;
        let narrow = Narrow { filters: &search.filters, now };
        let Some(text) = &search.text else {
            let rows = load(conn, plain(narrow, search.sort, place, size))?.0;
            let count = count(conn, narrow)?;
            return Ok(assemble(rows, search.sort, place, size, count, false));
        };
        let meaning = mean(conn, text)?;
        for effort in [Effort::Exact, Effort::Slips, Effort::Similar] {
            let at = |place| found(&meaning, effort, narrow, search.sort, place, size);
            let Some(statement) = at(place) else { continue };
            let (rows, mut totals) = load(conn, statement)?;
            // Behind the last row of a list there is no row to tell how many the list has.
            if rows.is_empty()
                && place != Place::Start
                && let Some(first) = at(Place::Start)
            {
                totals = load(conn, first)?.1;
            }
            if totals.hits > 0 {
                return Ok(assemble(rows, search.sort, place, size, totals.count(), effort != Effort::Exact));
            }
        }
        Ok(assemble(Vec::new(), search.sort, place, size, Count::Exactly(0), false))
    })
}

/// What holds for these statements only: a page is answered by one process of PostgreSQL (starting others takes longer than the
/// whole search) and nothing is compiled for it; and how much of a word has to be there to be like it.
fn settle(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL pg_trgm.word_similarity_threshold = 0.45",
    )
}

fn mean(conn: &mut PgConnection, text: &SearchText) -> QueryResult<Meaning> {
    // The database folds it, so that both sides are folded alike.
    let folded: String = diesel::select(fold_name(text.as_str())).get_result(conn)?;
    Ok(Meaning::of(text, &folded))
}

#[diesel::declare_sql_function]
#[allow(missing_docs, reason = "it is described where it is made, in the migration")]
extern "SQL" {
    fn fold_name(name: Text) -> Text;
}

/// What a search found in all.
#[derive(Clone, Copy)]
struct Totals {
    /// Finds, of which several may be one debt; one more than [`MOST_HITS`] at most.
    hits: i64,
    /// Debts.
    distinct: i64,
}

impl Totals {
    fn count(self) -> Count {
        let most = i64::try_from(MOST_HITS).unwrap_or(i64::MAX);
        if self.hits > most { Count::MoreThan(self.distinct.min(most)) } else { Count::Exactly(self.distinct) }
    }
}

fn load(conn: &mut PgConnection, statement: Statement<RowSql>) -> QueryResult<(Vec<Row>, Totals)> {
    let tuples: Vec<RowTuple> = statement.load(conn)?;
    let totals =
        tuples.first().map_or(Totals { hits: 0, distinct: 0 }, |(_, what)| Totals { hits: what.6, distinct: what.7 });
    Ok((tuples.into_iter().map(Row::from).collect(), totals))
}

fn plain(narrow: Narrow<'_>, sort: Sort, place: Place, size: usize) -> Statement<RowSql> {
    let mut statement = Statement::new(COLUMNS);
    statement.sql("0::int2, 0::int8, 0::int8 FROM debts d JOIN debtors p ON p.id = d.debtor_id WHERE true");
    narrow.push(&mut statement);
    finish(&mut statement, sort, place, size);
    statement
}

fn found(
    meaning: &Meaning,
    effort: Effort,
    narrow: Narrow<'_>,
    sort: Sort,
    place: Place,
    size: usize,
) -> Option<Statement<RowSql>> {
    let mut statement = Statement::new("WITH hits AS MATERIALIZED (SELECT * FROM (");
    let mut arms = Arms::new(&mut statement, narrow, Some(MOST_HITS + 1));
    if !push_arms(&mut arms, meaning, effort) {
        return None;
    }
    statement.sql(&format!(") arms LIMIT {}), ", MOST_HITS + 1));
    statement.sql("found AS MATERIALIZED (").sql(FOUND).sql("hits GROUP BY id)");
    let totals = "f.rank, (SELECT count(*) FROM hits), (SELECT count(*) FROM found) FROM ";
    if sort.key == SortKey::Match {
        // What orders these is there already, so only the debts of the page are looked up.
        statement.sql(", page AS MATERIALIZED (SELECT * FROM found f WHERE true");
        let way = finish(&mut statement, sort, place, size);
        statement.sql(") ").sql(COLUMNS).sql(totals).sql("page f").sql(JOINED);
        push_order(&mut statement, way);
    } else {
        statement.sql(" ").sql(COLUMNS).sql(totals).sql("found f").sql(JOINED).sql(" WHERE true");
        finish(&mut statement, sort, place, size);
    }
    Some(statement)
}

fn push_arms<C>(arms: &mut Arms<'_, '_, C>, meaning: &Meaning, effort: Effort) -> bool {
    match effort {
        Effort::Exact => arms.push_all(meaning),
        Effort::Slips => arms.push_slips(&meaning.words),
        Effort::Similar => arms.push_similar(&meaning.words),
    }
}

/// Appends the condition of the place, the order, and a limit of one row more than the page has, which tells whether another page
/// follows. Says in which order that is: backwards before a place.
fn finish<C>(statement: &mut Statement<C>, sort: Sort, place: Place, size: usize) -> Sort {
    let way = match place {
        Place::Start => sort,
        Place::After(cursor) => {
            cursor.push_after(statement, sort);
            sort
        }
        Place::Before(cursor) => {
            let back = sort.reversed();
            // A place that is none is the beginning, which nothing precedes.
            if cursor.push_after(statement, back) { back } else { sort }
        }
    };
    push_order(statement, way);
    statement.sql(&format!(" LIMIT {}", size + 1));
    way
}

fn push_order<C>(statement: &mut Statement<C>, sort: Sort) {
    let direction = if sort.descending { " DESC" } else { "" };
    statement.sql(" ORDER BY ");
    for column in narrow::order(sort.key) {
        statement.sql(column).sql(direction).sql(", ");
    }
    statement.sql(if sort.key == SortKey::Match { "f.id" } else { "d.id" }).sql(direction);
}

fn assemble(mut rows: Vec<Row>, sort: Sort, place: Place, size: usize, count: Count, similar: bool) -> Page {
    let more = rows.len() > size;
    rows.truncate(size);
    let backwards = matches!(place, Place::Before(_));
    if backwards {
        rows.reverse();
    }
    let edge = |row: Option<&Row>, is_there: bool| row.filter(|_| is_there).map(|row| Cursor::of(row, sort.key));
    let previous = edge(rows.first(), if backwards { more } else { place != Place::Start });
    let next = edge(rows.last(), more || backwards);
    Page { rows, previous, next, count, similar }
}

/// How many debts there are, as far as it is worth counting.
fn count(conn: &mut PgConnection, narrow: Narrow<'_>) -> QueryResult<Count> {
    let mut statement: Statement<BigInt> = Statement::new("SELECT count(*) FROM (SELECT FROM debts d");
    if narrow.needs_debtor() {
        statement.sql(" JOIN debtors p ON p.id = d.debtor_id");
    }
    statement.sql(" WHERE true");
    narrow.push(&mut statement);
    statement.sql(&format!(" LIMIT {}) counted", MOST_COUNTED + 1));
    let patience: String =
        diesel::select(diesel::dsl::sql::<Text>("current_setting('statement_timeout')")).get_result(conn)?;
    let counted = conn.transaction(|conn| {
        conn.batch_execute(&format!("SET LOCAL statement_timeout = {COUNT_PATIENCE_MS}"))?;
        let counted: i64 = statement.get_result(conn)?;
        diesel::select(
            diesel::dsl::sql::<Text>("set_config('statement_timeout', ").bind::<Text, _>(&patience).sql(", true)"),
        )
        .get_result::<String>(conn)?;
        Ok(counted)
    });
    match counted {
        Ok(counted) if counted > MOST_COUNTED => Ok(Count::MoreThan(MOST_COUNTED)),
        Ok(counted) => Ok(Count::Exactly(counted)),
        Err(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info))
            if info.message().contains("statement timeout") =>
        {
            Ok(Count::Unknown)
        }
        Err(error) => Err(error),
    }
}

/// The creditors there are, each once however its name is written, in the order of their names; at most as many as a form can
/// offer.
pub fn creditors(conn: &mut PgConnection, limit: usize) -> QueryResult<Vec<String>> {
    let mut statement: Statement<Text> = Statement::new(CREDITOR_STEPS);
    statement.sql(" SELECT (SELECT original_creditor::text FROM debts d WHERE ").sql(narrow::CREDITOR);
    statement.sql(&format!(
        " = k.key LIMIT 1) FROM (SELECT key FROM creditors WHERE key IS NOT NULL LIMIT {}) k",
        limit.min(MOST_CREDITORS)
    ));
    statement.load(conn)
}
