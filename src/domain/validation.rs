//! Validation information: what a notice must say (12 CFR 1006.34(c)), and until when a consumer may answer it.

use chrono::{Days, NaiveDate};

use crate::domain::business_days;
use crate::domain::debt::DebtStatus;
use crate::domain::money::Cents;

/// The event whose day is the itemization date (12 CFR 1006.34(b)(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemizationKind {
    /// The last statement or invoice of a creditor.
    LastStatement,
    /// The charge-off.
    ChargeOff,
    /// The last payment.
    LastPayment,
    /// The transaction that made the debt.
    Transaction,
    /// The final judgment of a court.
    Judgment,
}

impl ItemizationKind {
    /// All five.
    pub const ALL: [ItemizationKind; 5] =
        [Self::LastStatement, Self::ChargeOff, Self::LastPayment, Self::Transaction, Self::Judgment];

    /// The value in the database, in files, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            ItemizationKind::LastStatement => "last_statement",
            ItemizationKind::ChargeOff => "charge_off",
            ItemizationKind::LastPayment => "last_payment",
            ItemizationKind::Transaction => "transaction",
            ItemizationKind::Judgment => "judgment",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a notice was sent. A copy in the portal is no sending (12 CFR 1006.42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentBy {
    /// By mail.
    Post,
    /// By e-mail, with the consumer's E-SIGN consent.
    Email,
}

impl SentBy {
    /// Both ways.
    pub const ALL: [SentBy; 2] = [Self::Post, Self::Email];

    /// The value in the database, in files, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            SentBy::Post => "post",
            SentBy::Email => "email",
        }
    }

    /// The way of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }
}

/// Where a debt stands with its validation information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A notice was sent.
    Sent,
    /// Staff has said why none is needed.
    NotRequired,
    /// There is none; staff has the task of sending it.
    Asked,
    /// There is none, and nobody has noticed yet.
    Missing,
}

impl Standing {
    /// The standing of that name, as statements tell it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "sent" => Some(Standing::Sent),
            "not_required" => Some(Standing::NotRequired),
            "asked" => Some(Standing::Asked),
            "missing" => Some(Standing::Missing),
            _ => None,
        }
    }

    /// Whether the law's information is still to be sent.
    pub const fn is_lacking(self) -> bool {
        matches!(self, Standing::Asked | Standing::Missing)
    }
}

/// Whether information about a debt is still to be sent: about one that is paid or gone nothing is collected any more.
pub const fn is_owed(status: DebtStatus, standing: Standing) -> bool {
    match status {
        DebtStatus::Active | DebtStatus::Dispute | DebtStatus::Hold => standing.is_lacking(),
        DebtStatus::Resolved | DebtStatus::Closed => false,
    }
}

/// Who collects, and where disputes are sent by mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collector {
    /// Its name.
    pub name: String,
    /// Its address, lines separated by line breaks.
    pub address: String,
}

/// A notice as somebody has put it together; what is missing is `None` or empty.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "each is the field of Notice of the same name")]
pub struct Draft {
    pub collector: Collector,
    pub creditor_then: String,
    pub creditor_now: String,
    pub itemization_date: Option<NaiveDate>,
    pub itemization_kind: Option<ItemizationKind>,
    pub amount_then: Option<Cents>,
    pub interest: Option<Cents>,
    pub fees: Option<Cents>,
    pub payments: Option<Cents>,
    pub credits: Option<Cents>,
    pub amount_now: Option<Cents>,
    pub sent_on: Option<NaiveDate>,
    pub sent_by: Option<SentBy>,
}

/// What is wrong with a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The field of that name says nothing.
    Missing(&'static str),
    /// The field of that name is longer than it may be.
    TooLong(&'static str),
    /// An amount below zero in the field of that name.
    Negative(&'static str),
    /// The amounts do not add up; the figure is what they come to.
    DoesNotAddUp(Cents),
    /// Nothing is owed, so there is nothing to validate.
    NothingOwed,
    /// It was sent before the day from which it itemizes.
    SentBeforeItemization,
    /// It is said to be sent on a day that is not here yet.
    SentInTheFuture,
}

impl Fault {
    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Fault::Missing(field) | Fault::TooLong(field) | Fault::Negative(field) => field,
            Fault::DoesNotAddUp(_) | Fault::NothingOwed => "amount_now",
            Fault::SentBeforeItemization | Fault::SentInTheFuture => "sent_on",
        }
    }
}

/// The validation information of a debt, complete and consistent; whom it was sent to is added from the person's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who collects.
    pub collector: Collector,
    /// The creditor on the itemization date.
    pub creditor_then: String,
    /// The creditor when it was sent.
    pub creditor_now: String,
    /// The itemization date.
    pub itemization_date: NaiveDate,
    /// What happened that day.
    pub itemization_kind: ItemizationKind,
    /// What was owed that day.
    pub amount_then: Cents,
    /// Interest since.
    pub interest: Cents,
    /// Fees since.
    pub fees: Cents,
    /// Payments since.
    pub payments: Cents,
    /// Credits since.
    pub credits: Cents,
    /// What was owed when it was sent.
    pub amount_now: Cents,
    /// The day it was sent.
    pub sent_on: NaiveDate,
    /// How.
    pub sent_by: SentBy,
    /// The last day of the validation period.
    pub period_ends_on: NaiveDate,
}

