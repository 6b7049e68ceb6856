//! Stripe, PostgreSQL and our own code failing in every way they can: the right page, nothing lost, and all well afterwards.

/// The payment's life over random orders of events.
mod any_order;
/// PostgreSQL away or busy, and a panic of our own.
mod outages;

use std::time::{Duration, Instant};

use quittance::sandbox::{Action, Fault, SignatureKind, Target};

use crate::support::client::Page;
use crate::support::{Client, Debt, TestApp, spawn};

const SESSIONS: &str = "/v1/checkout/sessions";
const CARD: &str = "4242424242424242";

async fn debtor(app: &TestApp, debt: &Debt) -> Client {
    let client = app.client();
    client.sign_in(debt).await;
    client
}

async fn ask_to_pay(client: &Client, debt: &Debt, amount: &str) -> Page {
    client.post(&format!("{}/payments", debt.path()), &[("choice", "partial"), ("amount", amount)]).await
}

fn sessions(app: &TestApp, status: &str) -> Vec<String> {
    let all = app.sandbox.sessions().into_iter().filter(|session| session["status"] == status);
    all.map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

fn assert_unavailable(page: &Page) {
    assert_eq!(page.status, 503, "{}", page.text());
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
    assert!(page.text().contains("Nothing was charged"), "{}", page.text());
}

fn assert_busy(page: &Page) {
    assert_eq!(page.status, 503, "{}", page.text());
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(page.text_of("h1"), "Please try again in a moment");
}

/// The debtor tries again, is sent to the one checkout there is, pays, and is charged once.
async fn assert_can_pay(app: &TestApp, client: &Client, debt: &Debt, amount: &str, what: &str) {
    let page = ask_to_pay(client, debt, amount).await;
    assert_eq!(page.status, 303, "{what}: {}", page.text());
    let session = page.checkout_session();
    assert_eq!(sessions(app, "open"), std::slice::from_ref(&session), "{what}");
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    assert_eq!(sessions(app, "complete").len(), 1, "{what}");
    assert_eq!(app.value(&format!("SELECT amount_paid FROM debts WHERE id = '{}'", debt.id)), amount, "{what}");
    app.assert_ledger();
}

fn everything_that_can_go_wrong() -> Vec<Action> {
    vec![
        Action::TooManyRequests { retry_after_s: 1 },
        Action::ErrorBefore { status: 500 },
        Action::ErrorBefore { status: 503 },
        Action::ErrorAfter { status: 500, stored: true },
        Action::ErrorAfter { status: 503, stored: false },
        Action::CutAfter { bytes: 0 },
        Action::CutAfter { bytes: 200 },
        Action::HtmlBadGateway,
        Action::Close { after_effect: false },
        Action::Close { after_effect: true },
    ]
}

/// Every failure in a portal of its own, all at once: they mostly wait.
async fn for_each_failure<F: Future<Output = ()>>(play: impl Fn(Action) -> F) {
    futures_util::future::join_all(everything_that_can_go_wrong().into_iter().map(play)).await;
}

#[actix_web::test]
async fn one_failure_of_stripe_is_not_even_seen() {
    for_each_failure(|action| async move {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        app.sandbox.fault(Fault::on_request("POST", SESSIONS, action.clone()).once());
        assert_can_pay(&app, &client, &debt, "40.00", &format!("{action:?}")).await;
    })
    .await;
}

#[actix_web::test]
async fn a_failing_stripe_charges_nothing_and_the_debtor_finishes_later() {
    for_each_failure(|action| async move {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        app.sandbox.fault(Fault { on: any_request(), ..Fault::on_request("POST", SESSIONS, action.clone()) });
        let page = ask_to_pay(&client, &debt, "40.00").await;
        // An error that Stripe does not repeat for the same key hides the true answer from one try only.
        if action != (Action::ErrorAfter { status: 503, stored: false }) {
            assert_unavailable(&page);
        }
        assert_eq!(client.get(&debt.path()).await.status, 200);
        app.sandbox.clear_faults();
        assert_can_pay(&app, &client, &debt, "40.00", &format!("{action:?}")).await;
    })
    .await;
}

fn any_request() -> Target {
    Target::Request { method: None, path: "/v1/".to_owned() }
}

/// The same while an earlier checkout must be closed first: until that is certain no second one is opened.
#[actix_web::test]
async fn no_second_checkout_is_opened_before_the_first_is_closed() {
    for_each_failure(|action| async move {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        let first = client.start_payment(&debt, "40.00").await;
        app.sandbox.fault(Fault { on: any_request(), ..Fault::on_request("POST", SESSIONS, action.clone()) });
        assert_unavailable(&ask_to_pay(&client, &debt, "60.00").await);
        assert!(sessions(&app, "open").len() <= 1, "{action:?}");
        app.sandbox.clear_faults();
        assert_can_pay(&app, &client, &debt, "60.00", &format!("{action:?}")).await;
        assert_eq!(app.sandbox.session(&first).unwrap()["status"], "expired", "{action:?}");
    })
    .await;
}

#[actix_web::test]
async fn retry_after_is_obeyed_or_the_page_says_so_at_once() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    app.sandbox.fault(Fault::on_request("POST", SESSIONS, Action::TooManyRequests { retry_after_s: 2 }).once());
    assert_eq!(ask_to_pay(&client, &debt, "40.00").await.status, 303);
    let times: Vec<i64> = app.sandbox.requests().iter().map(|request| request.at_ms).collect();
    assert!(times.len() == 2 && times[1] - times[0] >= 2000, "{times:?}");
    // Longer than a visitor waits: no try before that time.
    app.sandbox.fault(Fault::on_request("POST", SESSIONS, Action::TooManyRequests { retry_after_s: 60 }));
    let begun = Instant::now();
    assert_unavailable(&ask_to_pay(&client, &debt, "60.00").await);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[actix_web::test]
async fn a_hanging_stripe_holds_only_those_who_pay() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    app.sandbox.fault(Fault::on_request("POST", SESSIONS, Action::HangBefore { ms: 12_000 }).once());
    let begun = Instant::now();
    let paying = ask_to_pay(&client, &debt, "40.00");
    let reading = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        assert_eq!(client.get(&debt.path()).await.status, 200);
        started.elapsed()
    };
    let (page, reading) = tokio::join!(paying, reading);
    assert_unavailable(&page);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(reading < Duration::from_secs(1), "{reading:?}");
    // Stripe still works on the first request; then it has had its effect, and the same checkout is found.
    tokio::time::sleep(Duration::from_millis(12_300).saturating_sub(begun.elapsed())).await;
    assert_eq!(sessions(&app, "open").len(), 1);
    assert_can_pay(&app, &client, &debt, "40.00", "a hang").await;
}

