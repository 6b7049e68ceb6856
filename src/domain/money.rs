//! Money as integer cents.

use std::fmt;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Numeric;
use thiserror::Error;

/// An amount in cents of the deployment's currency. Never negative where a visitor typed it; differences may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Numeric)]
pub struct Cents(i64);

/// The largest amount that DECIMAL(10,2) holds.
const MAX_CENTS: i64 = 9_999_999_999;

/// Why something typed is not an amount of money. Each has its own sentence in `locales/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// More than two digits after the point.
    #[error("more than two decimals")]
    TooPrecise,
    /// A minus sign.
    #[error("negative amount")]
    Negative,
    /// More than DECIMAL(10,2) can hold.
    #[error("amount too large")]
    TooLarge,
    /// Anything else.
    #[error("not an amount")]
    NotANumber,
}

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);
    /// The least Stripe charges in US dollars: <https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>.
    pub const STRIPE_MINIMUM: Cents = Cents(50);

    /// The most Stripe charges at once in US dollars: the same page.
    pub const STRIPE_MAXIMUM: Cents = Cents(99_999_999);

    /// An amount from integer cents, as Stripe sends it or as SQL computed it.
    pub const fn new(cents: i64) -> Self {
        Self(cents)
    }

    /// The integer cents, as Stripe takes them.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` on overflow.
    pub fn checked_add(self, other: Cents) -> Option<Cents> {
        self.0.checked_add(other.0).map(Cents)
    }

    /// The sum, at most the largest there is: for adding up what a database holds, which is far below.
    pub fn plus(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }

    /// The difference, which may be negative; `None` on overflow.
    pub fn checked_sub(self, other: Cents) -> Option<Cents> {
        self.0.checked_sub(other.0).map(Cents)
    }

    /// The difference, but never below zero.
    pub fn minus_floor_zero(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0).max(0))
    }

    /// Whether there is any money at all.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// What of a whole is done, in whole percent from 0 to 100, rounded down so that 100 means all of it.
    pub fn percent_of(self, whole: Cents) -> u8 {
        if whole.0 <= 0 {
            return 100;
        }
        let percent = self.0.max(0).saturating_mul(100) / whole.0;
        u8::try_from(percent.min(100)).unwrap_or(100)
    }

    /// Reads what a visitor typed: `12`, `12.5`, `12.50`, `1,234.50`, with or without a leading `$`.
    ///
    /// # Errors
    /// [`AmountError`] tells what is wrong; exponents, signs, other scripts' digits and misplaced commas are refused.
    pub fn parse_typed(typed: &str) -> Result<Cents, AmountError> {
        let text = typed.trim();
        let text = text.strip_prefix('$').map_or(text, str::trim_start);
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
            let numeric = rest.chars().all(|c| c.is_ascii_digit() || ".,$ ".contains(c)) && !rest.is_empty();
            return Err(if numeric { AmountError::Negative } else { AmountError::NotANumber });
        }
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(AmountError::NotANumber),
            None => (text, ""),
        };
        let whole = ungroup(whole)?;
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        if fraction.len() > 2 {
            return Err(AmountError::TooPrecise);
        }
        let significant = whole.trim_start_matches('0');
        if significant.len() > 8 {
            return Err(AmountError::TooLarge);
        }
        let digits = format!("{significant}{fraction:0<2}");
        digits.parse().map(Cents).map_err(|_| AmountError::NotANumber)
    }

    /// The amount without a currency sign or grouping, as a form field holds it: `1234.50`.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// A change of a balance, its sign always said: `+$40.00`, `−$60.00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change(pub Cents);

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cents(cents) = self.0;
        let sign = match cents {
            0 => "",
            1.. => "+",
            _ => "\u{2212}",
        };
        write!(f, "{sign}{}", Cents(cents.saturating_abs()))
    }
}

