//! Which column fills which field.

use sha2::{Digest, Sha256};

use super::Kind;
use super::field::Field;

/// What each column of a file means; a column without a field is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping(Vec<Option<Field>>);

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Two columns for one field.
    #[error("two columns are {}", .0.as_str())]
    Twice(Field),
    /// A field that every row needs has no column.
    #[error("no column is {}", .0.as_str())]
    Missing(Field),
    /// Nothing tells which debt a row is about.
    #[error("no column is debt_id, nor are there both original_creditor and account_number")]
    NoDebt,
    /// A field that this kind of file does not have.
    #[error("{} is no field of this kind of file", .0.as_str())]
    Foreign(Field),
}

impl Mapping {
    /// A mapping as somebody has chosen it, one field or none per column.
    pub fn new(columns: Vec<Option<Field>>) -> Mapping {
        Mapping(columns)
    }

    /// What the names of the columns suggest. A field is given to the first column that bears its name.
    pub fn guess(kind: Kind, header: &[String]) -> Mapping {
        let mut columns: Vec<Option<Field>> = Vec::with_capacity(header.len());
        for name in header {
            let folded = fold(name);
            let field = kind.fields().iter().copied().find(|field| field.synonyms().contains(&folded.as_str()));
            columns.push(field.filter(|field| !columns.contains(&Some(*field))));
        }
        Mapping(columns)
    }

    /// The columns' fields, in the order of the columns.
    pub fn columns(&self) -> &[Option<Field>] {
        &self.0
    }

    /// The column of a field, counted from 0.
    pub fn column_of(&self, field: Field) -> Option<usize> {
        self.0.iter().position(|one| *one == Some(field))
    }

    /// The names of the fields, empty where a column has none.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|field| field.map_or("", Field::as_str)).collect()
    }

    /// The mapping with these names; `None` when one of them is no field's.
    pub fn of_names(names: &[String]) -> Option<Mapping> {
        let field = |name: &String| if name.is_empty() { Some(None) } else { Field::parse(name).map(Some) };
        names.iter().map(field).collect::<Option<Vec<_>>>().map(Mapping)
    }

    /// Whether rows can be read by it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, kind: Kind) -> Result<(), MappingError> {
        for (place, field) in self.0.iter().enumerate() {
            let Some(field) = field else { continue };
            if !kind.fields().contains(field) {
                return Err(MappingError::Foreign(*field));
            }
            if self.0.iter().skip(place + 1).any(|other| *other == Some(*field)) {
                return Err(MappingError::Twice(*field));
            }
        }
        if let Some(missing) = kind.required().iter().find(|field| self.column_of(**field).is_none()) {
            return Err(MappingError::Missing(*missing));
        }
        let has = |field| self.column_of(field).is_some();
        let named = has(Field::DebtId) || (has(Field::OriginalCreditor) && has(Field::AccountNumber));
        if kind == Kind::Accounts || named { Ok(()) } else { Err(MappingError::NoDebt) }
    }
}

/// Tells files with the same columns from others, so that a mapping can be remembered.
pub fn signature(header: &[String]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for name in header {
        hasher.update(name.trim().to_lowercase().as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().to_vec()
}

/// A column's name as [`Field::synonyms`] has it.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_of_other_programs_are_understood() {
        let names = ["First Name", "LAST_NAME", "E-Mail", "Creditor", "Acct #", "Balance", "Zip", "Favourite colour"];
        let mapping = Mapping::guess(Kind::Accounts, &header(&names));
        let fields =
            ["first_name", "last_name", "email", "original_creditor", "account_number", "total_owed", "zip_code", ""];
        assert_eq!(mapping.names(), fields);
        assert_eq!(mapping.check(Kind::Accounts), Ok(()));
        let read = Mapping::of_names(&header(&fields)).unwrap();
        assert_eq!(read, mapping);
        assert_eq!(Mapping::of_names(&header(&["nonsense"])), None);
    }

    #[test]
    fn what_is_missing_or_doubled_is_named() {
        let guess = |kind, names: &[&str]| Mapping::guess(kind, &header(names)).check(kind);
        assert_eq!(
            guess(Kind::Accounts, &["first", "last", "balance"]),
            Err(MappingError::Missing(Field::OriginalCreditor))
        );
        assert_eq!(guess(Kind::Payments, &["amount", "date"]), Err(MappingError::NoDebt));
        assert_eq!(guess(Kind::Payments, &["amount", "date", "account"]), Err(MappingError::NoDebt));
        assert_eq!(guess(Kind::Payments, &["amount", "date", "account", "creditor"]), Ok(()));
        assert_eq!(guess(Kind::Payments, &["amount", "date", "debt id"]), Ok(()));
        let twice = Mapping::new(vec![Some(Field::City), Some(Field::City)]);
        assert_eq!(twice.check(Kind::Accounts), Err(MappingError::Twice(Field::City)));
        let foreign = Mapping::new(vec![Some(Field::Transcript)]);
        assert_eq!(foreign.check(Kind::Accounts), Err(MappingError::Foreign(Field::Transcript)));
        // A second column of the same name is left out rather than taken for the first.
        let guessed = Mapping::guess(Kind::Accounts, &header(&["email", "E-mail address"]));
        assert_eq!(guessed.names(), ["email", ""]);
    }

    #[test]
    fn the_signature_tells_columns_apart() {
        let one = signature(&header(&["a", "b"]));
        assert_eq!(one, signature(&header(&["A ", "b"])));
        assert_ne!(one, signature(&header(&["ab"])));
        assert_ne!(one, signature(&header(&["b", "a"])));
    }
}
