use std::time::{Duration, Instant};

use futures_util::StreamExt;
use quittance::sandbox::{Options, Sandbox, SignatureKind};
use quittance::web::WEBHOOK_PATH;
use serde_json::{Value, json};
use uuid::Uuid;

use super::is_long_run;
use crate::support::app::{STRIPE_KEY, WEBHOOK_SECRET};
use crate::support::db::{TestDb, value};
use crate::support::process::{self, Serving};
use crate::support::{Client, Debt};

/// Deliveries that Stripe makes at once.
const AT_ONCE: usize = 24;

/// A debt of $10,000.00 of a new person, made by statements alone.
fn lend(db: &TestDb) -> Debt {
    use diesel::connection::SimpleConnection;
    let (id, debtor_id) = (Uuid::new_v4(), Uuid::new_v4());
    let token = quittance::domain::token::Token::issue().unwrap().as_str().to_owned();
    db.connect()
        .batch_execute(&format!(
            "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
               VALUES ('{debtor_id}', 'Maria', 'Quillfeather', '{id}@mail.example', '+15035550199', '97204'); \
             INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
               VALUES ('{id}', '{debtor_id}', 'Northwind Dental', 10000, '{token}')"
        ))
        .unwrap();
    Debt { id, debtor_id, token, postal_code: "97204".to_owned() }
}

/// Pays that debt with bank debits of $10.00 that then settle; nothing of it is told, only that they are on their way is seen.
async fn pay(sandbox: &Sandbox, client: &Client, debt: &Debt, times: usize) {
    let mut sessions = Vec::new();
    while sessions.len() < times {
        let form = [("choice", "partial"), ("amount", "10.00")];
        let page = client.post(&format!("{}/payments", debt.path()), &form).await;
        assert_eq!(page.status, 303, "{}", page.text());
        // Sent to the last one, which is on its way, instead: then it is known.
        if !page.location().starts_with("/payments/") {
            sessions.push(page.checkout_session());
            sandbox.pay(sessions.last().unwrap(), "000123456789").await.unwrap();
        }
    }
    sessions.iter().for_each(|session| sandbox.settle(session));
}

/// Everything that happened, each several times, and types that nobody knows, until there are `count`.
fn storm(sandbox: &Sandbox, count: usize) -> Vec<Value> {
    let mut happened = sandbox.events();
    happened.retain(|event| event["type"].as_str().is_some_and(|kind| kind.starts_with("checkout.session.")));
    let odd = |place: usize| {
        json!({"id": format!("evt_odd_{place}"), "object": "event", "type": "product.created", "livemode": false, "created": 1,
               "data": {"object": {}}})
    };
    // No real one is left out for an odd one, or a cycle of the wrong length would leave it out every time.
    let mut real = happened.iter().cycle().cloned();
    (0..count).map(|place| if place % 5 == 4 { odd(place / 10) } else { real.next().unwrap() }).collect()
}

/// Thousands of events, a quarter of them about one debt: each is stored once and counted once, and pages are answered.
#[actix_web::test]
async fn a_storm_of_events_is_taken_in_while_pages_are_read() {
    let long = is_long_run();
    let (count, per_second) = if long { (2000, 100) } else { (300, 1000) };
    // Each is told by two events, and each of those twice.
    let (payments, of_others) = (count / 16, count / 22);
    let db = TestDb::create();
    let sandbox = Sandbox::start(Options {
        secret_key: STRIPE_KEY.to_owned(),
        webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
        ..Options::default()
    })
    .await
    .unwrap();
    let mut settings = process::required(db.url(), &sandbox.base_url());
    settings.extend([("CHECKOUTS_PER_HOUR", "10000".to_owned()), ("IDENTITY_ATTEMPTS_PER_ADDRESS", "1000".to_owned())]);
    let serving = Serving::start(&settings);
    let (busy, others) = (lend(&db), [lend(&db), lend(&db), lend(&db)]);
    let client = Client::new(&serving.url(""));
    client.sign_in(&busy).await;
    pay(&sandbox, &client, &busy, payments).await;
    for debt in &others {
        let client = Client::new(&serving.url(""));
        client.sign_in(debt).await;
        pay(&sandbox, &client, debt, of_others).await;
    }
    let events = storm(&sandbox, count);
    sandbox.set_webhook_url(Some(serving.url(WEBHOOK_PATH)));

    let begun = Instant::now();
    let deliveries = futures_util::stream::iter(events.iter().enumerate()).map(|(place, event)| {
        let (sandbox, due) = (&sandbox, Duration::from_secs(1) * u32::try_from(place).unwrap() / per_second);
        async move {
            tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
            sandbox.send_event(event, SignatureKind::Good).await
        }
    });
    let delivering = async {
        let statuses: Vec<Option<u16>> = deliveries.buffer_unordered(AT_ONCE).collect().await;
        (statuses, begun.elapsed())
    };
    let reading = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..if long { 200 } else { 30 } {
            let asked = Instant::now();
            let page = client.get(&busy.path()).await;
            slowest = slowest.max(asked.elapsed());
            assert_eq!(page.status, 200, "{}", page.text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        slowest
    };
    let ((statuses, took), slowest) = tokio::join!(delivering, reading);
    let refused: Vec<_> = statuses.iter().filter(|status| **status != Some(200)).collect();
    assert!(refused.is_empty(), "{} of {count} were not taken: {refused:?}", refused.len());
    println!("{count} events in {took:?}, the slowest page took {slowest:?}");
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    let mut conn = db.connect();
    let mut ids: Vec<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(value(&mut conn, "SELECT count(*) FROM stripe_events"), ids.len().to_string(), "each is stored once");
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payments WHERE status <> 'completed'"), "0");
    let paid = format!("{}.00 {}.00", of_others * 10, payments * 10);
    let amounts = "SELECT string_agg(a::TEXT, ' ' ORDER BY a) FROM (SELECT DISTINCT amount_paid FROM debts) d (a)";
    assert_eq!(value(&mut conn, amounts), paid);
    assert_eq!(quittance::models::invariant::breaches(&mut conn).unwrap().len(), 0);
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payment_flags"), "0");
}
