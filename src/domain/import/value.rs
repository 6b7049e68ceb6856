//! One cell at a time: what it says, or what is wrong with it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use thiserror::Error;
use url::Url;

use crate::domain::money::{AmountError, Cents};
use crate::domain::postal_code::PostalCode;

/// What is wrong with a cell or a row. Each has its own sentence in `locales/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.name())]
#[allow(missing_docs, reason = "each has its sentence in locales/")]
pub enum Problem {
    Empty,
    TooLong,
    ControlCharacter,
    NotUtf8,
    CellCount,
    NotAnAmount,
    NegativeAmount,
    TooPrecise,
    AmountTooLarge,
    ZeroAmount,
    PaidTooMuch,
    BadDate,
    FutureDate,
    BadTime,
    BadEmail,
    BadPhone,
    BadState,
    BadZip,
    BadBoolean,
    BadStatus,
    BadDirection,
    BadOutcome,
    BadNumber,
    BadUrl,
    BadDebtId,
    NoDebtNamed,
    UnknownDebt,
    SeveralDebts,
    EmailTaken,
    BadItemizationKind,
    BadWay,
    DoesNotAddUp,
    SentBeforeItemization,
    NoticeAndReason,
    NothingSaid,
    NoAddress,
    NoCollector,
    Refused,
}

impl Problem {
    /// Every problem.
    pub const ALL: [Problem; 38] = [
        Problem::Empty,
        Problem::TooLong,
        Problem::ControlCharacter,
        Problem::NotUtf8,
        Problem::CellCount,
        Problem::NotAnAmount,
        Problem::NegativeAmount,
        Problem::TooPrecise,
        Problem::AmountTooLarge,
        Problem::ZeroAmount,
        Problem::PaidTooMuch,
        Problem::BadDate,
        Problem::FutureDate,
        Problem::BadTime,
        Problem::BadEmail,
        Problem::BadPhone,
        Problem::BadState,
        Problem::BadZip,
        Problem::BadBoolean,
        Problem::BadStatus,
        Problem::BadDirection,
        Problem::BadOutcome,
        Problem::BadNumber,
        Problem::BadUrl,
        Problem::BadDebtId,
        Problem::NoDebtNamed,
        Problem::UnknownDebt,
        Problem::SeveralDebts,
        Problem::EmailTaken,
        Problem::BadItemizationKind,
        Problem::BadWay,
        Problem::DoesNotAddUp,
        Problem::SentBeforeItemization,
        Problem::NoticeAndReason,
        Problem::NothingSaid,
        Problem::NoAddress,
        Problem::NoCollector,
        Problem::Refused,
    ];

    /// The value in the database, and the end of its message's key.
    pub const fn name(self) -> &'static str {
        match self {
            Problem::Empty => "empty",
            Problem::TooLong => "too-long",
            Problem::ControlCharacter => "control-character",
            Problem::NotUtf8 => "not-utf8",
            Problem::CellCount => "cell-count",
            Problem::NotAnAmount => "not-an-amount",
            Problem::NegativeAmount => "negative-amount",
            Problem::TooPrecise => "too-precise",
            Problem::AmountTooLarge => "amount-too-large",
            Problem::ZeroAmount => "zero-amount",
            Problem::PaidTooMuch => "paid-too-much",
            Problem::BadDate => "bad-date",
            Problem::FutureDate => "future-date",
            Problem::BadTime => "bad-time",
            Problem::BadEmail => "bad-email",
            Problem::BadPhone => "bad-phone",
            Problem::BadState => "bad-state",
            Problem::BadZip => "bad-zip",
            Problem::BadBoolean => "bad-boolean",
            Problem::BadStatus => "bad-status",
            Problem::BadDirection => "bad-direction",
            Problem::BadOutcome => "bad-outcome",
            Problem::BadNumber => "bad-number",
            Problem::BadUrl => "bad-url",
            Problem::BadDebtId => "bad-debt-id",
            Problem::NoDebtNamed => "no-debt-named",
            Problem::UnknownDebt => "unknown-debt",
            Problem::SeveralDebts => "several-debts",
            Problem::EmailTaken => "email-taken",
            Problem::BadItemizationKind => "bad-itemization-kind",
            Problem::BadWay => "bad-way",
            Problem::DoesNotAddUp => "does-not-add-up",
            Problem::SentBeforeItemization => "sent-before-itemization",
            Problem::NoticeAndReason => "notice-and-reason",
            Problem::NothingSaid => "nothing-said",
            Problem::NoAddress => "no-address",
            Problem::NoCollector => "no-collector",
            Problem::Refused => "refused",
        }
    }

    /// The problem of that name.
    pub fn parse(name: &str) -> Option<Problem> {
        Problem::ALL.into_iter().find(|problem| problem.name() == name)
    }
}

