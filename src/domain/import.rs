//! Importing files: which kinds there are, what their columns mean, and when a row is right.

pub mod cells;
pub mod entry;
pub mod field;
pub mod format;
pub mod head;
pub mod header;
pub mod person;
pub mod row;
pub mod validation;
pub mod value;

use crate::domain::import::field::Field;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person and a debt in each row.
    Accounts,
    /// Payments made before the debt came to us.
    Payments,
    /// E-mails sent and received.
    Emails,
    /// Phone calls.
    Calls,
    /// Text messages.
    Sms,
    /// Notices with the validation information of debts, or why none is needed.
    Validation,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [Kind::Accounts, Kind::Payments, Kind::Emails, Kind::Calls, Kind::Sms, Kind::Validation];

    /// The value in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Accounts => "accounts",
            Kind::Payments => "payments",
            Kind::Emails => "emails",
            Kind::Calls => "calls",
            Kind::Sms => "sms",
            Kind::Validation => "validation",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The fields its rows may have, in the order in which people look for them.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Kind::Accounts => field::ACCOUNTS,
            Kind::Payments => field::PAYMENTS,
            Kind::Emails => field::EMAILS,
            Kind::Calls => field::CALLS,
            Kind::Sms => field::SMS,
            Kind::Validation => field::VALIDATION,
        }
    }

    /// The fields without which no row can be right. Rows of other kinds than accounts also name their debt, in one of two ways.
    pub const fn required(self) -> &'static [Field] {
        match self {
            Kind::Accounts => &[Field::FirstName, Field::LastName, Field::OriginalCreditor, Field::TotalOwed],
            Kind::Payments => &[Field::Amount, Field::PaidOn],
            Kind::Emails | Kind::Sms => &[Field::Direction, Field::Content, Field::Timestamp],
            Kind::Calls => &[Field::Direction, Field::Timestamp],
            // A row is a whole notice, or a reason; which, only the row tells.
            Kind::Validation => &[],
        }
    }
}

/// What to do with a file in which some rows are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The right rows are taken, the wrong ones are listed.
    PerRow,
    /// One wrong row, and nothing is taken.
    AllOrNothing,
}

/// How a file is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to do about wrong rows.
    pub mode: Mode,
    /// Whether people and debts that are there already are recognised. Without it every row is a new person and a new debt.
    pub recognise: bool,
    /// Whether a debt that is there already gets the file's amount owed.
    pub update_balance: bool,
    /// Whether messages and calls count as checked where the file does not say; unchecked ones are withheld from the debtor.
    pub checked: bool,
    /// The zone of times that name none.
    pub time_zone: chrono_tz::Tz,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            mode: Mode::PerRow,
            recognise: true,
            update_balance: false,
            checked: false,
            time_zone: chrono_tz::America::New_York,
        }
    }
}

/// How many of what came of the rows so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read.
    pub rows: i64,
    /// Rows that were not taken because something in them is wrong.
    pub failed: i64,
    /// Persons made.
    pub people_new: i64,
    /// Rows about a person who was there already, or in an earlier row.
    pub people_known: i64,
    /// Debts made.
    pub debts_new: i64,
    /// Rows about a debt that was there already, or in an earlier row.
    pub debts_known: i64,
    /// Those of them whose amount owed was changed.
    pub debts_updated: i64,
    /// Payments, messages, calls and notices made.
    pub entries_new: i64,
}

impl Counts {
    /// Adds what came of more rows.
    pub fn add(&mut self, more: Counts) {
        self.rows += more.rows;
        self.failed += more.failed;
        self.people_new += more.people_new;
        self.people_known += more.people_known;
        self.debts_new += more.debts_new;
        self.debts_known += more.debts_known;
        self.debts_updated += more.debts_updated;
        self.entries_new += more.entries_new;
    }
}
