//! One turn at the state: what a request, a person at the hosted page or the passing of time does in one step.

use std::time::Duration;

use serde_json::{Value, json};

use super::answer::Refusal;
use super::fields::Fields;
use super::id;
use super::state::{Kind, State};

/// The API version whose answers the look-alike gives.
pub(super) const API_VERSION: &str = "2026-05-27.dahlia";

/// What does not change while a sandbox runs.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Whether objects say that they are live.
    pub(super) livemode: bool,
    /// Where the hosted page stands, without a slash at the end.
    pub(super) base_url: String,
    /// How long a bank debit, a refund in flight or a coming dispute takes.
    pub(super) settle_after: Duration,
}

/// The state for the length of one step, with what that step may know.
pub(super) struct Turn<'a> {
    /// What may be changed.
    pub(super) state: &'a mut State,
    pub(super) rules: &'a Rules,
    /// Unix seconds.
    pub(super) now: i64,
    /// Whether a webhook endpoint is registered: events are then pending for it.
    pub(super) has_endpoint: bool,
    /// The request behind this turn (`id` and `idempotency_key`), null where there is none.
    pub(super) request: Value,
}

impl Turn<'_> {
    /// A copy of an object, or Stripe's 404; `param` is the name the id was given under.
    ///
    /// # Errors
    /// 404 when nobody knows the id.
    pub(super) fn find(&self, kind: Kind, id: &str, param: &str) -> Result<Value, Refusal> {
        self.state.get(kind, id).cloned().ok_or_else(|| Refusal::missing(kind.noun(), id, param))
    }

    /// Changes fields of an object and returns it as it is now.
    pub(super) fn change(&mut self, kind: Kind, id: &str, fields: Value) -> Value {
        match self.state.get_mut(kind, id) {
            Some(object) => {
                object.put_all(fields);
                object.clone()
            }
            None => Value::Null,
        }
    }

    /// Records an event with a snapshot of `object` and queues its delivery.
    pub(super) fn emit(&mut self, event_type: &str, object: &Value) {
        let event = json!({
            "id": id::object("evt_1"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": { "object": object },
            "livemode": self.rules.livemode,
            "pending_webhooks": i64::from(self.has_endpoint),
            "request": self.request,
            "type": event_type,
        });
        if self.has_endpoint {
            self.state.outbox.push(event.text("id").to_owned());
        }
        self.state.add(Kind::Event, event);
    }

    /// "test" or "live", as it stands in the ids of sessions.
    pub(super) fn mode(&self) -> &'static str {
        if self.rules.livemode { "live" } else { "test" }
    }

    /// Seconds until something that takes its time is done.
    pub(super) fn settle_at(&self) -> i64 {
        self.now + i64::try_from(self.rules.settle_after.as_secs()).unwrap_or(i64::MAX / 2)
    }
}
