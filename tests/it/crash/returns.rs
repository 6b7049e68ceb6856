use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use quittance::sandbox::Sandbox;
use quittance::web::WEBHOOK_PATH;
use serde_json::Value;
use uuid::Uuid;

use super::{Pay, Scene, Start, stride};
use crate::support::process;
use crate::support::proxy::When;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Stripe's refunds of a payment intent, as they stand.
fn refunds_of(sandbox: &Sandbox, intent: &str) -> Vec<Value> {
    let made = sandbox.events().into_iter().filter(|event| event["type"] == "refund.created");
    let ids = made.map(|event| event["data"]["object"]["id"].as_str().unwrap().to_owned());
    let refunds = ids.map(|id| sandbox.object(&id).unwrap());
    refunds.filter(|refund| refund["payment_intent"] == intent).collect()
}

impl Scene {
    /// A payment that has arrived: its debt, its id and its intent.
    async fn paid(&self) -> (Uuid, Uuid, String) {
        let (debt, mut checkout) = (self.debt(), String::new());
        for step in [Start("100.00"), Pay] {
            assert!(self.take(debt, step, &mut checkout).await);
        }
        let payment = self.payment_of(debt);
        (debt, payment, self.intent_of(payment))
    }

    fn payment_of(&self, debt: Uuid) -> Uuid {
        self.value(&format!("SELECT id FROM payments WHERE debt_id = '{debt}'")).parse().unwrap()
    }

    fn intent_of(&self, payment: Uuid) -> String {
        self.value(&format!("SELECT stripe_payment_intent_id FROM payments WHERE id = '{payment}'"))
    }

    fn books_of(&self, debt: Uuid) -> String {
        self.value(&format!(
            "SELECT concat_ws(' ', p.status, amount_refunded, amount_charged_back, d.amount_paid, d.status) \
             FROM payments p JOIN debts d ON d.id = p.debt_id WHERE d.id = '{debt}'"
        ))
    }

    fn assert_ledger(&self, count: usize) {
        let breaches = quittance::models::invariant::breaches(&mut self.conn.borrow_mut()).unwrap();
        assert!(breaches.is_empty(), "at message {count}: {breaches:?}");
    }

