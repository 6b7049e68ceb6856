//! What staff must look at: money that moved otherwise than our books expected.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::payment_flags;

/// Staff's list of findings, and dealing with one.
pub mod list;

use list::FlagGroup;

/// The kinds of `payment_flags.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagKind {
    /// Stripe's amount is not the payment's.
    AmountMismatch,
    /// Stripe's currency is not the deployment's.
    CurrencyMismatch,
    /// Test money where real money is expected, or the other way round.
    LivemodeMismatch,
    /// Another checkout claims to be this payment's.
    SessionMismatch,
    /// Two facts that cannot both be true.
    IllegalTransition,
    /// More was paid than was owed.
    Overpayment,
    /// Stripe knows a payment of ours that we do not.
    UnknownPayment,
    /// Money arrived for a debt that takes none now.
    PaidWhileClosed,
    /// Stripe tells of a refund or chargeback that does not fit its payment.
    RefundMismatch,
    /// A refund was refused or came back: the debtor is to get the money in another way.
    RefundFailed,
    /// The cardholder's bank asks about a payment.
    Inquiry,
    /// The cardholder's bank takes a payment back.
    Chargeback,
    /// More went back than was paid.
    ReturnedTooMuch,
    /// A credit card paid where only debit cards are to be taken.
    CreditCard,
}

impl FlagKind {
    /// Every kind.
    pub const ALL: [FlagKind; 14] = [
        FlagKind::AmountMismatch,
        FlagKind::CurrencyMismatch,
        FlagKind::LivemodeMismatch,
        FlagKind::SessionMismatch,
        FlagKind::IllegalTransition,
        FlagKind::Overpayment,
        FlagKind::UnknownPayment,
        FlagKind::PaidWhileClosed,
        FlagKind::RefundMismatch,
        FlagKind::RefundFailed,
        FlagKind::Inquiry,
        FlagKind::Chargeback,
        FlagKind::ReturnedTooMuch,
        FlagKind::CreditCard,
    ];

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<FlagKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What it is about.
    pub const fn group(self) -> FlagGroup {
        match self {
            FlagKind::Overpayment | FlagKind::PaidWhileClosed => FlagGroup::Overpayments,
            FlagKind::RefundFailed | FlagKind::Inquiry | FlagKind::Chargeback | FlagKind::CreditCard => {
                FlagGroup::Returns
            }
            FlagKind::AmountMismatch
            | FlagKind::CurrencyMismatch
            | FlagKind::LivemodeMismatch
            | FlagKind::SessionMismatch
            | FlagKind::IllegalTransition
            | FlagKind::UnknownPayment
            | FlagKind::RefundMismatch
            | FlagKind::ReturnedTooMuch => FlagGroup::Mismatches,
        }
    }

    /// Whether our books and Stripe's contradict each other, rather than that business is to be done.
    pub fn is_contradiction(kind: &str) -> bool {
        FlagKind::parse(kind).is_none_or(|kind| kind.group() == FlagGroup::Mismatches)
    }

    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            FlagKind::AmountMismatch => "amount_mismatch",
            FlagKind::CurrencyMismatch => "currency_mismatch",
            FlagKind::LivemodeMismatch => "livemode_mismatch",
            FlagKind::SessionMismatch => "session_mismatch",
            FlagKind::IllegalTransition => "illegal_transition",
            FlagKind::Overpayment => "overpayment",
            FlagKind::UnknownPayment => "unknown_payment",
            FlagKind::PaidWhileClosed => "paid_while_closed",
            FlagKind::RefundMismatch => "refund_mismatch",
            FlagKind::RefundFailed => "refund_failed",
            FlagKind::Inquiry => "inquiry",
            FlagKind::Chargeback => "chargeback",
            FlagKind::ReturnedTooMuch => "returned_too_much",
            FlagKind::CreditCard => "credit_card",
        }
    }
}

/// A flag to raise.
#[derive(Clone, Debug)]
pub struct NewFlag<'a> {
    /// The payment it is about, if we have it.
    pub payment_id: Option<Uuid>,
    /// Its debt.
    pub debt_id: Option<Uuid>,
    /// What is wrong.
    pub kind: FlagKind,
    /// The figures; no personal data.
    pub detail: &'a str,
    /// The event that told it.
    pub event_id: Option<&'a str>,
}

/// Raises a flag; the same one only once.
pub fn raise(conn: &mut PgConnection, flag: &NewFlag<'_>) -> QueryResult<()> {
    use payment_flags as t;
    // The unique index only knows findings that have a payment.
    if flag.payment_id.is_none() {
        let same = t::table
            .filter(t::payment_id.is_null())
            .filter(t::kind.eq(flag.kind.as_str()))
            .filter(t::detail.eq(flag.detail))
            .filter(t::debt_id.is_not_distinct_from(flag.debt_id));
        if diesel::select(diesel::dsl::exists(same)).get_result(conn)? {
            return Ok(());
        }
    }
    let raised = diesel::insert_into(t::table)
        .values((
            t::id.eq(Uuid::now_v7()),
            t::payment_id.eq(flag.payment_id),
            t::debt_id.eq(flag.debt_id),
            t::kind.eq(flag.kind.as_str()),
            t::detail.eq(flag.detail),
            t::stripe_event_id.eq(flag.event_id),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if raised > 0 {
        tracing::warn!(target: "quittance::money", kind = flag.kind.as_str(), payment = ?flag.payment_id, "flagged for staff");
    }
    Ok(())
}

/// Notes that the flags of this kind are dealt with.
pub fn resolve(conn: &mut PgConnection, payment_id: Uuid, kind: FlagKind, at: DateTime<Utc>) -> QueryResult<()> {
    use payment_flags as t;
    let open = t::table.filter(t::payment_id.eq(payment_id)).filter(t::kind.eq(kind.as_str()));
    diesel::update(open.filter(t::resolved_at.is_null())).set(t::resolved_at.eq(at)).execute(conn).map(drop)
}

/// A flag that waits for staff.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payment_flags, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Flag {
    pub id: Uuid,
    pub payment_id: Option<Uuid>,
    pub debt_id: Option<Uuid>,
    pub kind: String,
    pub detail: String,
    pub created_at: DateTime<Utc>,
}

/// The flags that wait for staff, oldest first.
pub fn open(conn: &mut PgConnection) -> QueryResult<Vec<Flag>> {
    use payment_flags as t;
    t::table.filter(t::resolved_at.is_null()).order((t::created_at, t::id)).select(Flag::as_select()).load(conn)
}

/// Notes that a flag is dealt with. False when there is no such open flag.
pub fn resolve_one(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> QueryResult<bool> {
    use payment_flags as t;
    let open = t::table.find(id).filter(t::resolved_at.is_null());
    Ok(diesel::update(open).set(t::resolved_at.eq(at)).execute(conn)? > 0)
}

/// How many flags of each kind wait for staff.
pub fn open_by_kind(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    use payment_flags as t;
    t::table
        .filter(t::resolved_at.is_null())
        .group_by(t::kind)
        .select((t::kind, diesel::dsl::count_star()))
        .order(t::kind)
        .load(conn)
}
