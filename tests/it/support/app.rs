//! The portal as it runs: own database, port 0, the sandbox as Stripe, a clock that can be moved.

use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use clap::Parser;
use diesel::pg::PgConnection;
use quittance::cashier::Cashier;
use quittance::clock::Clock;
use quittance::config::{Secret, ServeArgs, Settings, ValidationMode};
use quittance::jobs::import::Imports;
use quittance::jobs::mail::{self, Mail};
use quittance::jobs::sweep::{Report, Sweep};
use quittance::sandbox::{self, Sandbox, SunkMail};
use quittance::web::WEBHOOK_PATH;
use quittance::web::server::Portal;

use super::client::Client;
use super::db::TestDb;

pub const WEBHOOK_SECRET: &str = "whsec_0123456789abcdef";
pub const STRIPE_KEY: &str = "sk_test_0123456789abcdef";
pub const SESSION_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A running portal that belongs to one test.
pub struct TestApp {
    pub db: TestDb,
    pub sandbox: Sandbox,
    pub clock: Clock,
    /// Who takes money and gives it back.
    pub cashier: Cashier,
    address: SocketAddr,
    sweep: Sweep,
    /// Who takes in what was uploaded.
    pub imports: Imports,
    /// Who sends e-mails; nothing is sent until a test says so.
    pub sender: Mail,
    /// Another one, as on another machine.
    pub other_sender: Mail,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    args: ServeArgs,
}

/// The settings of a test: every default, and what has none.
pub fn arguments(database_url: &str, stripe: &str, listen: SocketAddr) -> ServeArgs {
    let mut args = Defaults::parse_from(["test"]).args;
    args.database.database_url = Some(Secret::new(database_url));
    args.http.listen = listen;
    args.http.public_url = Some(format!("http://{listen}").parse().unwrap());
    args.http.http_workers = 1;
    args.session.session_key = Some(Secret::new(SESSION_KEY));
    args.stripe.stripe_secret_key = Some(Secret::new(STRIPE_KEY));
    args.stripe.stripe_webhook_secret = vec![Secret::new(WEBHOOK_SECRET)];
    args.stripe.stripe_api_base = stripe.parse().unwrap();
    args.stripe.stripe_checkout_host = stripe.trim_start_matches("http://").to_owned();
    // What a debt lacks is asked for where that is tested, so that elsewhere there are only the cases that a test opens.
    args.compliance.validation_notice = ValidationMode::Off;
    args.company.company_name = Some("Harbor Lane Services".to_owned());
    args.company.company_address = Some("1200 Wharf Street|Portland, OR 97204".to_owned());
    args.company.company_phone = Some("(503) 555-0142".to_owned());
    args.company.company_email = Some("help@harborlane.example".to_owned());
    args.company.company_licenses = vec!["Oregon collection agency 10412-99".to_owned()];
    args
}

/// A portal with every default.
pub async fn spawn() -> TestApp {
    TestApp::spawn(|_| {}).await
}

impl TestApp {
    /// A portal whose settings a test changes first.
    pub async fn spawn(change: impl FnOnce(&mut ServeArgs)) -> TestApp {
        let (db, clock) = (TestDb::create(), Clock::system());
        let options = sandbox::Options {
            secret_key: STRIPE_KEY.to_owned(),
            webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
            clock: clock.clone(),
            settle_after: Duration::from_secs(3600),
            ..sandbox::Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut args = arguments(db.url(), &sandbox.base_url(), address);
        args.mail.smtp_url = Some(Secret::new(sandbox.smtp_url()));
        change(&mut args);
        let settings = Settings::check(args).unwrap();
        let portal = Portal::build(settings, clock.clone(), Some(listener)).unwrap();
        let (sweep, cashier, imports, sender) = (portal.sweep(), portal.cashier(), portal.imports(), portal.mail());
        let other_sender = portal.mail();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = portal.start().unwrap();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = told.recv().unwrap();
        sandbox.set_webhook_url(Some(format!("http://{address}{WEBHOOK_PATH}")));
        TestApp {
            db,
            sandbox,
            clock,
            cashier,
            address,
            sweep,
            imports,
            sender,
            other_sender,
            handle,
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A browser with no cookies.
    pub fn client(&self) -> Client {
        Client::new(&format!("http://{}", self.address))
    }

    /// A connection to the test's database.
    pub fn connect(&self) -> PgConnection {
        self.db.connect()
    }

    /// From now on no webhook arrives.
    pub fn webhooks_off(&self) {
        self.sandbox.set_webhook_url(None);
    }

    /// One run of the sweep.
    pub async fn sweep(&self) -> Report {
        self.sweep.once().await.unwrap()
    }

    /// One run of the sender.
    pub async fn send_mail(&self) -> mail::Report {
        self.sender.once().await.unwrap()
    }

    /// What the mail server was given, oldest first.
    pub fn mailbox(&self) -> Vec<SunkMail> {
        self.sandbox.mails()
    }

    /// The sweep itself, for those who want its errors.
    pub fn sweeper(&self) -> Sweep {
        self.sweep.clone()
    }

    /// One value from the database, as text.
    pub fn value(&self, query: &str) -> String {
        super::db::value(&mut self.connect(), query)
    }

    /// Runs a statement.
    pub fn execute(&self, statement: &str) {
        use diesel::connection::SimpleConnection;
        self.connect().batch_execute(statement).unwrap();
    }

    /// Fails unless every rule of the books holds and the dashboard tells what they hold.
    pub fn assert_ledger(&self) {
        let figures = quittance::models::figure::differences(&mut self.connect()).unwrap();
        assert!(figures.is_empty(), "{figures:?}");
        let breaches = quittance::models::invariant::breaches(&mut self.connect()).unwrap();
        assert!(breaches.is_empty(), "{breaches:?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
