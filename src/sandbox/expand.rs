//! `expand[]`: an id is replaced by the object it names.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::fields::Fields;
use super::params::Form;
use super::state::{Kind, State};

const DEEPEST: usize = 4;

/// Expands everything `form` asks for inside `answer`.
///
/// # Errors
/// 400 for a path that is too deep or names something that cannot be expanded.
pub(super) fn expand(answer: &mut Value, form: &Form, state: &State) -> Result<(), Refusal> {
    for path in form.list("expand") {
        let steps: Vec<&str> = path.split('.').collect();
        if steps.len() > DEEPEST {
            let message = "You cannot expand more than 4 levels of a property.";
            return Err(Refusal::invalid(message).code("property_expansion_max_depth").param("expand"));
        }
        if !follow(answer, &steps, state) {
            return Err(Refusal::invalid(format!("This property cannot be expanded ({path}).")).param("expand"));
        }
    }
    Ok(())
}

/// Whether the path could be followed to its end, null and empty ends included.
fn follow(value: &mut Value, steps: &[&str], state: &State) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    if *step == "data" && value.text("object") == "list" {
        let Some(Value::Array(items)) = value.get_mut("data") else { return true };
        return items.iter_mut().all(|item| follow(item, rest, state));
    }
    include(value, step, state);
    let Some(inner) = value.get_mut(*step) else { return false };
    if let Some(id) = inner.as_str() {
        let Some(object) = state.any(id) else { return false };
        *inner = object.clone();
    }
    inner.is_null() || follow(inner, rest, state)
}

/// Lists that an object shows only where it is asked to.
fn include(value: &mut Value, step: &str, state: &State) {
    let id = value.text("id").to_owned();
    let (data, url) = match (value.text("object"), step) {
        ("checkout.session", "line_items") => {
            let items = state.line_items.get(&id).cloned().unwrap_or_default();
            (items, format!("/v1/checkout/sessions/{id}/line_items"))
        }
        ("charge", "refunds") => {
            let refunds = state.all(Kind::Refund).iter().rev().filter(|refund| refund.text("charge") == id);
            (refunds.cloned().collect(), format!("/v1/charges/{id}/refunds"))
        }
        _ => return,
    };
    if value.get(step).is_none_or(|own| !own.is_object()) {
        value.put(step, json!({ "object": "list", "data": data, "has_more": false, "url": url }));
    }
}