#[actix_web::test]
async fn a_stripe_that_never_answers_gives_its_page_in_time() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    let payment = format!("/payments/{}", app.value("SELECT id FROM payments"));
    app.webhooks_off();
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.fault(Fault { on: any_request(), ..Fault::on_request("GET", "", Action::HangAfter { ms: 20_000 }) });
    let begun = Instant::now();
    // The old checkout cannot be closed, so no new one is opened; the return page does not know and does not guess.
    let (another, returned) = tokio::join!(ask_to_pay(&client, &debt, "60.00"), client.get(&payment));
    // The deadline is 8 s; the rest is for a busy machine. Who waited for Stripe would be at 20 s.
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(another.status, 503, "{}", another.text());
    assert_eq!(returned.status, 200);
    assert!(!returned.text().contains("Nothing was charged"), "{}", returned.text());
    app.sandbox.clear_faults();
    // Paid meanwhile: that is shown instead of a second charge.
    let page = ask_to_pay(&client, &debt, "60.00").await;
    assert_eq!((page.status, page.location()), (303, payment), "{}", page.text());
    assert_eq!(sessions(&app, "open").len(), 0);
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "40.00");
    app.assert_ledger();
}

#[actix_web::test]
async fn canceling_that_failed_is_forgotten_by_who_pays_after_all() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "60.00").await;
    let cancellation = format!("/payments/{}/cancellation", app.value("SELECT id FROM payments"));
    app.sandbox.fault(Fault { on: any_request(), ..Fault::on_request("", "", Action::ErrorBefore { status: 500 }) });
    assert_busy(&client.post(&cancellation, &[]).await);
    app.sandbox.clear_faults();
    assert_eq!(client.start_payment(&debt, "60.00").await, session);
    app.clock.advance(chrono::Duration::minutes(1));
    app.sweep().await;
    assert_eq!(app.sandbox.session(&session).unwrap()["status"], "open", "closed while the debtor was paying");
    assert_can_pay(&app, &client, &debt, "60.00", "canceled and not").await;
    // Without a second thought the sweep finishes what the debtor wanted.
    let other = app.debt().of(&debt).create();
    let session = client.start_payment(&other, "60.00").await;
    let payment = app.value("SELECT id FROM payments ORDER BY created_at DESC LIMIT 1");
    app.sandbox.fault(Fault { on: any_request(), ..Fault::on_request("", "", Action::ErrorBefore { status: 500 }) });
    assert_busy(&client.post(&format!("/payments/{payment}/cancellation"), &[]).await);
    app.sandbox.clear_faults();
    app.clock.advance(chrono::Duration::minutes(1));
    app.sweep().await;
    assert_eq!(app.sandbox.session(&session).unwrap()["status"], "expired");
    assert_eq!(app.value(&format!("SELECT failure_code FROM payments WHERE id = '{payment}'")), "canceled");
}

