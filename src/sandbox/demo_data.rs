//! Invented but lifelike people, debts and histories for the demo: the same ones every time, only their links differ.
//!
//! Every phone number is 555-01xx and every address example.com, which belong to nobody; the creditors do not exist. Rows
//! are written as the operator's other programs write them, leaving to defaults and triggers what those leave.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::token::Token;
use crate::schema::{debtors, debts};

/// What people have asked.
mod cases;
/// The people whose links the demo shows.
mod cast;
/// The crowd around them.
mod crowd;
/// What waits for a reviewer.
mod drafts;
/// What was written and said.
mod history;
/// The sentences.
mod letters;
/// The validation information that was sent.
mod notices;
/// Money that went back.
mod returns;

pub use letters::COMPANY;

/// A link to open, with what to type at the identity check.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// A short name, stable from run to run.
    pub name: &'static str,
    /// The secret at the end of `/d/`.
    pub token: String,
    /// The postal code on file; `None` where there is none.
    pub postal_code: Option<String>,
    /// What is to be seen there.
    pub about: &'static str,
}

/// A person as other programs write one.
struct Person {
    id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    street: String,
    city: String,
    state: &'static str,
    zip_code: Option<String>,
    spanish: bool,
}

/// A debt as an import writes one, with what happened since.
struct Account {
    id: Uuid,
    creditor: String,
    account_number: Option<String>,
    owed: Cents,
    /// Money paid before the import.
    opening: Cents,
    status: &'static str,
    /// How long ago the account came to us, in days.
    days_here: i64,
    /// Paid since then: how many days ago, how much, by what; the newest last.
    payments: Vec<history::Paid>,
    /// How many letters, calls and texts there were.
    contacts: usize,
    story: history::Story,
}

/// Whether there are people already.
///
/// # Errors
/// When PostgreSQL does not answer.
pub fn is_filled(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(debtors::table.select(debtors::id))).get_result(conn)
}

/// Writes everything, unless there are people already.
///
/// # Errors
/// When PostgreSQL refuses or the system has no randomness for the links; nothing is written then.
pub fn fill(conn: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<()> {
    conn.transaction(|conn| {
        if is_filled(conn)? {
            return Ok(());
        }
        let mut rng = StdRng::seed_from_u64(1_977);
        let mut places = 0..;
        for (person, accounts) in cast::everybody().into_iter().chain(crowd::everybody(&mut rng)) {
            write_person(conn, &person, now)?;
            for account in &accounts {
                write_account(conn, &person, account, now)?;
                history::write(conn, &mut rng, &person, account, now)?;
                notices::write(conn, places.next().unwrap_or_default(), &person, account, now)?;
            }
        }
        drafts::write(conn, now)?;
        cases::write(conn, now)?;
        Ok(())
    })
}

/// The links to show, in the order in which they tell the story.
///
/// # Errors
/// When PostgreSQL does not answer.
pub fn links(conn: &mut PgConnection) -> QueryResult<Vec<Link>> {
    let mut links = Vec::new();
    for (name, debt_id, about) in cast::LINKS {
        let found: Option<(String, Option<String>)> = debts::table
            .inner_join(debtors::table)
            .filter(debts::id.eq(debt_id))
            .select((debts::unique_token, debtors::zip_code))
            .first(conn)
            .optional()?;
        if let Some((token, postal_code)) = found {
            links.push(Link { name, token, postal_code, about });
        }
    }
    Ok(links)
}

fn write_person(conn: &mut PgConnection, person: &Person, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(debtors::table)
        .values((
            debtors::id.eq(person.id),
            debtors::first_name.eq(&person.first_name),
            debtors::last_name.eq(&person.last_name),
            debtors::email.eq(&person.email),
            debtors::phone.eq(&person.phone),
            debtors::address_line1.eq(&person.street),
            debtors::city.eq(&person.city),
            debtors::state.eq(person.state),
            debtors::zip_code.eq(&person.zip_code),
            debtors::phone_consent.eq(true),
            debtors::created_at.eq(now - Duration::days(300)),
        ))
        .execute(conn)
        .map(drop)
}

fn write_account(
    conn: &mut PgConnection,
    person: &Person,
    account: &Account,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let imported_at = now - Duration::days(account.days_here);
    diesel::insert_into(debts::table)
        .values((
            debts::id.eq(account.id),
            debts::debtor_id.eq(person.id),
            debts::original_creditor.eq(&account.creditor),
            debts::account_number.eq(&account.account_number),
            debts::total_owed.eq(account.owed),
            debts::amount_paid.eq(account.opening),
            debts::status.eq(account.status),
            debts::unique_token.eq(Token::issue()?.as_str()),
            debts::debt_date.eq((imported_at - Duration::days(260)).date_naive()),
            debts::imported_at.eq(imported_at),
            debts::created_at.eq(imported_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ids that stay the same from machine to machine: `group` tells people from debts, `number` counts.
const fn fixed_id(group: u16, number: u32) -> Uuid {
    // Version 7 with a time in 2026, so that they sort like the ids we issue.
    Uuid::from_u128(0x019b_0000_0000_7000_8000_0000_0000_0000 | ((group as u128) << 32) | number as u128)
}
