//! Days as people type them, and when they begin.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use thiserror::Error;

/// What was typed is no day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a day")]
pub struct NoDay;

/// A day as date fields send it, `2026-03-31`; `None` for an empty field.
///
/// # Errors
/// [`NoDay`], also for years that the database does not keep.
pub fn parse_day(typed: &str) -> Result<Option<NaiveDate>, NoDay> {
    if typed.is_empty() {
        return Ok(None);
    }
    let written = typed.len() == 10 && typed.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok().filter(|_| written);
    date.filter(|date| *date >= FIRST_DAY).map(Some).ok_or(NoDay)
}

const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The moment a day begins at a place. Where the clock skips midnight, the day begins when it goes on.
pub fn start_of(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let quarters = (0..=24).filter_map(|quarter| midnight.checked_add_signed(TimeDelta::minutes(15 * quarter)));
    let mut moments = quarters.filter_map(|time| zone.from_local_datetime(&time).earliest());
    moments.next().map(|moment| moment.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_company_s_midnight_or_when_the_clock_goes_on() {
        let start = |day: &str, zone: Tz| start_of(day.parse().unwrap(), zone).unwrap().to_rfc3339();
        assert_eq!(start("2026-11-24", chrono_tz::America::New_York), "2026-11-24T05:00:00+00:00");
        // The clocks of Santiago go forward at midnight.
        assert_eq!(start("2026-09-06", chrono_tz::America::Santiago), "2026-09-06T04:00:00+00:00");
        // And those of Havana go back at 1, so that midnight comes twice.
        assert_eq!(start("2026-11-01", chrono_tz::America::Havana), "2026-11-01T04:00:00+00:00");
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for typed in
            ["2026-02-31", "0000-01-01", "2026-1-5", "26-01-05", "2026-13-01", "+2026-1-05", "2026-01-05x", "x"]
        {
            assert!(parse_day(typed).is_err(), "{typed}");
        }
        for typed in ["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(parse_day(typed).ok().flatten().unwrap().to_string(), typed);
        }
        assert!(matches!(parse_day(""), Ok(None)));
    }
}
