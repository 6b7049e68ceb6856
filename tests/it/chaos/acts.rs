use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use quittance::domain::money::Cents;
use quittance::models::{payment, refund};
use quittance::sandbox::PayOutcome;
use serde_json::Value;
use uuid::Uuid;

use super::dice::Dice;
use super::profile::Profile;
use super::town::{Debtor, Town};
use super::truth;
use crate::support::Debt;
use crate::support::app::STRIPE_KEY;
use crate::support::client::Page;
use crate::support::process;
use crate::support::proxy::When;

const CARD: &str = "4242424242424242";
/// A 3-D Secure card.
const CAREFUL: &str = "4000002500003155";

/// How debtors pay, the usual ways more often.
const INSTRUMENTS: &[&str] = &[
    CARD,
    CARD,
    CARD,
    CARD,
    CAREFUL,
    "4000000000000002",
    "4000000000009995",
    "000123456789",
    "000222222227",
    "4000000000000259",
    "4000000000001976",
    "4000000000005126",
    "4000000000007726",
];

/// What may happen to one debtor.
#[derive(Clone, Copy, Debug)]
enum Act {
    Start,
    Pay,
    Return,
    Cancel,
    Read,
    RefundByStaff,
    RefundAtTheDashboard,
    Dispute,
    Decide,
    RefundComesBack,
    Settle,
    BalanceIsLowered,
    CloseAtTheDashboard,
}

const ACTS: &[Act] = &[
    Act::Start,
    Act::Start,
    Act::Start,
    Act::Start,
    Act::Pay,
    Act::Pay,
    Act::Pay,
    Act::Return,
    Act::Cancel,
    Act::Read,
    Act::RefundByStaff,
    Act::RefundAtTheDashboard,
    Act::Dispute,
    Act::Decide,
    Act::RefundComesBack,
    Act::Settle,
    Act::BalanceIsLowered,
    Act::CloseAtTheDashboard,
];

fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_owned()
}

/// Something happens to this debtor.
pub async fn something(town: &Town, debtor: &Debtor, mut dice: Dice) {
    let act = *dice.pick(ACTS).unwrap();
    let debt = dice.pick(&debtor.debts.borrow()).unwrap().clone();
    town.note(format!("{act:?} {}", debt.id));
    match act {
        Act::Start => {
            let amounts = ["full", "10.00", "25.00", "40.00"];
            start(town, debtor, &debt, dice.pick(&amounts).unwrap()).await;
        }
        Act::Pay => pay(town, debtor, &debt, &mut dice).await,
        Act::Return => {
            if let Some(session) = dice.pick(&truth::sessions_of(town, &debt)) {
                town.ask(debtor, &format!("/payments/{}", text(session, "client_reference_id")), None).await;
            }
        }
        Act::Cancel => {
            if let Some(session) = dice.pick(&open_sessions(town, &debt)) {
                let path = format!("/payments/{}/cancellation", text(session, "client_reference_id"));
                town.ask(debtor, &path, Some(&[])).await;
            }
        }
        Act::Read => {
            let pages = [debt.path(), "/account".to_owned(), format!("{}/payments/new", debt.path())];
            town.ask(debtor, dice.pick(&pages).unwrap(), None).await;
        }
        Act::RefundByStaff => refund_by_staff(town, &debt, &mut dice).await,
        Act::RefundAtTheDashboard => {
            if let Some(charge) = dice.pick(&truth::charges_of(town, &debt)) {
                let left = charge["amount_captured"].as_i64().unwrap() - charge["amount_refunded"].as_i64().unwrap();
                let cents = left.min(1000 * i64::try_from(1 + dice.below(4)).unwrap());
                at_the_dashboard(town, "refunds", &format!("charge={}&amount={cents}", text(charge, "id"))).await;
            }
        }
        Act::Dispute => {
            if let Some(charge) = dice.pick(&truth::charges_of(town, &debt)) {
                town.sandbox.dispute(&text(charge, "id"), dice.one_in(2));
            }
        }
        Act::Decide => {
            if let Some(dispute) = dice.pick(&truth::disputes_of(town, &debt)) {
                town.sandbox.decide(&text(dispute, "id"), dice.one_in(2));
            }
        }
        Act::RefundComesBack => {
            if let Some(refund) = dice.pick(&truth::refunds_of(town, &debt)) {
                town.sandbox.fail_refund(&text(refund, "id"));
            }
        }
        Act::Settle => {
            if let Some(session) = dice.pick(&truth::sessions_of(town, &debt)) {
                town.sandbox.settle(&text(session, "id"));
            }
        }
        Act::BalanceIsLowered => lower(town, &debt),
        Act::CloseAtTheDashboard => {
            if let Some(session) = dice.pick(&open_sessions(town, &debt)) {
                at_the_dashboard(town, &format!("checkout/sessions/{}/expire", text(session, "id")), "").await;
            }
        }
    }
}

fn open_sessions(town: &Town, debt: &Debt) -> Vec<Value> {
    truth::sessions_of(town, debt).into_iter().filter(|session| session["status"] == "open").collect()
}

