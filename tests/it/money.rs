//! Every way a fact about money reaches us, and what it does.

use quittance::sandbox::{Action, Fault, SignatureKind};
use serde_json::{Value, json};

use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn payment_path(app: &TestApp) -> String {
    format!(
        "/payments/{}",
        app.value(
            "SELECT id FROM payments WHERE payment_method IS DISTINCT FROM 'prior' ORDER BY created_at DESC LIMIT 1"
        )
    )
}

fn row(app: &TestApp) -> String {
    app.value("SELECT concat_ws(' ', p.status, p.failure_code, d.amount_paid, d.status) FROM payments p JOIN debts d ON d.id = p.debt_id ORDER BY p.created_at DESC LIMIT 1")
}

fn flags(app: &TestApp) -> String {
    app.value("SELECT coalesce(string_agg(kind, ' ' ORDER BY created_at), '') FROM payment_flags")
}

#[actix_web::test]
async fn a_debt_paid_in_full_is_resolved_and_stays_readable() {
    let app = spawn().await;
    let debt = app.debt().owing("842.17").create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "full").await;
    assert_eq!(app.sandbox.session(&session).unwrap()["amount_total"], 84217);
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(row(&app), "completed 842.17 resolved");
    let receipt = client.get(&payment_path(&app)).await;
    assert_eq!(receipt.text_of("h1"), "Thank you. Your payment was received.");
    for part in ["$842.17", "Harbor Lane Services", "1200 Wharf Street", "Northwind Dental", "••••9113", "Card"]
    {
        assert!(receipt.text().contains(part), "{part} in {}", receipt.text());
    }
    assert_eq!(receipt.text_of(".facts-total dd"), "$0.00");
    let page = client.get(&debt.path()).await;
    assert_eq!(page.text_of(".page-head .status"), "Paid in full");
    assert!(page.texts(".timeline").concat().contains("Payment received"));
    assert!(page.attributes(".button-primary", "href").is_empty());
    app.assert_ledger();
}

#[actix_web::test]
async fn the_return_page_knows_at_once_without_any_webhook() {
    let app = spawn().await;
    app.webhooks_off();
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    let receipt = client.get(&payment_path(&app)).await;
    assert_eq!(receipt.text_of(".facts-total dd"), "$60.00");
    assert_eq!(row(&app), "completed 40.00 active");
    assert_eq!(app.value("SELECT payment_method FROM payments"), "card");
}

#[actix_web::test]
async fn the_sweep_learns_what_no_webhook_told() {
    let app = spawn().await;
    app.webhooks_off();
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.clock.advance(chrono::Duration::minutes(5));
    let report = app.sweep().await;
    assert!(report.ran && report.failures == 0, "{report:?}");
    assert_eq!(row(&app), "completed 40.00 active");
    assert_eq!(
        app.value(
            "SELECT count(*) FROM stripe_events WHERE source = 'sweep' AND event_type = 'checkout.session.completed'"
        ),
        "1"
    );
    app.sweep().await;
    assert_eq!(row(&app), "completed 40.00 active");
    app.assert_ledger();
}

#[actix_web::test]
async fn an_abandoned_checkout_expires() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "40.00").await;
    app.webhooks_off();
    app.clock.advance(chrono::Duration::minutes(32));
    app.sandbox.expire_due();
    app.sweep().await;
    assert_eq!(row(&app), "failed expired 0.00 active");
}

#[actix_web::test]
async fn the_same_event_ten_times_at_once_credits_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    app.sandbox.fault(Fault::on_delivery("checkout.session.completed", Action::Duplicate { extra: 9 }));
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    assert!(app.sandbox.attempts().iter().filter(|a| a.status == Some(200)).count() >= 10);
    assert_eq!(row(&app), "completed 40.00 active");
    assert_eq!(app.value("SELECT count(*) FROM stripe_events WHERE event_type = 'checkout.session.completed'"), "1");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_bank_debit_is_on_its_way_until_it_settles() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    app.sandbox.pay(&session, "000123456789").await.unwrap();
    app.sandbox.deliver_all().await;
    let path = payment_path(&app);
    assert_eq!(client.get(&path).await.text_of("h1"), "Your payment is on its way");
    assert_eq!(row(&app), "pending 0.00 active");
    let page = client.get(&format!("{}/payments/new", debt.path())).await;
    assert_eq!(page.text_of(".choice-amount"), "$40.00");
    app.sandbox.settle(&session);
    app.sandbox.deliver_all().await;
    assert_eq!(row(&app), "completed 60.00 active");
    assert_eq!(app.value("SELECT payment_method FROM payments"), "bank");
}

