//! `kill -9` between every two steps of a payment: no cent is lost or doubled, and the debtor can always go on.
//!
//! The program runs in a process of its own behind two proxies, one before PostgreSQL and one before Stripe. For k = 1, 2,
//! 3... it is killed when its k-th message has passed and before any answer to it, or before that message arrives; it is then
//! started again, the debtor repeats the step that failed, until k lies behind the end of the payment.

/// Money that goes back: a refund, an excess, a chargeback.
mod returns;

use std::cell::RefCell;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::pg::PgConnection;
use quittance::cashier::Cashier;
use quittance::clock::Clock;
use quittance::config::Settings;
use quittance::db::Db;
use quittance::jobs::sweep::Sweep;
use quittance::sandbox::{Options, Sandbox};
use quittance::stripe::Stripe;
use quittance::web::WEBHOOK_PATH;
use reqwest::redirect::Policy;
use uuid::Uuid;

use crate::support::app::{STRIPE_KEY, WEBHOOK_SECRET, arguments};
use crate::support::db::{self, TestDb};
use crate::support::process::{self, Serving};
use crate::support::proxy::{Proxy, Target, Trap, When};

/// What a debtor does, one request or one visit to Stripe at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Posts the form for this amount and is sent to the checkout.
    Start(&'static str),
    /// Pays there, and Stripe tells by webhook.
    Pay,
    /// Comes back and reads the receipt.
    Return,
}

use Step::{Pay, Return, Start};

/// When the sweep gets its turn after the restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sweeps {
    BeforeTheDebtorGoesOn,
    Afterwards,
}

/// The answer to one request of the debtor; none where the process died before it came.
type Answered = Option<(u16, String, String)>;

struct Scene {
    // Closed before its database goes.
    conn: RefCell<PgConnection>,
    _db: TestDb,
    sandbox: Sandbox,
    trap: Trap,
    settings: Vec<(&'static str, String)>,
    serving: Serving,
    sweep: Sweep,
    http: reqwest::Client,
    debtor: Uuid,
    cookies: String,
    antiforgery: String,
}

impl Scene {
    async fn set() -> Scene {
        let (db, trap) = (TestDb::create(), Trap::default());
        let sandbox = Sandbox::start(Options {
            secret_key: STRIPE_KEY.to_owned(),
            webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
            ..Options::default()
        })
        .await
        .unwrap();
        let before_postgres = Proxy::start(Target::of_database(db.url()), trap.clone());
        let before_stripe = Proxy::start(Target::Tcp(sandbox.address()), trap.clone());
        let mut settings =
            process::required(&before_postgres.database_url(db.url()), &format!("http://{}", before_stripe.address));
        settings.push(("STRIPE_CHECKOUT_HOST", sandbox.address().to_string()));
        settings.push(("CHECKOUTS_PER_HOUR", "1000".to_owned()));
        let serving = Serving::start(&settings);
        let sweep = a_minute_later(&db, &sandbox);
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().pool_max_idle_per_host(0);
        let mut scene = Scene {
            conn: RefCell::new(db.connect()),
            _db: db,
            sandbox,
            trap,
            settings,
            serving,
            sweep,
            http: http.build().unwrap(),
            debtor: Uuid::new_v4(),
            cookies: String::new(),
            antiforgery: String::new(),
        };
        scene.sign_in().await;
        scene
    }

    /// One person for all debts, signed in once: the session survives every restart.
    async fn sign_in(&mut self) {
        self.execute(&format!(
            "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
             VALUES ('{}', 'Maria', 'Quillfeather', 'maria@mail.example', '+15035550199', '97204')",
            self.debtor
        ));
        let debt = self.debt();
        let link = format!("/d/{}", self.value(&format!("SELECT unique_token FROM debts WHERE id = '{debt}'")));
        let client = crate::support::Client::new(&self.serving.url(""));
        client.get(&link).await;
        assert_eq!(client.post(&link, &[("postal_code", "97204")]).await.status, 303);
        let cookie = |name: &str| client.cookie(name).map(|value| format!("{name}={value}"));
        self.cookies = [cookie("visit").unwrap(), cookie("session").unwrap()].join("; ");
        self.antiforgery = client.antiforgery();
    }

    fn debt(&self) -> Uuid {
        let id = Uuid::new_v4();
        self.execute(&format!(
            "INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
             VALUES ('{id}', '{}', 'Northwind Dental', 100, '{}')",
            self.debtor,
            quittance::domain::token::Token::issue().unwrap().as_str()
        ));
        id
    }

