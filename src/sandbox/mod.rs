//! A local look-alike of Stripe's API, hosted checkout page and webhooks, for demonstrations and tests.
//!
//! It keeps its own books, refuses what Stripe refuses, and can be told to fail in every way a network fails. It moves no
//! money and is never part of `serve`. Read it in this order: [`api`] (the operations), [`exchange`] (one request),
//! [`turn`] and [`state`] (what is remembered), then the nouns; [`deliver`] sends the webhooks, [`page`] is the page a
//! person pays on, [`fault`] what can be made to go wrong.

mod act;
mod answer;
mod api;
mod authenticator;
mod balance;
mod bank;
mod card;
mod charge;
mod checkout;
mod control;
mod customer;
mod deliver;
mod dispute;
mod event;
mod exchange;
mod expand;
mod fault;
mod fields;
mod happening;
mod id;
mod idempotency;
mod intent;
mod line_item;
mod list;
pub mod message;
mod outbox;
mod page;
mod params;
mod refund;
mod server;
mod session;
mod shared;
mod signature;
mod smtp;
mod state;
mod turn;
mod words;

pub mod demo_data;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::credentials::Seed;
use shared::Shared;
use state::{Kind, State};

pub use checkout::PayOutcome;
pub use deliver::Attempt;
pub use fault::{Action, Fault, Target};
pub use shared::SeenRequest;
pub use signature::SignatureKind;
pub use smtp::{SmtpFault, SunkMail};

/// How a sandbox is to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The only API key it knows.
    pub secret_key: String,
    /// Every webhook carries one signature for each of these.
    pub webhook_secrets: Vec<String>,
    /// Where webhooks go; without one events happen, are listed, and count as delivered.
    pub webhook_url: Option<String>,
    /// Where the state is kept, so that it survives a restart.
    pub state_file: Option<PathBuf>,
    /// The clock of all its dates and deadlines.
    pub clock: Clock,
    /// How long it waits before each further try of a webhook that was not taken; their number is the number of tries.
    pub webhook_retry_delays: Vec<Duration>,
    /// Whether its objects say that they are live.
    pub livemode: bool,
    /// Whose codes the page at `/authenticator` shows, for a demo.
    pub authenticators: Vec<(String, Seed)>,
    /// How long a bank debit, a pending refund or a coming dispute takes, in whole seconds of the clock.
    pub settle_after: Duration,
}

impl Default for Options {
    /// A free port, a key nobody else uses, no webhook, quick retries: fit for a test.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            secret_key: "sk_test_sandbox".to_owned(),
            webhook_secrets: vec!["whsec_sandbox".to_owned()],
            webhook_url: None,
            state_file: None,
            clock: Clock::system(),
            webhook_retry_delays: vec![Duration::from_millis(50); 3],
            livemode: false,
            authenticators: Vec::new(),
            settle_after: Duration::from_secs(20),
        }
    }
}

/// A running sandbox. Clones are handles to the same one; it stops with the last of them.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    running: Arc<Running>,
}

struct Running {
    address: SocketAddr,
    smtp: SocketAddr,
    /// Dropping it stops the server, too.
    stop: watch::Sender<bool>,
    thread: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Sandbox {
    /// Starts a sandbox on a thread of its own; it answers as soon as this returns.
    ///
    /// # Errors
    /// When the address is taken, the state file cannot be read, or no thread can be started.
    pub async fn start(options: Options) -> io::Result<Sandbox> {
        let mut state = options.state_file.as_deref().map_or_else(|| Ok(State::default()), State::load)?;
        let listener = TcpListener::bind(options.listen)?;
        let address = listener.local_addr()?;
        let smtp_listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
        let smtp = smtp_listener.local_addr()?;
        let base_url = format!("http://{address}");
        session::move_to(&mut state, &base_url);
        let shared = Arc::new(Shared {
            secret_key: options.secret_key,
            authenticators: options.authenticators,
            webhook_secrets: options.webhook_secrets,
            retry_delays: options.webhook_retry_delays,
            rules: turn::Rules { livemode: options.livemode, base_url, settle_after: options.settle_after },
            clock: options.clock,
            state_file: options.state_file,
            webhook_url: Mutex::new(options.webhook_url),
            state: Mutex::new(state),
            in_flight: Mutex::default(),
            faults: Mutex::default(),
            queue: Mutex::default(),
            log: Mutex::default(),
            mailbox: smtp::Mailbox::default(),
        });
        act::redeliver(&shared);
        let (stop, stopped) = watch::channel(false);
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("stripe-sandbox".to_owned()).spawn(move || {
            actix_web::rt::System::new().block_on(server::serve(for_thread, listener, smtp_listener, stopped))
        })?;
        let running = Running { address, smtp, stop, thread: Mutex::new(Some(thread)) };
        Ok(Sandbox { shared, running: Arc::new(running) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// The same as a URL without a slash at the end: API base and host of the checkout page.
    pub fn base_url(&self) -> String {
        self.shared.rules.base_url.clone()
    }

    /// Its mail server, which delivers to nobody, as the setting `SMTP_URL`.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.running.smtp)
    }

    /// The page with the e-mails it was given.
    pub fn outbox_url(&self) -> String {
        format!("{}/outbox", self.base_url())
    }

    /// Every e-mail it was given, oldest first.
    pub fn mails(&self) -> Vec<SunkMail> {
        self.shared.mailbox.all()
    }

    /// Lets the mail server fail once, behind those failures that are already set.
    pub fn smtp_fault(&self, fault: SmtpFault) {
        self.shared.mailbox.fail(fault);
    }

    /// Sends webhooks elsewhere from now on, or nowhere.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.shared.set_webhook_url(url);
    }

    /// Stops it, saves its state and waits until its port is free again.
    pub async fn stop(&self) {
        self.running.stop.send_replace(true);
        let thread = self.running.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return };
        while !thread.is_finished() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if let Ok(Err(error)) = thread.join() {
            tracing::warn!(%error, "the sandbox ended with an error");
        }
    }

    /// Adds a fault behind those that are already set.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults().push(fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Every API request so far, oldest first.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.log().iter().cloned().collect()
    }

