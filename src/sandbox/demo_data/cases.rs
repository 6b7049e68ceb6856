//! What people have asked: a dispute that waits, a question that was answered, a complaint.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::case::{self as numbers, CaseKind};
use crate::models::case::{self, NewCase, Opened};
use crate::schema::{case_steps, cases, debts};

/// Writes them about the debts of these names; see [`super::cast::LINKS`].
pub(super) fn write(conn: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<()> {
    let about = |name: &str| super::cast::LINKS.iter().find(|(known, ..)| *known == name).map(|(_, id, _)| *id);
    if let Some(debt_id) = about("dispute") {
        let words = "I paid this in two parts in the spring, at the desk. I have the receipts and can send them.";
        open(conn, debt_id, CaseKind::Dispute, Some("wrong_amount"), words, now - Duration::days(6))?;
    }
    if let Some(debt_id) = about("half-paid") {
        let words = "Does my payment of last month show already? I would like to plan the next one.";
        let asked = now - Duration::days(9);
        let question = open(conn, debt_id, CaseKind::Message, None, words, asked)?;
        let answer = "Yes, it was counted on the day it arrived; your page shows it under Payments. There is no fee and no date by \
                      which you must pay the next part.";
        let at = asked + Duration::hours(20);
        diesel::insert_into(case_steps::table)
            .values((
                case_steps::id.eq(Uuid::now_v7()),
                case_steps::case_id.eq(question),
                case_steps::kind.eq("reply"),
                case_steps::body.eq(answer),
                case_steps::at.eq(at),
            ))
            .execute(conn)?;
        diesel::update(cases::table.find(question)).set(cases::status.eq("answered")).execute(conn)?;
    }
    let somebody: Option<Uuid> = debts::table
        .filter(debts::status.eq("active"))
        .order(debts::id.desc())
        .select(debts::id)
        .first(conn)
        .optional()?;
    if let Some(debt_id) = somebody {
        let words =
            "You called my office although I had asked you not to. Please use my private number, and only after five.";
        open(conn, debt_id, CaseKind::Complaint, None, words, now - Duration::days(18))?;
    }
    Ok(())
}

fn open(
    conn: &mut PgConnection,
    debt_id: Uuid,
    kind: CaseKind,
    reason: Option<&'static str>,
    words: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<Uuid> {
    let new = NewCase {
        number: numbers::draw_number()?,
        debt_id,
        kind,
        reason,
        details: Some(words.to_owned()),
        until: None,
        suits: None,
        phone: None,
        language: "en",
        within_validation_period: None,
        fingerprint: None,
    };
    match case::open(conn, &new, at)? {
        Opened::New(case, _) | Opened::Same(case) => Ok(case.id),
    }
}
