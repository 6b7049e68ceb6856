//! A dispute stops collection, in the moment it arrives and until it is answered.

use std::time::Duration;

use super::{DISPUTE, ask, debtor};
use crate::support::spawn;
use quittance::domain::staff::Role;

#[actix_web::test]
async fn row_6_a_dispute_stops_payment_in_the_same_moment() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").create();
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "full").await;
    ask(&client, &debt, &DISPUTE).await;
    assert_eq!(app.value("SELECT status FROM debts"), "dispute");
    assert_eq!(app.value("SELECT failure_code FROM payments"), "withdrawn", "the open checkout is out of service");
    let page = client.get(&debt.path()).await;
    assert!(!page.attributes(".actions a", "href").iter().any(|href| href.ends_with("/payments/new")));
    let refused = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
    assert_ne!(refused.status, 303, "{}", refused.location());
    let closed = async {
        while app.value("SELECT count(*) FROM payments WHERE status = 'pending'") != "0" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), closed).await.expect("closed at Stripe as well");
    let staff = app.staff(Role::Agent);
    let list = staff.client.get("/admin/cases?status=open").await;
    assert_eq!(list.texts("tbody th"), [app.value("SELECT number FROM cases")]);
    let dashboard = staff.client.get("/admin").await;
    assert!(dashboard.text().contains("Cases to answer1"), "{}", dashboard.text());
    app.assert_ledger();
}

#[actix_web::test]
async fn whoever_sets_the_status_the_dispute_holds() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &DISPUTE).await;
    app.execute("UPDATE debts SET status = 'active'");
    assert_eq!(app.value("SELECT status FROM debts"), "dispute", "another program");
    let agent = app.staff(Role::Agent);
    let path = format!("/admin/debts/{}", debt.id);
    agent.client.get(&path).await;
    let page = agent.client.post(&format!("{path}/status"), &[("status", "active"), ("status_reason", "x")]).await;
    assert_eq!((page.status, page.count("#status-error")), (422, 1), "{}", page.text());
    agent.client.post(&format!("{path}/holds"), &[("hold", "legal"), ("hold_reason", "x")]).await;
    assert_eq!(app.value("SELECT status FROM debts"), "hold");
    let hold = app.value("SELECT id FROM debt_holds");
    agent.client.post(&format!("{path}/holds/{hold}"), &[("lift_reason", "x")]).await;
    assert_eq!(app.value("SELECT status FROM debts"), "dispute", "a hold that is lifted");
    app.execute("UPDATE debts SET status = 'closed'; UPDATE debts SET status = 'active'");
    assert_eq!(app.value("SELECT status FROM debts"), "dispute");
}

#[actix_web::test]
async fn a_dispute_of_a_debt_on_hold_holds_when_the_hold_is_lifted() {
    let app = spawn().await;
    let debt = app.debt().create();
    let agent = app.staff(Role::Agent);
    let path = format!("/admin/debts/{}", debt.id);
    agent.client.get(&path).await;
    agent.client.post(&format!("{path}/holds"), &[("hold", "bankruptcy"), ("hold_reason", "x")]).await;
    let client = debtor(&app, &debt).await;
    ask(&client, &debt, &DISPUTE).await;
    assert_eq!(app.value("SELECT status FROM debts"), "hold");
    let lift = format!("{path}/holds/{}", app.value("SELECT id FROM debt_holds"));
    agent.client.post(&lift, &[("lift_reason", "x")]).await;
    assert_eq!(app.value("SELECT status FROM debts"), "dispute");
}

#[actix_web::test]
async fn a_dispute_and_a_payment_at_once_leave_no_open_checkout() {
    let app = spawn().await;
    for round in 0..6 {
        let debt = app.debt().create();
        let (one, two) = (debtor(&app, &debt).await, debtor(&app, &debt).await);
        let form = [("choice", "full")];
        let to = format!("{}/payments", debt.path());
        let (paid, asked) = futures_util::join!(one.post(&to, &form), ask(&two, &debt, &DISPUTE));
        assert!(asked.contains("/cases/"), "{round}");
        assert!(matches!(paid.status, 303 | 409 | 422), "{round}: {}", paid.status);
        let open = format!(
            "SELECT count(*) FROM payments WHERE debt_id = '{}' AND status = 'pending' AND failure_code IS DISTINCT FROM 'withdrawn'",
            debt.id
        );
        app.sweep().await;
        assert_eq!(app.value(&open), "0", "round {round}");
        assert_eq!(app.value(&format!("SELECT status FROM debts WHERE id = '{}'", debt.id)), "dispute");
    }
    app.assert_ledger();
}

#[actix_web::test]
async fn row_14_money_never_goes_to_a_disputed_debt() {
    let app = spawn().await;
    let first = app.debt().owing("100.00").create();
    let second = app.debt().owing("50.00").of(&first).create();
    let client = debtor(&app, &first).await;
    ask(&client, &first, &DISPUTE).await;
    let refused = client.post(&format!("{}/payments", first.path()), &[("choice", "full")]).await;
    assert_ne!(refused.status, 303);
    let session = client.start_payment(&second, "full").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sweep().await;
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", first.id)), "0.00");
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", second.id)), "50.00");
}
