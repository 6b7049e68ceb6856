//! Validation information: what was sent about a debt, why none need be, and the task of sending what is lacking.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use crate::domain::case::{CaseKind, draw_number};
use crate::domain::debt::DebtStatus;
use crate::domain::money::Cents;
use crate::domain::validation::{Notice, Standing};
use crate::models::case::{self, NewCase};
use crate::models::payment;
use crate::schema::{case_steps, cases, debtors, debts, validation_notices};

/// The [`Standing`] of the debt that a statement calls by this name, as text.
macro_rules! standing_of {
    ($debt:literal) => {
        concat!(
            "CASE WHEN EXISTS (SELECT FROM validation_notices n WHERE n.debt_id = ",
            $debt,
            ".id) THEN 'sent' WHEN ",
            $debt,
            ".validation_not_required_reason IS NOT NULL THEN 'not_required' ",
            "WHEN EXISTS (SELECT FROM cases k WHERE k.debt_id = ",
            $debt,
            ".id AND k.kind = 'validation_information') THEN 'asked' ELSE 'missing' END"
        )
    };
}
pub(in crate::models) use standing_of;

/// The standing of a row of `debts`, for a select.
pub(super) fn standing() -> SqlLiteral<Text> {
    sql(standing_of!("debts"))
}

/// A row of `validation_notices`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = validation_notices, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct ValidationNotice {
    pub id: Uuid,
    pub debt_id: Uuid,
    pub collector_name: String,
    pub collector_address: String,
    pub consumer_name: String,
    pub consumer_address: String,
    pub creditor_then: String,
    pub creditor_now: String,
    pub itemization_date: NaiveDate,
    pub itemization_kind: String,
    pub amount_then: Cents,
    pub interest: Cents,
    pub fees: Cents,
    pub payments: Cents,
    pub credits: Cents,
    pub amount_now: Cents,
    pub sent_on: NaiveDate,
    pub sent_by: String,
    pub period_ends_on: NaiveDate,
    pub source: String,
    pub created_at: DateTime<Utc>,
}

impl ValidationNotice {
    /// What was paid and credited since the itemization date.
    pub fn paid_or_credited(&self) -> Cents {
        self.payments.plus(self.credits)
    }
}

