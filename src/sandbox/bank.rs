//! Bank debits: the session is complete at once, the money follows or comes back days (here: seconds) later.

use serde_json::json;

use super::answer::Refusal;
use super::card::{self, Behavior};
use super::charge;
use super::fields::Fields;
use super::state::Kind;
use super::turn::Turn;

/// Lets the bank debit of this intent succeed or fail, as its account does.
pub(super) fn settle(turn: &mut Turn<'_>, intent_id: &str) {
    let intent = turn.state.get(Kind::Intent, intent_id).cloned().unwrap_or_default();
    if intent.text("status") != "processing" {
        return;
    }
    let charge = intent.text("latest_charge").to_owned();
    let number = turn.state.instruments.get(intent.text("payment_method")).cloned().unwrap_or_default();
    let fails = card::instrument(&number).is_some_and(|own| own.behavior == Behavior::BankFails);
    if fails {
        let sentence = "The customer's account has insufficient funds to cover this payment.";
        let refusal = Refusal::card("insufficient_funds", Some("insufficient_funds"), sentence);
        charge::fail(turn, intent_id, &charge, &refusal);
    } else {
        charge::succeed(turn, intent_id, &charge);
    }
    let sessions = turn.state.all(Kind::Session).iter();
    let session = sessions.rev().find(|session| session.text("payment_intent") == intent_id);
    let Some(session) = session.map(|session| session.text("id").to_owned()) else { return };
    if fails {
        let session = turn.state.get(Kind::Session, &session).cloned().unwrap_or_default();
        turn.emit("checkout.session.async_payment_failed", &session);
    } else {
        let session = turn.change(Kind::Session, &session, json!({ "payment_status": "paid" }));
        turn.emit("checkout.session.async_payment_succeeded", &session);
    }
}
