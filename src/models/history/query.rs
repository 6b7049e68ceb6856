use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::PageRequest;
use crate::domain::timeline::{Cursor, EntryKind};
use crate::models::validation::standing_of;

/// A row of the page: the head's, or an entry's; which, the first column tells.
pub(super) type Row = (
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
    Option<Uuid>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Option<String>,
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
    Nullable<SqlUuid>,
    Nullable<Timestamptz>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

/// `PLAIN` is the page as it first opens: all kinds, from the newest. Only that text never varies, so only it has an id.
pub(super) struct PageQuery<'a, const PLAIN: bool>(pub(super) &'a PageRequest);

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
d.total_owed, d.amount_paid, d.validation_not_required_reason, s.last_seen_at, p.first_name, p.last_name, p.state, p.zip_code";

const HEAD_ROW: &str = concat!(
    "SELECT 0::int2, page.id, page.imported_at, page.original_creditor::text, page.account_number::text, page.status::text, \
page.first_name || ' ' || page.last_name, page.debt_date, (page.total_owed * 100)::int8, (page.amount_paid * 100)::int8, \
(SELECT coalesce(sum(f.amount) * 100, 0)::int8 FROM payments f \
WHERE f.debt_id = page.id AND f.status = 'pending' AND f.processing_since IS NOT NULL), \
EXISTS (SELECT 1 FROM chargebacks c WHERE c.debt_id = page.id AND c.closed_at IS NULL), false, page.debtor_id, \
page.last_seen_at, page.state::text, page.zip_code::text, ",
    standing_of!("page"),
    " FROM page"
);

/// Each history's columns, table and time; the rank is [`EntryKind`]'s.
const fn arm(kind: EntryKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        EntryKind::Payment => (
            "1::int2, h.id, coalesce(h.completed_at, h.created_at) AS at, h.status::text, h.payment_method::text, \
             h.failure_code::text, NULL::text, NULL::date, (h.amount * 100)::int8, (h.amount_refunded * 100)::int8, \
             (h.amount_charged_back * 100)::int8, h.processing_since IS NOT NULL, h.checkout_expires_at IS NOT NULL, \
             NULL::uuid",
            "payments h WHERE h.debt_id = page.id",
            "coalesce(h.completed_at, h.created_at)",
        ),
        EntryKind::Email => (
            "2::int2, h.id, h.timestamp AS at, h.direction::text, h.subject::text, NULL::text, NULL::text, NULL::date, \
             NULL::int8, NULL::int8, NULL::int8, h.ai_generated, false, NULL::uuid",
            "emails h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
        EntryKind::Call => (
            "3::int2, h.id, h.timestamp AS at, h.direction::text, h.call_outcome::text, NULL::text, NULL::text, NULL::date, \
             h.call_duration::int8, NULL::int8, NULL::int8, h.ai_generated, h.transcript IS NOT NULL, NULL::uuid",
            "calls h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
        EntryKind::Sms => (
            "4::int2, h.id, h.timestamp AS at, h.direction::text, h.content, NULL::text, NULL::text, NULL::date, \
             NULL::int8, NULL::int8, NULL::int8, h.ai_generated, false, NULL::uuid",
            "sms h WHERE h.debt_id = page.id AND h.compliance_checked",
            "h.timestamp",
        ),
        EntryKind::Refund => (
            "5::int2, h.id, h.created_at AS at, h.status::text, h.origin::text, NULL::text, NULL::text, NULL::date, \
             (h.amount * 100)::int8, NULL::int8, NULL::int8, h.stripe_refund_id IS NOT NULL, false, h.payment_id",
            // One that Stripe refused moved no money, and was not the debtor's to know of.
            "refunds h WHERE h.debt_id = page.id AND NOT (h.status = 'failed' AND h.stripe_refund_id IS NULL)",
            "h.created_at",
        ),
        EntryKind::Chargeback => (
            "6::int2, h.id, h.created_at AS at, h.status::text, NULL::text, NULL::text, NULL::text, NULL::date, \
             (h.amount * 100)::int8, (h.withdrawn * 100)::int8, NULL::int8, false, false, h.payment_id",
            "chargebacks h WHERE h.debt_id = page.id",
            "h.created_at",
        ),
        EntryKind::Letter => (
            // What it is about; staff's own words on it are staff's.
            "7::int2, h.id, h.timestamp AS at, h.direction::text, h.subject::text, NULL::text, NULL::text, NULL::date, \
             NULL::int8, NULL::int8, NULL::int8, false, false, NULL::uuid",
            "postal_letters h WHERE h.debt_id = page.id",
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
        // The same as in `session::find`: the session ends with the link it began by.
        out.push_sql(
            " AND (s.debt_id IS NULL OR EXISTS (SELECT FROM debts l WHERE l.id = s.debt_id AND l.token_revoked_at IS NULL \
             AND sha256(convert_to(l.unique_token, 'UTF8')) = s.link_hash AND (l.token_expires_at IS NULL OR l.token_expires_at > ",
        );
        out.push_bind_param::<Timestamptz, _>(&request.now)?;
        out.push_sql(")))) ");
        out.push_sql(HEAD_ROW);
        for kind in EntryKind::ALL.into_iter().filter(|kind| request.tab.is_none_or(|tab| tab.holds(*kind))) {
            let (columns, table, time) = arm(kind);
            out.push_sql(" UNION ALL SELECT e.*, NULL::timestamptz, NULL::text, NULL::text, NULL::text FROM page CROSS JOIN LATERAL (SELECT ");
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
