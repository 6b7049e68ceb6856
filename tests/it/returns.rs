//! Money that goes back: refunds by us, by the dashboard and by themselves; chargebacks and inquiries.

/// Chargebacks and inquiries, from opening to the end.
mod chargebacks;
/// What is paid beyond a debt.
mod excess;
/// Refunds, whole and partial.
mod refunds;
/// Applying stored events again.
mod replay;

use std::time::Duration;

use quittance::cashier::Refunding;
use quittance::domain::money::Cents;
use quittance::domain::returns::Origin;
use quittance::models::refund::RefundRequest;
use serde_json::Value;
use uuid::Uuid;

use crate::support::app::STRIPE_KEY;
use crate::support::{Debt, TestApp};

const CARD: &str = "4242424242424242";

/// Pays a debt of $100.00; the payment's id.
async fn paid(app: &TestApp, debt: &Debt, amount: &str, card: &str) -> Uuid {
    let client = app.client();
    client.sign_in(debt).await;
    let session = client.start_payment(debt, amount).await;
    app.sandbox.pay(&session, card).await.unwrap();
    app.sandbox.deliver_all().await;
    app.value(&format!("SELECT id FROM payments WHERE stripe_session_id = '{session}'")).parse().unwrap()
}

fn charge_of(app: &TestApp, payment: Uuid) -> String {
    let intent = app.value(&format!("SELECT stripe_payment_intent_id FROM payments WHERE id = '{payment}'"));
    app.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned()
}

/// What somebody does at Stripe's dashboard.
async fn refund_at_stripe(app: &TestApp, payment: Uuid, cents: i64) -> Value {
    refund_charge_at_stripe(app, &charge_of(app, payment), cents).await
}

async fn refund_charge_at_stripe(app: &TestApp, charge: &str, cents: i64) -> Value {
    let form = format!("charge={charge}&amount={cents}");
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/v1/refunds", app.sandbox.base_url()))
        .bearer_auth(STRIPE_KEY)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    let told: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    app.sandbox.deliver_all().await;
    told
}

async fn refund(app: &TestApp, payment_id: Uuid, cents: i64, seen: i64) -> Refunding {
    let (amount, seen) = (Cents::new(cents), Cents::new(seen));
    let request = RefundRequest { payment_id, amount, seen, origin: Origin::Staff };
    app.cashier.refund(request, app.cashier.stripe.deadline()).await.unwrap()
}

/// `status refunded charged_back paid debt-status` of the only payment.
fn books(app: &TestApp) -> String {
    app.value(
        "SELECT concat_ws(' ', p.status, amount_refunded, amount_charged_back, d.amount_paid, d.status) \
         FROM payments p JOIN debts d ON d.id = p.debt_id",
    )
}

fn refunds(app: &TestApp) -> String {
    app.value("SELECT coalesce(string_agg(concat_ws(' ', amount, status, origin), ', ' ORDER BY created_at, amount DESC), '') FROM refunds")
}

fn flags(app: &TestApp) -> String {
    let open = "SELECT DISTINCT kind FROM payment_flags WHERE resolved_at IS NULL";
    app.value(&format!("SELECT coalesce(string_agg(kind, ' ' ORDER BY kind), '') FROM ({open}) AS f"))
}

/// Waits for what happens in the background.
async fn eventually(app: &TestApp, query: &str, wanted: &str) {
    for _ in 0..200 {
        if app.value(query) == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{query}: {}, not {wanted}", app.value(query));
}
