//! What tests do to a sandbox in another process, as JSON over HTTP under `/_sandbox/`.
//!
//! | switch | body | does |
//! | --- | --- | --- |
//! | `GET requests`, `attempts`, `sessions`, `events`, `events/undelivered` | | what was seen, sent, made |
//! | `POST faults`, `DELETE faults` | a [`Fault`] | something goes wrong; nothing does any more |
//! | `POST sessions/{id}/pay` | `instrument` | pays as the hosted page does |
//! | `POST sessions/{id}/authenticate` | `passed` | 3-D Secure |
//! | `POST sessions/{id}/settle` | | bank debit, refunds, dispute happen now |
//! | `POST charges/{id}/dispute` | `inquiry` | opens a dispute |
//! | `POST disputes/{id}/decide` | `won` | decides it |
//! | `POST refunds/{id}/fail` | | the refund comes back |
//! | `POST webhook` | `url` or null | webhooks go there, or nowhere |
//! | `POST clock/advance` | `seconds` | time passes for the sandbox and whoever shares its clock |
//! | `POST expire_due`, `deliver_all`, `hurry_deliveries`, `redeliver` | | as the methods of [`super::Sandbox`] |
//! | `POST events/send` | `id` or `event`, `signature` | one delivery by hand |

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::deliver;
use super::fault::Fault;
use super::fields::Fields;
use super::shared::Shared;
use super::signature::SignatureKind;
use super::state::Kind;
use super::{act, event};

/// Answers `/_sandbox/...`.
pub(super) async fn answer(http: HttpRequest, body: Bytes, shared: Data<Shared>) -> HttpResponse {
    if http.path() == "/_sandbox/style.css" {
        return HttpResponse::Ok()
            .content_type("text/css; charset=utf-8")
            .body(include_str!("../../static/css/sandbox.css"));
    }
    let is_json =
        http.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    // A page elsewhere cannot send this type without asking first, so it cannot press these switches.
    if http.method() != "GET" && !is_json {
        return HttpResponse::UnsupportedMediaType().json(json!({ "error": "send application/json" }));
    }
    let body: Value = match (body.is_empty(), serde_json::from_slice(&body)) {
        (true, _) => json!({}),
        (false, Ok(body)) => body,
        (false, Err(error)) => return HttpResponse::BadRequest().json(json!({ "error": error.to_string() })),
    };
    let steps: Vec<&str> = http.path().trim_start_matches("/_sandbox/").split('/').collect();
    match run(&shared, http.method().as_str(), &steps, &body).await {
        Ok(answer) => HttpResponse::Ok().json(answer),
        Err(error) => HttpResponse::BadRequest().json(json!({ "error": error })),
    }
}

async fn run(shared: &Shared, method: &str, steps: &[&str], body: &Value) -> Result<Value, String> {
    match (method, steps) {
        ("GET", ["requests"]) => Ok(json!(*shared.log())),
        ("GET", ["attempts"]) => Ok(json!(shared.queue().attempts)),
        ("GET", ["sessions"]) => Ok(json!(shared.state().all(Kind::Session))),
        ("GET", ["events"]) => Ok(json!(shared.state().all(Kind::Event))),
        ("GET", ["events", "undelivered"]) => Ok(json!(event::undelivered(&shared.state()))),
        ("POST", ["faults"]) => {
            let fault: Fault = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
            shared.faults().push(fault);
            done()
        }
        ("DELETE", ["faults"]) => {
            shared.faults().clear();
            done()
        }
        ("POST", ["sessions", id, "pay"]) => Ok(json!(act::pay(shared, id, body.text("instrument"))?)),
        ("POST", ["sessions", id, "authenticate"]) => Ok(json!(act::authenticate(shared, id, body.flag("passed"))?)),
        ("POST", ["sessions", id, "settle"]) => Ok(json!({ "happened": act::settle(shared, id) })),
        ("POST", ["charges", id, "dispute"]) => {
            act::dispute(shared, id, body.flag("inquiry"));
            done()
        }
        ("POST", ["disputes", id, "decide"]) => {
            act::decide(shared, id, body.flag("won"));
            done()
        }
        ("POST", ["refunds", id, "fail"]) => {
            act::fail_refund(shared, id);
            done()
        }
        ("POST", ["expire_due"]) => {
            shared.turn(Value::Null, |_| ());
            done()
        }
        ("POST", ["webhook"]) => {
            shared.set_webhook_url(body.get("url").and_then(Value::as_str).map(str::to_owned));
            done()
        }
        ("POST", ["clock", "advance"]) => {
            shared.clock.advance(chrono::Duration::seconds(body.int("seconds")));
            shared.turn(Value::Null, |_| ());
            done()
        }
        ("POST", ["deliver_all"]) => {
            act::deliver_all(shared).await;
            done()
        }
        ("POST", ["hurry_deliveries"]) => {
            act::hurry_deliveries(shared).await;
            done()
        }
        ("POST", ["redeliver"]) => Ok(json!({ "queued": act::redeliver(shared) })),
        ("POST", ["events", "send"]) => send(shared, body).await,
        _ => Err("no such switch".to_owned()),
    }
}

fn done() -> Result<Value, String> {
    Ok(json!({ "done": true }))
}

/// Sends an event (given whole, or by the `id` of one that happened) with a signature of the asked kind.
async fn send(shared: &Shared, body: &Value) -> Result<Value, String> {
    let given = body.get("event").cloned().filter(Value::is_object);
    let known = shared.state().get(Kind::Event, body.text("id")).cloned();
    let event = given.or(known).ok_or("no such event")?;
    let signature = match body.get("signature") {
        Some(kind) => serde_json::from_value(kind.clone()).map_err(|error| error.to_string())?,
        None => SignatureKind::Good,
    };
    let client = deliver::client().map_err(|error| error.to_string())?;
    Ok(json!({ "status": deliver::post(shared, &client, &event, &signature).await }))
}
