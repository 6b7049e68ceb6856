use uuid::Uuid;

use super::history::{Paid, Story};
use super::returns::Return;
use super::{Account, Person, fixed_id};
use crate::domain::money::Cents;
use crate::domain::returns::{ChargebackState, Origin, RefundState};

const PEOPLE: u16 = 1;
const DEBTS: u16 = 2;

const UNTOUCHED: Uuid = fixed_id(DEBTS, 1);
const HALF_PAID: Uuid = fixed_id(DEBTS, 2);
const FIRST_OF_THREE: Uuid = fixed_id(DEBTS, 3);
const SECOND_OF_THREE: Uuid = fixed_id(DEBTS, 4);
const THIRD_OF_THREE: Uuid = fixed_id(DEBTS, 5);
const DISPUTED: Uuid = fixed_id(DEBTS, 6);
const RESOLVED: Uuid = fixed_id(DEBTS, 7);
const ON_HOLD: Uuid = fixed_id(DEBTS, 8);
const SPANISH: Uuid = fixed_id(DEBTS, 9);
const NO_POSTAL_CODE: Uuid = fixed_id(DEBTS, 10);
const CLOSED: Uuid = fixed_id(DEBTS, 11);

/// The links that the demo shows: name, debt, what is to be seen.
pub(super) const LINKS: [(&str, Uuid, &str); 9] = [
    ("untouched", UNTOUCHED, "$842.17 owed, nothing paid yet: pay all of it, or a part"),
    ("half-paid", HALF_PAID, "about half paid, with a long history of e-mails, calls, texts, payments and refunds"),
    ("three-debts", FIRST_OF_THREE, "a person with three debts, each a step away; a bank took a payment of one back"),
    ("dispute", DISPUTED, "in dispute: it cannot be paid"),
    ("resolved", RESOLVED, "paid in full, the excess given back: readable, and a letter to be had"),
    ("hold", ON_HOLD, "on hold"),
    ("spanish", SPANISH, "a person who reads Spanish (switch the language on the page)"),
    (
        "no-postal-code",
        NO_POSTAL_CODE,
        "no postal code on file: nobody gets in, the page says how to reach the company",
    ),
    ("closed", CLOSED, "closed: no longer with this company"),
];

/// The people of the links, each with their debts.
pub(super) fn everybody() -> Vec<(Person, Vec<Account>)> {
    vec![
        (
            person(1, ("Maya", "Ferrand"), ("18 Larch Street", "Burlington", "VT"), Some("05401")),
            vec![account(UNTOUCHED, "Larkmoor Community Bank", "4417-20-88315", 84_217, 74, 9)],
        ),
        (
            person(2, ("Theo", "Abernathy"), ("2201 Kestrel Avenue, Apt 6", "Columbus", "OH"), Some("43215")),
            vec![half_paid()],
        ),
        (
            person(3, ("Ingrid", "Castellanos"), ("77 Millrace Road", "Portland", "OR"), Some("97209-3411")),
            vec![
                account(FIRST_OF_THREE, "Brightwell Medical Group", "BMG-0098812", 126_000, 120, 12),
                Account {
                    payments: vec![Paid::by("card", 45, 25_000), contested()],
                    ..account(SECOND_OF_THREE, "Ridgeline Wireless", "RW 55 1029 7734", 61_240, 150, 10)
                },
                account(THIRD_OF_THREE, "Alder & Vine Department Store", "AV77120934", 9_305, 40, 4),
            ],
        ),
        (
            person(4, ("Samuel", "Okafor-Wynn"), ("9 Tannery Lane", "Albany", "NY"), Some("12207")),
            vec![Account {
                status: "dispute",
                story: Story::Dispute,
                ..account(DISPUTED, "Copperline Card Services", "5300-11-20417", 231_890, 63, 7)
            }],
        ),
        (
            person(5, ("Ruth", "Delacroix"), ("540 Harbor View Drive", "Savannah", "GA"), Some("31401")),
            vec![Account {
                status: "resolved",
                payments: vec![Paid::by("bank", 130, 20_000), Paid::by("card", 96, 20_000), overpaid()],
                story: Story::PaidInFull,
                ..account(RESOLVED, "Fernhill Energy Cooperative", "FEC-2210-776", 51_250, 190, 14)
            }],
        ),
        (
            person(6, ("Owen", "Marchetti"), ("31 Quarry Hill", "Duluth", "MN"), Some("55802")),
            vec![Account {
                status: "hold",
                story: Story::Hold,
                ..account(ON_HOLD, "Tallgrass Auto Finance", "TAF 8840 0172", 497_533, 88, 8)
            }],
        ),
        (
            Person {
                spanish: true,
                ..person(7, ("Lucía", "Benavídez Ortega"), ("1402 Calle Sabino", "San Antonio", "TX"), Some("78207"))
            },
            vec![Account {
                payments: vec![Paid::by("card", 31, 7_500)],
                ..account(SPANISH, "Juniper Street Dental", "JSD-30981", 38_860, 95, 11)
            }],
        ),
        (
            person(8, ("Pat", "Novak"), ("P.O. Box 118", "Fargo", "ND"), None),
            vec![account(NO_POSTAL_CODE, "Mosswood Fitness Clubs", "MFC-7719", 14_780, 55, 3)],
        ),
        (
            person(9, ("Grace", "Huang"), ("860 Summit Court", "Reno", "NV"), Some("89501")),
            vec![Account {
                status: "closed",
                ..account(CLOSED, "Cobalt Home Furnishings", "CHF 4410 9921", 73_115, 210, 6)
            }],
        ),
    ]
}