/// The notice in force of a debt: the one that was recorded last.
pub fn current(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<ValidationNotice>> {
    use validation_notices as t;
    t::table
        .filter(t::debt_id.eq(debt_id))
        .order((t::created_at.desc(), t::id.desc()))
        .select(ValidationNotice::as_select())
        .first(conn)
        .optional()
}

/// Whether `today` lies within the debt's validation period; `None` where no notice is on file, so that nobody knows.
pub fn is_within_period(conn: &mut PgConnection, debt_id: Uuid, today: NaiveDate) -> QueryResult<Option<bool>> {
    Ok(current(conn, debt_id)?.map(|notice| today <= notice.period_ends_on))
}

/// Why no notice is needed, where staff has said so.
pub fn not_required_reason(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<String>> {
    debts::table.find(debt_id).select(debts::validation_not_required_reason).first(conn).optional().map(Option::flatten)
}

/// Whom a notice is sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// First and last name.
    pub name: String,
    /// The address, lines separated by line breaks.
    pub address: String,
}

/// The columns of a person that make an address.
type AddressColumns = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

impl Recipient {
    /// `None` where street, city, state or ZIP code is not on file: a notice must say where it was sent.
    fn of(first: &str, last: &str, (line1, line2, city, state, zip): AddressColumns) -> Option<Recipient> {
        let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (line1, city, state, zip) = (filled(line1)?, filled(city)?, filled(state)?, filled(zip)?);
        let lines = [Some(line1), filled(line2), Some(format!("{city}, {state} {zip}"))];
        let address = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        Some(Recipient { name: format!("{first} {last}"), address })
    }
}

/// Whom the notices of these debts are sent to, as far as their addresses are on file.
pub fn recipients(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Recipient)>> {
    type Row = (Uuid, String, String, AddressColumns);
    let rows: Vec<Row> = debts::table
        .inner_join(debtors::table)
        .filter(debts::id.eq_any(ids))
        .select((
            debts::id,
            debtors::first_name,
            debtors::last_name,
            (debtors::address_line1, debtors::address_line2, debtors::city, debtors::state, debtors::zip_code),
        ))
        .load(conn)?;
    let row = |(id, first, last, address): Row| Some((id, Recipient::of(&first, &last, address)?));
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Who records a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorder {
    /// A file.
    Import,
    /// Somebody of the staff.
    Staff(Uuid),
}

/// A notice to be recorded.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// Of which debt.
    pub debt_id: Uuid,
    /// What it says.
    pub notice: &'a Notice,
    /// Whom it was sent to.
    pub to: &'a Recipient,
}

/// Records notices, which are in force from now on; marks that none is needed go, and the tasks of sending them are done.
pub fn record(conn: &mut PgConnection, new: &[NewNotice<'_>], by: Recorder, now: DateTime<Utc>) -> QueryResult<()> {
    use validation_notices as t;
    let source = if by == Recorder::Import { "import" } else { "staff" };
    let values: Vec<_> = new
        .iter()
        .map(|NewNotice { debt_id, notice, to }| {
            (
                (
                    t::id.eq(Uuid::now_v7()),
                    t::debt_id.eq(debt_id),
                    t::collector_name.eq(&notice.collector.name),
                    t::collector_address.eq(&notice.collector.address),
                    t::consumer_name.eq(&to.name),
                    t::consumer_address.eq(&to.address),
                    t::creditor_then.eq(&notice.creditor_then),
                    t::creditor_now.eq(&notice.creditor_now),
                    t::itemization_date.eq(notice.itemization_date),
                    t::itemization_kind.eq(notice.itemization_kind.as_str()),
                    t::amount_then.eq(notice.amount_then),
                ),
                (
                    t::interest.eq(notice.interest),
                    t::fees.eq(notice.fees),
                    t::payments.eq(notice.payments),
                    t::credits.eq(notice.credits),
                    t::amount_now.eq(notice.amount_now),
                    t::sent_on.eq(notice.sent_on),
                    t::sent_by.eq(notice.sent_by.as_str()),
                    t::period_ends_on.eq(notice.period_ends_on),
                    t::source.eq(source),
                    t::created_at.eq(now),
                ),
            )
        })
        .collect();
    // A statement takes 65,535 values.
    for some in values.chunks(2_000) {
        diesel::insert_into(t::table).values(some).execute(conn)?;
    }
    let ids: Vec<Uuid> = new.iter().map(|one| one.debt_id).collect();
    let marked =
        debts::table.filter(debts::id.eq_any(&ids)).filter(debts::validation_not_required_reason.is_not_null());
    diesel::update(marked).set(debts::validation_not_required_reason.eq(None::<String>)).execute(conn)?;
    close_tasks(conn, &ids, by, now)
}

/// Notes why no notice is needed for a debt, or that one is after all. False when there is no such debt.
pub fn set_not_required(
    conn: &mut PgConnection,
    debt_id: Uuid,
    reason: Option<&str>,
    by: Recorder,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let set = diesel::update(debts::table.find(debt_id)).set(debts::validation_not_required_reason.eq(reason));
    if set.execute(conn)? == 0 {
        return Ok(false);
    }
    if reason.is_some() {
        close_tasks(conn, &[debt_id], by, now)?;
    }
    Ok(true)
}

/// Sets whether the time limit for suing has passed. An open checkout was begun without the notice that must then be passed, so it is
/// taken out of service; the sweep closes it at Stripe. False when there is no such debt.
pub fn set_time_barred(
    conn: &mut PgConnection,
    debt_id: Uuid,
    time_barred: bool,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    if time_barred && payment::lock_debt(conn, debt_id, None)?.is_some() {
        payment::withdraw_excess(conn, debt_id, Cents::ZERO, now)?;
    }
    Ok(diesel::update(debts::table.find(debt_id)).set(debts::time_barred.eq(time_barred)).execute(conn)? > 0)
}

/// Closes the tasks of sending what is no longer lacking.
fn close_tasks(conn: &mut PgConnection, ids: &[Uuid], by: Recorder, now: DateTime<Utc>) -> QueryResult<()> {
    let staff_id = if let Recorder::Staff(id) = by { Some(id) } else { None };
    let open = cases::table
        .filter(cases::debt_id.eq_any(ids))
        .filter(cases::kind.eq(CaseKind::ValidationInformation))
        .filter(cases::status.ne("closed"));
    let closed: Vec<Uuid> = diesel::update(open)
        .set((cases::status.eq("closed"), cases::closed_at.eq(now), cases::staff_id.eq(staff_id)))
        .returning(cases::id)
        .get_results(conn)?;
    let steps: Vec<_> = closed
        .into_iter()
        .map(|id| {
            (
                case_steps::id.eq(Uuid::now_v7()),
                case_steps::case_id.eq(id),
                case_steps::kind.eq("closed"),
                case_steps::staff_id.eq(staff_id),
                case_steps::at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(case_steps::table).values(steps).execute(conn).map(drop)
}

/// Raises the task of sending the information for each debt of a person that lacks it, or only for one of them: once a debt,
/// due five days after the debt is first shown (12 CFR 1006.34(a)(1)). Needs a transaction.
pub fn ask_where_missing(
    conn: &mut PgConnection,
    debtor_id: Uuid,
    only: Option<Uuid>,
    language: &'static str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let notice = validation_notices::table.filter(validation_notices::debt_id.eq(debts::id));
    let task =
        cases::table.filter(cases::debt_id.eq(debts::id)).filter(cases::kind.eq(CaseKind::ValidationInformation));
    let mut lacking = debts::table
        .filter(debts::debtor_id.eq(debtor_id))
        .filter(debts::validation_not_required_reason.is_null())
        // What is paid or gone is not collected.
        .filter(debts::status.ne_all([DebtStatus::Resolved, DebtStatus::Closed]))
        .filter(not(exists(notice)))
        .filter(not(exists(task)))
        .select(debts::id)
        .into_boxed();
    if let Some(id) = only {
        lacking = lacking.filter(debts::id.eq(id));
    }
    let lacking: Vec<Uuid> = lacking.load(conn)?;
    for debt_id in &lacking {
        let number = draw_number().map_err(|error| diesel::result::Error::QueryBuilderError(Box::new(error)))?;
        let new = NewCase {
            number,
            debt_id: *debt_id,
            kind: CaseKind::ValidationInformation,
            reason: None,
            details: None,
            until: None,
            suits: None,
            phone: None,
            language,
            within_validation_period: None,
            fingerprint: None,
        };
        case::open(conn, &new, now)?;
    }
    Ok(lacking.len())
}

/// Reads what a select of [`standing`] gave.
pub(super) fn read_standing(text: &str) -> QueryResult<Standing> {
    Standing::parse(text).ok_or_else(|| diesel::result::Error::DeserializationError("the validation's standing".into()))
}
