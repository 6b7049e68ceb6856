use futures_util::StreamExt;
use quittance::cashier::Replayed;
use quittance::models::ledger::Applied;

use super::{CARD, charge_of, eventually, paid, refund, refund_at_stripe};
use crate::support::{TestApp, spawn};

/// Every figure and state that the books hold, and what was found. When Stripe was last asked is no figure.
const EVERYTHING: &str = "
    SELECT string_agg(line::text, chr(10) ORDER BY line::text) FROM (
        SELECT to_jsonb(t) - 'updated_at' - 'total_contacts' || '{\"table\": \"debts\"}' FROM debts t
        UNION ALL SELECT to_jsonb(t) - 'updated_at' - 'checked_at' - 'refunds_unsure_since' || '{\"table\": \"payments\"}' FROM payments t
        UNION ALL SELECT to_jsonb(t) - 'updated_at' - 'checked_at' || '{\"table\": \"refunds\"}' FROM refunds t
        UNION ALL SELECT to_jsonb(t) - 'updated_at' - 'checked_at' || '{\"table\": \"chargebacks\"}' FROM chargebacks t
        UNION ALL SELECT to_jsonb(t) || '{\"table\": \"letters\"}' FROM letters t
        UNION ALL SELECT to_jsonb(t) || '{\"table\": \"payment_flags\"}' FROM payment_flags t
        UNION ALL SELECT to_jsonb(t) || '{\"table\": \"stripe_events\"}' FROM stripe_events t
    ) AS all_rows (line)";

async fn replay(app: &TestApp, id: &str) -> Replayed {
    app.cashier.replay(id.to_owned(), |_, _| Ok(())).await.unwrap()
}

/// A life with everything in it: paid in parts, declined, expired, refunded here and at Stripe, come back, overpaid, disputed.
async fn eventful(app: &TestApp) {
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    // A card that is declined first, and a checkout that is replaced.
    let session = client.start_payment(&debt, "10.00").await;
    let _ = app.sandbox.pay(&session, "4000000000000002").await;
    let session = client.start_payment(&debt, "30.00").await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    let first = app.value(&format!("SELECT id FROM payments WHERE stripe_session_id = '{session}'")).parse().unwrap();
    refund(app, first, 500, 3_000).await;
    let told = refund_at_stripe(app, first, 700).await;
    app.sandbox.deliver_all().await;
    app.sandbox.fail_refund(told["id"].as_str().unwrap());
    app.sandbox.deliver_all().await;
    // One that is won, one that is lost, one that only asks.
    for (amount, inquiry, won) in [("20.00", false, true), ("15.00", false, false), ("12.00", true, true)] {
        let payment = paid(app, &debt, amount, CARD).await;
        app.sandbox.dispute(&charge_of(app, payment), inquiry);
        app.sandbox.deliver_all().await;
        let opened = app.sandbox.events().into_iter().rev().find(|event| event["type"] == "charge.dispute.created");
        app.sandbox.decide(opened.unwrap()["data"]["object"]["id"].as_str().unwrap(), won);
        app.sandbox.deliver_all().await;
    }
    // One that is paid beyond the debt, and a bank debit that comes back.
    let rest = app.debt().create();
    let client = app.client();
    client.sign_in(&rest).await;
    let session = client.start_payment(&rest, "full").await;
    app.execute(&format!("UPDATE debts SET total_owed = 70 WHERE id = '{}'", rest.id));
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    eventually(app, "SELECT count(*) FROM refunds WHERE status = 'succeeded' AND origin = 'overpayment'", "1").await;
    app.sandbox.deliver_all().await;
    let bank = app.debt().create();
    let client = app.client();
    client.sign_in(&bank).await;
    let session = client.start_payment(&bank, "full").await;
    app.sandbox.pay(&session, "000222222227").await.unwrap();
    app.sandbox.deliver_all().await;
    app.sandbox.settle(&session);
    app.sandbox.deliver_all().await;
}

