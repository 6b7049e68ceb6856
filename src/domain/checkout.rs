//! What Stripe told about a checkout, in our own words.

use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::payment::PaymentSignal;

/// The facts about one Checkout Session, however they reached us: webhook, return page or sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutFacts {
    /// Stripe's id of the session.
    pub session_id: String,
    /// Our payment, from `client_reference_id` or the metadata; `None` when neither is ours.
    pub payment_id: Option<Uuid>,
    /// Everything by which it names its payment; each must be ours, and the same.
    pub references: Vec<String>,
    /// Whether real money moved; `None` where it is not told, or told both ways.
    pub livemode: Option<bool>,
    /// Lower-case ISO currency.
    pub currency: Option<String>,
    /// `amount_total`, in cents.
    pub amount: Option<Cents>,
    /// What happened; `None` while the checkout is still open.
    pub signal: Option<PaymentSignal>,
    /// The payment intent, once there is one.
    pub payment_intent_id: Option<String>,
    /// The charge, where this message tells.
    pub charge_id: Option<String>,
    /// `card`, `bank`, `apple_pay`...; `None` where this message does not tell.
    pub method: Option<String>,
    /// Whether the card that paid was `credit`, `debit` or `prepaid`; `None` where this message does not tell.
    pub funding: Option<String>,
    /// Why the last try was declined (`card_declined`, `insufficient_funds`...), while the checkout stays open.
    pub decline: Option<String>,
}
