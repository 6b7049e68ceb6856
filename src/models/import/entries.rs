//! Rows about debts that are there already.

use std::collections::{HashMap, HashSet};

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::Step;
use super::accounts::{Applied, Task};
use super::copy::Lines;
use crate::domain::import::cells::Fault;
use crate::domain::import::entry::{DebtName, Entry, Message, What};
use crate::domain::import::field::Field;
use crate::domain::import::value::Problem;
use crate::schema::{calls, debts, emails, payments, sms};

/// Makes payments, messages and calls of rows, or tells which have no debt.
pub fn apply(conn: &mut PgConnection, task: Task<'_>, rows: &[&Entry]) -> QueryResult<Applied> {
    let mut applied = Applied::default();
    let names: Vec<&DebtName> = rows.iter().map(|row| &row.debt).collect();
    let mut taken: Vec<(Uuid, &Entry)> = Vec::with_capacity(rows.len());
    for ((number, row), debt) in rows.iter().enumerate().zip(resolve(conn, &names)?) {
        match debt {
            Ok(debt) => taken.push((debt, row)),
            Err(fault) => applied.faults.push((number, fault)),
        }
    }
    if task.step == Step::Run {
        let mut tables = Tables::default();
        for (debt, row) in &taken {
            tables.add(*debt, row);
        }
        tables.send(conn)?;
    }
    applied.counts.entries_new = i64::try_from(taken.len()).unwrap_or(i64::MAX);
    applied.counts.failed = i64::try_from(applied.faults.len()).unwrap_or(0);
    Ok(applied)
}

/// The debts that rows name, or why there is none of that name.
pub(super) fn resolve(conn: &mut PgConnection, names: &[&DebtName]) -> QueryResult<Vec<Result<Uuid, Fault>>> {
    let known = known_ids(conn, names)?;
    let mut found = by_number(conn, names)?;
    let debt = |(number, name): (usize, &&DebtName)| match name {
        DebtName::Id(id) if known.contains(id) => Ok(*id),
        DebtName::Id(_) => Err(Fault::of(Field::DebtId, Problem::UnknownDebt)),
        DebtName::Account { .. } => match found.remove(&number).unwrap_or_default().as_slice() {
            [one] => Ok(*one),
            [] => Err(Fault::of(Field::AccountNumber, Problem::UnknownDebt)),
            _ => Err(Fault::of(Field::AccountNumber, Problem::SeveralDebts)),
        },
    };
    Ok(names.iter().enumerate().map(debt).collect())
}

fn known_ids(conn: &mut PgConnection, names: &[&DebtName]) -> QueryResult<HashSet<Uuid>> {
    let ids = names.iter().filter_map(|name| if let DebtName::Id(id) = name { Some(*id) } else { None });
    let ids: Vec<Uuid> = ids.collect::<HashSet<Uuid>>().into_iter().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(debts::table.filter(debts::id.eq_any(ids)).select(debts::id).load(conn)?.into_iter().collect())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The debts with a row's creditor and number, at most two of them: two are as little of an answer as more.
fn by_number(conn: &mut PgConnection, names: &[&DebtName]) -> QueryResult<HashMap<usize, Vec<Uuid>>> {
    let (mut places, mut creditors, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for (place, name) in names.iter().enumerate() {
        if let (DebtName::Account { creditor, number }, Ok(place)) = (name, i32::try_from(place)) {
            places.push(place);
            creditors.push(creditor.as_str());
            numbers.push(number.as_str());
        }
    }
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Found> = diesel::sql_query(
        "SELECT w.place, d.id FROM unnest($1, $2, $3) AS w (place, creditor, number) CROSS JOIN LATERAL \
         (SELECT id FROM debts WHERE account_number = w.number AND lower(original_creditor) = lower(w.creditor) LIMIT 2) d",
    )
    .bind::<Array<Integer>, _>(places)
    .bind::<Array<Text>, _>(creditors)
    .bind::<Array<Text>, _>(numbers)
    .load(conn)?;
    let mut found: HashMap<usize, Vec<Uuid>> = HashMap::new();
    for row in rows {
        found.entry(usize::try_from(row.place).unwrap_or(usize::MAX)).or_default().push(row.id);
    }
    Ok(found)
}

/// Rows on their way into the tables.
#[derive(Default)]
struct Tables {
    payments: Lines,
    emails: Lines,
    calls: Lines,
    sms: Lines,
}

impl Tables {
    fn add(&mut self, debt: Uuid, row: &Entry) {
        let (id, at) = (Uuid::now_v7(), row.at.to_rfc3339());
        match &row.what {
            What::Payment { amount } => {
                let lines = &mut self.payments;
                lines.plain(id).plain(debt).plain(amount.plain()).plain("completed").plain("prior");
                lines.plain(&at).plain(&at).end();
            }
            What::Email { message, subject, opened, clicked } => {
                let lines = &mut self.emails;
                lines.plain(id).plain(debt);
                add_message(lines, message);
                lines.plain(&at).optional(subject.as_deref()).flag(*opened).flag(*clicked).end();
            }
            What::Call { message, seconds, outcome, recording_url } => {
                let lines = &mut self.calls;
                lines.plain(id).plain(debt);
                add_message(lines, message);
                lines.plain(&at);
                match seconds {
                    Some(seconds) => lines.plain(seconds),
                    None => lines.optional(None),
                };
                lines.optional(outcome.as_deref()).optional(recording_url.as_deref()).end();
            }
            What::Sms { message } => {
                let lines = &mut self.sms;
                lines.plain(id).plain(debt);
                add_message(lines, message);
                lines.plain(&at).end();
            }
        }
    }

    fn send(&self, conn: &mut PgConnection) -> QueryResult<()> {
        if !self.payments.is_empty() {
            use payments as t;
            let columns = (t::id, t::debt_id, t::amount, t::status, t::payment_method, t::created_at, t::completed_at);
            diesel::copy_from(t::table).from_raw_data(columns, |to| self.payments.send(to)).execute(conn)?;
        }
        if !self.emails.is_empty() {
            use emails as t;
            let columns = (
                t::id,
                t::debt_id,
                t::direction,
                t::content,
                t::ai_generated,
                t::compliance_checked,
                t::timestamp,
                t::subject,
                t::email_opened,
                t::email_clicked,
            );
            diesel::copy_from(t::table).from_raw_data(columns, |to| self.emails.send(to)).execute(conn)?;
        }
        if !self.calls.is_empty() {
            use calls as t;
            let columns = (
                t::id,
                t::debt_id,
                t::direction,
                t::transcript,
                t::ai_generated,
                t::compliance_checked,
                t::timestamp,
                t::call_duration,
                t::call_outcome,
                t::recording_url,
            );
            diesel::copy_from(t::table).from_raw_data(columns, |to| self.calls.send(to)).execute(conn)?;
        }
        if !self.sms.is_empty() {
            use sms as t;
            let columns =
                (t::id, t::debt_id, t::direction, t::content, t::ai_generated, t::compliance_checked, t::timestamp);
            diesel::copy_from(t::table).from_raw_data(columns, |to| self.sms.send(to)).execute(conn)?;
        }
        Ok(())
    }
}

fn add_message(lines: &mut Lines, message: &Message) {
    lines.plain(message.direction).optional(message.content.as_deref());
    lines.flag(message.ai_generated).flag(message.compliance_checked);
}
