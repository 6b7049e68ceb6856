//! What staff narrows and orders the list of debts by, as typed values and as the fields of a form or an address.
//!
//! None of it is about one person, so it may stand in an address; what is searched for is elsewhere ([`crate::domain::debt_text`]).

use crate::domain::debt::DebtStatus;
use crate::domain::money::Cents;

/// The longest span of days that is asked for: a century.
const MOST_DAYS: u32 = 36_525;
/// As long as the column.
const LONGEST_CREDITOR: usize = 200;

/// Which debts. What is empty does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// In one of these.
    pub statuses: Vec<DebtStatus>,
    /// Whom it was owed to at first; case and accents do not count.
    pub creditor: Option<String>,
    /// Where the person lives: two capital letters.
    pub state: Option<String>,
    /// Owed now, at least.
    pub balance_min: Option<Cents>,
    /// Owed now, at most.
    pub balance_max: Option<Cents>,
    /// Days since the debt arose, at least.
    pub age_min: Option<u32>,
    /// Days since the debt arose, at most.
    pub age_max: Option<u32>,
    /// What the person agreed to.
    pub consent: Option<Consent>,
    /// When somebody last spoke or wrote.
    pub contact: Option<Contact>,
    /// Whether it is disputed, here or at the bank.
    pub disputed: Option<bool>,
}

/// What the person agreed to, or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// May be called and texted.
    Phone,
    /// May not.
    NoPhone,
    /// May be written to by e-mail.
    Email,
    /// May not.
    NoEmail,
    /// Is on a do-not-call list.
    DoNotCall,
}

impl Consent {
    /// Every choice.
    pub const ALL: [Consent; 5] = [Self::Phone, Self::NoPhone, Self::Email, Self::NoEmail, Self::DoNotCall];

    /// Its name in a form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Consent::Phone => "phone",
            Consent::NoPhone => "no-phone",
            Consent::Email => "email",
            Consent::NoEmail => "no-email",
            Consent::DoNotCall => "do-not-call",
        }
    }
}

/// When somebody last spoke or wrote, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// Never yet.
    Never,
    /// In the last so many days.
    Within(u32),
    /// Not in the last so many days, or never.
    NotFor(u32),
}

impl Contact {
    /// The choices a form offers.
    pub const OFFERED: [Contact; 6] = [
        Contact::Within(1),
        Contact::Within(7),
        Contact::Within(30),
        Contact::NotFor(30),
        Contact::NotFor(90),
        Contact::Never,
    ];

    /// Its name in a form: `never`, `within-7`, `not-for-30`.
    pub fn name(self) -> String {
        match self {
            Contact::Never => "never".to_owned(),
            Contact::Within(days) => format!("within-{days}"),
            Contact::NotFor(days) => format!("not-for-{days}"),
        }
    }

    /// The choice of that name, with any number of days.
    pub fn parse(text: &str) -> Option<Contact> {
        if text == "never" {
            return Some(Contact::Never);
        }
        let days = |rest: &str| parse_days(rest).ok().flatten();
        match text.strip_prefix("within-") {
            Some(rest) => days(rest).map(Contact::Within),
            None => text.strip_prefix("not-for-").and_then(days).map(Contact::NotFor),
        }
    }
}

/// A field that holds what it cannot, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not one of the choices.
    Choice,
    /// Not an amount of money.
    Amount,
    /// Not a number of days up to a century.
    Days,
    /// Not two letters.
    State,
    /// The least is more than the most.
    Range,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [ProblemKind; 5] = [Self::Choice, Self::Amount, Self::Days, Self::State, Self::Range];

    /// The end of its message's key.
    pub const fn name(self) -> &'static str {
        match self {
            ProblemKind::Choice => "choice",
            ProblemKind::Amount => "amount",
            ProblemKind::Days => "days",
            ProblemKind::State => "state",
            ProblemKind::Range => "range",
        }
    }
}

impl Filters {
    /// The names of all fields.
    pub const FIELDS: [&'static str; 10] = [
        "status",
        "creditor",
        "state",
        "balance_min",
        "balance_max",
        "age_min",
        "age_max",
        "consent",
        "contact",
        "disputed",
    ];

