//! Payments: starting one, reusing and replacing its checkout, finding the ones to look after.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::{self, Choice, DebtStatus, Figures, Quote, Refusal};
use crate::domain::money::Cents;
use crate::domain::payment::{FailureCode, PaymentState, PaymentStatus};
use crate::models::books;
use crate::models::flag::{self, FlagKind, NewFlag};
use crate::schema::{debts, payments};

/// Staff's list of payments.
pub mod list;

/// A row of `payments`, as far as the portal uses it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Payment {
    pub id: Uuid,
    pub debt_id: Uuid,
    pub amount: Cents,
    pub payment_type: Option<String>,
    pub stripe_session_id: Option<String>,
    pub stripe_payment_intent_id: Option<String>,
    pub stripe_charge_id: Option<String>,
    pub payment_method: Option<String>,
    pub status: PaymentStatus,
    pub created_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub currency: String,
    pub failure_code: Option<String>,
    pub processing_since: Option<DateTime<Utc>>,
    pub amount_refunded: Cents,
    pub amount_charged_back: Cents,
    pub checkout_url: Option<String>,
    pub checkout_expires_at: Option<DateTime<Utc>>,
    pub replaced_at: Option<DateTime<Utc>>,
    pub locale: Option<String>,
    pub refunds_unsure_since: Option<DateTime<Utc>>,
}

impl Payment {
    /// Where it truly stands.
    pub fn state(&self) -> PaymentState {
        PaymentState::of(self.status, self.processing_since.is_some(), self.failure_code.as_deref())
    }
}

/// Stripe's least lifetime of a checkout is 30 minutes; one more covers the way there and a clock that is off.
const CHECKOUT_MINUTES: i64 = 31;
/// An open checkout with less time left than this is not worth going back to.
const REUSE_SECONDS: i64 = 90;