    /// Every try to deliver a webhook so far, oldest first.
    pub fn attempts(&self) -> Vec<Attempt> {
        self.shared.queue().attempts.clone()
    }

    /// Every checkout session, oldest first.
    pub fn sessions(&self) -> Vec<Value> {
        self.shared.state().all(Kind::Session).to_vec()
    }

    /// One checkout session.
    pub fn session(&self, id: &str) -> Option<Value> {
        self.shared.state().get(Kind::Session, id).cloned()
    }

    /// Any object by its id: an intent, a charge, a refund, a dispute...
    pub fn object(&self, id: &str) -> Option<Value> {
        self.shared.state().any(id).cloned()
    }

    /// Every event, oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.shared.state().all(Kind::Event).to_vec()
    }

    /// Pays an open session as the hosted page does, with a card or bank account number.
    ///
    /// # Errors
    /// When the session is unknown or not open any more.
    pub async fn pay(&self, session_id: &str, instrument: &str) -> Result<PayOutcome, String> {
        act::pay(&self.shared, session_id, instrument)
    }

    /// Passes or fails the 3-D Secure step of a session.
    ///
    /// # Errors
    /// When the session is unknown or does not wait for it.
    pub async fn authenticate(&self, session_id: &str, passed: bool) -> Result<PayOutcome, String> {
        act::authenticate(&self.shared, session_id, passed)
    }

    /// Lets everything slow about a session's payment happen now: its bank debit, its refunds, its dispute.
    pub fn settle(&self, session_id: &str) {
        act::settle(&self.shared, session_id);
    }

    /// Opens a dispute of a charge: an inquiry, or a chargeback that takes the money at once.
    pub fn dispute(&self, charge_id: &str, inquiry: bool) {
        act::dispute(&self.shared, charge_id, inquiry);
    }

    /// Decides a dispute; a lost inquiry becomes a chargeback.
    pub fn decide(&self, dispute_id: &str, won: bool) {
        act::decide(&self.shared, dispute_id, won);
    }

    /// Lets a refund fail that is pending or succeeded.
    pub fn fail_refund(&self, refund_id: &str) {
        act::fail_refund(&self.shared, refund_id);
    }

    /// Expires sessions and settles what is due by the clock. Requests and a timer do the same.
    pub fn expire_due(&self) {
        self.shared.turn(Value::Null, |_| ());
    }

    /// Waits until every queued webhook was tried at least once, delayed ones included, held ones not.
    pub async fn deliver_all(&self) {
        act::deliver_all(&self.shared).await;
    }

    /// Lets retries, delayed and held webhooks go now, and waits for them.
    pub async fn hurry_deliveries(&self) {
        act::hurry_deliveries(&self.shared).await;
    }

    /// Queues every event again that no endpoint has taken, for instance after the endpoint came back; says how many.
    pub fn redeliver(&self) -> usize {
        act::redeliver(&self.shared)
    }

    /// Sends one event to the webhook URL, signed as told, and returns the endpoint's status (none without an answer).
    pub async fn send_event(&self, event: &Value, signature: SignatureKind) -> Option<u16> {
        let client = deliver::client().ok()?;
        deliver::post(&self.shared, &client, event, &signature).await
    }
}
