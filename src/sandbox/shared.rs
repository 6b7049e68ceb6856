//! What the server's threads and the test's handle share.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::deliver::Queue;
use super::fault::Fault;
use super::smtp::Mailbox;
use super::state::{self, State};
use super::turn::{Rules, Turn};
use crate::clock::Clock;
use crate::credentials::Seed;

/// The log keeps this many requests.
const LOG_LENGTH: usize = 20_000;

/// A request as it was seen, for assertions.
#[derive(Clone, Debug, Serialize)]
pub struct SeenRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// The pairs of the form, or of the query of a GET.
    pub form: Vec<(String, String)>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// `Stripe-Version`, where one was sent.
    pub stripe_version: Option<String>,
    /// Unix milliseconds by the sandbox's clock.
    pub at_ms: i64,
    /// `Request-Id` of the answer.
    pub request_id: String,
    /// Status of the answer; none while it is being made or when the connection was closed without one.
    pub status: Option<u16>,
}

/// Everything behind a running sandbox.
pub(super) struct Shared {
    pub(super) secret_key: String,
    pub(super) webhook_secrets: Vec<String>,
    pub(super) authenticators: Vec<(String, Seed)>,
    pub(super) retry_delays: Vec<Duration>,
    pub(super) rules: Rules,
    pub(super) clock: Clock,
    pub(super) state_file: Option<PathBuf>,
    pub(super) webhook_url: Mutex<Option<String>>,
    pub(super) state: Mutex<State>,
    pub(super) in_flight: Mutex<HashSet<String>>,
    pub(super) faults: Mutex<Vec<Fault>>,
    pub(super) queue: Mutex<Queue>,
    pub(super) log: Mutex<VecDeque<SeenRequest>>,
    pub(super) mailbox: Mailbox,
}

/// A lock that a panicked test thread cannot spoil for the others.
fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        open(&self.state)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        open(&self.faults)
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        open(&self.queue)
    }

    pub(super) fn in_flight(&self) -> MutexGuard<'_, HashSet<String>> {
        open(&self.in_flight)
    }

    pub(super) fn log(&self) -> MutexGuard<'_, VecDeque<SeenRequest>> {
        open(&self.log)
    }

    pub(super) fn webhook_url(&self) -> Option<String> {
        open(&self.webhook_url).clone()
    }

    pub(super) fn set_webhook_url(&self, url: Option<String>) {
        *open(&self.webhook_url) = url;
    }

    /// Takes a turn at the state: first what is due by itself, then `job`; events are queued for delivery afterwards.
    pub(super) fn turn<T>(&self, request: Value, job: impl FnOnce(&mut Turn<'_>) -> T) -> T {
        let has_endpoint = self.webhook_url().is_some();
        let mut state = self.state();
        let now = self.clock.now().timestamp();
        let mut turn = Turn { state: &mut state, rules: &self.rules, now, has_endpoint, request: Value::Null };
        turn.catch_up();
        turn.request = request;
        let result = job(&mut turn);
        let outbox = std::mem::take(&mut state.outbox);
        // The queue is filled before the state is let go: two turns must not change places on the way.
        let mut queue = self.queue();
        for event_id in outbox {
            queue.add(event_id);
        }
        result
    }

    /// Puts a request into the log.
    pub(super) fn see(&self, request: SeenRequest) {
        let mut log = self.log();
        if log.len() >= LOG_LENGTH {
            log.pop_front();
        }
        log.push_back(request);
    }

    /// Notes the status a logged request was answered with.
    pub(super) fn saw_answer(&self, request_id: &str, status: u16) {
        if let Some(seen) = self.log().iter_mut().rev().find(|seen| seen.request_id == request_id) {
            seen.status = Some(status);
        }
    }

    /// Saves the state where it shall be kept and has changed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn save(&self) -> std::io::Result<()> {
        let Some(file) = &self.state_file else { return Ok(()) };
        let unsaved = self.state().take_unsaved();
        unsaved.map_or(Ok(()), |bytes| state::save(file, &bytes))
    }
}
