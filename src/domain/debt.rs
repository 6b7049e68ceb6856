//! A debt's status, and what of it may be paid.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use thiserror::Error;

use crate::domain::money::Cents;

/// The values of `debts.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum DebtStatus {
    /// Open; may be paid.
    Active,
    /// Paid in full.
    Resolved,
    /// Disputed by the consumer: no collection until verification was sent (12 CFR 1006.38(d)).
    Dispute,
    /// Paused by staff: bankruptcy, attorney, review.
    Hold,
    /// No longer with this company.
    Closed,
}

impl DebtStatus {
    /// Every status.
    pub const ALL: [DebtStatus; 5] = [Self::Active, Self::Resolved, Self::Dispute, Self::Hold, Self::Closed];

    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            DebtStatus::Active => "active",
            DebtStatus::Resolved => "resolved",
            DebtStatus::Dispute => "dispute",
            DebtStatus::Hold => "hold",
            DebtStatus::Closed => "closed",
        }
    }

    /// The status of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// What of a balance is still owed: nothing once the debt is resolved, also where it was settled for less.
    pub fn owed(self, balance: Cents) -> Cents {
        if self == DebtStatus::Resolved { Cents::ZERO } else { balance }
    }

    /// Whether the portal may take money for a debt in this status.
    pub const fn allows_payment(self) -> bool {
        match self {
            DebtStatus::Active => true,
            DebtStatus::Resolved | DebtStatus::Dispute | DebtStatus::Hold | DebtStatus::Closed => false,
        }
    }

    /// Whether staff may set this status to that one, by hand and with a reason. A hold is placed and lifted by itself
    /// ([`crate::domain::hold`]); paid in full is a fact of the money, so only a settlement for less is set by hand.
    pub const fn may_be_set_to(self, to: DebtStatus) -> bool {
        match (self, to) {
            (DebtStatus::Active, DebtStatus::Dispute | DebtStatus::Resolved | DebtStatus::Closed)
            | (DebtStatus::Dispute, DebtStatus::Active | DebtStatus::Resolved | DebtStatus::Closed)
            | (DebtStatus::Resolved, DebtStatus::Active | DebtStatus::Closed)
            | (DebtStatus::Hold, DebtStatus::Closed)
            | (DebtStatus::Closed, DebtStatus::Active) => true,
            (
                DebtStatus::Active | DebtStatus::Dispute | DebtStatus::Resolved | DebtStatus::Hold | DebtStatus::Closed,
                DebtStatus::Active | DebtStatus::Dispute | DebtStatus::Resolved | DebtStatus::Hold | DebtStatus::Closed,
            ) => false,
        }
    }

    /// The status once money has come or gone and `balance` remains. A debt that is paid in full is resolved, and open again
    /// when its money goes back; a dispute or a hold stays until staff lifts it, whatever was paid. The database's triggers
    /// do the same for other programs, and a test compares the two.
    pub const fn after(self, moved: MoneyMove, balance: Cents) -> DebtStatus {
        match (self, moved) {
            (DebtStatus::Active, MoneyMove::In | MoneyMove::Out) if balance.get() <= 0 => DebtStatus::Resolved,
            (DebtStatus::Resolved, MoneyMove::Out) if balance.get() > 0 => DebtStatus::Active,
            (
                DebtStatus::Active | DebtStatus::Resolved | DebtStatus::Dispute | DebtStatus::Hold | DebtStatus::Closed,
                MoneyMove::In | MoneyMove::Out,
            ) => self,
        }
    }
}

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyMove {
    /// To us: a payment, a refund that came back, a chargeback won.
    In,
    /// From us: a refund, a chargeback.
    Out,
}

impl FromSql<Text, Pg> for DebtStatus {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(bytes.as_bytes())?;
        Self::parse(text).ok_or_else(|| "an unknown debt status".into())
    }
}

impl ToSql<Text, Pg> for DebtStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

/// The money side of a debt, all in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// `debts.total_owed`.
    pub total_owed: Cents,
    /// `debts.amount_paid`.
    pub amount_paid: Cents,
    /// Bank debits on their way: pending payments that Stripe is processing.
    pub in_flight: Cents,
}

impl Figures {
    /// What is still owed; never below zero on a page (an excess is [`Figures::overpaid`]).
    pub fn balance(&self) -> Cents {
        self.total_owed.minus_floor_zero(self.amount_paid)
    }

    /// What was paid beyond the debt.
    pub fn overpaid(&self) -> Cents {
        self.amount_paid.minus_floor_zero(self.total_owed)
    }

    /// How much of the debt is paid, in whole percent.
    pub fn percent_paid(&self) -> u8 {
        self.amount_paid.percent_of(self.total_owed)
    }

    /// What may be paid now: the balance less the money in flight.
    pub fn payable(&self) -> Cents {
        self.balance().minus_floor_zero(self.in_flight)
    }
}

/// What the debtor chose to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All that is payable.
    Full,
    /// A part of it.
    Partial(Cents),
}

/// An amount that may be paid, and what remains after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// To be charged.
    pub amount: Cents,
    /// Payable afterwards: zero, or enough for another payment.
    pub remaining: Cents,
}

impl Quote {
    /// The value of `payments.payment_type`.
    pub fn payment_type(&self) -> &'static str {
        if self.remaining.is_positive() { "partial" } else { "full" }
    }
}

