//! The list of events, as a sweep reads it back.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::fields::Fields;
use super::list;
use super::params::Form;
use super::state::{Kind, State};
use super::turn::Turn;

/// Stripe shows events of the last 30 days.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;
const MOST_TYPES: usize = 20;

/// `GET /v1/events`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let types = form.list("types");
    if types.len() > MOST_TYPES || (!types.is_empty() && form.has("type")) {
        return Err(Refusal::invalid("You may give up to 20 `types`, and not together with `type`.").param("types"));
    }
    let wanted = list::Wanted::new(form, &[]);
    let patterns: Vec<&str> = types.into_iter().chain(form.text("type")).collect();
    let delivered = form.flag("delivery_success");
    let asked = |own: &&Value| {
        wanted.holds(own)
            && own.int("created") > turn.now - KEPT_SECONDS
            && (patterns.is_empty() || patterns.iter().any(|pattern| is_of(own, pattern)))
            && delivered.is_none_or(|delivered| delivered == (own.int("pending_webhooks") == 0))
    };
    list::page(turn.state.all(Kind::Event).iter().filter(asked), form, "/v1/events")
}

/// Whether the event's type is `pattern`, or begins with it where it ends in an asterisk.
fn is_of(event: &Value, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => event.text("type").starts_with(prefix),
        None => event.text("type") == pattern,
    }
}

/// The endpoint has taken the event.
pub(super) fn delivered(state: &mut State, event_id: &str) {
    if let Some(event) = state.get_mut(Kind::Event, event_id) {
        event.put_all(json!({ "pending_webhooks": 0 }));
    }
}

/// The ids of events that no endpoint has taken yet, oldest first.
pub(super) fn undelivered(state: &State) -> Vec<String> {
    let pending = state.all(Kind::Event).iter().filter(|event| event.int("pending_webhooks") > 0);
    pending.map(|event| event.text("id").to_owned()).collect()
}
