//! Sending requests to Stripe: deadlines, retries with the same idempotency key, pooled connections.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;
use stripe_client_core::{RequestBuilder, StripeMethod};
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::config::{Secret, Settings};
use crate::stripe::answer::ErrorAnswer;

/// The API version that our answers are read in: <https://docs.stripe.com/api/versioning>.
pub const API_VERSION: &str = "2026-05-27.dahlia";
/// The version that can keep credit cards out of a checkout; asked for only where that is wanted. Of the same name, so it adds and
/// changes nothing: <https://docs.stripe.com/changelog/dahlia/2026-08-26/adds-card-funding-type-filtering-to-checkout-sessions>.
pub const API_VERSION_DEBIT_ONLY: &str = "2026-08-26.dahlia";

/// The largest answer we read; a full page of events is far below.
const ANSWER_LIMIT_BYTES: usize = 8 * 1024 * 1024;

/// How long a command may read lists of any length.
const LIST_PATIENCE: Duration = Duration::from_secs(600);

/// A client of Stripe's API; cheap to clone.
#[derive(Clone)]
pub struct Stripe {
    http: reqwest::Client,
    base: Url,
    key: Secret,
    attempt_timeout: Duration,
    total_timeout: Duration,
    attempts: u32,
    version: &'static str,
    /// Where requests are counted out: when the next may go, and how long it is between two.
    pace: Option<Arc<(Mutex<Instant>, Duration)>>,
}

/// Why a call brought no answer.
#[derive(Debug, Error)]
pub enum StripeError {
    /// Stripe understood and refused; nothing came of the request.
    #[error("Stripe refused with {status} ({code}), request {request_id}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stripe's `code`, or its `type` where it gave none.
        code: String,
        /// Stripe's `Request-Id`.
        request_id: String,
    },
    /// No usable answer in time; the request may or may not have had its effect.
    #[error("Stripe gave no usable answer: {reason}")]
    Unavailable {
        /// What happened last, without any data of the request.
        reason: String,
        /// Whether Stripe answered at all, rather than that the connection failed or time ran out.
        answered: bool,
        /// Whether Stripe replays this failure for the key, so that trying again with it is useless.
        replayed: bool,
    },
}

impl StripeError {
    /// Whether the object asked for does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, StripeError::Refused { status: 404, .. })
    }
}

struct Failure {
    error: StripeError,
    retry: bool,
    wait: Option<Duration>,
}

impl Stripe {
    /// A client for the account of `settings`.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub fn new(settings: &Settings) -> Result<Stripe, reqwest::Error> {
        // Installing twice is not an error worth telling: the first one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stripe = &settings.args.stripe;
        let attempt_timeout = Duration::from_millis(stripe.stripe_attempt_timeout_ms);
        let http = reqwest::Client::builder()
            .timeout(attempt_timeout)
            .connect_timeout(attempt_timeout.min(Duration::from_secs(3)))
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_nodelay(true)
            .user_agent(concat!("quittance/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()?;
        Ok(Stripe {
            http,
            base: stripe.stripe_api_base.clone(),
            key: settings.stripe_key.clone(),
            attempt_timeout,
            total_timeout: settings.stripe_timeout(),
            attempts: stripe.stripe_attempts,
            version: if settings.takes_debit_only() { API_VERSION_DEBIT_ONLY } else { API_VERSION },
            pace: None,
        })
    }

    /// The API version that is asked for.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The same, sending at most so many requests a second, every attempt and every page of a list counted.
    pub fn paced(&self, per_second: u32) -> Stripe {
        let pause = Duration::from_secs(1) / per_second.max(1);
        Stripe { pace: Some(Arc::new((Mutex::new(Instant::now()), pause))), ..self.clone() }
    }

    /// Waits for this request's turn.
    async fn take_turn(&self) {
        let Some(pace) = &self.pace else { return };
        let (next, pause) = pace.as_ref();
        let mut next = next.lock().await;
        sleep_until(*next).await;
        *next = Instant::now() + *pause;
    }

    /// The moment by which a visitor must have an answer, however many calls that takes.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.total_timeout
    }

    /// The moment by which a command that reads whole lists must have its answer.
    pub fn patience(&self) -> Instant {
        Instant::now() + LIST_PATIENCE
    }

