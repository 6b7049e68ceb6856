use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::Payment;
use crate::domain::listing::{Counted, Page, Position};
use crate::domain::money::Cents;
use crate::domain::payment::{FailureCode, PaymentState, PaymentStatus};
use crate::models::listing::{COUNT_LIMIT, Period, count, creditors, one_more};
use crate::schema::{debts, payments};

/// Which payments are shown.
#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    /// Where they stand.
    pub state: Option<PaymentState>,
    /// What was paid with.
    pub method: Option<String>,
    /// No less than this.
    pub least: Option<Cents>,
    /// No more than this.
    pub most: Option<Cents>,
    /// When they were begun.
    pub period: Period,
    /// Of which debt.
    pub debt_id: Option<Uuid>,
    /// Our id, or one of Stripe's: a checkout session, a payment intent or a charge.
    pub reference: Option<String>,
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct PaymentLine {
    /// The payment.
    pub payment: Payment,
    /// Whom its debt was owed to at first.
    pub original_creditor: String,
}

/// Every field of a payment.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct PaymentRecord {
    #[diesel(embed)]
    pub payment: Payment,
    pub external_reference: Option<String>,
    pub checked_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    #[diesel(select_expression = debts::original_creditor)]
    pub original_creditor: String,
}

fn filtered(filter: &PaymentFilter) -> payments::BoxedQuery<'static, Pg> {
    let mut query = payments::table.into_boxed();
    if let Some(state) = filter.state {
        query = in_state(query, state);
    }
    if let Some(method) = &filter.method {
        query = query.filter(payments::payment_method.eq(method.clone()));
    }
    if let Some(least) = filter.least {
        query = query.filter(payments::amount.ge(least));
    }
    if let Some(most) = filter.most {
        query = query.filter(payments::amount.le(most));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(payments::created_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(payments::created_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(payments::debt_id.eq(debt_id));
    }
    if let Some(reference) = &filter.reference {
        query = match reference.parse::<Uuid>() {
            Ok(id) => query.filter(payments::id.eq(id)),
            Err(_) => query.filter(
                payments::stripe_payment_intent_id
                    .eq(reference.clone())
                    .or(payments::stripe_session_id.eq(reference.clone()))
                    .or(payments::stripe_charge_id.eq(reference.clone())),
            ),
        };
    }
    query
}

/// The columns that [`PaymentState::of`] reads as that state.
fn in_state(query: payments::BoxedQuery<'static, Pg>, state: PaymentState) -> payments::BoxedQuery<'static, Pg> {
    let status = match state {
        PaymentState::Open | PaymentState::Processing => PaymentStatus::Pending,
        PaymentState::Expired | PaymentState::Declined => PaymentStatus::Failed,
        PaymentState::Completed => PaymentStatus::Completed,
        PaymentState::Refunded => PaymentStatus::Refunded,
    };
    let query = query.filter(payments::status.eq(status.as_str()));
    let ended = FailureCode::ALL
        .into_iter()
        .map(FailureCode::as_str)
        .filter(|code| PaymentState::of(PaymentStatus::Failed, false, Some(code)) == PaymentState::Expired);
    let ended: Vec<&'static str> = ended.collect();
    match state {
        PaymentState::Open => query.filter(payments::processing_since.is_null()),
        PaymentState::Processing => query.filter(payments::processing_since.is_not_null()),
        PaymentState::Expired => query.filter(payments::failure_code.eq_any(ended)),
        PaymentState::Declined => {
            query.filter(payments::failure_code.is_null().or(payments::failure_code.ne_all(ended)))
        }
        PaymentState::Completed | PaymentState::Refunded => query,
    }
}

/// Payments, the newest first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &PaymentFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<PaymentLine>> {
    let mut query = filtered(filter).select(Payment::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        // The first comparison alone lets the index seek.
        query = query.filter(payments::created_at.le(at)).filter(payments::created_at.lt(at).or(payments::id.lt(id)));
    }
    let rows = query.order((payments::created_at.desc(), payments::id.desc())).limit(one_more(size)).load(conn)?;
    let page = Page::cut(rows, size, |row: &Payment| Position::new(row.created_at, row.id).encode());
    let names = creditors(conn, page.rows.iter().map(|row| row.debt_id))?;
    Ok(page.map(|payment| PaymentLine {
        original_creditor: names.get(&payment.debt_id).cloned().unwrap_or_default(),
        payment,
    }))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &PaymentFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(payments::id).limit(COUNT_LIMIT))
}

/// A payment with every field.
pub fn record(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<PaymentRecord>> {
    payments::table
        .inner_join(debts::table)
        .filter(payments::id.eq(id))
        .select(PaymentRecord::as_select())
        .first(conn)
        .optional()
}

/// The methods that payments were made with.
pub fn methods(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    // One step of the index for each method, instead of reading every payment.
    diesel::sql_query(
        "WITH RECURSIVE m AS ((SELECT payment_method AS name FROM payments WHERE payment_method IS NOT NULL ORDER BY 1 LIMIT 1) \
         UNION ALL SELECT (SELECT p.payment_method FROM payments p WHERE p.payment_method > m.name ORDER BY 1 LIMIT 1) \
         FROM m WHERE m.name IS NOT NULL) SELECT name::text FROM m WHERE name IS NOT NULL LIMIT 50",
    )
    .load::<Name>(conn)
    .map(|rows| rows.into_iter().map(|row| row.name).collect())
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}
