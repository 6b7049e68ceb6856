//! The dashboard's figures: added up as debts and payments change, so that reading them costs the same however many there are.
//!
//! Triggers append what a statement changes to `figure_changes`, in the writer's transaction; [`fold`] adds that to `figures`.
//! Whoever reads adds both in one statement, so a figure is right at every moment.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Numeric, Text, Timestamptz};

use crate::domain::debt::DebtStatus;
use crate::domain::figures::{Figure, FigureKind, Visit, hour_of};
use crate::domain::money::Cents;
use crate::models::audit::{self, Act, Actor};
use crate::schema::figure_changes;

/// Debts of one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebtTotal {
    /// Which.
    pub status: DebtStatus,
    /// How many.
    pub count: i64,
    /// What of them is owed.
    pub balance: Cents,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Integer)]
    part: i32,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Numeric)]
    amount: Cents,
}

/// How many debts there are and what of them is owed, for every status.
pub fn debts(conn: &mut PgConnection) -> QueryResult<Vec<DebtTotal>> {
    let query = "SELECT kind, key, 0 AS part, count, amount FROM figures_told WHERE kind = 'debts'";
    let rows: Vec<Row> = diesel::sql_query(query).load(conn)?;
    let told = |status: DebtStatus| rows.iter().find(|row| row.key == status.as_str());
    Ok(DebtStatus::ALL
        .into_iter()
        .map(|status| DebtTotal {
            status,
            count: told(status).map_or(0, |row| row.count),
            balance: told(status).map_or(Cents::ZERO, |row| row.amount),
        })
        .collect())
}

/// The figures of these kinds between `cuts`, each with the part it falls into. The first cut begins part 0, the last one ends
/// the last part.
pub fn between(conn: &mut PgConnection, kinds: &[FigureKind], cuts: &[DateTime<Utc>]) -> QueryResult<Vec<Figure>> {
    let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else { return Ok(Vec::new()) };
    // The groups of the view would be built hour by hour first, only to be added up again.
    let query = "SELECT kind, key, width_bucket(hour, $1) - 1 AS part, sum(count)::BIGINT AS count, sum(amount) AS amount FROM ( \
        SELECT kind, hour, key, count, amount FROM figures WHERE kind = ANY ($2) AND hour >= $3 AND hour < $4 \
        UNION ALL SELECT kind, hour, key, count, amount FROM figure_changes WHERE kind = ANY ($2) AND hour >= $3 AND hour < $4 \
        ) AS both_tables GROUP BY 1, 2, 3";
    let rows: Vec<Row> = diesel::sql_query(query)
        .bind::<Array<Timestamptz>, _>(cuts)
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(first)
        .bind::<Timestamptz, _>(last)
        .load(conn)?;
    let figure = |row: Row| {
        let (kind, part) = (FigureKind::parse(&row.kind)?, usize::try_from(row.part).ok()?);
        Some(Figure { kind, part, key: row.key, count: row.count, amount: row.amount })
    };
    Ok(rows.into_iter().filter_map(figure).collect())
}

/// Counts what came of an answer to the identity check.
pub fn note_visit(conn: &mut PgConnection, visit: Visit, now: DateTime<Utc>) -> QueryResult<()> {
    use figure_changes as t;
    diesel::insert_into(t::table)
        .values((
            t::kind.eq(FigureKind::Visits.as_str()),
            t::hour.eq(hour_of(now)),
            t::key.eq(visit.as_str()),
            t::count.eq(1),
            t::amount.eq(Cents::ZERO),
        ))
        .execute(conn)
        .map(drop)
}

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = BigInt)]
    folded: i64,
}

/// Whoever folds or rebuilds takes turns; readers and writers of debts and payments do not wait.
const ONE_AT_A_TIME: &str = "LOCK TABLE figures IN SHARE ROW EXCLUSIVE MODE";

/// Adds at most `limit` changes to the figures and deletes them. How many it were. Needs a transaction.
pub fn fold(conn: &mut PgConnection, limit: i64) -> QueryResult<usize> {
    conn.batch_execute(ONE_AT_A_TIME)?;
    let query = "WITH taken AS (DELETE FROM figure_changes WHERE id IN (SELECT id FROM figure_changes ORDER BY id LIMIT $1) \
            RETURNING kind, hour, key, count, amount), \
        sums AS (SELECT kind, hour, key, sum(count) AS count, sum(amount) AS amount FROM taken GROUP BY kind, hour, key), \
        kept AS (INSERT INTO figures AS f (kind, hour, key, count, amount) SELECT kind, hour, key, count, amount FROM sums \
            WHERE count <> 0 OR amount <> 0 ON CONFLICT (kind, hour, key) \
            DO UPDATE SET count = f.count + excluded.count, amount = f.amount + excluded.amount) \
        SELECT count(*) AS folded FROM taken";
    let folded: Folded = diesel::sql_query(query).bind::<BigInt, _>(limit).get_result(conn)?;
    Ok(usize::try_from(folded.folded).unwrap_or(0))
}

