//! Refunds: make, look at, list; and what a charge says of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stripe_client_core::StripeRequest;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};
use stripe_types::RangeQueryTs;
use tokio::time::Instant;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::domain::returns::{Belongs, ChargeFacts, Origin, RefundFacts, RefundSignal};
use crate::stripe::answer::{Expandable, List, PAYMENT_ID_KEY, word};
use crate::stripe::client::{Stripe, StripeError};

/// The metadata key that carries our refund's id.
pub const REFUND_ID_KEY: &str = "refund_id";

/// The metadata key that carries who asked for our refund, for a database that has lost it.
const ORIGIN_KEY: &str = "origin";

/// A refund: <https://docs.stripe.com/api/refunds/object>.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Refund {
    pub id: String,
    pub amount: i64,
    pub currency: Option<String>,
    pub status: Option<String>,
    pub created: Option<i64>,
    pub charge: Option<Expandable<Named>>,
    pub payment_intent: Option<Expandable<Named>>,
    pub metadata: Option<HashMap<String, String>>,
    pub failure_reason: Option<String>,
}

/// An object of which only the id is used.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Named {
    pub id: String,
}

/// The part of a charge that is about its refunds: <https://docs.stripe.com/api/charges/object>.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct RefundedCharge {
    pub id: String,
    pub amount_refunded: i64,
    pub currency: Option<String>,
    pub livemode: Option<bool>,
    pub payment_intent: Option<Expandable<Named>>,
    pub metadata: Option<HashMap<String, String>>,
}

pub(super) fn id_of(object: Option<&Expandable<Named>>) -> Option<String> {
    object.map(|object| match object {
        Expandable::Id(id) => word(id, 100),
        Expandable::Object(object) => word(&object.id, 100),
    })
}

pub(super) fn uuid_in(metadata: Option<&HashMap<String, String>>, key: &str) -> Option<Uuid> {
    metadata.and_then(|m| m.get(key)).and_then(|id| Uuid::parse_str(id).ok())
}

pub(super) fn currency_of(currency: Option<&String>) -> String {
    currency.map(|c| word(c, 10).to_ascii_lowercase()).unwrap_or_default()
}

impl Refund {
    /// The facts that this refund tells; `None` for a status that we do not know.
    pub fn facts(&self, livemode: Option<bool>) -> Option<RefundFacts> {
        let signal = match self.status.as_deref() {
            // Stripe waits for the debtor's bank details: the money has left all the same.
            Some("pending" | "requires_action") => RefundSignal::Pending,
            Some("succeeded") => RefundSignal::Succeeded,
            Some("failed") => RefundSignal::Failed,
            Some("canceled") => RefundSignal::Canceled,
            _ => return None,
        };
        Some(RefundFacts {
            refund_id: word(&self.id, 100),
            own_id: uuid_in(self.metadata.as_ref(), REFUND_ID_KEY),
            origin: self.metadata.as_ref().and_then(|m| m.get(ORIGIN_KEY)).and_then(|name| Origin::parse_own(name)),
            belongs: Belongs {
                payment_id: uuid_in(self.metadata.as_ref(), PAYMENT_ID_KEY),
                intent_id: id_of(self.payment_intent.as_ref()),
                charge_id: id_of(self.charge.as_ref()),
            },
            amount: Cents::new(self.amount),
            currency: currency_of(self.currency.as_ref()),
            livemode,
            signal,
            failure: self.failure_reason.as_ref().map(|reason| word(reason, 50)),
            created_at: self.created.and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default(),
        })
    }
}

impl RefundedCharge {
    /// The facts that this charge tells.
    pub fn facts(&self) -> ChargeFacts {
        ChargeFacts {
            belongs: Belongs {
                payment_id: uuid_in(self.metadata.as_ref(), PAYMENT_ID_KEY),
                intent_id: id_of(self.payment_intent.as_ref()),
                charge_id: Some(word(&self.id, 100)),
            },
            refunded: Cents::new(self.amount_refunded),
            currency: currency_of(self.currency.as_ref()),
            livemode: self.livemode,
        }
    }
}

/// A refund that is to be made. The same values give the same request, so that it may be repeated.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// Our row: the idempotency key and metadata.
    pub id: Uuid,
    /// Our payment, for the metadata.
    pub payment_id: Uuid,
    /// The payment intent that is given back.
    pub intent_id: String,
    /// In cents.
    pub amount: Cents,
    /// Who asked for it, for the metadata.
    pub origin: String,
}

impl Stripe {
    /// Makes a refund, or finds the one this row has made already.
    ///
    /// # Errors
    /// [`StripeError`]; a refusal says that no money left.
    pub async fn create_refund(&self, new: &NewRefund, deadline: Instant) -> Result<Refund, StripeError> {
        let id = new.id.to_string();
        let metadata = HashMap::from([
            (REFUND_ID_KEY.to_owned(), id.clone()),
            (PAYMENT_ID_KEY.to_owned(), new.payment_id.to_string()),
            (ORIGIN_KEY.to_owned(), new.origin.clone()),
        ]);
        let request = CreateRefund::new()
            .payment_intent(new.intent_id.clone())
            .amount(new.amount.get())
            .metadata(metadata)
            .build();
        self.send(request, Some(&id), deadline).await
    }

    /// The refund as it is now.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn refund(&self, refund_id: &str, deadline: Instant) -> Result<Refund, StripeError> {
        self.send(RetrieveRefund::new(refund_id).build(), None, deadline).await
    }

    /// All refunds of one payment.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn refunds_of(&self, intent_id: &str, deadline: Instant) -> Result<Vec<Refund>, StripeError> {
        self.all_refunds(ListRefund::new().payment_intent(intent_id), deadline).await
    }

    /// All refunds made in a period.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn refunds_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Vec<Refund>, StripeError> {
        self.all_refunds(ListRefund::new().created(between(from, until)), deadline).await
    }

    async fn all_refunds(&self, mut request: ListRefund, deadline: Instant) -> Result<Vec<Refund>, StripeError> {
        let mut all = Vec::new();
        request = request.limit(100);
        loop {
            let page: List<Value> = self.send(request.clone().build(), None, deadline).await?;
            let last = last_id(&page);
            all.extend(readable::<Refund>(page));
            match last {
                Some(last) => request = request.starting_after(last),
                None => return Ok(all),
            }
        }
    }
}

/// The elements of a list that can be read: one odd one hides no other.
pub(super) fn readable<T: DeserializeOwned>(page: List<Value>) -> Vec<T> {
    page.data.into_iter().filter_map(|element| serde_json::from_value(element).ok()).collect()
}

/// Where the next page of a list begins.
pub(super) fn last_id(page: &List<Value>) -> Option<String> {
    let last = page.data.last().filter(|_| page.has_more)?;
    last.get("id").and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn between(from: DateTime<Utc>, until: DateTime<Utc>) -> RangeQueryTs {
    let (gte, lte) = (Some(from.timestamp()), Some(until.timestamp()));
    RangeQueryTs::Bounds(stripe_types::RangeBoundsTs { gte, lte, ..Default::default() })
}
