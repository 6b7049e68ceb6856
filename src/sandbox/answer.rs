//! What the API answers: an object, or a refusal in Stripe's shape.

use serde_json::{Map, Value, json};

/// The outcome of one API operation.
pub(super) type Reply = Result<Value, Refusal>;

/// A refusal in Stripe's error shape.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// HTTP status.
    pub(super) status: u16,
    /// Whether the operation had begun to execute: only then the idempotency store keeps the answer.
    pub(super) executed: bool,
    error: Map<String, Value>,
}

impl Refusal {
    fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        let mut error = Map::new();
        error.insert("type".into(), kind.into());
        error.insert("message".into(), message.into().into());
        Self { status, executed: false, error }
    }

    /// 400: the request itself is wrong, found before anything was done.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// 400: the request is well formed, but the object's state does not allow it.
    pub(super) fn not_now(message: impl Into<String>) -> Self {
        Self { executed: true, ..Self::invalid(message) }
    }

    /// 404 for an id nobody knows; `noun` as Stripe says it ("payment_intent", "checkout.session").
    pub(super) fn missing(noun: &str, id: &str, param: &str) -> Self {
        Self::new(404, "invalid_request_error", format!("No such {noun}: '{id}'")).code("resource_missing").param(param)
    }

    /// 404 for an address the API does not have.
    pub(super) fn unknown_url(method: &str, path: &str) -> Self {
        Self::new(404, "invalid_request_error", format!("Unrecognized request URL ({method}: {path})."))
    }

    /// 401 for a missing or wrong key.
    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    /// 402: the card was refused.
    pub(super) fn card(code: &str, decline_code: Option<&str>, message: &str) -> Self {
        let refusal = Self { executed: true, ..Self::new(402, "card_error", message) }.code(code);
        match decline_code {
            Some(decline_code) => refusal.with("decline_code", decline_code),
            None => refusal,
        }
    }

    /// 409: another request with the same idempotency key is still being worked on.
    pub(super) fn in_flight(key: &str) -> Self {
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key ({key}): please try again later."
        );
        Self::new(409, "idempotency_error", message).code("idempotency_key_in_use")
    }

    /// 400: an idempotency key used again with other parameters.
    pub(super) fn key_reused(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a \
             key other than '{key}' if you meant to execute a different request."
        );
        Self::new(400, "idempotency_error", message)
    }

    /// 429: too many requests.
    pub(super) fn too_many() -> Self {
        Self::new(429, "invalid_request_error", "Request rate limit exceeded.").code("rate_limit")
    }

    /// 5xx: Stripe's own failure.
    pub(super) fn own_failure(status: u16) -> Self {
        let message = "An unknown error occurred while processing your request.";
        Self { executed: true, ..Self::new(status, "api_error", message) }
    }

    /// The same refusal, found when something had been done already: a repeated key must not do it again.
    pub(super) fn after_effect(self) -> Self {
        Self { executed: true, ..self }
    }

    /// Names the error's code and its documentation.
    pub(super) fn code(self, code: &str) -> Self {
        let page = format!("https://docs.stripe.com/error-codes#{}", code.replace('_', "-"));
        self.with("code", code).with("doc_url", page)
    }

    /// Names the parameter that is wrong.
    pub(super) fn param(self, param: &str) -> Self {
        self.with("param", param)
    }

    /// Adds a field to the error, such as `charge` or `payment_intent`.
    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.error.insert(key.to_owned(), value.into());
        self
    }

    /// The body to send, with a link to the (imaginary) request log.
    pub(super) fn body(&self, request_id: &str) -> Value {
        let mut error = self.error.clone();
        let log = format!("https://dashboard.stripe.com/test/logs/{request_id}");
        error.insert("request_log_url".into(), log.into());
        json!({ "error": error })
    }

    /// The error's fields, as they also stand in `last_payment_error`.
    pub(super) fn error(&self) -> Value {
        Value::Object(self.error.clone())
    }
}
