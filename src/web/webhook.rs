//! Stripe's webhook: believed by its signature, stored with its effect, answered 200 for good or 5xx for "again".

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use crate::models::event::{Received, Source};
use crate::stripe::event::ReceivedEvent;
use crate::stripe::signature;
use crate::web::error::AppError;
use crate::web::form::read_body;
use crate::web::state::AppState;

/// The raw body of a delivery whose signature is right.
pub struct SignedBody(String);

impl FromRequest for SignedBody {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<SignedBody, Refused>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let state = req.app_data::<Data<AppState>>().cloned().ok_or(Refused::Again)?;
            let limit = state.settings.args.http.webhook_limit_bytes;
            let body = read_body(&req, payload, &state, limit).await.map_err(|error| match error {
                AppError::TooLarge => Refused::TooLarge,
                _ => Refused::Bad,
            })?;
            let header = req.headers().get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
            let secrets = &state.settings.args.stripe.stripe_webhook_secret;
            signature::verify(header, &body, secrets, state.clock.now()).map_err(|error| {
                tracing::warn!(target: "quittance::webhook", %error, "a delivery was refused");
                Refused::Bad
            })?;
            String::from_utf8(body.to_vec()).map(SignedBody).map_err(|_| Refused::Bad)
        })
    }
}

/// Answers to Stripe; short, since only its dashboard shows them.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not signed by Stripe, or not readable.
    #[error("not accepted")]
    Bad,
    /// Beyond the limit.
    #[error("too large")]
    TooLarge,
    /// Nothing was stored; deliver again.
    #[error("try again")]
    Again,
}

impl actix_web::ResponseError for Refused {
    fn status_code(&self) -> actix_web::http::StatusCode {
        match self {
            Refused::Bad => actix_web::http::StatusCode::BAD_REQUEST,
            Refused::TooLarge => actix_web::http::StatusCode::PAYLOAD_TOO_LARGE,
            Refused::Again => actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if matches!(self, Refused::Again) {
            answer.insert_header((actix_web::http::header::RETRY_AFTER, "5"));
        }
        answer.content_type("text/plain; charset=utf-8").body(self.to_string())
    }
}

/// `POST /webhooks/stripe`.
pub async fn receive(state: Data<AppState>, body: SignedBody) -> Result<HttpResponse, Refused> {
    let event = ReceivedEvent::read(&body.0);
    let kind = event.kind.clone();
    let received = state.cashier.receive(event, Source::Webhook).await.map_err(|error| {
        tracing::error!(target: "quittance::webhook", %error, "an event could not be stored");
        Refused::Again
    })?;
    let outcome = match received {
        Received::Applied(applied, _) => applied.as_str(),
        Received::Stored => "stored",
        Received::Duplicate => "duplicate",
    };
    tracing::info!(target: "quittance::webhook", kind, outcome, "event");
    Ok(HttpResponse::Ok().finish())
}
