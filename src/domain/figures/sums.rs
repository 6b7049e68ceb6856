//! What the figures of a period come to.

use crate::domain::figures::{Figure, FigureKind, NOT_STARTED, OUTCOMES, Visit};
use crate::domain::money::Cents;

/// How many and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// How much.
    pub amount: Cents,
}

impl Sum {
    fn add(&mut self, figure: &Figure) {
        self.count = self.count.saturating_add(figure.count);
        self.amount = self.amount.plus(figure.amount);
    }
}

/// The figures of one part of a period, or of a whole one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Money that arrived through checkouts.
    pub by_checkout: Sum,
    /// Money that arrived otherwise.
    pub otherwise: Sum,
    /// Money that was refunded.
    pub refunded: Sum,
    /// Money that banks took back.
    pub charged_back: Sum,
    /// Links opened.
    pub opened: i64,
    /// Wrong answers.
    pub refused: i64,
    /// Answers that were not looked at.
    pub paused: i64,
    /// Payments begun, by outcome: through checkouts, and by other programs.
    outcomes: [(Sum, Sum); OUTCOMES.len() + 1],
}

/// From an opened link to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funnel {
    /// Links opened: identity checks passed.
    pub opened: i64,
    /// Checkouts begun.
    pub started: i64,
    /// Checkouts begun in the period that brought money, whatever went back later.
    pub paid: i64,
}

impl Funnel {
    /// How many of the links opened a count is, in whole percent; more than 100 where a visit led to more than one. `None` where
    /// no link was opened.
    pub fn share(&self, count: i64) -> Option<i64> {
        (self.opened > 0).then(|| count.saturating_mul(100) / self.opened)
    }
}

impl Sums {
    /// The sums of each of `parts` parts, in order.
    pub fn of_parts(figures: &[Figure], parts: usize) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); parts];
        for figure in figures {
            if let Some(part) = sums.get_mut(figure.part) {
                part.add(figure);
            }
        }
        sums
    }

    /// The sums of everything.
    pub fn of(figures: &[Figure]) -> Sums {
        let mut sums = Sums::default();
        figures.iter().for_each(|figure| sums.add(figure));
        sums
    }

    fn add(&mut self, figure: &Figure) {
        let key = figure.key.as_str();
        match figure.kind {
            FigureKind::Debts => {}
            FigureKind::Collected if key == "checkout" => self.by_checkout.add(figure),
            FigureKind::Collected => self.otherwise.add(figure),
            FigureKind::Returned if key == "refunded" => self.refunded.add(figure),
            FigureKind::Returned => self.charged_back.add(figure),
            FigureKind::Visits if key == Visit::Passed.as_str() => self.opened += figure.count,
            FigureKind::Visits if key == Visit::Refused.as_str() => self.refused += figure.count,
            FigureKind::Visits => self.paused += figure.count,
            FigureKind::Checkouts | FigureKind::Payments => {
                if let Some((checkouts, others)) = place(key).and_then(|place| self.outcomes.get_mut(place)) {
                    if figure.kind == FigureKind::Checkouts { checkouts.add(figure) } else { others.add(figure) }
                }
            }
        }
    }

    /// What arrived.
    pub fn arrived(&self) -> Cents {
        self.by_checkout.amount.plus(self.otherwise.amount)
    }

    /// How many payments arrived.
    pub fn arrivals(&self) -> i64 {
        self.by_checkout.count + self.otherwise.count
    }

    /// What went back.
    pub fn went_back(&self) -> Cents {
        self.refunded.amount.plus(self.charged_back.amount)
    }

    /// What arrived less what went back, which may be below zero.
    pub fn net(&self) -> Cents {
        Cents::new(self.arrived().get().saturating_sub(self.went_back().get()))
    }

    /// What became of the payments begun, in the order of [`OUTCOMES`]: the outcome, all of them, those through checkouts.
    pub fn outcomes(&self) -> impl Iterator<Item = (&'static str, Sum, Sum)> {
        OUTCOMES.into_iter().chain([NOT_STARTED]).zip(self.outcomes).map(|(outcome, (checkouts, others))| {
            let count = checkouts.count.saturating_add(others.count);
            (outcome, Sum { count, amount: checkouts.amount.plus(others.amount) }, checkouts)
        })
    }

    /// Those outcomes that there were.
    pub fn met_outcomes(&self) -> impl Iterator<Item = (&'static str, Sum, Sum)> {
        self.outcomes().filter(|(_, all, _)| all.count != 0)
    }

    /// From an opened link to a payment.
    pub fn funnel(&self) -> Funnel {
        let paid = ["completed", "partly_refunded", "refunded", "charged_back"];
        let checkouts = || self.outcomes().map(|(outcome, _, checkouts)| (outcome, checkouts.count));
        Funnel {
            opened: self.opened,
            // Stripe never opened the rest.
            started: checkouts().filter(|(outcome, _)| *outcome != NOT_STARTED).map(|(_, count)| count).sum(),
            paid: checkouts().filter(|(outcome, _)| paid.contains(outcome)).map(|(_, count)| count).sum(),
        }
    }
}