#[actix_web::test]
async fn a_bank_debit_that_comes_back_counts_nothing() {
    for webhooks in [true, false] {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        let session = client.start_payment(&debt, "60.00").await;
        if !webhooks {
            app.webhooks_off();
        }
        app.sandbox.pay(&session, "000222222227").await.unwrap();
        app.sandbox.deliver_all().await;
        app.sandbox.settle(&session);
        app.sandbox.deliver_all().await;
        assert_eq!(client.get(&payment_path(&app)).await.text_of("h1"), "Your bank returned the payment");
        assert_eq!(row(&app), "failed bank_declined 0.00 active");
    }
}

#[actix_web::test]
async fn a_decline_leaves_the_checkout_open() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    app.sandbox.pay(&session, "4000000000009995").await.unwrap();
    let page = client.get(&payment_path(&app)).await;
    assert_eq!(page.text_of("h1"), "The payment was declined");
    assert!(page.text().contains("enough funds") && page.text().contains("Nothing was charged"), "{}", page.text());
    assert_eq!(client.start_payment(&debt, "60.00").await, session);
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(row(&app), "completed 60.00 active");
}

#[actix_web::test]
async fn a_debtor_can_cancel_and_nothing_is_charged() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    let path = payment_path(&app);
    assert_eq!(client.get(&path).await.text_of("h1"), "The payment was not finished");
    let page = client.post(&format!("{path}/cancellation"), &[]).await;
    assert_eq!((page.status, page.location()), (303, path.clone()));
    assert_eq!(client.get(&path).await.text_of("h1"), "The payment was canceled");
    app.sandbox.deliver_all().await;
    assert_eq!(row(&app), "failed canceled 0.00 active");
    assert!(app.sandbox.pay(&session, "4242424242424242").await.is_err());
}

/// An event about the session of the newest payment, with fields changed.
fn event(app: &TestApp, id: &str, kind: &str, session: &str, change: &[(&str, Value)]) -> Value {
    let mut object = app.sandbox.session(session).unwrap();
    for (name, value) in change {
        object[*name] = value.clone();
    }
    let livemode = object["livemode"].clone();
    json!({"id": id, "object": "event", "type": kind, "created": app.clock.now().timestamp(), "livemode": livemode,
           "api_version": "2026-05-27.dahlia", "pending_webhooks": 1, "request": null, "data": {"object": object}})
}

#[actix_web::test]
async fn facts_that_do_not_fit_are_flagged_and_credit_nothing() {
    let paid: [(&str, Value); 2] = [("status", json!("complete")), ("payment_status", json!("paid"))];
    for (change, flag) in [
        (("amount_total", json!(1)), "amount_mismatch"),
        (("amount_total", json!(null)), "amount_mismatch"),
        (("currency", json!("eur")), "currency_mismatch"),
        (("livemode", json!(true)), "livemode_mismatch"),
        (("id", json!("cs_test_another")), "session_mismatch"),
        (("client_reference_id", json!("8a7b6c5d-0000-4000-8000-000000000000")), "unknown_payment"),
    ] {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        let session = client.start_payment(&debt, "60.00").await;
        let changes: Vec<_> = paid.iter().cloned().chain([change.clone()]).collect();
        let event = event(&app, "evt_wrong", "checkout.session.completed", &session, &changes);
        assert_eq!(app.sandbox.send_event(&event, SignatureKind::Good).await, Some(200));
        assert_eq!(flags(&app), flag, "{change:?}");
        assert_eq!(row(&app), "pending 0.00 active", "{change:?}");
        assert_eq!(app.value("SELECT outcome FROM stripe_events"), "flagged");
    }
}

