//! Lists: newest first, filtered, paged by id as Stripe pages them.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::fields::Fields;
use super::params::Form;

const DEFAULT_LIMIT: i64 = 10;
const MOST: i64 = 100;

/// One page of `objects` (oldest first, already filtered) for the paging parameters in `form`.
///
/// # Errors
/// 400 for a limit outside 1 to 100 or a cursor that is not in the list.
pub(super) fn page<'a>(objects: impl Iterator<Item = &'a Value>, form: &Form, url: &str) -> Reply {
    let limit = form.int("limit").unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        let message = format!("Invalid limit: {limit}. It must be between 1 and {MOST}.");
        return Err(Refusal::invalid(message).code("parameter_invalid_integer").param("limit"));
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let mut newest_first: Vec<&Value> = objects.collect();
    newest_first.reverse();
    let place = |param: &str| match form.text(param) {
        None => Ok(None),
        Some(id) => match newest_first.iter().position(|object| object.text("id") == id) {
            Some(place) => Ok(Some(place)),
            None => Err(Refusal::missing("object", id, param)),
        },
    };
    let (after, before) = (place("starting_after")?, place("ending_before")?);
    let from = after.map_or(0, |place| place + 1);
    let until = before.unwrap_or(newest_first.len());
    let window = newest_first.get(from..until).unwrap_or_default();
    // A page that ends before an object holds those nearest to it.
    let skipped = if before.is_some() { window.len().saturating_sub(limit) } else { 0 };
    let data: Vec<Value> = window.iter().skip(skipped).take(limit).map(|object| (*object).clone()).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": window.len() > limit, "url": url }))
}

/// What a list was asked for: a time of creation, and fields with given values.
pub(super) struct Wanted<'f> {
    /// Bounds in Unix seconds, both included.
    from: i64,
    until: i64,
    fields: Vec<(&'static str, &'f str)>,
}

impl<'f> Wanted<'f> {
    /// Reads `created`, `created[gte]` and its kin, and the parameters that are fields of the objects themselves.
    pub(super) fn new(form: &'f Form, fields: &[&'static str]) -> Self {
        let exactly = form.int("created");
        let lower = [exactly, form.int("created[gte]"), form.int("created[gt]").map(|bound| bound.saturating_add(1))];
        let upper = [exactly, form.int("created[lte]"), form.int("created[lt]").map(|bound| bound.saturating_sub(1))];
        Self {
            from: lower.into_iter().flatten().max().unwrap_or(i64::MIN),
            until: upper.into_iter().flatten().min().unwrap_or(i64::MAX),
            fields: fields.iter().filter_map(|name| form.text(name).map(|value| (*name, value))).collect(),
        }
    }

    /// Whether the list shows this object.
    pub(super) fn holds(&self, object: &Value) -> bool {
        (self.from..=self.until).contains(&object.int("created"))
            && self.fields.iter().all(|(name, asked)| object.text(name) == *asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_time_are_kept_exactly() {
        let holds = |bound: &str, created: i64| {
            let form = Form::new(&[(bound.to_owned(), "100".to_owned())]);
            Wanted::new(&form, &[]).holds(&json!({ "created": created }))
        };
        for (bound, wanted) in [
            ("created", [false, true, false]),
            ("created[gt]", [false, false, true]),
            ("created[gte]", [false, true, true]),
            ("created[lt]", [true, false, false]),
            ("created[lte]", [true, true, false]),
        ] {
            assert_eq!([99, 100, 101].map(|created| holds(bound, created)), wanted, "{bound}");
        }
    }
}
