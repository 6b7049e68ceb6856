//! E-mails: sent once each whatever happens, telling nothing, at hours that suit, and what staff sees of them.

use chrono::{Duration, Timelike};
use quittance::domain::mail::MailKind;
use quittance::models::outbox::{self, NewMail};
use quittance::sandbox::SunkMail;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Debt, TestApp};

/// What they say, their headers, and what the history shows.
mod contents;
/// When they go, and when not.
mod hours;
/// Receipts of payments.
mod receipts;
/// Once each.
mod sending;
/// The practice mail server by itself.
mod server;
/// What must be set.
mod settings;
/// The staff area.
mod staff;
/// Opened and clicked.
mod tracking;

/// Moves the clock to the next time it is this full hour in UTC. In Oregon, where the people of the tests live, it is day at 20
/// and night at 10, all year.
fn at_hour(app: &TestApp, hour: u32) {
    let now = app.clock.now();
    let ahead = (i64::from(hour) - i64::from(now.hour())).rem_euclid(24);
    let ahead = if ahead == 0 { 24 } else { ahead };
    let full = Duration::minutes(now.minute().into()) + Duration::seconds(now.second().into());
    app.clock.advance(Duration::hours(ahead) - full);
}

const DAY: u32 = 20;
const NIGHT: u32 = 10;

fn new(kind: MailKind, debt: &Debt) -> NewMail {
    NewMail { kind, debt_id: debt.id, to: None, language: "en", facts: json!({}) }
}

fn queue(app: &TestApp, mail: &NewMail) -> Uuid {
    outbox::queue(&mut app.connect(), mail, app.clock.now()).unwrap().unwrap()
}

fn queue_kind(app: &TestApp, kind: MailKind, debt: &Debt) -> Uuid {
    queue(app, &new(kind, debt))
}

fn status(app: &TestApp, id: Uuid) -> String {
    app.value(&format!("SELECT status FROM outbox WHERE id = '{id}'"))
}

fn case(app: &TestApp, debt: &Debt) -> Value {
    let id = Uuid::now_v7();
    app.execute(&format!(
        "INSERT INTO cases (id, number, debt_id, kind, reason, language, opened_at, due_at)
         VALUES ('{id}', 'C-TEST{}', '{}', 'dispute', 'not_mine', 'en', now(), now())",
        &id.simple().to_string()[24..].to_uppercase(),
        debt.id
    ));
    json!({ "case_id": id })
}

/// One e-mail of every kind that can be queued for a debt by itself, in that language.
fn every_kind(app: &TestApp, debt: &Debt, language: &'static str) {
    for kind in MailKind::ALL {
        let facts = match kind {
            MailKind::CaseOpened | MailKind::CaseAnswered => case(app, debt),
            MailKind::Code => {
                let id = Uuid::now_v7();
                let now = app.clock.now();
                app.execute(&format!(
                    "INSERT INTO identity_codes (id, link_hash, debt_id, language, requested_at, queued_at)
                     SELECT '{id}', sha256(unique_token::text::bytea), id, '{language}', '{now}', '{now}' FROM debts WHERE id = '{}'",
                    debt.id
                ));
                json!({ "code_id": id })
            }
            MailKind::Esign => json!({ "given": false }),
            _ => json!({}),
        };
        queue(app, &NewMail { kind, debt_id: debt.id, to: None, language, facts });
    }
}

/// What an e-mail says, without its links: their secrets are random and may read as any word.
fn words(mail: &SunkMail) -> String {
    let parsed = mail.parsed();
    let html: String = parsed
        .html
        .split("href=\"")
        .enumerate()
        .map(|(place, part)| match place {
            0 => part.to_owned(),
            _ => part.split_once('"').unwrap().1.to_owned(),
        })
        .collect();
    let text: Vec<&str> = parsed.text.split_whitespace().filter(|word| !word.starts_with("http")).collect();
    format!("{}\n{}\n{html}", parsed.subject(), text.join(" "))
}
