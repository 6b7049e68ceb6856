//! Webhooks: every event is signed and posted to the endpoint, in order, and again later when it was not taken.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::event;
use super::fault::{self, Action};
use super::fields::Fields;
use super::shared::Shared;
use super::signature::{self, SignatureKind};
use super::state::Kind;

/// Stripe waits about this long for an endpoint.
const PATIENCE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_millis(5);

/// One try to deliver an event.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// `evt_...`
    pub event_id: String,
    /// Such as `checkout.session.completed`.
    pub event_type: String,
    /// Which try of this event it was, from 1.
    pub number: u32,
    /// The endpoint's HTTP status; none where there was no answer or the event was dropped.
    pub status: Option<u16>,
    /// How it was signed.
    pub signature: SignatureKind,
}

/// An event on its way.
#[derive(Clone, Debug)]
struct Parcel {
    event_id: String,
    tries: u32,
    not_before: Instant,
    /// Waits until a later event was delivered.
    held: bool,
    /// A fault has already had its say about this parcel.
    spared: bool,
}

/// The events on their way, in the order they happened.
#[derive(Debug, Default)]
pub(super) struct Queue {
    parcels: VecDeque<Parcel>,
    /// Whether a delivery is being made at this moment.
    busy: bool,
    /// Every try so far.
    pub(super) attempts: Vec<Attempt>,
}

impl Queue {
    /// Queues the first delivery of an event.
    pub(super) fn add(&mut self, event_id: String) {
        self.parcels.push_back(Parcel { event_id, tries: 0, not_before: Instant::now(), held: false, spared: false });
    }

    /// The same for an event that is not in the queue; says whether it was not.
    pub(super) fn add_missing(&mut self, event_id: &str) -> bool {
        let missing = self.parcels.iter().all(|parcel| parcel.event_id != event_id);
        if missing {
            self.add(event_id.to_owned());
        }
        missing
    }

    /// Whether every event was tried at least once; one that is held back for another does not count.
    pub(super) fn all_tried(&self) -> bool {
        !self.busy && self.parcels.iter().all(|parcel| parcel.tries > 0 || parcel.held)
    }

    /// Whether nothing can be delivered at this moment.
    pub(super) fn idle(&self) -> bool {
        let now = Instant::now();
        !self.busy && self.parcels.iter().all(|parcel| parcel.held || parcel.not_before > now)
    }

    /// Makes everything that waits for a retry, a delay or another event go now.
    pub(super) fn hurry(&mut self) {
        for parcel in &mut self.parcels {
            parcel.not_before = Instant::now();
            parcel.held = false;
        }
    }

    fn next(&mut self) -> Option<Parcel> {
        let now = Instant::now();
        let place = self.parcels.iter().position(|parcel| !parcel.held && parcel.not_before <= now)?;
        self.busy = true;
        self.parcels.remove(place)
    }
}

/// Delivers events for as long as the sandbox runs.
pub(super) async fn run(shared: Arc<Shared>, client: reqwest::Client) {
    loop {
        let parcel = shared.queue().next();
        match parcel {
            Some(parcel) => {
                deliver(&shared, &client, parcel).await;
                shared.queue().busy = false;
            }
            None => tokio::time::sleep(IDLE).await,
        }
    }
}

async fn deliver(shared: &Shared, client: &reqwest::Client, mut parcel: Parcel) {
    let Some(mut event) = shared.state().get(Kind::Event, &parcel.event_id).cloned() else { return };
    let action = if parcel.spared { None } else { fault::for_delivery(&mut shared.faults(), event.text("type")) };
    let mut signature = SignatureKind::Good;
    let mut copies = 1;
    match action {
        Some(Action::Reorder) => {
            shared.queue().parcels.push_front(Parcel { held: true, spared: true, ..parcel });
            return;
        }
        Some(Action::Delay { ms }) => {
            let not_before = Instant::now() + Duration::from_millis(ms);
            shared.queue().parcels.push_back(Parcel { not_before, spared: true, ..parcel });
            return;
        }
        Some(Action::Drop) => {
            record(shared, &event, parcel.tries + 1, None, &signature);
            return;
        }
        Some(Action::Duplicate { extra }) => copies += extra,
        Some(Action::Sign(kind)) => signature = kind,
        Some(Action::Mutate { fields }) => fault::mutate(&mut event, &fields),
        _ => {}
    }
    parcel.tries += 1;
    let posts = (0..copies).map(|_| post(shared, client, &event, &signature));
    let statuses = futures_util::future::join_all(posts).await;
    for status in &statuses {
        record(shared, &event, parcel.tries, *status, &signature);
    }
    if statuses.iter().flatten().any(|status| (200..300).contains(status)) {
        event::delivered(&mut shared.state(), &parcel.event_id);
        release_held(shared);
    } else {
        retry_later(shared, parcel);
    }
}

fn release_held(shared: &Shared) {
    for parcel in &mut shared.queue().parcels {
        parcel.held = false;
    }
}

fn retry_later(shared: &Shared, parcel: Parcel) {
    let tried = usize::try_from(parcel.tries).unwrap_or(usize::MAX);
    if let Some(delay) = shared.retry_delays.get(tried.saturating_sub(1)) {
        let parcel = Parcel { not_before: Instant::now() + *delay, spared: false, held: false, ..parcel };
        shared.queue().parcels.push_back(parcel);
    }
}

fn record(shared: &Shared, event: &Value, number: u32, status: Option<u16>, signature: &SignatureKind) {
    shared.queue().attempts.push(Attempt {
        event_id: event.text("id").to_owned(),
        event_type: event.text("type").to_owned(),
        number,
        status,
        signature: signature.clone(),
    });
}

/// Posts one event, signed as told, and returns the endpoint's status.
pub(super) async fn post(
    shared: &Shared,
    client: &reqwest::Client,
    event: &Value,
    signature: &SignatureKind,
) -> Option<u16> {
    let url = shared.webhook_url()?;
    let body = serde_json::to_string_pretty(event).unwrap_or_default();
    let now = shared.clock.now().timestamp();
    let mut request = client
        .post(url)
        .timeout(PATIENCE)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
    if let Some(header) = signature::header(signature, &shared.webhook_secrets, now, &body) {
        request = request.header("stripe-signature", header);
    }
    let answer = request.body(body).send().await.ok()?;
    Some(answer.status().as_u16())
}

/// A client for webhooks: no proxy, since endpoints of a sandbox are on this machine.
///
/// # Errors
/// When the client cannot be made.
pub(super) fn client() -> Result<reqwest::Client, reqwest::Error> {
    // A second provider is refused; the first one serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()
}