#[actix_web::test]
async fn replaying_any_event_any_number_of_times_changes_no_figure() {
    let app = spawn().await;
    eventful(&app).await;
    let ids: Vec<String> = app
        .value("SELECT string_agg(id, ' ' ORDER BY received_at, id) FROM stripe_events")
        .split(' ')
        .map(str::to_owned)
        .collect();
    let kinds = app.value("SELECT count(DISTINCT event_type) FROM stripe_events");
    assert!(ids.len() >= 15 && kinds.parse::<usize>().unwrap() >= 8, "{} events, {kinds} kinds", ids.len());
    app.assert_ledger();
    let before = app.value(EVERYTHING);
    for id in ids.iter().chain(ids.iter().rev()).chain(&ids) {
        let replayed = replay(&app, id).await;
        let harmless = matches!(
            replayed,
            Replayed::Nothing | Replayed::Applied(Applied::Unchanged | Applied::Flagged(_) | Applied::NotOurs)
        );
        assert!(harmless, "{id}: {replayed:?}");
        if app.value(EVERYTHING) != before {
            let kind = app.value(&format!("SELECT event_type FROM stripe_events WHERE id = '{id}'"));
            assert_eq!(app.value(EVERYTHING), before, "{kind}");
        }
    }
    // Several at once, as many as there are connections.
    let all = ids.iter().chain(&ids).map(|id| replay(&app, id));
    let mut at_once = futures_util::stream::iter(all).buffer_unordered(4);
    while at_once.next().await.is_some() {}
    assert_eq!(app.value(EVERYTHING), before);
    app.assert_ledger();
}

#[actix_web::test]
async fn an_event_that_had_no_effect_is_applied_by_its_replay() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    let id = app.value("SELECT id FROM stripe_events WHERE event_type = 'checkout.session.completed'");
    // As if the database had refused it at first.
    app.execute("UPDATE payments SET status = 'pending', completed_at = NULL; UPDATE stripe_events SET outcome = 'failed', payment_id = NULL");
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "0.00");
    let replayed = replay(&app, &id).await;
    assert!(matches!(replayed, Replayed::Applied(Applied::Moved(_))), "{replayed:?}");
    assert_eq!(app.value("SELECT amount_paid FROM debts"), "100.00");
    let outcome = format!("SELECT outcome || ' ' || (payment_id IS NOT NULL) FROM stripe_events WHERE id = '{id}'");
    assert_eq!(app.value(&outcome), "applied true");
    assert_eq!(replay(&app, &id).await, Replayed::Applied(Applied::Unchanged));
    assert_eq!(app.value(&outcome), "applied true", "what it did stays written down");
    assert_eq!(replay(&app, "evt_unknown").await, Replayed::NotFound);
    app.assert_ledger();
}

#[actix_web::test]
async fn a_finding_without_a_payment_is_raised_once_however_often_its_event_is_replayed() {
    let app = spawn().await;
    let debt = app.debt().create();
    let client = app.client();
    client.sign_in(&debt).await;
    let session = client.start_payment(&debt, "full").await;
    // The row is lost, as after a restored backup.
    app.execute("DELETE FROM disclosures_shown; DELETE FROM payments");
    app.sandbox.pay(&session, CARD).await.unwrap();
    app.sandbox.deliver_all().await;
    let id = app.value("SELECT id FROM stripe_events WHERE event_type = 'checkout.session.completed'");
    assert_eq!(app.value("SELECT string_agg(kind, ' ') FROM payment_flags"), "unknown_payment");
    for _ in 0..3 {
        assert!(matches!(replay(&app, &id).await, Replayed::Applied(Applied::Flagged(_))));
    }
    assert_eq!(app.value("SELECT count(*) FROM payment_flags"), "1");
    app.execute("UPDATE stripe_events SET payload = '{}'");
    assert_eq!(replay(&app, &id).await, Replayed::Nothing);
}

#[actix_web::test]
async fn a_note_that_cannot_be_written_leaves_everything_as_it_was() {
    let app = spawn().await;
    let debt = app.debt().create();
    paid(&app, &debt, "full", CARD).await;
    let id = app.value("SELECT id FROM stripe_events WHERE event_type = 'checkout.session.completed'");
    app.execute(
        "UPDATE payments SET status = 'pending', completed_at = NULL; UPDATE stripe_events SET outcome = 'failed'",
    );
    let before = app.value(EVERYTHING);
    let refused = app.cashier.replay(id, |_, _| Err(diesel::result::Error::RollbackTransaction)).await;
    assert!(refused.is_err());
    assert_eq!(app.value(EVERYTHING), before);
}
