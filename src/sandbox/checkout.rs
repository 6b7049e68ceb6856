//! Paying a checkout session: what the hosted page's form does.

use serde::Serialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::card::{self, Instrument};
use super::charge::{self, Charged, Presence};
use super::customer;
use super::fields::Fields;
use super::intent;
use super::state::Kind;
use super::turn::Turn;

/// How an attempt to pay ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PayOutcome {
    /// The money moved; the session is complete and paid.
    Paid,
    /// A bank debit is on its way; the session is complete and unpaid.
    Processing,
    /// Refused; the session stays open.
    Declined {
        /// Stripe's code, such as `card_declined`.
        code: String,
        /// The bank's reason, such as `insufficient_funds`; empty where there is none.
        decline_code: String,
    },
    /// 3-D Secure comes first: see [`crate::sandbox::Sandbox::authenticate`].
    AuthenticationRequired,
}

/// Pays an open session with the card or bank account of this number.
///
/// # Errors
/// When the session is unknown or not open any more.
pub(super) fn pay(turn: &mut Turn<'_>, session_id: &str, number: &str) -> Result<PayOutcome, String> {
    let session = open_session(turn, session_id)?;
    let Some(instrument) = card::instrument(number).filter(|own| accepts(&session, own.kind())) else {
        return Ok(declined(&card::incorrect_number()));
    };
    if is_blocked(&session, instrument) {
        return Ok(declined(&card::blocked()));
    }
    let customer = customer_of(turn, &session);
    let intent = intent::for_session(turn, &session);
    let method = customer::new_payment_method(turn, instrument, customer.as_deref());
    turn.change(Kind::Intent, &intent, json!({ "customer": customer }));
    let charged = charge::attempt(turn, &intent, &method, instrument, Presence::OnSession);
    if let Charged::NeedsAuthentication = charged {
        intent::require_action(turn, &intent, &method, Some(session.text("url")));
    }
    Ok(conclude(turn, session_id, customer.as_deref(), charged))
}

/// The cardholder passes or fails 3-D Secure for this session.
///
/// # Errors
/// When the session is unknown, not open, or does not wait for it.
pub(super) fn authenticate(turn: &mut Turn<'_>, session_id: &str, passed: bool) -> Result<PayOutcome, String> {
    let session = open_session(turn, session_id)?;
    let intent_id = session.text("payment_intent").to_owned();
    let intent = turn.state.get(Kind::Intent, &intent_id).cloned().unwrap_or_default();
    if intent.text("status") != "requires_action" {
        return Err(format!("{session_id} does not wait for authentication"));
    }
    if !passed {
        return Ok(declined(&intent::fail_authentication(turn, &intent_id)));
    }
    let method = turn.state.get(Kind::PaymentMethod, intent.text("payment_method")).cloned().unwrap_or_default();
    let number = turn.state.instruments.get(method.text("id")).cloned().unwrap_or_default();
    let Some(instrument) = card::instrument(&number) else { return Ok(declined(&card::incorrect_number())) };
    let charged = charge::attempt(turn, &intent_id, &method, instrument, Presence::Authenticated);
    let customer = Some(intent.text("customer")).filter(|id| !id.is_empty());
    Ok(conclude(turn, session_id, customer, charged))
}

fn open_session(turn: &mut Turn<'_>, session_id: &str) -> Result<Value, String> {
    let session = turn.state.get(Kind::Session, session_id).cloned();
    let session = session.ok_or_else(|| format!("no session {session_id}"))?;
    match session.text("status") {
        "open" => Ok(session),
        status => Err(format!("{session_id} is {status}")),
    }
}

/// Whether the session offers this kind of payment method.
pub(super) fn accepts(session: &Value, kind: &str) -> bool {
    let kinds = session.get("payment_method_types").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|own| own == kind))
}

/// The session's customer; one is made where the payment method shall be kept or the session asks for one.
fn customer_of(turn: &mut Turn<'_>, session: &Value) -> Option<String> {
    if !session.lacks("customer") {
        return Some(session.text("customer").to_owned());
    }
    let kept =
        turn.state.intent_wishes.get(session.text("id")).is_some_and(|wishes| !wishes.lacks("setup_future_usage"));
    if !kept && session.text("customer_creation") != "always" {
        return None;
    }
    let email = session.text("customer_email").to_owned();
    let pairs: Vec<(String, String)> = if email.is_empty() { Vec::new() } else { vec![("email".to_owned(), email)] };
    let customer = customer::create(turn, &super::params::Form::new(&pairs)).ok()?;
    let id = customer.text("id").to_owned();
    turn.change(Kind::Session, session.text("id"), json!({ "customer": id }));
    Some(id)
}

fn conclude(turn: &mut Turn<'_>, session_id: &str, customer: Option<&str>, charged: Charged) -> PayOutcome {
    let (payment_status, outcome) = match charged {
        Charged::Declined(refusal) => return declined(&refusal),
        Charged::NeedsAuthentication => return PayOutcome::AuthenticationRequired,
        Charged::Succeeded => ("paid", PayOutcome::Paid),
        Charged::Processing => ("unpaid", PayOutcome::Processing),
    };
    let session = turn.state.get(Kind::Session, session_id).cloned().unwrap_or_default();
    let mut details = session.get("customer_details").cloned().unwrap_or_default();
    if details.is_null() {
        details = json!({ "email": null, "phone": null, "tax_exempt": "none", "tax_ids": [], "business_name": null,
                          "individual_name": null });
    }
    details.put_all(json!({
        "address": { "city": null, "country": "US", "line1": null, "line2": null, "postal_code": "94107", "state": null },
        "name": "Pat Practice",
    }));
    let session = turn.change(
        Kind::Session,
        session_id,
        json!({
            "status": "complete", "payment_status": payment_status, "customer": customer, "customer_details": details,
            "url": null,
        }),
    );
    turn.state.open.remove(session_id);
    turn.emit("checkout.session.completed", &session);
    outcome
}

/// Whether the session takes no cards of this funding.
fn is_blocked(session: &Value, instrument: Instrument) -> bool {
    let blocked = session.pointer("/payment_method_options/card/restrictions/funding_types_blocked");
    let blocked = blocked.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    !instrument.is_bank_account() && blocked.iter().any(|funding| funding == instrument.funding())
}

fn declined(refusal: &Refusal) -> PayOutcome {
    let error = refusal.error();
    PayOutcome::Declined { code: error.text("code").to_owned(), decline_code: error.text("decline_code").to_owned() }
}
