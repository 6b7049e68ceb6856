//! Starting a payment: who decides the amount, and how many checkouts there are.

use chrono::Duration;
use futures_util::future::join_all;

use crate::support::{Client, Debt, TestApp, spawn};

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

fn open_sessions(app: &TestApp) -> usize {
    app.sandbox.sessions().iter().filter(|s| s["status"] == "open").count()
}

#[actix_web::test]
async fn the_confirmation_page_says_everything_before_stripe_hears_of_it() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").paid("20.00").create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&format!("{}/payments/new?choice=partial&amount=%2430.00", debt.path())).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text_of(".figure-amount"), "$30.00");
    assert_eq!(page.text_of(".facts-total dd"), "$50.00");
    for part in ["Northwind Dental", "••••9113", "Harbor Lane Services", "None", "debt collector"] {
        assert!(page.text().contains(part), "{part}");
    }
    assert!(app.sandbox.requests().is_empty());
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE status = 'pending'"), "0");
    let full = client.get(&format!("{}/payments/new?choice=full", debt.path())).await;
    assert_eq!(full.text_of(".figure-amount"), "$80.00");
}

#[actix_web::test]
async fn the_request_to_stripe_names_nobody() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "30.00").await;
    let requests = app.sandbox.requests();
    assert_eq!(requests.len(), 1);
    let id = app.value("SELECT id FROM payments");
    let request = format!("{:?}", requests[0]);
    for part in ["Maria", "Quillfeather", "mail.example", "5550199", "Northwind", "97204", &debt.token, "debt"] {
        assert!(!request.contains(part), "{part} in {request}");
    }
    assert_eq!(requests[0].idempotency_key.as_deref(), Some(id.as_str()));
    let session = &app.sandbox.sessions()[0];
    assert_eq!(session["client_reference_id"], id.as_str());
    assert_eq!(session["metadata"]["payment_id"], id.as_str());
    assert_eq!(session["success_url"], format!("http://{}/payments/{id}", app.address()));
    let lifetime = session["expires_at"].as_i64().unwrap() - app.clock.now().timestamp();
    assert!((1800..=1860).contains(&lifetime), "{lifetime}");
}

#[actix_web::test]
async fn amounts_are_refused_with_a_sentence_and_nothing_happens() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").create();
    let client = debtor(&app, &debt).await;
    for (typed, sentence) in [
        ("", "Enter the amount you want to pay."),
        ("1e3", "in digits"),
        ("NaN", "in digits"),
        ("Infinity", "in digits"),
        ("0x1F", "in digits"),
        ("-5", "at least $0.50"),
        ("12345678901234567890", "at most $100.00"),
        ("\u{0661}\u{0662}", "in digits"),
        ("\u{FF15}\u{FF10}", "in digits"),
        ("12.345", "at most two digits"),
        ("0.49", "at least $0.50"),
        ("0", "at least $0.50"),
        ("100.01", "at most $100.00"),
        ("99.51", "less than $0.50 would remain"),
        ("<script>alert(1)</script>", "in digits"),
        ("1,00", "in digits"),
        ("5 000", "in digits"),
    ] {
        let form = [("choice", "partial"), ("amount", typed)];
        let page = client.post(&format!("{}/payments", debt.path()), &form).await;
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.text_of(".field-error").contains(sentence), "{typed}: {}", page.text());
        assert_eq!(page.attributes("#amount", "value"), [typed], "what was typed is kept");
        assert_eq!(page.attributes("#amount", "aria-invalid"), ["true"]);
    }
    let page = client.post(&format!("{}/payments", debt.path()), &[("choice", "everything")]).await;
    assert_eq!(page.status, 422);
    assert!(app.sandbox.requests().is_empty());
    assert_eq!(app.value("SELECT count(*) FROM payments"), "0");
}

#[actix_web::test]
async fn only_an_active_debt_can_be_paid() {
    let app = spawn().await;
    let first = app.debt().status("resolved").create();
    let mut debts = vec![first.clone()];
    for status in ["dispute", "hold", "closed"] {
        debts.push(app.debt().of(&first).status(status).create());
    }
    let client = debtor(&app, &first).await;
    for debt in &debts {
        let page = client.get(&debt.path()).await;
        assert_eq!(page.status, 200);
        assert!(page.attributes(".button-primary", "href").is_empty());
        assert_eq!(client.get(&format!("{}/payments/new", debt.path())).await.status, 303);
        let refused = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert!(refused.text().contains("Nothing was charged"), "{}", refused.text());
    }
    assert!(app.sandbox.requests().is_empty());
}

