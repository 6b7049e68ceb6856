//! The few fields of Stripe's answers that we use, read tolerantly: what is new, missing or null never fails a payment.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::checkout::CheckoutFacts;
use crate::domain::money::Cents;
use crate::domain::payment::PaymentSignal;

/// The metadata key that carries our payment's id, besides `client_reference_id`.
pub const PAYMENT_ID_KEY: &str = "payment_id";
/// The metadata key that carries the debt's id, so that a payment can be entered again that a restored backup has lost.
/// It does not say what the account is.
pub const DEBT_ID_KEY: &str = "account_id";
/// The metadata key that carries the installation's id: other programs may use the same Stripe account.
pub const INSTALLATION_KEY: &str = "installation";

/// A Checkout Session: <https://docs.stripe.com/api/checkout/sessions/object>.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Session {
    pub id: String,
    pub livemode: Option<bool>,
    pub created: Option<i64>,
    pub status: Option<String>,
    pub payment_status: Option<String>,
    pub amount_total: Option<i64>,
    pub currency: Option<String>,
    pub client_reference_id: Option<String>,
    pub metadata: Option<HashMap<String, String>>,
    pub payment_intent: Option<Expandable<Intent>>,
    pub payment_method_types: Option<Vec<String>>,
    pub url: Option<String>,
}

/// An object, or its id where it was not expanded.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    /// The id.
    Id(String),
    /// The object.
    Object(Box<T>),
}

/// A payment intent.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Intent {
    pub id: String,
    pub status: Option<String>,
    pub last_payment_error: Option<PaymentError>,
    pub latest_charge: Option<Expandable<Charge>>,
}

/// Why the last try to pay failed.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct PaymentError {
    pub code: Option<String>,
    pub decline_code: Option<String>,
}

/// A charge.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Charge {
    pub id: String,
    pub payment_method_details: Option<MethodDetails>,
}

/// What a charge was paid with.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct MethodDetails {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub card: Option<CardDetails>,
}

/// The card of a charge.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct CardDetails {
    pub funding: Option<String>,
    pub wallet: Option<Wallet>,
}

/// The wallet that held the card.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Wallet {
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// An event: <https://docs.stripe.com/api/events/object>. Of any shape: what does not fit is stored, too.
#[derive(Clone, Debug, Default, Deserialize)]
#[allow(missing_docs)]
pub struct Event {
    #[serde(default)]
    pub id: Value,
    #[serde(rename = "type", default)]
    pub kind: Value,
    #[serde(default)]
    pub created: Value,
    #[serde(default)]
    pub livemode: Value,
    #[serde(default)]
    pub data: Value,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

/// An error answer: <https://docs.stripe.com/api/errors>.
#[derive(Debug, Deserialize)]
#[allow(missing_docs)]
pub struct ErrorAnswer {
    pub error: ErrorBody,
}

/// Its body.
#[derive(Debug, Deserialize)]
#[allow(missing_docs)]
pub struct ErrorBody {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub code: Option<String>,
}

impl ErrorAnswer {
    /// The code, or the type of an error that has none.
    pub fn code(self) -> String {
        self.error.code.or(self.error.kind).unwrap_or_else(|| "unknown".to_owned())
    }
}

impl Session {
    /// The facts that this session tells by itself.
    pub fn facts(&self) -> CheckoutFacts {
        let metadata_id = self.metadata.as_ref().and_then(|m| m.get(PAYMENT_ID_KEY));
        let references: Vec<String> =
            [self.client_reference_id.as_ref(), metadata_id].into_iter().flatten().map(|id| word(id, 100)).collect();
        CheckoutFacts {
            session_id: word(&self.id, 100),
            payment_id: references.iter().find_map(|id| Uuid::parse_str(id).ok()),
            references,
            livemode: Some(self.livemode.unwrap_or(false)),
            currency: self.currency.as_ref().map(|c| word(c, 10).to_ascii_lowercase()),
            amount: self.amount_total.map(Cents::new),
            signal: self.signal(),
            payment_intent_id: self.payment_intent.as_ref().map(|intent| match intent {
                Expandable::Id(id) => word(id, 100),
                Expandable::Object(intent) => word(&intent.id, 100),
            }),
            charge_id: self.intent().and_then(|i| i.latest_charge.as_ref()).map(|charge| match charge {
                Expandable::Id(id) => word(id, 100),
                Expandable::Object(charge) => word(&charge.id, 100),
            }),
            method: self.method(),
            funding: self.funding(),
            decline: self.intent().and_then(|i| i.last_payment_error.as_ref()).and_then(PaymentError::reason),
        }
    }

