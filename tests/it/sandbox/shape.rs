//! Every object carries the fields Stripe's API description requires of its kind (version 2026-05-27.dahlia).

use serde_json::Value;

use super::{Bench, text};

const REQUIRED: &[(&str, &str)] = &[
    (
        "checkout.session",
        "automatic_tax created custom_fields custom_text expires_at id livemode mode object payment_method_types payment_status shipping_options",
    ),
    ("payment_intent", "created id livemode object status"),
    (
        "charge",
        "amount amount_captured amount_refunded billing_details captured created currency disputed id livemode metadata object paid refunded status",
    ),
    ("refund", "amount created currency id object"),
    (
        "dispute",
        "amount balance_transactions charge created currency enhanced_eligibility_types evidence evidence_details id is_charge_refundable livemode metadata object reason status",
    ),
    ("customer", "created id livemode object"),
    ("event", "created data id livemode object pending_webhooks type"),
    (
        "balance_transaction",
        "amount available_on balance_type created currency fee fee_details id net object reporting_category status type",
    ),
    ("item", "amount_discount amount_subtotal amount_tax amount_total currency id object"),
    ("price", "active billing_scheme created currency id livemode metadata object product type"),
    ("payment_method", "billing_details created id livemode object type"),
    ("balance", "available livemode object pending"),
    ("list", "data has_more object url"),
];

/// Checks every object inside `value`, however deep.
fn check(value: &Value, seen: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(kind) = fields.get("object").and_then(Value::as_str) {
                let (_, required) =
                    REQUIRED.iter().find(|(own, _)| *own == kind).unwrap_or_else(|| panic!("a new kind: {kind}"));
                for field in required.split(' ') {
                    assert!(fields.get(field).is_some_and(|value| !value.is_null()), "{kind} lacks {field}: {value}");
                }
                seen.push(kind.to_owned());
            }
            fields.values().for_each(|field| check(field, seen));
        }
        Value::Array(items) => items.iter().for_each(|item| check(item, seen)),
        _ => {}
    }
}

#[tokio::test]
async fn every_kind_of_object_is_complete_in_every_state() {
    let bench = Bench::start().await;
    let customer = text(&bench.post("/v1/customers", &[("name", "Pat Practice")]).await.1, "/id");
    for number in [
        "4242424242424242",
        "4000000000000002",
        "4000002500003155",
        "4000000000000259",
        "4000000000001976",
        "4000000000005126",
        "000123456789",
        "000222222227",
    ] {
        let session = bench.session_with(&[("customer", customer.as_str())]).await;
        bench.sandbox.pay(&session, number).await.unwrap();
        let _ = bench.sandbox.authenticate(&session, true).await;
        bench.sandbox.settle(&session);
        bench.post("/v1/refunds", &[("charge", bench.charge_of(&session).as_str()), ("amount", "100")]).await;
        bench.sandbox.settle(&session);
    }
    let mut seen = Vec::new();
    for event in bench.sandbox.events() {
        check(&event, &mut seen);
    }
    for path in [
        "/v1/checkout/sessions?expand[]=data.line_items&expand[]=data.payment_intent.payment_method&limit=100",
        "/v1/charges?expand[]=data.refunds&limit=100",
        "/v1/balance_transactions?limit=100",
        "/v1/balance",
    ] {
        check(&bench.get(path).await.1, &mut seen);
    }
    for (kind, _) in REQUIRED {
        assert!(seen.iter().any(|own| own == kind), "no {kind} was seen");
    }
}