/// Asks to pay. Who is sent to a checkout must not be asked for more than is left, by Stripe's own books.
async fn start(town: &Town, debtor: &Debtor, debt: &Debt, amount: &str) -> Option<Page> {
    let form = if amount == "full" { vec![("choice", "full")] } else { vec![("choice", "partial"), ("amount", amount)] };
    let page = town.ask(debtor, &format!("{}/payments", debt.path()), Some(&form)).await?;
    let session = page.location().rsplit('/').next().unwrap_or_default().to_owned();
    if page.status == 303 && session.starts_with("cs_") {
        truth::assert_may_be_charged(town, debt, &session);
    }
    Some(page)
}

async fn pay(town: &Town, debtor: &Debtor, debt: &Debt, dice: &mut Dice) {
    let sessions = open_sessions(town, debt);
    let Some(session) = dice.pick(&sessions) else { return };
    let (id, instrument) = (text(session, "id"), *dice.pick(INSTRUMENTS).unwrap());
    // Another request may have closed it meanwhile; then the page says so.
    let mut outcome = town.sandbox.pay(&id, instrument).await;
    if outcome == Ok(PayOutcome::AuthenticationRequired) && !dice.one_in(3) {
        outcome = town.sandbox.authenticate(&id, !dice.one_in(4)).await;
    }
    town.note(format!("  paid {id} with {instrument}: {outcome:?}"));
    if dice.one_in(2) {
        town.ask(debtor, &format!("/payments/{}", text(session, "client_reference_id")), None).await;
    }
}

/// `quittance refund` as somebody types it who has just looked at the figure.
async fn refund_by_staff(town: &Town, debt: &Debt, dice: &mut Dice) {
    let Some(mut conn) = town.try_connect() else { return };
    let ids: Vec<Uuid> = truth::sessions_of(town, debt)
        .iter()
        .filter_map(|session| text(session, "client_reference_id").parse().ok())
        .collect();
    let Ok(payments) = payment::find_all(&mut conn, &ids) else { return };
    let Some(payment) = dice.pick(&payments) else { return };
    let Ok(refundable) = refund::refundable(&mut conn, payment) else { return };
    let amount = Cents::new(1000 * i64::try_from(1 + dice.below(4)).unwrap()).min(refundable);
    if !amount.is_positive() {
        return;
    }
    let mut command = process::quittance(&["refund", &payment.id.to_string()]);
    command.args(["--amount", &amount.plain(), "--refundable", &refundable.plain()]);
    command.envs(town.settings.borrow().iter().map(|(name, value)| (*name, value.as_str())));
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let staff = Arc::new(Mutex::new(child));
    if town.profile == Profile::Crash && dice.one_in(2) && !town.trap.has_sprung() {
        town.trap.set(Arc::clone(&staff), 1 + dice.below(30), if dice.one_in(2) { When::Before } else { When::After });
    }
    let ended = loop {
        let ended = staff.lock().unwrap().try_wait().unwrap();
        match ended {
            Some(ended) => break ended,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    town.note(format!("  refund of {amount} of {refundable} of {}: {ended}", payment.id));
}

/// What somebody does at Stripe's dashboard. It may be refused, and faults of the API strike it, too.
async fn at_the_dashboard(town: &Town, path: &str, form: &str) {
    let request = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/v1/{path}", town.sandbox.base_url()))
        .bearer_auth(STRIPE_KEY)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    let status = request.send().await.map(|answer| answer.status().as_u16());
    town.note(format!("  {path} {form}: {status:?}"));
}

/// An import lowers the balance, perhaps below what a checkout is open for.
fn lower(town: &Town, debt: &Debt) {
    let Some(mut conn) = town.try_connect() else { return };
    let statement = format!(
        "UPDATE debts SET total_owed = total_owed - 20 WHERE id = '{}' AND total_owed >= 60 AND total_owed - 20 >= amount_paid",
        debt.id
    );
    // PostgreSQL may crash at this moment; then nothing was lowered.
    let _ = conn.batch_execute(&statement);
}

/// The debtor pays what is left. Nothing fails any more, so every step must succeed at once.
pub async fn pay_the_rest(town: &Town, debtor: &Debtor, debt: &Debt) {
    for _ in 0..3 {
        let page = town.ask(debtor, &debt.path(), None).await.expect("the server answers");
        assert_eq!(page.status, 200, "{}", page.text());
        let left = "SELECT total_owed - amount_paid > 0 AND status = 'active' FROM debts";
        if town.value(&format!("{left} WHERE id = '{}'", debt.id)) == "false" {
            return;
        }
        let page = start(town, debtor, debt, "full").await.expect("the server answers");
        assert_eq!(page.status, 303, "{}", page.text());
        if page.location().starts_with("/payments/") {
            // Paid at Stripe already; that was learned just now.
            continue;
        }
        let session = page.checkout_session();
        assert_eq!(town.sandbox.pay(&session, CARD).await, Ok(PayOutcome::Paid));
        let payment = text(&town.sandbox.session(&session).unwrap(), "client_reference_id");
        let receipt = town.ask(debtor, &format!("/payments/{payment}"), None).await.expect("the server answers");
        assert!(receipt.text().contains("Your payment was received"), "{}", receipt.text());
        town.sandbox.deliver_all().await;
    }
    panic!("the debtor pays and pays");
}
