//! Rows about debts that are there already: payments, e-mails, calls, text messages.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cells::{Cells, Fault};
use super::field::Field;
use super::row::Reading;
use super::value::{self, Problem};
use crate::domain::money::Cents;

/// How a row names its debt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebtName {
    /// By our id.
    Id(Uuid),
    /// As its creditor knows it.
    Account {
        /// Whom it was owed to at first.
        creditor: String,
        /// The number there.
        number: String,
    },
}

/// A payment, a message or a call of a debt.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Of which debt.
    pub debt: DebtName,
    /// When it took place.
    pub at: DateTime<Utc>,
    /// What it is.
    pub what: What,
}

/// What an entry is.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub enum What {
    /// Money paid before the debt came to us.
    Payment { amount: Cents },
    /// An e-mail.
    Email { message: Message, subject: Option<String>, opened: bool, clicked: bool },
    /// A call; its content is the transcript.
    Call { message: Message, seconds: Option<i32>, outcome: Option<String>, recording_url: Option<String> },
    /// A text message.
    Sms { message: Message },
}

/// What e-mails, calls and text messages have in common.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Message {
    pub direction: &'static str,
    pub content: Option<String>,
    pub ai_generated: bool,
    pub compliance_checked: bool,
}

/// The longest body or transcript, in characters: a book, and far from what a row of the database holds.
const LONGEST: usize = 1_000_000;

pub(super) fn payment(mut cells: Cells<'_>, reading: &Reading) -> Result<Entry, Vec<Fault>> {
    let debt = debt(&mut cells);
    let amount = cells.required(Field::Amount, value::positive_amount);
    let at = cells.required(Field::PaidOn, |text| moment(text, reading));
    // A payment from before cannot lie ahead, not even by the day that another time zone may explain.
    let at = at.map(|at| at.min(reading.now));
    let row = debt.zip(amount).zip(at).map(|((debt, amount), at)| Entry { debt, at, what: What::Payment { amount } });
    cells.end(row)
}

pub(super) fn email(mut cells: Cells<'_>, reading: &Reading) -> Result<Entry, Vec<Fault>> {
    let debt = debt(&mut cells);
    let at = cells.required(Field::Timestamp, |text| moment(text, reading));
    let message = message(&mut cells, reading, Field::Content);
    let subject = cells.optional(Field::Subject, |text| value::line(text, 500));
    let opened = cells.optional(Field::EmailOpened, value::boolean).unwrap_or(false);
    let clicked = cells.optional(Field::EmailClicked, value::boolean).unwrap_or(false);
    let row = debt.zip(at).zip(message).map(|((debt, at), message)| Entry {
        debt,
        at,
        what: What::Email { message, subject, opened, clicked },
    });
    cells.end(row)
}

pub(super) fn call(mut cells: Cells<'_>, reading: &Reading) -> Result<Entry, Vec<Fault>> {
    let debt = debt(&mut cells);
    let at = cells.required(Field::Timestamp, |text| moment(text, reading));
    let message = message(&mut cells, reading, Field::Transcript);
    let seconds = cells.optional(Field::CallDuration, seconds);
    let outcome = cells.optional(Field::CallOutcome, outcome);
    let recording_url = cells.optional(Field::RecordingUrl, |text| value::link(text, 500));
    let row = debt.zip(at).zip(message).map(|((debt, at), message)| Entry {
        debt,
        at,
        what: What::Call { message, seconds, outcome, recording_url },
    });
    cells.end(row)
}

pub(super) fn sms(mut cells: Cells<'_>, reading: &Reading) -> Result<Entry, Vec<Fault>> {
    let debt = debt(&mut cells);
    let at = cells.required(Field::Timestamp, |text| moment(text, reading));
    let message = message(&mut cells, reading, Field::Content);
    let row = debt.zip(at).zip(message).map(|((debt, at), message)| Entry { debt, at, what: What::Sms { message } });
    cells.end(row)
}

/// Our id where the cell is filled, the creditor's number otherwise.
pub(super) fn debt(cells: &mut Cells<'_>) -> Option<DebtName> {
    if cells.text(Field::DebtId).is_some() {
        let read = |text: &str| Uuid::parse_str(text).map_err(|_| Problem::BadDebtId);
        return cells.optional(Field::DebtId, read).map(DebtName::Id);
    }
    let creditor = cells.optional(Field::OriginalCreditor, |text| value::line(text, 200));
    let number = cells.optional(Field::AccountNumber, |text| value::line(text, 50));
    if cells.text(Field::OriginalCreditor).is_none() || cells.text(Field::AccountNumber).is_none() {
        cells.fault(Fault::of_row(Problem::NoDebtNamed));
    }
    creditor.zip(number).map(|(creditor, number)| DebtName::Account { creditor, number })
}

fn moment(text: &str, reading: &Reading) -> Result<DateTime<Utc>, Problem> {
    value::moment(text, reading.options.time_zone, reading.now)
}

fn message(cells: &mut Cells<'_>, reading: &Reading, content: Field) -> Option<Message> {
    let direction = cells.required(Field::Direction, direction);
    let text = |text: &str| value::lines(text, LONGEST);
    let needed = reading.kind.required().contains(&content);
    let content = if needed { cells.required(content, text) } else { cells.optional(content, text) };
    let ai_generated = cells.optional(Field::AiGenerated, value::boolean).unwrap_or(false);
    // An empty cell is a message that nobody has recorded as checked.
    let unsaid = !cells.has(Field::ComplianceChecked) && reading.options.checked;
    let compliance_checked = cells.optional(Field::ComplianceChecked, value::boolean).unwrap_or(unsaid);
    direction.map(|direction| Message { direction, content, ai_generated, compliance_checked })
}

fn direction(text: &str) -> Result<&'static str, Problem> {
    match text.to_ascii_lowercase().as_str() {
        "inbound" | "in" | "incoming" | "received" => Ok("inbound"),
        "outbound" | "out" | "outgoing" | "sent" => Ok("outbound"),
        _ => Err(Problem::BadDirection),
    }
}

fn outcome(text: &str) -> Result<String, Problem> {
    let folded = text.to_ascii_lowercase().replace([' ', '-'], "_");
    let known = ["answered", "voicemail", "busy", "no_answer", "failed"];
    if known.contains(&folded.as_str()) { Ok(folded) } else { Err(Problem::BadOutcome) }
}

/// Seconds, or minutes and seconds as `3:25`.
fn seconds(text: &str) -> Result<i32, Problem> {
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse::<i32>().map_err(|_| Problem::BadNumber) } else { Err(Problem::BadNumber) }
    };
    match text.split_once(':') {
        None => number(text),
        Some((minutes, rest)) => {
            let rest = number(rest)?;
            let all = number(minutes)?.checked_mul(60).and_then(|all| all.checked_add(rest));
            all.filter(|_| rest < 60).ok_or(Problem::BadNumber)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_calls() {
        assert_eq!(seconds("205"), Ok(205));
        assert_eq!(seconds("3:25"), Ok(205));
        for text in ["-5", "3:75", "1:2:3", "long", "99999999999", "3:"] {
            assert_eq!(seconds(text), Err(Problem::BadNumber), "{text}");
        }
    }

    #[test]
    fn words_for_the_same() {
        assert_eq!(direction("Sent"), Ok("outbound"));
        assert_eq!(direction("sideways"), Err(Problem::BadDirection));
        assert_eq!(outcome("No Answer").as_deref(), Ok("no_answer"));
        assert_eq!(outcome("gone"), Err(Problem::BadOutcome));
    }
}
