//! The debt page in one statement: session, debt, person and the newest entries of four histories.
//!
//! One statement is its own snapshot and one round trip. It is a `QueryFragment` with a static id, because diesel caches
//! prepared statements by that id and `sql_query` not at all.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::money::Cents;
use crate::domain::payment::{PaymentState, PaymentStatus};
use crate::domain::timeline::{Cursor, EntryKind};
use crate::models::session::{IdHash, Session};

/// Entries on a page.
pub const PAGE_SIZE: usize = 20;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Whose session.
    pub session: IdHash,
    /// The session must have been seen after this.
    pub seen_after: DateTime<Utc>,
    /// The session must have begun after this.
    pub begun_after: DateTime<Utc>,
    /// Which debt.
    pub debt_id: Uuid,
    /// Only entries of this kind.
    pub kind: Option<EntryKind>,
    /// Only entries after this one.
    pub before: Option<Cursor>,
}

/// A debt with its newest entries.
#[derive(Clone, Debug)]
pub struct DebtPage {
    /// The session that asked.
    pub session: Session,
    /// The debt.
    pub debt: DebtHead,
    /// At most [`PAGE_SIZE`] entries, newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
}

/// What the top of the page says.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct DebtHead {
    pub id: Uuid,
    pub debtor_name: String,
    pub original_creditor: String,
    pub account_number: Option<String>,
    pub status: DebtStatus,
    pub figures: Figures,
    pub debt_date: Option<NaiveDate>,
    pub imported_at: DateTime<Utc>,
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub content: EntryContent,
}

/// What an entry says, by kind. Texts are data, whatever they contain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub enum EntryContent {
    Payment {
        amount: Cents,
        state: PaymentState,
        method: Option<String>,
        failure_code: Option<String>,
        refunded: Cents,
        charged_back: Cents,
        /// Whether it was started here, so that it has a page of its own that leads on.
        by_portal: bool,
    },
    Email {
        inbound: bool,
        subject: Option<String>,
        ai_generated: bool,
    },
    Call {
        inbound: bool,
        outcome: Option<String>,
        seconds: Option<i64>,
        has_transcript: bool,
        ai_generated: bool,
    },
    Sms {
        inbound: bool,
        text: Option<String>,
        ai_generated: bool,
    },
}

impl Entry {
    /// Its kind.
    pub fn kind(&self) -> EntryKind {
        match self.content {
            EntryContent::Payment { .. } => EntryKind::Payment,
            EntryContent::Email { .. } => EntryKind::Email,
            EntryContent::Call { .. } => EntryKind::Call,
            EntryContent::Sms { .. } => EntryKind::Sms,
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { at: self.at, kind: self.kind(), id: self.id }
    }
}

/// Loads the page; `None` when the session has ended or the debt is not that person's.
pub fn page(conn: &mut PgConnection, request: &PageRequest) -> QueryResult<Option<DebtPage>> {
    let plain = request.kind.is_none() && request.before.is_none();
    let rows: Vec<Row> =
        if plain { PageQuery::<true>(request).load(conn)? } else { PageQuery::<false>(request).load(conn)? };
    let mut head = None;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        match EntryKind::from_rank(row.0) {
            None => head = Some(read_head(row)?),
            Some(kind) => entries.push(read_entry(kind, row)?),
        }
    }
    let Some((session, debt)) = head else { return Ok(None) };
    entries
        .sort_unstable_by(|a: &Entry, b: &Entry| b.at.cmp(&a.at).then(a.kind().cmp(&b.kind())).then(a.id.cmp(&b.id)));
    let more = entries.len() > PAGE_SIZE;
    entries.truncate(PAGE_SIZE);
    let next = entries.last().filter(|_| more).map(Entry::cursor);
    Ok(Some(DebtPage { session, debt, entries, next }))
}

type Row = (
    i16,
    Uuid,
    DateTime<Utc>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<NaiveDate>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    bool,
    bool,
    Option<DateTime<Utc>>,
    Option<Uuid>,
);

type RowSql = (
    SmallInt,
    SqlUuid,
    Timestamptz,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Date>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Bool,
    Bool,
    Nullable<Timestamptz>,
    Nullable<SqlUuid>,
);

fn missing(column: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(format!("the debt page's {column}").into())
}