/// What [`crate::domain::csv`] puts an apostrophe before.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A cell's text without the blanks around it, and without the apostrophe that our own exports put before what a
/// spreadsheet would take for a formula, so that a downloaded file can be corrected and uploaded again.
pub fn clean(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest.trim(),
        _ => cell.trim(),
    }
}

/// A text of one line, at most `most` characters.
///
/// # Errors
/// [`Problem`].
pub fn line(text: &str, most: usize) -> Result<String, Problem> {
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacter);
    }
    within(text, most)
}

/// A text of several lines.
///
/// # Errors
/// [`Problem`].
pub fn lines(text: &str, most: usize) -> Result<String, Problem> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::ControlCharacter);
    }
    within(text, most)
}

fn within(text: &str, most: usize) -> Result<String, Problem> {
    if text.len() > most && text.chars().count() > most { Err(Problem::TooLong) } else { Ok(text.to_owned()) }
}

/// An amount of money, zero included.
///
/// # Errors
/// [`Problem`].
pub fn amount(text: &str) -> Result<Cents, Problem> {
    Cents::parse_typed(text).map_err(|error| match error {
        AmountError::Empty => Problem::Empty,
        AmountError::TooPrecise => Problem::TooPrecise,
        AmountError::Negative => Problem::NegativeAmount,
        AmountError::TooLarge => Problem::AmountTooLarge,
        AmountError::NotANumber => Problem::NotAnAmount,
    })
}

/// An amount of money above zero.
///
/// # Errors
/// [`Problem`].
pub fn positive_amount(text: &str) -> Result<Cents, Problem> {
    let amount = amount(text)?;
    if amount.is_positive() { Ok(amount) } else { Err(Problem::ZeroAmount) }
}

/// A day: `2025-03-31` or `3/31/2025`. Years of two digits are refused, since nobody knows the century.
///
/// # Errors
/// [`Problem::BadDate`].
pub fn date(text: &str) -> Result<NaiveDate, Problem> {
    let (year, month, day) = if let Some((month, rest)) = text.split_once('/') {
        let (day, year) = rest.split_once('/').ok_or(Problem::BadDate)?;
        (year, month, day)
    } else {
        let (year, rest) = text.split_once('-').ok_or(Problem::BadDate)?;
        let (month, day) = rest.split_once('-').ok_or(Problem::BadDate)?;
        (year, month, day)
    };
    let number = |part: &str, most: usize| {
        let digits = (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse::<u32>().ok() } else { None }
    };
    let year = number(year, 4).filter(|year| *year >= 1900).and_then(|year| i32::try_from(year).ok());
    let parts = year.zip(number(month, 2)).zip(number(day, 2));
    parts.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day)).ok_or(Problem::BadDate)
}

/// A day that is not to come. One day more is allowed, because it may have begun elsewhere.
///
/// # Errors
/// [`Problem`].
pub fn past_date(text: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let date = date(text)?;
    if Some(date) > today.succ_opt() { Err(Problem::FutureDate) } else { Ok(date) }
}

/// A moment: `2025-03-31T16:05:00Z`, `2025-03-31 16:05`, `3/31/2025 4:05 PM`, or a day, which is its beginning. Where no zone
/// is told it is `zone`'s; an hour that the clocks skipped is the one after it, one that came twice is the first.
///
/// # Errors
/// [`Problem`].
pub fn moment(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    let at = match DateTime::parse_from_rfc3339(text) {
        Ok(at) if at.year() >= 1900 => at.with_timezone(&Utc),
        Ok(_) => return Err(Problem::BadDate),
        Err(_) => local_moment(text, zone)?,
    };
    if at > now + chrono::Duration::days(1) { Err(Problem::FutureDate) } else { Ok(at) }
}

fn local_moment(text: &str, zone: Tz) -> Result<DateTime<Utc>, Problem> {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let time = match time {
        None => NaiveTime::MIN,
        Some(time) => ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(time, format).ok())
            .ok_or(Problem::BadTime)?,
    };
    let local = NaiveDateTime::new(date(day)?, time);
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + chrono::Duration::hours(1))).earliest());
    found.map(|at| at.with_timezone(&Utc)).ok_or(Problem::BadTime)
}

