use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::history::{Paid, Story};
use super::{Account, Person, fixed_id};
use crate::domain::money::Cents;

const PEOPLE: u16 = 3;
const DEBTS: u16 = 4;
/// With the cast, some forty people and sixty debts.
const HEADS: u32 = 32;

const FIRST_NAMES: [&str; 20] = [
    "Aisha", "Ben", "Carmen", "Dmitri", "Elena", "Farid", "Gwen", "Hiro", "Imani", "Joel", "Keiko", "Liam", "Marisol",
    "Noor", "Oscar", "Priya", "Quentin", "Rosa", "Siobhan", "Tomasz",
];
const LAST_NAMES: [&str; 20] = [
    "Adeyemi",
    "Brandt",
    "Calloway",
    "Duarte",
    "Eklund",
    "Fitzgerald",
    "Goldstein",
    "Hargrove",
    "Ibarra",
    "Jankowski",
    "Kaplan",
    "Lemaire",
    "Mbeki",
    "Nakamura",
    "O'Rourke",
    "Petrov",
    "Quiñones",
    "Rahman",
    "Sorensen",
    "Thibodeaux",
];
const CREDITORS: [&str; 14] = [
    "Larkmoor Community Bank",
    "Brightwell Medical Group",
    "Ridgeline Wireless",
    "Cobalt Home Furnishings",
    "Fernhill Energy Cooperative",
    "Tallgrass Auto Finance",
    "Juniper Street Dental",
    "Mosswood Fitness Clubs",
    "Alder & Vine Department Store",
    "Copperline Card Services",
    "Northgate Federal Savings",
    "Saltmarsh Property Rentals",
    "Windmere Veterinary Hospital",
    "Pinnacle Peak Credit Union",
];
const PLACES: [(&str, &str, &str); 12] = [
    ("Tucson", "AZ", "85701"),
    ("Boise", "ID", "83702"),
    ("Peoria", "IL", "61602"),
    ("Wichita", "KS", "67202"),
    ("Bangor", "ME", "04401"),
    ("Flint", "MI", "48502"),
    ("Trenton", "NJ", "08608"),
    ("Durham", "NC", "27701"),
    ("Tulsa", "OK", "74103"),
    ("Erie", "PA", "16501"),
    ("Spokane", "WA", "99201"),
    ("Casper", "WY", "82601"),
];
const STREETS: [&str; 8] = [
    "Maple Avenue",
    "Station Road",
    "Second Street",
    "Orchard Lane",
    "River Road",
    "Chestnut Street",
    "Mill Street",
    "Prospect Place",
];

/// People nobody opens a link of, so that the demo's tables look like an office's.
pub(super) fn everybody(rng: &mut StdRng) -> Vec<(Person, Vec<Account>)> {
    let mut debts = 0;
    (1..=HEADS)
        .map(|number| {
            let person = person(rng, number);
            let accounts = (0..rng.random_range(1..=2))
                .map(|_| {
                    debts += 1;
                    account(rng, debts)
                })
                .collect();
            (person, accounts)
        })
        .collect()
}

fn person(rng: &mut StdRng, number: u32) -> Person {
    let (first_name, last_name) = (pick(rng, &FIRST_NAMES), pick(rng, &LAST_NAMES));
    let (city, state, zip_code) = pick(rng, &PLACES);
    Person {
        id: fixed_id(PEOPLE, number),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("{}.c{number}@example.com", first_name.to_lowercase()),
        phone: format!("(555) 555-01{:02}", number + 20),
        street: format!("{} {}", rng.random_range(2..980), pick(rng, &STREETS)),
        city: city.to_owned(),
        state,
        // One in sixteen came without.
        zip_code: (!number.is_multiple_of(16)).then(|| zip_code.to_owned()),
        spanish: false,
    }
}

fn account(rng: &mut StdRng, number: u32) -> Account {
    let days_here = rng.random_range(20..260);
    let owed = rng.random_range(6_000..480_000);
    let mut account = Account {
        id: fixed_id(DEBTS, number),
        creditor: pick(rng, &CREDITORS).to_owned(),
        account_number: (!number.is_multiple_of(9))
            .then(|| format!("{:04}-{:06}", number * 7, rng.random_range(0..999_999))),
        owed: Cents::new(owed),
        opening: Cents::ZERO,
        status: "active",
        days_here,
        payments: Vec::new(),
        contacts: rng.random_range(2..14),
        story: Story::Ordinary,
    };
    match number % 10 {
        0 => (account.status, account.story) = ("dispute", Story::Dispute),
        3 => {
            account.payments = vec![Paid::by("card", days_here / 2, owed)];
            (account.status, account.story) = ("resolved", Story::PaidInFull);
        }
        5 => (account.status, account.story) = ("hold", Story::Hold),
        6 => account.opening = Cents::new(owed / 3),
        7 => {
            account.payments =
                vec![Paid::by("bank", days_here / 2, owed / 4), Paid::by("card", days_here / 3, owed / 4)]
        }
        8 => account.status = "closed",
        _ => {}
    }
    account
}

fn pick<T: Copy + Default>(rng: &mut StdRng, from: &[T]) -> T {
    from.choose(rng).copied().unwrap_or_default()
}
