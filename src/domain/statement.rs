//! A debt's money lines with a running balance.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::money::{Cents, Change};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Money paid before the account came to us.
    Prior,
    /// A payment.
    Payment,
    /// Money given back.
    Refund,
    /// A refund that came back or was stopped.
    RefundReturned,
    /// Money the bank took back.
    Chargeback,
    /// Money the bank gave back again.
    ChargebackReversed,
    /// What another program recorded without saying more.
    Correction,
}

impl LineKind {
    /// Every kind.
    pub const ALL: [LineKind; 7] = [
        LineKind::Prior,
        LineKind::Payment,
        LineKind::Refund,
        LineKind::RefundReturned,
        LineKind::Chargeback,
        LineKind::ChargebackReversed,
        LineKind::Correction,
    ];

    /// The word for it in locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            LineKind::Prior => "prior",
            LineKind::Payment => "payment",
            LineKind::Refund => "refund",
            LineKind::RefundReturned => "refund-returned",
            LineKind::Chargeback => "chargeback",
            LineKind::ChargebackReversed => "chargeback-reversed",
            LineKind::Correction => "correction",
        }
    }
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: LineKind,
    /// Of which payment.
    pub payment_id: Uuid,
    /// In cents; positive where it lessens the balance.
    pub paid: Cents,
}

/// A movement and the balance after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The movement.
    pub movement: Movement,
    /// Owed afterwards; below zero where more was paid than owed.
    pub balance: Cents,
}

impl Line {
    /// What the movement does to the balance.
    pub fn change(&self) -> Change {
        Change(Cents::new(self.movement.paid.get().saturating_neg()))
    }
}

/// The lines of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Owed when the period began.
    pub opening: Cents,
    /// Every line of the period, oldest first.
    pub lines: Vec<Line>,
    /// Owed when it ended.
    pub closing: Cents,
}

impl Statement {
    /// The statement from `from` to before `until` of a debt of `owed` with these movements.
    pub fn of(
        owed: Cents,
        mut movements: Vec<Movement>,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Self {
        // The order of one instant: what was paid stands before what went back of it.
        movements.sort_by_key(|m| (m.at, !m.paid.is_positive(), m.payment_id));
        let mut balance = owed;
        let mut opening = owed;
        let mut lines = Vec::new();
        for movement in movements {
            if until.is_some_and(|until| movement.at >= until) {
                break;
            }
            balance = Cents::new(balance.get().saturating_sub(movement.paid.get()));
            if from.is_some_and(|from| movement.at < from) {
                opening = balance;
            } else {
                lines.push(Line { movement, balance });
            }
        }
        Statement { opening, lines, closing: balance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(day: i64, kind: LineKind, cents: i64) -> Movement {
        let at = DateTime::from_timestamp(1_790_000_000 + day * 86_400, 0).unwrap();
        Movement { at, kind, payment_id: Uuid::nil(), paid: Cents::new(cents) }
    }

    #[test]
    fn a_period_carries_the_balance_on() {
        let all = vec![
            movement(3, LineKind::Refund, -4_000),
            movement(1, LineKind::Payment, 6_000),
            movement(5, LineKind::Payment, 9_000),
        ];
        let whole = Statement::of(Cents::new(10_000), all.clone(), None, None);
        let balances: Vec<i64> = whole.lines.iter().map(|l| l.balance.get()).collect();
        assert_eq!((whole.opening.get(), balances, whole.closing.get()), (10_000, vec![4_000, 8_000, -1_000], -1_000));
        let day = |day| Some(movement(day, LineKind::Payment, 0).at);
        let part = Statement::of(Cents::new(10_000), all, day(2), day(5));
        assert_eq!((part.opening.get(), part.lines.len(), part.closing.get()), (4_000, 1, 8_000));
    }

    #[test]
    fn an_empty_period_opens_and_closes_alike() {
        let later = Statement::of(
            Cents::new(500),
            vec![movement(1, LineKind::Payment, 200)],
            Some(movement(2, LineKind::Payment, 0).at),
            None,
        );
        assert_eq!((later.opening.get(), later.lines.len(), later.closing.get()), (300, 0, 300));
    }
}