    /// Sends `request`, again where Stripe's rules allow it, until `deadline`. A POST carries `key` on every attempt, so
    /// that Stripe does it once: <https://docs.stripe.com/api/idempotent_requests>.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn send<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        key: Option<&str>,
        deadline: Instant,
    ) -> Result<T, StripeError> {
        let mut attempt = 1;
        loop {
            // Waiting for a turn is not the visitor's time: only the sweep is paced.
            let before = Instant::now();
            self.take_turn().await;
            let deadline = deadline + before.elapsed();
            let failure = match self.attempt(&request, key, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let backoff = Duration::from_millis(150 << attempt.min(6)).mul_f64(rand::rng().random_range(0.5..1.0));
            let resume_at = Instant::now() + failure.wait.unwrap_or(backoff);
            // A retry needs some time of its own; without it the visitor is better served by the page that says so.
            let in_time = resume_at + Duration::from_millis(300) < deadline;
            if !failure.retry || attempt >= self.attempts || !in_time {
                return Err(failure.error);
            }
            tracing::debug!(target: "quittance::stripe", attempt, error = %failure.error, "trying Stripe again");
            sleep_until(resume_at).await;
            attempt += 1;
        }
    }

    /// Sends a request once, for the API version that Stripe answers in.
    ///
    /// # Errors
    /// [`StripeError`].
    pub(super) async fn version_of(&self, request: &RequestBuilder) -> Result<Option<String>, StripeError> {
        let lost = |error| StripeError::Unavailable { reason: kind_of(&error), replayed: false, answered: false };
        let (status, headers, body) = self.exchange(request, None).await.map_err(lost)?;
        if !(200..300).contains(&status) {
            return Err(failure_of(status, &headers, &body).error);
        }
        Ok(headers.get("stripe-version").and_then(|v| v.to_str().ok()).map(str::to_owned))
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        request: &RequestBuilder,
        key: Option<&str>,
        deadline: Instant,
    ) -> Result<T, Failure> {
        let unavailable = |reason: String| Failure {
            error: StripeError::Unavailable { reason, replayed: false, answered: false },
            retry: true,
            wait: None,
        };
        let left = deadline.saturating_duration_since(Instant::now()).min(self.attempt_timeout);
        if left.is_zero() {
            return Err(unavailable("no time left".to_owned()));
        }
        let answer = tokio::time::timeout(left, self.exchange(request, key))
            .await
            .map_err(|_| unavailable("timed out".to_owned()))?
            .map_err(|error| unavailable(kind_of(&error)))?;
        let (status, headers, body) = answer;
        if (200..300).contains(&status) {
            return serde_json::from_slice(&body)
                .map_err(|_| unavailable("an answer that is not the expected JSON".to_owned()));
        }
        Err(failure_of(status, &headers, &body))
    }

    async fn exchange(
        &self,
        request: &RequestBuilder,
        key: Option<&str>,
    ) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/v1{}", self.base.path().trim_end_matches('/'), request.path));
        url.set_query(request.query.as_deref());
        let mut call = match request.method {
            StripeMethod::Get => self.http.get(url),
            StripeMethod::Post => self.http.post(url),
            StripeMethod::Delete => self.http.delete(url),
        };
        call = call
            .header(AUTHORIZATION, format!("Bearer {}", self.key.expose()))
            .header("Stripe-Version", self.version)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        let mut answer = call.body(request.body.clone().unwrap_or_default()).send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > ANSWER_LIMIT_BYTES {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, headers, body))
    }
}

/// The kind of a transport failure, without the URL that reqwest would print.
fn kind_of(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the answer was cut off"
    } else {
        "the connection failed"
    };
    kind.to_owned()
}

/// What an error answer means and whether the same request may be sent again:
/// <https://docs.stripe.com/error-low-level#should-retry>.
fn failure_of(status: u16, headers: &HeaderMap, body: &[u8]) -> Failure {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let told = serde_json::from_slice::<ErrorAnswer>(body).ok();
    let code = told.map(ErrorAnswer::code).unwrap_or_else(|| "unreadable".to_owned());
    let by_status = matches!(status, 409 | 429) || status >= 500;
    let retry = match header("stripe-should-retry") {
        Some("true") => true,
        Some("false") => false,
        _ => by_status,
    };
    let wait = header("retry-after").and_then(|v| v.parse().ok()).map(Duration::from_secs);
    let error = if by_status {
        let replayed = header("idempotent-replayed") == Some("true");
        StripeError::Unavailable { reason: format!("status {status} ({code})"), replayed, answered: status >= 500 }
    } else {
        StripeError::Refused { status, code, request_id: header("request-id").unwrap_or("none").to_owned() }
    };
    Failure { error, retry, wait }
}
