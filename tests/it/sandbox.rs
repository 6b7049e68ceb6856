//! The Stripe look-alike, driven over HTTP as Stripe is.

mod checkout;
mod faults;
mod intents;
mod page;
mod refunds;
mod requests;
mod shape;
mod webhooks;

use quittance::sandbox::{Options, Sandbox};
use serde_json::Value;

/// Status and body of an answer.
type Answer = (u16, Value);

/// A sandbox with a client that holds its key.
pub struct Bench {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
}

impl Bench {
    pub async fn start() -> Bench {
        Bench::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Bench {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let no_redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(no_redirect).build().unwrap();
        Bench { sandbox: Sandbox::start(options).await.unwrap(), http }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base_url())
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, self.url(path)).bearer_auth("sk_test_sandbox")
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request("GET", path).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        answer(self.form(path, form).send().await.unwrap()).await
    }

    pub fn form(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.request("POST", path).header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    /// A new open session of $123.45.
    pub async fn session(&self) -> String {
        self.session_with(&[]).await
    }

    pub async fn session_with(&self, more: &[(&str, &str)]) -> String {
        let (status, session) = self.post("/v1/checkout/sessions", &[SESSION, more].concat()).await;
        assert_eq!(status, 200, "{session}");
        text(&session, "/id")
    }

    /// The id of the charge of a paid session.
    pub fn charge_of(&self, session: &str) -> String {
        let session = self.sandbox.session(session).unwrap();
        text(&self.sandbox.object(&text(&session, "/payment_intent")).unwrap(), "/latest_charge")
    }

    pub fn event_types(&self) -> Vec<String> {
        self.sandbox.events().iter().map(|event| text(event, "/type")).collect()
    }
}

/// What every test session is for.
pub const SESSION: &[(&str, &str)] = &[
    ("mode", "payment"),
    ("line_items[0][price_data][currency]", "usd"),
    ("line_items[0][price_data][unit_amount]", "12345"),
    ("line_items[0][price_data][product_data][name]", "Account ending 4821"),
    ("line_items[0][quantity]", "1"),
    ("success_url", "http://127.0.0.1:9/payments/1?session={CHECKOUT_SESSION_ID}"),
    ("cancel_url", "http://127.0.0.1:9/debts/1"),
    ("client_reference_id", "payment-1"),
    ("metadata[payment]", "payment-1"),
    ("payment_intent_data[metadata][payment]", "payment-1"),
];

pub async fn answer(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
