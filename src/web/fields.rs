//! What was typed into a form, and what is wrong with it: a form that comes back keeps the one and says the other.

use crate::web::form::PostedForm;

/// The fields of one form.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    values: Vec<(&'static str, String)>,
    problems: Vec<(&'static str, String)>,
}

/// More than anybody types into a field; what is longer is cut and then refused by its own rule.
const MOST_CHARS: usize = 10_001;

impl Fields {
    /// The named fields of a form, trimmed.
    pub fn read(form: &PostedForm, names: &[&'static str]) -> Fields {
        let value = |name: &'static str| (name, form.get(name).trim().chars().take(MOST_CHARS).collect());
        Fields { values: names.iter().map(|name| value(name)).collect(), problems: Vec::new() }
    }

    /// Fields with these values.
    pub fn of(values: impl IntoIterator<Item = (&'static str, String)>) -> Fields {
        Fields { values: values.into_iter().collect(), problems: Vec::new() }
    }

    /// These fields, and those of `others` that are not among them: of a page with several forms, the one that was sent.
    #[must_use]
    pub fn over(mut self, others: Fields) -> Fields {
        let missing = others.values.into_iter().filter(|(name, _)| !self.values.iter().any(|(known, _)| known == name));
        let missing: Vec<_> = missing.collect();
        self.values.extend(missing);
        self
    }

    /// What was typed; nothing for a field that is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// Says what is wrong with a field.
    pub fn refuse(&mut self, name: &'static str, message: impl Into<String>) {
        self.problems.push((name, message.into()));
    }

    /// What is wrong with a field.
    pub fn problem(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|(n, _)| *n == name).map(|(_, message)| message.as_str())
    }

    /// Everything that is wrong, in the order of the checks.
    pub fn problems(&self) -> &[(&'static str, String)] {
        &self.problems
    }

    /// Whether nothing is wrong.
    pub fn are_right(&self) -> bool {
        self.problems.is_empty()
    }
}