    /// Reads the fields of a form or an address. Unknown fields are somebody else's; an empty one does not narrow; one that
    /// holds what it cannot is reported and does not narrow.
    pub fn read<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Filters, Vec<Problem>) {
        let (mut filters, mut problems) = (Filters::default(), Vec::new());
        for (name, value) in fields {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if let Err(problem) = filters.read_field(name, value) {
                problems.push(problem);
            }
        }
        filters.check_ranges(&mut problems);
        (filters, problems)
    }

    fn read_field(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |field, kind| Problem { field, kind };
        match name {
            "status" => {
                for name in value.split(',') {
                    let status = DebtStatus::parse(name).ok_or_else(|| wrong("status", ProblemKind::Choice))?;
                    if !self.statuses.contains(&status) {
                        self.statuses.push(status);
                    }
                }
            }
            "creditor" => {
                let fits = value.chars().count() <= LONGEST_CREDITOR && !value.contains('\0');
                self.creditor = Some(value.to_owned()).filter(|_| fits);
                if !fits {
                    return Err(wrong("creditor", ProblemKind::Choice));
                }
            }
            "state" => {
                let letters = value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic());
                self.state = letters.then(|| value.to_ascii_uppercase());
                if !letters {
                    return Err(wrong("state", ProblemKind::State));
                }
            }
            "balance_min" => self.balance_min = Some(amount("balance_min", value)?),
            "balance_max" => self.balance_max = Some(amount("balance_max", value)?),
            "age_min" => self.age_min = parse_days(value).map_err(|()| wrong("age_min", ProblemKind::Days))?,
            "age_max" => self.age_max = parse_days(value).map_err(|()| wrong("age_max", ProblemKind::Days))?,
            "consent" => {
                let consent = Consent::ALL.into_iter().find(|consent| consent.as_str() == value);
                self.consent = Some(consent.ok_or_else(|| wrong("consent", ProblemKind::Choice))?);
            }
            "contact" => {
                self.contact = Some(Contact::parse(value).ok_or_else(|| wrong("contact", ProblemKind::Choice))?);
            }
            "disputed" => match value {
                "yes" => self.disputed = Some(true),
                "no" => self.disputed = Some(false),
                _ => return Err(wrong("disputed", ProblemKind::Choice)),
            },
            _ => {}
        }
        Ok(())
    }

    fn check_ranges(&mut self, problems: &mut Vec<Problem>) {
        if let (Some(min), Some(max)) = (self.balance_min, self.balance_max)
            && min > max
        {
            problems.push(Problem { field: "balance_max", kind: ProblemKind::Range });
            self.balance_max = None;
        }
        if let (Some(min), Some(max)) = (self.age_min, self.age_max)
            && min > max
        {
            problems.push(Problem { field: "age_max", kind: ProblemKind::Range });
            self.age_max = None;
        }
    }

    /// The fields that [`Filters::read`] reads this from.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<(&'static str, String)> = Vec::new();
        let mut push = |name, value: Option<String>| fields.extend(value.map(|value| (name, value)));
        let statuses: Vec<&str> = self.statuses.iter().map(|status| status.as_str()).collect();
        push("status", Some(statuses.join(",")).filter(|names| !names.is_empty()));
        push("creditor", self.creditor.clone());
        push("state", self.state.clone());
        push("balance_min", self.balance_min.map(Cents::plain));
        push("balance_max", self.balance_max.map(Cents::plain));
        push("age_min", self.age_min.map(|days| days.to_string()));
        push("age_max", self.age_max.map(|days| days.to_string()));
        push("consent", self.consent.map(|consent| consent.as_str().to_owned()));
        push("contact", self.contact.map(Contact::name));
        push("disputed", self.disputed.map(|yes| if yes { "yes" } else { "no" }.to_owned()));
        fields
    }

    /// Whether anything narrows.
    pub fn is_empty(&self) -> bool {
        *self == Filters::default()
    }
}

fn amount(field: &'static str, value: &str) -> Result<Cents, Problem> {
    Cents::parse_typed(value).map_err(|_| Problem { field, kind: ProblemKind::Amount })
}

fn parse_days(value: &str) -> Result<Option<u32>, ()> {
    let digits = value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit());
    match value.parse() {
        Ok(days) if digits && days <= MOST_DAYS => Ok(Some(days)),
        _ => Err(()),
    }
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// How well it fits what was searched for; only where something was.
    Match,
    /// When the account came to us.
    Imported,
    /// Family name, then given name.
    Name,
    /// What is owed now.
    Balance,
    /// When the debt arose.
    Age,
    /// The last contact; never comes before everything.
    Contact,
}

