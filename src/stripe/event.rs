//! Events: what Stripe pushes by webhook and lists for those who missed it.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
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
    Told(Facts),
    /// A type we do not use.
    Other,
    /// A type we use, in a shape we cannot read; the sweep asks Stripe instead.
    Unreadable,
}

impl ReceivedEvent {
    /// Reads an event. `None` when the text has not even an id and a type.
    pub fn read(raw: &str) -> Option<ReceivedEvent> {
        let event: Event = serde_json::from_str(raw).ok()?;
        let fits = (1..=255).contains(&event.id.len()) && event.id.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| ReceivedEvent {
            raw: raw.to_owned(),
            content: content(&event),
            created_at: DateTime::from_timestamp(event.created, 0).unwrap_or_default(),
            id: event.id,
            kind: event.kind.chars().filter(|c| !c.is_control()).take(100).collect(),
            livemode: event.livemode,
        })
    }
}

fn content(event: &Event) -> EventContent {
    let told = match event.kind.as_str() {
        "checkout.session.completed" => None,
        "checkout.session.async_payment_succeeded" => Some(PaymentSignal::Paid),
        "checkout.session.async_payment_failed" => Some(PaymentSignal::Declined),
        "checkout.session.expired" => Some(PaymentSignal::Expired),
        kind if kind.starts_with("refund.") || kind.starts_with("charge.") => return returned(event),
        _ => return EventContent::Other,
    };
    let session = event.data.as_ref().and_then(|d| serde_json::from_value::<Session>(d.object.clone()).ok());
    let Some(session) = session else { return EventContent::Unreadable };
    let mut facts = session.facts();
    // The event's own mode counts as well: either of them alone may have been tampered with by a misrouted endpoint.
    facts.livemode |= event.livemode;
    match (told, facts.signal) {
        (Some(PaymentSignal::Declined), _) => facts.signal = Some(PaymentSignal::Declined),
        (Some(told), Some(seen)) if told == seen => {}
        (None, Some(PaymentSignal::Paid | PaymentSignal::Processing | PaymentSignal::Declined)) => {}
        // The type and the object contradict each other: no ground to move money on.
        _ => return EventContent::Unreadable,
    }
    EventContent::Told(Facts::Checkout(facts))
}

/// What an event tells of money that goes back.
fn returned(event: &Event) -> EventContent {
    let object = || event.data.as_ref().map(|d| d.object.clone()).unwrap_or_default();
    let facts = match event.kind.as_str() {
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            serde_json::from_value::<Refund>(object())
                .ok()
                .and_then(|r| r.facts(Some(event.livemode)))
                .map(Facts::Refund)
        }
        "charge.refunded" => serde_json::from_value::<RefundedCharge>(object()).ok().map(|charge| {
            let mut facts = charge.facts();
            facts.livemode |= event.livemode;
            Facts::Charge(facts)
        }),
        kind if kind.starts_with("charge.dispute.") => {
            serde_json::from_value::<Dispute>(object()).ok().map(|dispute| {
                let mut facts = dispute.facts(Some(kind));
                facts.livemode |= event.livemode;
                Facts::Chargeback(facts)
            })
        }
        _ => return EventContent::Other,
    };
    facts.map_or(EventContent::Unreadable, EventContent::Told)
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
        let events: Vec<ReceivedEvent> = page.data.iter().filter_map(|raw| ReceivedEvent::read(raw.get())).collect();
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
