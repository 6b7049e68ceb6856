//! One row of a file, read and judged.

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;

use super::cells::{Cells, Columns, Fault};
use super::entry::{self, Entry};
use super::field::Field;
use super::person::Identity;
use super::validation::{self, ValidationRow};
use super::value::{self, Problem};
use super::{Kind, Options};
use crate::domain::debt::DebtStatus;
use crate::domain::money::Cents;
use crate::domain::validation::Collector;

/// A row that is right as far as it can be told without the database.
#[derive(Clone, Debug)]
pub enum Row {
    /// A person and a debt.
    Account(Box<Account>),
    /// Something about a debt that is there already.
    Entry(Box<Entry>),
    /// The validation information of a debt that is there already.
    Validation(Box<ValidationRow>),
}

/// A person and a debt.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Account {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip_code: Option<String>,
    pub phone_consent: bool,
    pub email_consent: bool,
    pub dnc_registered: bool,
    pub original_creditor: String,
    pub account_number: Option<String>,
    pub total_owed: Cents,
    /// Paid before the debt came to us.
    pub amount_paid: Cents,
    pub debt_date: Option<NaiveDate>,
    pub status: DebtStatus,
}

impl Account {
    /// What tells whether the person is known.
    pub fn identity(&self) -> Identity {
        Identity::new(
            &self.first_name,
            &self.last_name,
            self.email.as_deref(),
            self.zip_code.as_deref(),
            self.phone.as_deref(),
            self.address_line1.as_deref(),
        )
    }
}

/// What rows are judged by besides themselves.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What the rows are.
    pub kind: Kind,
    /// Where their fields are.
    pub columns: Columns,
    /// What the person who imports has chosen.
    pub options: Options,
    /// The present, which nothing in the file may lie behind.
    pub now: DateTime<Utc>,
    /// Who sends notices.
    pub collector: Collector,
}

impl Reading {
    /// Reads a row.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, record: &StringRecord) -> Result<Row, Vec<Fault>> {
        let cells = Cells::new(record, &self.columns);
        match self.kind {
            Kind::Accounts => account(cells, self.now.date_naive()).map(|row| Row::Account(Box::new(row))),
            Kind::Payments => entry::payment(cells, self).map(|row| Row::Entry(Box::new(row))),
            Kind::Emails => entry::email(cells, self).map(|row| Row::Entry(Box::new(row))),
            Kind::Calls => entry::call(cells, self).map(|row| Row::Entry(Box::new(row))),
            Kind::Sms => entry::sms(cells, self).map(|row| Row::Entry(Box::new(row))),
            Kind::Validation => validation::row(cells, self).map(|row| Row::Validation(Box::new(row))),
        }
    }
}

fn account(mut cells: Cells<'_>, today: NaiveDate) -> Result<Account, Vec<Fault>> {
    let first_name = cells.required(Field::FirstName, |text| value::line(text, 100));
    let last_name = cells.required(Field::LastName, |text| value::line(text, 100));
    let email = cells.optional(Field::Email, value::email);
    let phone = cells.optional(Field::Phone, value::phone);
    let address_line1 = cells.optional(Field::AddressLine1, |text| value::line(text, 255));
    let address_line2 = cells.optional(Field::AddressLine2, |text| value::line(text, 255));
    let city = cells.optional(Field::City, |text| value::line(text, 100));
    let state = cells.optional(Field::State, value::state);
    let zip_code = cells.optional(Field::ZipCode, value::zip_code);
    // A file without the column leaves the database's default; an empty cell is an answer nobody has, and a guess must not
    // hurt a person.
    let email_consent = cells.optional(Field::EmailConsent, value::boolean).unwrap_or(!cells.has(Field::EmailConsent));
    let phone_consent = cells.optional(Field::PhoneConsent, value::boolean).unwrap_or(false);
    let dnc_registered =
        cells.optional(Field::DncRegistered, value::boolean).unwrap_or(cells.has(Field::DncRegistered));
    let original_creditor = cells.required(Field::OriginalCreditor, |text| value::line(text, 200));
    let account_number = cells.optional(Field::AccountNumber, |text| value::line(text, 50));
    let total_owed = cells.required(Field::TotalOwed, value::amount);
    let amount_paid = cells.optional(Field::AmountPaid, value::amount).unwrap_or(Cents::ZERO);
    if total_owed.is_some_and(|total| amount_paid > total) {
        cells.fault(Fault::of(Field::AmountPaid, Problem::PaidTooMuch));
    }
    let debt_date = cells.optional(Field::DebtDate, |text| value::past_date(text, today));
    let status = cells.optional(Field::Status, status).unwrap_or(DebtStatus::Active);
    let names = first_name.zip(last_name).zip(original_creditor).zip(total_owed);
    let row = names.map(|(((first_name, last_name), original_creditor), total_owed)| Account {
        first_name,
        last_name,
        email,
        phone,
        address_line1,
        address_line2,
        city,
        state,
        zip_code,
        phone_consent,
        email_consent,
        dnc_registered,
        original_creditor,
        account_number,
        total_owed,
        amount_paid,
        debt_date,
        status,
    });
    cells.end(row)
}

fn status(text: &str) -> Result<DebtStatus, Problem> {
    DebtStatus::parse(&text.to_ascii_lowercase()).ok_or(Problem::BadStatus)
}