/// An e-mail address in small letters: people and programs write the same one in different ways.
///
/// # Errors
/// [`Problem::BadEmail`].
pub fn email(text: &str) -> Result<String, Problem> {
    let (local, domain) = text.rsplit_once('@').ok_or(Problem::BadEmail)?;
    let local_is_right = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
    let label_is_right = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let domain_is_right = domain.contains('.') && domain.split('.').all(label_is_right);
    if local_is_right && domain_is_right && text.len() <= 254 {
        Ok(text.to_lowercase())
    } else {
        Err(Problem::BadEmail)
    }
}

/// A telephone number as `+15035550142`. Without a `+` it is one of the United States and Canada, which has ten digits.
///
/// # Errors
/// [`Problem::BadPhone`].
pub fn phone(text: &str) -> Result<String, Problem> {
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.chars().all(|c| c.is_ascii_digit() || " ()-./\u{a0}".contains(c)) {
        return Err(Problem::BadPhone);
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let national = match (plus, digits.len()) {
        (false, 10) => digits.as_str(),
        (_, 11) if digits.starts_with('1') => digits.get(1..).unwrap_or_default(),
        (true, 8..=15) if !digits.starts_with(['0', '1']) => return Ok(format!("+{digits}")),
        _ => return Err(Problem::BadPhone),
    };
    // No area code and no exchange begins with 0 or 1.
    let begins_right = |at: usize| matches!(national.as_bytes().get(at), Some(b'2'..=b'9'));
    if begins_right(0) && begins_right(3) { Ok(format!("+1{national}")) } else { Err(Problem::BadPhone) }
}

const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC \
    ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI FM MH PW AA AE AP";

/// The two letters of a state, a territory or a military post.
///
/// # Errors
/// [`Problem::BadState`].
pub fn state(text: &str) -> Result<String, Problem> {
    let code = text.to_ascii_uppercase();
    if code.len() == 2 && STATES.split_ascii_whitespace().any(|known| known == code) {
        Ok(code)
    } else {
        Err(Problem::BadState)
    }
}

/// A ZIP code as `97204` or `97204-1234`, the zeros put back that a spreadsheet drops.
///
/// # Errors
/// [`Problem::BadZip`].
pub fn zip_code(text: &str) -> Result<String, Problem> {
    if PostalCode::on_file(text).is_none() {
        return Err(Problem::BadZip);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let padded = if digits.len() <= 5 { format!("{digits:0>5}") } else { format!("{digits:0>9}") };
    match padded.split_at_checked(5) {
        Some((five, "")) => Ok(five.to_owned()),
        Some((five, four)) => Ok(format!("{five}-{four}")),
        None => Err(Problem::BadZip),
    }
}

/// Yes or no, as people and programs write it.
///
/// # Errors
/// [`Problem::BadBoolean`].
pub fn boolean(text: &str) -> Result<bool, Problem> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "x" => Ok(true),
        "false" | "f" | "no" | "n" | "0" => Ok(false),
        _ => Err(Problem::BadBoolean),
    }
}

