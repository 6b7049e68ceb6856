use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::cashier::Cashier;
use quittance::clock::Clock;
use quittance::config::Settings;
use quittance::db::Db;
use quittance::domain::token::Token;
use quittance::jobs::sweep::Sweep;
use quittance::sandbox::{Options, Sandbox};
use quittance::stripe::Stripe;
use quittance::web::WEBHOOK_PATH;
use uuid::Uuid;

use super::acts;
use super::dice::Dice;
use super::profile::{Profile, Scratch};
use crate::support::app::{STRIPE_KEY, WEBHOOK_SECRET, arguments};
use crate::support::client::Page;
use crate::support::db::{TestDb, value};
use crate::support::process::{self, Serving};
use crate::support::proxy::{Proxy, Target, Trap};
use crate::support::{Client, Debt};

/// A server that was killed must answer again within this time.
const BACK: Duration = Duration::from_secs(5);

/// Where the database is.
pub enum Ground {
    /// On the server that all tests share.
    Shared(TestDb),
    /// On a server of its own, which may crash.
    Own(Scratch),
}

/// One person and what that person owes.
pub struct Debtor {
    pub client: Client,
    pub debts: RefCell<Vec<Debt>>,
}

/// A portal with everybody who uses it.
pub struct Town {
    // Killed before their database goes.
    pub servers: RefCell<Vec<Serving>>,
    pub profile: Profile,
    pub sandbox: Sandbox,
    pub trap: Trap,
    pub debtors: Vec<Debtor>,
    /// Whether a page may answer 503 now.
    pub faulty: Cell<bool>,
    pub settings: RefCell<Vec<(&'static str, String)>>,
    /// What was done, for who must find out why it went wrong.
    journal: RefCell<Vec<String>>,
    next_server: Cell<usize>,
    url: String,
    pub ground: Ground,
}

impl Town {
    pub async fn found(profile: Profile, dice: &mut Dice) -> Town {
        let ground = profile.ground();
        let url = match &ground {
            Ground::Shared(db) => db.url().to_owned(),
            Ground::Own(scratch) => scratch.url(),
        };
        let trap = Trap::default();
        let sandbox = Sandbox::start(Options {
            secret_key: STRIPE_KEY.to_owned(),
            webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
            settle_after: Duration::from_secs(3600),
            ..Options::default()
        })
        .await
        .unwrap();
        let before_postgres = Proxy::start(Target::of_database(&url), trap.clone());
        let before_stripe = Proxy::start(Target::Tcp(sandbox.address()), trap.clone());
        let mut settings =
            process::required(&before_postgres.database_url(&url), &format!("http://{}", before_stripe.address));
        settings.extend(
            [
                ("STRIPE_CHECKOUT_HOST", sandbox.address().to_string()),
                ("CHECKOUTS_PER_HOUR", "10000".to_owned()),
                // Short, so that what hangs costs little time.
                ("STRIPE_ATTEMPT_TIMEOUT_MS", "1000".to_owned()),
                ("STRIPE_TIMEOUT_MS", "3000".to_owned()),
                ("SWEEP_REQUESTS_PER_SECOND", "50".to_owned()),
            ]
            .into_iter()
            .chain(profile.settings()),
        );
        let mut town = Town {
            servers: RefCell::default(),
            profile,
            sandbox,
            trap,
            debtors: Vec::new(),
            faulty: Cell::new(false),
            settings: RefCell::new(settings),
            journal: RefCell::default(),
            next_server: Cell::new(0),
            url,
            ground,
        };
        for _ in 0..profile.instances() {
            let serving = Serving::start(&town.settings.borrow());
            town.servers.borrow_mut().push(serving);
        }
        town.turn_webhooks();
        for _ in 0..3 {
            town.settle_in(dice).await;
        }
        town
    }

