//! Disputes: inquiries and chargebacks, from opening to won or lost.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::balance::{self, DISPUTE_FEE_CENTS};
use super::fields::{Fields, merge_metadata};
use super::id;
use super::list;
use super::params::Form;
use super::state::{Kind, State, blank};
use super::turn::Turn;

const EVIDENCE_DAYS: i64 = 7;
/// Stripe's magic evidence in test mode.
const WINNING: &str = "winning_evidence";
const LOSING: &str = "losing_evidence";

/// The cardholder's bank disputes a charge: an inquiry moves no money, a chargeback takes it at once.
pub(super) fn open(turn: &mut Turn<'_>, charge_id: &str, inquiry: bool) {
    let charge = turn.state.get(Kind::Charge, charge_id).cloned().unwrap_or_default();
    let amount = charge.int("amount_captured") - charge.int("amount_refunded");
    // Nothing is left to dispute of a charge that was given back.
    if charge.text("status") != "succeeded" || charge.flag("disputed") || amount < 1 {
        return;
    }
    let mut dispute = blank("dispute");
    let dispute_id = id::object("du_1");
    dispute.put_all(json!({
        "id": dispute_id,
        "amount": amount,
        "charge": charge_id,
        "created": turn.now,
        "currency": charge.text("currency"),
        "is_charge_refundable": inquiry,
        "livemode": turn.rules.livemode,
        "payment_intent": charge.get("payment_intent"),
        "status": if inquiry { "warning_needs_response" } else { "needs_response" },
    }));
    if let Some(details) = dispute.get_mut("evidence_details") {
        details.put("due_by", turn.now + EVIDENCE_DAYS * 24 * 60 * 60);
    }
    if inquiry && let Some(card) = dispute.pointer_mut("/payment_method_details/card") {
        card.put("case_type", "inquiry");
    }
    turn.state.add(Kind::Dispute, dispute.clone());
    turn.change(Kind::Charge, charge_id, json!({ "disputed": true }));
    turn.emit("charge.dispute.created", &dispute);
    if !inquiry {
        withdraw(turn, &dispute_id);
    }
}

/// Whether a chargeback, open or lost, holds the charge's money: it cannot be refunded then. An inquiry does not.
pub(super) fn holds_charge(state: &State, charge_id: &str) -> bool {
    let of_charge = state.all(Kind::Dispute).iter().filter(|dispute| dispute.text("charge") == charge_id);
    let mut statuses = of_charge.map(|dispute| dispute.text("status"));
    statuses.any(|status| matches!(status, "needs_response" | "under_review" | "lost"))
}

fn withdraw(turn: &mut Turn<'_>, dispute_id: &str) {
    let dispute = turn.state.get(Kind::Dispute, dispute_id).cloned().unwrap_or_default();
    let dispute = post(turn, &dispute, -dispute.int("amount"), DISPUTE_FEE_CENTS);
    turn.emit("charge.dispute.funds_withdrawn", &dispute);
}

/// Adds a balance transaction to the dispute and returns the dispute with it.
fn post(turn: &mut Turn<'_>, dispute: &Value, amount: i64, fee: i64) -> Value {
    let transaction = balance::record_with_fee(turn, "adjustment", dispute, amount, fee);
    let transaction = turn.state.get(Kind::Transaction, &transaction).cloned().unwrap_or_default();
    let mut all = dispute.get("balance_transactions").and_then(Value::as_array).cloned().unwrap_or_default();
    all.push(transaction);
    turn.change(Kind::Dispute, dispute.text("id"), json!({ "balance_transactions": all }))
}

/// The bank has decided.
pub(super) fn decide(turn: &mut Turn<'_>, dispute_id: &str, won: bool) {
    let dispute = turn.state.get(Kind::Dispute, dispute_id).cloned().unwrap_or_default();
    let inquiry = dispute.text("status").starts_with("warning_");
    if matches!(dispute.text("status"), "won" | "lost" | "warning_closed") || dispute.is_null() {
        return;
    }
    let status = match (inquiry, won) {
        (true, true) => "warning_closed",
        (true, false) => {
            escalate(turn, dispute_id);
            return;
        }
        (false, true) => "won",
        (false, false) => "lost",
    };
    let mut dispute = turn.change(Kind::Dispute, dispute_id, json!({ "status": status }));
    if status == "won" {
        dispute = post(turn, &dispute, dispute.int("amount"), -DISPUTE_FEE_CENTS);
        turn.emit("charge.dispute.funds_reinstated", &dispute);
    }
    turn.emit("charge.dispute.closed", &dispute);
}

/// An inquiry nobody answered well becomes a chargeback.
fn escalate(turn: &mut Turn<'_>, dispute_id: &str) {
    let fields = json!({ "status": "needs_response", "is_charge_refundable": false });
    let dispute = turn.change(Kind::Dispute, dispute_id, fields);
    turn.emit("charge.dispute.updated", &dispute);
    withdraw(turn, dispute_id);
}

/// `POST /v1/disputes/{dispute}`: evidence; the magic words of Stripe's test mode decide it.
pub(super) fn update(turn: &mut Turn<'_>, dispute_id: &str, form: &Form) -> Reply {
    let mut dispute = turn.find(Kind::Dispute, dispute_id, "dispute")?;
    if matches!(dispute.text("status"), "won" | "lost" | "warning_closed") {
        return Err(Refusal::not_now("This dispute is already closed."));
    }
    if let Some(own) = dispute.get_mut("metadata") {
        merge_metadata(own, form.map("metadata"));
    }
    let mut evidence = form.map("evidence");
    evidence.remove("enhanced_evidence");
    let submit = form.flag("submit").unwrap_or(true) && !evidence.is_empty();
    if let Some(own) = dispute.get_mut("evidence") {
        own.put_all(Value::Object(evidence));
    }
    if let Some(details) = dispute.get_mut("evidence_details") {
        let count = details.int("submission_count") + i64::from(submit);
        details.put_all(json!({ "has_evidence": true, "submission_count": count }));
    }
    if submit {
        let inquiry = dispute.text("status").starts_with("warning_");
        dispute.put("status", if inquiry { "warning_under_review" } else { "under_review" });
    }
    let dispute = turn.change(Kind::Dispute, dispute_id, dispute);
    turn.emit("charge.dispute.updated", &dispute);
    match form.text("evidence[uncategorized_text]").filter(|_| submit) {
        Some(WINNING) => decide(turn, dispute_id, true),
        Some(LOSING) => decide(turn, dispute_id, false),
        _ => {}
    }
    turn.find(Kind::Dispute, dispute_id, "dispute")
}

/// `POST /v1/disputes/{dispute}/close`: we accept it as lost; an inquiry cannot be closed.
pub(super) fn close(turn: &mut Turn<'_>, dispute_id: &str, _form: &Form) -> Reply {
    let dispute = turn.find(Kind::Dispute, dispute_id, "dispute")?;
    if !matches!(dispute.text("status"), "needs_response" | "under_review") {
        return Err(Refusal::not_now("This dispute is already closed or is an inquiry."));
    }
    decide(turn, dispute_id, false);
    turn.find(Kind::Dispute, dispute_id, "dispute")
}

/// `GET /v1/disputes`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["charge", "payment_intent"]);
    list::page(turn.state.all(Kind::Dispute).iter().filter(|own| wanted.holds(own)), form, "/v1/disputes")
}
