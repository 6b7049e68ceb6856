//! What can go wrong, and the page that says so: what happened, what happened to the money, what to do next.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use uuid::Uuid;

use crate::db::DbError;
use crate::stripe::StripeError;
use crate::web::page::Chrome;

/// Everything a handler can fail with. The page is rendered where the visitor's language is known, in `frame`.
#[derive(Debug)]
pub enum AppError {
    /// No such page, or not this person's: the two are never told apart.
    NotFound,
    /// The page exists, the method does not; those there are.
    MethodNotAllowed(String),
    /// Needs a session, and there is none or it has ended.
    SignedOut,
    /// Staff's: the role does not allow it.
    Forbidden,
    /// A write without the right anti-forgery value, or from another site.
    Forgery,
    /// A form that no page of ours sends: a field twice, not a form, not UTF-8.
    BadForm,
    /// A body beyond the limit.
    TooLarge,
    /// A body that did not arrive in time.
    TooSlow,
    /// A database that is busy or away.
    Busy,
    /// Stripe gave no answer; no checkout was handed out, so nothing was charged.
    PaymentUnavailable,
    /// No payment is taken until the books were compared with Stripe's.
    PaymentsPaused,
    /// Another payment of the same debt was started meanwhile and replaced this one.
    Superseded,
    /// Too many checkouts for one debt.
    TooManyPayments,
    /// Anything else. The cause is for the log; the page shows the reference.
    Internal(Internal),
}

/// An error nobody foresaw.
#[derive(Debug)]
pub struct Internal {
    /// Shown and logged.
    pub reference: Uuid,
    /// Logged only.
    pub cause: String,
}

impl AppError {
    /// An error nobody foresaw, with its cause for the log.
    pub fn internal(cause: impl fmt::Display) -> AppError {
        AppError::Internal(Internal { reference: Uuid::new_v4(), cause: cause.to_string() })
    }

    /// The part of the locale keys that names this error.
    fn name(&self) -> &'static str {
        match self {
            AppError::NotFound => "not-found",
            AppError::MethodNotAllowed(_) => "method",
            AppError::SignedOut => "signed-out",
            AppError::Forbidden => "forbidden",
            AppError::Forgery => "forgery",
            AppError::BadForm => "bad-form",
            AppError::TooLarge => "too-large",
            AppError::TooSlow => "too-slow",
            AppError::Busy => "busy",
            AppError::PaymentUnavailable => "payment-unavailable",
            AppError::PaymentsPaused => "payments-paused",
            AppError::Superseded => "superseded",
            AppError::TooManyPayments => "too-many-payments",
            AppError::Internal(_) => "internal",
        }
    }

    /// Whether it is certain that nothing was charged, so that the page may say so.
    fn nothing_charged(&self) -> bool {
        matches!(
            self,
            AppError::PaymentUnavailable | AppError::PaymentsPaused | AppError::Superseded | AppError::TooManyPayments
        )
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            AppError::NotFound => StatusCode::NOT_FOUND,
            AppError::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            AppError::SignedOut => StatusCode::UNAUTHORIZED,
            AppError::Forbidden | AppError::Forgery => StatusCode::FORBIDDEN,
            AppError::BadForm => StatusCode::BAD_REQUEST,
            AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            AppError::TooSlow => StatusCode::REQUEST_TIMEOUT,
            AppError::Busy | AppError::PaymentUnavailable | AppError::PaymentsPaused => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Superseded => StatusCode::CONFLICT,
            AppError::TooManyPayments => StatusCode::TOO_MANY_REQUESTS,
            AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        match self {
            AppError::MethodNotAllowed(allowed) => answer.insert_header((header::ALLOW, allowed.as_str())),
            AppError::Busy => answer.insert_header((header::RETRY_AFTER, "5")),
            AppError::PaymentUnavailable => answer.insert_header((header::RETRY_AFTER, "30")),
            AppError::PaymentsPaused => answer.insert_header((header::RETRY_AFTER, "600")),
            AppError::TooManyPayments => answer.insert_header((header::RETRY_AFTER, "900")),
            AppError::TooSlow | AppError::TooLarge => answer.force_close(),
            _ => &mut answer,
        };
        answer.finish()
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        if error.is_temporary() {
            tracing::warn!(target: "quittance::db", %error, "a visitor is asked to come back");
            AppError::Busy
        } else {
            AppError::internal(error)
        }
    }
}

impl From<StripeError> for AppError {
    fn from(error: StripeError) -> Self {
        tracing::warn!(target: "quittance::stripe", %error, "a payment could not be started");
        AppError::PaymentUnavailable
    }
}

/// The page of any error.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    chrome: &'a Chrome,
    name: &'static str,
    nothing_charged: bool,
    reference: Option<Uuid>,
    /// Whether staff reads it.
    staff: bool,
}

/// Renders the page of `error`, for a debtor or for staff.
pub fn page(error: &AppError, chrome: &Chrome, staff: bool) -> String {
    let reference = match error {
        AppError::Internal(internal) => Some(internal.reference),
        _ => None,
    };
    ErrorPage { chrome, name: error.name(), nothing_charged: error.nothing_charged(), reference, staff }
        .render()
        .unwrap_or_else(|_| error.to_string())
}
