//! Requests that go wrong as told.

use std::time::{Duration, Instant};

use quittance::sandbox::{Action, Fault};
use serde_json::{Value, json};

use super::{Bench, SESSION, answer, text};

const SESSIONS: &str = "/v1/checkout/sessions";

fn set(bench: &Bench, action: Action) {
    bench.sandbox.fault(Fault::on_request("POST", SESSIONS, action).once());
}

#[tokio::test]
async fn errors_before_the_effect_have_none() {
    let bench = Bench::start().await;
    set(&bench, Action::TooManyRequests { retry_after_s: 2 });
    let limited = bench.form(SESSIONS, SESSION).send().await.unwrap();
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()), (429, "2"));
    set(&bench, Action::ErrorBefore { status: 500 });
    assert_eq!(text(&bench.post(SESSIONS, SESSION).await.1, "/error/type"), "api_error");
    set(&bench, Action::HtmlBadGateway);
    let page = bench.form(SESSIONS, SESSION).send().await.unwrap();
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().contains("<html>"));
    set(&bench, Action::Close { after_effect: false });
    assert!(bench.form(SESSIONS, SESSION).send().await.is_err());
    assert!(bench.sandbox.sessions().is_empty());
    assert_eq!(bench.post(SESSIONS, SESSION).await.0, 200);
}

#[tokio::test]
async fn errors_after_the_effect_keep_it() {
    let bench = Bench::start().await;
    let keyed = |key: &str| bench.form(SESSIONS, SESSION).header("idempotency-key", key).send();
    set(&bench, Action::ErrorAfter { status: 500, stored: true });
    assert_eq!(keyed("stored").await.unwrap().status(), 500);
    assert_eq!(keyed("stored").await.unwrap().status(), 500);
    assert_eq!(bench.sandbox.sessions().len(), 1);
    set(&bench, Action::ErrorAfter { status: 503, stored: false });
    assert_eq!(keyed("lost").await.unwrap().status(), 503);
    assert_eq!(keyed("lost").await.unwrap().status(), 200);
    assert_eq!(bench.sandbox.sessions().len(), 2);
    set(&bench, Action::Close { after_effect: true });
    assert!(keyed("closed").await.is_err());
    let (status, session) = answer(keyed("closed").await.unwrap()).await;
    assert_eq!((status, bench.sandbox.sessions().len()), (200, 3));
    assert_eq!(text(&session, "/id"), text(&bench.sandbox.sessions()[2], "/id"));
}

#[tokio::test]
async fn a_cut_answer_ends_in_the_middle() {
    let bench = Bench::start().await;
    set(&bench, Action::CutAfter { bytes: 100 });
    let mut response = bench.form(SESSIONS, SESSION).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 100);
    assert!(response.chunk().await.is_err());
    assert_eq!(bench.sandbox.sessions().len(), 1);
}

#[tokio::test]
async fn a_hang_holds_only_its_own_request() {
    let bench = Bench::start().await;
    set(&bench, Action::HangAfter { ms: 2_000 });
    let started = Instant::now();
    let mut slow = Box::pin(bench.post(SESSIONS, SESSION));
    let quick = async {
        while bench.sandbox.sessions().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bench.get("/v1/balance").await.0
    };
    tokio::select! {
        _ = &mut slow => panic!("the hanging request was answered first"),
        status = quick => assert_eq!(status, 200),
    }
    assert_eq!(slow.await.0, 200);
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn answers_can_be_falsified_and_faults_cleared() {
    let bench = Bench::start().await;
    let fields = [("/currency".to_owned(), json!("eur"))].into_iter().collect();
    bench.sandbox.fault(Fault::on_request("GET", SESSIONS, Action::Mutate { fields }));
    let path = format!("{SESSIONS}/{}", bench.session().await);
    assert_eq!(text(&bench.get(&path).await.1, "/currency"), "eur");
    bench.sandbox.clear_faults();
    assert_eq!(text(&bench.get(&path).await.1, "/currency"), "usd");
}

#[tokio::test]
async fn another_process_can_do_the_same_over_http() {
    let bench = Bench::start().await;
    let switch = |path: &str, body: Value| {
        let request =
            bench.http.post(bench.url(path)).header("content-type", "application/json").body(body.to_string());
        async move { answer(request.send().await.unwrap()).await }
    };
    let fault = json!({ "on": { "request": { "path": SESSIONS } }, "times": 1, "action": { "error_before": { "status": 500 } } });
    assert_eq!(switch("/_sandbox/faults", fault).await.0, 200);
    assert_eq!(bench.post(SESSIONS, SESSION).await.0, 500);
    let session = bench.session().await;
    let pay = format!("/_sandbox/sessions/{session}/pay");
    assert_eq!(switch(&pay, json!({ "instrument": "4242424242424242" })).await.1, json!({ "outcome": "paid" }));
    let (_, requests) = answer(bench.http.get(bench.url("/_sandbox/requests")).send().await.unwrap()).await;
    let statuses: Vec<i64> = requests.as_array().unwrap().iter().map(|seen| seen["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [500, 200]);
    // A form on some page can send no JSON, so it presses no switch.
    let plain = bench.http.post(bench.url(&pay)).body("{}").send().await.unwrap();
    assert_eq!(plain.status(), 415);
}
