use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate};
use uuid::Uuid;

use super::Row;
use super::narrow::{self, FIRST_NAME, LAST_NAME, unknown_day};
use super::statement::{Statement, Value};
use crate::domain::debt_filter::{Sort, SortKey};
use crate::domain::money::Cents;

/// A place in the list: a row that was shown, by what the list is ordered by and its id. It stands in addresses, so of a list
/// ordered by name it holds only the id, and the name is looked up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Microseconds, cents, days, or a rank, as the order wants it.
    value: i64,
    id: Uuid,
}

/// Stands for "never".
const NEVER: i64 = i64::MIN;

impl Cursor {
    /// Where `row` stands.
    pub(super) fn of(row: &Row, key: SortKey) -> Cursor {
        let value = match key {
            SortKey::Match => i64::from(row.rank),
            SortKey::Imported => row.imported_at.timestamp_micros(),
            SortKey::Name => 0,
            SortKey::Balance => row.balance.get(),
            SortKey::Age => i64::from(row.debt_date.unwrap_or(unknown_day()).num_days_from_ce()),
            SortKey::Contact => row.last_contact_at.map_or(NEVER, |at| at.timestamp_micros()),
        };
        Cursor { value, id: row.id }
    }

    /// Reads what [`Cursor`] displays as.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (value, id) = text.split_once('_')?;
        Some(Cursor { value: value.parse().ok()?, id: Uuid::try_parse(id).ok()? })
    }

    /// Appends the condition that a row comes after this place, going the way of `sort`. `false` where this is no place in such
    /// a list, and nothing was appended.
    pub(super) fn push_after<C>(self, to: &mut Statement<C>, sort: Sort) -> bool {
        let than = if sort.descending { " < " } else { " > " };
        match sort.key {
            SortKey::Name => self.push_after_name(to, sort),
            SortKey::Match => {
                let Ok(rank) = i16::try_from(self.value) else { return false };
                to.sql(" AND (f.rank, f.last, f.first, f.id)").sql(than);
                to.sql(&format!("({rank}, "));
                self.push_name(to);
                to.sql(", ").bind(Value::Id(self.id)).sql(")");
            }
            key => {
                let value = match key {
                    SortKey::Balance if self.value.abs() <= MOST_CENTS => Value::Amount(Cents::new(self.value)),
                    SortKey::Age => match i32::try_from(self.value).ok().and_then(NaiveDate::from_num_days_from_ce_opt)
                    {
                        Some(day) if (1..=9999).contains(&day.year()) => Value::Day(day),
                        _ => return false,
                    },
                    SortKey::Contact if self.value == NEVER => {
                        to.sql(" AND (").sql(narrow::CONTACT).sql(", d.id)").sql(than);
                        to.sql("('-infinity'::timestamptz, ").bind(Value::Id(self.id)).sql(")");
                        return true;
                    }
                    SortKey::Contact | SortKey::Imported => match DateTime::from_timestamp_micros(self.value) {
                        Some(at) if (1..=9999).contains(&at.year()) => Value::Time(at),
                        _ => return false,
                    },
                    _ => return false,
                };
                let column = narrow::order(key).first().copied().unwrap_or_default();
                to.sql(" AND (").sql(column).sql(", d.id)").sql(than).sql("(").bind(value).sql(", ");
                to.bind(Value::Id(self.id)).sql(")");
            }
        }
        true
    }

    /// The first comparison alone lets the index seek; names and ids stand in two tables, which no index joins.
    fn push_after_name<C>(self, to: &mut Statement<C>, sort: Sort) {
        let (seek, than) = if sort.descending { (" <= ", " < ") } else { (" >= ", " > ") };
        let names = |to: &mut Statement<C>, than: &str| {
            to.sql("(").sql(LAST_NAME).sql(", ").sql(FIRST_NAME).sql(")").sql(than).sql("(");
            self.push_name(to);
            to.sql(")");
        };
        to.sql(" AND ");
        names(to, seek);
        to.sql(" AND (");
        names(to, than);
        to.sql(" OR d.id").sql(than).bind(Value::Id(self.id)).sql(")");
    }

    /// The two names of the cursor's person.
    fn push_name<C>(self, to: &mut Statement<C>) {
        let of = "p.last_name) FROM debts a JOIN debtors p ON p.id = a.debtor_id WHERE a.id = ";
        to.sql("(SELECT fold_name(").sql(of).bind(Value::Id(self.id)).sql("), (SELECT fold_name(");
        to.sql(&of.replace("last_name", "first_name")).bind(Value::Id(self.id)).sql(")");
    }
}

/// What DECIMAL(10,2) holds.
const MOST_CENTS: i64 = 9_999_999_999;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.value, self.id.simple())
    }
}
