//! Which period is looked at, and how it is cut.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use thiserror::Error;

use crate::domain::calendar::start_of;
use crate::domain::figures::{Figure, Sums};

/// How a period is cut into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// By the hour.
    Hour,
    /// By the day.
    Day,
    /// By the week, which begins on Monday.
    Week,
    /// By the month.
    Month,
}

impl Grouping {
    /// Every grouping, finest first.
    pub const ALL: [Grouping; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// Its name in addresses and locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Grouping::Hour => "hour",
            Grouping::Day => "day",
            Grouping::Week => "week",
            Grouping::Month => "month",
        }
    }

    /// The grouping of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.as_str() == text)
    }

    /// The one that makes a period of so many days readable.
    fn fitting(days: i64) -> Grouping {
        match days {
            ..=2 => Grouping::Hour,
            3..=62 => Grouping::Day,
            63..=186 => Grouping::Week,
            _ => Grouping::Month,
        }
    }

    /// The first day of the part after the one that holds `day`; `None` beyond the calendar.
    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Grouping::Hour | Grouping::Day => day.succ_opt(),
            Grouping::Week => day.week(Weekday::Mon).first_day().checked_add_days(Days::new(7)),
            Grouping::Month => day.with_day(1)?.checked_add_months(Months::new(1)),
        }
    }
}

/// The period that somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Today.
    Today,
    /// The last seven days with today.
    Week,
    /// The last thirty days with today.
    Month,
    /// This month and the eleven before.
    Year,
    /// From one day to another, both included.
    Days {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
}

impl Span {
    /// The spans with a name.
    pub const NAMED: [Span; 4] = [Self::Today, Self::Week, Self::Month, Self::Year];

    /// Its name in addresses and locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Span::Today => "today",
            Span::Week => "week",
            Span::Month => "month",
            Span::Year => "year",
            Span::Days { .. } => "days",
        }
    }

    /// The named span.
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|span| span.as_str() == text)
    }

    /// Its first and last day.
    fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        match self {
            Span::Today => (today, today),
            Span::Week => (back(6), today),
            Span::Month => (back(29), today),
            Span::Year => {
                let month = today.with_day(1).unwrap_or(today);
                (month.checked_sub_months(Months::new(11)).unwrap_or(month), today)
            }
            Span::Days { from, to } => (from, to),
        }
    }
}

/// Why a period cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// The first day comes after the last.
    #[error("the first day comes after the last")]
    Reversed,
    /// It would have more parts than a chart can show.
    #[error("too many parts")]
    TooFine,
}

/// The most parts that are shown: a year by the day with room to spare.
pub const MOST_PARTS: usize = 400;

/// A period, cut into parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// How it is cut.
    pub grouping: Grouping,
    /// When its parts begin and, last, when it ends: whole hours of UTC, as the figures are kept. Where a clock is off by half
    /// an hour, a day begins with the hour that its midnight is in.
    pub cuts: Vec<DateTime<Utc>>,
    /// When the period before it began, which is as many days long.
    pub before: DateTime<Utc>,
}

impl Period {
    /// Cuts a period at the company's days.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn cut(span: Span, grouping: Option<Grouping>, today: NaiveDate, zone: Tz) -> Result<Period, PeriodError> {
        let (from, to) = span.days(today);
        if from > to {
            return Err(PeriodError::Reversed);
        }
        let days = (to - from).num_days() + 1;
        let grouping = grouping.unwrap_or_else(|| Grouping::fitting(days));
        let end = to.succ_opt().ok_or(PeriodError::TooFine)?;
        let at = |day| start_of(day, zone).map(hour_of).ok_or(PeriodError::TooFine);
        let mut cuts = Vec::new();
        let mut day = from;
        while day < end {
            let next = grouping.next(day).ok_or(PeriodError::TooFine)?.min(end);
            let (mut begins, ends) = (at(day)?, at(next)?);
            while begins < ends {
                cuts.push(begins);
                begins = if grouping == Grouping::Hour { begins + TimeDelta::hours(1) } else { ends };
            }
            if cuts.len() > MOST_PARTS {
                return Err(PeriodError::TooFine);
            }
            day = next;
        }
        cuts.push(at(end)?);
        let first = from.checked_sub_signed(TimeDelta::days(days)).unwrap_or(from);
        Ok(Period { from, to, grouping, before: at(first)?, cuts })
    }

    /// Its cuts, and before them that of the period before, which is part 0 then.
    pub fn cuts_with_before(&self) -> Vec<DateTime<Utc>> {
        [self.before].into_iter().chain(self.cuts.iter().copied()).collect()
    }

    /// When its parts begin.
    pub fn parts(&self) -> &[DateTime<Utc>] {
        self.cuts.split_last().map_or(&[], |(_, parts)| parts)
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }
}