    fn execute(&self, statement: &str) {
        use diesel::connection::SimpleConnection;
        self.conn.borrow_mut().batch_execute(statement).unwrap();
    }

    fn value(&self, query: &str) -> String {
        db::value(&mut self.conn.borrow_mut(), query)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answered {
        let answer = request.header("cookie", &self.cookies).send().await.ok()?;
        let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        Some((answer.status().as_u16(), location, answer.text().await.ok()?))
    }

    /// Starts the program again and lets Stripe's webhooks come to it.
    fn restart(&mut self) {
        self.serving = Serving::start(&self.settings);
        self.sandbox.set_webhook_url(Some(self.serving.url(WEBHOOK_PATH)));
    }

    /// Does one step; false when the program died over it. `checkout` is the session the debtor stands before.
    async fn take(&self, debt: Uuid, step: Step, checkout: &mut String) -> bool {
        match step {
            Start(amount) => {
                let form = [("choice", "partial"), ("amount", amount), ("af", &self.antiforgery)];
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
                let request = self.http.post(self.serving.url(&format!("/debts/{debt}/payments")));
                let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
                let Some((status, location, page)) = self.send(request).await else { return false };
                assert_eq!(status, 303, "{page}");
                *checkout = location.rsplit('/').next().unwrap().to_owned();
                assert!(checkout.starts_with("cs_"), "{location}");
                let open = self.sessions_of(debt, "open");
                assert_eq!(open, std::slice::from_ref(checkout), "the debtor was sent to one of these");
                true
            }
            Pay => {
                self.sandbox.pay(checkout, "4242424242424242").await.unwrap();
                self.sandbox.deliver_all().await;
                true
            }
            Return => {
                let payment = self.value(&format!(
                    "SELECT id FROM payments WHERE debt_id = '{debt}' AND stripe_session_id = '{checkout}'"
                ));
                let request = self.http.get(self.serving.url(&format!("/payments/{payment}")));
                let Some((status, _, page)) = self.send(request).await else { return false };
                assert!(status == 200 && page.contains("Your payment was received"), "{status} {page}");
                true
            }
        }
    }

    /// The ids of Stripe's sessions for a debt that have this status.
    fn sessions_of(&self, debt: Uuid, status: &str) -> Vec<String> {
        let of_debt = format!("SELECT id FROM payments WHERE debt_id = '{debt}'");
        let payments = db::column(&mut self.conn.borrow_mut(), &of_debt);
        let sessions = self.sandbox.sessions().into_iter().filter(|session| {
            session["status"] == status && payments.iter().any(|id| session["client_reference_id"] == id.as_str())
        });
        sessions.map(|session| session["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Plays a payment and kills the program at its `count`-th message from step `first` on. False when the payment had fewer.
    async fn play(&mut self, steps: &[Step], first: usize, sweeps: Sweeps, count: usize, when: When) -> bool {
        let debt = self.debt();
        let (mut checkout, mut restarted) = (String::new(), false);
        for (place, step) in steps.iter().enumerate() {
            if place == first {
                self.trap.set(self.serving.victim(), count, when);
            }
            while !self.take(debt, *step, &mut checkout).await {
                assert!(!restarted, "it died again, at {step:?}, without anybody killing it");
                restarted = true;
                assert!(self.trap.clear(), "nobody killed it at {step:?}");
                if sweeps == Sweeps::BeforeTheDebtorGoesOn {
                    self.sweep().await;
                }
                self.restart();
            }
        }
        let died_at_the_end = self.trap.clear();
        self.sweep().await;
        self.assert_whole(debt, steps, count);
        if died_at_the_end {
            self.restart();
        }
        restarted || died_at_the_end
    }

    async fn sweep(&self) {
        // PostgreSQL needs a moment to notice that a killed sweep no longer holds its lock.
        for _ in 0..200 {
            let report = self.sweep.once().await.unwrap();
            assert_eq!(report.failures, 0, "{report:?}");
            if report.ran {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the sweep's lock is never free");
    }

    fn assert_whole(&self, debt: Uuid, steps: &[Step], count: usize) {
        let last = steps.iter().rev().find_map(|step| match step {
            Start(amount) => Some(*amount),
            Pay | Return => None,
        });
        let breaches = quittance::models::invariant::breaches(&mut self.conn.borrow_mut()).unwrap();
        assert!(breaches.is_empty(), "at message {count}: {breaches:?}");
        let paid = self.value(&format!("SELECT amount_paid FROM debts WHERE id = '{debt}'"));
        assert_eq!(Some(paid.as_str()), last, "at message {count}");
        assert_eq!(self.sessions_of(debt, "complete").len(), 1, "charged once, at message {count}");
        assert!(self.sessions_of(debt, "open").is_empty(), "a checkout is still open, at message {count}");
        let unfinished = self.value(&format!(
            "SELECT count(*) FROM payments WHERE debt_id = '{debt}' AND status NOT IN ('completed', 'failed')"
        ));
        assert_eq!(unfinished, "0", "at message {count}");
    }
}

/// The sweep as it runs once the requests of the dead process can no longer be on their way.
fn a_minute_later(db: &TestDb, sandbox: &Sandbox) -> Sweep {
    let clock = Clock::system();
    clock.advance(chrono::Duration::minutes(1));
    let mut args = arguments(db.url(), &sandbox.base_url(), "127.0.0.1:8080".parse().unwrap());
    args.stripe.sweep_requests_per_second = 50;
    let settings = Settings::check(args).unwrap();
    let pool = Db::new(&settings.database_url, &settings.args.database);
    let cashier = Cashier::new(&settings, pool.clone(), Stripe::new(&settings).unwrap(), clock.clone());
    Sweep::new(&settings, pool, cashier, clock)
}

/// How far it is to the next kill. Before a message arrives all is as it was after the one before it had its effect, so in the
/// ordinary run every third of these is enough.
fn stride(when: When) -> usize {
    if when == When::Before && !crate::chaos::is_long_run() { 3 } else { 1 }
}

/// Kills at every message from the first to behind the last, and says how many there were.
async fn kill_everywhere(steps: &[Step], first: usize, sweeps: Sweeps, when: When) -> usize {
    let mut scene = Scene::set().await;
    scene.sandbox.set_webhook_url(Some(scene.serving.url(WEBHOOK_PATH)));
    let mut count = 1;
    while scene.play(steps, first, sweeps, count, when).await {
        count += stride(when);
        assert!(count < 500, "the payment does not end");
    }
    count
}

#[actix_web::test]
async fn a_payment_survives_a_kill_at_every_message() {
    let messages = kill_everywhere(&[Start("40.00"), Pay, Return], 0, Sweeps::Afterwards, When::After).await;
    assert!(messages > 20, "only {messages} messages: the trap does not see them");
}

#[actix_web::test]
async fn a_payment_survives_a_kill_before_every_message_arrives() {
    let steps = [Start("40.00"), Pay, Return];
    let messages = kill_everywhere(&steps, 0, Sweeps::BeforeTheDebtorGoesOn, When::Before).await;
    assert!(messages > 20, "only {messages} messages: the trap does not see them");
}

#[actix_web::test]
async fn a_replaced_payment_survives_a_kill_at_every_message() {
    let steps = [Start("40.00"), Start("60.00"), Pay, Return];
    // How the first checkout is opened is the other test's.
    let messages = kill_everywhere(&steps, 1, Sweeps::BeforeTheDebtorGoesOn, When::After).await;
    assert!(messages > 30, "only {messages} messages: the trap does not see them");
}

#[actix_web::test]
async fn a_sweep_survives_a_kill_at_every_message() {
    let mut scene = Scene::set().await;
    scene.settings.push(("SWEEP_REQUESTS_PER_SECOND", "50".to_owned()));
    let steps = [Start("40.00"), Start("60.00"), Pay];
    let mut count = 1;
    loop {
        let (debt, mut checkout) = (scene.debt(), String::new());
        for step in steps {
            // No webhook comes, so that all is left to the sweep.
            assert!(scene.take(debt, step, &mut checkout).await);
        }
        scene.execute("UPDATE payments SET checked_at = NULL WHERE status = 'pending'");
        let mut command = process::quittance(&["sweep"]);
        command.envs(scene.settings.iter().map(|(name, value)| (*name, value.as_str()))).stdout(Stdio::null());
        let sweep = Arc::new(Mutex::new(command.spawn().unwrap()));
        scene.trap.set(Arc::clone(&sweep), count, When::After);
        while sweep.lock().unwrap().try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let died = scene.trap.clear();
        scene.sweep().await;
        scene.assert_whole(debt, &steps, count);
        if !died {
            break;
        }
        count += 1;
    }
    assert!(count > 20, "only {count} messages: the trap does not see them");
}
