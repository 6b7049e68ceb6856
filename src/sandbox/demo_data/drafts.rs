use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::letters::COMPANY;
use crate::schema::{calls, debtors, debts, emails, sms};

/// Reminders and texts that wait for a reviewer, and a transcript: what a machine has written of late, from two templates.
pub(super) fn write(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    let people: Vec<(Uuid, String, String)> = debts::table
        .inner_join(debtors::table)
        .filter(debts::status.eq("active"))
        .order(debts::id)
        .limit(14)
        .select((debts::id, debtors::first_name, debts::original_creditor))
        .load(conn)?;
    for (minutes, (debt_id, first, creditor)) in (0..).zip(&people) {
        let at = now - Duration::minutes(240 - 7 * minutes);
        let letter = format!(
            "Hello {first},\n\nThis is a reminder about your account with {creditor}. On your page you can see what the balance \
             is made of, pay all of it or a part, dispute it, or ask for help.\n\nThis message is from a debt collector.\n\n{COMPANY}"
        );
        diesel::insert_into(emails::table)
            .values((
                emails::debt_id.eq(debt_id),
                emails::direction.eq("outbound"),
                emails::subject.eq(format!("Your account with {creditor}")),
                emails::content.eq(letter),
                emails::ai_generated.eq(true),
                emails::compliance_checked.eq(false),
                emails::template_name.eq("monthly-reminder"),
                emails::timestamp.eq(at),
                emails::created_at.eq(at),
            ))
            .execute(conn)?;
        if minutes % 3 == 0 {
            let text =
                format!("{COMPANY}: Hi {first}, there is a message for you on your page. Reply STOP to opt out.");
            diesel::insert_into(sms::table)
                .values((
                    sms::debt_id.eq(debt_id),
                    sms::direction.eq("outbound"),
                    sms::content.eq(text),
                    sms::ai_generated.eq(true),
                    sms::compliance_checked.eq(false),
                    sms::template_name.eq("page-notice"),
                    sms::timestamp.eq(at),
                    sms::created_at.eq(at),
                ))
                .execute(conn)?;
        }
    }
    let Some((debt_id, first, _)) = people.last() else { return Ok(()) };
    let said = format!(
        "Agent: Hello, this is Dana from {COMPANY}. Am I speaking with {first}?\nPerson: Yes.\nAgent: You asked for a call back. \
         How can I help?\nPerson: I will look at the page first.\nAgent: Of course. Thank you."
    );
    let at = now - Duration::hours(20);
    diesel::insert_into(calls::table)
        .values((
            calls::debt_id.eq(debt_id),
            calls::direction.eq("outbound"),
            calls::call_outcome.eq("answered"),
            calls::call_duration.eq(64),
            calls::transcript.eq(said),
            calls::compliance_checked.eq(false),
            calls::timestamp.eq(at),
            calls::created_at.eq(at),
        ))
        .execute(conn)
        .map(drop)
}
