//! PostgreSQL away, PostgreSQL busy, and a panic: a page in time, and the server goes on by itself.

use std::time::{Duration, Instant};

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpResponse, HttpServer};
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::cashier::Cashier;
use quittance::clock::Clock;
use quittance::config::{Secret, Settings};
use quittance::db::Db;
use quittance::domain::token::Token;
use quittance::private_pg::{Options, PrivatePg};
use quittance::sandbox::SignatureKind;
use quittance::stripe::Stripe;
use quittance::web::assets::Assets;
use quittance::web::disclosures::Shelf;
use quittance::web::frame;
use quittance::web::security::Headers;
use quittance::web::state::AppState;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CARD, ask_to_pay, assert_busy, debtor};
use crate::support::app::arguments;
use crate::support::{Client, Debt, TestApp};

/// A debt made by statements alone, in whatever database.
pub fn insert_debt(conn: &mut PgConnection) -> Debt {
    let (id, debtor_id) = (Uuid::new_v4(), Uuid::new_v4());
    let token = Token::issue().unwrap().as_str().to_owned();
    conn.batch_execute(&format!(
        "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
           VALUES ('{debtor_id}', 'Maria', 'Quillfeather', '{id}@mail.example', '+15035550199', '97204'); \
         INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
           VALUES ('{id}', '{debtor_id}', 'Northwind Dental', 100, '{token}')"
    ))
    .unwrap();
    Debt { id, debtor_id, token, postal_code: "97204".to_owned() }
}

fn signed_event(app: &TestApp) -> Value {
    json!({"id": format!("evt_{}", Uuid::new_v4().simple()), "object": "event", "type": "product.created", "livemode": false,
           "created": app.clock.now().timestamp(), "data": {"object": {}}})
}

#[actix_web::test]
async fn postgresql_may_stop_and_come_back() {
    let dir = std::path::PathBuf::from(format!("/tmp/quittance-test-{}", Uuid::new_v4().simple()));
    let options = Options { durable: false, ..Options::kept(dir.join("postgres")) };
    let server = PrivatePg::start(&options).unwrap();
    server.create_database("portal").unwrap();
    let url = server.url("portal");
    let mut conn = PgConnection::establish(&url).unwrap();
    quittance::migrations::run_pending(&mut conn).unwrap();
    let debt = insert_debt(&mut conn);
    drop(conn);
    let app = TestApp::spawn(|args| {
        args.database.database_url = Some(Secret::new(&url));
        args.database.database_pool_timeout_ms = 2000;
    })
    .await;
    let client = debtor(&app, &debt).await;
    let session = client.start_payment(&debt, "40.00").await;
    assert_eq!(client.get("/readyz").await.body, "yes\n");

    server.stop();
    for path in [debt.path(), "/account".to_owned(), format!("{}/payments/new", debt.path())] {
        assert_busy(&client.get(&path).await);
    }
    let post = ask_to_pay(&client, &debt, "60.00").await;
    assert_eq!(post.status, 503);
    assert!(!post.header("retry-after").is_empty() && !post.text().is_empty());
    // What needs no database goes on.
    assert_eq!(client.get(&debt.link()).await.status, 200);
    for path in ["/healthz", "/readyz"] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (503, "no\n"));
    }
    assert_eq!(app.sandbox.send_event(&signed_event(&app), SignatureKind::Good).await, Some(503));
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;

    let server = PrivatePg::start(&options).unwrap();
    // A busy machine may need several tries for each of the connections that were lost.
    let begun = Instant::now();
    for path in ["/readyz".to_owned(), debt.path()] {
        while client.get(&path).await.status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not recover");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    app.sandbox.hurry_deliveries().await;
    let mut conn = PgConnection::establish(&url).unwrap();
    if crate::support::db::value(&mut conn, "SELECT amount_paid FROM debts") == "0.00" {
        // Stripe's next try may be hours away: the sweep does not wait for it.
        app.sweep().await;
    }
    assert_eq!(crate::support::db::value(&mut conn, "SELECT amount_paid FROM debts"), "40.00");
    drop((app, conn));
    server.stop();
    std::fs::remove_dir_all(dir).unwrap();
}

#[actix_web::test]
async fn a_full_pool_answers_in_time() {
    let app = TestApp::spawn(|args| {
        args.database.database_pool_size = 1;
        args.database.database_pool_timeout_ms = 500;
        args.database.database_statement_timeout_ms = 2000;
    })
    .await;
    let debt = app.debt().create();
    let client = debtor(&app, &debt).await;
    let mut blocker = app.connect();
    blocker.batch_execute("BEGIN; LOCK TABLE debts IN ACCESS EXCLUSIVE MODE").unwrap();
    let begun = Instant::now();
    let path = debt.path();
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let started = Instant::now();
        (client.get("/account").await, started.elapsed())
    };
    let webhook = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.sandbox.send_event(&signed_event(&app), SignatureKind::Good).await
    };
    let (first, (second, waited), webhook) = tokio::join!(client.get(&path), second, webhook);
    assert_busy(&second);
    assert!(waited < Duration::from_secs(6), "{waited:?}");
    assert_eq!(webhook, Some(503));
    // The one who has the connection waits for the lock no longer than a statement may take.
    assert_busy(&first);
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    blocker.batch_execute("COMMIT").unwrap();
    assert_eq!(client.get(&path).await.status, 200);
}

/// No page of ours panics, so one is made here that does, inside the frame that stands around every page.
#[actix_web::test]
async fn a_panic_is_a_page_and_the_server_goes_on() {
    let settings =
        Settings::check(arguments("postgresql:///nowhere", "http://127.0.0.1:1", "127.0.0.1:0".parse().unwrap()))
            .unwrap();
    let db = Db::new(&settings.database_url, &settings.args.database);
    let cashier = Cashier::new(&settings, db.clone(), Stripe::new(&settings).unwrap(), Clock::system());
    let (assets, headers) = (Assets::new(&settings.company).unwrap(), Headers::new(&settings).unwrap());
    let state = Data::new(AppState {
        settings,
        clock: Clock::system(),
        db,
        cashier,
        assets,
        disclosures: Shelf::default(),
        headers,
        wake_mail: std::sync::Arc::default(),
    });
    let server = HttpServer::new(move || {
        let around = state.clone();
        let panics = || async { if std::hint::black_box(true) { panic!("a secret of the inside") } else { "never" } };
        let job = |state: Data<AppState>| async move {
            let done = actix_web::web::block(|| -> u8 { panic!("in a thread") }).await;
            drop(state);
            done.map(|_| HttpResponse::Ok().finish()).map_err(quittance::web::error::AppError::internal)
        };
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(move |req, next| frame::around(around.clone(), req, next)))
            .route("/panics", actix_web::web::get().to(panics))
            .route("/job", actix_web::web::get().to(job))
            .route("/fine", actix_web::web::get().to(|| async { "fine" }))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let client = Client::new(&format!("http://{address}"));
    for _ in 0..3 {
        for path in ["/panics", "/job"] {
            let page = client.get(path).await;
            assert_eq!(page.status, 500);
            assert!(page.header("content-type").starts_with("text/html"), "{path}");
            assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
            assert_eq!(page.texts("h1").len(), 1, "{}", page.body);
            assert!(!page.body.contains("secret of the inside") && !page.body.contains("Nothing was charged"));
        }
        assert_eq!(client.get("/fine").await.body, "fine");
    }
    handle.stop(false).await;
}
