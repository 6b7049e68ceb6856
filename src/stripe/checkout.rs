//! Checkout Sessions: create, look at, expire, find again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, ExpireCheckoutSession, ListCheckoutSession, ProductData,
    RetrieveCheckoutSession,
};
use stripe_checkout::{CheckoutSessionLocale, CheckoutSessionMode};
use stripe_client_core::StripeRequest;
use stripe_types::{Currency, RangeQueryTs};
use tokio::time::Instant;
use uuid::Uuid;

use crate::domain::money::Cents;
use crate::stripe::answer::{DEBT_ID_KEY, INSTALLATION_KEY, List, PAYMENT_ID_KEY, Session};
use crate::stripe::client::{Stripe, StripeError};
use crate::stripe::refund::{between, last_id, readable};

/// Pages of a hundred checkouts each that are looked through for one that the books do not know.
const PAGES_LOOKED_THROUGH: usize = 5;

/// `payment_method_options[card][restrictions][funding_types_blocked][0]`, as a form writes it.
const NO_CREDIT_CARDS: &str =
    "payment_method_options%5Bcard%5D%5Brestrictions%5D%5Bfunding_types_blocked%5D%5B0%5D=credit";

/// A checkout that is to be opened. The same values give the same request, so that it may be repeated.
#[derive(Clone, Debug)]
pub struct NewCheckout {
    /// Our payment: the idempotency key, `client_reference_id` and metadata.
    pub payment_id: Uuid,
    /// The debt it pays, for the metadata.
    pub debt_id: Uuid,
    /// Whose checkout it is, for the metadata.
    pub installation: Uuid,
    /// To be charged, in cents.
    pub amount: Cents,
    /// Lower-case ISO currency.
    pub currency: String,
    /// What the debtor reads at Stripe. Says nothing of a debt and names nobody.
    pub product_name: String,
    /// `en` or `es`.
    pub locale: String,
    /// When it closes; Stripe wants 30 minutes to 24 hours from now.
    pub expires_at: DateTime<Utc>,
    /// Where the debtor comes back to, paid or not.
    pub return_url: String,
    /// Whether Stripe's page is to take no credit cards.
    pub debit_only: bool,
}

impl Stripe {
    /// Opens a checkout, or finds the one this payment opened already.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn create_checkout(&self, new: &NewCheckout, deadline: Instant) -> Result<Session, StripeError> {
        let id = new.payment_id.to_string();
        let metadata = HashMap::from([
            (PAYMENT_ID_KEY.to_owned(), id.clone()),
            (DEBT_ID_KEY.to_owned(), new.debt_id.to_string()),
            (INSTALLATION_KEY.to_owned(), new.installation.to_string()),
        ]);
        let mut product = CreateCheckoutSessionLineItemsPriceData::new(new.currency.parse().unwrap_or(Currency::USD));
        product.product_data = Some(ProductData::new(new.product_name.clone()));
        product.unit_amount = Some(new.amount.get());
        let mut item = CreateCheckoutSessionLineItems::new();
        item.price_data = Some(product);
        item.quantity = Some(1);
        let mut intent = CreateCheckoutSessionPaymentIntentData::new();
        intent.metadata = Some(metadata.clone());
        let locale = if new.locale == "es" { CheckoutSessionLocale::Es } else { CheckoutSessionLocale::En };
        let mut request = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .client_reference_id(id.clone())
            .metadata(metadata)
            .payment_intent_data(intent)
            .line_items(vec![item])
            .locale(locale)
            .expires_at(new.expires_at.timestamp())
            .success_url(new.return_url.clone())
            .cancel_url(new.return_url.clone())
            .build();
        if new.debit_only {
            // Younger than the builders.
            request.body = request.body.map(|body| format!("{body}&{NO_CREDIT_CARDS}"));
        }
        self.send(request, Some(&id), deadline).await
    }

    /// The session as it is now, with what tells how it was paid or declined.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn checkout(&self, session_id: &str, deadline: Instant) -> Result<Session, StripeError> {
        let expand = vec!["payment_intent.latest_charge".to_owned()];
        self.send(RetrieveCheckoutSession::new(session_id).expand(expand).build(), None, deadline).await
    }

    /// Closes an open checkout so that nobody can pay it any more.
    ///
    /// # Errors
    /// [`StripeError::Refused`] when it is not open any more: look at it then.
    pub async fn expire_checkout(&self, session_id: &str, deadline: Instant) -> Result<Session, StripeError> {
        let key = format!("expire-{session_id}");
        self.send(ExpireCheckoutSession::new(session_id).build(), Some(&key), deadline).await
    }

    /// Finds the session of a payment whose answer was lost, among those made since `created_at`.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn find_checkout(
        &self,
        payment_id: Uuid,
        created_at: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Option<Session>, StripeError> {
        // Our clock and Stripe's may differ by a little.
        let (from, until) = (created_at.timestamp() - 300, created_at.timestamp() + 3600);
        let bounds = stripe_types::RangeBoundsTs { gte: Some(from), lte: Some(until), ..Default::default() };
        let mut request = ListCheckoutSession::new().limit(100).created(RangeQueryTs::Bounds(bounds));
        loop {
            let page: List<Session> = self.send(request.clone().build(), None, deadline).await?;
            let last = page.data.last().map(|s| s.id.clone());
            if let Some(found) = page.data.into_iter().find(|s| s.facts().payment_id == Some(payment_id)) {
                return Ok(Some(found));
            }
            match last.filter(|_| page.has_more) {
                Some(last) => request = request.starting_after(last),
                None => return Ok(None),
            }
        }
    }

    /// The payments of one installation whose checkouts were opened since a moment, newest first; a few hundred at most.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn payments_opened_since(
        &self,
        since: DateTime<Utc>,
        installation: Uuid,
        deadline: Instant,
    ) -> Result<Vec<Uuid>, StripeError> {
        let mut request = ListCheckoutSession::new().limit(100).created(RangeQueryTs::gte(since.timestamp()));
        let mut ours = Vec::new();
        for _ in 0..PAGES_LOOKED_THROUGH {
            let page: List<Session> = self.send(request.clone().build(), None, deadline).await?;
            ours.extend(
                page.data
                    .iter()
                    .filter(|s| s.installation() == Some(installation))
                    .filter_map(|s| s.facts().payment_id),
            );
            match page.data.last().filter(|_| page.has_more) {
                Some(last) => request = request.starting_after(last.id.clone()),
                None => break,
            }
        }
        Ok(ours)
    }

    /// Every checkout opened in a period, newest first.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn checkouts_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        deadline: Instant,
    ) -> Result<Vec<Session>, StripeError> {
        let mut request = ListCheckoutSession::new().limit(100).created(between(from, until));
        let mut all = Vec::new();
        loop {
            let page: List<serde_json::Value> = self.send(request.clone().build(), None, deadline).await?;
            let last = last_id(&page);
            all.extend(readable::<Session>(page));
            match last {
                Some(last) => request = request.starting_after(last),
                None => return Ok(all),
            }
        }
    }
}