/// An order of the list. Its last word is always the id, so that no two debts are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// From the largest or latest.
    pub descending: bool,
}

impl SortKey {
    /// Every key.
    pub const ALL: [SortKey; 6] = [Self::Match, Self::Imported, Self::Name, Self::Balance, Self::Age, Self::Contact];

    /// Its name in a form.
    pub const fn as_str(self) -> &'static str {
        match self {
            SortKey::Match => "match",
            SortKey::Imported => "imported",
            SortKey::Name => "name",
            SortKey::Balance => "balance",
            SortKey::Age => "age",
            SortKey::Contact => "contact",
        }
    }

    /// The order one wants first: the newest accounts, the largest balances, the oldest debts, the longest silence.
    pub const fn first_choice(self) -> Sort {
        Sort { key: self, descending: matches!(self, SortKey::Imported | SortKey::Balance) }
    }
}

impl Sort {
    /// Reads `balance` or `-balance`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Sort> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
        let key = SortKey::ALL.into_iter().find(|key| key.as_str() == name)?;
        // The best match comes first, there is no use in the worst.
        (key != SortKey::Match || !descending).then_some(Sort { key, descending })
    }

    /// What [`Sort::parse`] reads this from.
    pub fn name(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key.as_str())
    }

    /// The other way round.
    pub const fn reversed(self) -> Sort {
        Sort { key: self.key, descending: !self.descending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_is_reported_at_its_field_and_does_not_narrow() {
        for (field, value, kind) in [
            ("status", "paid", ProblemKind::Choice),
            ("state", "Oregon", ProblemKind::State),
            ("state", "1!", ProblemKind::State),
            ("balance_min", "ten", ProblemKind::Amount),
            ("balance_max", "-1", ProblemKind::Amount),
            ("age_min", "1e3", ProblemKind::Days),
            ("age_max", "99999", ProblemKind::Days),
            ("age_max", "+5", ProblemKind::Days),
            ("consent", "maybe", ProblemKind::Choice),
            ("contact", "within-", ProblemKind::Choice),
            ("contact", "not-for-x", ProblemKind::Choice),
            ("disputed", "1", ProblemKind::Choice),
            ("creditor", "a\0b", ProblemKind::Choice),
        ] {
            let (filters, problems) = Filters::read([(field, value)]);
            assert_eq!((filters.is_empty(), problems), (true, vec![Problem { field, kind }]), "{field}={value}");
        }
        let (filters, problems) = Filters::read([("balance_min", "10"), ("balance_max", "9"), ("page", "x")]);
        assert_eq!(problems, [Problem { field: "balance_max", kind: ProblemKind::Range }]);
        assert_eq!(filters.fields(), [("balance_min", "10.00".to_owned())]);
    }

    #[test]
    fn sorts_are_read_as_they_are_written() {
        for key in SortKey::ALL {
            let sort = key.first_choice();
            assert_eq!(Sort::parse(&sort.name()), Some(sort));
        }
        assert_eq!(Sort::parse("-match"), None);
        assert_eq!(Sort::parse("id"), None);
    }

    proptest! {
        #[test]
        fn filters_survive_being_written_and_read(
            statuses in proptest::sample::subsequence(DebtStatus::ALL.to_vec(), 0..5), creditor in proptest::option::of("[^\0\\s]{1,20}"),
            min in proptest::option::of(0..500_000i64), days in proptest::option::of(0..36_525u32), which in 0..5usize
        ) {
            let filters = Filters {
                statuses,
                creditor,
                state: Some("OR".to_owned()),
                balance_min: min.map(Cents::new),
                balance_max: min.map(|cents| Cents::new(cents + 1)),
                age_min: days,
                age_max: None,
                consent: Consent::ALL.get(which).copied(),
                contact: Contact::OFFERED.get(which).copied(),
                disputed: days.map(|days| days % 2 == 0),
            };
            let fields = filters.fields();
            let read = Filters::read(fields.iter().map(|(name, value)| (*name, value.as_str())));
            prop_assert_eq!(read, (filters, Vec::new()));
        }
    }
}
