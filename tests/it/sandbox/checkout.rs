//! Checkout sessions: cards, bank accounts, expiry, lists, expansion.

use chrono::{DateTime, Duration};
use quittance::clock::Clock;
use quittance::sandbox::{Options, PayOutcome};
use serde_json::{Value, json};

use super::{Bench, text};

#[tokio::test]
async fn a_good_card_completes_the_session() {
    let bench = Bench::start().await;
    let id = bench.session().await;
    assert!(id.starts_with("cs_test_"));
    assert_eq!(bench.sandbox.pay(&id, "4242 4242 4242 4242").await, Ok(PayOutcome::Paid));
    let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge&expand[]=line_items");
    let (status, session) = bench.get(&path).await;
    assert_eq!(status, 200);
    for (pointer, wanted) in [
        ("/status", json!("complete")),
        ("/payment_status", json!("paid")),
        ("/amount_total", json!(12345)),
        ("/client_reference_id", json!("payment-1")),
        ("/payment_intent/status", json!("succeeded")),
        ("/payment_intent/metadata/payment", json!("payment-1")),
        ("/payment_intent/latest_charge/amount_captured", json!(12345)),
        ("/payment_intent/latest_charge/payment_method_details/card/last4", json!("4242")),
        ("/line_items/data/0/description", json!("Account ending 4821")),
        ("/url", Value::Null),
    ] {
        assert_eq!(session.pointer(pointer), Some(&wanted), "{pointer}");
    }
    assert_eq!(
        bench.event_types(),
        [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "charge.updated",
            "checkout.session.completed"
        ]
    );
    assert!(bench.sandbox.pay(&id, "4242424242424242").await.is_err());
}

#[tokio::test]
async fn a_declined_card_leaves_the_session_open() {
    let bench = Bench::start().await;
    let id = bench.session().await;
    for (number, code, decline_code) in [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("1234", "incorrect_number", ""),
    ] {
        let declined = PayOutcome::Declined { code: code.into(), decline_code: decline_code.into() };
        assert_eq!(bench.sandbox.pay(&id, number).await, Ok(declined));
    }
    let session = bench.sandbox.session(&id).unwrap();
    assert_eq!((text(&session, "/status"), text(&session, "/payment_status")), ("open".into(), "unpaid".into()));
    let intent = bench.sandbox.object(&text(&session, "/payment_intent")).unwrap();
    assert_eq!(text(&intent, "/last_payment_error/code"), "expired_card");
    assert_eq!(bench.sandbox.pay(&id, "4242424242424242").await, Ok(PayOutcome::Paid));
}

#[tokio::test]
async fn three_d_secure_asks_first() {
    let bench = Bench::start().await;
    for number in ["4000002500003155", "4000002760003184"] {
        let id = bench.session().await;
        assert_eq!(bench.sandbox.pay(&id, number).await, Ok(PayOutcome::AuthenticationRequired));
        let failed = bench.sandbox.authenticate(&id, false).await.unwrap();
        assert!(matches!(failed, PayOutcome::Declined { code, .. } if code == "payment_intent_authentication_failure"));
        bench.sandbox.pay(&id, number).await.unwrap();
        assert_eq!(bench.sandbox.authenticate(&id, true).await, Ok(PayOutcome::Paid));
        assert!(bench.sandbox.authenticate(&id, true).await.is_err());
    }
}

#[tokio::test]
async fn a_bank_debit_settles_or_fails_after_its_time() {
    let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let bench = Bench::with(Options { clock: clock.clone(), ..Options::default() }).await;
    for (number, event, payment_status) in [
        ("000123456789", "checkout.session.async_payment_succeeded", "paid"),
        ("000222222227", "checkout.session.async_payment_failed", "unpaid"),
    ] {
        let id = bench.session().await;
        assert_eq!(bench.sandbox.pay(&id, number).await, Ok(PayOutcome::Processing));
        let session = bench.sandbox.session(&id).unwrap();
        assert_eq!(
            (text(&session, "/status"), text(&session, "/payment_status")),
            ("complete".into(), "unpaid".into())
        );
        bench.sandbox.expire_due();
        assert!(!bench.event_types().contains(&event.to_owned()));
        clock.advance(Duration::seconds(20));
        bench.sandbox.expire_due();
        assert!(bench.event_types().contains(&event.to_owned()));
        assert_eq!(text(&bench.sandbox.session(&id).unwrap(), "/payment_status"), payment_status);
    }
}

#[tokio::test]
async fn a_session_for_cards_only_takes_no_bank_account() {
    let bench = Bench::start().await;
    let id = bench.session_with(&[("payment_method_types[0]", "card")]).await;
    assert!(matches!(bench.sandbox.pay(&id, "000123456789").await, Ok(PayOutcome::Declined { .. })));
}

#[tokio::test]
async fn sessions_expire_by_the_clock_and_by_request() {
    let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let bench = Bench::with(Options { clock: clock.clone(), ..Options::default() }).await;
    let id = bench.session_with(&[("expires_at", "1790001860")]).await;
    bench.sandbox.pay(&id, "4000000000000002").await.unwrap();
    clock.advance(Duration::minutes(30));
    assert_eq!(text(&bench.get(&format!("/v1/checkout/sessions/{id}")).await.1, "/status"), "open");
    clock.advance(Duration::minutes(1));
    let session = bench.get(&format!("/v1/checkout/sessions/{id}")).await.1;
    assert_eq!(text(&session, "/status"), "expired");
    assert_eq!(text(&bench.sandbox.object(&text(&session, "/payment_intent")).unwrap(), "/status"), "canceled");
    assert!(bench.sandbox.pay(&id, "4242424242424242").await.is_err());

    let id = bench.session().await;
    let path = format!("/v1/checkout/sessions/{id}/expire");
    assert_eq!(text(&bench.post(&path, &[]).await.1, "/status"), "expired");
    let (status, body) = bench.post(&path, &[]).await;
    assert_eq!((status, text(&body, "/error/type")), (400, "invalid_request_error".into()));
    assert_eq!(bench.event_types().iter().filter(|kind| *kind == "checkout.session.expired").count(), 2);
}

#[tokio::test]
async fn lists_page_without_losing_or_repeating() {
    let bench = Bench::start().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(bench.session().await);
    }
    made.reverse();
    let mut seen: Vec<String> = Vec::new();
    loop {
        let after = seen.last().map(|id| format!("&starting_after={id}")).unwrap_or_default();
        let (_, page) = bench.get(&format!("/v1/checkout/sessions?limit=3{after}")).await;
        seen.extend(page["data"].as_array().unwrap().iter().map(|session| text(session, "/id")));
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, made);
    let (_, before) = bench.get(&format!("/v1/checkout/sessions?limit=2&ending_before={}", made[4])).await;
    let before: Vec<String> = before["data"].as_array().unwrap().iter().map(|session| text(session, "/id")).collect();
    assert_eq!(before, made[2..4]);
    assert_eq!(bench.get("/v1/checkout/sessions?limit=101").await.0, 400);
    assert_eq!(bench.get("/v1/checkout/sessions?starting_after=cs_none").await.0, 404);
    assert_eq!(bench.get("/v1/checkout/sessions?expand[]=data.nothing").await.0, 400);
}