#[actix_web::test]
async fn signatures_decide_who_is_believed() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    let change = [("status", json!("complete")), ("payment_status", json!("paid"))];
    let event = event(&app, "evt_signed", "checkout.session.completed", &session, &change);
    for kind in [
        SignatureKind::Bad,
        SignatureKind::OldTimestamp(301),
        SignatureKind::Missing,
        SignatureKind::Secret(String::new()),
    ] {
        assert_eq!(app.sandbox.send_event(&event, kind).await, Some(400));
    }
    let unsigned = app.client().request("POST", "/webhooks/stripe").await;
    assert_eq!(unsigned.status, 400);
    assert_eq!(app.value("SELECT count(*) FROM stripe_events"), "0");
    assert_eq!(row(&app), "pending 0.00 active");
    assert_eq!(app.sandbox.send_event(&event, SignatureKind::Two).await, Some(200));
    assert_eq!(row(&app), "completed 60.00 active");
}

#[actix_web::test]
async fn unknown_and_odd_events_are_stored_and_answered() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    let mut odd = event(&app, "evt_odd", "checkout.session.completed", &session, &[]);
    odd["data"]["object"] = json!({"hello": [1, 2]});
    let other = json!({"id": "evt_other", "object": "event", "type": "product.created", "created": 1, "livemode": false, "data": {"object": {}}});
    let bare = json!({"id": "evt_bare", "type": "some.future.event"});
    let strange =
        json!({"id": "evt_strange", "type": "charge.refunded", "created": "2026-01-01", "livemode": null, "data": []});
    let nameless = json!({"no": "id"});
    for event in [&odd, &other, &bare, &strange, &nameless, &nameless] {
        assert_eq!(app.sandbox.send_event(event, SignatureKind::Good).await, Some(200));
    }
    assert_eq!(
        app.value("SELECT string_agg(regexp_replace(id, ':.*', '') || ' ' || outcome, ', ' ORDER BY id COLLATE \"C\") FROM stripe_events"),
        "evt_bare ignored, evt_odd unreadable, evt_other ignored, evt_strange unreadable, sha256 unreadable"
    );
}

#[actix_web::test]
async fn money_that_comes_after_expiry_still_counts() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    let expired = event(&app, "evt_1", "checkout.session.expired", &session, &[("status", json!("expired"))]);
    let paid = event(
        &app,
        "evt_2",
        "checkout.session.completed",
        &session,
        &[("status", json!("complete")), ("payment_status", json!("paid"))],
    );
    app.sandbox.send_event(&expired, SignatureKind::Good).await;
    assert_eq!(row(&app), "failed expired 0.00 active");
    app.sandbox.send_event(&paid, SignatureKind::Good).await;
    assert_eq!(row(&app), "completed 60.00 active");
    app.assert_ledger();
}

