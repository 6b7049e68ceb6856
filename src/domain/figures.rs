//! The figures of the dashboard: which period is looked at, how it is cut, and what the figures come to.

use std::fmt;

use crate::domain::money::Cents;

mod period;
mod sums;

pub use period::{Grouping, MOST_PARTS, Period, PeriodError, Recent, Span, day_of, hour_of};
pub use sums::{Funnel, Sum, Sums};

/// What is counted: the values of `figures.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FigureKind {
    /// Debts and what is owed, by status; a running total without a time.
    Debts,
    /// Money by the hour it arrived, by whether it came through a checkout of ours.
    Collected,
    /// Money by the hour it went back, by how.
    Returned,
    /// Payments begun in the portal, by the hour of that and by what became of them.
    Checkouts,
    /// Payments that other programs wrote, likewise.
    Payments,
    /// Answers to the identity check behind a personal link, by what came of them.
    Visits,
}

impl FigureKind {
    /// Those that happen at a time.
    pub const TIMED: [FigureKind; 5] = [Self::Collected, Self::Returned, Self::Checkouts, Self::Payments, Self::Visits];

    /// Money that arrived and that went back.
    pub const MONEY: [FigureKind; 2] = [Self::Collected, Self::Returned];
    /// What leads from a link to a payment.
    pub const FUNNEL: [FigureKind; 2] = [Self::Checkouts, Self::Visits];
    /// What became of payments.
    pub const OUTCOMES: [FigureKind; 2] = [Self::Checkouts, Self::Payments];

    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            FigureKind::Debts => "debts",
            FigureKind::Collected => "collected",
            FigureKind::Returned => "returned",
            FigureKind::Checkouts => "checkouts",
            FigureKind::Payments => "payments",
            FigureKind::Visits => "visits",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Debts].into_iter().chain(Self::TIMED).find(|kind| kind.as_str() == text)
    }
}

/// What came of an answer to the identity check: the keys of [`FigureKind::Visits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// The link was opened.
    Passed,
    /// Wrong link or wrong answer.
    Refused,
    /// Not looked at: too many wrong answers before it.
    Paused,
}

impl Visit {
    /// The value of `figures.key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Visit::Passed => "passed",
            Visit::Refused => "refused",
            Visit::Paused => "paused",
        }
    }
}

/// What became of a payment, as SQL's `payment_outcome` names it, in the order the dashboard lists them.
pub const OUTCOMES: [&str; 10] = [
    "completed",
    "partly_refunded",
    "refunded",
    "charged_back",
    "processing",
    "open",
    "declined",
    "expired",
    "canceled",
    "replaced",
];

/// The outcome of a payment that never came to a checkout; listed last.
pub const NOT_STARTED: &str = "not_started";

/// One figure: how many and how much, within one part of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub kind: FigureKind,
    /// Which part of the period, from 0.
    pub part: usize,
    /// Status, source or outcome.
    pub key: String,
    /// How many.
    pub count: i64,
    /// How much.
    pub amount: Cents,
}

/// An amount as a scale shows it: "$850", "$12.5k", "$3M".
pub fn short_amount(cents: i64) -> String {
    let tenths = |unit: i64, name: &str| {
        let tenths = cents.abs() / (unit / 10);
        match tenths % 10 {
            0 => format!("${}{name}", tenths / 10),
            rest => format!("${}.{rest}{name}", tenths / 10),
        }
    };
    let shown = match cents.abs() {
        0..1_000 if cents % 100 != 0 => format!("${}.{:02}", cents.abs() / 100, cents.abs() % 100),
        0..1_000_000 => format!("${}", Grouped(cents.abs() / 100)),
        1_000_000..100_000_000 => tenths(100_000, "k"),
        _ => tenths(100_000_000, "M"),
    };
    if cents < 0 { format!("\u{2212}{shown}") } else { shown }
}

/// A whole number with its thousands apart: "1,234,567".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped(pub i64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        if self.0 < 0 {
            f.write_str("\u{2212}")?;
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_short() {
        for (cents, shown) in [
            (0, "$0"),
            (50, "$0.50"),
            (85_000, "$850"),
            (999_900, "$9,999"),
            (1_250_000, "$12.5k"),
            (2_000_000, "$20k"),
            (300_000_000, "$3M"),
            (-1_000_000, "\u{2212}$10k"),
        ] {
            assert_eq!(short_amount(cents), shown);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(Grouped(999).to_string(), "999");
        assert_eq!(Grouped(-1_234_567).to_string(), "\u{2212}1,234,567");
    }
}
