//! Payment intents without a session: charges of a kept card while the cardholder is away.

use super::{Bench, text};

/// A customer who has paid once with this card and let it be kept: their id and the card's.
async fn customer_with(bench: &Bench, number: &str) -> (String, String) {
    let customer = text(&bench.post("/v1/customers", &[("email", "pat@example.com")]).await.1, "/id");
    let kept = [("customer", customer.as_str()), ("payment_intent_data[setup_future_usage]", "off_session")];
    let session = bench.session_with(&kept).await;
    bench.sandbox.pay(&session, number).await.unwrap();
    let _ = bench.sandbox.authenticate(&session, true).await;
    let (_, methods) = bench.get(&format!("/v1/customers/{customer}/payment_methods?type=card")).await;
    (customer, text(&methods, "/data/0/id"))
}

#[tokio::test]
async fn later_charges_end_as_their_card_says() {
    let bench = Bench::start().await;
    for (number, status, said) in [
        ("4242424242424242", 200, "succeeded"),
        ("4000002500003155", 200, "succeeded"),
        ("4000000000000341", 402, "card_declined"),
        ("4000002760003184", 402, "authentication_required"),
    ] {
        let (customer, method) = customer_with(&bench, number).await;
        let form = [
            ("amount", "2500"),
            ("currency", "usd"),
            ("customer", customer.as_str()),
            ("payment_method", method.as_str()),
            ("off_session", "true"),
            ("confirm", "true"),
        ];
        let (got, body) = bench.post("/v1/payment_intents", &form).await;
        let pointer = if status == 200 { "/status" } else { "/error/code" };
        assert_eq!((got, text(&body, pointer)), (status, said.to_owned()), "{number}");
        if status == 402 {
            assert_eq!(text(&body, "/error/payment_intent/status"), "requires_payment_method");
        }
    }
}

#[tokio::test]
async fn a_declined_charge_is_replayed_and_not_tried_again() {
    let bench = Bench::start().await;
    let (customer, method) = customer_with(&bench, "4000000000000341").await;
    let form = [
        ("amount", "2500"),
        ("currency", "usd"),
        ("customer", customer.as_str()),
        ("payment_method", method.as_str()),
        ("off_session", "true"),
        ("confirm", "true"),
    ];
    for _ in 0..2 {
        let request = bench.form("/v1/payment_intents", &form).header("idempotency-key", "instalment-1");
        assert_eq!(request.send().await.unwrap().status(), 402);
    }
    assert_eq!(bench.event_types().iter().filter(|kind| *kind == "charge.failed").count(), 1);
}

#[tokio::test]
async fn an_intent_is_confirmed_or_canceled_once() {
    let bench = Bench::start().await;
    let intent = text(&bench.post("/v1/payment_intents", &[("amount", "999"), ("currency", "usd")]).await.1, "/id");
    let confirm = format!("/v1/payment_intents/{intent}/confirm");
    assert_eq!(bench.post(&confirm, &[]).await.0, 400);
    assert_eq!(text(&bench.post(&confirm, &[("payment_method", "pm_card_visa")]).await.1, "/status"), "succeeded");
    let (status, body) = bench.post(&format!("/v1/payment_intents/{intent}/cancel"), &[]).await;
    assert_eq!((status, text(&body, "/error/code")), (400, "payment_intent_unexpected_state".into()));
    assert_eq!(bench.post("/v1/payment_intents", &[("amount", "49"), ("currency", "usd")]).await.0, 400);
}
