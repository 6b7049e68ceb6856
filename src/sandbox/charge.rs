//! Charges: the attempt to take money for a payment intent, and how it ends.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::balance;
use super::card::{Behavior, Instrument};
use super::fields::Fields;
use super::happening::Happening;
use super::id;
use super::list;
use super::params::Form;
use super::state::{Kind, blank};
use super::turn::Turn;

/// Who is there when a charge is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// The cardholder is at the page.
    OnSession,
    /// The cardholder has just passed 3-D Secure.
    Authenticated,
    /// Nobody: a later charge of a kept payment method.
    OffSession,
}

/// How an attempt ended.
pub(super) enum Charged {
    /// The money moved.
    Succeeded,
    /// A bank debit is on its way.
    Processing,
    /// The cardholder must pass 3-D Secure first; no charge was made.
    NeedsAuthentication,
    /// Refused; the intent waits for another payment method.
    Declined(Refusal),
}

/// Tries to take the intent's amount with the payment method made from `instrument`.
pub(super) fn attempt(
    turn: &mut Turn<'_>,
    intent: &str,
    method: &Value,
    instrument: Instrument,
    presence: Presence,
) -> Charged {
    let later = presence == Presence::OffSession;
    match instrument.behavior {
        Behavior::Declines(code, decline_code, sentence) => {
            decline(turn, intent, method, Refusal::card(code, Some(decline_code), sentence))
        }
        Behavior::DeclinesLater if later => decline(
            turn,
            intent,
            method,
            Refusal::card("card_declined", Some("generic_decline"), "Your card was declined."),
        ),
        Behavior::Authenticates { always: true } if later => {
            let sentence = "Your card was declined. This transaction requires authentication.";
            decline(
                turn,
                intent,
                method,
                Refusal::card("authentication_required", Some("authentication_required"), sentence),
            )
        }
        Behavior::Authenticates { .. } if presence == Presence::OnSession => Charged::NeedsAuthentication,
        Behavior::BankSettles | Behavior::BankFails => {
            debit(turn, intent, method);
            Charged::Processing
        }
        _ => {
            take(turn, intent, method, instrument);
            Charged::Succeeded
        }
    }
}

/// The charge object for an attempt at `intent`, before it is known how it ends.
fn begin(turn: &mut Turn<'_>, intent_id: &str, method: &Value) -> Value {
    let intent = turn.state.get(Kind::Intent, intent_id).cloned().unwrap_or_default();
    let id = id::object(if method.text("type") == "card" { "ch_3" } else { "py_3" });
    let mut charge = blank("charge");
    charge.put_all(json!({
        "id": id,
        "amount": intent.int("amount"),
        "billing_details": method.get("billing_details"),
        "created": turn.now,
        "currency": intent.text("currency"),
        "customer": intent.get("customer"),
        "description": intent.get("description"),
        "livemode": turn.rules.livemode,
        "metadata": intent.get("metadata"),
        "payment_intent": intent_id,
        "payment_method": method.text("id"),
        "payment_method_details": details(method),
        "receipt_email": intent.get("receipt_email"),
        "statement_descriptor": intent.get("statement_descriptor"),
        "statement_descriptor_suffix": intent.get("statement_descriptor_suffix"),
        "calculated_statement_descriptor": "SANDBOX",
    }));
    charge
}

fn details(method: &Value) -> Value {
    let kind = method.text("type");
    let mut details = blank(&format!("payment_method_details_{kind}"));
    let own = method.get(kind).cloned().unwrap_or_default();
    for key in
        ["brand", "last4", "exp_month", "exp_year", "funding", "country", "fingerprint", "bank_name", "routing_number"]
    {
        if details.get(key).is_some() && !own.lacks(key) {
            details.put(key, own.get(key).cloned().unwrap_or_default());
        }
    }
    json!({ "type": kind, kind: details })
}

fn take(turn: &mut Turn<'_>, intent: &str, method: &Value, instrument: Instrument) {
    let mut charge = begin(turn, intent, method);
    let id = charge.text("id").to_owned();
    charge.put("outcome", outcome("authorized", None));
    turn.state.add(Kind::Charge, charge);
    succeed(turn, intent, &id);
    if let Behavior::DisputedLater { inquiry } = instrument.behavior {
        turn.plan(Happening::Dispute { charge: id, inquiry });
    }
}