fn read_head(row: Row) -> QueryResult<(Session, DebtHead)> {
    let (
        _,
        id,
        imported_at,
        creditor,
        account_number,
        status,
        name,
        debt_date,
        owed,
        paid,
        in_flight,
        ..,
        seen,
        debtor,
    ) = row;
    let cents = |value: Option<i64>| value.map(Cents::new).ok_or_else(|| missing("figures"));
    let figures = Figures { total_owed: cents(owed)?, amount_paid: cents(paid)?, in_flight: cents(in_flight)? };
    let session = Session {
        debtor_id: debtor.ok_or_else(|| missing("session"))?,
        last_seen_at: seen.ok_or_else(|| missing("session"))?,
    };
    let debt = DebtHead {
        id,
        debtor_name: name.unwrap_or_default(),
        original_creditor: creditor.unwrap_or_default(),
        account_number,
        status: status.as_deref().and_then(DebtStatus::parse).ok_or_else(|| missing("status"))?,
        figures,
        debt_date,
        imported_at,
    };
    Ok((session, debt))
}

fn read_entry(kind: EntryKind, row: Row) -> QueryResult<Entry> {
    let (_, id, at, a, b, c, _, _, n1, n2, n3, flag1, flag2, _, _) = row;
    let content = match kind {
        EntryKind::Payment => {
            let status = a.as_deref().and_then(PaymentStatus::parse).ok_or_else(|| missing("payment status"))?;
            EntryContent::Payment {
                amount: Cents::new(n1.unwrap_or(0)),
                state: PaymentState::of(status, flag1, c.as_deref()),
                method: b,
                failure_code: c,
                refunded: Cents::new(n2.unwrap_or(0)),
                charged_back: Cents::new(n3.unwrap_or(0)),
                by_portal: flag2,
            }
        }
        EntryKind::Email => {
            EntryContent::Email { inbound: a.as_deref() == Some("inbound"), subject: b, ai_generated: flag1 }
        }
        EntryKind::Call => EntryContent::Call {
            inbound: a.as_deref() == Some("inbound"),
            outcome: b,
            seconds: n1,
            has_transcript: flag2,
            ai_generated: flag1,
        },
        EntryKind::Sms => EntryContent::Sms { inbound: a.as_deref() == Some("inbound"), text: b, ai_generated: flag1 },
    };
    Ok(Entry { id, at, content })
}

/// `PLAIN` is the page as it first opens: all kinds, from the newest. Only that text never varies, so only it has an id.
struct PageQuery<'a, const PLAIN: bool>(&'a PageRequest);

/// A type that carries the static id.
pub struct PlainPage;

impl<const PLAIN: bool> QueryId for PageQuery<'_, PLAIN> {
    type QueryId = PlainPage;
    const HAS_STATIC_QUERY_ID: bool = PLAIN;
}

impl<const PLAIN: bool> Query for PageQuery<'_, PLAIN> {
    type SqlType = RowSql;
}

impl<const PLAIN: bool> RunQueryDsl<PgConnection> for PageQuery<'_, PLAIN> {}

const HEAD_COLUMNS: &str = "\
SELECT d.id, d.debtor_id, d.original_creditor, d.account_number, d.status, d.debt_date, d.imported_at, \
d.total_owed, d.amount_paid, s.last_seen_at, p.first_name, p.last_name";

const HEAD_ROW: &str = "\
SELECT 0::int2, page.id, page.imported_at, page.original_creditor::text, page.account_number::text, page.status::text, \
page.first_name || ' ' || page.last_name, page.debt_date, (page.total_owed * 100)::int8, (page.amount_paid * 100)::int8, \
(SELECT coalesce(sum(f.amount) * 100, 0)::int8 FROM payments f \
WHERE f.debt_id = page.id AND f.status = 'pending' AND f.processing_since IS NOT NULL), \
false, false, page.last_seen_at, page.debtor_id FROM page";

