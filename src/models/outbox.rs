//! E-mails to be sent: queued in the transaction of what they tell.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::mail::{MailKind, MailStatus};
use crate::locale::Lang;
use crate::models::debtor;
use crate::schema::{cases, debtors, debts, outbox};

/// Taking an e-mail that is due, or finding that it is not to be sent.
pub mod delivery;
/// The secrets in e-mails: opting out, and being told that one was opened.
pub mod links;
/// Staff's list, and sending one again.
pub mod list;
/// What came of sending one.
pub mod outcome;

pub use links::opt_out_person;

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
    insert(conn, mail, None, now)
}

/// Queues an e-mail about something that is told once, whatever happens: `what` names it, such as `receipt:` and a payment's id.
/// `None` also when it is queued already.
pub fn queue_once(
    conn: &mut PgConnection,
    mail: &NewMail,
    what: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Uuid>> {
    insert(conn, mail, Some(what), now)
}

/// Queues an e-mail, unless one of its kind about the same debt waits already: a button that is pressed twice means one. `None` when
/// there is no address; true when it is a new one.
pub fn queue_unless_waiting(
    conn: &mut PgConnection,
    mail: &NewMail,
    now: DateTime<Utc>,
) -> QueryResult<Option<(Uuid, bool)>> {
    // Two at once must see each other.
    debts::table.find(mail.debt_id).select(debts::id).for_update().first::<Uuid>(conn)?;
    let waiting: Option<Uuid> = outbox::table
        .filter(outbox::debt_id.eq(mail.debt_id))
        .filter(outbox::kind.eq(mail.kind.as_str()))
        .filter(outbox::status.eq(MailStatus::Queued.as_str()))
        .select(outbox::id)
        .first(conn)
        .optional()?;
    match waiting {
        Some(id) => Ok(Some((id, false))),
        None => Ok(queue(conn, mail, now)?.map(|id| (id, true))),
    }
}

fn insert(
    conn: &mut PgConnection,
    mail: &NewMail,
    dedup_key: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Option<Uuid>> {
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
            outbox::next_attempt_at.eq(now),
            outbox::dedup_key.eq(dedup_key),
        ))
        .on_conflict(outbox::dedup_key)
        .do_nothing()
        .returning(outbox::id)
        .get_result(conn)
        .optional()
}

/// The language a person is written to in: the one they chose, or else that of their newest case or e-mail, or else English.
pub fn language_of(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<&'static str> {
    if let Some(chosen) = debtor::language(conn, debtor_id)?.as_deref().and_then(Lang::parse) {
        return Ok(chosen.code());
    }
    let own = debts::table.filter(debts::debtor_id.eq(debtor_id)).select(debts::id);
    let case: Option<(DateTime<Utc>, String)> = cases::table
        .filter(cases::debt_id.eq_any(own))
        .order(cases::opened_at.desc())
        .select((cases::opened_at, cases::language))
        .first(conn)
        .optional()?;
    let mail: Option<(DateTime<Utc>, String)> = outbox::table
        .filter(outbox::debt_id.eq_any(own))
        .order(outbox::queued_at.desc())
        .select((outbox::queued_at, outbox::language))
        .first(conn)
        .optional()?;
    let newest = case.into_iter().chain(mail).max_by_key(|(at, _)| *at);
    Ok(newest.and_then(|(_, code)| Lang::parse(&code)).unwrap_or(Lang::En).code())
}

/// The person of a debt.
pub fn person_of(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<Uuid>> {
    debts::table.find(debt_id).select(debts::debtor_id).first(conn).optional()
}

/// Queues the receipt of a payment that was completed through the portal, once, in the language it was made in.
pub fn queue_receipt(
    conn: &mut PgConnection,
    payment_id: Uuid,
    debt_id: Uuid,
    locale: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let language = match locale.and_then(Lang::parse) {
        Some(lang) => lang.code(),
        None => match person_of(conn, debt_id)? {
            Some(debtor_id) => language_of(conn, debtor_id)?,
            None => return Ok(()),
        },
    };
    let facts = serde_json::json!({ "payment_id": payment_id });
    let mail = NewMail { kind: MailKind::Receipt, debt_id, to: None, language, facts };
    queue_once(conn, &mail, &format!("receipt:{payment_id}"), now).map(drop)
}
