//! What a test or a person does to the sandbox, apart from the API itself.

use std::time::Duration;

use serde_json::Value;

use super::checkout::{self, PayOutcome};
use super::shared::Shared;
use super::{dispute, event, refund};

const POLL: Duration = Duration::from_millis(2);

pub(super) fn pay(shared: &Shared, session_id: &str, number: &str) -> Result<PayOutcome, String> {
    shared.turn(Value::Null, |turn| checkout::pay(turn, session_id, number))
}

pub(super) fn authenticate(shared: &Shared, session_id: &str, passed: bool) -> Result<PayOutcome, String> {
    shared.turn(Value::Null, |turn| checkout::authenticate(turn, session_id, passed))
}

pub(super) fn settle(shared: &Shared, session_id: &str) -> bool {
    shared.turn(Value::Null, |turn| turn.settle_session(session_id))
}

pub(super) fn dispute(shared: &Shared, charge_id: &str, inquiry: bool) {
    shared.turn(Value::Null, |turn| dispute::open(turn, charge_id, inquiry));
}

pub(super) fn decide(shared: &Shared, dispute_id: &str, won: bool) {
    shared.turn(Value::Null, |turn| dispute::decide(turn, dispute_id, won));
}

pub(super) fn fail_refund(shared: &Shared, refund_id: &str) {
    shared.turn(Value::Null, |turn| refund::fail(turn, refund_id));
}

/// Queues every event again that no endpoint has taken and that is not on its way anyhow; says how many.
pub(super) fn redeliver(shared: &Shared) -> usize {
    let ids = event::undelivered(&shared.state());
    let mut queue = shared.queue();
    ids.into_iter().filter(|id| queue.add_missing(id)).count()
}

pub(super) async fn deliver_all(shared: &Shared) {
    while !shared.queue().all_tried() {
        tokio::time::sleep(POLL).await;
    }
}

pub(super) async fn hurry_deliveries(shared: &Shared) {
    shared.queue().hurry();
    while !shared.queue().idle() {
        tokio::time::sleep(POLL).await;
    }
}
