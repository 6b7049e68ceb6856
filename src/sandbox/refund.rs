//! Refunds: whole and partial, at once or later, and some that come back.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::balance;
use super::card::{self, Behavior};
use super::dispute;
use super::fields::{Fields, merge_metadata, or_null};
use super::happening::Happening;
use super::id;
use super::list;
use super::params::Form;
use super::state::{Kind, blank};
use super::turn::Turn;

/// `POST /v1/refunds`.
pub(super) fn create(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let charge = charge_of(turn, form)?;
    let amount = refundable(turn, &charge, form.int("amount"))?;
    let charge_id = charge.text("id").to_owned();
    let number = turn.state.instruments.get(charge.text("payment_method")).cloned().unwrap_or_default();
    let behavior = card::instrument(&number).map(|own| own.behavior);
    let pends = matches!(behavior, Some(Behavior::RefundPends | Behavior::BankSettles));
    let mut refund = blank("refund");
    refund.put_all(json!({
        "id": id::object("re_3"),
        "amount": amount,
        "charge": charge_id,
        "created": turn.now,
        "currency": charge.text("currency"),
        "metadata": form.map("metadata"),
        "payment_intent": charge.get("payment_intent"),
        "reason": or_null(form.text("reason")),
        "status": if pends { "pending" } else { "succeeded" },
    }));
    if pends {
        refund.put("pending_reason", "processing");
    }
    let transaction = balance::record(turn, "refund", &refund, -amount);
    refund.put("balance_transaction", transaction);
    let refund_id = refund.text("id").to_owned();
    turn.state.add(Kind::Refund, refund.clone());
    turn.emit("refund.created", &refund);
    let charge = set_refunded(turn, &charge_id, charge.int("amount_refunded") + amount);
    turn.emit("charge.refunded", &charge);
    match behavior {
        Some(Behavior::RefundFails) => turn.plan(Happening::RefundFails { refund: refund_id }),
        _ if pends => turn.plan(Happening::RefundSucceeds { refund: refund_id }),
        _ => {}
    }
    Ok(refund)
}

fn charge_of(turn: &Turn<'_>, form: &Form) -> Result<Value, Refusal> {
    match (form.text("charge"), form.text("payment_intent")) {
        (Some(charge), None) => turn.find(Kind::Charge, charge, "charge"),
        (None, Some(intent)) => {
            let intent = turn.find(Kind::Intent, intent, "payment_intent")?;
            let charge = intent.text("latest_charge");
            turn.state.get(Kind::Charge, charge).cloned().ok_or_else(|| {
                let message =
                    format!("This PaymentIntent ({}) does not have a successful charge to refund.", intent.text("id"));
                Refusal::not_now(message).param("payment_intent")
            })
        }
        (Some(_), Some(_)) => {
            Err(Refusal::invalid("You may only specify one of these parameters: charge, payment_intent.")
                .param("charge"))
        }
        (None, None) => {
            let message = "One of the following params should be provided for this request: payment_intent or charge.";
            Err(Refusal::invalid(message).code("parameter_missing"))
        }
    }
}

/// How many cents to refund, if they may be.
fn refundable(turn: &Turn<'_>, charge: &Value, asked: Option<i64>) -> Result<i64, Refusal> {
    let id = charge.text("id");
    if charge.text("status") != "succeeded" {
        let message = format!("Charge {id} has not been paid and cannot be refunded.");
        return Err(Refusal::not_now(message).code("charge_not_refundable"));
    }
    if dispute::holds_charge(turn.state, id) {
        let message = format!("Charge {id} has been charged back; cannot issue a refund.");
        return Err(Refusal::not_now(message).code("charge_disputed"));
    }
    let left = charge.int("amount_captured") - charge.int("amount_refunded");
    if left == 0 {
        let message = format!("Charge {id} has already been refunded.");
        return Err(Refusal::not_now(message).code("charge_already_refunded"));
    }
    let amount = asked.unwrap_or(left);
    if amount < 1 {
        let message = "Invalid positive integer";
        return Err(Refusal::invalid(message).code("parameter_invalid_integer").param("amount"));
    }
    if amount > left {
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            dollars(amount),
            dollars(left)
        );
        return Err(Refusal::not_now(message).param("amount"));
    }
    Ok(amount)
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