/// A payment that the bank took back and has not decided about yet.
fn contested() -> Paid {
    let taken = Return::Chargeback { days_ago: 6, amount: 12_000, state: ChargebackState::Withdrawn };
    Paid { returns: vec![taken], ..Paid::by("card", 38, 12_000) }
}

/// A payment of $10.00 more than was owed, which went back by itself.
fn overpaid() -> Paid {
    let (state, origin) = (RefundState::Succeeded, Origin::Overpayment);
    let excess = Return::Refund { days_ago: 19, amount: 1_000, state, origin };
    Paid { returns: vec![excess], ..Paid::by("card", 20, 12_250) }
}

/// The account with everything in its history: money before the import, a decline, parts given back or claimed.
fn half_paid() -> Account {
    let mut payments: Vec<Paid> =
        [205, 175, 144, 113, 83].iter().map(|days_ago| Paid::by("card", *days_ago, 15_000)).collect();
    payments.push(Paid { failure_code: Some("card_declined"), ..Paid::by("card", 53, 15_000) });
    payments.push(Paid::by("bank", 52, 15_000));
    let staff = |days_ago, amount, state| Return::Refund { days_ago, amount, state, origin: Origin::Staff };
    let given_back = staff(14, 2_500, RefundState::Succeeded);
    payments.push(Paid { returns: vec![given_back], ..Paid::by("card", 22, 17_500) });
    if let Some(first) = payments.first_mut() {
        first.returns.push(staff(60, 4_000, RefundState::Failed));
    }
    if let Some(third) = payments.get_mut(2) {
        third.returns.push(Return::Chargeback { days_ago: 100, amount: 15_000, state: ChargebackState::Won });
    }
    Account {
        opening: Cents::new(12_000),
        payments,
        story: Story::Everything,
        ..account(HALF_PAID, "Northgate Federal Savings", "NFS-4402-118-9067", 234_000, 230, 64)
    }
}

fn person(number: u32, name: (&str, &str), address: (&str, &str, &'static str), zip_code: Option<&str>) -> Person {
    Person {
        id: fixed_id(PEOPLE, number),
        first_name: name.0.to_owned(),
        last_name: name.1.to_owned(),
        email: format!("{}.{number}@example.com", name.0.to_lowercase().replace('í', "i")),
        phone: format!("(802) 555-01{number:02}"),
        street: address.0.to_owned(),
        city: address.1.to_owned(),
        state: address.2,
        zip_code: zip_code.map(str::to_owned),
        spanish: false,
    }
}

fn account(id: Uuid, creditor: &str, account_number: &str, owed: i64, days_here: i64, contacts: usize) -> Account {
    Account {
        id,
        creditor: creditor.to_owned(),
        account_number: Some(account_number.to_owned()),
        owed: Cents::new(owed),
        opening: Cents::ZERO,
        status: "active",
        days_here,
        payments: Vec::new(),
        contacts,
        story: Story::Ordinary,
    }
}
