use chrono::Duration;
use quittance::domain::figures::{FigureKind, Funnel, Sums};
use quittance::domain::money::Cents;
use quittance::models::figure;
use quittance::sandbox::{Action, Fault};

use crate::support::{Debt, TestApp, spawn};

const CARD: &str = "4242424242424242";

/// The figures of the two days around now.
fn sums(app: &TestApp) -> Sums {
    let now = app.clock.now();
    Sums::of(
        &figure::between(&mut app.connect(), &FigureKind::TIMED, &[now - Duration::days(1), now + Duration::days(1)])
            .unwrap(),
    )
}

async fn pay(app: &TestApp, debt: &Debt, amount: &str) {
    let client = app.client();
    client.sign_in(debt).await;
    let session = client.start_payment(debt, amount).await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
}

#[actix_web::test]
async fn the_funnel_follows_a_debtor_from_the_link_to_the_money() {
    let app = spawn().await;
    let (debt, other) = (app.debt().create(), app.debt().create());
    // Looking at the page behind a link is nothing yet; programs do it too.
    app.client().get(&debt.link()).await;
    assert_eq!(sums(&app).funnel(), Funnel { opened: 0, started: 0, paid: 0 });
    let wrong = app.client();
    wrong.get(&debt.link()).await;
    assert_eq!(wrong.post(&debt.link(), &[("postal_code", "11111")]).await.status, 422);
    pay(&app, &debt, "40.00").await;
    let client = app.client();
    client.sign_in(&other).await;
    client.start_payment(&other, "25.00").await;
    let now = sums(&app);
    assert_eq!(now.funnel(), Funnel { opened: 2, started: 2, paid: 1 });
    assert_eq!((now.refused, now.by_checkout.count, now.by_checkout.amount), (1, 1, Cents::new(4_000)));
    app.assert_ledger();
}

#[actix_web::test]
async fn answers_that_are_not_looked_at_are_counted_apart() {
    let app = TestApp::spawn(|args| args.identity.identity_attempts = 2).await;
    let debt = app.debt().create();
    let client = app.client();
    client.get(&debt.link()).await;
    for _ in 0..4 {
        client.post(&debt.link(), &[("postal_code", "11111")]).await;
    }
    let now = sums(&app);
    assert_eq!((now.opened, now.refused, now.paused), (0, 2, 2));
}

#[actix_web::test]
async fn a_chargeback_lessens_what_was_collected_and_opens_the_balance() {
    let app = spawn().await;
    let debt = app.debt().owing("100.00").create();
    pay(&app, &debt, "full").await;
    let balance = || {
        let totals = figure::debts(&mut app.connect()).unwrap();
        totals.iter().map(|total| (total.count, total.balance.get())).collect::<Vec<_>>()
    };
    assert_eq!(balance(), [(0, 0), (1, 0), (0, 0), (0, 0), (0, 0)]);
    let intent = app.value("SELECT stripe_payment_intent_id FROM payments");
    let charge = app.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned();
    app.sandbox.dispute(&charge, false);
    app.sandbox.deliver_all().await;
    assert_eq!(balance(), [(1, 10_000), (0, 0), (0, 0), (0, 0), (0, 0)]);
    let now = sums(&app);
    assert_eq!(
        (now.arrived(), now.charged_back.amount, now.net()),
        (Cents::new(10_000), Cents::new(10_000), Cents::ZERO)
    );
    app.assert_ledger();
}

#[actix_web::test]
async fn the_sweep_folds_even_while_stripe_is_away() {
    let app = spawn().await;
    app.debt().create();
    assert_ne!(app.value("SELECT count(*) FROM figure_changes"), "0");
    app.sandbox.fault(Fault::on_request("GET", "/v1", Action::ErrorBefore { status: 500 }));
    assert!(app.sweeper().once().await.is_err());
    assert_eq!(app.value("SELECT count(*) FROM figure_changes"), "0");
    assert_eq!(app.value("SELECT concat_ws(' ', key, count, amount) FROM figures"), "active 1 100.00");
}
