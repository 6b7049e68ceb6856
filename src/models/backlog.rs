//! What waits for somebody: found by indexes that hold only what waits, and counted no further than a person would read.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::domain::listing::Counted;
use crate::domain::money::Cents;
use crate::models::listing::COUNT_LIMIT;

/// What waits, by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Cases that should have been answered by now.
    OverdueCases,
    /// Cases that somebody owes an answer to.
    OpenCases,
    /// Chargebacks and inquiries that can still be answered.
    Chargebacks,
    /// Payments whose checkout has ended and that still hang, or bank debits that are two weeks on their way.
    HangingPayments,
    /// Refunds that a second person is to allow.
    RefundRequests,
    /// Refunds that Stripe has not answered for an hour.
    UnansweredRefunds,
    /// Payments of which Stripe gave more back than our rows explain.
    UnsureRefunds,
    /// Events of the last 30 days that could not be read or applied.
    UnusableEvents,
    /// Refunds and chargebacks that wait for the payment they are about.
    WaitingEvents,
    /// E-mails that nobody has checked.
    Emails,
    /// Calls that nobody has checked.
    Calls,
    /// Text messages that nobody has checked.
    Sms,
}

impl Task {
    /// Every task, in the order they are listed.
    pub const ALL: [Task; 12] = [
        Self::OverdueCases,
        Self::OpenCases,
        Self::Chargebacks,
        Self::HangingPayments,
        Self::RefundRequests,
        Self::UnansweredRefunds,
        Self::UnsureRefunds,
        Self::UnusableEvents,
        Self::WaitingEvents,
        Self::Emails,
        Self::Calls,
        Self::Sms,
    ];

    /// Its name in locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Task::OverdueCases => "overdue-cases",
            Task::OpenCases => "open-cases",
            Task::Chargebacks => "chargebacks",
            Task::HangingPayments => "hanging-payments",
            Task::RefundRequests => "refund-requests",
            Task::UnansweredRefunds => "unanswered-refunds",
            Task::UnsureRefunds => "unsure-refunds",
            Task::UnusableEvents => "unusable-events",
            Task::WaitingEvents => "waiting-events",
            Task::Emails => "emails",
            Task::Calls => "calls",
            Task::Sms => "sms",
        }
    }

    /// The rows that wait, each condition with the words of its index, so that nothing else is read. `$1` is now, `$2` how far
    /// to count.
    const fn rows(self) -> &'static str {
        match self {
            Task::OverdueCases => "cases WHERE status <> 'closed' AND status = 'open' AND due_at < $1",
            Task::OpenCases => "cases WHERE status <> 'closed' AND status = 'open'",
            Task::Chargebacks => {
                "chargebacks WHERE status IN ('inquiry', 'opened', 'withdrawn') AND due_at IS NOT NULL AND due_at > $1"
            }
            Task::HangingPayments => {
                "payments WHERE status = 'pending' AND checkout_expires_at IS NOT NULL \
                 AND checkout_expires_at < $1 - interval '2 hours' \
                 AND (processing_since IS NULL OR processing_since < $1 - interval '14 days')"
            }
            Task::RefundRequests => "refund_requests WHERE decision IS NULL",
            Task::UnansweredRefunds => {
                "refunds WHERE status = 'pending' AND stripe_refund_id IS NULL AND created_at < $1 - interval '1 hour'"
            }
            Task::UnsureRefunds => "payments WHERE refunds_unsure_since < $1 - interval '1 hour'",
            Task::UnusableEvents => {
                "stripe_events WHERE outcome IN ('unreadable', 'failed') AND received_at > $1 - interval '30 days'"
            }
            Task::WaitingEvents => "stripe_events WHERE outcome = 'waiting' AND received_at > $1 - interval '3 days'",
            Task::Emails => "emails WHERE NOT compliance_checked AND review_outcome IS NULL",
            Task::Calls => "calls WHERE NOT compliance_checked AND review_outcome IS NULL",
            Task::Sms => "sms WHERE NOT compliance_checked AND review_outcome IS NULL",
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How much of each task waits, in one statement.
pub fn count(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Vec<(Task, Counted)>> {
    let arm = |task: Task| {
        let (name, rows) = (task.as_str(), task.rows());
        format!("SELECT '{name}' AS name, count(*) AS count FROM (SELECT FROM {rows} LIMIT $2) AS capped")
    };
    let query = Task::ALL.map(arm).join(" UNION ALL ");
    let counts: Vec<Count> =
        diesel::sql_query(query).bind::<Timestamptz, _>(now).bind::<BigInt, _>(COUNT_LIMIT).load(conn)?;
    let of = |task: Task| counts.iter().find(|count| count.name == task.as_str()).map_or(0, |count| count.count);
    Ok(Task::ALL.into_iter().map(|task| (task, Counted::new(of(task)))).collect())
}

/// How many flags of each kind are open, most first; see [`crate::models::flag`].
pub fn flags(conn: &mut PgConnection) -> QueryResult<Vec<(String, Counted)>> {
    // From kind to kind by the index, so that a kind with a million flags costs as much as one with a thousand.
    let query = "WITH RECURSIVE kinds AS ( \
            (SELECT kind FROM payment_flags WHERE resolved_at IS NULL ORDER BY kind LIMIT 1) \
            UNION ALL SELECT (SELECT f.kind FROM payment_flags f WHERE f.resolved_at IS NULL AND f.kind > kinds.kind \
                ORDER BY f.kind LIMIT 1) FROM kinds WHERE kinds.kind IS NOT NULL) \
        SELECT kind AS name, (SELECT count(*) FROM (SELECT FROM payment_flags f WHERE f.resolved_at IS NULL \
            AND f.kind = kinds.kind LIMIT $1) AS capped) AS count \
        FROM kinds WHERE kind IS NOT NULL ORDER BY 2 DESC, 1";
    let counts: Vec<Count> = diesel::sql_query(query).bind::<BigInt, _>(COUNT_LIMIT).load(conn)?;
    Ok(counts.into_iter().map(|row| (row.name, Counted::new(row.count))).collect())
}

/// A chargeback or inquiry that can still be answered.
#[derive(Clone, Debug, QueryableByName)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct DueChargeback {
    #[diesel(sql_type = SqlUuid)]
    pub payment_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub debt_id: Uuid,
    #[diesel(sql_type = Numeric)]
    pub amount: Cents,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub due_at: DateTime<Utc>,
}

/// The chargebacks whose answer is due next.
pub fn chargebacks(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<DueChargeback>> {
    let rows = Task::Chargebacks.rows();
    let query =
        format!("SELECT payment_id, debt_id, amount, status, reason, due_at FROM {rows} ORDER BY due_at, id LIMIT $2");
    diesel::sql_query(query).bind::<Timestamptz, _>(now).bind::<BigInt, _>(limit).load(conn)
}
