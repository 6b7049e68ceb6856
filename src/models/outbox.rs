//! E-mails to be sent: queued in the transaction of what they tell.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::mail::MailKind;
use crate::schema::{debtors, debts, outbox};

/// An e-mail to the person of a debt.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Which template.
    pub kind: MailKind,
    /// The debt it is about, and so the person.
    pub debt_id: Uuid,
    /// Another address than the one on file: the one that was replaced.
    pub to: Option<String>,
    /// The language to write in: the person's.
    pub language: &'static str,
    /// What the template needs besides the debt: ids, amounts in cents. An object.
    pub facts: Value,
}

/// Queues an e-mail; `None` when there is no address. Needs the transaction of what it tells.
pub fn queue(conn: &mut PgConnection, mail: &NewMail, now: DateTime<Utc>) -> QueryResult<Option<Uuid>> {
    let on_file: Option<String> = debts::table
        .inner_join(debtors::table)
        .filter(debts::id.eq(mail.debt_id))
        .select(debtors::email)
        .first(conn)
        .optional()?
        .flatten();
    let Some(recipient) = mail.to.clone().or(on_file).filter(|address| !address.trim().is_empty()) else {
        return Ok(None);
    };
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(Uuid::now_v7()),
            outbox::kind.eq(mail.kind.as_str()),
            outbox::debt_id.eq(mail.debt_id),
            outbox::recipient.eq(recipient),
            outbox::language.eq(mail.language),
            outbox::facts.eq(&mail.facts),
            outbox::asked_for.eq(mail.kind.is_asked_for()),
            outbox::queued_at.eq(now),
        ))
        .returning(outbox::id)
        .get_result(conn)
        .map(Some)
}