#[actix_web::test]
async fn the_same_amount_reuses_the_checkout_and_another_replaces_it() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let first = client.start_payment(&debt, "40.00").await;
    assert_eq!(client.start_payment(&debt, "40.00").await, first);
    assert_eq!(client.start_payment(&debt, "40").await, first);
    let second = client.start_payment(&debt, "60.00").await;
    assert_ne!(second, first);
    assert_eq!(open_sessions(&app), 1);
    assert!(app.sandbox.pay(&first, "4242424242424242").await.is_err());
    app.sandbox.pay(&second, "4242424242424242").await.unwrap();
    app.sandbox.deliver_all().await;
    let rows =
        "SELECT string_agg(concat_ws(' ', amount, status, failure_code), ', ' ORDER BY created_at) FROM payments";
    assert_eq!(app.value(rows), "40.00 failed replaced, 60.00 completed");
    app.assert_ledger();
}

#[actix_web::test]
async fn a_replaced_checkout_that_was_paid_meanwhile_is_shown_instead() {
    let app = spawn().await;
    app.webhooks_off();
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let first = client.start_payment(&debt, "40.00").await;
    let paid = app.value("SELECT id FROM payments");
    app.sandbox.pay(&first, "4242424242424242").await.unwrap();
    let form = [("choice", "partial"), ("amount", "60.00")];
    let page = client.post(&format!("{}/payments", debt.path()), &form).await;
    assert_eq!(page.location(), format!("/payments/{paid}"));
    assert_eq!(open_sessions(&app), 0);
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "40.00");
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE status = 'pending'"), "0");
}

#[actix_web::test]
async fn a_paid_checkout_is_not_offered_again() {
    let app = spawn().await;
    app.webhooks_off();
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let first = client.start_payment(&debt, "40.00").await;
    app.sandbox.pay(&first, "4242424242424242").await.unwrap();
    let form = [("choice", "partial"), ("amount", "40.00")];
    let page = client.post(&format!("{}/payments", debt.path()), &form).await;
    assert!(page.location().starts_with("/payments/"), "{}", page.location());
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "40.00");
}

#[actix_web::test]
async fn an_expired_checkout_makes_room_for_a_new_one() {
    let app = spawn().await;
    app.webhooks_off();
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let first = client.start_payment(&debt, "40.00").await;
    app.clock.advance(Duration::minutes(31));
    let again = app.client();
    again.sign_in(&debt).await;
    let second = again.start_payment(&debt, "40.00").await;
    assert_ne!(second, first);
    assert_eq!(open_sessions(&app), 1);
}

#[actix_web::test]
async fn fifty_posts_at_once_open_one_checkout() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let path = format!("{}/payments", debt.path());
    let form = [("choice", "partial"), ("amount", "40.00")];
    let pages = join_all((0..50).map(|_| client.post(&path, &form))).await;
    let sent: Vec<String> = pages.iter().filter(|p| p.status == 303).map(|p| p.checkout_session()).collect();
    assert!(sent.len() >= 40, "{:?}", pages.iter().map(|p| p.status).collect::<Vec<_>>());
    assert!(sent.iter().all(|id| *id == sent[0]));
    assert_eq!(app.sandbox.sessions().len(), 1);
    assert_eq!(app.value("SELECT count(*) FROM payments"), "1");
}

#[actix_web::test]
async fn two_amounts_at_once_leave_one_checkout_open() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let path = format!("{}/payments", debt.path());
    let posts =
        (0..12).map(|i| {
            let (client, path) = (client.clone(), path.clone());
            async move {
                client.post(&path, &[("choice", "partial"), ("amount", if i % 2 == 0 { "40" } else { "60" })]).await
            }
        });
    join_all(posts).await;
    app.clock.advance(Duration::seconds(30));
    app.sweep().await;
    assert!(open_sessions(&app) <= 1, "{:?}", app.sandbox.sessions());
    let open = "SELECT count(*) FROM payments WHERE status = 'pending' AND replaced_at IS NULL";
    assert!(app.value(open).parse::<usize>().unwrap() <= 1);
    app.assert_ledger();
}

#[actix_web::test]
async fn a_balance_that_changed_must_be_confirmed_again() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let path = format!("{}/payments", debt.path());
    app.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{}'", debt.id));
    let page = client.post(&path, &[("choice", "full"), ("amount", "100.00"), ("shown", "100.00")]).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.text_of(".figure-amount"), "$70.00");
    assert!(app.sandbox.requests().is_empty());
    assert_eq!(client.post(&path, &[("choice", "full"), ("shown", "70.00")]).await.status, 303);
}

#[actix_web::test]
async fn too_many_checkouts_in_an_hour_are_refused() {
    let app = TestApp::spawn(|args| args.stripe.checkouts_per_hour = 3).await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for amount in ["10", "20", "30"] {
        client.start_payment(&debt, amount).await;
    }
    let path = format!("{}/payments", debt.path());
    let page = client.post(&path, &[("choice", "partial"), ("amount", "40")]).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("Nothing was charged"));
    assert_eq!(client.post(&path, &[("choice", "partial"), ("amount", "30")]).await.status, 303, "reuse is no new one");
}

