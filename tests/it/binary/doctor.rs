use std::io::{Read, Write};
use std::net::TcpListener;

use diesel::connection::SimpleConnection;

use super::{NOWHERE, insert_debt, stripe, with};
use crate::support::db::TestDb;
use crate::support::process::{quittance, required, run, said};

fn doctor(db: &TestDb, stripe: &str) -> (Option<i32>, String) {
    let output = run(with(&mut quittance(&["doctor"]), &required(db.url(), stripe)));
    (output.status.code(), said(&output))
}

#[actix_web::test]
async fn doctor_finds_what_is_wrong() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let (debt, _) = insert_debt(&db);
    let settings = required(db.url(), &sandbox.base_url());
    let doctor = |settings: &[(&'static str, String)]| {
        let output = run(with(&mut quittance(&["doctor"]), settings));
        (output.status.code(), said(&output))
    };
    let (code, text) = doctor(&settings);
    assert!(code == Some(0) && text.contains("nothing is wrong") && !text.contains("WRONG"), "{text}");
    let nothing_runs = required(db.url(), "http://127.0.0.1:1");
    let (code, text) = doctor(&nothing_runs);
    assert!(code == Some(1) && text.contains("WRONG  Stripe"), "{text}");
    let (code, text) = doctor(&required(NOWHERE, &sandbox.base_url()));
    assert!(code == Some(1) && text.contains("WRONG  database"), "{text}");
    let bare = TestDb::bare();
    let (code, text) = doctor(&required(bare.url(), &sandbox.base_url()));
    assert!(code == Some(1) && text.contains("migration(s) have not run"), "{text}");
    // The triggers keep the ledger; somebody who switches them off breaks it.
    let broken = format!(
        "ALTER TABLE debts DISABLE TRIGGER USER; UPDATE debts SET amount_paid = 12.34 WHERE id = '{debt}'; \
         ALTER TABLE debts ENABLE TRIGGER USER"
    );
    db.connect().batch_execute(&broken).unwrap();
    let (code, text) = doctor(&settings);
    assert_eq!(code, Some(1), "{text}");
    let line = text.lines().find(|line| line.contains(&debt)).unwrap();
    assert!(line.starts_with("WRONG") && line.contains("12.34"), "{line}");
    assert!(line.ends_with("WHERE id = ..."), "it says what to do: {line}");
    let (code, text) = {
        let output = run(&mut quittance(&["doctor"]));
        (output.status.code(), said(&output))
    };
    assert!(code == Some(1) && text.contains("settings: PUBLIC_URL is missing"), "{text}");
}

/// A payment of this debt as the portal writes it, and what hangs on it.
fn insert_payment(db: &TestDb, debt: &str, columns: &str, values: &str) {
    let sql = format!(
        "INSERT INTO payments (id, debt_id, amount, stripe_session_id, stripe_payment_intent_id, checkout_expires_at, {columns}) \
         VALUES ('00000000-0000-4000-8000-000000000001', '{debt}', 40, 'cs_1', 'pi_1', now(), {values})"
    );
    db.connect().batch_execute(&sql).unwrap();
}

#[actix_web::test]
async fn doctor_knows_every_rule_of_the_ledger() {
    const PAYMENT: &str = "'00000000-0000-4000-8000-000000000001'";
    let refund = |columns: &str, values: &str| {
        format!(
            "INSERT INTO refunds (payment_id, debt_id, amount, origin, {columns}) SELECT id, debt_id, 15, 'staff', {values} FROM payments"
        )
    };
    let cases = [
        (refund("status, stripe_refund_id", "'succeeded', 're_1'"), "its refunds add up to 15.00"),
        (refund("created_at", "now() - interval '2 hours'"), "and not at Stripe"),
        (
            "INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, withdrawn) \
             SELECT id, debt_id, 'du_1', 40, 'withdrawn', 40 FROM payments"
                .to_owned(),
            "its chargebacks take 40.00",
        ),
        (format!("UPDATE payments SET amount_refunded = 40 WHERE id = {PAYMENT}"), "payment is completed, 40.00 of 40.00"),
        (
            "UPDATE payments SET status = 'pending', completed_at = NULL, checkout_expires_at = now() - interval '3 hours'"
                .to_owned(),
            "payment is pending since",
        ),
        ("UPDATE payments SET stripe_session_id = NULL".to_owned(), "without a checkout at Stripe"),
        ("UPDATE payments SET refunds_unsure_since = now() - interval '2 hours'".to_owned(), "not known one by one"),
        ("ALTER TABLE debts DISABLE TRIGGER resolve_paid_debt; UPDATE debts SET total_owed = 40".to_owned(), "debt is active, 40.00 of 40.00"),
        ("ALTER TABLE debts DISABLE TRIGGER resolve_paid_debt".to_owned(), "trigger resolve_paid_debt on debts is switched off"),
        ("ALTER TABLE emails DISABLE TRIGGER USER; INSERT INTO emails (debt_id, direction) SELECT id, 'inbound' FROM debts".to_owned(), "there are 1"),
        (
            "INSERT INTO letters (number, debt_id, amount_paid) SELECT 'PF-0000-0000-0000-0000', id, 0 FROM debts".to_owned(),
            "letter PF-0000-0000-0000-0000 holds, its debt is active",
        ),
        (
            "INSERT INTO payment_flags (kind, detail) VALUES ('amount_mismatch', 'x')".to_owned(),
            "1 open of kind amount_mismatch",
        ),
        (
            "INSERT INTO books (fingerprint, closed_at, closed_why) VALUES ('x', now(), 'a reason')".to_owned(),
            "payments are disabled: a reason",
        ),
        (
            "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at) \
             VALUES ('evt_1', 'refund.created', false, '{}', 'webhook', 'unreadable', now())"
                .to_owned(),
            "1 could not be applied",
        ),
        (
            "INSERT INTO sweep_state (name, cursor_at) VALUES ('events', now() - interval '1 day')".to_owned(),
            "none has come to its end since",
        ),
    ];
    let sandbox = stripe().await;
    for (broken, finding) in cases {
        let db = TestDb::create();
        let (debt, _) = insert_debt(&db);
        insert_payment(&db, &debt, "status, completed_at", "'completed', now() - interval '2 hours'");
        db.connect().batch_execute(&broken).unwrap();
        let mut settings = required(db.url(), &sandbox.base_url());
        settings.push(("SWEEP_INTERVAL_SECONDS", "60".to_owned()));
        let output = run(with(&mut quittance(&["doctor"]), &settings));
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{broken}: {text}");
        let line = text.lines().find(|line| line.contains(finding));
        assert!(line.is_some_and(|line| line.starts_with("WRONG") && line.contains("; ")), "{finding} in {text}");
    }
}