    /// Waits until the background work is done or the program is dead; starts it again then. Whether it died.
    async fn died(&mut self, done: impl Fn(&Scene) -> bool) -> bool {
        let begun = Instant::now();
        while !self.trap.has_sprung() && !done(self) {
            assert!(begun.elapsed() < PATIENCE, "it neither dies nor ends");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.trap.clear()
    }
}

/// Kills `quittance refund` at every message.
async fn refund_by_staff(when: When) {
    let scene = Scene::set().await;
    scene.sandbox.set_webhook_url(Some(scene.serving.url(WEBHOOK_PATH)));
    let (debt, payment, intent) = scene.paid().await;
    scene.sandbox.set_webhook_url(None);
    let (mut count, mut given_back) = (1, 0);
    loop {
        let left = 100 - given_back;
        let mut command = process::quittance(&["refund", &payment.to_string()]);
        command.args(["--amount", "1.00", "--refundable", &format!("{left}.00")]);
        command.envs(scene.settings.iter().map(|(name, value)| (*name, value.as_str()))).stdout(Stdio::null());
        let staff = Arc::new(Mutex::new(command.stderr(Stdio::null()).spawn().unwrap()));
        scene.trap.set(Arc::clone(&staff), count, when);
        let ended = loop {
            let ended = staff.lock().unwrap().try_wait().unwrap();
            match ended {
                Some(ended) => break ended,
                None => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        };
        let died = scene.trap.clear();
        scene.sweep().await;
        let made = refunds_of(&scene.sandbox, &intent);
        let (before, now) = (given_back, made.len());
        given_back = now;
        assert!(now - before <= 1, "given back twice, at message {count}");
        assert_eq!(
            scene.books_of(debt),
            format!("completed {now}.00 0.00 {}.00 {}", 100 - now, if now == 0 { "resolved" } else { "active" }),
            "at message {count}"
        );
        let rows = scene.value("SELECT count(*) FROM refunds");
        assert_eq!(rows, scene.value("SELECT count(*) FROM refunds WHERE status = 'succeeded'"), "at message {count}");
        assert_eq!(rows, now.to_string(), "at message {count}");
        scene.assert_ledger(count);
        if !died {
            assert!(ended.success() && now == before + 1, "nobody killed it: {ended}");
            break;
        }
        count += stride(when);
    }
    assert!(count > 15, "only {count} messages: the trap does not see them");
    assert!(given_back > 1, "no kill came after the refund was written down");
}

/// Kills the server at every message of an event that brings more than was owed, and of the refund that follows by itself.
async fn excess(when: When) {
    let mut scene = Scene::set().await;
    scene.sandbox.set_webhook_url(Some(scene.serving.url(WEBHOOK_PATH)));
    let mut count = 1;
    loop {
        let (debt, mut checkout) = (scene.debt(), String::new());
        assert!(scene.take(debt, Start("100.00"), &mut checkout).await);
        scene.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{debt}'"));
        let payment = scene.payment_of(debt);
        scene.trap.set(scene.serving.victim(), count, when);
        scene.sandbox.pay(&checkout, "4242424242424242").await.unwrap();
        let given_back = format!(
            "SELECT count(*) FROM payments WHERE id = '{payment}' AND amount_refunded = 30 \
             AND NOT EXISTS (SELECT FROM payment_flags WHERE payment_id = '{payment}' AND resolved_at IS NULL)"
        );
        let died = scene.died(|scene| scene.value(&given_back) == "1").await;
        if died {
            scene.restart();
        }
        scene.sandbox.deliver_all().await;
        scene.sweep().await;
        // What the sweep learned last is followed in the background, too.
        scene.died(|scene| scene.value(&given_back) == "1").await;
        let made = refunds_of(&scene.sandbox, &scene.intent_of(payment));
        assert!(made.len() == 1 && made[0]["amount"] == 3000, "at message {count}: {made:?}");
        assert_eq!(scene.books_of(debt), "completed 30.00 0.00 70.00 resolved", "at message {count}");
        let of_debt = format!("SELECT string_agg(status || ' ' || origin, ', ') FROM refunds WHERE debt_id = '{debt}'");
        assert_eq!(scene.value(&of_debt), "succeeded overpayment", "at message {count}");
        assert_eq!(scene.value(&given_back), "1", "at message {count}: a flag is open");
        scene.assert_ledger(count);
        if !died {
            break;
        }
        count += stride(when);
    }
    assert!(count > 20, "only {count} messages: the trap does not see them");
}

/// Kills the server at every message of a chargeback that is opened and takes the money at once.
async fn chargeback(when: When) {
    let mut scene = Scene::set().await;
    scene.sandbox.set_webhook_url(Some(scene.serving.url(WEBHOOK_PATH)));
    let mut count = 1;
    loop {
        let (debt, payment, intent) = scene.paid().await;
        let charge = scene.sandbox.object(&intent).unwrap()["latest_charge"].as_str().unwrap().to_owned();
        scene.trap.set(scene.serving.victim(), count, when);
        scene.sandbox.dispute(&charge, false);
        scene.sandbox.deliver_all().await;
        let died = scene.died(|_| true).await;
        if died {
            scene.restart();
        }
        scene.sweep().await;
        assert_eq!(scene.books_of(debt), "completed 0.00 100.00 0.00 active", "at message {count}");
        let rows = format!(
            "SELECT string_agg(status || ' ' || withdrawn, ', ') FROM chargebacks WHERE payment_id = '{payment}'"
        );
        assert_eq!(scene.value(&rows), "withdrawn 100.00", "at message {count}");
        let flags = format!("SELECT string_agg(DISTINCT kind, ' ') FROM payment_flags WHERE payment_id = '{payment}'");
        assert_eq!(scene.value(&flags), "chargeback", "at message {count}");
        scene.assert_ledger(count);
        if !died {
            break;
        }
        count += stride(when);
    }
    assert!(count > 10, "only {count} messages: the trap does not see them");
}

#[actix_web::test]
async fn a_refund_by_staff_survives_a_kill_at_every_message() {
    refund_by_staff(When::After).await;
}

#[actix_web::test]
async fn a_refund_by_staff_survives_a_kill_before_every_message_arrives() {
    refund_by_staff(When::Before).await;
}

#[actix_web::test]
async fn an_excess_goes_back_once_with_a_kill_at_every_message() {
    excess(When::After).await;
}

#[actix_web::test]
async fn an_excess_goes_back_once_with_a_kill_before_every_message_arrives() {
    excess(When::Before).await;
}

#[actix_web::test]
async fn a_chargeback_is_taken_in_with_a_kill_at_every_message() {
    chargeback(When::After).await;
}

#[actix_web::test]
async fn a_chargeback_is_taken_in_with_a_kill_before_every_message_arrives() {
    chargeback(When::Before).await;
}
