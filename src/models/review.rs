//! Compliance review: reading one message, deciding about it, and taking a decision back. The queue and decisions about many at
//! once have files of their own.
//!
//! Three tables hold messages and differ in their columns, so the statements are put together from a few constant pieces.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::domain::review::{Decision, MessageKind, QueuePosition, ReviewOutcome, digest};

mod batch;
mod queue;

pub use batch::{BATCH_SIZE, Batch, BatchDecided, BatchKey, batch, decide_batch};
pub use queue::{
    DecidedFilter, Line, QueueFilter, TemplateLine, count_decided, count_waiting, decided, templates, waiting,
};

/// What waits for a reviewer.
const WAITING: &str = "NOT m.compliance_checked AND m.review_outcome IS NULL";

/// A message with everything a reviewer looks at.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Message {
    #[diesel(sql_type = SmallInt)]
    rank: i16,
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub debt_id: Uuid,
    #[diesel(sql_type = Text)]
    pub original_creditor: String,
    #[diesel(sql_type = Text)]
    pub debtor_name: String,
    #[diesel(sql_type = Text)]
    pub direction: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub subject: Option<String>,
    /// The text of an e-mail or SMS, a call's transcript.
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub template_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub call_outcome: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub call_duration: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub recording_url: Option<String>,
    #[diesel(sql_type = Bool)]
    pub ai_generated: bool,
    #[diesel(sql_type = Bool)]
    pub compliance_checked: bool,
    #[diesel(sql_type = Timestamptz)]
    pub timestamp: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    review_outcome: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    reviewed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    reviewed_by: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    review_reason: Option<String>,
}

/// Who decided, when, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What came of it.
    pub outcome: ReviewOutcome,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, of the staff.
    pub by: Uuid,
    /// Their name.
    pub name: String,
    /// Why, where it was rejected.
    pub reason: Option<String>,
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// In the queue; the person does not see it.
    Waiting,
    /// Its writer says that it was checked; the person sees it.
    CheckedElsewhere,
    /// A reviewer has decided.
    Reviewed(Review),
}

impl Message {
    /// What it is.
    pub fn kind(&self) -> MessageKind {
        // The statements name no other rank.
        MessageKind::from_rank(self.rank).unwrap_or(MessageKind::Email)
    }

    /// How long a call lasted.
    pub fn seconds(&self) -> Option<i64> {
        self.call_duration.map(i64::from)
    }

    /// Where it stands.
    pub fn state(&self) -> ReviewState {
        let outcome = self.review_outcome.as_deref().and_then(ReviewOutcome::parse);
        match (outcome, self.reviewed_at, self.reviewed_by) {
            (Some(outcome), Some(at), Some(by)) => {
                let name = self.reviewer.clone().unwrap_or_default();
                ReviewState::Reviewed(Review { outcome, at, by, name, reason: self.review_reason.clone() })
            }
            _ if self.compliance_checked => ReviewState::CheckedElsewhere,
            _ => ReviewState::Waiting,
        }
    }

    /// A digest of what a reviewer reads of it.
    pub fn digest(&self) -> String {
        let (id, debt, seconds) =
            (self.id.to_string(), self.debt_id.to_string(), self.call_duration.map(|seconds| seconds.to_string()));
        digest(&[
            Some(self.kind().as_str()),
            Some(&id),
            Some(&debt),
            Some(&self.direction),
            self.subject.as_deref(),
            self.body.as_deref(),
            self.call_outcome.as_deref(),
            seconds.as_deref(),
            self.recording_url.as_deref(),
        ])
    }

    /// Its place in the queue.
    pub fn position(&self) -> QueuePosition {
        QueuePosition { ai_generated: self.ai_generated, at: self.timestamp, kind: self.kind(), id: self.id }
    }
}

/// The columns in which the tables differ: subject, body, template, and a call's outcome, length and recording.
const fn own_columns(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Email => {
            "m.subject::text AS subject, m.content AS body, m.template_name::text AS template_name, \
             NULL::text AS call_outcome, NULL::int4 AS call_duration, NULL::text AS recording_url"
        }
        MessageKind::Call => {
            "NULL::text AS subject, m.transcript AS body, NULL::text AS template_name, \
             m.call_outcome::text AS call_outcome, m.call_duration, m.recording_url::text AS recording_url"
        }
        MessageKind::Sms => {
            "NULL::text AS subject, m.content AS body, m.template_name::text AS template_name, \
             NULL::text AS call_outcome, NULL::int4 AS call_duration, NULL::text AS recording_url"
        }
    }
}

