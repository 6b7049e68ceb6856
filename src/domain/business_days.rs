//! Business days of the United States: neither Saturdays, Sundays nor the legal public holidays of 5 USC 6103(a).
//!
//! A holiday on a weekend is kept on the Friday before or the Monday after (5 USC 6103(b), Executive Order 11582). Both the day
//! itself and the one on which it is kept are left out, so that what is counted here never ends too early for anybody.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Whether most of the country works on that day.
pub fn is_business_day(day: NaiveDate) -> bool {
    !is_weekend(day) && !is_holiday(day)
}

/// The day that is `count` business days after `day`, which itself does not count. `None` where the calendar ends.
pub fn after(day: NaiveDate, count: u32) -> Option<NaiveDate> {
    let mut left = count;
    let mut day = day;
    while left > 0 {
        day = day.succ_opt()?;
        if is_business_day(day) {
            left -= 1;
        }
    }
    Some(day)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether a legal public holiday falls, or is kept, on that day.
pub fn is_holiday(day: NaiveDate) -> bool {
    // The New Year of the next year may be kept on the last day of this one.
    let years = [day.year().checked_add(1), Some(day.year())];
    years.into_iter().flatten().flat_map(holidays).any(|holiday| holiday == day || kept_on(holiday) == day)
}

/// The day on which a holiday is kept.
fn kept_on(holiday: NaiveDate) -> NaiveDate {
    let other = match holiday.weekday() {
        Weekday::Sat => holiday.pred_opt(),
        Weekday::Sun => holiday.succ_opt(),
        _ => None,
    };
    other.unwrap_or(holiday)
}

/// The legal public holidays of a year, in order: 5 USC 6103(a).
pub fn holidays(year: i32) -> Vec<NaiveDate> {
    let nth = |month, weekday, n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
    // The last one: a week before the first of the next month's.
    let last_monday_of_may = nth(6, Weekday::Mon, 1).and_then(|day| day.checked_sub_days(Days::new(7)));
    let juneteenth = NaiveDate::from_ymd_opt(year, 6, 19).filter(|_| year >= JUNETEENTH_SINCE);
    let all = [
        NaiveDate::from_ymd_opt(year, 1, 1),
        nth(1, Weekday::Mon, 3),
        nth(2, Weekday::Mon, 3),
        last_monday_of_may,
        juneteenth,
        NaiveDate::from_ymd_opt(year, 7, 4),
        nth(9, Weekday::Mon, 1),
        nth(10, Weekday::Mon, 2),
        NaiveDate::from_ymd_opt(year, 11, 11),
        nth(11, Weekday::Thu, 4),
        NaiveDate::from_ymd_opt(year, 12, 25),
    ];
    all.into_iter().flatten().collect()
}

/// Public Law 117-17 made it a holiday.
const JUNETEENTH_SINCE: i32 = 2021;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_eleven_holidays_of_2026() {
        let wanted = [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-05-25",
            "2026-06-19",
            "2026-07-04",
            "2026-09-07",
            "2026-10-12",
            "2026-11-11",
            "2026-11-26",
            "2026-12-25",
        ];
        assert_eq!(holidays(2026), wanted.map(day));
        assert_eq!(holidays(2020).len(), 10, "before Juneteenth was one");
        // May with five Mondays.
        assert!(holidays(2027).contains(&day("2027-05-31")));
    }

    #[test]
    fn a_holiday_on_a_weekend_is_kept_on_a_day_of_work_as_well() {
        for (kept, why) in [
            ("2026-07-03", "July 4, 2026 is a Saturday"),
            ("2021-12-31", "January 1, 2022 is a Saturday, of another year"),
            ("2022-06-20", "June 19, 2022 is a Sunday"),
            ("2023-11-10", "November 11, 2023 is a Saturday"),
            ("2022-12-26", "December 25, 2022 is a Sunday"),
        ] {
            assert!(is_holiday(day(kept)) && !is_business_day(day(kept)), "{why}");
        }
        for open in ["2026-07-06", "2026-11-27", "2026-12-24", "2022-01-03", "2020-06-19"] {
            assert!(is_business_day(day(open)), "{open}");
        }
    }

    #[test]
    fn five_business_days_after_known_days() {
        for (from, to, why) in [
            ("2026-11-16", "2026-11-23", "an ordinary week"),
            ("2026-11-20", "2026-11-30", "over Thanksgiving"),
            ("2026-11-21", "2026-11-30", "from a Saturday"),
            ("2026-12-21", "2026-12-29", "over Christmas"),
            ("2026-12-28", "2027-01-05", "over the New Year"),
            ("2026-06-29", "2026-07-07", "over Independence Day, kept on a Friday"),
            ("2026-06-15", "2026-06-23", "over Juneteenth"),
            ("2021-12-27", "2022-01-04", "over a New Year that is kept in the year before"),
        ] {
            assert_eq!(after(day(from), 5), Some(day(to)), "{why}");
        }
        assert_eq!(after(NaiveDate::MAX, 1), None);
        assert_eq!(after(day("2026-11-21"), 0), Some(day("2026-11-21")));
    }

    proptest! {
        #[test]
        fn so_many_business_days_lie_between(offset in 0..40_000u64, count in 1..30u32) {
            let from = day("1990-01-01").checked_add_days(Days::new(offset)).unwrap();
            let to = after(from, count).unwrap();
            prop_assert!(is_business_day(to));
            let between = from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| is_business_day(*day)).count();
            prop_assert_eq!(between, count as usize);
            prop_assert!(after(from.succ_opt().unwrap(), count).unwrap() >= to, "later from a later day");
        }

        #[test]
        fn every_year_has_its_holidays_in_order(year in 2021..2300i32) {
            let all = holidays(year);
            prop_assert_eq!(all.len(), 11);
            prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(all.iter().all(|day| is_holiday(*day)));
        }
    }
}
