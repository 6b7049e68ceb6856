//! Payment intents: behind a checkout session, or made directly for a charge without the cardholder.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::charge::{self, Charged, Presence};
use super::customer;
use super::fields::{Fields, merge_metadata, or_null};
use super::id;
use super::list;
use super::params::Form;
use super::session::{LEAST_CENTS, MOST_CENTS};
use super::state::{Kind, blank};
use super::turn::Turn;

/// What the creator of a session asked for its intent (`payment_intent_data`).
pub(super) fn wishes(form: &Form) -> Value {
    let plain = |name: &str| or_null(form.text(&format!("payment_intent_data[{name}]")));
    json!({
        "description": plain("description"),
        "metadata": form.map("payment_intent_data[metadata]"),
        "receipt_email": plain("receipt_email"),
        "setup_future_usage": plain("setup_future_usage"),
        "statement_descriptor": plain("statement_descriptor"),
        "statement_descriptor_suffix": plain("statement_descriptor_suffix"),
        "transfer_group": plain("transfer_group"),
    })
}

/// The intent of a session, made at the first attempt to pay, as Stripe does.
pub(super) fn for_session(turn: &mut Turn<'_>, session: &Value) -> String {
    if !session.lacks("payment_intent") {
        return session.text("payment_intent").to_owned();
    }
    let mut intent = turn.state.intent_wishes.get(session.text("id")).cloned().unwrap_or_default();
    intent.put_all(json!({
        "amount": session.int("amount_total"),
        "currency": session.text("currency"),
        "customer": session.get("customer"),
        "payment_method_types": session.get("payment_method_types"),
    }));
    let intent = new(turn, intent);
    let id = intent.text("id").to_owned();
    turn.change(Kind::Session, session.text("id"), json!({ "payment_intent": id }));
    id
}

fn new(turn: &mut Turn<'_>, facts: Value) -> Value {
    let id = id::object("pi_3");
    let mut intent = blank("payment_intent");
    intent.put_all(facts);
    intent.put_all(json!({
        "id": id,
        "client_secret": format!("{id}_secret_{}", id::object("")),
        "created": turn.now,
        "livemode": turn.rules.livemode,
    }));
    turn.state.add(Kind::Intent, intent.clone());
    turn.emit("payment_intent.created", &intent);
    intent
}

/// `POST /v1/payment_intents`.
pub(super) fn create(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let amount = form.int("amount").unwrap_or_default();
    if !(LEAST_CENTS..=MOST_CENTS).contains(&amount) {
        let (code, bound) = if amount < LEAST_CENTS {
            ("amount_too_small", "at least $0.50")
        } else {
            ("amount_too_large", "no more than $999,999.99")
        };
        return Err(Refusal::invalid(format!("Amount must be {bound} usd")).code(code).param("amount"));
    }
    let confirm = form.flag("confirm").unwrap_or_default();
    if form.has("off_session") && !confirm {
        return Err(Refusal::invalid("`off_session` can only be used with `confirm=true`.").param("off_session"));
    }
    if let Some(customer) = form.text("customer") {
        turn.find(Kind::Customer, customer, "customer")?;
    }
    if let Some(method) = form.text("payment_method").filter(|_| confirm) {
        // An unknown payment method must be refused before an intent is made of it.
        if super::card::ready_made(method).is_none() {
            turn.find(Kind::PaymentMethod, method, "payment_method")?;
        }
    }
    let kinds = form.list("payment_method_types");
    let mut metadata = json!({});
    merge_metadata(&mut metadata, form.map("metadata"));
    let facts = json!({
        "amount": amount,
        "currency": form.text("currency").unwrap_or_default().to_lowercase(),
        "customer": or_null(form.text("customer")),
        "description": or_null(form.text("description")),
        "metadata": metadata,
        "payment_method": or_null(form.text("payment_method")),
        "payment_method_types": if kinds.is_empty() { vec!["card"] } else { kinds },
        "receipt_email": or_null(form.text("receipt_email")),
        "setup_future_usage": or_null(form.text("setup_future_usage")),
        "statement_descriptor_suffix": or_null(form.text("statement_descriptor_suffix")),
        "status": if form.has("payment_method") { "requires_confirmation" } else { "requires_payment_method" },
    });
    let intent = new(turn, facts);
    if confirm { confirm_now(turn, intent.text("id"), form) } else { Ok(intent) }
}

