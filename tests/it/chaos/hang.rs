use std::time::{Duration, Instant};

use quittance::sandbox::{Action, Fault, Target};

use super::is_long_run;
use crate::support::{Client, Debt, TestApp};

/// Reads pages that need no Stripe until the time is over. The median of how long one took.
async fn median_until(client: &Client, debt: &Debt, end: Instant) -> Duration {
    let mut taken = Vec::new();
    while Instant::now() < end {
        for path in [debt.path(), "/account".to_owned(), format!("{}/payments/new", debt.path())] {
            let begun = Instant::now();
            let page = client.get(&path).await;
            taken.push(begun.elapsed());
            assert_eq!(page.status, 200, "{path}: {}", page.text());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    taken.sort();
    taken[taken.len() / 2]
}

/// Many debtors wait for a Stripe that does not answer for 20 seconds, more of them than there are database connections; who
/// only reads notices nothing.
#[actix_web::test]
async fn pages_stay_fast_while_stripe_hangs_for_20_seconds() {
    let app = TestApp::spawn(|args| args.database.database_pool_size = 4).await;
    let reader = app.debt().create();
    let client = app.client();
    client.sign_in(&reader).await;
    let mut paying = Vec::new();
    for _ in 0..12 {
        let debt = app.debt().create();
        let client = app.client();
        client.sign_in(&debt).await;
        paying.push((client, debt));
    }
    let usual = median_until(&client, &reader, Instant::now() + Duration::from_secs(1)).await;
    let on = Target::Request { method: None, path: "/v1/".to_owned() };
    app.sandbox.fault(Fault { on, ..Fault::on_request("", "", Action::HangAfter { ms: 20_000 }) });
    let waiting = futures_util::future::join_all(paying.iter().map(|(client, debt)| async move {
        client.post(&format!("{}/payments", debt.path()), &[("choice", "full")]).await.status
    }));
    let seconds = if is_long_run() { 20 } else { 3 };
    let end = Instant::now() + Duration::from_secs(seconds);
    let (statuses, hanging) = tokio::join!(waiting, median_until(&client, &reader, end));
    assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
    // Generous: other tests share the processors. Who waited for Stripe would take seconds.
    assert!(hanging < usual * 10 + Duration::from_millis(50), "usually {usual:?}, meanwhile {hanging:?}");
    app.sandbox.clear_faults();
    let (client, debt) = &paying[0];
    client.start_payment(debt, "full").await;
}