/// What a debtor asked to pay.
#[derive(Clone, Copy, Debug)]
pub struct StartRequest {
    /// Which debt.
    pub debt_id: Uuid,
    /// Whose session asks.
    pub debtor_id: Uuid,
    /// All or a part.
    pub choice: Choice,
    /// The amount that the confirmation page showed, if it came from there.
    pub shown: Option<Cents>,
    /// Checkouts that one debt may open in an hour.
    pub per_hour: i64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Start {
    /// No such debt of this person.
    NotFound,
    /// Cannot be paid like this; nothing was changed.
    Refused(Refusal),
    /// The amount is another than the page showed; the debtor must confirm the new one.
    Changed(Quote),
    /// Too many checkouts were opened for this debt within the hour.
    TooMany,
    /// No payment is taken until the books were compared with Stripe's.
    BooksClosed,
    /// This payment stands, pending.
    Pending {
        /// The payment to open or reopen a checkout for.
        payment: Box<Payment>,
        /// Earlier ones whose checkouts must be closed first.
        replaced: Vec<Payment>,
    },
}

/// Starts a payment, or finds the one that is open for the same amount. Needs a transaction: it holds the debt's lock.
pub fn start(
    conn: &mut PgConnection,
    request: &StartRequest,
    currency: &str,
    locale: &str,
    now: DateTime<Utc>,
) -> QueryResult<Start> {
    let Some((status, figures)) = lock_debt(conn, request.debt_id, Some(request.debtor_id))? else {
        return Ok(Start::NotFound);
    };
    if books::are_closed(conn)? {
        return Ok(Start::BooksClosed);
    }
    let quote = match debt::quote(status, &figures, request.choice) {
        Ok(quote) => quote,
        Err(refusal) => return Ok(Start::Refused(refusal)),
    };
    if request.shown.is_some_and(|shown| shown != quote.amount) {
        return Ok(Start::Changed(quote));
    }
    let open = open_checkout(conn, request.debt_id)?;
    let reusable = open.as_ref().filter(|p| {
        p.amount == quote.amount && p.checkout_expires_at.is_some_and(|at| at > now + Duration::seconds(REUSE_SECONDS))
    });
    let payment = match reusable {
        Some(payment) => keep_open(conn, payment.id)?,
        None => {
            if opened_since(conn, request.debt_id, now - Duration::hours(1))? >= request.per_hour {
                return Ok(Start::TooMany);
            }
            if let Some(open) = &open {
                diesel::update(payments::table.find(open.id)).set(payments::replaced_at.eq(now)).execute(conn)?;
            }
            insert_pending(conn, request.debt_id, &quote, currency, locale, now)?
        }
    };
    let replaced = payments::table
        .filter(payments::debt_id.eq(request.debt_id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .filter(payments::processing_since.is_null())
        .filter(payments::replaced_at.is_not_null())
        .select(Payment::as_select())
        .load(conn)?;
    Ok(Start::Pending { payment: Box::new(payment), replaced })
}

/// Locks a debt, before any of its payments: the one lock order. With `debtor_id`, only if it is that person's.
pub fn lock_debt(
    conn: &mut PgConnection,
    debt_id: Uuid,
    debtor_id: Option<Uuid>,
) -> QueryResult<Option<(DebtStatus, Figures)>> {
    let row: Option<(Uuid, String, Cents, Cents)> = debts::table
        .find(debt_id)
        .select((debts::debtor_id, debts::status, debts::total_owed, debts::amount_paid))
        .for_update()
        .first(conn)
        .optional()?;
    let Some((owner, status, total_owed, amount_paid)) = row else { return Ok(None) };
    if debtor_id.is_some_and(|id| id != owner) {
        return Ok(None);
    }
    let status =
        DebtStatus::parse(&status).ok_or_else(|| diesel::result::Error::DeserializationError("debts.status".into()))?;
    Ok(Some((status, Figures { total_owed, amount_paid, in_flight: in_flight(conn, debt_id)? })))
}

/// The sum of bank debits on their way.
pub fn in_flight(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Cents> {
    let sum: Option<Cents> = payments::table
        .filter(payments::debt_id.eq(debt_id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .filter(payments::processing_since.is_not_null())
        .select(diesel::dsl::sum(payments::amount))
        .first(conn)?;
    Ok(sum.unwrap_or(Cents::ZERO))
}

/// The checkout that is open for a debt, if there is one.
pub fn open_checkout(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Option<Payment>> {
    payments::table
        .filter(payments::debt_id.eq(debt_id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .filter(payments::processing_since.is_null())
        .filter(payments::replaced_at.is_null())
        .filter(payments::checkout_expires_at.is_not_null())
        .select(Payment::as_select())
        .first(conn)
        .optional()
}

/// Who comes back to a checkout no longer wants it canceled, even where the canceling never reached Stripe: the sweep
/// would close it while the debtor is paying.
fn keep_open(conn: &mut PgConnection, id: Uuid) -> QueryResult<Payment> {
    diesel::update(payments::table.find(id).filter(payments::failure_code.eq(FailureCode::Canceled.as_str())))
        .set(payments::failure_code.eq(None::<String>))
        .execute(conn)?;
    payments::table.find(id).select(Payment::as_select()).first(conn)
}

fn opened_since(conn: &mut PgConnection, debt_id: Uuid, since: DateTime<Utc>) -> QueryResult<i64> {
    payments::table
        .filter(payments::debt_id.eq(debt_id))
        .filter(payments::created_at.gt(since))
        .filter(payments::checkout_expires_at.is_not_null())
        // A payment that never came to a checkout costs nothing at Stripe and must not shut the debtor out.
        .filter(payments::failure_code.is_null().or(payments::failure_code.ne(FailureCode::NotStarted.as_str())))
        .count()
        .get_result(conn)
}

fn insert_pending(
    conn: &mut PgConnection,
    debt_id: Uuid,
    quote: &Quote,
    currency: &str,
    locale: &str,
    now: DateTime<Utc>,
) -> QueryResult<Payment> {
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(Uuid::now_v7()),
            payments::debt_id.eq(debt_id),
            payments::amount.eq(quote.amount),
            payments::payment_type.eq(quote.payment_type()),
            payments::status.eq(PaymentStatus::Pending.as_str()),
            payments::currency.eq(currency),
            payments::locale.eq(locale),
            payments::created_at.eq(now),
            payments::checkout_expires_at.eq(now + Duration::minutes(CHECKOUT_MINUTES)),
        ))
        .returning(Payment::as_returning())
        .get_result(conn)
}

/// Notes the checkout that Stripe opened. The row as it stands then: another request may have replaced or ended it.
pub fn record_checkout(
    conn: &mut PgConnection,
    id: Uuid,
    session_id: &str,
    url: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Option<Payment>> {
    diesel::update(
        payments::table
            .find(id)
            .filter(payments::stripe_session_id.is_null().or(payments::stripe_session_id.eq(session_id))),
    )
    .set((payments::stripe_session_id.eq(session_id), payments::checkout_url.eq(url), payments::checked_at.eq(now)))
    .returning(Payment::as_returning())
    .get_result(conn)
    .optional()
}

/// Ends a payment for which Stripe has no checkout: it never opened one, or knows it no longer.
pub fn without_checkout(conn: &mut PgConnection, id: Uuid, failure: FailureCode) -> QueryResult<()> {
    let pending = payments::table.find(id).filter(payments::status.eq(PaymentStatus::Pending.as_str()));
    let end = (payments::status.eq(PaymentStatus::Failed.as_str()), payments::failure_code.eq(failure.as_str()));
    let ended = match failure {
        FailureCode::Lost => diesel::update(pending).set(end).execute(conn)?,
        // Another request may have come to a checkout meanwhile, which then must not be forgotten.
        _ => diesel::update(pending.filter(payments::stripe_session_id.is_null())).set(end).execute(conn)?,
    };
    if ended > 0 && failure == FailureCode::Lost {
        let detail = "Stripe does not know its checkout";
        let kind = FlagKind::SessionMismatch;
        flag::raise(conn, &NewFlag { payment_id: Some(id), debt_id: None, kind, detail, event_id: None })?;
    }
    Ok(())
}

/// Takes an open checkout out of service when it would charge more than is payable; the sweep closes it at Stripe.
pub fn withdraw_excess(conn: &mut PgConnection, debt_id: Uuid, payable: Cents, now: DateTime<Utc>) -> QueryResult<()> {
    match open_checkout(conn, debt_id)? {
        Some(open) if open.amount > payable => withdraw(conn, open.id, now),
        _ => Ok(()),
    }
}

fn withdraw(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(payments::table.find(id))
        .set((payments::replaced_at.eq(now), payments::failure_code.eq(FailureCode::Withdrawn.as_str())))
        .execute(conn)
        .map(drop)
}

/// Takes every open checkout out of service whose debt may not be paid any more, or not so much: disputed, put on hold or
/// lessened by another program meanwhile.
pub fn withdraw_unpayable(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    let suspects: Vec<Uuid> = payments::table
        .inner_join(debts::table)
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .filter(payments::processing_since.is_null())
        .filter(payments::replaced_at.is_null())
        .filter(payments::checkout_expires_at.is_not_null())
        .filter(
            debts::status
                .ne(DebtStatus::Active.as_str())
                .or(payments::amount.gt(debts::total_owed - debts::amount_paid)),
        )
        .select(debts::id)
        .load(conn)?;
    for debt_id in suspects {
        // Looked at again under its lock: somebody may be paying at this moment.
        let Some((status, figures)) = lock_debt(conn, debt_id, None)? else { continue };
        let payable = if status.allows_payment() { figures.payable() } else { Cents::ZERO };
        withdraw_excess(conn, debt_id, payable, now)?;
    }
    Ok(())
}

/// Notes that the debtor wants to cancel, before Stripe is asked to close the checkout: whichever way the closing is
/// then learned, it is a cancellation.
pub fn want_canceled(conn: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::update(
        payments::table
            .find(id)
            .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
            .filter(payments::processing_since.is_null()),
    )
    .set(payments::failure_code.eq(FailureCode::Canceled.as_str()))
    .execute(conn)
    .map(drop)
}

/// A payment of that person.
pub fn find_for(conn: &mut PgConnection, id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Payment>> {
    payments::table
        .inner_join(debts::table)
        .filter(payments::id.eq(id))
        .filter(debts::debtor_id.eq(debtor_id))
        .select(Payment::as_select())
        .first(conn)
        .optional()
}

/// Locks a payment; its debt is locked already.
pub fn lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<Payment> {
    payments::table.find(id).select(Payment::as_select()).for_update().first(conn)
}

/// Those of these payments that there are.
pub fn find_all(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Payment>> {
    payments::table.filter(payments::id.eq_any(ids)).select(Payment::as_select()).load(conn)
}

/// The payments whose checkouts were begun in a period.
pub fn opened_between(conn: &mut PgConnection, from: DateTime<Utc>, until: DateTime<Utc>) -> QueryResult<Vec<Payment>> {
    payments::table
        .filter(payments::checkout_expires_at.is_not_null())
        .filter(payments::created_at.between(from, until))
        .select(Payment::as_select())
        .load(conn)
}

/// How many payments came through the portal in a period.
pub fn completed_between(conn: &mut PgConnection, from: DateTime<Utc>, until: DateTime<Utc>) -> QueryResult<i64> {
    payments::table
        .filter(payments::stripe_session_id.is_not_null())
        .filter(payments::completed_at.between(from, until))
        .count()
        .get_result(conn)
}

/// Whether there is such a debt.
pub fn is_debt(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(debts::table.find(id))).get_result(conn)
}

/// A payment that Stripe knows and a restored backup has lost.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct LostPayment {
    pub id: Uuid,
    pub debt_id: Uuid,
    pub amount: Cents,
    pub currency: String,
    pub session_id: String,
    pub created_at: DateTime<Utc>,
}

/// Enters a lost payment again, pending, out of service: what became of it is applied next, and the sweep closes a checkout
/// that is still open.
pub fn restore(conn: &mut PgConnection, lost: &LostPayment, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(lost.id),
            payments::debt_id.eq(lost.debt_id),
            payments::amount.eq(lost.amount),
            payments::currency.eq(&lost.currency),
            payments::stripe_session_id.eq(&lost.session_id),
            payments::created_at.eq(lost.created_at),
            payments::checkout_expires_at.eq(lost.created_at + Duration::minutes(CHECKOUT_MINUTES)),
            payments::replaced_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .map(drop)
}

/// A payment, whoever's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Payment>> {
    payments::table.find(id).select(Payment::as_select()).first(conn).optional()
}

/// Pending payments that are due to be looked up at Stripe, longest waiting first. Young ones are asked for often, old
/// ones (bank debits take days) ever more rarely, at least every ten minutes.
pub fn due_for_check(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Payment>> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Timestamptz};
    payments::table
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .filter(payments::checkout_expires_at.is_not_null())
        .filter(
            sql::<Bool>("(checked_at IS NULL OR checked_at + least(greatest((")
                .bind::<Timestamptz, _>(now)
                .sql(" - payments.created_at) / 8, interval '2 seconds'), interval '10 minutes') <= ")
                .bind::<Timestamptz, _>(now)
                .sql(")"),
        )
        // A younger one without a session may have its request still on the way.
        .filter(
            payments::stripe_session_id
                .is_not_null()
                .or(payments::created_at.lt(now - Duration::seconds(ORPHAN_SECONDS))),
        )
        .order(payments::checked_at.asc().nulls_first())
        .limit(limit)
        .select(Payment::as_select())
        .load(conn)
}

/// Completed payments of which no message has told what they were paid with. Each is asked for a few times at most.
pub fn without_method(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Payment>> {
    payments::table
        .filter(payments::status.eq(PaymentStatus::Completed.as_str()))
        .filter(payments::payment_method.is_null())
        .filter(payments::stripe_session_id.is_not_null())
        .filter(payments::completed_at.gt(now - Duration::days(1)))
        .filter(
            payments::checked_at
                .is_null()
                .or(payments::checked_at.lt(now - Duration::hours(1)))
                .or(payments::checked_at.le(payments::completed_at)),
        )
        .order(payments::checked_at.asc().nulls_first())
        .limit(limit)
        .select(Payment::as_select())
        .load(conn)
}

/// Longer than a request to Stripe with all its attempts may take.
const ORPHAN_SECONDS: i64 = 15;

/// Notes that Stripe was asked about a payment.
pub fn checked(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    // Where the payment counts by now, a trigger of its table locks the debt; that must not be the second lock.
    if let Some(debt_id) = payments::table.find(id).select(payments::debt_id).first(conn).optional()? {
        lock_debt(conn, debt_id, None)?;
    }
    diesel::update(payments::table.find(id)).set(payments::checked_at.eq(now)).execute(conn).map(drop)
}
