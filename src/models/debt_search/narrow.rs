use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::statement::{Statement, Value};
use crate::domain::debt_filter::{Consent, Contact, Filters, SortKey};

/// What is owed now, as its index has it; nothing once the debt is resolved, also where it was settled for less.
pub(super) const BALANCE: &str =
    "(CASE WHEN d.status = 'resolved' THEN 0 ELSE greatest(d.total_owed - d.amount_paid, 0) END)";
/// When the debt arose, as its index has it; an unknown day comes after all others.
pub(super) const AROSE: &str = "coalesce(d.debt_date, '9999-12-31'::date)";
/// The last contact, as its index has it; none at all comes before all others.
pub(super) const CONTACT: &str = "coalesce(d.last_contact_at, '-infinity'::timestamptz)";
pub(super) const LAST_NAME: &str = "(fold_name(p.last_name)) COLLATE \"C\"";
pub(super) const FIRST_NAME: &str = "(fold_name(p.first_name)) COLLATE \"C\"";
pub(super) const WHOLE_NAME: &str = "fold_name(p.first_name || ' ' || p.last_name)";
pub(super) const CREDITOR: &str = "(fold_name(d.original_creditor)) COLLATE \"C\"";

/// A name as `fold_name` has it, written out for plain ASCII, which nearly all names are: that takes a third of the call's time. No
/// index knows it by this.
pub(super) fn folded(column: &str) -> String {
    let ascii = ["-", ".", ","].iter().fold(column.to_owned(), |name, sign| format!("replace({name}, '{sign}', ' ')"));
    let ascii = format!("lower(replace(replace({ascii}, '''', ''), '`', '') COLLATE \"C\")");
    format!("(CASE WHEN octet_length({column}) = length({column}) THEN {ascii} ELSE fold_name({column}) END)")
}

/// Family and given name in one value that sorts as the two do, one after the other: nothing in a name sorts before `chr(1)`.
/// A million values are sorted in half the time of a million pairs.
pub(super) fn whole_name_order() -> String {
    format!("({} || chr(1) || {}) COLLATE \"C\"", folded("p.last_name"), folded("p.first_name"))
}

/// Disputed by the person, or by the person's bank.
const DISPUTED: &str = "(SELECT id FROM debts WHERE status = 'dispute' \
    UNION ALL SELECT debt_id FROM chargebacks WHERE closed_at IS NULL)";

/// What a list is narrowed by, beside the time that "days ago" counts from.
#[derive(Clone, Copy)]
pub(super) struct Narrow<'a> {
    pub(super) filters: &'a Filters,
    pub(super) now: DateTime<Utc>,
}

impl Narrow<'_> {
    /// Whether it asks for anything that only the person's row tells.
    pub(super) fn needs_debtor(&self) -> bool {
        self.filters.state.is_some() || self.filters.consent.is_some()
    }

    /// Appends every condition, each with AND before it, on debts `d` and debtors `p`.
    pub(super) fn push<C>(&self, to: &mut Statement<C>) {
        let filters = self.filters;
        if !filters.statuses.is_empty() {
            // Names of an enum, not what somebody typed; written out so that the planner knows how many rows there are.
            let names: Vec<String> = filters.statuses.iter().map(|status| format!("'{}'", status.as_str())).collect();
            to.sql(" AND d.status IN (").sql(&names.join(", ")).sql(")");
        }
        if let Some(creditor) = &filters.creditor {
            to.sql(" AND ").sql(CREDITOR).sql(" = fold_name(").text(creditor).sql(")");
        }
        if let Some(state) = &filters.state {
            to.sql(" AND p.state = ").text(state);
        }
        if let Some(min) = filters.balance_min {
            to.sql(" AND ").sql(BALANCE).sql(" >= ").bind(Value::Amount(min));
        }
        if let Some(max) = filters.balance_max {
            to.sql(" AND ").sql(BALANCE).sql(" <= ").bind(Value::Amount(max));
        }
        if let Some(days) = filters.age_min {
            to.sql(" AND ").sql(AROSE).sql(" <= ").bind(Value::Day(self.days_ago(days).date_naive()));
        }
        if let Some(days) = filters.age_max {
            to.sql(" AND d.debt_date IS NOT NULL AND ").sql(AROSE).sql(" >= ");
            to.bind(Value::Day(self.days_ago(days).date_naive()));
        }
        if let Some(consent) = filters.consent {
            to.sql(match consent {
                Consent::Phone => " AND p.phone_consent",
                Consent::NoPhone => " AND NOT p.phone_consent",
                Consent::Email => " AND p.email_consent",
                Consent::NoEmail => " AND NOT p.email_consent",
                Consent::DoNotCall => " AND p.dnc_registered",
            });
        }
        match filters.contact {
            None => {}
            Some(Contact::Never) => {
                to.sql(" AND ").sql(CONTACT).sql(" = '-infinity'::timestamptz");
            }
            Some(Contact::Within(days)) => {
                to.sql(" AND ").sql(CONTACT).sql(" >= ").bind(Value::Time(self.days_ago(days)));
            }
            Some(Contact::NotFor(days)) => {
                to.sql(" AND ").sql(CONTACT).sql(" < ").bind(Value::Time(self.days_ago(days)));
            }
        }
        match filters.disputed {
            None => {}
            Some(true) => {
                to.sql(" AND d.id IN ").sql(DISPUTED);
            }
            Some(false) => {
                to.sql(" AND d.status <> 'dispute' AND NOT EXISTS (SELECT FROM chargebacks c WHERE c.debt_id = d.id AND c.closed_at IS NULL)");
            }
        }
    }

    fn days_ago(&self, days: u32) -> DateTime<Utc> {
        self.now - TimeDelta::days(i64::from(days))
    }
}

/// The columns that order by `key`, without the id.
pub(super) const fn order(key: SortKey) -> &'static [&'static str] {
    match key {
        SortKey::Match => &["f.rank", "f.last", "f.first"],
        SortKey::Imported => &["d.imported_at"],
        SortKey::Name => &[LAST_NAME, FIRST_NAME],
        SortKey::Balance => &[BALANCE],
        SortKey::Age => &[AROSE],
        SortKey::Contact => &[CONTACT],
    }
}

/// The day that stands for an unknown one.
pub(super) const fn unknown_day() -> NaiveDate {
    match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => day,
        None => NaiveDate::MAX,
    }
}