/// A link to a recording.
///
/// # Errors
/// [`Problem`].
pub fn link(text: &str, most: usize) -> Result<String, Problem> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => line(text, most),
        _ => Err(Problem::BadUrl),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn days_in_both_notations() {
        let day = NaiveDate::from_ymd_opt(2025, 3, 31);
        assert_eq!(date("2025-03-31").ok(), day);
        assert_eq!(date("3/31/2025").ok(), day);
        assert_eq!(date("03/31/2025").ok(), day);
        for text in
            ["31/3/2025", "2025-02-30", "3/31/25", "20250331", "2025-3", "yesterday", "", "1899-12-31", "2025-03-31x"]
        {
            assert_eq!(date(text), Err(Problem::BadDate), "{text}");
        }
        let today = now().date_naive();
        assert!(past_date("2026-11-25", today).is_ok());
        assert_eq!(past_date("2026-11-26", today), Err(Problem::FutureDate));
    }

    #[test]
    fn moments_in_the_zone_of_the_file() {
        let zone = chrono_tz::America::New_York;
        for (text, utc) in [
            ("2025-03-31T16:05:00Z", "2025-03-31T16:05:00Z"),
            ("2025-03-31T16:05:00-07:00", "2025-03-31T23:05:00Z"),
            ("2025-03-31 16:05", "2025-03-31T20:05:00Z"),
            ("2025-03-31T16:05:30", "2025-03-31T20:05:30Z"),
            ("3/31/2025 4:05 PM", "2025-03-31T20:05:00Z"),
            ("3/31/2025 4:05pm", "2025-03-31T20:05:00Z"),
            ("3/31/2025", "2025-03-31T04:00:00Z"),
            // Skipped by the clocks, and told twice.
            ("2025-03-09 02:30", "2025-03-09T07:30:00Z"),
            ("2025-11-02 01:30", "2025-11-02T05:30:00Z"),
        ] {
            assert_eq!(moment(text, zone, now()), Ok(utc.parse().unwrap()), "{text}");
        }
        assert_eq!(moment("2025-03-31 25:00", zone, now()), Err(Problem::BadTime));
        assert_eq!(moment("2027-01-01", zone, now()), Err(Problem::FutureDate));
        assert_eq!(moment("0001-01-01T00:00:00Z", zone, now()), Err(Problem::BadDate));
    }

    #[test]
    fn addresses_of_mail() {
        assert_eq!(email("Maria.Q+pay@Mail.Example").as_deref(), Ok("maria.q+pay@mail.example"));
        for text in [
            "maria",
            "maria@mail",
            "@mail.example",
            "a b@mail.example",
            "a@b..example",
            "a@-b.example",
            "a..b@c.example",
            "a@b.example ",
        ] {
            assert_eq!(email(text), Err(Problem::BadEmail), "{text:?}");
        }
    }

    #[test]
    fn numbers_of_telephones() {
        for text in ["(503) 555-0142", "503.555.0142", "+1 503 555 0142", "1-503-555-0142", "5035550142"] {
            assert_eq!(phone(text).as_deref(), Ok("+15035550142"), "{text}");
        }
        assert_eq!(phone("+49 30 1234567").as_deref(), Ok("+49301234567"));
        for text in ["555-0142", "503-555-0142 x9", "0335550142", "5031550142", "+0301234567", "phone", "503555014２"]
        {
            assert_eq!(phone(text), Err(Problem::BadPhone), "{text}");
        }
    }

    #[test]
    fn places() {
        assert_eq!(state("or").as_deref(), Ok("OR"));
        assert_eq!(state("Oregon"), Err(Problem::BadState));
        assert_eq!(state("ZZ"), Err(Problem::BadState));
        for (text, zip) in
            [("97204", "97204"), ("2134", "02134"), ("972041234", "97204-1234"), ("97204-1234", "97204-1234")]
        {
            assert_eq!(zip_code(text).as_deref(), Ok(zip));
        }
        assert_eq!(zip_code("9720A"), Err(Problem::BadZip));
    }

    #[test]
    fn texts_and_answers() {
        assert_eq!(clean(" '=SUM(A1) "), "'=SUM(A1)");
        assert_eq!(clean("'=SUM(A1)"), "=SUM(A1)");
        assert_eq!(clean("'+15035550142"), "+15035550142");
        assert_eq!(clean("'s-Hertogenbosch"), "'s-Hertogenbosch");
        assert_eq!(line("a\u{0}b", 10), Err(Problem::ControlCharacter));
        assert_eq!(line("a\nb", 10), Err(Problem::ControlCharacter));
        assert_eq!(lines("a\nb", 10).as_deref(), Ok("a\nb"));
        assert_eq!(line("\u{e9}\u{e9}\u{e9}", 3).as_deref(), Ok("\u{e9}\u{e9}\u{e9}"));
        assert_eq!(line("abcd", 3), Err(Problem::TooLong));
        assert_eq!(boolean("Yes"), Ok(true));
        assert_eq!(boolean("0"), Ok(false));
        assert_eq!(boolean("maybe"), Err(Problem::BadBoolean));
        assert_eq!(link("javascript:alert(1)", 500), Err(Problem::BadUrl));
        assert!(link("https://calls.example/1.mp3", 500).is_ok());
        assert_eq!(positive_amount("0.00"), Err(Problem::ZeroAmount));
        for problem in Problem::ALL {
            assert_eq!(Problem::parse(problem.name()), Some(problem));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in ".{0,40}") {
            let _ = (date(&text), moment(&text, chrono_tz::UTC, now()), email(&text), phone(&text), state(&text));
            let _ = (zip_code(&text), boolean(&text), link(&text, 10), line(clean(&text), 10));
        }
    }
}
