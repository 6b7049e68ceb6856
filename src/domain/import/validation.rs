//! Rows about validation information: the notice that was sent, or why none is needed; and whether a debt is time-barred.

use super::cells::{Cells, Fault};
use super::entry::{DebtName, debt};
use super::field::Field;
use super::row::Reading;
use super::value::{self, Problem};
use crate::domain::validation::{self as rules, Draft, ItemizationKind, Notice, SentBy};

/// What a row says about its debt; at least one of the three.
#[derive(Clone, Debug)]
pub struct ValidationRow {
    /// Of which debt.
    pub debt: DebtName,
    /// The notice that was sent.
    pub notice: Option<Notice>,
    /// Why none is needed.
    pub not_required: Option<String>,
    /// Whether the time limit for suing has passed, where the row tells.
    pub time_barred: Option<bool>,
}

/// The cells that make a notice.
const OF_THE_NOTICE: [Field; 12] = [
    Field::ItemizationDate,
    Field::ItemizationKind,
    Field::AmountThen,
    Field::Interest,
    Field::Fees,
    Field::Payments,
    Field::Credits,
    Field::AmountNow,
    Field::CreditorThen,
    Field::CreditorNow,
    Field::SentOn,
    Field::SentBy,
];

pub(super) fn row(mut cells: Cells<'_>, reading: &Reading) -> Result<ValidationRow, Vec<Fault>> {
    let name = debt(&mut cells);
    let not_required = cells.optional(Field::NotRequired, |text| value::line(text, 1000));
    let time_barred = cells.optional(Field::TimeBarred, value::boolean);
    let tells_notice = OF_THE_NOTICE.into_iter().any(|field| cells.text(field).is_some());
    let notice = match (tells_notice, cells.text(Field::NotRequired).is_some()) {
        (true, true) => {
            cells.fault(Fault::of(Field::NotRequired, Problem::NoticeAndReason));
            None
        }
        (true, false) => notice(&mut cells, reading),
        (false, true) => None,
        (false, false) => {
            if cells.text(Field::TimeBarred).is_none() {
                cells.fault(Fault::of_row(Problem::NothingSaid));
            }
            None
        }
    };
    let row = name.map(|debt| ValidationRow { debt, notice, not_required, time_barred });
    cells.end(row)
}

fn notice(cells: &mut Cells<'_>, reading: &Reading) -> Option<Notice> {
    let today = reading.now.with_timezone(&reading.options.time_zone).date_naive();
    let day = |text: &str| value::past_date(text, today);
    let name = |text: &str| value::line(text, 200);
    let draft = Draft {
        collector: reading.collector.clone(),
        itemization_date: cells.required(Field::ItemizationDate, day),
        itemization_kind: cells.required(Field::ItemizationKind, kind),
        amount_then: cells.required(Field::AmountThen, value::amount),
        interest: cells.required(Field::Interest, value::amount),
        fees: cells.required(Field::Fees, value::amount),
        payments: cells.required(Field::Payments, value::amount),
        credits: cells.required(Field::Credits, value::amount),
        amount_now: cells.required(Field::AmountNow, value::amount),
        creditor_then: cells.required(Field::CreditorThen, name).unwrap_or_default(),
        creditor_now: cells.required(Field::CreditorNow, name).unwrap_or_default(),
        sent_on: cells.required(Field::SentOn, day),
        sent_by: cells.required(Field::SentBy, way),
    };
    let faults = match Notice::new(draft, today) {
        Ok(notice) => return Some(notice),
        Err(faults) => faults,
    };
    for fault in faults {
        let told = match fault {
            rules::Fault::Missing("collector_name" | "collector_address") => Fault::of_row(Problem::NoCollector),
            // Its cell has told that already.
            rules::Fault::Missing(_) => continue,
            rules::Fault::TooLong(_) => Fault::of_row(Problem::TooLong),
            rules::Fault::Negative(_) => Fault::of_row(Problem::NegativeAmount),
            rules::Fault::DoesNotAddUp(_) => Fault::of(Field::AmountNow, Problem::DoesNotAddUp),
            rules::Fault::NothingOwed => Fault::of(Field::AmountNow, Problem::ZeroAmount),
            rules::Fault::SentBeforeItemization => Fault::of(Field::SentOn, Problem::SentBeforeItemization),
            rules::Fault::SentInTheFuture => Fault::of(Field::SentOn, Problem::FutureDate),
        };
        cells.fault(told);
    }
    None
}

fn folded(text: &str) -> String {
    text.to_ascii_lowercase().replace([' ', '-'], "_")
}

fn kind(text: &str) -> Result<ItemizationKind, Problem> {
    ItemizationKind::parse(&folded(text)).ok_or(Problem::BadItemizationKind)
}

fn way(text: &str) -> Result<SentBy, Problem> {
    match folded(text).as_str() {
        "post" | "mail" | "letter" => Ok(SentBy::Post),
        "email" | "e_mail" => Ok(SentBy::Email),
        _ => Err(Problem::BadWay),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_same() {
        assert_eq!(kind("Charge-off"), Ok(ItemizationKind::ChargeOff));
        assert_eq!(kind("Last statement"), Ok(ItemizationKind::LastStatement));
        assert_eq!(kind("birthday"), Err(Problem::BadItemizationKind));
        assert_eq!(way("Mail"), Ok(SentBy::Post));
        assert_eq!(way("E-mail"), Ok(SentBy::Email));
        assert_eq!(way("portal"), Err(Problem::BadWay), "a copy on the portal is no sending");
    }
}
