//! Rows that are a person and a debt.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Array, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::Step;
use super::copy::Lines;
use super::people::{self, Place};
use crate::domain::import::cells::Fault;
use crate::domain::import::field::Field;
use crate::domain::import::person::{Identity, fold};
use crate::domain::import::row::Account;
use crate::domain::import::value::Problem;
use crate::domain::import::{Counts, Options};
use crate::domain::money::Cents;
use crate::domain::token::Token;
use crate::models::audit::Actor;
use crate::schema::{debtors, debts};

/// What some rows are to become.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The import whose rows they are.
    pub import_id: Uuid,
    /// Who asked for it.
    pub actor: &'a Actor,
    /// How rows are taken.
    pub options: Options,
    /// Whether they are taken at all.
    pub step: Step,
    /// Whether to look for e-mail addresses that are taken, where people are not recognised anyway. It costs time, so it is
    /// left out until the database has refused some rows.
    pub careful: bool,
    /// The present.
    pub now: DateTime<Utc>,
}

/// What came of some rows.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// How many of what.
    pub counts: Counts,
    /// Rows that were not taken after all, by their place among those given.
    pub faults: Vec<(usize, Fault)>,
}

/// Prepares a connection for checking.
pub fn prepare_check(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(people::CHECK_TABLES)
}

/// Who a row's person is.
#[derive(Clone, Copy)]
enum Who {
    /// Made by this row.
    New(Uuid),
    /// Made by an earlier row of these.
    Earlier(Uuid),
    /// There already.
    Known(Uuid),
}

impl Who {
    fn id(self) -> Uuid {
        match self {
            Who::New(id) | Who::Earlier(id) | Who::Known(id) => id,
        }
    }
}

/// Makes people and debts of rows, or tells what it would make.
pub fn apply(conn: &mut PgConnection, task: Task<'_>, rows: &[&Account]) -> QueryResult<Applied> {
    let mut applied = Applied::default();
    let people = if task.options.recognise {
        if task.step == Step::Run {
            people::lock(conn)?;
        }
        recognise(conn, task, rows)?
    } else {
        make_all(conn, task, rows, &mut applied)?
    };
    let known = if task.options.recognise { known_debts(conn, task, &people)? } else { HashMap::new() };
    let made = Made::sort_out(task, rows, &people, known, &mut applied.counts);
    match task.step {
        Step::Run => {
            made.write(conn, task.now)?;
            applied.counts.debts_updated = update_balances(conn, task, &made.balances)?;
        }
        Step::Check => {
            made.note(conn)?;
            applied.counts.debts_updated = count_balances(conn, &made.balances)?;
        }
    }
    applied.counts.failed += i64::try_from(applied.faults.len()).unwrap_or(0);
    Ok(applied)
}

/// Where a step looks: a check also where it has noted what it would have made.
fn places(step: Step) -> &'static [Place] {
    match step {
        Step::Run => &[people::BOOKS],
        Step::Check => &[people::BOOKS, people::CHECK],
    }
}

/// Every row a new person. Where it matters, rows with an e-mail address that is taken are left out.
fn make_all(
    conn: &mut PgConnection,
    task: Task<'_>,
    rows: &[&Account],
    applied: &mut Applied,
) -> QueryResult<Vec<Option<Who>>> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut known = vec![None; rows.len()];
    let careful = task.careful || task.step == Step::Check;
    if careful {
        let identities: Vec<Identity> = rows.iter().map(|row| row.identity()).collect();
        for place in places(task.step) {
            for (slot, found) in known.iter_mut().zip(people::by_email(conn, *place, &identities)?) {
                *slot = slot.or(found);
            }
        }
    }
    let mut people = Vec::with_capacity(rows.len());
    for (number, (row, known)) in rows.iter().zip(known).enumerate() {
        let repeated = careful && row.email.as_ref().is_some_and(|email| !taken.insert(email.clone()));
        if repeated || known.is_some() {
            applied.faults.push((number, Fault::of(Field::Email, Problem::EmailTaken)));
            people.push(None);
        } else {
            people.push(Some(Who::New(Uuid::now_v7())));
        }
    }
    Ok(people)
}