    /// The installation whose checkout it is.
    pub fn installation(&self) -> Option<Uuid> {
        self.metadata_id(INSTALLATION_KEY)
    }

    /// The debt it pays.
    pub fn debt_id(&self) -> Option<Uuid> {
        self.metadata_id(DEBT_ID_KEY)
    }

    fn metadata_id(&self, key: &str) -> Option<Uuid> {
        self.metadata.as_ref().and_then(|m| m.get(key)).and_then(|id| Uuid::parse_str(id).ok())
    }

    fn intent(&self) -> Option<&Intent> {
        match self.payment_intent.as_ref()? {
            Expandable::Object(intent) => Some(intent),
            Expandable::Id(_) => None,
        }
    }

    /// `complete` but `unpaid` is a bank debit in flight; its intent tells when the bank has returned it:
    /// <https://docs.stripe.com/payments/checkout/fulfill-orders>.
    fn signal(&self) -> Option<PaymentSignal> {
        match (self.status.as_deref(), self.payment_status.as_deref()) {
            (Some("complete"), Some("paid")) => Some(PaymentSignal::Paid),
            (Some("complete"), Some("unpaid")) => match self.intent().and_then(|i| i.status.as_deref()) {
                Some("requires_payment_method" | "canceled") => Some(PaymentSignal::Declined),
                _ => Some(PaymentSignal::Processing),
            },
            (Some("expired"), _) => Some(PaymentSignal::Expired),
            _ => None,
        }
    }

    /// Whether the card that paid was `credit`, `debit` or `prepaid`.
    fn funding(&self) -> Option<String> {
        let Expandable::Object(charge) = self.intent()?.latest_charge.as_ref()? else { return None };
        charge.payment_method_details.as_ref()?.card.as_ref()?.funding.as_ref().map(|funding| word(funding, 20))
    }

    fn method(&self) -> Option<String> {
        let charged = self.intent().and_then(|intent| match intent.latest_charge.as_ref()? {
            Expandable::Object(charge) => charge.payment_method_details.as_ref(),
            Expandable::Id(_) => None,
        });
        match (charged, self.payment_method_types.as_deref()) {
            (Some(details), _) => details.name(),
            (None, Some([only])) => Some(method_name(only)),
            _ => None,
        }
    }
}

impl PaymentError {
    fn reason(&self) -> Option<String> {
        let specific = self.decline_code.as_ref().filter(|c| *c != "generic_decline");
        specific.or(self.code.as_ref()).map(|code| word(code, 50))
    }
}

impl MethodDetails {
    fn name(&self) -> Option<String> {
        let wallet = self.card.as_ref().and_then(|c| c.wallet.as_ref()).and_then(|w| w.kind.as_ref());
        wallet.or(self.kind.as_ref()).map(|kind| method_name(kind))
    }
}

/// A text of Stripe's as a column can hold it: what is no plain character, or too much, is left out. What is compared
/// afterwards then differs, and is flagged.
pub(super) fn word(text: &str, most: usize) -> String {
    text.chars().filter(char::is_ascii_graphic).take(most).collect()
}

/// The customer's words for a method: `card`, `bank`, or Stripe's own.
fn method_name(kind: &str) -> String {
    match kind {
        "us_bank_account" | "acss_debit" => "bank".to_owned(),
        other => word(other, 50),
    }
}