#[actix_web::test]
async fn posts_of_two_amounts_at_once_leave_one_open_checkout() {
    let app = TestApp::spawn(|args| args.database.database_pool_timeout_ms = 20_000).await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let posts = (0..16).map(|i| ask_to_pay(&client, &debt, if i % 2 == 0 { "40.00" } else { "60.00" }));
    for page in futures_util::future::join_all(posts).await {
        // The last one wins; who was replaced on the way is asked to try again, never left with a dead checkout.
        assert!(matches!(page.status, 303 | 409 | 503), "{} {}", page.status, page.text());
    }
    assert!(sessions(&app, "open").len() <= 1, "{:?}", sessions(&app, "open"));
    assert_can_pay(&app, &client, &debt, "60.00", "two amounts").await;
    app.clock.advance(chrono::Duration::minutes(2));
    let report = app.sweep().await;
    assert_eq!(report.failures, 0, "{report:?}");
    assert_eq!(app.value("SELECT count(*) FROM payments WHERE status = 'pending'"), "0");
}

#[actix_web::test]
async fn webhooks_may_come_late_swapped_or_never() {
    let cases = [
        ("checkout.session.completed", Action::Reorder),
        ("checkout.session.completed", Action::Delay { ms: 300 }),
        ("checkout.session.completed", Action::Drop),
        ("checkout.session.async_payment_succeeded", Action::Drop),
        ("", Action::Drop),
        ("", Action::Sign(SignatureKind::Bad)),
        ("", Action::Duplicate { extra: 3 }),
    ];
    let plays = cases.into_iter().map(|(kind, action)| async move {
        let app = spawn().await;
        let debt = app.debt().create();
        let client = debtor(&app, &debt).await;
        let session = client.start_payment(&debt, "60.00").await;
        let fault = Fault::on_delivery(kind, action.clone());
        app.sandbox.fault(if matches!(action, Action::Sign(_) | Action::Reorder) { fault.once() } else { fault });
        app.sandbox.pay(&session, "000123456789").await.unwrap();
        app.sandbox.settle(&session);
        app.sandbox.deliver_all().await;
        app.sandbox.hurry_deliveries().await;
        app.clock.advance(chrono::Duration::minutes(5));
        app.sweep().await;
        let row =
            app.value("SELECT concat_ws(' ', p.status, amount_paid) FROM payments p JOIN debts d ON d.id = debt_id");
        assert_eq!(row, "completed 60.00", "{kind} {action:?}");
        assert_eq!(app.value("SELECT count(*) FROM payment_flags"), "0", "{kind} {action:?}");
        app.assert_ledger();
    });
    futures_util::future::join_all(plays).await;
}