/// The money has moved: charge and intent say so, and it stands in the balance.
pub(super) fn succeed(turn: &mut Turn<'_>, intent_id: &str, charge_id: &str) {
    let amount = turn.state.get(Kind::Charge, charge_id).map(|charge| charge.int("amount")).unwrap_or_default();
    let charge = turn.change(
        Kind::Charge,
        charge_id,
        json!({ "status": "succeeded", "paid": true, "captured": true, "amount_captured": amount }),
    );
    turn.emit("charge.succeeded", &charge);
    let intent = turn.change(
        Kind::Intent,
        intent_id,
        json!({
            "status": "succeeded", "amount_received": amount, "latest_charge": charge_id, "last_payment_error": null,
            "next_action": null, "processing": null, "payment_method": charge.text("payment_method"),
        }),
    );
    turn.emit("payment_intent.succeeded", &intent);
    // Stripe captures in the background: the balance transaction follows in an update of its own.
    let transaction = balance::record(turn, "charge", &charge, amount);
    let charge = turn.change(Kind::Charge, charge_id, json!({ "balance_transaction": transaction }));
    turn.emit("charge.updated", &charge);
}

fn debit(turn: &mut Turn<'_>, intent: &str, method: &Value) {
    let mut charge = begin(turn, intent, method);
    let id = charge.text("id").to_owned();
    charge.put_all(json!({ "status": "pending", "outcome": outcome("authorized", None) }));
    turn.state.add(Kind::Charge, charge.clone());
    let changed = turn.change(
        Kind::Intent,
        intent,
        json!({
            "status": "processing", "latest_charge": id, "last_payment_error": null, "next_action": null,
            "payment_method": method.text("id"),
        }),
    );
    turn.emit("payment_intent.processing", &changed);
    turn.emit("charge.pending", &charge);
    turn.plan(Happening::Settle { intent: intent.to_owned() });
}

/// The charge failed: a decline, or a bank debit that came back.
pub(super) fn fail(turn: &mut Turn<'_>, intent_id: &str, charge_id: &str, refusal: &Refusal) {
    let mut error = refusal.error();
    let charge = turn.change(
        Kind::Charge,
        charge_id,
        json!({
            "status": "failed", "paid": false, "captured": false, "failure_code": error.text("code"),
            "failure_message": error.text("message"), "outcome": outcome("issuer_declined", Some(error.text("decline_code"))),
        }),
    );
    turn.emit("charge.failed", &charge);
    error.put("charge", charge_id);
    let method = charge.text("payment_method").to_owned();
    if let Some(method) = turn.state.get(Kind::PaymentMethod, &method) {
        error.put("payment_method", method.clone());
    }
    let intent = turn.change(
        Kind::Intent,
        intent_id,
        json!({
            "status": "requires_payment_method", "latest_charge": charge_id, "last_payment_error": error,
            "payment_method": null, "next_action": null, "processing": null,
        }),
    );
    turn.emit("payment_intent.payment_failed", &intent);
}

fn decline(turn: &mut Turn<'_>, intent: &str, method: &Value, refusal: Refusal) -> Charged {
    let charge = begin(turn, intent, method);
    let id = charge.text("id").to_owned();
    turn.state.add(Kind::Charge, charge);
    fail(turn, intent, &id, &refusal);
    Charged::Declined(refusal.with("charge", id))
}

fn outcome(kind: &str, reason: Option<&str>) -> Value {
    let mut outcome = blank("charge_outcome");
    outcome.put("type", kind);
    if let Some(reason) = reason {
        outcome.put_all(json!({
            "network_status": "declined_by_network", "reason": reason, "seller_message": "The bank refused the payment.",
        }));
    }
    outcome
}

/// `GET /v1/charges`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["customer", "payment_intent"]);
    list::page(turn.state.all(Kind::Charge).iter().filter(|own| wanted.holds(own)), form, "/v1/charges")
}