/// Today, this week and this month, which the dashboard always tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// When they begin and, last, when today ends.
    pub cuts: Vec<DateTime<Utc>>,
    begins: [DateTime<Utc>; 3],
}

impl Recent {
    /// Cut at the company's days; `None` beyond the calendar.
    pub fn cut(today: NaiveDate, zone: Tz) -> Option<Recent> {
        let at = |day| start_of(day, zone).map(hour_of);
        let begins = [at(today)?, at(today.week(Weekday::Mon).first_day())?, at(today.with_day(1)?)?];
        let mut cuts = vec![at(today.succ_opt()?)?];
        cuts.extend(begins);
        cuts.sort_unstable();
        cuts.dedup();
        Some(Recent { cuts, begins })
    }

    /// The sums of today, of this week and of this month.
    pub fn sums(&self, figures: &[Figure]) -> [Sums; 3] {
        self.begins.map(|begins| {
            let within = |figure: &&Figure| self.cuts.get(figure.part).is_some_and(|at| *at >= begins);
            Sums::of(&figures.iter().filter(within).cloned().collect::<Vec<_>>())
        })
    }
}

/// The day at the company's place that a part which begins at `at` begins with. Where a clock is off by half an hour, the part
/// begins a little before its day.
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    (at + TimeDelta::minutes(59)).with_timezone(&zone).date_naive()
}

