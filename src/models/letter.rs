//! Letters that a third party may check by their number.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::DebtStatus;
use crate::domain::letter::LetterNumber;
use crate::domain::money::Cents;
use crate::models::payment;
use crate::schema::{chargebacks, debts, letters};

/// A row of `letters`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = letters, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Letter {
    pub id: Uuid,
    pub number: String,
    pub debt_id: Uuid,
    pub amount_paid: Cents,
    pub issued_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// What came of asking for a letter.
#[derive(Clone, Debug)]
pub enum Issued {
    /// No such debt of this person.
    NotFound,
    /// Something is still owed, on its way, or claimed back by a bank.
    NotPaid,
    /// The letter: a new one, or the one that is valid already.
    Letter(Letter),
}

/// Issues the paid-in-full letter of a debt, or finds the valid one. Needs a transaction: it holds the debt's lock, so that the
/// letter is true when it is written.
pub fn issue(
    conn: &mut PgConnection,
    debt_id: Uuid,
    debtor_id: Uuid,
    number: &LetterNumber,
    now: DateTime<Utc>,
) -> QueryResult<Issued> {
    let Some((status, figures)) = payment::lock_debt(conn, debt_id, Some(debtor_id))? else {
        return Ok(Issued::NotFound);
    };
    if status != DebtStatus::Resolved || figures.balance().is_positive() || has_open_chargeback(conn, debt_id)? {
        return Ok(Issued::NotPaid);
    }
    if let Some(letter) = valid(conn, debt_id)? {
        return Ok(Issued::Letter(letter));
    }
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(Uuid::now_v7()),
            letters::number.eq(number.as_str()),
            letters::debt_id.eq(debt_id),
            letters::amount_paid.eq(figures.amount_paid),
            letters::issued_at.eq(now),
        ))
        .returning(Letter::as_returning())
        .get_result(conn)
        .map(Issued::Letter)
}

fn has_open_chargeback(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<bool> {
    let open = chargebacks::table.filter(chargebacks::debt_id.eq(debt_id)).filter(chargebacks::closed_at.is_null());
    diesel::select(diesel::dsl::exists(open)).get_result(conn)
}

/// The valid letter of a debt.
pub fn valid(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<Letter>> {
    letters::table
        .filter(letters::debt_id.eq(debt_id))
        .filter(letters::withdrawn_at.is_null())
        .select(Letter::as_select())
        .first(conn)
        .optional()
}

/// A letter of that person.
pub fn find_for(conn: &mut PgConnection, number: &LetterNumber, debtor_id: Uuid) -> QueryResult<Option<Letter>> {
    letters::table
        .inner_join(debts::table)
        .filter(letters::number.eq(number.as_str()))
        .filter(debts::debtor_id.eq(debtor_id))
        .select(Letter::as_select())
        .first(conn)
        .optional()
}

/// A letter by its number, for staff.
pub fn find(conn: &mut PgConnection, number: &LetterNumber) -> QueryResult<Option<Letter>> {
    letters::table.filter(letters::number.eq(number.as_str())).select(Letter::as_select()).first(conn).optional()
}

/// Whether a letter with this number was issued by us and still holds; no more is told to anybody.
pub fn holds(conn: &mut PgConnection, number: &LetterNumber) -> QueryResult<bool> {
    let valid = letters::table.filter(letters::number.eq(number.as_str())).filter(letters::withdrawn_at.is_null());
    diesel::select(diesel::dsl::exists(valid)).get_result(conn)
}