/// `POST /v1/payment_intents/{intent}/confirm`.
pub(super) fn confirm(turn: &mut Turn<'_>, intent_id: &str, form: &Form) -> Reply {
    let intent = turn.find(Kind::Intent, intent_id, "intent")?;
    if !matches!(intent.text("status"), "requires_confirmation" | "requires_payment_method" | "requires_action") {
        return Err(wrong_state(&intent, "confirm"));
    }
    confirm_now(turn, intent_id, form)
}

fn confirm_now(turn: &mut Turn<'_>, intent_id: &str, form: &Form) -> Reply {
    let intent = turn.find(Kind::Intent, intent_id, "intent")?;
    let method = form.text("payment_method").unwrap_or(intent.text("payment_method"));
    if method.is_empty() {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(Refusal::not_now(message).code("payment_intent_unexpected_state"));
    }
    let customer = Some(intent.text("customer")).filter(|id| !id.is_empty());
    let (method, instrument) = customer::payment_method(turn, method, customer).map_err(Refusal::after_effect)?;
    let off_session = form.text("off_session").is_some_and(|value| value != "false");
    let presence = if off_session { Presence::OffSession } else { Presence::OnSession };
    match charge::attempt(turn, intent_id, &method, instrument, presence) {
        Charged::Succeeded | Charged::Processing => turn.find(Kind::Intent, intent_id, "intent"),
        Charged::NeedsAuthentication => Ok(require_action(turn, intent_id, &method, None)),
        Charged::Declined(refusal) => {
            let intent = turn.find(Kind::Intent, intent_id, "intent")?;
            Err(refusal.with("payment_intent", intent).with("payment_method", method))
        }
    }
}

/// The cardholder must pass 3-D Secure before the intent can go on: on the session's `page`, or in an app where there is none.
pub(super) fn require_action(turn: &mut Turn<'_>, intent_id: &str, method: &Value, page: Option<&str>) -> Value {
    let next = match page {
        Some(url) => json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": null, "url": url } }),
        None => json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect" } }),
    };
    let fields = json!({ "status": "requires_action", "payment_method": method.text("id"), "next_action": next });
    let intent = turn.change(Kind::Intent, intent_id, fields);
    turn.emit("payment_intent.requires_action", &intent);
    intent
}

/// The cardholder failed 3-D Secure: no charge, another payment method is needed.
pub(super) fn fail_authentication(turn: &mut Turn<'_>, intent_id: &str) -> Refusal {
    let sentence =
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
    let refusal = Refusal::card("payment_intent_authentication_failure", None, sentence);
    let intent = turn.change(
        Kind::Intent,
        intent_id,
        json!({
            "status": "requires_payment_method", "last_payment_error": refusal.error(), "payment_method": null,
            "next_action": null,
        }),
    );
    turn.emit("payment_intent.payment_failed", &intent);
    refusal
}

/// `GET /v1/payment_intents`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["customer"]);
    list::page(turn.state.all(Kind::Intent).iter().filter(|own| wanted.holds(own)), form, "/v1/payment_intents")
}

/// `POST /v1/payment_intents/{intent}/cancel`.
pub(super) fn cancel(turn: &mut Turn<'_>, intent_id: &str, form: &Form) -> Reply {
    let intent = turn.find(Kind::Intent, intent_id, "intent")?;
    if matches!(intent.text("status"), "succeeded" | "canceled" | "processing") {
        return Err(wrong_state(&intent, "cancel"));
    }
    if turn.state.all(Kind::Session).iter().any(|session| session.text("payment_intent") == intent_id) {
        let message =
            "You cannot cancel a PaymentIntent that was created by a Checkout Session. Expire the Session instead.";
        return Err(Refusal::not_now(message));
    }
    Ok(close(turn, intent_id, form.text("cancellation_reason")))
}

/// The session of this intent has expired.
pub(super) fn cancel_for_session(turn: &mut Turn<'_>, intent_id: &str) {
    close(turn, intent_id, Some("automatic"));
}

fn close(turn: &mut Turn<'_>, intent_id: &str, reason: Option<&str>) -> Value {
    let now = turn.now;
    let fields =
        json!({ "status": "canceled", "canceled_at": now, "cancellation_reason": reason, "next_action": null });
    let intent = turn.change(Kind::Intent, intent_id, fields);
    turn.emit("payment_intent.canceled", &intent);
    intent
}

fn wrong_state(intent: &Value, verb: &str) -> Refusal {
    let status = intent.text("status");
    let message = format!("You cannot {verb} this PaymentIntent because it has a status of {status}.");
    Refusal::not_now(message).code("payment_intent_unexpected_state").with("payment_intent", intent.clone())
}
