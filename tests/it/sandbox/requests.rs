//! Keys, strictness and idempotency.

use std::time::Duration;

use chrono::DateTime;
use quittance::clock::Clock;
use quittance::sandbox::{Action, Fault, Options};

use super::{Bench, SESSION, answer, text};

#[tokio::test]
async fn a_wrong_key_is_refused_and_basic_authentication_works() {
    let bench = Bench::start().await;
    let url = bench.url("/v1/balance");
    for (key, wanted) in [("sk_test_other", 401), ("sk_test_sandbox", 200)] {
        assert_eq!(bench.http.get(&url).bearer_auth(key).send().await.unwrap().status(), wanted);
        assert_eq!(bench.http.get(&url).basic_auth(key, Some("")).send().await.unwrap().status(), wanted);
    }
    let (status, body) = answer(bench.http.get(&url).send().await.unwrap()).await;
    assert_eq!((status, text(&body, "/error/type").as_str()), (401, "invalid_request_error"));
}

#[tokio::test]
async fn wrong_parameters_are_refused_in_stripes_shape() {
    let bench = Bench::start().await;
    let amount = "line_items[0][price_data][unit_amount]";
    let past = "1600000000";
    for (name, value, code, param) in [
        ("colour", "red", "parameter_unknown", "colour"),
        ("line_items[0][colour]", "red", "parameter_unknown", "line_items[0][colour]"),
        ("mode", "donation", "", "mode"),
        ("locale", "tlh", "", "locale"),
        (amount, "12.5", "parameter_invalid_integer", amount),
        (amount, "1e3", "parameter_invalid_integer", amount),
        (amount, "49", "amount_too_small", ""),
        ("expires_at", past, "", "expires_at"),
        ("success_url", "javascript:alert(1)", "url_invalid", "success_url"),
        ("customer_email", "", "parameter_invalid_empty", "customer_email"),
        ("customer", "cus_nobody", "resource_missing", "customer"),
    ] {
        let (status, body) = bench.post("/v1/checkout/sessions", &[SESSION, &[(name, value)]].concat()).await;
        let wanted = if code == "resource_missing" { 404 } else { 400 };
        assert_eq!(status, wanted, "{name}={value}");
        assert_eq!((text(&body, "/error/code"), text(&body, "/error/param")), (code.into(), param.into()), "{body}");
        assert_eq!(text(&body, "/error/type"), "invalid_request_error");
    }
    for required in ["mode", "success_url", "line_items[0][quantity]", "line_items[0][price_data][currency]"] {
        let form: Vec<_> = SESSION.iter().copied().filter(|(name, _)| *name != required).collect();
        let (status, body) = bench.post("/v1/checkout/sessions", &form).await;
        assert_eq!((status, text(&body, "/error/code")), (400, "parameter_missing".into()), "{required}");
    }
    assert!(bench.sandbox.sessions().is_empty());
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_one_effect() {
    let bench = Bench::start().await;
    let send = || bench.form("/v1/checkout/sessions", SESSION).header("idempotency-key", "payment-1").send();
    let first = send().await.unwrap();
    assert!(first.headers().contains_key("request-id"));
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let first = first.text().await.unwrap();
    let again = send().await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.text().await.unwrap(), first);
    let other = [SESSION, &[("submit_type", "pay")]].concat();
    let request = bench.form("/v1/checkout/sessions", &other).header("idempotency-key", "payment-1");
    let (status, body) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, text(&body, "/error/type")), (400, "idempotency_error".into()));
    assert_eq!(bench.sandbox.sessions().len(), 1);
}

#[tokio::test]
async fn fifty_creates_at_once_with_one_key_make_one_session() {
    let bench = Bench::start().await;
    bench.sandbox.fault(Fault::on_request("POST", "/v1/checkout/sessions", Action::HangBefore { ms: 20 }));
    let sends = (0..50).map(|_| bench.form("/v1/checkout/sessions", SESSION).header("idempotency-key", "one").send());
    let answers = futures_util::future::join_all(sends).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.as_ref().unwrap().status().as_u16()).collect();
    assert!(statuses.contains(&200));
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(bench.sandbox.sessions().len(), 1);
    assert_eq!(bench.sandbox.requests().len(), 50);
}