/// Pays $100.00 of a debt of which only $70.00 is owed by then.
async fn overpay(app: &TestApp) -> (Debt, Client) {
    let debt = app.debt().create();
    let client = debtor(app, &debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{}'", debt.id));
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    (debt, client)
}

#[actix_web::test]
async fn paying_more_than_is_owed_is_flagged_and_said_where_staff_gives_it_back() {
    let app = TestApp::spawn(|args| args.stripe.refund_overpayments = false).await;
    let (debt, client) = overpay(&app).await;
    assert_eq!(row(&app), "completed 100.00 resolved");
    assert_eq!(flags(&app), "overpayment");
    for path in [payment_path(&app), debt.path()] {
        let text = client.get(&path).await.text();
        assert!(text.contains("$30.00 more than") && text.contains("Our staff has been told"), "{text}");
        assert!(!text.contains("by itself"), "{text}");
    }
    assert_eq!(app.value("SELECT count(*) FROM refunds"), "0");
    app.assert_ledger();
}

#[actix_web::test]
async fn what_is_paid_beyond_the_debt_goes_back_by_itself_and_is_said_on_every_page() {
    let app = spawn().await;
    // While Stripe does not answer, the money is still here, and the pages say what will become of it.
    app.sandbox.fault(Fault::on_request("POST", "/v1/refunds", Action::ErrorBefore { status: 503 }));
    let (debt, client) = overpay(&app).await;
    for path in [payment_path(&app), debt.path()] {
        let text = client.get(&path).await.text();
        assert!(text.contains("$30.00 more than") && text.contains("goes back by itself"), "{text}");
        assert!(text.contains("Refund being prepared") && !text.contains("Our staff has been told"), "{text}");
    }
    app.sandbox.clear_faults();
    app.clock.advance(chrono::Duration::seconds(60));
    app.sweep().await;
    app.sandbox.deliver_all().await;
    assert_eq!(
        app.value("SELECT string_agg(concat_ws(' ', amount, status, origin), ', ') FROM refunds"),
        "30.00 succeeded overpayment"
    );
    assert_eq!(row(&app), "completed 70.00 resolved");
    assert_eq!(app.value("SELECT count(*) FROM payment_flags WHERE resolved_at IS NULL"), "0");
    let page = client.get(&debt.path()).await;
    let entry = page.text_of(".entry-back");
    for part in ["Refund sent", "$30.00", "$30.00 was paid too much. The money went back to the card"] {
        assert!(entry.contains(part), "{part} in {entry}");
    }
    assert!(!page.text().contains("more than is owed"), "{}", page.text());
    let statement = client.get(&format!("{}/statement", debt.path())).await;
    assert_eq!(statement.texts(".ledger tbody td:nth-child(2):not(.number)"), ["Payment received", "Refund to you"]);
    assert_eq!(statement.texts(".ledger tbody td:nth-child(5)"), ["$30.00 paid too much", "$0.00"]);
    let receipt = client.get(&payment_path(&app)).await;
    assert_eq!(receipt.text_of("h1"), "Your payment was received. A part of it went back.");
    assert!(receipt.text_of(".sum").contains("$30.00 was paid too much."), "{}", receipt.text());
    assert_eq!(receipt.text_of(".sum .facts-total dd"), "$70.00");
    app.assert_ledger();
}

#[actix_web::test]
async fn money_for_a_disputed_debt_counts_and_is_flagged() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.execute(&format!("UPDATE debts SET status = 'dispute' WHERE id = '{}'", debt.id));
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(row(&app), "completed 100.00 dispute");
    assert_eq!(flags(&app), "paid_while_closed");
}

#[actix_web::test]
async fn another_s_payment_is_not_found_and_a_foreign_session_id_shows_nothing() {
    let app = spawn().await;
    let (mine, theirs) = (app.debt().create(), app.debt().create());
    let (me, them) = (debtor(&app, &mine).await, debtor(&app, &theirs).await);
    let session = them.start_payment(&theirs, "60.00").await;
    let path = payment_path(&app);
    assert_eq!(me.get(&path).await.status, 404);
    assert_eq!(app.client().get(&path).await.status, 401);
    app.webhooks_off();
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    me.start_payment(&mine, "20.00").await;
    let page = me.get(&format!("{}?session_id={session}", payment_path(&app))).await;
    assert_eq!(page.text_of("h1"), "The payment was not finished");
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", mine.id)), "0.00");
}

/// A debtor who has just been sent to the checkout of a $100.00 debt.
async fn paying(amount: &str) -> (TestApp, Debt, Client, String) {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, amount).await;
    (app, debt, client, session)
}

#[actix_web::test]
async fn a_checkout_that_stripe_knows_no_longer_does_not_bar_the_way() {
    let (app, debt, client, _) = paying("60.00").await;
    app.execute(
        "DELETE FROM disclosures_shown; UPDATE payments SET stripe_session_id = 'cs_test_of_another_account', id = gen_random_uuid()",
    );
    client.start_payment(&debt, "60.00").await;
    assert_eq!(
        app.value("SELECT string_agg(coalesce(failure_code, status), ' ' ORDER BY created_at) FROM payments"),
        "lost pending"
    );
    assert_eq!(flags(&app), "session_mismatch");
    app.execute(
        "DELETE FROM disclosures_shown; UPDATE payments SET stripe_session_id = 'cs_test_of_a_third', id = gen_random_uuid() WHERE status = 'pending'",
    );
    app.clock.advance(chrono::Duration::minutes(40));
    let report = app.sweep().await;
    assert_eq!(report.failures, 0, "{report:?}");
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE status = 'pending'"), "0");
}

