//! The middleware around every request: a page for each error and panic, the headers, and one log line.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpResponse, ResponseError};
use futures_util::FutureExt;

use crate::web::connection::Connection;
use crate::web::error::{self, AppError};
use crate::web::page::Chrome;
use crate::web::state::AppState;
use crate::web::visitor::{self, Visit};

/// Wraps a request. Everything it needs is taken from the request before that is handed on: a clone kept across the
/// routing would make actix panic.
pub async fn around<B: MessageBody>(
    state: Data<AppState>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, String>>, actix_web::Error> {
    let started = Instant::now();
    let method = req.method().clone();
    let lang = visitor::language(req.request());
    let mut answering = req.conn_data::<Rc<Connection>>().cloned().map(Connection::answering);
    let query = matches!(method, Method::GET | Method::HEAD).then(|| req.query_string().to_owned());
    let staff = req.path() == "/admin" || req.path().starts_with("/admin/");
    let chrome = || Chrome::outside(state.clone(), lang, query.as_deref());
    // Who has no session is told of no debt, and waits for no database either.
    if visitor::has_session(req.request(), &state.settings) {
        state.disclosures.refresh(&state.db, state.clock.now()).await;
    }
    let mut answer = match AssertUnwindSafe(next.call(req)).catch_unwind().await {
        Ok(Ok(answer)) => answer.map_into_left_body(),
        Ok(Err(error)) => return Err(error),
        Err(_) => {
            let error = AppError::internal("a handler panicked");
            log_cause(&error);
            let page = error::page(&error, &chrome(), staff);
            return Err(RenderedError { error, page, state }.into());
        }
    };
    if let Some(error) = answer.response().error().and_then(|e| e.as_error::<AppError>()) {
        log_cause(error);
        let page = error::page(error, &chrome(), staff);
        answer = answer.map_body(|head, _| {
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            EitherBody::right(page)
        });
    }
    // A request whose body nobody read must not keep its connection: the rest could trickle in for ever.
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    if visitor::has_body(answer.request()) && (failed || matches!(method, Method::GET | Method::HEAD)) {
        answer.response_mut().head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
        if let Some(answering) = &mut answering {
            answering.closes();
        }
    }
    state.headers.add_to(answer.headers_mut());
    let route = answer.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    // The route, not the path: a path may hold a link's secret.
    tracing::info!(
        target: "quittance::http", %method, route, status = answer.status().as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX), "request"
    );
    Ok(answer)
}

fn log_cause(error: &AppError) {
    if let AppError::Internal(internal) = error {
        tracing::error!(target: "quittance::http", reference = %internal.reference, cause = internal.cause, "internal error");
    }
}

/// A panic's page: there is no request left to answer through, so it travels as an error that brings its own page.
struct RenderedError {
    error: AppError,
    page: String,
    state: Data<AppState>,
}

impl std::fmt::Debug for RenderedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::fmt::Display for RenderedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for RenderedError {
    fn status_code(&self) -> actix_web::http::StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer =
            HttpResponse::build(self.status_code()).content_type("text/html; charset=utf-8").body(self.page.clone());
        self.state.headers.add_to(answer.headers_mut());
        answer
    }
}

/// What [`Visit`] does for pages, for the few answers that have none.
pub fn redirect(visit: &Visit, to: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, to));
    visit.add_cookies(&mut answer);
    answer.finish()
}