#[tokio::test]
async fn a_key_in_use_is_a_conflict_and_a_client_that_hangs_up_keeps_its_effect() {
    let bench = Bench::start().await;
    bench.sandbox.fault(Fault::on_request("POST", "/v1/", Action::HangBefore { ms: 1_500 }).once());
    let send = || bench.form("/v1/checkout/sessions", SESSION).header("idempotency-key", "one");
    let hanging = tokio::spawn(send().send());
    until(|| bench.sandbox.requests().len() == 1).await;
    hanging.abort();
    let (status, body) = answer(send().send().await.unwrap()).await;
    assert_eq!((status, text(&body, "/error/code")), (409, "idempotency_key_in_use".into()));
    until(|| bench.sandbox.sessions().len() == 1).await;
    let (status, body) = answer(send().send().await.unwrap()).await;
    assert_eq!((status, text(&body, "/id")), (200, text(&bench.sandbox.sessions()[0], "/id")));
}

async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn refusals_before_execution_are_not_kept_and_keys_live_a_day() {
    let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let bench = Bench::with(Options { clock: clock.clone(), ..Options::default() }).await;
    let keyed = |form: &[(&str, &str)]| bench.form("/v1/checkout/sessions", form).header("idempotency-key", "k").send();
    assert_eq!(keyed(&[("mode", "payment")]).await.unwrap().status(), 400);
    assert_eq!(keyed(SESSION).await.unwrap().status(), 200);
    clock.advance(chrono::Duration::hours(23));
    assert!(keyed(SESSION).await.unwrap().headers().contains_key("idempotent-replayed"));
    clock.advance(chrono::Duration::hours(1));
    assert!(!keyed(SESSION).await.unwrap().headers().contains_key("idempotent-replayed"));
    assert_eq!(bench.sandbox.sessions().len(), 2);
}

#[tokio::test]
async fn what_happened_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let state_file = Some(directory.path().join("sandbox.json"));
    let options = Options { state_file, ..Options::default() };
    let bench = Bench::with(options.clone()).await;
    let session = bench.session().await;
    bench.sandbox.pay(&session, "000123456789").await.unwrap();
    let open = bench.session().await;
    let before = bench.sandbox.session(&session).unwrap();
    bench.sandbox.stop().await;
    let bench = Bench::with(options).await;
    let url = text(&bench.sandbox.session(&open).unwrap(), "/url");
    assert_eq!(bench.http.get(url).send().await.unwrap().status(), 200);
    assert_eq!(bench.sandbox.session(&session).unwrap(), before);
    bench.sandbox.settle(&session);
    assert_eq!(text(&bench.sandbox.session(&session).unwrap(), "/payment_status"), "paid");
}

#[tokio::test]
async fn a_live_sandbox_says_so_everywhere() {
    let bench = Bench::with(Options { livemode: true, ..Options::default() }).await;
    let session = bench.session().await;
    assert!(session.starts_with("cs_live_"));
    bench.sandbox.pay(&session, "4242424242424242").await.unwrap();
    assert!(
        bench
            .sandbox
            .events()
            .iter()
            .all(|event| event["livemode"] == true && event["data"]["object"]["livemode"] == true)
    );
}

#[tokio::test]
async fn a_refused_expansion_is_kept_for_its_key_and_does_nothing_twice() {
    let bench = Bench::start().await;
    let form = [SESSION, &[("expand[]", "nothing")]].concat();
    for _ in 0..2 {
        let request = bench.form("/v1/checkout/sessions", &form).header("idempotency-key", "one");
        assert_eq!(request.send().await.unwrap().status(), 400);
    }
    assert_eq!(bench.sandbox.sessions().len(), 1);
}