/// The beginning of every statement that reads whole messages; `WHERE` follows.
fn select(kind: MessageKind) -> String {
    format!(
        "SELECT {rank}::int2 AS rank, m.id, m.debt_id, d.original_creditor::text AS original_creditor, \
         p.first_name || ' ' || p.last_name AS debtor_name, m.direction::text AS direction, {own}, m.ai_generated, \
         m.compliance_checked, m.timestamp, m.review_outcome::text AS review_outcome, m.reviewed_at, m.reviewed_by, \
         s.name::text AS reviewer, m.review_reason::text AS review_reason \
         FROM {table} m JOIN debts d ON d.id = m.debt_id JOIN debtors p ON p.id = d.debtor_id \
         LEFT JOIN staff s ON s.id = m.reviewed_by",
        rank = kind as i16,
        own = own_columns(kind),
        table = kind.as_str(),
    )
}

/// A message.
pub fn find(conn: &mut PgConnection, kind: MessageKind, id: Uuid) -> QueryResult<Option<Message>> {
    read(conn, kind, id, "")
}

fn read(conn: &mut PgConnection, kind: MessageKind, id: Uuid, lock: &str) -> QueryResult<Option<Message>> {
    sql_query(format!("{} WHERE m.id = $1{lock}", select(kind))).bind::<SqlUuid, _>(id).get_result(conn).optional()
}

/// What came of deciding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// No such message.
    NotFound,
    /// It does not wait any more: this is where it stands, nothing was changed.
    Already(Message),
    /// It is not what the reviewer has read; nothing was changed.
    Changed(Message),
    /// Decided; the message as it was read.
    Done(Message),
}

/// Decides about a message that waits, if it is still the one whose digest is `seen`. Needs a transaction: it holds the row's lock, so
/// of two reviewers the second finds what the first has decided.
pub fn decide(
    conn: &mut PgConnection,
    (kind, id): (MessageKind, Uuid),
    decision: &Decision,
    seen: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Decided> {
    let Some(message) = read(conn, kind, id, " FOR UPDATE OF m")? else { return Ok(Decided::NotFound) };
    if message.state() != ReviewState::Waiting {
        return Ok(Decided::Already(message));
    }
    if message.digest() != seen {
        return Ok(Decided::Changed(message));
    }
    write(conn, kind, &[id], decision, by, now)?;
    Ok(Decided::Done(message))
}

/// Writes a decision into rows that are locked.
fn write(
    conn: &mut PgConnection,
    kind: MessageKind,
    ids: &[Uuid],
    decision: &Decision,
    by: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let table = kind.as_str();
    sql_query(format!(
        "UPDATE {table} AS m SET compliance_checked = $1, review_outcome = $2, review_reason = $3, reviewed_by = $4, \
         reviewed_at = $5 WHERE m.id = ANY ($6) AND {WAITING}"
    ))
    .bind::<Bool, _>(decision.outcome() == ReviewOutcome::Approved)
    .bind::<Text, _>(decision.outcome().as_str())
    .bind::<Nullable<Text>, _>(decision.reason())
    .bind::<SqlUuid, _>(by)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
}

/// Takes a decision back: the message waits again, and the person no longer sees it. The review that was; `None` when there is no such
/// decision. Needs a transaction.
pub fn take_back(conn: &mut PgConnection, kind: MessageKind, id: Uuid) -> QueryResult<Option<(Message, Review)>> {
    let Some(message) = read(conn, kind, id, " FOR UPDATE OF m")? else { return Ok(None) };
    let ReviewState::Reviewed(review) = message.state() else { return Ok(None) };
    let table = kind.as_str();
    sql_query(format!(
        "UPDATE {table} SET compliance_checked = false, review_outcome = NULL, review_reason = NULL, reviewed_by = NULL, \
         reviewed_at = NULL WHERE id = $1"
    ))
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    Ok(Some((message, review)))
}