/// The rule of [`Identity`], in an order that does not depend on where a file is cut into pieces: e-mail addresses of people who
/// are there, then of earlier rows; then names, likewise.
fn recognise(conn: &mut PgConnection, task: Task<'_>, rows: &[&Account]) -> QueryResult<Vec<Option<Who>>> {
    let identities: Vec<Identity> = rows.iter().map(|row| row.identity()).collect();
    let mut known = vec![None; rows.len()];
    for place in places(task.step) {
        for (slot, found) in known.iter_mut().zip(people::by_email(conn, *place, &identities)?) {
            *slot = slot.or(found);
        }
    }
    let by_email = known.clone();
    for place in places(task.step) {
        people::by_name(conn, *place, &identities, &mut known)?;
    }
    let mut made: Vec<(usize, Uuid)> = Vec::new();
    let mut emails: HashMap<&str, Uuid> = HashMap::new();
    let mut names: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
    let mut people = Vec::with_capacity(rows.len());
    for (number, one) in identities.iter().enumerate() {
        let sure = by_email.get(number).copied().flatten().map(Who::Known);
        let earlier = || one.email().and_then(|email| emails.get(email)).map(|id| Who::Earlier(*id));
        let by_name = || known.get(number).copied().flatten().map(Who::Known);
        let namesake = || {
            let places = names.get(&one.name_and_zip()?)?;
            let same = places.iter().filter_map(|place| made.get(*place));
            same.filter(|(row, _)| identities.get(*row).is_some_and(|other| one.is_same(other)))
                .map(|(_, id)| Who::Earlier(*id))
                .next()
        };
        let who = sure.or_else(earlier).or_else(by_name).or_else(namesake).unwrap_or_else(|| Who::New(Uuid::now_v7()));
        if let Who::New(id) = who {
            if let Some(email) = one.email() {
                emails.insert(email, id);
            }
            if let Some(name) = one.name_and_zip() {
                names.entry(name).or_default().push(made.len());
            }
            made.push((number, id));
        }
        people.push(Some(who));
    }
    Ok(people)
}

/// Who owes, to whom, under which number.
type DebtKey = (Uuid, String, String);

fn known_debts(conn: &mut PgConnection, task: Task<'_>, people: &[Option<Who>]) -> QueryResult<HashMap<DebtKey, Uuid>> {
    let known = people.iter().filter_map(|who| if let Some(Who::Known(id)) = who { Some(*id) } else { None });
    let known: Vec<Uuid> = known.collect::<HashSet<Uuid>>().into_iter().collect();
    let mut debts = HashMap::new();
    for place in places(task.step) {
        for debt in people::debts_of(conn, *place, known.clone())? {
            let key = (debt.debtor_id, fold(&debt.original_creditor), fold(&debt.account_number));
            debts.entry(key).or_insert(debt.id);
        }
    }
    Ok(debts)
}

