//! Contacts that staff records by hand: a call, an SMS, an e-mail, a letter by post. What has a text waits for the review before
//! a debtor reads it.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{calls, debt_notes, emails, postal_letters, sms};

/// A contact to be recorded.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// About which debt.
    pub debt_id: Uuid,
    /// Whether it came from the person.
    pub inbound: bool,
    /// When it happened, UTC.
    pub at: DateTime<Utc>,
    /// What it was.
    pub what: What,
}

/// What a contact was.
#[derive(Clone, Debug)]
pub enum What {
    /// A telephone call.
    Call {
        /// A value of `calls.call_outcome`.
        outcome: String,
        /// How long it lasted, in seconds.
        seconds: Option<i32>,
        /// What was said, as staff noted it.
        text: String,
    },
    /// A text message.
    Sms {
        /// Its text.
        text: String,
    },
    /// An e-mail.
    Email {
        /// Its subject.
        subject: String,
        /// Its text.
        text: String,
    },
    /// A letter by post.
    Letter {
        /// What it is about.
        subject: String,
        /// Its text, or what stands in it.
        text: String,
    },
}

impl What {
    /// The kind, as audit trail and pages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Call { .. } => "call",
            What::Sms { .. } => "sms",
            What::Email { .. } => "email",
            What::Letter { .. } => "letter",
        }
    }
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Records a contact. Its id.
pub fn record(conn: &mut PgConnection, new: &NewContact, staff_id: Uuid) -> QueryResult<Uuid> {
    let (id, direction) = (Uuid::now_v7(), if new.inbound { "inbound" } else { "outbound" });
    match &new.what {
        What::Call { outcome, seconds, text } => diesel::insert_into(calls::table)
            .values((
                calls::id.eq(id),
                calls::debt_id.eq(new.debt_id),
                calls::direction.eq(direction),
                calls::call_outcome.eq(outcome),
                calls::call_duration.eq(seconds),
                calls::transcript.eq(filled(text)),
                // Without a text there is nothing to review; the call itself is a fact.
                calls::compliance_checked.eq(text.is_empty()),
                calls::timestamp.eq(new.at),
            ))
            .execute(conn)?,
        What::Sms { text } => diesel::insert_into(sms::table)
            .values((
                sms::id.eq(id),
                sms::debt_id.eq(new.debt_id),
                sms::direction.eq(direction),
                sms::content.eq(text),
                sms::compliance_checked.eq(false),
                sms::timestamp.eq(new.at),
            ))
            .execute(conn)?,
        What::Email { subject, text } => diesel::insert_into(emails::table)
            .values((
                emails::id.eq(id),
                emails::debt_id.eq(new.debt_id),
                emails::direction.eq(direction),
                emails::subject.eq(filled(subject)),
                emails::content.eq(text),
                emails::compliance_checked.eq(false),
                emails::timestamp.eq(new.at),
            ))
            .execute(conn)?,
        What::Letter { subject, text } => diesel::insert_into(postal_letters::table)
            .values((
                postal_letters::id.eq(id),
                postal_letters::debt_id.eq(new.debt_id),
                postal_letters::direction.eq(direction),
                postal_letters::subject.eq(filled(subject)),
                postal_letters::content.eq(text),
                postal_letters::staff_id.eq(staff_id),
                postal_letters::timestamp.eq(new.at),
            ))
            .execute(conn)?,
    };
    Ok(id)
}

/// Adds a note that only staff reads. Its id.
pub fn note(
    conn: &mut PgConnection,
    debt_id: Uuid,
    staff_id: Uuid,
    body: &str,
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    diesel::insert_into(debt_notes::table)
        .values((
            debt_notes::id.eq(Uuid::now_v7()),
            debt_notes::debt_id.eq(debt_id),
            debt_notes::staff_id.eq(staff_id),
            debt_notes::body.eq(body),
            debt_notes::created_at.eq(now),
        ))
        .returning(debt_notes::id)
        .get_result(conn)
}