fn set_refunded(turn: &mut Turn<'_>, charge_id: &str, refunded: i64) -> Value {
    let captured =
        turn.state.get(Kind::Charge, charge_id).map(|charge| charge.int("amount_captured")).unwrap_or_default();
    let fields = json!({ "amount_refunded": refunded, "refunded": refunded > 0 && refunded == captured });
    turn.change(Kind::Charge, charge_id, fields)
}

/// A pending refund arrived.
pub(super) fn succeed(turn: &mut Turn<'_>, refund_id: &str) {
    if !is_in(turn, refund_id, &["pending", "requires_action"]) {
        return;
    }
    let refund = turn.change(Kind::Refund, refund_id, json!({ "status": "succeeded" }));
    turn.emit("refund.updated", &refund);
    turn.emit("charge.refund.updated", &refund);
}

/// A refund came back: the money stands in the balance again and the charge is refunded by that much less.
pub(super) fn fail(turn: &mut Turn<'_>, refund_id: &str) {
    if is_in(turn, refund_id, &["pending", "succeeded", "requires_action"]) {
        undo(turn, refund_id, json!({ "status": "failed", "failure_reason": "lost_or_stolen_card" }));
    }
}

fn undo(turn: &mut Turn<'_>, refund_id: &str, fields: Value) {
    let refund = turn.state.get(Kind::Refund, refund_id).cloned().unwrap_or_default();
    let transaction = balance::record(turn, "refund_failure", &refund, refund.int("amount"));
    turn.change(Kind::Refund, refund_id, fields);
    let refund = turn.change(Kind::Refund, refund_id, json!({ "failure_balance_transaction": transaction }));
    let charge_id = refund.text("charge").to_owned();
    let refunded = turn.state.get(Kind::Charge, &charge_id).map(|own| own.int("amount_refunded")).unwrap_or_default();
    let charge = set_refunded(turn, &charge_id, refunded - refund.int("amount"));
    turn.emit("refund.updated", &refund);
    if refund.text("status") == "failed" {
        turn.emit("refund.failed", &refund);
    }
    turn.emit("charge.refund.updated", &refund);
    turn.emit("charge.updated", &charge);
}

fn is_in(turn: &Turn<'_>, refund_id: &str, statuses: &[&str]) -> bool {
    turn.state.get(Kind::Refund, refund_id).is_some_and(|refund| statuses.contains(&refund.text("status")))
}

/// `POST /v1/refunds/{refund}/cancel`; this sandbox also lets pending ones be canceled, as the dashboard does.
pub(super) fn cancel(turn: &mut Turn<'_>, refund_id: &str, _form: &Form) -> Reply {
    let refund = turn.find(Kind::Refund, refund_id, "refund")?;
    if !is_in(turn, refund_id, &["pending", "requires_action"]) {
        let message = format!("Refund {refund_id} has a status of {} and cannot be canceled.", refund.text("status"));
        return Err(Refusal::not_now(message));
    }
    turn.state.due.retain(|due| due.what != Happening::RefundSucceeds { refund: refund_id.to_owned() });
    undo(turn, refund_id, json!({ "status": "canceled", "failure_reason": "merchant_request" }));
    turn.find(Kind::Refund, refund_id, "refund")
}

/// `POST /v1/refunds/{refund}`: only its metadata can change.
pub(super) fn update(turn: &mut Turn<'_>, refund_id: &str, form: &Form) -> Reply {
    let mut refund = turn.find(Kind::Refund, refund_id, "refund")?;
    if let Some(own) = refund.get_mut("metadata") {
        merge_metadata(own, form.map("metadata"));
    }
    let refund = turn.change(Kind::Refund, refund_id, refund);
    turn.emit("refund.updated", &refund);
    Ok(refund)
}

/// `GET /v1/refunds`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["charge", "payment_intent"]);
    list::page(turn.state.all(Kind::Refund).iter().filter(|own| wanted.holds(own)), form, "/v1/refunds")
}