#[actix_web::test]
async fn a_refused_key_is_no_proof_that_there_is_no_checkout() {
    for status in [401, 403, 404, 302] {
        let (app, debt, client, session) = paying("60.00").await;
        // As after a crash between Stripe's answer and our note of it.
        app.execute("UPDATE payments SET stripe_session_id = NULL, checkout_url = NULL");
        app.sandbox.fault(Fault::on_request("POST", "/v1/checkout/sessions", Action::ErrorBefore { status }));
        let form = [("choice", "partial"), ("amount", "60.00")];
        assert_eq!(client.post(&format!("{}/payments", debt.path()), &form).await.status, 503, "{status}");
        assert_eq!(row(&app), "pending 0.00 active", "{status}");
        app.sandbox.clear_faults();
        assert_eq!(client.start_payment(&debt, "60.00").await, session, "{status}");
        assert_eq!(app.value("SELECT count(*) FROM payments"), "1", "{status}");
    }
}

#[actix_web::test]
async fn a_refused_checkout_is_said_as_such() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    app.sandbox.fault(Fault::on_request("POST", "/v1/checkout/sessions", Action::ErrorBefore { status: 400 }));
    let page = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("Nothing was charged"), "{}", page.text());
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE status = 'pending'"), "0");
}

#[actix_web::test]
async fn an_event_with_impossible_values_hides_no_other() {
    let (app, _, _, session) = paying("60.00").await;
    app.webhooks_off();
    app.sandbox.pay(&session, "4242424242424242").await.unwrap();
    app.sandbox.set_webhook_url(Some(format!("http://{}/webhooks/stripe", app.address())));
    let paid = [("status", json!("complete")), ("payment_status", json!("paid"))];
    for (i, change) in [
        ("currency", json!("u\u{0}sd")),
        ("payment_intent", json!("pi_\u{0}")),
        ("payment_intent", json!(format!("pi_{}", "x".repeat(300)))),
        ("id", json!(format!("cs_{}", "x".repeat(300)))),
    ]
    .into_iter()
    .enumerate()
    {
        let changes: Vec<_> = paid.iter().cloned().chain([change]).collect();
        let mut odd = event(&app, &format!("evt_odd_{i}"), "checkout.session.completed", &session, &changes);
        assert_eq!(app.sandbox.send_event(&odd, SignatureKind::Good).await, Some(200), "{i}");
        odd["type"] = json!("odd\u{0}type");
        odd["id"] = json!(format!("evt_\u{0}{i}"));
        assert_eq!(app.sandbox.send_event(&odd, SignatureKind::Good).await, Some(200), "{i}");
    }
    assert_eq!(app.value("SELECT count(*) FROM stripe_events"), "8");
    app.sweep().await;
    assert_eq!(row(&app), "completed 60.00 active");
    app.assert_ledger();
}

#[actix_web::test]
async fn an_old_tab_paid_late_closes_the_newer_checkout_that_would_overpay() {
    let (app, debt, client, first) = paying("full").await;
    let late = event(
        &app,
        "evt_late",
        "checkout.session.completed",
        &first,
        &[("status", json!("complete")), ("payment_status", json!("paid"))],
    );
    let second = client.start_payment(&debt, "50.00").await;
    app.sandbox.send_event(&late, SignatureKind::Good).await;
    assert_eq!(app.value("SELECT status FROM debts"), "resolved");
    app.clock.advance(chrono::Duration::seconds(30));
    app.sweep().await;
    assert!(app.sandbox.pay(&second, "4242424242424242").await.is_err(), "it is closed");
    assert_eq!(flags(&app), "");
}