/// Removes thousands commas, refusing any that stand elsewhere than before each group of three digits.
fn ungroup(whole: &str) -> Result<String, AmountError> {
    let groups: Vec<&str> = whole.split(',').collect();
    let digits_only = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let grouped_right = match groups.split_first() {
        Some((_, [])) => true,
        Some((first, rest)) => (1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3),
        None => false,
    };
    if digits_only && grouped_right { Ok(groups.concat()) } else { Err(AmountError::NotANumber) }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.unsigned_abs();
        let whole = (cents / 100).to_string();
        f.write_str(if self.0 < 0 { "-$" } else { "$" })?;
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", cents % 100)
    }
}

impl FromSql<Numeric, Pg> for Cents {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let decimal = <BigDecimal as FromSql<Numeric, Pg>>::from_sql(bytes)?;
        let (cents, scale) = (decimal * BigDecimal::from(100)).normalized().into_bigint_and_exponent();
        let cents = if scale > 0 { None } else { (cents * BigInt::from(10).pow(u32::try_from(-scale)?)).to_i64() };
        cents.map(Cents).ok_or_else(|| "an amount that is not whole cents".into())
    }
}

impl ToSql<Numeric, Pg> for Cents {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        if self.0.abs() > MAX_CENTS {
            return Err("an amount beyond DECIMAL(10,2)".into());
        }
        let decimal = BigDecimal::new(BigInt::from(self.0), 2);
        <BigDecimal as ToSql<Numeric, Pg>>::to_sql(&decimal, &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_people_type_them() {
        for (typed, cents) in [
            ("12", 1200),
            ("12.5", 1250),
            ("12.50", 1250),
            (" $1,234.50 ", 123_450),
            ("$ 5", 500),
            (".50", 50),
            ("007", 700),
            ("99999999.99", 9_999_999_999),
            ("1,234,567", 123_456_700),
        ] {
            assert_eq!(Cents::parse_typed(typed), Ok(Cents(cents)), "{typed}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused_with_its_reason() {
        for (typed, error) in [
            ("", AmountError::Empty),
            ("  ", AmountError::Empty),
            ("$", AmountError::Empty),
            ("-5", AmountError::Negative),
            ("\u{2212}5", AmountError::Negative),
            ("12.345", AmountError::TooPrecise),
            ("12345678901234567890", AmountError::TooLarge),
            ("100000000", AmountError::TooLarge),
            ("1e3", AmountError::NotANumber),
            ("NaN", AmountError::NotANumber),
            ("inf", AmountError::NotANumber),
            ("+5", AmountError::NotANumber),
            ("0x10", AmountError::NotANumber),
            ("1,23", AmountError::NotANumber),
            (",123", AmountError::NotANumber),
            ("12,50", AmountError::NotANumber),
            ("12.", AmountError::NotANumber),
            (".", AmountError::NotANumber),
            ("1.2.3", AmountError::NotANumber),
            ("1 000", AmountError::NotANumber),
            ("\u{0661}\u{0662}", AmountError::NotANumber),
            ("\u{FF11}\u{FF12}", AmountError::NotANumber),
            ("5\0", AmountError::NotANumber),
            ("--5", AmountError::NotANumber),
        ] {
            assert_eq!(Cents::parse_typed(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn display_groups_thousands() {
        for (cents, shown) in
            [(0, "$0.00"), (5, "$0.05"), (123_450, "$1,234.50"), (100_000_000, "$1,000,000.00"), (-1, "-$0.01")]
        {
            assert_eq!(Cents(cents).to_string(), shown);
        }
    }

    #[test]
    fn percent_is_hundred_only_when_all_is_paid() {
        assert_eq!(Cents(99_999).percent_of(Cents(100_000)), 99);
        assert_eq!(Cents(100_000).percent_of(Cents(100_000)), 100);
        assert_eq!(Cents(150_000).percent_of(Cents(100_000)), 100);
        assert_eq!(Cents(0).percent_of(Cents(0)), 100);
    }

    proptest! {
        #[test]
        fn every_amount_survives_being_shown_and_typed(cents in 0..=MAX_CENTS) {
            prop_assert_eq!(Cents::parse_typed(&Cents(cents).to_string()), Ok(Cents(cents)));
            prop_assert_eq!(Cents::parse_typed(&Cents(cents).plain()), Ok(Cents(cents)));
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in ".{0,40}") {
            let _ = Cents::parse_typed(&text);
        }
    }
}
