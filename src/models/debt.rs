//! Debts: the account list, one debt for acting on it, single entries of its history, its link.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::money::Cents;
use crate::domain::place;
use crate::domain::token::Token;
use crate::domain::validation::Standing;
use crate::models::{payment, session, validation};
use crate::schema::{calls, debtors, debts, emails};

/// A debt as the account list and the payment pages need it.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Debt {
    pub id: Uuid,
    pub debtor_id: Uuid,
    pub original_creditor: String,
    pub account_number: Option<String>,
    pub status: DebtStatus,
    pub figures: Figures,
    pub time_barred: bool,
    /// Where it stands with its validation information.
    pub validation: Standing,
    /// The state whose law applies to its person, as far as it is known.
    pub state: Option<&'static str>,
}

/// A row of `debts` with its person's place.
#[derive(Queryable, Selectable)]
#[diesel(table_name = debts, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    debtor_id: Uuid,
    original_creditor: String,
    account_number: Option<String>,
    status: DebtStatus,
    total_owed: Cents,
    amount_paid: Cents,
    time_barred: bool,
    #[diesel(select_expression = validation::standing())]
    #[diesel(select_expression_type = diesel::expression::SqlLiteral<diesel::sql_types::Text>)]
    validation: String,
    #[diesel(select_expression = debtors::state)]
    state: Option<String>,
    #[diesel(select_expression = debtors::zip_code)]
    zip_code: Option<String>,
}

fn read(conn: &mut PgConnection, row: Row) -> QueryResult<Debt> {
    let in_flight = payment::in_flight(conn, row.id)?;
    Ok(Debt {
        id: row.id,
        debtor_id: row.debtor_id,
        original_creditor: row.original_creditor,
        account_number: row.account_number,
        status: row.status,
        figures: Figures { total_owed: row.total_owed, amount_paid: row.amount_paid, in_flight },
        time_barred: row.time_barred,
        validation: validation::read_standing(&row.validation)?,
        state: place::state_on_file(row.state.as_deref(), row.zip_code.as_deref()),
    })
}

/// All debts of a person, oldest first.
pub fn all_of(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<Vec<Debt>> {
    let rows: Vec<Row> = debts::table
        .inner_join(debtors::table)
        .filter(debts::debtor_id.eq(debtor_id))
        .select(Row::as_select())
        .order((debts::created_at, debts::id))
        .load(conn)?;
    rows.into_iter().map(|row| read(conn, row)).collect()
}

/// A debt, if it is that person's.
pub fn find_for(conn: &mut PgConnection, id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Debt>> {
    let row: Option<Row> = debts::table
        .inner_join(debtors::table)
        .filter(debts::id.eq(id))
        .filter(debts::debtor_id.eq(debtor_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| read(conn, row)).transpose()
}

/// The name on a person's account.
pub fn debtor_name(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<String> {
    let (first, last): (String, String) =
        debtors::table.find(debtor_id).select((debtors::first_name, debtors::last_name)).first(conn)?;
    Ok(format!("{first} {last}"))
}

/// The telephone number on file.
pub fn phone_of(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<Option<String>> {
    debtors::table.find(debtor_id).select(debtors::phone).first(conn)
}

/// An e-mail with its body.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = emails, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Email {
    pub direction: String,
    pub subject: Option<String>,
    pub content: Option<String>,
    pub ai_generated: bool,
    pub timestamp: DateTime<Utc>,
}

/// A call with its transcript.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Call {
    pub direction: String,
    pub call_duration: Option<i32>,
    pub call_outcome: Option<String>,
    pub transcript: Option<String>,
    pub ai_generated: bool,
    pub timestamp: DateTime<Utc>,
}

impl Call {
    /// How long it lasted.
    pub fn seconds(&self) -> Option<i64> {
        self.call_duration.map(i64::from)
    }
}

/// An e-mail of that debt, if the debtor may read it.
pub fn email(conn: &mut PgConnection, id: Uuid, debt_id: Uuid) -> QueryResult<Option<Email>> {
    emails::table
        .find(id)
        .filter(emails::debt_id.eq(debt_id))
        .filter(emails::compliance_checked)
        .select(Email::as_select())
        .first(conn)
        .optional()
}

/// A call of that debt, if the debtor may read it.
pub fn call(conn: &mut PgConnection, id: Uuid, debt_id: Uuid) -> QueryResult<Option<Call>> {
    calls::table
        .find(id)
        .filter(calls::debt_id.eq(debt_id))
        .filter(calls::compliance_checked)
        .select(Call::as_select())
        .first(conn)
        .optional()
}

/// Gives a debt a new link, which works until `expires_at` or for good; the old one is dead at once, and with it every session that
/// began by it. False when there is no such debt.
pub fn replace_token(
    conn: &mut PgConnection,
    id: Uuid,
    token: &Token,
    expires_at: Option<DateTime<Utc>>,
) -> QueryResult<bool> {
    let changed = diesel::update(debts::table.find(id))
        .set((
            debts::unique_token.eq(token.as_str()),
            debts::token_revoked_at.eq(None::<DateTime<Utc>>),
            debts::token_expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    session::end_of_link(conn, id)?;
    Ok(changed > 0)
}

/// Makes a debt's link useless, and ends the sessions that began by it. False when there is no such debt.
pub fn revoke_token(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let changed = diesel::update(debts::table.find(id)).set(debts::token_revoked_at.eq(now)).execute(conn)?;
    session::end_of_link(conn, id)?;
    Ok(changed > 0)
}

/// Lets a debt's link expire that so far never would.
pub fn let_expire(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    let endless = debts::table.find(id).filter(debts::token_expires_at.is_null());
    diesel::update(endless).set(debts::token_expires_at.eq(at)).execute(conn).map(drop)
}

/// The link's secret of a debt and whether it is revoked.
pub fn token(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(String, bool)>> {
    debts::table.find(id).select((debts::unique_token, debts::token_revoked_at.is_not_null())).first(conn).optional()
}
