use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::private_pg::{Options, PrivatePg};
use quittance::sandbox::{Action, Fault, SignatureKind, Target};
use uuid::Uuid;

use super::dice::Dice;
use super::town::{Ground, Town};
use crate::support::app::WEBHOOK_SECRET;
use crate::support::db::TestDb;
use crate::support::proxy::When;

/// The secret that is rolled away.
const OLD_SECRET: &str = "whsec_of_last_year_0123456789";

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The server, and staff's commands, are killed at a message.
    Crash,
    /// Webhooks come twice, swapped, late, never, badly signed; the secret is rolled.
    Webhook,
    /// Stripe fails in every way it can.
    Stripe,
    /// Connections to PostgreSQL are cut, and PostgreSQL crashes.
    Database,
    /// Two servers, both sweeping, share the work.
    TwoInstances,
}

/// A PostgreSQL of its own, which may crash; its directory goes at the end.
pub struct Scratch {
    dir: PathBuf,
    server: RefCell<Option<PrivatePg>>,
}

impl Scratch {
    pub fn new() -> Scratch {
        let dir = PathBuf::from(format!("/tmp/quittance-test-{}", Uuid::new_v4().simple()));
        let scratch = Scratch { dir, server: RefCell::default() };
        let server = PrivatePg::start(&scratch.options()).unwrap();
        server.create_database("portal").unwrap();
        let mut conn = PgConnection::establish(&server.url("portal")).unwrap();
        quittance::migrations::run_pending(&mut conn).unwrap();
        // What is committed must survive a crash of PostgreSQL, though not one of the machine.
        conn.batch_execute("ALTER DATABASE portal SET synchronous_commit = on").unwrap();
        scratch.server.replace(Some(server));
        scratch
    }

    fn options(&self) -> Options {
        Options { durable: false, ..Options::kept(self.dir.join("postgres")) }
    }

    pub fn url(&self) -> String {
        self.server.borrow().as_ref().expect("it runs").url("portal")
    }

    /// What `pg_ctl -m immediate restart` does: no connection is ended in order, and the start recovers.
    async fn crash(&self) {
        let Some(server) = self.server.take() else { return };
        let pid_file = std::fs::read_to_string(server.dir().join("data/postmaster.pid")).unwrap();
        let pid = pid_file.lines().next().unwrap();
        assert!(Command::new("kill").args(["-s", "QUIT", pid]).status().unwrap().success());
        let options = self.options();
        let restart = move || {
            server.stop();
            PrivatePg::start(&options).unwrap()
        };
        let server = tokio::task::spawn_blocking(restart).await.unwrap();
        self.server.replace(Some(server));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.server.take());
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Profile {
    /// The test that plays it.
    pub fn test(self) -> &'static str {
        match self {
            Profile::Crash => "crashes_lose_nothing",
            Profile::Webhook => "bad_webhooks_lose_nothing",
            Profile::Stripe => "a_failing_stripe_loses_nothing",
            Profile::Database => "a_failing_database_loses_nothing",
            Profile::TwoInstances => "both_instances_lose_nothing",
        }
    }

    pub fn ground(self) -> Ground {
        match self {
            Profile::Database => Ground::Own(Scratch::new()),
            _ => Ground::Shared(TestDb::create()),
        }
    }

    pub fn instances(self) -> usize {
        if self == Profile::TwoInstances { 2 } else { 1 }
    }

    pub fn settings(self) -> Vec<(&'static str, String)> {
        match self {
            Profile::TwoInstances => vec![("SWEEP_INTERVAL_SECONDS", "1".to_owned())],
            Profile::Webhook => vec![("STRIPE_WEBHOOK_SECRET", OLD_SECRET.to_owned())],
            Profile::Database => vec![("DATABASE_POOL_TIMEOUT_MS", "1000".to_owned())],
            Profile::Crash | Profile::Stripe => Vec::new(),
        }
    }

    /// Sets a fault before everybody acts.
    pub fn strike(self, town: &Town, dice: &mut Dice, beat: usize) {
        town.faulty.set(self != Profile::TwoInstances);
        match self {
            Profile::Crash if !dice.one_in(3) => {
                let when = if dice.one_in(2) { When::Before } else { When::After };
                let count = 1 + dice.below(60);
                town.note(format!("the server dies at message {count}, {when:?}"));
                town.trap.set(town.servers.borrow()[0].victim(), count, when);
            }
            Profile::Crash | Profile::TwoInstances => {}
            Profile::Webhook => strike_webhooks(town, dice, beat),
            Profile::Stripe => {
                if dice.one_in(2) {
                    town.sandbox.clear_faults();
                }
                let fault = failure(dice);
                town.note(format!("{fault:?}"));
                town.sandbox.fault(fault);
            }
            Profile::Database => {
                let bytes = (!dice.one_in(4)).then(|| dice.below(9000));
                town.note(format!("a connection is cut after {bytes:?} bytes"));
                town.trap.cut_in(bytes);
            }
        }
    }

