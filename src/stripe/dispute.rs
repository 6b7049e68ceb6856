//! Chargebacks and inquiries, which Stripe calls disputes: <https://docs.stripe.com/api/disputes/object>.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use stripe_client_core::StripeRequest;
use stripe_core::dispute::{ListDispute, RetrieveDispute};
use tokio::time::Instant;

use crate::domain::money::Cents;
use crate::domain::returns::{Belongs, ChargebackFacts, ChargebackState};
use crate::stripe::answer::{Expandable, List, PAYMENT_ID_KEY, word};
use crate::stripe::client::{Stripe, StripeError};
use crate::stripe::refund::{Named, between, currency_of, id_of, last_id, readable, uuid_in};

/// A dispute.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub currency: Option<String>,
    pub status: Option<String>,
    pub reason: Option<String>,
    pub created: Option<i64>,
    pub livemode: Option<bool>,
    pub charge: Option<Expandable<Named>>,
    pub payment_intent: Option<Expandable<Named>>,
    pub metadata: Option<HashMap<String, String>>,
    #[serde(default, deserialize_with = "objects_only")]
    pub balance_transactions: Option<Vec<BalanceTransaction>>,
    pub evidence_details: Option<EvidenceDetails>,
}

/// A movement of the account's balance for a dispute.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct BalanceTransaction {
    pub amount: i64,
}

/// Balance transactions that are told as objects; mere ids tell nothing of the money.
fn objects_only<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Vec<BalanceTransaction>>, D::Error> {
    let told = Option::<Value>::deserialize(input)?;
    let all = told.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(Some(all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect()))
}

/// What is known about the evidence.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs)]
pub struct EvidenceDetails {
    pub due_by: Option<i64>,
}

impl Dispute {
    /// The facts that this dispute tells, as an event of type `kind`, or by itself.
    pub fn facts(&self, kind: Option<&str>) -> ChargebackFacts {
        let transactions = self.balance_transactions.as_deref().unwrap_or_default();
        let taken: i64 = transactions.iter().map(|t| t.amount.saturating_neg()).fold(0, i64::saturating_add);
        ChargebackFacts {
            chargeback_id: word(&self.id, 100),
            belongs: Belongs {
                payment_id: uuid_in(self.metadata.as_ref(), PAYMENT_ID_KEY),
                intent_id: id_of(self.payment_intent.as_ref()),
                charge_id: id_of(self.charge.as_ref()),
            },
            amount: Cents::new(self.amount),
            currency: currency_of(self.currency.as_ref()),
            livemode: self.livemode,
            state: self.state(kind),
            transactions: i16::try_from(transactions.len()).unwrap_or(i16::MAX),
            net: Cents::new(taken.max(0)),
            reason: self.reason.as_ref().map(|reason| word(reason, 50)),
            due_at: self
                .evidence_details
                .as_ref()
                .and_then(|e| e.due_by)
                .and_then(|at| DateTime::from_timestamp(at, 0)),
            created_at: self.created.and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default(),
        }
    }

    /// The status tells of the case, the event of the money; the further of the two holds, except that a lost case stays lost
    /// when a part of the money comes back.
    fn state(&self, kind: Option<&str>) -> ChargebackState {
        let told = match self.status.as_deref() {
            Some("won") => ChargebackState::Won,
            Some("lost") => ChargebackState::Lost,
            // `prevented`: settled before it became a chargeback.
            Some("warning_closed" | "prevented") => ChargebackState::InquiryClosed,
            Some(status) if status.starts_with("warning_") => ChargebackState::Inquiry,
            _ => ChargebackState::Opened,
        };
        match kind {
            Some("charge.dispute.funds_withdrawn") => told.max(ChargebackState::Withdrawn),
            Some("charge.dispute.funds_reinstated") if told != ChargebackState::Lost => {
                told.max(ChargebackState::Reinstated)
            }
            _ if told == ChargebackState::Opened && self.is_taken() => ChargebackState::Withdrawn,
            _ => told,
        }
    }

    fn is_taken(&self) -> bool {
        self.balance_transactions.as_ref().is_some_and(|t| !t.is_empty())
    }
}

impl Stripe {
    /// The dispute as it is now.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn dispute(&self, dispute_id: &str, deadline: Instant) -> Result<Dispute, StripeError> {
        self.send(RetrieveDispute::new(dispute_id).build(), None, deadline).await
    }

    /// All disputes opened in a period.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn disputes_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Vec<Dispute>, StripeError> {
        let mut all = Vec::new();
        let mut request = ListDispute::new().limit(100).created(between(from, until));
        loop {
            let page: List<Value> = self.send(request.clone().build(), None, deadline).await?;
            let last = last_id(&page);
            all.extend(readable::<Dispute>(page));
            match last {
                Some(last) => request = request.starting_after(last),
                None => return Ok(all),
            }
        }
    }
}
