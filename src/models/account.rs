//! One debt as staff sees it: the person, all their debts, everything that happened, with what debtors do not see.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::money::Cents;
use crate::models::case;
use crate::models::debtor::{self, Debtor};
use crate::models::payment;
use crate::schema::{debts, identity_attempts};

mod entries;

pub use entries::{Entry, What, timeline};

/// The columns of a debt.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = debts, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct DebtRow {
    pub id: Uuid,
    pub debtor_id: Uuid,
    pub original_creditor: String,
    pub account_number: Option<String>,
    pub total_owed: Cents,
    pub amount_paid: Cents,
    pub status: DebtStatus,
    pub total_contacts: i32,
    pub debt_date: Option<NaiveDate>,
    pub imported_at: DateTime<Utc>,
    pub token_revoked_at: Option<DateTime<Utc>>,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub validation_not_required_reason: Option<String>,
    pub time_barred: bool,
}

impl DebtRow {
    /// What is left of it, never below zero.
    pub fn balance(&self) -> Cents {
        self.total_owed.minus_floor_zero(self.amount_paid)
    }
}

/// A debt with its person.
#[derive(Clone, Debug)]
pub struct Account {
    /// The debt.
    pub debt: DebtRow,
    /// Its money.
    pub figures: Figures,
    /// The person.
    pub debtor: Debtor,
    /// Every debt of the person, this one too, oldest first.
    pub debts: Vec<DebtRow>,
    /// Wrong answers given at the link in all.
    pub wrong_answers: i32,
}

/// Reads a debt with its person.
pub fn find(conn: &mut PgConnection, debt_id: Uuid, link: impl Fn(&str) -> [u8; 32]) -> QueryResult<Option<Account>> {
    let row: Option<DebtRow> = debts::table.find(debt_id).select(DebtRow::as_select()).first(conn).optional()?;
    let Some(debt) = row else { return Ok(None) };
    let Some(debtor) = debtor::find(conn, debt.debtor_id)? else { return Ok(None) };
    let all = debts::table
        .filter(debts::debtor_id.eq(debt.debtor_id))
        .order((debts::created_at, debts::id))
        .limit(100)
        .select(DebtRow::as_select())
        .load(conn)?;
    let token: String = debts::table.find(debt_id).select(debts::unique_token).first(conn)?;
    let wrong: Option<i32> = identity_attempts::table
        .find(link(&token).as_slice())
        .select(identity_attempts::failures)
        .first(conn)
        .optional()?;
    let in_flight = payment::in_flight(conn, debt_id)?;
    let figures = Figures { total_owed: debt.total_owed, amount_paid: debt.amount_paid, in_flight };
    Ok(Some(Account { debt, figures, debtor, debts: all, wrong_answers: wrong.unwrap_or(0) }))
}

/// What came of setting a status by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusSet {
    /// Done: before, and what stands now. A debt that is paid is resolved, whatever it is set to.
    Done(DebtStatus, DebtStatus),
    /// From where it stands there is no way there.
    Illegal(DebtStatus),
    /// There is no such debt.
    NotFound,
}

/// Sets a debt's status by hand, along the table of [`DebtStatus::may_be_set_to`].
pub fn set_status(conn: &mut PgConnection, debt_id: Uuid, to: DebtStatus) -> QueryResult<StatusSet> {
    let Some((before, figures)) = payment::lock_debt(conn, debt_id, None)? else { return Ok(StatusSet::NotFound) };
    // A resolved debt with nothing left on it stays what it is: it is paid.
    let paid = before == DebtStatus::Resolved && to == DebtStatus::Active && !figures.balance().is_positive();
    // A dispute ends with its answer, so that nobody collects what was never answered.
    let disputed = before == DebtStatus::Dispute && to == DebtStatus::Active && case::has_open_dispute(conn, debt_id)?;
    if !before.may_be_set_to(to) || paid || disputed {
        return Ok(StatusSet::Illegal(before));
    }
    let after = diesel::update(debts::table.find(debt_id))
        .set(debts::status.eq(to))
        .returning(debts::status)
        .get_result(conn)?;
    Ok(StatusSet::Done(before, after))
}

/// A payment that was made elsewhere: a check, a money order, cash.
#[derive(Clone, Debug)]
pub struct PaymentElsewhere<'a> {
    /// For which debt.
    pub debt_id: Uuid,
    /// How much.
    pub amount: Cents,
    /// `check`, `money_order` or `cash`.
    pub method: &'a str,
    /// The number on it.
    pub reference: &'a str,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
}

/// What came of recording it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The payment's id.
    Done(Uuid),
    /// It is more than what is owed and not on its way.
    TooMuch(Cents),
    /// It was received before the debt came to us, so it is in the opening figure already.
    BeforeImport,
    /// A payment with this method and number is on the debt already.
    Twice,
    /// The debt takes no payment in this status.
    NotPayable(DebtStatus),
    /// There is no such debt.
    NotFound,
}

/// Records a payment that was made elsewhere. A debt on hold or in dispute takes none, here as in the portal.
pub fn record_payment(
    conn: &mut PgConnection,
    new: &PaymentElsewhere<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Recorded> {
    use crate::schema::payments as p;
    let Some((status, figures)) = payment::lock_debt(conn, new.debt_id, None)? else { return Ok(Recorded::NotFound) };
    if !status.allows_payment() {
        return Ok(Recorded::NotPayable(status));
    }
    if new.amount > figures.payable() {
        return Ok(Recorded::TooMuch(figures.payable()));
    }
    let imported: DateTime<Utc> = debts::table.find(new.debt_id).select(debts::imported_at).first(conn)?;
    if new.received_at <= imported {
        return Ok(Recorded::BeforeImport);
    }
    let same = p::table
        .filter(p::debt_id.eq(new.debt_id))
        .filter(p::payment_method.eq(new.method))
        .filter(p::external_reference.eq(new.reference));
    if !new.reference.is_empty() && diesel::select(diesel::dsl::exists(same)).get_result(conn)? {
        return Ok(Recorded::Twice);
    }
    let kind = if new.amount == figures.balance() { "full" } else { "partial" };
    let id = Uuid::now_v7();
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::debt_id.eq(new.debt_id),
            p::amount.eq(new.amount),
            p::payment_type.eq(kind),
            p::payment_method.eq(new.method),
            p::status.eq("completed"),
            p::external_reference.eq((!new.reference.is_empty()).then_some(new.reference)),
            p::created_at.eq(now),
            p::completed_at.eq(new.received_at),
        ))
        .execute(conn)?;
    // A checkout that is open would take more than is left.
    payment::withdraw_excess(conn, new.debt_id, figures.payable().minus_floor_zero(new.amount), now)?;
    Ok(Recorded::Done(id))
}
