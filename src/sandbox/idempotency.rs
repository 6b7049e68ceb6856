//! The idempotency store: one effect for one key, whatever is sent again.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::answer::Refusal;

/// Stripe forgets a key after 24 hours.
const KEPT_SECONDS: i64 = 24 * 60 * 60;
const KEY_CHARS: usize = 255;

/// An answer as it was given the first time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    fingerprint: String,
    /// HTTP status of the first answer.
    pub(super) status: u16,
    /// Body of the first answer.
    pub(super) body: String,
    /// `Request-Id` of the first answer.
    pub(super) request_id: String,
    /// Unix seconds.
    at: i64,
}

/// What to do with a request that carries a key.
pub(super) enum Begun {
    /// Execute it; [`finish`] or [`abandon`] must follow.
    Fresh,
    /// Answer this again.
    Replay(Stored),
}

/// Looks the key up and marks it as being worked on.
///
/// # Errors
/// 409 while another request with the key executes, 400 when the key was used with other parameters or is too long.
pub(super) fn begin(
    answers: &mut HashMap<String, Stored>,
    in_flight: &mut HashSet<String>,
    key: &str,
    fingerprint: &str,
    now: i64,
) -> Result<Begun, Refusal> {
    if key.chars().count() > KEY_CHARS {
        return Err(Refusal::invalid("Idempotency keys can have up to 255 characters."));
    }
    if answers.get(key).is_some_and(|stored| now - stored.at >= KEPT_SECONDS) {
        answers.remove(key);
    }
    match answers.get(key) {
        Some(stored) if stored.fingerprint != fingerprint => Err(Refusal::key_reused(key)),
        Some(stored) => Ok(Begun::Replay(stored.clone())),
        None if !in_flight.insert(key.to_owned()) => Err(Refusal::in_flight(key)),
        None => Ok(Begun::Fresh),
    }
}

/// Keeps the answer of a request that executed, whether it went well or not.
pub(super) fn finish(
    answers: &mut HashMap<String, Stored>,
    in_flight: &mut HashSet<String>,
    key: &str,
    answer: (u16, String, String),
    fingerprint: &str,
    now: i64,
) {
    let (status, body, request_id) = answer;
    in_flight.remove(key);
    answers.insert(key.to_owned(), Stored { fingerprint: fingerprint.to_owned(), status, body, request_id, at: now });
}

/// Forgets a key whose request never executed: Stripe keeps no answer then.
pub(super) fn abandon(in_flight: &mut HashSet<String>, key: &str) {
    in_flight.remove(key);
}