#[actix_web::test]
async fn nobody_is_sent_to_another_host() {
    let app = TestApp::spawn(|args| args.stripe.stripe_checkout_host = "checkout.stripe.com".to_owned()).await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let page = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
    assert_eq!(page.status, 503);
    assert_eq!(page.location(), "");
}

#[actix_web::test]
async fn a_page_without_a_pay_button_says_why() {
    let app = spawn().await;
    let small = app.debt().owing("0.30").create();
    let paid = app.debt().of(&small).owing("20.00").paid("20.00").create();
    let nothing = app.debt().of(&small).owing("0").create();
    let away = app.debt().of(&small).owing("60.00").create();
    app.execute(&format!("INSERT INTO payments (debt_id, amount, processing_since) VALUES ('{}', 60, now())", away.id));
    let client = debtor(&app, &small).await;
    for (debt, status, sentence) in [
        (&small, "Open", "too small to be paid online"),
        (&paid, "Paid in full", "Nothing more is owed"),
        (&nothing, "Open", "nothing to pay"),
        (&away, "Open", "on its way from your bank, so there is nothing more to pay"),
    ] {
        let page = client.get(&debt.path()).await;
        assert_eq!(page.text_of(".page-head .status"), status);
        assert!(page.text().contains(sentence), "{sentence}: {}", page.text());
        assert!(page.attributes(".button-primary", "href").is_empty());
    }
}

/// The form of an old page, for a debt that takes no money by now.
#[actix_web::test]
async fn a_form_that_came_too_late_is_answered_with_the_debt_s_own_sentence() {
    let app = spawn().await;
    for (status, sentence) in [
        ("dispute", "in dispute"),
        ("hold", "on hold"),
        ("closed", "no longer with us"),
        ("resolved", "settled, so nothing more is owed"),
    ] {
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        app.execute(&format!("UPDATE debts SET status = '{status}' WHERE id = '{}'", debt.id));
        let page = client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await;
        assert_eq!(page.status, 409, "{status}");
        assert!(page.text().contains(sentence) && page.text().contains("Nothing was charged"), "{}", page.text());
        assert!(page.attributes("main form", "action").is_empty(), "there is nothing to fill in");
        assert_eq!(app.value(&format!("SELECT count(*) FROM payments WHERE debt_id = '{}'", debt.id)), "0");
    }
}

#[actix_web::test]
async fn a_debt_settled_for_less_is_shown_as_settled() {
    let app = spawn().await;
    let debt = app.debt().paid("60.00").status("resolved").create();
    let client = debtor(&app, &debt).await;
    let page = client.get(&debt.path()).await;
    assert_eq!(
        (page.text_of(".page-head .status"), page.text_of(".figure-amount")),
        ("Settled".to_owned(), "$0.00".to_owned())
    );
    assert!(page.text().contains("was settled, so nothing more is owed"), "{}", page.text());
    let page = client.get("/account").await;
    assert_eq!(page.text_of(".debt-item .status"), "Settled");
}

#[actix_web::test]
async fn more_than_stripe_charges_at_once_is_said_before_anything_happens() {
    let app = spawn().await;
    let debt = app.debt().owing("1500000.00").create();
    let client = debtor(&app, &debt).await;
    for form in [vec![("choice", "full")], vec![("choice", "partial"), ("amount", "1000000")]] {
        let page = client.post(&format!("{}/payments", debt.path()), &form).await;
        assert_eq!(page.status, 422);
        assert!(page.text_of("#amount-error").contains("At most $999,999.99"), "{}", page.text());
    }
    assert_eq!(app.value("SELECT count(*) FROM payments"), "0");
    assert!(app.sandbox.requests().is_empty());
    client.start_payment(&debt, "999999.99").await;
}

#[actix_web::test]
async fn trying_again_leads_over_the_confirmation_page() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    client.start_payment(&debt, "40.00").await;
    let payment = format!("/payments/{}", app.value("SELECT id FROM payments"));
    client.post(&format!("{payment}/cancellation"), &[]).await;
    let page = client.get(&payment).await;
    let again = page.attributes("a.button-primary", "href");
    assert_eq!(again, [format!("{}/payments/new?choice=partial&amount=40.00", debt.path())]);
    let page = client.get(&again[0]).await;
    assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Check your payment"));
}

#[actix_web::test]
async fn an_address_that_says_two_things_is_refused() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    for query in ["choice=partial&amount=5&amount=50", "choice=full&choice=partial", "amount=5&%61mount=50"] {
        assert_eq!(client.get(&format!("{}/payments/new?{query}", debt.path())).await.status, 400, "{query}");
    }
    for query in ["kind=calls&kind=sms", "before=x&before=y"] {
        assert_eq!(client.get(&format!("{}?{query}", debt.path())).await.status, 400, "{query}");
    }
}