    /// What goes wrong while everybody acts.
    pub async fn meanwhile(self, town: &Town, mut dice: Dice) {
        if let Ground::Own(scratch) = &town.ground
            && dice.one_in(5)
        {
            tokio::time::sleep(Duration::from_millis(u64::try_from(dice.below(150)).unwrap())).await;
            town.note("PostgreSQL crashes".to_owned());
            scratch.crash().await;
        }
    }

    /// What follows when everybody has acted.
    pub async fn pass(self, town: &Town, dice: &mut Dice) {
        match self {
            Profile::Crash => self.mend(town).await,
            // Stripe's next tries would be minutes away.
            _ if dice.one_in(2) => town.sandbox.deliver_all().await,
            _ => {}
        }
    }

    /// Starts what is dead.
    pub async fn mend(self, town: &Town) {
        if town.trap.clear() {
            town.note("it is started again".to_owned());
            town.restart().await;
        }
        if self == Profile::Webhook {
            roll(town, WEBHOOK_SECRET).await;
        }
    }
}

/// Rolls the webhook's secret: the server knows these from now on.
async fn roll(town: &Town, secrets: &str) {
    let name = "STRIPE_WEBHOOK_SECRET";
    let known = town.settings.borrow().iter().rev().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    if known.as_deref() != Some(secrets) {
        town.note(format!("the webhook's secret is {secrets}"));
        town.settings.borrow_mut().push((name, secrets.to_owned()));
        town.restart().await;
    }
}

fn strike_webhooks(town: &Town, dice: &mut Dice, beat: usize) {
    town.sandbox.clear_faults();
    if beat < 5 {
        // Nobody has rolled it yet.
        town.sandbox.fault(Fault::on_delivery("", Action::Sign(SignatureKind::Secret(OLD_SECRET.to_owned()))));
        return;
    }
    for _ in 0..2 {
        let kinds =
            ["", "", "checkout.", "checkout.session.completed", "refund.", "charge.refunded", "charge.dispute."];
        let fault =
            Fault::on_delivery(dice.pick(&kinds).unwrap(), mishap(dice)).skip(u32::try_from(dice.below(3)).unwrap());
        let fault = if dice.one_in(2) { fault.times(1 + u32::try_from(dice.below(3)).unwrap()) } else { fault };
        town.note(format!("{fault:?}"));
        town.sandbox.fault(fault);
    }
}

/// What goes wrong with a delivery.
fn mishap(dice: &mut Dice) -> Action {
    let ms = u64::try_from(50 + dice.below(400)).unwrap();
    let all = [
        Action::Duplicate { extra: 1 + u32::try_from(dice.below(3)).unwrap() },
        Action::Reorder,
        Action::Delay { ms },
        Action::Drop,
        Action::Sign(SignatureKind::Bad),
        Action::Sign(SignatureKind::Two),
        Action::Sign(SignatureKind::OldTimestamp(301)),
        Action::Sign(SignatureKind::Missing),
        Action::Sign(SignatureKind::Secret(OLD_SECRET.to_owned())),
    ];
    dice.pick(&all).unwrap().clone()
}

/// What goes wrong with requests to Stripe.
fn failure(dice: &mut Dice) -> Fault {
    let ms = u64::try_from(200 + dice.below(1300)).unwrap();
    let actions = [
        Action::TooManyRequests { retry_after_s: 1 },
        Action::ErrorBefore { status: 500 },
        Action::ErrorBefore { status: 503 },
        Action::ErrorAfter { status: 500, stored: true },
        Action::ErrorAfter { status: 503, stored: false },
        Action::CutAfter { bytes: dice.below(600) },
        Action::HtmlBadGateway,
        Action::Close { after_effect: false },
        Action::Close { after_effect: true },
        Action::HangBefore { ms },
        Action::HangAfter { ms },
    ];
    let paths = ["/v1/", "/v1/", "/v1/checkout/sessions", "/v1/refunds", "/v1/events"];
    let methods = [None, None, Some("POST".to_owned()), Some("GET".to_owned())];
    let on = Target::Request {
        method: dice.pick(&methods).unwrap().clone(),
        path: (*dice.pick(&paths).unwrap()).to_owned(),
    };
    let times = (!dice.one_in(3)).then(|| 1 + u32::try_from(dice.below(4)).unwrap());
    Fault { on, skip: u32::try_from(dice.below(3)).unwrap(), times, action: dice.pick(&actions).unwrap().clone() }
}