/// Each history's columns, table and time; the rank is [`EntryKind`]'s.
const fn arm(kind: EntryKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        EntryKind::Payment => (
            "1::int2, h.id, coalesce(h.completed_at, h.created_at) AS at, h.status::text, h.payment_method::text, \
             h.failure_code::text, NULL::text, NULL::date, (h.amount * 100)::int8, (h.amount_refunded * 100)::int8, \
             (h.amount_charged_back * 100)::int8, h.processing_since IS NOT NULL, h.checkout_expires_at IS NOT NULL",
            "payments h WHERE h.debt_id = page.id",
            "coalesce(h.completed_at, h.created_at)",
        ),
        EntryKind::Email => (
            "2::int2, h.id, h.timestamp AS at, h.direction::text, h.subject::text, NULL::text, NULL::text, NULL::date, \
             NULL::int8, NULL::int8, NULL::int8, h.ai_generated, false",
            "emails h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
        EntryKind::Call => (
            "3::int2, h.id, h.timestamp AS at, h.direction::text, h.call_outcome::text, NULL::text, NULL::text, NULL::date, \
             h.call_duration::int8, NULL::int8, NULL::int8, h.ai_generated, h.transcript IS NOT NULL",
            "calls h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
        EntryKind::Sms => (
            "4::int2, h.id, h.timestamp AS at, h.direction::text, h.content, NULL::text, NULL::text, NULL::date, \
             NULL::int8, NULL::int8, NULL::int8, h.ai_generated, false",
            "sms h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
    }
}

impl<const PLAIN: bool> QueryFragment<Pg> for PageQuery<'_, PLAIN> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let request = self.0;
        out.push_sql("WITH page AS MATERIALIZED (");
        out.push_sql(HEAD_COLUMNS);
        if let Some(before) = &request.before {
            out.push_sql(", ");
            out.push_bind_param::<Timestamptz, _>(&before.at)?;
            out.push_sql(" AS before_at, ");
            out.push_bind_param::<SqlUuid, _>(&before.id)?;
            out.push_sql(" AS before_id");
        }
        out.push_sql(
            " FROM sessions s JOIN debts d ON d.debtor_id = s.debtor_id JOIN debtors p ON p.id = d.debtor_id \
             WHERE s.id_hash = ",
        );
        out.push_bind_param::<diesel::sql_types::Binary, _>(&request.session)?;
        out.push_sql(" AND s.last_seen_at > ");
        out.push_bind_param::<Timestamptz, _>(&request.seen_after)?;
        out.push_sql(" AND s.created_at > ");
        out.push_bind_param::<Timestamptz, _>(&request.begun_after)?;
        out.push_sql(" AND d.id = ");
        out.push_bind_param::<SqlUuid, _>(&request.debt_id)?;
        out.push_sql(") ");
        out.push_sql(HEAD_ROW);
        for kind in EntryKind::ALL.into_iter().filter(|kind| request.kind.is_none_or(|only| only == *kind)) {
            let (columns, table, time) = arm(kind);
            out.push_sql(" UNION ALL SELECT e.*, NULL::timestamptz, NULL::uuid FROM page CROSS JOIN LATERAL (SELECT ");
            out.push_sql(columns);
            out.push_sql(" FROM ");
            out.push_sql(table);
            if let Some(before) = &request.before {
                push_after_cursor(&mut out, kind, time, before);
            }
            out.push_sql(" ORDER BY ");
            out.push_sql(time);
            out.push_sql(" DESC, h.id LIMIT 21) e");
        }
        Ok(())
    }
}

/// Entries strictly after the cursor in (time descending, kind, id). The first comparison alone lets the index seek.
fn push_after_cursor(out: &mut AstPass<'_, '_, Pg>, kind: EntryKind, time: &str, before: &Cursor) {
    out.push_sql(" AND ");
    out.push_sql(time);
    match kind.cmp(&before.kind) {
        std::cmp::Ordering::Less => out.push_sql(" < page.before_at"),
        std::cmp::Ordering::Greater => out.push_sql(" <= page.before_at"),
        std::cmp::Ordering::Equal => {
            out.push_sql(" <= page.before_at AND (");
            out.push_sql(time);
            out.push_sql(" < page.before_at OR h.id > page.before_id)");
        }
    }
}

/// The text of the plain page's statement, for measuring PostgreSQL by itself.
pub fn plain_page_sql() -> String {
    let request = PageRequest {
        session: [0; 32],
        seen_after: DateTime::UNIX_EPOCH,
        begun_after: DateTime::UNIX_EPOCH,
        debt_id: Uuid::nil(),
        kind: None,
        before: None,
    };
    let text = diesel::debug_query::<Pg, _>(&PageQuery::<true>(&request)).to_string();
    text.split(" -- binds").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arm_reads_one_entry_more_than_a_page() {
        assert_eq!(plain_page_sql().matches(&format!("LIMIT {})", PAGE_SIZE + 1)).count(), EntryKind::ALL.len());
    }
}