/// The hour of UTC that a moment is in, as the figures are kept.
pub fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(3600))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::FigureKind;
    use crate::domain::money::Cents;
    use chrono_tz::America::{Los_Angeles, New_York};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn between(from: &str, to: &str, grouping: Grouping) -> Period {
        let span = Span::Days { from: day(from), to: day(to) };
        Period::cut(span, Some(grouping), day("2026-11-24"), New_York).unwrap()
    }

    fn shown(period: &Period) -> Vec<String> {
        period.cuts.iter().map(|at| at.format("%m-%d %H").to_string()).collect()
    }

    #[test]
    fn a_day_has_as_many_hours_as_its_clock_shows() {
        for (on, hours) in [("2026-11-24", 24), ("2026-11-01", 25), ("2026-03-08", 23)] {
            let period = between(on, on, Grouping::Hour);
            assert_eq!(period.parts().len(), hours, "{on}");
            assert!(period.cuts.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::hours(1)), "{on}");
        }
    }

    #[test]
    fn days_begin_at_the_company_s_midnight_on_both_sides_of_a_clock_change() {
        assert_eq!(
            shown(&between("2026-10-31", "2026-11-02", Grouping::Day)),
            ["10-31 04", "11-01 04", "11-02 05", "11-03 05"]
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first_except_where_the_period_begins() {
        // 2026-11-04 is a Wednesday.
        assert_eq!(
            shown(&between("2026-11-04", "2026-11-17", Grouping::Week)),
            ["11-04 05", "11-09 05", "11-16 05", "11-18 05"]
        );
        assert_eq!(
            shown(&between("2026-01-31", "2026-03-01", Grouping::Month)),
            ["01-31 05", "02-01 05", "03-01 05", "03-02 05"]
        );
    }

    #[test]
    fn named_spans_end_today_and_choose_a_readable_grouping() {
        let today = day("2026-03-31");
        for (name, from, grouping, parts) in [
            ("today", "2026-03-31", Grouping::Hour, 24),
            ("week", "2026-03-25", Grouping::Day, 7),
            ("month", "2026-03-02", Grouping::Day, 30),
            ("year", "2025-04-01", Grouping::Month, 12),
        ] {
            let period = Period::cut(Span::parse(name).unwrap(), None, today, Los_Angeles).unwrap();
            assert_eq!(
                (period.from, period.to, period.grouping, period.parts().len()),
                (day(from), today, grouping, parts)
            );
        }
    }

    #[test]
    fn the_period_before_has_as_many_days() {
        let period = between("2026-11-10", "2026-11-16", Grouping::Day);
        assert_eq!(period.before.to_rfc3339(), "2026-11-03T05:00:00+00:00");
    }

    #[test]
    fn what_no_chart_can_show_is_refused() {
        let cut = |from: &str, to: &str, grouping| {
            let span = Span::Days { from: day(from), to: day(to) };
            Period::cut(span, Some(grouping), day("2026-11-24"), New_York).map(|period| period.parts().len())
        };
        assert_eq!(cut("2026-11-02", "2026-11-01", Grouping::Day), Err(PeriodError::Reversed));
        assert_eq!(cut("0001-01-01", "9999-12-31", Grouping::Month), Err(PeriodError::TooFine));
        assert_eq!(cut("2026-01-01", "2026-12-31", Grouping::Hour), Err(PeriodError::TooFine));
        assert_eq!(cut("2026-01-01", "2026-12-31", Grouping::Day), Ok(365));
        assert_eq!(cut("9999-12-01", "9999-12-31", Grouping::Day), Ok(31));
    }

    #[test]
    fn today_this_week_and_this_month_overlap_as_they_do() {
        // A Wednesday, the fourth of its month: the week began in the same month, two days after it.
        let recent = Recent::cut(day("2026-11-04"), New_York).unwrap();
        let shown: Vec<String> = recent.cuts.iter().map(|at| at.format("%m-%d %H").to_string()).collect();
        assert_eq!(shown, ["11-01 04", "11-02 05", "11-04 05", "11-05 05"]);
        let figure = |part, cents| Figure {
            kind: FigureKind::Collected,
            part,
            key: "checkout".to_owned(),
            count: 1,
            amount: Cents::new(cents),
        };
        let sums = recent.sums(&[figure(0, 1), figure(1, 20), figure(2, 300)]);
        assert_eq!(sums.map(|sums| sums.net().get()), [300, 320, 321]);
        // On a Monday that is the first of a month all three are one.
        assert_eq!(Recent::cut(day("2026-06-01"), New_York).unwrap().cuts.len(), 2);
    }

    #[test]
    fn a_part_is_named_after_its_day_also_where_the_clock_is_half_an_hour_off() {
        let zone = chrono_tz::Asia::Kolkata;
        let span = Span::Days { from: day("2026-11-04"), to: day("2026-11-05") };
        let period = Period::cut(span, Some(Grouping::Day), day("2026-11-24"), zone).unwrap();
        let named: Vec<NaiveDate> = period.parts().iter().map(|at| day_of(*at, zone)).collect();
        assert_eq!(named, [day("2026-11-04"), day("2026-11-05")]);
    }

    proptest! {
        #[test]
        fn the_parts_cover_the_period_without_gap_or_overlap(start in 0..20_000_i64, length in 0..300_i64, which in 0..4_usize) {
            let from = day("1990-01-01") + TimeDelta::days(start);
            let span = Span::Days { from, to: from + TimeDelta::days(length) };
            let cut = |grouping| Period::cut(span, Some(grouping), from, New_York);
            let (Ok(fine), Ok(period)) = (cut(Grouping::Day), cut(Grouping::ALL[which])) else { return Ok(()) };
            prop_assert!(period.cuts.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(period.cuts.first(), fine.cuts.first());
            prop_assert_eq!(period.cuts.last(), fine.cuts.last());
            if Grouping::ALL[which] != Grouping::Hour {
                prop_assert!(period.cuts.iter().all(|cut| fine.cuts.contains(cut)));
            }
        }
    }
}
