use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::mail::{MailStatus, delay_after};
use crate::models::outbox::delivery::Taken;
use crate::schema::{emails, outbox};

/// After so long without a word from who took it, nobody knows what became of it.
const LOST_MINUTES: i64 = 15;

/// The e-mail as the person's history shows it: without the link and without the code.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The subject.
    pub subject: String,
    /// The text.
    pub content: String,
}

/// Notes that the mail server accepted an e-mail, and writes it into the person's history.
pub fn sent(
    conn: &mut PgConnection,
    taken: &Taken,
    message_id: &str,
    shown: &Shown,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let email_id: Uuid = diesel::insert_into(emails::table)
        .values((
            emails::id.eq(Uuid::now_v7()),
            emails::debt_id.eq(taken.debt_id),
            emails::direction.eq("outbound"),
            emails::subject.eq(&shown.subject),
            emails::content.eq(&shown.content),
            emails::ai_generated.eq(false),
            // Its words are our templates', which are checked before they are shipped.
            emails::compliance_checked.eq(true),
            emails::template_name.eq(format!("portal_{}", taken.kind.as_str())),
            emails::timestamp.eq(now),
        ))
        .returning(emails::id)
        .get_result(conn)?;
    let outcome = Outcome {
        sent_at: Some(Some(now)),
        failed_at: Some(None),
        message_id: Some(message_id),
        email_id: Some(email_id),
        ..Outcome::of(MailStatus::Sent)
    };
    outcome.note(conn, taken)
}

/// Notes that an e-mail was not sent for certain; it is tried again later, or given up.
pub fn not_sent(conn: &mut PgConnection, taken: &Taken, error: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let outcome = match delay_after(taken.attempts) {
        Some(delay) => {
            Outcome { next_attempt_at: Some(now + delay), failed_at: Some(None), ..Outcome::of(MailStatus::Queued) }
        }
        None => Outcome { failed_at: Some(Some(now)), ..Outcome::of(MailStatus::Failed) },
    };
    Outcome { last_error: Some(error), ..outcome }.note(conn, taken)
}

/// Notes that the mail server refused an e-mail for good.
pub fn bounced(conn: &mut PgConnection, taken: &Taken, error: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let (failed_at, last_error) = (Some(Some(now)), Some(error));
    Outcome { failed_at, bounced_at: Some(now), last_error, ..Outcome::of(MailStatus::Bounced) }.note(conn, taken)
}

/// Notes that the mail server may have accepted an e-mail, or not.
pub fn unknown(conn: &mut PgConnection, taken: &Taken, error: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let (failed_at, last_error) = (Some(Some(now)), Some(error));
    Outcome { failed_at, last_error, ..Outcome::of(MailStatus::Unknown) }.note(conn, taken)
}

/// What is written about an attempt; `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = outbox)]
struct Outcome<'a> {
    status: &'static str,
    next_attempt_at: Option<DateTime<Utc>>,
    sent_at: Option<Option<DateTime<Utc>>>,
    failed_at: Option<Option<DateTime<Utc>>>,
    bounced_at: Option<DateTime<Utc>>,
    message_id: Option<&'a str>,
    email_id: Option<Uuid>,
    last_error: Option<&'a str>,
}

impl Outcome<'_> {
    fn of(status: MailStatus) -> Self {
        Outcome {
            status: status.as_str(),
            next_attempt_at: None,
            sent_at: None,
            failed_at: None,
            bounced_at: None,
            message_id: None,
            email_id: None,
            last_error: None,
        }
    }

    /// Only who took it says what came of it, late or not: one that was set aside and that staff has sent again meanwhile is another
    /// attempt's.
    fn note(&self, conn: &mut PgConnection, taken: &Taken) -> QueryResult<()> {
        let theirs = [MailStatus::Taken.as_str(), MailStatus::Unknown.as_str()];
        let row = outbox::table
            .filter(outbox::id.eq(taken.id))
            .filter(outbox::taken_at.is_not_distinct_from(taken.taken_at))
            .filter(outbox::status.eq_any(theirs));
        diesel::update(row).set(self).execute(conn).map(drop)
    }
}

/// Sets aside what a sender took and never told the outcome of; says how many. They are not sent again by themselves: the mail
/// server may have accepted them before the sender died.
pub fn set_aside(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let lost = outbox::table
        .filter(outbox::status.eq(MailStatus::Taken.as_str()))
        .filter(outbox::taken_at.lt(now - TimeDelta::minutes(LOST_MINUTES)));
    diesel::update(lost)
        .set((
            outbox::status.eq(MailStatus::Unknown.as_str()),
            outbox::failed_at.eq(now),
            outbox::last_error.eq("the sender stopped before it said what came of it"),
        ))
        .execute(conn)
}

/// How things stand, for doctor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many are overdue: due and not taken since before the moment asked about.
    pub overdue: i64,
    /// Given up.
    pub failed: i64,
    /// Refused for good.
    pub bounced: i64,
    /// Nobody knows what came of them.
    pub unknown: i64,
}

/// How things stand.
pub fn standing(conn: &mut PgConnection, due_before: DateTime<Utc>) -> QueryResult<Standing> {
    let count = |conn: &mut PgConnection, status: MailStatus| {
        outbox::table.filter(outbox::status.eq(status.as_str())).count().get_result::<i64>(conn)
    };
    let overdue = outbox::table
        .filter(outbox::status.eq(MailStatus::Queued.as_str()))
        .filter(outbox::next_attempt_at.lt(due_before))
        .count()
        .get_result(conn)?;
    Ok(Standing {
        overdue,
        failed: count(conn, MailStatus::Failed)?,
        bounced: count(conn, MailStatus::Bounced)?,
        unknown: count(conn, MailStatus::Unknown)?,
    })
}