    /// A new person with two debts, signed in.
    async fn settle_in(&mut self, dice: &mut Dice) {
        let debtor_id = Uuid::new_v4();
        self.execute(&format!(
            "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
             VALUES ('{debtor_id}', 'Maria', 'Quillfeather', '{debtor_id}@mail.example', '+15035550199', '97204')"
        ));
        let debtor = Debtor { client: Client::new(&self.servers.borrow()[0].url("")), debts: RefCell::default() };
        self.debtors.push(debtor);
        let place = self.debtors.len() - 1;
        for _ in 0..2 {
            self.lend(place, debtor_id, 100 + 20 * dice.below(20));
        }
        let debt = self.debtors[place].debts.borrow()[0].clone();
        self.debtors[place].client.sign_in(&debt).await;
    }

    /// One more debt of that person.
    pub fn lend(&self, place: usize, debtor_id: Uuid, dollars: usize) -> Debt {
        let (id, token) = (Uuid::new_v4(), Token::issue().unwrap().as_str().to_owned());
        self.execute(&format!(
            "INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
             VALUES ('{id}', '{debtor_id}', 'Northwind Dental', {dollars}, '{token}')"
        ));
        let debt = Debt { id, debtor_id, token, postal_code: "97204".to_owned() };
        self.debtors[place].debts.borrow_mut().push(debt.clone());
        debt
    }

    /// A connection that no fault reaches; none while the server itself is away.
    pub fn try_connect(&self) -> Option<PgConnection> {
        let mut conn = PgConnection::establish(&self.url).ok()?;
        conn.batch_execute("SET timezone = 'UTC'").ok()?;
        Some(conn)
    }

    pub fn connect(&self) -> PgConnection {
        self.try_connect().expect("PostgreSQL is there")
    }

    pub fn execute(&self, statement: &str) {
        self.connect().batch_execute(statement).unwrap();
    }

    pub fn value(&self, query: &str) -> String {
        value(&mut self.connect(), query)
    }

    pub fn note(&self, what: String) {
        self.journal.borrow_mut().push(what);
    }

    /// The server whose turn it is.
    pub fn turn(&self) -> String {
        let servers = self.servers.borrow();
        self.next_server.set((self.next_server.get() + 1) % servers.len());
        servers[self.next_server.get()].url("")
    }

    /// Sends webhooks to the next server from now on.
    pub fn turn_webhooks(&self) {
        self.sandbox.set_webhook_url(Some(format!("{}{WEBHOOK_PATH}", self.turn())));
    }