/// An event and its object that speak of two modes, or of two payments, move no money.
#[actix_web::test]
async fn contradictions_within_one_event_credit_nothing() {
    for (mode, change, kind) in [
        (true, ("livemode", json!(false)), "livemode_mismatch"),
        (false, ("livemode", json!(true)), "livemode_mismatch"),
        (false, ("client_reference_id", json!("somebody-else-s-order")), "session_mismatch"),
        (false, ("metadata", json!({"payment_id": "00000000-0000-4000-8000-000000000001"})), "session_mismatch"),
    ] {
        let (app, _, _, session) = paying("60.00").await;
        let changes = [("status", json!("complete")), ("payment_status", json!("paid")), change.clone()];
        let mut paid = event(&app, "evt_1", "checkout.session.completed", &session, &changes);
        paid["livemode"] = json!(mode);
        assert_eq!(app.sandbox.send_event(&paid, SignatureKind::Good).await, Some(200));
        assert_eq!(app.value("SELECT amount_paid FROM debts"), "0.00", "{change:?}");
        assert_eq!(flags(&app), kind, "{change:?}");
    }
}

/// Another program may dispute, lessen or settle a debt while its checkout is open.
#[actix_web::test]
async fn a_checkout_is_closed_when_its_debt_may_no_longer_be_paid() {
    for change in [
        "UPDATE debts SET status = 'dispute'",
        "UPDATE debts SET status = 'hold'",
        "UPDATE debts SET total_owed = 30",
        "INSERT INTO payments (debt_id, amount, status, payment_method) SELECT id, 80, 'completed', 'check' FROM debts",
    ] {
        let (app, _, client, session) = paying("60.00").await;
        app.sweep().await;
        assert_eq!(app.sandbox.session(&session).unwrap()["status"], "open");
        app.execute(change);
        app.clock.advance(chrono::Duration::minutes(1));
        app.sweep().await;
        assert_eq!(app.sandbox.session(&session).unwrap()["status"], "expired", "{change}");
        let page = client
            .get(&format!("/payments/{}", app.value("SELECT id FROM payments WHERE stripe_session_id IS NOT NULL")))
            .await;
        assert_eq!(page.text_of("h1"), "This payment was closed", "{change}");
    }
}

/// What was opened is not what was asked for: nobody is sent there to pay.
#[actix_web::test]
async fn a_checkout_that_does_not_fit_is_closed_and_never_shown() {
    for fields in [json!({"/amount_total": 6100}), json!({"/currency": "eur"}), json!({"/livemode": true})] {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        let action = Action::Mutate { fields: fields.as_object().unwrap().clone() };
        app.sandbox.fault(Fault::on_request("POST", "/v1/checkout/sessions", action).once());
        let page =
            client.post(&format!("{}/payments", debt.path()), &[("choice", "partial"), ("amount", "60.00")]).await;
        assert_eq!(page.status, 503, "{fields}");
        assert!(page.text().contains("Nothing was charged"), "{}", page.text());
        assert_eq!(app.sandbox.sessions()[0]["status"], "expired", "{fields}");
        assert_eq!(app.value("SELECT count(*) FROM payment_flags"), "1", "{fields}");
    }
}

#[actix_web::test]
async fn the_sweep_keeps_to_its_pace_whatever_it_meets() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for i in 0..3 {
        let other = app.debt().of(&debt).create();
        client.start_payment(&other, &format!("{}.00", 10 + i)).await;
    }
    app.webhooks_off();
    let gone = Action::ErrorBefore { status: 404 };
    app.sandbox.fault(Fault::on_request("GET", "/v1/checkout/sessions/", gone));
    app.clock.advance(chrono::Duration::minutes(1));
    let before = app.sandbox.requests().len();
    let begun = std::time::Instant::now();
    app.sweep().await;
    let sent = app.sandbox.requests().len() - before;
    // Each look-up is answered by 404 and followed by a list: more calls than payments, none faster than five a second.
    assert!(
        sent > 6 && begun.elapsed().as_secs_f64() > (sent - 1) as f64 / 5.0 - 0.1,
        "{sent} in {:?}",
        begun.elapsed()
    );
}
