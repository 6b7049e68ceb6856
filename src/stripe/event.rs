//! Events: what Stripe pushes by webhook and lists for those who missed it.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use stripe_client_core::StripeRequest;
use stripe_core::event::ListEvent;
use stripe_types::RangeQueryTs;
use tokio::time::Instant;

use crate::domain::facts::Facts;
use crate::domain::payment::PaymentSignal;
use crate::stripe::answer::{Event, List, Session};
use crate::stripe::client::{Stripe, StripeError};
use crate::stripe::dispute::Dispute;
use crate::stripe::refund::{Refund, RefundedCharge};

/// The events that change what we know; the webhook endpoint at Stripe should be subscribed to these.
pub const EVENT_TYPES: [&str; 14] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
];

/// An event as it came, and what of it we could read.
#[derive(Clone, Debug)]
pub struct ReceivedEvent {
    /// The JSON text, unchanged.
    pub raw: String,
    /// Stripe's id, the same for each delivery.
    pub id: String,
    /// Stripe's type.
    pub kind: String,
    /// When it happened at Stripe.
    pub created_at: DateTime<Utc>,
    /// Whether it is about real money.
    pub livemode: bool,
    /// What it tells.
    pub content: EventContent,
}

/// What an event is to us.
#[derive(Clone, Debug)]
pub enum EventContent {
    /// Facts about money.
    Told(Box<Facts>),
    /// A type we do not use.
    Other,
    /// A type we use, in a shape we cannot read; the sweep asks Stripe instead.
    Unreadable,
}

impl ReceivedEvent {
    /// Reads an event, whatever its shape: what is no event of ours is stored all the same. One that has no id gets a
    /// name made from its text, so that a repetition is known.
    pub fn read(raw: &str) -> ReceivedEvent {
        let event: Event = serde_json::from_str(raw).unwrap_or_default();
        let id =
            event.id.as_str().filter(|id| (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()));
        let kind = event.kind.as_str().unwrap_or_default();
        ReceivedEvent {
            raw: raw.to_owned(),
            content: if id.is_some() { content(&event, kind) } else { EventContent::Unreadable },
            created_at: event.created.as_i64().and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default(),
            id: id.map_or_else(|| name_of(raw), str::to_owned),
            kind: kind.chars().filter(|c| !c.is_control()).take(100).collect(),
            livemode: event.livemode.as_bool().unwrap_or(false),
        }
    }
}

fn name_of(raw: &str) -> String {
    let digest = Sha256::digest(raw.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |name, byte| format!("{name}{byte:02x}"))
}

/// What an event and its object say of the mode together; `None` where they contradict each other.
fn both(event: &Event, object: Option<bool>) -> Option<bool> {
    match (event.livemode.as_bool(), object) {
        (Some(told), Some(live)) => (told == live).then_some(live),
        (told, live) => told.or(live),
    }
}

fn content(event: &Event, kind: &str) -> EventContent {
    let told = match kind {
        "checkout.session.completed" => None,
        "checkout.session.async_payment_succeeded" => Some(PaymentSignal::Paid),
        "checkout.session.async_payment_failed" => Some(PaymentSignal::Declined),
        "checkout.session.expired" => Some(PaymentSignal::Expired),
        kind if kind.starts_with("refund.") || kind.starts_with("charge.") => return returned(event, kind),
        _ => return EventContent::Other,
    };
    let session = serde_json::from_value::<Session>(object_of(event)).ok();
    let Some(session) = session else { return EventContent::Unreadable };
    let mut facts = session.facts();
    facts.livemode = both(event, session.livemode);
    match (told, facts.signal) {
        (Some(PaymentSignal::Declined), _) => facts.signal = Some(PaymentSignal::Declined),
        (Some(told), Some(seen)) if told == seen => {}
        (None, Some(PaymentSignal::Paid | PaymentSignal::Processing | PaymentSignal::Declined)) => {}
        // The type and the object contradict each other: no ground to move money on.
        _ => return EventContent::Unreadable,
    }
    EventContent::Told(Box::new(Facts::Checkout(facts)))
}

fn object_of(event: &Event) -> serde_json::Value {
    event.data.get("object").cloned().unwrap_or_default()
}

/// What an event tells of money that goes back.
fn returned(event: &Event, kind: &str) -> EventContent {
    let object = || object_of(event);
    let facts = match kind {
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            serde_json::from_value::<Refund>(object())
                .ok()
                .and_then(|r| r.facts(event.livemode.as_bool()))
                .map(Facts::Refund)
        }
        "charge.refunded" => serde_json::from_value::<RefundedCharge>(object()).ok().map(|charge| {
            let mut facts = charge.facts();
            facts.livemode = both(event, facts.livemode);
            Facts::Charge(facts)
        }),
        kind if kind.starts_with("charge.dispute.") => {
            serde_json::from_value::<Dispute>(object()).ok().map(|dispute| {
                let mut facts = dispute.facts(Some(kind));
                facts.livemode = both(event, facts.livemode);
                Facts::Chargeback(facts)
            })
        }
        _ => return EventContent::Other,
    };
    facts.map_or(EventContent::Unreadable, |facts| EventContent::Told(Box::new(facts)))
}

impl Stripe {
    /// One page of events of our types since `since`, newest first, after the event `after`.
    ///
    /// All of them, not only the undelivered: one that was answered 200 and then lost with a restored backup is as
    /// missing as one that never came, and repeats are harmless.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn events_since(
        &self,
        since: DateTime<Utc>,
        after: Option<&str>,
        deadline: Instant,
    ) -> Result<(Vec<ReceivedEvent>, Option<String>), StripeError> {
        let types: Vec<String> = EVENT_TYPES.iter().map(|t| (*t).to_owned()).collect();
        let mut request = ListEvent::new().limit(100).types(types).created(RangeQueryTs::gte(since.timestamp()));
        if let Some(after) = after {
            request = request.starting_after(after);
        }
        let page: List<Box<RawValue>> = self.send(request.build(), None, deadline).await?;
        let events: Vec<ReceivedEvent> = page.data.iter().map(|raw| ReceivedEvent::read(raw.get())).collect();
        let next = events.last().map(|e| e.id.clone()).filter(|_| page.has_more);
        Ok((events, next))
    }

    /// Asks for something small: whether Stripe answers and takes the key, and the API version that it answers in.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn probe(&self) -> Result<Option<String>, StripeError> {
        self.version_of(&ListEvent::new().limit(1).build()).await
    }
}
