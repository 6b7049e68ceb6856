//! One request to the API from its first byte to its last: key, faults, idempotency, effect, answer.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::answer::Refusal;
use super::api::Call;
use super::fault::{self, Action};
use super::id;
use super::idempotency::{self, Begun};
use super::params::Form;
use super::shared::{SeenRequest, Shared};
use super::turn::API_VERSION;

/// What arrived.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// Decoded pairs of query and form.
    pub(super) pairs: Vec<(String, String)>,
    pub(super) authorization: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) stripe_version: Option<String>,
}

/// What is sent back, before faults of the connection.
struct Answer {
    status: u16,
    body: String,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    /// Reads what the operation needs from the parts of an HTTP request.
    pub(super) fn new(method: &str, path: &str, query: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let pairs = url::form_urlencoded::parse(query.as_bytes()).chain(url::form_urlencoded::parse(body));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            pairs: pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            authorization: header("authorization"),
            idempotency_key: header("idempotency-key").filter(|_| method == "POST"),
            stripe_version: header("stripe-version"),
        }
    }
}

/// Answers one request. Runs to its end even when the client hangs up, as Stripe does: call it in a task of its own.
pub(super) async fn answer(shared: Arc<Shared>, request: Request) -> HttpResponse {
    let request_id = id::random("req_", 14);
    shared.see(SeenRequest {
        method: request.method.clone(),
        path: request.path.clone(),
        form: request.pairs.clone(),
        idempotency_key: request.idempotency_key.clone(),
        stripe_version: request.stripe_version.clone(),
        at_ms: shared.clock.now().timestamp_millis(),
        request_id: request_id.clone(),
        status: None,
    });
    let action = fault::for_request(&mut shared.faults(), &request.method, &request.path);
    let mut answer = match &action {
        Some(Action::TooManyRequests { retry_after_s }) => {
            let mut answer = refusal(&Refusal::too_many(), &request_id);
            answer.headers.push(("retry-after", retry_after_s.to_string()));
            answer
        }
        Some(Action::ErrorBefore { status }) => refusal(&Refusal::own_failure(*status), &request_id),
        Some(Action::HtmlBadGateway) => bad_gateway(),
        Some(Action::Close { after_effect: false }) => return closed(),
        _ => execute(&shared, &request, &request_id, action.as_ref()).await,
    };
    match action {
        Some(Action::HangAfter { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Action::Close { after_effect: true }) => return closed(),
        Some(Action::Mutate { fields }) => {
            if let Ok(mut body) = serde_json::from_str(&answer.body) {
                fault::mutate(&mut body, &fields);
                answer.body = body.to_string();
            }
        }
        Some(Action::CutAfter { bytes }) => {
            shared.saw_answer(&request_id, answer.status);
            return cut(head(&answer, &request_id), answer.body, bytes);
        }
        _ => {}
    }
    shared.saw_answer(&request_id, answer.status);
    head(&answer, &request_id).body(answer.body)
}

async fn execute(shared: &Shared, request: &Request, request_id: &str, action: Option<&Action>) -> Answer {
    if let Err(refused) = check_key(request.authorization.as_deref(), &shared.secret_key) {
        return refusal(&refused, request_id);
    }
    if let Err(refused) = check_version(request) {
        return refusal(&refused, request_id);
    }
    let form = Form::new(&request.pairs);
    let call = match Call::find(&request.method, &request.path, form) {
        Ok(call) => call,
        Err(refused) => return refusal(&refused, request_id),
    };
    let fingerprint = call.fingerprint();
    let now = shared.clock.now().timestamp();
    if let Some(key) = &request.idempotency_key {
        let begun = idempotency::begin(&mut shared.state().answers, &mut shared.in_flight(), key, &fingerprint, now);
        match begun {
            Ok(Begun::Fresh) => {}
            Ok(Begun::Replay(stored)) => {
                let headers = vec![
                    ("idempotent-replayed", "true".to_owned()),
                    ("original-request", stored.request_id),
                    ("idempotency-key", key.clone()),
                ];
                return Answer { status: stored.status, body: stored.body, content_type: "application/json", headers };
            }
            Err(refused) => return refusal(&refused, request_id),
        }
    }
    if let Some(Action::HangBefore { ms }) = action {
        tokio::time::sleep(Duration::from_millis(*ms)).await;
    }
    let cause = json!({ "id": request_id, "idempotency_key": request.idempotency_key });
    shared.turn(cause, |turn| {
        let (answer, executed) = match call.execute(turn) {
            Ok(value) => (plain(200, format!("{value:#}")), true),
            Err(refused) => (refusal(&refused, request_id), refused.executed),
        };
        let (answer, kept) = after_effect(answer, action, request_id);
        let Some(key) = &request.idempotency_key else { return answer };
        let mut in_flight = shared.in_flight();
        if executed {
            let stored = (kept.0, kept.1, request_id.to_owned());
            idempotency::finish(&mut turn.state.answers, &mut in_flight, key, stored, &fingerprint, turn.now);
            turn.state.unsaved = true;
        } else {
            idempotency::abandon(&mut in_flight, key);
        }
        answer
    })
}

/// The answer to send and the status and body to keep for the idempotency key.
fn after_effect(answer: Answer, action: Option<&Action>, request_id: &str) -> (Answer, (u16, String)) {
    let Some(Action::ErrorAfter { status, stored }) = action else {
        let kept = (answer.status, answer.body.clone());
        return (answer, kept);
    };
    let error = refusal(&Refusal::own_failure(*status), request_id);
    let kept = if *stored { (error.status, error.body.clone()) } else { (answer.status, answer.body) };
    (error, kept)
}

/// The one parameter here that is younger than the version the rest is from.
const FUNDING: &str = "payment_method_options[card][restrictions][funding_types_blocked]";
/// Since which version it is known.
const FUNDING_SINCE: &str = "2026-08-26";

fn check_version(request: &Request) -> Result<(), Refusal> {
    let asked = request.stripe_version.as_deref().unwrap_or(API_VERSION);
    if asked >= FUNDING_SINCE || !request.pairs.iter().any(|(name, _)| name.starts_with(FUNDING)) {
        return Ok(());
    }
    let message = format!("Received unknown parameter: {FUNDING}");
    Err(Refusal::invalid(message).code("parameter_unknown").param(FUNDING))
}

fn check_key(authorization: Option<&str>, secret_key: &str) -> Result<(), Refusal> {
    let Some(authorization) = authorization else {
        return Err(Refusal::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth \
             (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    let given = match authorization.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim().to_owned(),
        Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
            let decoded = STANDARD.decode(pair.trim()).unwrap_or_default();
            String::from_utf8_lossy(&decoded).split(':').next().unwrap_or_default().to_owned()
        }
        _ => String::new(),
    };
    if given == secret_key {
        return Ok(());
    }
    Err(Refusal::unauthorized(format!("Invalid API Key provided: {}", masked(&given))))
}

/// A key as Stripe shows it in messages: the beginning and the last four characters.
fn masked(key: &str) -> String {
    let length = key.chars().count();
    let shown = |place: usize| place < 8 || place + 4 >= length;
    key.chars().enumerate().map(|(place, letter)| if shown(place) { letter } else { '*' }).collect()
}

fn plain(status: u16, body: String) -> Answer {
    Answer { status, body, content_type: "application/json", headers: Vec::new() }
}

fn refusal(refused: &Refusal, request_id: &str) -> Answer {
    let mut answer = plain(refused.status, format!("{:#}", refused.body(request_id)));
    if matches!(refused.status, 409 | 429) {
        answer.headers.push(("stripe-should-retry", "true".to_owned()));
    }
    answer
}

fn bad_gateway() -> Answer {
    let body = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center></body>\n</html>\n";
    Answer { status: 502, body: body.to_owned(), content_type: "text/html", headers: Vec::new() }
}

fn head(answer: &Answer, request_id: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
    response.content_type(answer.content_type);
    response.insert_header(("cache-control", "no-cache, no-store"));
    if answer.content_type == "application/json" {
        response.insert_header(("request-id", request_id));
        response.insert_header(("stripe-version", API_VERSION));
    }
    for (name, value) in &answer.headers {
        response.insert_header((*name, value.as_str()));
    }
    response
}

/// An answer that promises its whole length and ends after `bytes`, with the connection.
fn cut(mut head: HttpResponseBuilder, body: String, bytes: usize) -> HttpResponse {
    let whole = body.len() as u64;
    let start = Bytes::copy_from_slice(body.as_bytes().get(..bytes).unwrap_or(body.as_bytes()));
    let stream = futures_util::stream::unfold(Some(start), |start| async move {
        match start {
            Some(start) => Some((Ok(start), None)),
            None => {
                // The first part must be on its way before the error tears the connection down.
                tokio::time::sleep(Duration::from_millis(30)).await;
                Some((Err(std::io::Error::other("cut by a fault")), None))
            }
        }
    });
    head.insert_header((CONTENT_LENGTH, whole.to_string()));
    head.body(BoxBody::new(SizedStream::new(whole, Box::pin(stream))))
}

/// No answer: the connection is closed before a byte is sent.
fn closed() -> HttpResponse {
    let stream = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("closed by a fault")) });
    HttpResponse::Ok().body(BoxBody::new(SizedStream::new(1, Box::pin(stream))))
}
