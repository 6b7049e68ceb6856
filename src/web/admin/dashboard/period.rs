//! The period that the dashboard shows, as its address says it.

use chrono::NaiveDate;
use chrono_tz::Tz;
use url::form_urlencoded;

use crate::domain::calendar::parse_day;
use crate::domain::figures::{Grouping, Period, PeriodError, Span};
use crate::web::page::Chrome;

/// What was asked for, as typed, and what is wrong with it.
pub struct Asked {
    /// The span that was asked for by name.
    pub span: Option<Span>,
    /// The first day.
    pub from: Field,
    /// The last day.
    pub to: Field,
    /// How to cut it, where that was chosen.
    pub grouping: Option<Grouping>,
    /// What is wrong with the grouping.
    pub by_problem: Option<Problem>,
}

/// A day as typed.
pub struct Field {
    /// The text.
    pub typed: String,
    /// What is wrong with it.
    pub problem: Option<Problem>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not a day of the calendar.
    NoDay,
    /// Only the other day was given.
    Missing,
    /// The first day comes after the last.
    Reversed,
    /// More parts than can be shown.
    TooFine,
}

impl Problem {
    /// The sentence.
    pub fn message(self, chrome: &Chrome) -> String {
        match self {
            Problem::NoDay => chrome.t("dashboard-problem-day").into_owned(),
            Problem::Missing => chrome.t("dashboard-problem-missing").into_owned(),
            Problem::Reversed => chrome.t("dashboard-problem-order").into_owned(),
            Problem::TooFine => chrome.t("dashboard-problem-fine").into_owned(),
        }
    }
}

impl Field {
    /// Whether a browser's date field can hold what was typed; others would be shown as nothing.
    pub fn is_date(&self) -> bool {
        self.problem != Some(Problem::NoDay)
    }
}

impl Asked {
    /// Reads a query; the period where nothing is wrong. Without one, the last seven days.
    pub fn read(query: &str, today: NaiveDate, zone: Tz) -> (Asked, Option<Period>) {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let typed = pairs.find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap_or_default();
            typed.trim().chars().filter(|c| !c.is_control()).take(20).collect::<String>()
        };
        let (typed_from, typed_to, grouping) = (value("from"), value("to"), Grouping::parse(&value("by")));
        let named =
            Span::parse(&value("span")).or((typed_from.is_empty() && typed_to.is_empty()).then_some(Span::Week));
        let mut asked = Asked {
            span: named,
            from: Field { typed: typed_from, problem: None },
            to: Field { typed: typed_to, problem: None },
            grouping,
            by_problem: None,
        };
        let Some(span) = named.or_else(|| asked.days(today)) else { return (asked, None) };
        match Period::cut(span, grouping, today, zone) {
            Ok(period) => {
                asked.from.typed = period.from.to_string();
                asked.to.typed = period.to.to_string();
                (asked, Some(period))
            }
            Err(PeriodError::Reversed) => {
                asked.from.problem = Some(Problem::Reversed);
                (asked, None)
            }
            Err(PeriodError::TooFine) => {
                asked.by_problem = Some(Problem::TooFine);
                (asked, None)
            }
        }
    }

    /// The days that were typed. Without a last one, until today.
    fn days(&mut self, today: NaiveDate) -> Option<Span> {
        let (from, to) = (parse_day(&self.from.typed), parse_day(&self.to.typed));
        self.from.problem = match from {
            Err(_) => Some(Problem::NoDay),
            Ok(None) => Some(Problem::Missing),
            Ok(Some(_)) => None,
        };
        self.to.problem = to.is_err().then_some(Problem::NoDay);
        Some(Span::Days { from: from.ok()??, to: to.ok()?.unwrap_or(today) })
    }

    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.problem().is_none()
    }

    /// The first thing that is wrong, with its field.
    pub fn problem(&self) -> Option<(&'static str, Problem)> {
        let of = |name, problem: Option<Problem>| problem.map(|problem| (name, problem));
        of("from", self.from.problem).or(of("to", self.to.problem)).or(of("by", self.by_problem))
    }
}

/// A period as the query of an address.
pub fn address(from: NaiveDate, to: NaiveDate, grouping: Grouping) -> String {
    format!("from={from}&to={to}&by={}", grouping.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;

    fn read(query: &str) -> (Option<(&'static str, Problem)>, Option<String>) {
        let (asked, period) = Asked::read(query, "2026-11-24".parse().unwrap(), New_York);
        (asked.problem(), period.map(|period| address(period.from, period.to, period.grouping)))
    }

    #[test]
    fn a_period_is_asked_for_by_name_or_by_its_days() {
        for (query, wanted) in [
            ("", "from=2026-11-18&to=2026-11-24&by=day"),
            ("span=today", "from=2026-11-24&to=2026-11-24&by=hour"),
            ("span=year&by=week", "from=2025-12-01&to=2026-11-24&by=week"),
            ("from=2026-01-01&to=2026-01-31", "from=2026-01-01&to=2026-01-31&by=day"),
            ("from=2026-11-20&to=&by=hour", "from=2026-11-20&to=2026-11-24&by=hour"),
            ("from=2026-11-20&by=minute", "from=2026-11-20&to=2026-11-24&by=day"),
            ("span=ever", "from=2026-11-18&to=2026-11-24&by=day"),
        ] {
            assert_eq!(read(query), (None, Some(wanted.to_owned())), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_shown_has_a_sentence_at_its_field() {
        for (query, field, problem) in [
            ("from=2026-02-31&to=2026-03-01", "from", Problem::NoDay),
            ("from=2026-02-01&to=tomorrow", "to", Problem::NoDay),
            ("to=2026-02-01", "from", Problem::Missing),
            ("from=2026-03-02&to=2026-03-01", "from", Problem::Reversed),
            ("from=2020-01-01&to=2026-03-01&by=hour", "by", Problem::TooFine),
            ("from=0001-01-01&to=9999-12-31", "by", Problem::TooFine),
        ] {
            assert_eq!(read(query), (Some((field, problem)), None), "{query}");
        }
    }
}