/// A figure that is not what the tables add up to.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Difference {
    /// What is counted.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its hour; of running totals 1970-01-01.
    #[diesel(sql_type = Timestamptz)]
    pub hour: DateTime<Utc>,
    /// Status, source or outcome.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// How many the figure says.
    #[diesel(sql_type = BigInt)]
    pub told_count: i64,
    /// How much it says.
    #[diesel(sql_type = Numeric)]
    pub told_amount: Cents,
    /// How many there are.
    #[diesel(sql_type = BigInt)]
    pub true_count: i64,
    /// How much it is.
    #[diesel(sql_type = Numeric)]
    pub true_amount: Cents,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.key)?;
        if self.kind != FigureKind::Debts.as_str() {
            write!(f, " of {}", self.hour.format("%Y-%m-%d %H:00 UTC"))?;
        }
        write!(
            f,
            ": the dashboard says {} with {}, the tables add up to {} with {}",
            self.told_count, self.told_amount, self.true_count, self.true_amount
        )
    }
}

/// Every figure that is not what debts and payments add up to. Reads all of them.
pub fn differences(conn: &mut PgConnection) -> QueryResult<Vec<Difference>> {
    let query = "SELECT kind, hour, key, coalesce(t.count, 0) AS told_count, coalesce(t.amount, 0) AS told_amount, \
        coalesce(c.count, 0) AS true_count, coalesce(c.amount, 0) AS true_amount \
        FROM (SELECT * FROM figures_told WHERE kind <> 'visits') t FULL JOIN figures_counted c USING (kind, hour, key) \
        WHERE coalesce(t.count, 0) <> coalesce(c.count, 0) OR coalesce(t.amount, 0) <> coalesce(c.amount, 0) \
        ORDER BY kind, hour, key";
    diesel::sql_query(query).load(conn)
}

/// Counts every figure anew, in a transaction of its own, while others go on writing: what they commit meanwhile is neither
/// counted nor deleted here, and stays a change to be folded. Returns of money that are not written down are dated `now`.
/// Visits leave no rows to count and keep their figures. It stands in the audit trail. How many figures there are now.
pub fn rebuild(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> QueryResult<usize> {
    conn.build_transaction().repeatable_read().run(|conn| {
        // Before the snapshot is taken, so that no fold falls between the two.
        conn.batch_execute(ONE_AT_A_TIME)?;
        conn.batch_execute(
            "DELETE FROM payment_returns r WHERE NOT EXISTS (SELECT FROM payments p WHERE p.id = r.payment_id)",
        )?;
        let returns = "INSERT INTO payment_returns (payment_id, kind, amount, at) SELECT p.id, r.kind, r.amount, $1 \
            FROM payments p LEFT JOIN (SELECT payment_id, sum(amount) FILTER (WHERE kind = 'refunded') AS refunded, \
            sum(amount) FILTER (WHERE kind = 'charged_back') AS charged_back FROM payment_returns GROUP BY payment_id) t \
            ON t.payment_id = p.id CROSS JOIN LATERAL (VALUES \
            ('refunded', count_return(p.status, p.amount_refunded) - coalesce(t.refunded, 0)), \
            ('charged_back', count_return(p.status, p.amount_charged_back) - coalesce(t.charged_back, 0))) AS r (kind, amount) \
            WHERE r.amount <> 0";
        diesel::sql_query(returns).bind::<Timestamptz, _>(now).execute(conn)?;
        conn.batch_execute(
            "DELETE FROM figure_changes WHERE kind <> 'visits'; DELETE FROM figures WHERE kind <> 'visits'",
        )?;
        let counted = "INSERT INTO figures (kind, hour, key, count, amount) \
            SELECT kind, hour, key, count, amount FROM figures_counted";
        let figures = diesel::sql_query(counted).execute(conn)?;
        let details = serde_json::json!({ "figures": figures });
        let act = Act { action: "figures.rebuilt", subject: "figures", details, ..Act::default() };
        audit::write(conn, actor, &act, now)?;
        Ok(figures)
    })
}
