//! What every list is asked: a period, and how many rows there are, counted no further than anybody needs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::domain::listing::Counted;
use crate::schema::debts;

/// A period; open at an end that is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this one.
    pub until: Option<DateTime<Utc>>,
}

/// The rows of a query, counted. The query must be limited, see [`count_up_to_limit`].
#[derive(QueryId)]
struct CountOf<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for CountOf<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> Query for CountOf<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<PgConnection> for CountOf<Q> {}

/// Rows that a counted query gives at most.
pub const COUNT_LIMIT: i64 = Counted::LIMIT + 1;

/// Counts the rows of a query that ends with `limit(COUNT_LIMIT)`.
pub fn count<Q: QueryFragment<Pg> + QueryId>(conn: &mut PgConnection, limited: Q) -> QueryResult<Counted> {
    CountOf(limited).get_result(conn).map(Counted::new)
}

/// The limit that reads one row more than a page holds.
pub fn one_more(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX - 1) + 1
}

/// Whom these debts were owed to at first. Asked for a page's rows once they are found, so that neither finding nor counting has to
/// join.
pub fn creditors(conn: &mut PgConnection, debt_ids: impl Iterator<Item = Uuid>) -> QueryResult<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = debt_ids.collect();
    let rows: Vec<(Uuid, String)> =
        debts::table.filter(debts::id.eq_any(ids)).select((debts::id, debts::original_creditor)).load(conn)?;
    Ok(rows.into_iter().collect())
}