/// What rows come to.
#[derive(Default)]
struct Made<'a> {
    people: Vec<(Uuid, &'a Account)>,
    debts: Vec<(Uuid, Uuid, &'a Account)>,
    /// Amounts owed of debts that are there, the last one told for each.
    balances: HashMap<Uuid, Cents>,
}

impl<'a> Made<'a> {
    fn sort_out(
        task: Task<'_>,
        rows: &[&'a Account],
        people: &[Option<Who>],
        mut known: HashMap<DebtKey, Uuid>,
        counts: &mut Counts,
    ) -> Made<'a> {
        let mut made = Made::default();
        for (row, who) in rows.iter().zip(people) {
            let Some(who) = *who else { continue };
            if let Who::New(id) = who {
                made.people.push((id, row));
                counts.people_new += 1;
            } else {
                counts.people_known += 1;
            }
            let number = row.account_number.as_deref().filter(|_| task.options.recognise);
            let key = number.map(|number| (who.id(), fold(&row.original_creditor), fold(number)));
            if let Some(known) = key.as_ref().and_then(|key| known.get(key)) {
                counts.debts_known += 1;
                if task.options.update_balance {
                    made.balances.insert(*known, row.total_owed);
                }
                continue;
            }
            let id = Uuid::now_v7();
            if let Some(key) = key {
                known.insert(key, id);
            }
            made.debts.push((id, who.id(), row));
            counts.debts_new += 1;
        }
        made
    }

    fn write(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        self.copy_people(conn)?;
        self.copy_debts(conn, now)?;
        let paid: Vec<(Uuid, Cents)> = self
            .debts
            .iter()
            .filter(|(_, _, row)| row.amount_paid.is_positive())
            .map(|(id, _, row)| (*id, row.amount_paid))
            .collect();
        open_books(conn, paid, now)
    }

    fn copy_people(&self, conn: &mut PgConnection) -> QueryResult<()> {
        use debtors as t;
        let mut lines = Lines::with_capacity(self.people.len() * 220);
        for (id, row) in &self.people {
            lines.plain(id).text(&row.first_name).text(&row.last_name).optional(row.email.as_deref());
            lines.optional(row.phone.as_deref()).optional(row.address_line1.as_deref());
            lines.optional(row.address_line2.as_deref()).optional(row.city.as_deref());
            lines.optional(row.state.as_deref()).optional(row.zip_code.as_deref());
            lines.flag(row.phone_consent).flag(row.email_consent).flag(row.dnc_registered).end();
        }
        if lines.is_empty() {
            return Ok(());
        }
        let columns = (
            (t::id, t::first_name, t::last_name, t::email, t::phone, t::address_line1, t::address_line2),
            (t::city, t::state, t::zip_code, t::phone_consent, t::email_consent, t::dnc_registered),
        );
        let ((a, b, c, d, e, f, g), (h, i, j, k, l, m)) = columns;
        diesel::copy_from(t::table)
            .from_raw_data((a, b, c, d, e, f, g, h, i, j, k, l, m), |to| lines.send(to))
            .execute(conn)
            .map(drop)
    }

    fn copy_debts(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        use debts as t;
        let mut lines = Lines::with_capacity(self.debts.len() * 220);
        let imported_at = now.to_rfc3339();
        for (id, debtor_id, row) in &self.debts {
            let token = Token::issue().map_err(|error| DieselError::SerializationError(Box::new(error)))?;
            lines.plain(id).plain(debtor_id).text(&row.original_creditor).optional(row.account_number.as_deref());
            lines.plain(row.total_owed.plain()).plain(row.status.as_str()).plain(token.as_str());
            match row.debt_date {
                Some(date) => lines.plain(date),
                None => lines.optional(None),
            };
            lines.plain(&imported_at).end();
        }
        if lines.is_empty() {
            return Ok(());
        }
        let columns = (
            t::id,
            t::debtor_id,
            t::original_creditor,
            t::account_number,
            t::total_owed,
            t::status,
            t::unique_token,
            t::debt_date,
            t::imported_at,
        );
        diesel::copy_from(t::table).from_raw_data(columns, |to| lines.send(to)).execute(conn).map(drop)
    }

    /// Notes for the rest of a check what would have been made.
    fn note(&self, conn: &mut PgConnection) -> QueryResult<()> {
        let of = |read: fn(&Account) -> Option<&str>| -> Vec<Option<&str>> {
            self.people.iter().map(|(_, row)| read(row)).collect()
        };
        diesel::sql_query(
            "INSERT INTO checked_debtors (id, first_name, last_name, email, zip_code, phone, address_line1) \
             SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind::<Array<SqlUuid>, _>(self.people.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(of(|row| Some(&row.first_name)))
        .bind::<Array<Nullable<Text>>, _>(of(|row| Some(&row.last_name)))
        .bind::<Array<Nullable<Text>>, _>(of(|row| row.email.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(|row| row.zip_code.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(|row| row.phone.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(|row| row.address_line1.as_deref()))
        .execute(conn)?;
        diesel::sql_query(
            "INSERT INTO checked_debts (id, debtor_id, original_creditor, account_number) SELECT * FROM unnest($1, $2, $3, $4)",
        )
        .bind::<Array<SqlUuid>, _>(self.debts.iter().map(|(id, _, _)| *id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(self.debts.iter().map(|(_, person, _)| *person).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(self.debts.iter().map(|(_, _, row)| row.original_creditor.as_str()).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(
            self.debts.iter().map(|(_, _, row)| row.account_number.as_deref()).collect::<Vec<_>>(),
        )
        .execute(conn)
        .map(drop)
    }
}

/// Enters what was paid before the import, as the database does for a debt that is inserted with a figure: one payment with
/// method 'prior' and the id that later payment rows explain it by. All at once, because one by one costs ten times as much.
fn open_books(conn: &mut PgConnection, paid: Vec<(Uuid, Cents)>, now: DateTime<Utc>) -> QueryResult<()> {
    if paid.is_empty() {
        return Ok(());
    }
    let (debts, amounts): (Vec<Uuid>, Vec<Cents>) = paid.into_iter().unzip();
    diesel::sql_query(
        "INSERT INTO payments (id, debt_id, amount, status, payment_method, created_at, completed_at) \
         SELECT opening_payment_id(debt), debt, amount, 'completed', 'prior', $3, $3 FROM unnest($1, $2) AS p (debt, amount)",
    )
    .bind::<Array<SqlUuid>, _>(debts)
    .bind::<Array<Numeric>, _>(amounts)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .map(drop)
}

/// Which debts get another figure; one that is settled or with somebody else keeps its own.
const CHANGED: &str = "FROM debts, unnest($1, $2) AS told (id, amount) WHERE debts.id = told.id \
    AND debts.status IN ('active', 'dispute', 'hold') AND debts.total_owed <> told.amount";

/// Gives debts the file's figures, each with a line in the audit trail.
fn update_balances(conn: &mut PgConnection, task: Task<'_>, balances: &HashMap<Uuid, Cents>) -> QueryResult<i64> {
    if balances.is_empty() {
        return Ok(0);
    }
    let (ids, amounts): (Vec<Uuid>, Vec<Cents>) = balances.iter().map(|(id, amount)| (*id, *amount)).unzip();
    // In the order in which triggers and other writers lock, so that nobody waits in a circle.
    diesel::sql_query("SELECT 1 FROM debts WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE")
        .bind::<Array<SqlUuid>, _>(&ids)
        .execute(conn)?;
    let changed = diesel::sql_query(format!(
        "WITH changed AS (SELECT debts.id, debts.total_owed AS old, told.amount AS new {CHANGED}), \
         written AS (INSERT INTO audit (id, at, staff_id, actor, action, subject, subject_id, debt_id, details) \
            SELECT gen_random_uuid(), $3, $4, $5, 'debt.balance_imported', 'import', $6, id, \
            jsonb_build_object('old', old::TEXT, 'new', new::TEXT) FROM changed) \
         UPDATE debts SET total_owed = changed.new FROM changed WHERE debts.id = changed.id"
    ))
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<Array<Numeric>, _>(&amounts)
    .bind::<Timestamptz, _>(task.now)
    .bind::<Nullable<SqlUuid>, _>(task.actor.staff_id)
    .bind::<Text, _>(&task.actor.name)
    .bind::<SqlUuid, _>(task.import_id)
    .execute(conn)?;
    Ok(i64::try_from(changed).unwrap_or(i64::MAX))
}

fn count_balances(conn: &mut PgConnection, balances: &HashMap<Uuid, Cents>) -> QueryResult<i64> {
    if balances.is_empty() {
        return Ok(0);
    }
    let (ids, amounts): (Vec<Uuid>, Vec<Cents>) = balances.iter().map(|(id, amount)| (*id, *amount)).unzip();
    let rows = diesel::sql_query(format!("SELECT 1 {CHANGED}"))
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Numeric>, _>(&amounts)
        .execute(conn)?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}