/// Business for people is told and fails no cron job.
#[actix_web::test]
async fn doctor_tells_staff_what_to_do_without_calling_it_wrong() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let (debt, _) = insert_debt(&db);
    insert_payment(&db, &debt, "status, completed_at", "'completed', now() - interval '2 hours'");
    let flag =
        "INSERT INTO payment_flags (kind, detail) VALUES ('chargeback', 'du_1'); UPDATE debts SET total_owed = 10";
    db.connect().batch_execute(flag).unwrap();
    let (code, text) = doctor(&db, &sandbox.base_url());
    assert_eq!(code, Some(0), "{text}");
    for part in ["staff  flags: 1 open of kind chargeback", "staff  ledger: ", "overpaid by 30.00"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[actix_web::test]
async fn doctor_hears_a_silent_webhook_and_another_api() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let (debt, _) = insert_debt(&db);
    insert_payment(&db, &debt, "status, completed_at", "'completed', now() - interval '10 minutes'");
    let (code, text) = doctor(&db, &sandbox.base_url());
    assert!(code == Some(1) && text.contains("WRONG  webhook: 1 payment(s)"), "{text}");
    let event = "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at) \
         VALUES ('evt_1', 'checkout.session.completed', false, '{}', 'webhook', 'applied', now())";
    db.connect().batch_execute(event).unwrap();
    let (code, text) = doctor(&db, &sandbox.base_url());
    assert!(code == Some(0) && text.contains("ok     the webhook is not silent"), "{text}");
    // What only the sweep has read says nothing for the webhook.
    db.connect().batch_execute("UPDATE stripe_events SET source = 'sweep'").unwrap();
    assert_eq!(doctor(&db, &sandbox.base_url()).0, Some(1));
    assert!(text.contains("ok     Stripe answers in the API version"), "{text}");
    let (code, text) = doctor(&db, &old_stripe());
    assert!(code == Some(1) && text.contains("WRONG  Stripe: answers in API version 2020-08-27"), "{text}");
}

/// A Stripe that does not care which version was asked for.
fn old_stripe() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let body = r#"{"object": "list", "data": [], "has_more": false}"#;
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut asked = [0; 4096];
            if client.read(&mut asked).is_ok_and(|length| length > 0) {
                let head = "HTTP/1.1 200 OK\r\nstripe-version: 2020-08-27\r\ncontent-type: application/json\r\nconnection: close";
                let _ = write!(client, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            }
        }
    });
    format!("http://{address}")
}

#[actix_web::test]
async fn doctor_tells_how_mail_stands() {
    let (db, sandbox) = (TestDb::create(), stripe().await);
    let (debt, _) = insert_debt(&db);
    let (_, text) = doctor(&db, &sandbox.base_url());
    assert!(text.contains("staff  mail: SMTP_URL is not set, so no mail is sent; 0 wait(s)"), "{text}");
    let rows = format!(
        "INSERT INTO outbox (kind, debt_id, recipient, language, asked_for, status, next_attempt_at, failed_at) VALUES \
         ('receipt', '{debt}', 'a@b.example', 'en', true, 'unknown', now(), now()), \
         ('receipt', '{debt}', 'a@b.example', 'en', true, 'bounced', now(), now()), \
         ('receipt', '{debt}', 'a@b.example', 'en', true, 'queued', now() - interval '1 hour', NULL)"
    );
    db.connect().batch_execute(&rows).unwrap();
    let mut settings = required(db.url(), &sandbox.base_url());
    settings.push(("SMTP_URL", sandbox.smtp_url()));
    let output = run(with(&mut quittance(&["doctor"]), &settings));
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for line in [
        "WRONG  mail: 1 wait(s) for more than 30 minutes",
        "staff  mail: 1 refused by the recipient's mail server; see /admin/mail",
        "staff  mail: 1 of which nobody knows whether they were sent; see /admin/mail",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("a@b.example"));
    let output = run(with(&mut quittance(&["mail", "--once"]), &settings));
    assert!(said(&output).contains("sent: 1"), "{}", said(&output));
    assert_eq!(sandbox.mails().len(), 1);
}
