//! Rows about validation information.

use std::collections::HashMap;

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::Step;
use super::accounts::{Applied, Task};
use super::entries::resolve;
use crate::domain::import::cells::Fault;
use crate::domain::import::entry::DebtName;
use crate::domain::import::validation::ValidationRow;
use crate::domain::import::value::Problem;
use crate::models::validation::{self, NewNotice, Recipient, Recorder};

/// Records notices, reasons why none is needed and time limits that have passed, or tells which rows have no debt or nowhere to
/// send a notice to. Of two rows about one debt the later one is in force.
pub fn apply(conn: &mut PgConnection, task: Task<'_>, rows: &[&ValidationRow]) -> QueryResult<Applied> {
    let mut applied = Applied::default();
    let names: Vec<&DebtName> = rows.iter().map(|row| &row.debt).collect();
    let debts = resolve(conn, &names)?;
    let ids: Vec<Uuid> = debts.iter().filter_map(|debt| debt.ok()).collect();
    let recipients: HashMap<Uuid, Recipient> = validation::recipients(conn, &ids)?.into_iter().collect();
    let mut taken: Vec<(Uuid, &ValidationRow)> = Vec::with_capacity(rows.len());
    for ((number, row), debt) in rows.iter().enumerate().zip(debts) {
        match debt {
            Ok(debt) if row.notice.is_some() && !recipients.contains_key(&debt) => {
                applied.faults.push((number, Fault::of_row(Problem::NoAddress)));
            }
            Ok(debt) => taken.push((debt, row)),
            Err(fault) => applied.faults.push((number, fault)),
        }
    }
    if task.step == Step::Run {
        take(conn, task, &taken, &recipients)?;
    }
    applied.counts.entries_new = i64::try_from(taken.len()).unwrap_or(i64::MAX);
    applied.counts.failed = i64::try_from(applied.faults.len()).unwrap_or(0);
    Ok(applied)
}

fn take(
    conn: &mut PgConnection,
    task: Task<'_>,
    taken: &[(Uuid, &ValidationRow)],
    recipients: &HashMap<Uuid, Recipient>,
) -> QueryResult<()> {
    let notice = |(debt_id, row): &(Uuid, &'_ ValidationRow)| {
        let (notice, to) = (row.notice.clone()?, recipients.get(debt_id)?);
        Some((*debt_id, notice, to))
    };
    let notices: Vec<_> = taken.iter().filter_map(notice).collect();
    let new: Vec<NewNotice<'_>> =
        notices.iter().map(|(debt_id, notice, to)| NewNotice { debt_id: *debt_id, notice, to }).collect();
    validation::record(conn, &new, Recorder::Import, task.now)?;
    for (debt_id, row) in taken {
        if let Some(reason) = &row.not_required {
            validation::set_not_required(conn, *debt_id, Some(reason), Recorder::Import, task.now)?;
        }
        if let Some(time_barred) = row.time_barred {
            validation::set_time_barred(conn, *debt_id, time_barred, task.now)?;
        }
    }
    Ok(())
}
