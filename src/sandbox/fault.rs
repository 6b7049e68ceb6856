//! Fault switches: what goes wrong with the next requests and webhook deliveries, for tests.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::signature::SignatureKind;

/// One thing that goes wrong, where and how often. Of several that match, the one set first acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What it strikes.
    pub on: Target,
    /// How many matching requests or deliveries pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many it strikes; none is all of them until the faults are cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    pub action: Action,
}

/// What a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// API requests with this method (any, where none is given) whose path begins with `path`.
    Request {
        /// `GET` or `POST`.
        #[serde(default)]
        method: Option<String>,
        /// Such as `/v1/checkout/sessions`.
        path: String,
    },
    /// Webhook deliveries of events whose type begins with `event_type` (all, where it is empty).
    Delivery {
        /// Such as `checkout.session.`.
        #[serde(default)]
        event_type: String,
    },
}

/// What goes wrong. The first group is for requests, the second for deliveries, the last for both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 429 with `Retry-After` in seconds; nothing is executed.
    TooManyRequests {
        /// What `Retry-After` says.
        retry_after_s: u32,
    },
    /// A 5xx (or whatever status) before anything was executed; nothing is kept for the idempotency key.
    ErrorBefore {
        /// HTTP status.
        status: u16,
    },
    /// Everything is executed, and the answer is an error all the same.
    ErrorAfter {
        /// HTTP status.
        status: u16,
        /// Whether the idempotency key replays the error (Stripe does) or the true answer.
        stored: bool,
    },
    /// Waits before executing; the idempotency key is in use meanwhile. Even a client that hangs up gets its effect.
    HangBefore {
        /// Milliseconds.
        ms: u64,
    },
    /// Executes, then keeps the answer back.
    HangAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// Executes, promises the whole answer, and cuts the connection after this many bytes of the body.
    CutAfter {
        /// Bytes of the body that are sent.
        bytes: usize,
    },
    /// A gateway's HTML page with status 502; nothing is executed.
    HtmlBadGateway,
    /// Closes the connection without a byte of an answer.
    Close {
        /// Whether the request was executed before.
        after_effect: bool,
    },

    /// Sends the event this many times more, all at once.
    Duplicate {
        /// Additional deliveries.
        extra: u32,
    },
    /// Holds the event back until a later one has been delivered, so that the two change places.
    Reorder,
    /// Sends the event this much later; others go before it.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Never sends the event: it stays undelivered.
    Drop,
    /// Signs the delivery in another way; an endpoint that refuses it gets it again, well signed.
    Sign(SignatureKind),

    /// Replaces fields of the answer, or of the event as it is delivered: JSON pointers such as `/amount_total` or
    /// `/data/object/currency` with their new values.
    Mutate {
        /// New values by JSON pointer.
        fields: Map<String, Value>,
    },
}

impl Fault {
    /// A fault of every API request with this method and path prefix.
    pub fn on_request(method: &str, path: &str, action: Action) -> Self {
        let on = Target::Request { method: Some(method.to_owned()), path: path.to_owned() };
        Self { on, skip: 0, times: None, action }
    }

    /// A fault of every delivery of events whose type begins with `event_type`.
    pub fn on_delivery(event_type: &str, action: Action) -> Self {
        Self { on: Target::Delivery { event_type: event_type.to_owned() }, skip: 0, times: None, action }
    }

    /// Strikes only this often.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Strikes once.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Lets this many pass first.
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Counts a match down and says whether the fault strikes.
    fn strikes(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// The action of the first fault that strikes a request.
pub(super) fn for_request(faults: &mut Vec<Fault>, method: &str, path: &str) -> Option<Action> {
    take(faults, |on| match on {
        Target::Request { method: own, path: prefix } => {
            own.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(method)) && path.starts_with(prefix.as_str())
        }
        Target::Delivery { .. } => false,
    })
}

/// The action of the first fault that strikes a delivery.
pub(super) fn for_delivery(faults: &mut Vec<Fault>, event_type: &str) -> Option<Action> {
    take(faults, |on| matches!(on, Target::Delivery { event_type: prefix } if event_type.starts_with(prefix.as_str())))
}

fn take(faults: &mut Vec<Fault>, matches: impl Fn(&Target) -> bool) -> Option<Action> {
    let action = faults.iter_mut().filter(|fault| matches(&fault.on)).find_map(|fault| {
        let strikes = fault.strikes();
        strikes.then(|| fault.action.clone())
    });
    faults.retain(|fault| fault.times != Some(0));
    action
}

/// Sets the fields a [`Action::Mutate`] names; one that is missing is made where its parent exists.
pub(super) fn mutate(body: &mut Value, fields: &Map<String, Value>) {
    for (pointer, value) in fields {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        if let Some(parent) = body.pointer_mut(parent) {
            parent.put(key, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_was_told() {
        let hang = Action::HangAfter { ms: 1 };
        let mut faults = vec![Fault::on_request("POST", "/v1/refunds", hang.clone()).times(2).skip(1)];
        let mut strike = |method: &str| for_request(&mut faults, method, "/v1/refunds").is_some();
        assert_eq!(
            [strike("GET"), strike("POST"), strike("POST"), strike("POST"), strike("POST")],
            [false, false, true, true, false]
        );
    }

    #[test]
    fn faults_read_as_json() {
        let text = r#"{"on":{"delivery":{"event_type":"charge."}},"times":1,"action":{"sign":{"old_timestamp":600}}}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        assert_eq!(fault.action, Action::Sign(SignatureKind::OldTimestamp(600)));
        let text = r#"{"on":{"request":{"path":"/v1"}},"action":"html_bad_gateway"}"#;
        assert_eq!(serde_json::from_str::<Fault>(text).unwrap().times, None);
    }
}
