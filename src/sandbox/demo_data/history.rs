use chrono::{DateTime, Duration, NaiveTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use rand::RngExt;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::letters::{self, Call, Contact, Letter, Text};
use super::returns::{self, Return};
use super::{Account, Person};
use crate::domain::money::Cents;
use crate::schema::{calls, emails, payments, sms};

/// A payment made since the import.
pub(super) struct Paid {
    pub(super) method: &'static str,
    pub(super) days_ago: i64,
    pub(super) amount: i64,
    /// Set: it was declined.
    pub(super) failure_code: Option<&'static str>,
    /// What went back of it.
    pub(super) returns: Vec<Return>,
}

impl Paid {
    /// One that went through; `amount` in cents.
    pub(super) fn by(method: &'static str, days_ago: i64, amount: i64) -> Paid {
        Paid { method, days_ago, amount, failure_code: None, returns: Vec::new() }
    }
}

/// What the contacts were about.
#[derive(Clone, Copy)]
pub(super) enum Story {
    Ordinary,
    Dispute,
    Hold,
    PaidInFull,
    /// One of everything that can stand in a history, hostile text included.
    Everything,
}

/// Writes the payments of an account, and its contacts from the day it came to us until yesterday.
pub(super) fn write(
    conn: &mut PgConnection,
    rng: &mut StdRng,
    person: &Person,
    account: &Account,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    for (place, paid) in (1..).zip(&account.payments) {
        let id = returns::payment_id(account.id, place);
        write_payment(conn, account, id, paid, office_hour(rng, now, paid.days_ago))?;
        for (number, each) in (1..).zip(&paid.returns) {
            returns::write(conn, account, id, number, each, now)?;
        }
    }
    let mut contacts = letters::special(account.story);
    let ordinary = letters::ordinary(person.spanish);
    let wanted = account.contacts.saturating_sub(contacts.len());
    let first = contacts.len();
    contacts.extend(ordinary.iter().cycle().take(wanted).copied());
    // The first letters explain the account; so the ordinary ones come first and the story's own towards the end.
    contacts.rotate_left(first);
    let gap = (account.days_here - 1).max(1);
    let count = i64::try_from(contacts.len()).unwrap_or(1).max(1);
    for (place, contact) in (0..).zip(contacts) {
        let days_ago = gap - gap * place / count;
        let at = office_hour(rng, now, days_ago.max(1));
        write_contact(conn, person, account, contact, at)?;
    }
    Ok(())
}

/// Between 9 and 18 o'clock everywhere in the country, to the second.
fn office_hour(rng: &mut StdRng, now: DateTime<Utc>, days_ago: i64) -> DateTime<Utc> {
    let day = (now - Duration::days(days_ago)).date_naive();
    day.and_time(NaiveTime::MIN).and_utc() + Duration::seconds(rng.random_range(17 * 3_600..23 * 3_600))
}

fn write_payment(
    conn: &mut PgConnection,
    account: &Account,
    id: Uuid,
    paid: &Paid,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let whole = paid.amount >= account.owed.get();
    let gone_through = paid.failure_code.is_none();
    let name = id.simple();
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(id),
            payments::stripe_session_id.eq(format!("cs_test_{name}")),
            payments::stripe_payment_intent_id.eq(format!("pi_{name}")),
            payments::stripe_charge_id.eq(gone_through.then(|| format!("ch_{name}"))),
            payments::debt_id.eq(account.id),
            payments::amount.eq(Cents::new(paid.amount)),
            payments::payment_type.eq(if whole { "full" } else { "partial" }),
            payments::payment_method.eq(paid.method),
            payments::status.eq(if gone_through { "completed" } else { "failed" }),
            payments::failure_code.eq(paid.failure_code),
            payments::amount_refunded.eq(returns::refunded(&paid.returns)),
            payments::amount_charged_back.eq(returns::charged_back(&paid.returns)),
            payments::created_at.eq(at),
            payments::completed_at.eq(gone_through.then_some(at + Duration::seconds(70))),
        ))
        .execute(conn)
        .map(drop)
}

fn write_contact(
    conn: &mut PgConnection,
    person: &Person,
    account: &Account,
    contact: Contact,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let fill = |text: &str| {
        text.replace("{first}", &person.first_name)
            .replace("{creditor}", &account.creditor)
            .replace("{company}", letters::COMPANY)
            .replace("{owed}", &account.owed.to_string())
    };
    match contact {
        Contact::Email(letter) => write_email(conn, account, letter, at, fill),
        Contact::Call(call) => write_call(conn, account, call, at, fill),
        Contact::Sms(text) => write_sms(conn, account, text, at, fill),
    }
}

fn write_email(
    conn: &mut PgConnection,
    account: &Account,
    letter: Letter,
    at: DateTime<Utc>,
    fill: impl Fn(&str) -> String,
) -> QueryResult<()> {
    diesel::insert_into(emails::table)
        .values((
            emails::debt_id.eq(account.id),
            emails::direction.eq(letter.direction),
            emails::subject.eq(letter.subject.map(&fill)),
            emails::content.eq(fill(letter.content)),
            emails::email_opened.eq(letter.direction == letters::OUT),
            emails::ai_generated.eq(letter.ai),
            emails::compliance_checked.eq(letter.checked),
            emails::timestamp.eq(at),
            emails::created_at.eq(at),
        ))
        .execute(conn)
        .map(drop)
}

fn write_call(
    conn: &mut PgConnection,
    account: &Account,
    call: Call,
    at: DateTime<Utc>,
    fill: impl Fn(&str) -> String,
) -> QueryResult<()> {
    diesel::insert_into(calls::table)
        .values((
            calls::debt_id.eq(account.id),
            calls::direction.eq(call.direction),
            calls::call_duration.eq(call.seconds),
            calls::call_outcome.eq(call.outcome),
            calls::transcript.eq(call.transcript.map(fill)),
            calls::ai_generated.eq(call.ai),
            calls::compliance_checked.eq(call.checked),
            calls::timestamp.eq(at),
            calls::created_at.eq(at),
        ))
        .execute(conn)
        .map(drop)
}

fn write_sms(
    conn: &mut PgConnection,
    account: &Account,
    text: Text,
    at: DateTime<Utc>,
    fill: impl Fn(&str) -> String,
) -> QueryResult<()> {
    diesel::insert_into(sms::table)
        .values((
            sms::debt_id.eq(account.id),
            sms::direction.eq(text.direction),
            sms::content.eq(fill(text.content)),
            sms::ai_generated.eq(text.ai),
            sms::compliance_checked.eq(text.checked),
            sms::timestamp.eq(at),
            sms::created_at.eq(at),
        ))
        .execute(conn)
        .map(drop)
}
