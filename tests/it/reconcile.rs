//! Our books and Stripe's side by side, and what a restored backup may do.

use diesel::connection::SimpleConnection;
use quittance::sandbox::{Options, Sandbox};
use quittance::web::WEBHOOK_PATH;

use crate::support::Client;
use crate::support::app::{STRIPE_KEY, WEBHOOK_SECRET};
use crate::support::db::{self, TestDb};
use crate::support::process::{Serving, quittance, required, run, said};

const CARD: &str = "4242424242424242";

/// The program on its own database, as an operator runs it.
struct Operator {
    db: TestDb,
    sandbox: Sandbox,
    debt: String,
    link: String,
}

impl Operator {
    async fn begin() -> Operator {
        let db = TestDb::create();
        let options = Options {
            secret_key: STRIPE_KEY.to_owned(),
            webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let token = quittance::domain::token::Token::issue().unwrap().as_str().to_owned();
        let debt = uuid::Uuid::new_v4().to_string();
        db.connect()
            .batch_execute(&format!(
                "INSERT INTO debtors (id, first_name, last_name, zip_code) VALUES ('{debt}', 'Maria', 'Quillfeather', '97204'); \
                 INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) \
                 VALUES ('{debt}', '{debt}', 'Northwind Dental', 100, '{token}')"
            ))
            .unwrap();
        Operator { db, sandbox, debt, link: format!("/d/{token}") }
    }

    fn serve(&self) -> Serving {
        self.serve_on(self.db.url())
    }

    fn serve_on(&self, database_url: &str) -> Serving {
        let serving = Serving::start(&required(database_url, &self.sandbox.base_url()));
        self.sandbox.set_webhook_url(Some(serving.url(WEBHOOK_PATH)));
        serving
    }

    async fn debtor(&self, serving: &Serving) -> Client {
        let client = Client::new(&serving.url(""));
        client.get(&self.link).await;
        assert_eq!(client.post(&self.link, &[("postal_code", "97204")]).await.status, 303);
        client
    }

    async fn ask_to_pay(&self, client: &Client, amount: &str) -> crate::support::client::Page {
        client.post(&format!("/debts/{}/payments", self.debt), &[("choice", "partial"), ("amount", amount)]).await
    }

    async fn pay(&self, client: &Client, amount: &str) {
        let page = self.ask_to_pay(client, amount).await;
        assert_eq!(page.status, 303, "{}", page.text());
        self.sandbox.pay(&page.checkout_session(), CARD).await.unwrap();
        self.sandbox.deliver_all().await;
    }

    fn reconcile(&self, database_url: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = quittance(&[&["reconcile"], arguments].concat());
        let settings = required(database_url, &self.sandbox.base_url());
        command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        let output = run(&mut command);
        (output.status.code(), said(&output))
    }

    fn value(&self, query: &str) -> String {
        db::value(&mut self.db.connect(), query)
    }
}

#[actix_web::test]
async fn a_restored_copy_takes_no_payment_until_it_was_compared() {
    let operator = Operator::begin().await;
    let serving = operator.serve();
    let client = operator.debtor(&serving).await;
    operator.pay(&client, "10.00").await;
    assert_eq!(operator.reconcile(operator.db.url(), &[]).0, Some(0));
    drop((serving, client));
    // A copy of a database is what a restored dump is: another database with the same rows.
    let copy = operator.db.copy();
    let serving = operator.serve();
    let client = operator.debtor(&serving).await;
    operator.pay(&client, "20.00").await;
    drop((serving, client));

    let serving = operator.serve_on(copy.url());
    let client = operator.debtor(&serving).await;
    let page = operator.ask_to_pay(&client, "30.00").await;
    assert_eq!((page.status, page.text_of("h1").as_str()), (503, "Payments are paused"));
    assert!(!page.header("retry-after").is_empty() && page.text().contains("Nothing was charged"));
    assert_eq!(client.get(&format!("/debts/{}", operator.debt)).await.status, 200, "reading goes on");
    // The second payment is missing: the books do not agree, and payments stay disabled.
    let (code, text) = operator.reconcile(copy.url(), &[]);
    assert!(code == Some(1) && text.contains("the books have no row (certain, --apply enters it)"), "{text}");
    assert_eq!(operator.ask_to_pay(&client, "30.00").await.status, 503);
    let (code, text) = operator.reconcile(copy.url(), &["--apply"]);
    assert!(code == Some(0) && text.contains("payments are taken again"), "{text}");
    let paid = db::value(&mut copy.connect(), "SELECT amount_paid FROM debts");
    assert_eq!(paid, "30.00", "both payments stand");
    operator.pay(&client, "40.00").await;
    assert_eq!(db::value(&mut copy.connect(), "SELECT amount_paid FROM debts"), "70.00");
}

/// A backup that came back into the same place leaves no other trace than what is missing.
#[actix_web::test]
async fn missing_rows_are_noticed_at_the_start() {
    let operator = Operator::begin().await;
    let serving = operator.serve();
    let client = operator.debtor(&serving).await;
    operator.pay(&client, "10.00").await;
    drop((serving, client));
    operator
        .db
        .connect()
        .batch_execute(
            "DELETE FROM stripe_events; DELETE FROM payment_flags; DELETE FROM disclosures_shown; DELETE FROM payments",
        )
        .unwrap();
    let serving = operator.serve();
    let client = operator.debtor(&serving).await;
    assert_eq!(operator.ask_to_pay(&client, "30.00").await.status, 503);
    let (code, text) = operator.reconcile(operator.db.url(), &["--apply"]);
    assert!(code == Some(0) && text.contains("payments are taken again"), "{text}");
    assert_eq!(operator.value("SELECT concat_ws(' ', status, amount) FROM payments"), "completed 10.00");
    assert_eq!(operator.ask_to_pay(&client, "30.00").await.status, 303);
}

#[actix_web::test]
async fn reconcile_lists_what_differs_and_enters_what_is_certain() {
    let operator = Operator::begin().await;
    let serving = operator.serve();
    let client = operator.debtor(&serving).await;
    operator.pay(&client, "60.00").await;
    let (code, text) = operator.reconcile(operator.db.url(), &[]);
    assert!(code == Some(0) && text.contains("compared 1 checkouts, 0 refunds, 0 chargebacks"), "{text}");
    // From now on nothing is told: a refund, a chargeback and a payment are missed.
    operator.sandbox.set_webhook_url(None);
    let charge = operator.sandbox.events().iter().find(|e| e["type"] == "charge.succeeded").unwrap()["data"]["object"]
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    operator.sandbox.dispute(&charge, false);
    let page = operator.ask_to_pay(&client, "20.00").await;
    operator.sandbox.pay(&page.checkout_session(), CARD).await.unwrap();
    let (code, text) = operator.reconcile(operator.db.url(), &[]);
    assert_eq!(code, Some(1), "{text}");
    for part in
        ["paid at Stripe, open here (certain", "is withdrawn at Stripe, not known here (certain", "2 difference(s)"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(operator.value("SELECT amount_paid FROM debts"), "60.00", "nothing was changed");
    let (code, text) = operator.reconcile(operator.db.url(), &["--apply"]);
    assert!(code == Some(0) && text.contains("the books agree"), "{text}");
    assert_eq!(operator.value("SELECT amount_paid FROM debts"), "20.00");
    // What nobody can be certain of is only listed: somebody has changed an amount by hand.
    operator.db.connect().batch_execute("UPDATE payments SET amount = 25 WHERE amount = 20").unwrap();
    let (code, text) = operator.reconcile(operator.db.url(), &["--apply"]);
    assert!(code == Some(1) && text.contains("Stripe says Some(2000) cents"), "{text}");
    assert_eq!(operator.value("SELECT amount FROM payments WHERE amount < 30"), "25.00");
}

#[actix_web::test]
async fn reconcile_needs_stripe_and_a_sensible_period() {
    let operator = Operator::begin().await;
    let (code, text) = operator.reconcile(operator.db.url(), &["--from", "2026-02-01", "--to", "2026-01-01"]);
    assert!(code == Some(1) && text.contains("--from must be"), "{text}");
    assert_eq!(operator.reconcile(operator.db.url(), &["--from", "yesterday"]).0, Some(2));
    let away = required(operator.db.url(), "http://127.0.0.1:1");
    let mut command = quittance(&["reconcile"]);
    command.envs(away.iter().map(|(name, value)| (*name, value.as_str())));
    let output = run(&mut command);
    assert!(output.status.code() == Some(1) && said(&output).contains("Stripe"), "{}", said(&output));
}
