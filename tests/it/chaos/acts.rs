use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    PayTooMuch,
    CloseAtTheDashboard,
}

const ACTS: &[Act] = &[
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
    Act::PayTooMuch,
    Act::CloseAtTheDashboard,
];

fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_owned()
}

/// Something happens to this debtor; what is not possible now is not done, and something else is tried.
pub async fn something(town: &Town, debtor: &Debtor, mut dice: Dice) {
    for _ in 0..6 {
        let act = *dice.pick(ACTS).unwrap();
        let debt = dice.pick(&debtor.debts.borrow()).unwrap().clone();
        if is_done(town, debtor, &debt, act, &mut dice).await.is_some() {
            break;
        }
    }
}

/// None where there is nothing to do it with.
async fn is_done(town: &Town, debtor: &Debtor, debt: &Debt, act: Act, dice: &mut Dice) -> Option<()> {
    let payment_path = |session: &Value| format!("/payments/{}", text(session, "client_reference_id"));
    let say = |what: &Value| town.note(format!("{act:?} of {} of debt {}", text(what, "id"), debt.id));
    match act {
        Act::Start => {
            let amount = *dice.pick(&["full", "10.00", "25.00", "40.00"]).unwrap();
            town.note(format!("{act:?} {amount} of {}", debt.id));
            start(town, debtor, debt, amount).await;
        }
        Act::Pay => {
            let session = dice.pick(&open_sessions(town, debt))?.clone();
            pay(town, debtor, &session, dice).await;
        }
        Act::Return => {
            let session = dice.pick(&truth::sessions_of(town, debt))?.clone();
            town.ask(debtor, &payment_path(&session), None).await;
        }
        Act::Cancel => {
            let session = dice.pick(&open_sessions(town, debt))?.clone();
            town.ask(debtor, &format!("{}/cancellation", payment_path(&session)), Some(&[])).await;
        }
        Act::Read => {
            let pages = [debt.path(), "/account".to_owned(), format!("{}/payments/new", debt.path())];
            town.ask(debtor, dice.pick(&pages).unwrap(), None).await;
        }
        Act::RefundByStaff => refund_by_staff(town, debt, dice).await?,
        Act::RefundAtTheDashboard => {
            let charge = dice.pick(&truth::charges_of(town, debt))?.clone();
            let left = charge["amount_captured"].as_i64().unwrap() - charge["amount_refunded"].as_i64().unwrap();
            let cents = left.min(1000 * i64::try_from(1 + dice.below(4)).unwrap());
            at_the_dashboard(town, "refunds", &format!("charge={}&amount={cents}", text(&charge, "id"))).await;
        }
        Act::Dispute => {
            let charge = dice.pick(&truth::charges_of(town, debt))?.clone();
            say(&charge);
            town.sandbox.dispute(&text(&charge, "id"), dice.one_in(2));
        }
        Act::Decide => {
            let dispute = dice.pick(&truth::disputes_of(town, debt))?.clone();
            say(&dispute);
            town.sandbox.decide(&text(&dispute, "id"), dice.one_in(2));
        }
        Act::RefundComesBack => {
            let refund = dice.pick(&truth::refunds_of(town, debt))?.clone();
            say(&refund);
            town.sandbox.fail_refund(&text(&refund, "id"));
        }
        Act::Settle => {
            let session = dice.pick(&truth::sessions_of(town, debt))?.clone();
            say(&session);
            town.sandbox.settle(&text(&session, "id"));
        }
        Act::BalanceIsLowered => lower(town, debt)?,
        Act::PayTooMuch => {
            start(town, debtor, debt, "full").await?;
            let session = open_sessions(town, debt).first()?.clone();
            lower(town, debt)?;
            pay(town, debtor, &session, dice).await;
        }
        Act::CloseAtTheDashboard => {
            let session = dice.pick(&open_sessions(town, debt))?.clone();
            at_the_dashboard(town, &format!("checkout/sessions/{}/expire", text(&session, "id")), "").await;
        }
    }
    Some(())
}

fn open_sessions(town: &Town, debt: &Debt) -> Vec<Value> {
    truth::sessions_of(town, debt).into_iter().filter(|session| session["status"] == "open").collect()
}

/// Asks to pay. Who is sent to a checkout must not be asked for more than is left, by Stripe's own books.
async fn start(town: &Town, debtor: &Debtor, debt: &Debt, amount: &str) -> Option<Page> {
    let form =
        if amount == "full" { vec![("choice", "full")] } else { vec![("choice", "partial"), ("amount", amount)] };
    let page = town.ask(debtor, &format!("{}/payments", debt.path()), Some(&form)).await?;
    let session = page.location().rsplit('/').next().unwrap_or_default().to_owned();
    if page.status == 303 && session.starts_with("cs_") {
        truth::assert_may_be_charged(town, debt, &session);
    }
    Some(page)
}

async fn pay(town: &Town, debtor: &Debtor, session: &Value, dice: &mut Dice) {
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
async fn refund_by_staff(town: &Town, debt: &Debt, dice: &mut Dice) -> Option<()> {
    let mut conn = town.try_connect()?;
    let ids: Vec<Uuid> = truth::sessions_of(town, debt)
        .iter()
        .filter_map(|session| text(session, "client_reference_id").parse().ok())
        .collect();
    let payments = payment::find_all(&mut conn, &ids).ok()?;
    let payment = dice.pick(&payments)?;
    let refundable = refund::refundable(&mut conn, payment).ok()?;
    let amount = Cents::new(1000 * i64::try_from(1 + dice.below(4)).unwrap()).min(refundable);
    if !amount.is_positive() {
        return None;
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
    town.note(format!("refund of {amount} of {refundable} of {}: {ended}", payment.id));
    Some(())
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
    town.note(format!("{path} {form} at the dashboard: {status:?}"));
}

/// An import lowers the balance, perhaps below what a checkout is open for.
fn lower(town: &Town, debt: &Debt) -> Option<()> {
    let mut conn = town.try_connect()?;
    let statement = format!(
        "UPDATE debts SET total_owed = total_owed - 20 WHERE id = '{}' AND total_owed >= 60 AND total_owed - 20 >= amount_paid",
        debt.id
    );
    // PostgreSQL may crash at this moment; then nothing was lowered.
    let lowered = diesel::RunQueryDsl::execute(diesel::sql_query(statement), &mut conn).unwrap_or(0);
    town.note(format!("the balance of {} is lowered: {lowered}", debt.id));
    (lowered > 0).then_some(())
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