/// Why a choice cannot be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The debt's status does not allow payment.
    #[error("the debt's status does not allow payment")]
    Status(DebtStatus),
    /// Nothing is payable: all is paid, or the rest is on its way.
    #[error("nothing is payable")]
    NothingPayable,
    /// Less than a card network takes; the figure is what could be paid at least.
    #[error("below the minimum")]
    BelowMinimum(Cents),
    /// More than Stripe charges at once; the figure is the most it does.
    #[error("above what can be charged at once")]
    AboveMaximum(Cents),
    /// More than is payable; the figure is the most that can be paid.
    #[error("above the payable amount")]
    AbovePayable(Cents),
    /// What would remain is too small to be paid later; the figures are the payable amount and the largest partial one.
    #[error("the rest would be too small to pay")]
    RestTooSmall {
        /// All that is payable.
        payable: Cents,
        /// The largest partial amount that leaves a payable rest.
        largest_partial: Cents,
    },
}

/// Decides whether `choice` may be paid now. The visitor only chooses; the figures are the server's.
///
/// # Errors
/// [`Refusal`] says why not, with the figure that would do.
pub fn quote(status: DebtStatus, figures: &Figures, choice: Choice) -> Result<Quote, Refusal> {
    if !status.allows_payment() {
        return Err(Refusal::Status(status));
    }
    let payable = figures.payable();
    if payable < Cents::STRIPE_MINIMUM {
        return Err(Refusal::NothingPayable);
    }
    let amount = match choice {
        Choice::Full => payable,
        Choice::Partial(amount) => amount,
    };
    if amount < Cents::STRIPE_MINIMUM {
        return Err(Refusal::BelowMinimum(Cents::STRIPE_MINIMUM));
    }
    if amount > payable {
        return Err(Refusal::AbovePayable(payable));
    }
    if amount > Cents::STRIPE_MAXIMUM {
        return Err(Refusal::AboveMaximum(Cents::STRIPE_MAXIMUM));
    }
    let remaining = payable.minus_floor_zero(amount);
    if remaining.is_positive() && remaining < Cents::STRIPE_MINIMUM {
        let largest_partial = payable.minus_floor_zero(Cents::STRIPE_MINIMUM);
        return Err(Refusal::RestTooSmall { payable, largest_partial });
    }
    Ok(Quote { amount, remaining })
}

/// An account number as it may be shown: only its end, so that a page or print does not give it away.
pub fn truncated_account_number(number: &str) -> String {
    let kept: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = if kept.len() > 4 { 4 } else { kept.len() / 2 };
    let tail: String = kept.iter().skip(kept.len() - shown).collect();
    format!("\u{2022}\u{2022}\u{2022}\u{2022}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn figures(owed: i64, paid: i64, in_flight: i64) -> Figures {
        Figures { total_owed: Cents::new(owed), amount_paid: Cents::new(paid), in_flight: Cents::new(in_flight) }
    }

    fn partial(figures: Figures, cents: i64) -> Result<Quote, Refusal> {
        quote(DebtStatus::Active, &figures, Choice::Partial(Cents::new(cents)))
    }

    #[test]
    fn only_an_active_debt_takes_money() {
        for status in DebtStatus::ALL {
            let quoted = quote(status, &figures(10_000, 0, 0), Choice::Full);
            assert_eq!(quoted.is_ok(), status == DebtStatus::Active, "{status:?}");
        }
    }

    #[test]
    fn limits_name_the_figure_that_would_do() {
        let owed = figures(10_000, 2_000, 1_000);
        assert_eq!(quote(DebtStatus::Active, &owed, Choice::Full).unwrap().amount, Cents::new(7_000));
        assert_eq!(partial(owed, 49), Err(Refusal::BelowMinimum(Cents::new(50))));
        assert_eq!(partial(owed, 7_001), Err(Refusal::AbovePayable(Cents::new(7_000))));
        let too_small = Refusal::RestTooSmall { payable: Cents::new(7_000), largest_partial: Cents::new(6_950) };
        assert_eq!(partial(owed, 6_951), Err(too_small));
        assert_eq!(partial(owed, 6_950).unwrap().remaining, Cents::new(50));
        assert_eq!(partial(owed, 7_000).unwrap().payment_type(), "full");
        let large = figures(150_000_000, 0, 0);
        let at_once = Err(Refusal::AboveMaximum(Cents::new(99_999_999)));
        assert_eq!(quote(DebtStatus::Active, &large, Choice::Full), at_once);
        assert_eq!(partial(large, 100_000_000), at_once);
        assert_eq!(partial(large, 99_999_999).unwrap().remaining, Cents::new(50_000_001));
        assert_eq!(partial(figures(100, 100, 0), 50), Err(Refusal::NothingPayable));
        assert_eq!(partial(figures(100, 0, 100), 50), Err(Refusal::NothingPayable));
    }

    #[test]
    fn account_numbers_show_their_end_only() {
        assert_eq!(truncated_account_number("4417-1234-5678-9113"), "\u{2022}\u{2022}\u{2022}\u{2022}9113");
        assert_eq!(truncated_account_number("1234"), "\u{2022}\u{2022}\u{2022}\u{2022}34");
        assert_eq!(truncated_account_number(""), "\u{2022}\u{2022}\u{2022}\u{2022}");
    }

    proptest! {
        #[test]
        fn a_quote_never_takes_more_than_is_payable(owed in 0..100_000i64, paid in 0..100_000i64, flight in 0..100_000i64, cents in -10..200_000i64) {
            let figures = figures(owed, paid, flight);
            if let Ok(quote) = partial(figures, cents) {
                prop_assert!(quote.amount >= Cents::STRIPE_MINIMUM);
                prop_assert_eq!(quote.amount.checked_add(quote.remaining), Some(figures.payable()));
                prop_assert!(quote.remaining == Cents::ZERO || quote.remaining >= Cents::STRIPE_MINIMUM);
            }
        }
    }
}
