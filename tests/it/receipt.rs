//! The receipt of a payment of which money went back.

use crate::support::client::Page;
use crate::support::{Client, TestApp, spawn};

/// A paid $100.00 debt and the path of its receipt, with these rows about money that went back.
async fn with_returns(app: &TestApp, returned: &str, rows: &str) -> (Client, String) {
    let debt = app.debt().create();
    app.execute(&format!(
        "INSERT INTO payments (debt_id, amount, status, payment_method, stripe_payment_intent_id, created_at) VALUES ('{}', 100, 'completed', 'card', 'pi_1', '2026-03-01T18:00Z');
         {};
         UPDATE payments SET {returned}",
        debt.id,
        rows.replace("PAYMENT", "(SELECT id FROM payments)").replace("DEBT", &format!("'{}'", debt.id))
    ));
    let client = app.client();
    client.sign_in(&debt).await;
    (client, format!("/payments/{}", app.value("SELECT id FROM payments")))
}

/// Cents of what a receipt's column of amounts says.
fn column_of_amounts(page: &Page) -> Vec<i64> {
    let cents = |text: String| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<i64>().unwrap() * if text.starts_with('\u{2212}') { -1 } else { 1 }
    };
    page.texts(".sum dd:not(.hint)").into_iter().map(cents).collect()
}

#[actix_web::test]
async fn a_receipt_tells_all_that_went_back_and_its_amounts_add_up() {
    let app = spawn().await;
    let rows = "INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id, created_at) VALUES \
        (PAYMENT, DEBT, 10, 'succeeded', 'staff', 're_1', '2026-03-02'), (PAYMENT, DEBT, 5, 'failed', 'staff', 're_2', '2026-03-03'), \
        (PAYMENT, DEBT, 4, 'failed', 'staff', NULL, '2026-03-04'), (PAYMENT, DEBT, 3, 'pending', 'staff', NULL, '2026-03-05'); \
        INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, withdrawn, status, created_at) VALUES \
        (PAYMENT, DEBT, 'du_1', 20, 20, 'withdrawn', '2026-03-06')";
    let (client, path) = with_returns(&app, "amount_refunded = 12, amount_charged_back = 20", rows).await;
    let page = client.get(&path).await;
    assert_eq!(page.text_of("h1"), "Your payment was received. A part of it went back.");
    assert_eq!(column_of_amounts(&page), [10_000, -1_000, 0, 0, -2_000, -200, 6_800], "{}", page.text_of(".sum"));
    let amounts = column_of_amounts(&page);
    let (counts, lines) = amounts.split_last().unwrap();
    assert_eq!(lines.iter().sum::<i64>(), *counts);
    let text = page.text_of(".sum");
    for part in [
        "Refund sent: $10.00, March 1, 2026",
        "Refund came back to us: $5.00",
        "Refund being prepared: $3.00",
        "taken back by your bank for now: $20.00, March 5, 2026",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("$4.00"), "a refused refund moved nothing: {text}");
    for part in ["Harbor Lane Services", "Northwind Dental", "••••9113", "March 1, 2026", "Remaining balance"] {
        assert!(page.text().contains(part), "{part} in {}", page.text());
    }
}

#[actix_web::test]
async fn a_payment_that_went_back_whole_is_not_thanked_for() {
    for (returned, rows, heading) in [
        (
            "amount_refunded = 100, status = 'refunded'",
            "INSERT INTO refunds (payment_id, debt_id, amount, status, origin, stripe_refund_id) VALUES (PAYMENT, DEBT, 100, 'succeeded', 'staff', 're_1')",
            "This payment was refunded",
        ),
        (
            "amount_charged_back = 100",
            "INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, withdrawn, status) VALUES (PAYMENT, DEBT, 'du_1', 100, 100, 'lost')",
            "Your bank took this payment back",
        ),
    ] {
        let app = spawn().await;
        let (client, path) = with_returns(&app, returned, rows).await;
        let page = client.get(&path).await;
        assert_eq!(page.text_of("h1"), heading);
        assert!(!page.text().contains("Thank you"), "{}", page.text());
        assert_eq!(column_of_amounts(&page), [10_000, -10_000, 0]);
    }
}