fn place(outcome: &str) -> Option<usize> {
    OUTCOMES.into_iter().chain([NOT_STARTED]).position(|known| known == outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(kind: FigureKind, part: usize, key: &str, count: i64, cents: i64) -> Figure {
        Figure { kind, part, key: key.to_owned(), count, amount: Cents::new(cents) }
    }

    fn figures() -> Vec<Figure> {
        vec![
            figure(FigureKind::Collected, 0, "checkout", 2, 3_000),
            figure(FigureKind::Collected, 2, "other", 1, 500),
            figure(FigureKind::Returned, 2, "refunded", 1, 4_000),
            figure(FigureKind::Returned, 2, "charged_back", 1, 100),
            figure(FigureKind::Checkouts, 0, "completed", 2, 3_000),
            figure(FigureKind::Checkouts, 0, "refunded", 1, 4_000),
            figure(FigureKind::Checkouts, 1, "expired", 3, 900),
            figure(FigureKind::Checkouts, 1, "not_started", 1, 900),
            figure(FigureKind::Payments, 1, "completed", 7, 700),
            figure(FigureKind::Visits, 1, "passed", 9, 0),
            figure(FigureKind::Visits, 1, "refused", 4, 0),
            figure(FigureKind::Visits, 1, "paused", 2, 0),
        ]
    }

    #[test]
    fn money_is_what_arrived_less_what_went_back_part_by_part() {
        let parts = Sums::of_parts(&figures(), 4);
        let net: Vec<i64> = parts.iter().map(|part| part.net().get()).collect();
        assert_eq!(net, [3_000, 0, -3_600, 0]);
        let whole = Sums::of(&figures());
        assert_eq!(
            (whole.arrived(), whole.went_back(), whole.net()),
            (Cents::new(3_500), Cents::new(4_100), Cents::new(-600))
        );
        assert_eq!(whole.arrivals(), 3);
    }

    #[test]
    fn the_funnel_counts_what_went_through_the_portal() {
        let whole = Sums::of(&figures());
        assert_eq!(whole.funnel(), Funnel { opened: 9, started: 6, paid: 3 });
        assert_eq!((whole.refused, whole.paused), (4, 2));
    }

    #[test]
    fn outcomes_are_listed_in_one_order_with_nothing_lost() {
        let whole = Sums::of(&figures());
        let names: Vec<&str> = whole.outcomes().map(|(outcome, ..)| outcome).collect();
        assert_eq!(names.len(), 11);
        assert_eq!((names[0], names[10]), ("completed", "not_started"));
        assert_eq!(whole.outcomes().map(|(_, all, _)| all.count).sum::<i64>(), 14);
        assert_eq!(whole.outcomes().next().unwrap().1, Sum { count: 9, amount: Cents::new(3_700) });
    }
}