    /// Starts the only server again; it must answer soon.
    pub async fn restart(&self) {
        let begun = Instant::now();
        self.servers.borrow_mut().clear();
        let serving = Serving::start(&self.settings.borrow());
        let health = self.debtors[0].client.at(&serving.url(""));
        self.servers.borrow_mut().push(serving);
        self.turn_webhooks();
        while health.try_get("/readyz").await.is_none_or(|page| page.status != 200) {
            assert!(begun.elapsed() < BACK, "it does not come back");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(begun.elapsed() < BACK, "it took {:?} to come back", begun.elapsed());
    }

    /// One request of a debtor. A page that fails with 500 is asked for again and must not fail twice.
    pub async fn ask(&self, debtor: &Debtor, path: &str, form: Option<&[(&str, &str)]>) -> Option<Page> {
        for repeated in [false, true] {
            if self.profile.instances() > 1 {
                self.turn_webhooks();
            }
            let client = debtor.client.at(&self.turn());
            let page = match form {
                Some(form) => client.try_post(path, form).await?,
                None => client.try_get(path).await?,
            };
            let status = page.status;
            self.note(format!(
                "  {} {path} {form:?}: {status} {}",
                if form.is_some() { "POST" } else { "GET" },
                page.location()
            ));
            assert!(status == 303 || !page.text().is_empty(), "a blank page at {path}: {status}");
            assert!(status != 500 || !repeated, "500 twice at {path}: {}", page.text());
            if status == 503 {
                assert!(self.faulty.get(), "503 without a fault at {path}: {}", page.text());
                assert!(page.header("retry-after").parse::<u32>().unwrap() > 0, "{path}");
            }
            assert!(matches!(status, 200 | 303 | 409 | 422 | 500 | 503), "{status} at {path}: {}", page.text());
            if status != 500 {
                return Some(page);
            }
        }
        None
    }

    /// Everybody does something, all at once. How many did.
    pub async fn beat(&self, dice: &mut Dice) -> usize {
        let fault = self.profile.meanwhile(self, dice.split());
        let doing = self.debtors.iter().map(|debtor| acts::something(self, debtor, dice.split()));
        let (done, ()) = tokio::join!(futures_util::future::join_all(doing), fault);
        done.len()
    }

    /// No fault any more, everything up, nothing on its way, and the sweep has had its turn.
    pub async fn heal(&self) {
        self.sandbox.clear_faults();
        self.trap.cut_in(None);
        self.profile.mend(self).await;
        self.faulty.set(false);
        self.sandbox.hurry_deliveries().await;
        // The last healing's clock was ahead of this one's; without that everything would be due by now.
        self.execute(
            "UPDATE payments SET checked_at = NULL WHERE status = 'pending'; UPDATE refunds SET checked_at = NULL; \
             UPDATE chargebacks SET checked_at = NULL",
        );
        let clock = Clock::system();
        clock.advance(chrono::Duration::minutes(2));
        let sweep = self.sweeper(&clock);
        for _ in 0..3 {
            self.sweep(&sweep).await;
            self.sandbox.hurry_deliveries().await;
            clock.advance(chrono::Duration::minutes(1));
        }
    }

    /// The sweep as it runs once the requests of dead processes can no longer be on their way.
    fn sweeper(&self, clock: &Clock) -> Sweep {
        let mut args = arguments(&self.url, &self.sandbox.base_url(), "127.0.0.1:8080".parse().unwrap());
        args.stripe.sweep_requests_per_second = 50;
        let settings = Settings::check(args).unwrap();
        let pool = Db::new(&settings.database_url, &settings.args.database);
        let cashier = Cashier::new(&settings, pool.clone(), Stripe::new(&settings).unwrap(), clock.clone());
        Sweep::new(&settings, pool, cashier, clock.clone())
    }

    async fn sweep(&self, sweep: &Sweep) {
        // Another instance may be at it, or a killed one's lock not be noticed yet.
        for _ in 0..500 {
            let report = sweep.once().await.unwrap();
            assert_eq!(report.failures, 0, "{report:?}");
            if report.ran {
                self.note(format!("{report:?}"));
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the sweep's lock is never free");
    }

    /// Every debtor gets one more debt, and pays what is left of all.
    pub async fn finish(&self) {
        for (place, debtor) in self.debtors.iter().enumerate() {
            let owner = debtor.debts.borrow()[0].debtor_id;
            self.lend(place, owner, 60);
            let sessions = self.sandbox.sessions();
            sessions.iter().for_each(|session| self.sandbox.settle(session["id"].as_str().unwrap()));
            self.sandbox.deliver_all().await;
            let debts = debtor.debts.borrow().clone();
            for debt in debts {
                acts::pay_the_rest(self, debtor, &debt).await;
            }
        }
    }
}

impl Town {
    /// What has come of it all, in figures.
    pub fn tally(&self) -> String {
        self.value(
            "SELECT (SELECT string_agg(n || ' ' || s, ', ' ORDER BY s) FROM (SELECT status, count(*) FROM payments GROUP BY 1) p (s, n)) \
             || '; refunds: ' || coalesce((SELECT string_agg(n || ' ' || s, ', ' ORDER BY s) \
                FROM (SELECT status || ' ' || origin, count(*) FROM refunds GROUP BY 1) r (s, n)), 'none') \
             || '; chargebacks: ' || coalesce((SELECT string_agg(n || ' ' || s, ', ' ORDER BY s) \
                FROM (SELECT status, count(*) FROM chargebacks GROUP BY 1) c (s, n)), 'none') \
             || '; ' || (SELECT count(*) FROM stripe_events) || ' events'",
        )
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let journal = self.journal.borrow();
            let late = journal.len().saturating_sub(60);
            eprintln!("what was done last:\n{}", journal[late..].join("\n"));
        }
    }
}