/// The longest name of a collector or creditor, in characters.
const LONGEST_NAME: usize = 200;
/// The longest address.
const LONGEST_ADDRESS: usize = 1000;

impl Notice {
    /// Makes a notice of a draft. `today` is the day at the company's place.
    ///
    /// # Errors
    /// Everything that is missing or contradicts itself, so that all of it can be told at once.
    pub fn new(draft: Draft, today: NaiveDate) -> Result<Notice, Vec<Fault>> {
        let mut faults = Vec::new();
        for (field, text, most) in [
            ("collector_name", &draft.collector.name, LONGEST_NAME),
            ("collector_address", &draft.collector.address, LONGEST_ADDRESS),
            ("creditor_then", &draft.creditor_then, LONGEST_NAME),
            ("creditor_now", &draft.creditor_now, LONGEST_NAME),
        ] {
            if text.trim().is_empty() {
                faults.push(Fault::Missing(field));
            } else if text.chars().count() > most {
                faults.push(Fault::TooLong(field));
            }
        }
        let amounts = Amounts::of(&draft, &mut faults);
        let date = present(draft.itemization_date, "itemization_date", &mut faults);
        let kind = present(draft.itemization_kind, "itemization_kind", &mut faults);
        let sent_on = present(draft.sent_on, "sent_on", &mut faults);
        let sent_by = present(draft.sent_by, "sent_by", &mut faults);
        if sent_on.is_some_and(|sent_on| sent_on > today) {
            faults.push(Fault::SentInTheFuture);
        } else if sent_on.zip(date).is_some_and(|(sent_on, date)| sent_on < date) {
            faults.push(Fault::SentBeforeItemization);
        }
        let period = sent_on.and_then(period_ends_on);
        let whole = (amounts, date, kind, sent_on, sent_by, period);
        let (Some(amounts), Some(date), Some(kind), Some(sent_on), Some(sent_by), Some(period_ends_on)) = whole else {
            return Err(faults);
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Notice {
            collector: draft.collector,
            creditor_then: draft.creditor_then,
            creditor_now: draft.creditor_now,
            itemization_date: date,
            itemization_kind: kind,
            amount_then: amounts.then,
            interest: amounts.interest,
            fees: amounts.fees,
            payments: amounts.payments,
            credits: amounts.credits,
            amount_now: amounts.now,
            sent_on,
            sent_by,
            period_ends_on,
        })
    }

    /// What was paid and credited since the itemization date, which the model form tells in one line.
    pub fn paid_or_credited(&self) -> Cents {
        self.payments.plus(self.credits)
    }
}

/// The six amounts of a draft.
struct Amounts {
    then: Cents,
    interest: Cents,
    fees: Cents,
    payments: Cents,
    credits: Cents,
    now: Cents,
}

impl Amounts {
    fn of(draft: &Draft, faults: &mut Vec<Fault>) -> Option<Amounts> {
        let mut amount = |value: Option<Cents>, field| {
            let value = present(value, field, faults)?;
            if value < Cents::ZERO {
                faults.push(Fault::Negative(field));
                return None;
            }
            Some(value)
        };
        let then = amount(draft.amount_then, "amount_then");
        let interest = amount(draft.interest, "interest");
        let fees = amount(draft.fees, "fees");
        let payments = amount(draft.payments, "payments");
        let credits = amount(draft.credits, "credits");
        let now = amount(draft.amount_now, "amount_now");
        let (then, interest, fees, payments, credits, now) = (then?, interest?, fees?, payments?, credits?, now?);
        let owed = then.get().saturating_add(interest.get()).saturating_add(fees.get());
        let sum = owed.saturating_sub(payments.get()).saturating_sub(credits.get());
        if sum != now.get() {
            faults.push(Fault::DoesNotAddUp(Cents::new(sum)));
        } else if !now.is_positive() {
            faults.push(Fault::NothingOwed);
        }
        Some(Amounts { then, interest, fees, payments, credits, now })
    }
}

fn present<T>(value: Option<T>, field: &'static str, faults: &mut Vec<Fault>) -> Option<T> {
    if value.is_none() {
        faults.push(Fault::Missing(field));
    }
    value
}

/// After so many business days a notice may be assumed to have arrived (12 CFR 1006.34(b)(5)).
const BUSINESS_DAYS_ON_THE_WAY: u32 = 5;
/// And for so many days after that the consumer may answer it.
const DAYS_TO_ANSWER: u64 = 30;

/// The last day of the validation period of a notice that was sent on that day. `None` where the calendar ends.
pub fn period_ends_on(sent_on: NaiveDate) -> Option<NaiveDate> {
    let received = business_days::after(sent_on, BUSINESS_DAYS_ON_THE_WAY)?;
    received.checked_add_days(Days::new(DAYS_TO_ANSWER))
}

#[cfg(test)]
mod tests;
