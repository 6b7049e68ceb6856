use std::thread;

use chrono::{DateTime, Utc};
use diesel_migrations::MigrationHarness;
use quittance::migrations::{self, MIGRATIONS};
use quittance::models::audit::Actor;
use quittance::models::{figure, invariant};

use super::{DEBT, DEBTOR, assert_true, fold, run, seed, told};
use crate::support::db::{TestDb, column, value};
use crate::support::process::{quittance, run as run_program, said};

fn now() -> DateTime<Utc> {
    "2026-11-20T10:20:00Z".parse().unwrap()
}

/// Payments of every fate.
const PAYMENTS: &str = "INSERT INTO payments
    (debt_id, amount, status, failure_code, amount_refunded, amount_charged_back, created_at, checkout_expires_at, payment_method)
    SELECT d.id, n, s, f, CASE WHEN s = 'completed' THEN n * r ELSE 0 END, 0, '2026-05-01Z'::timestamptz + n * interval '20 minutes',
        CASE WHEN n % 2 = 0 THEN now() END, m
    FROM debts d, generate_series(1, 9) AS n, unnest(ARRAY['completed', 'failed', 'refunded']) s,
        unnest(ARRAY[NULL, 'expired', 'card_declined']) f, unnest(ARRAY[0, 0.5]) r, unnest(ARRAY['card', 'prior']) m";

#[test]
fn a_database_without_figures_gets_them_from_what_is_there() {
    let db = TestDb::bare();
    let mut conn = db.connect();
    migrations::run_pending(&mut conn).unwrap();
    while value(&mut conn, "SELECT to_regclass('figures') IS NOT NULL") == "true" {
        conn.revert_last_migration(MIGRATIONS).unwrap();
    }
    seed(&mut conn);
    run(&mut conn, PAYMENTS);
    run(
        &mut conn,
        "UPDATE debts SET status = 'dispute' WHERE unique_token = 'b';
         INSERT INTO refunds (payment_id, debt_id, amount, status, origin, created_at)
            SELECT id, debt_id, 2, 'succeeded', 'staff', '2026-06-07 08:09Z' FROM payments
            WHERE amount_refunded = 2.5 AND status = 'completed' AND payment_method = 'card' LIMIT 1;
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status, withdrawn, withdrawn_at)
            SELECT id, debt_id, 'du_1', 6, 'lost', 6, '2026-06-08 08:09Z' FROM payments
            WHERE amount = 6 AND status = 'completed' AND amount_refunded = 0 AND payment_method = 'card' LIMIT 1;
         UPDATE payments SET amount_charged_back = 6 WHERE id = (SELECT payment_id FROM chargebacks)",
    );
    migrations::run_pending(&mut conn).unwrap();
    assert_true(&mut conn, "the migration");
    assert!(
        invariant::breaches(&mut conn).unwrap().iter().all(|(claim, _)| !claim.contains("written down with its time"))
    );
    assert_eq!(value(&mut conn, "SELECT count(*) FROM figure_changes"), "0");
    for kind in ["debts", "collected", "returned", "checkouts", "payments"] {
        assert_ne!(told(&mut conn, kind), "", "{kind}");
    }
    // Where rows tell the time it is theirs; the rest of the same refund is dated like its payment.
    let dated = column(
        &mut conn,
        "SELECT concat_ws(' ', kind, amount, to_char(at AT TIME ZONE 'UTC', 'MM-DD')) FROM payment_returns
         WHERE payment_id IN (SELECT payment_id FROM refunds UNION SELECT payment_id FROM chargebacks) ORDER BY at DESC",
    );
    assert_eq!(dated, ["charged_back 6.00 06-08", "refunded 2.00 06-07", "refunded 0.50 05-01"]);
}

#[test]
fn a_figure_that_was_tampered_with_is_found_and_mended() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, PAYMENTS);
    fold(&mut conn);
    run(&mut conn, "INSERT INTO figures VALUES ('visits', '2026-11-20 10:00Z', 'passed', 12, 0)");
    for tampering in [
        "UPDATE figures SET amount = amount + 0.01 WHERE kind = 'debts' AND key = 'active'",
        "UPDATE figures SET count = count - 1 WHERE kind = 'collected'",
        "DELETE FROM figures WHERE kind = 'payments'",
        "INSERT INTO figures VALUES ('returned', '2020-01-01 00:00Z', 'refunded', 1, 5)",
        "INSERT INTO figure_changes (kind, hour, key, count, amount) VALUES ('debts', '1970-01-01Z', 'hold', 1, 5)",
        "ALTER TABLE payments DISABLE TRIGGER figures_deleted; DELETE FROM payments WHERE amount = 3;
         ALTER TABLE payments ENABLE TRIGGER figures_deleted",
        "ALTER TABLE payments DISABLE TRIGGER figures_updated;
         UPDATE payments SET amount_refunded = 1 WHERE amount = 4 AND status = 'completed' AND amount_refunded = 0;
         ALTER TABLE payments ENABLE TRIGGER figures_updated",
    ] {
        run(&mut conn, tampering);
        assert!(!figure::differences(&mut conn).unwrap().is_empty(), "{tampering}");
        figure::rebuild(&mut conn, &Actor::command("figures"), now()).unwrap();
        assert_true(&mut conn, tampering);
        assert!(invariant::breaches(&mut conn).unwrap().iter().all(|(claim, _)| !claim.contains("with its time")));
    }
    assert_eq!(told(&mut conn, "visits"), "passed 12 0.00");
    // A refund nobody wrote down is dated when it was found.
    let found = "SELECT count(*) FROM payment_returns WHERE at = '2026-11-20 10:20Z' AND amount = 1";
    assert_ne!(value(&mut conn, found), "0");
}

#[test]
fn figures_are_counted_anew_while_others_write() {
    let db = TestDb::create();
    seed(&mut db.connect());
    thread::scope(|scope| {
        for writer in 0..3 {
            let db = &db;
            scope.spawn(move || {
                let mut conn = db.connect();
                for n in 0..40 {
                    run(
                        &mut conn,
                        &format!(
                            "BEGIN; INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token)
                                VALUES ({DEBTOR}, 'Bay Credit', 10, 'w{writer}-{n}');
                             INSERT INTO payments (debt_id, amount, status)
                                SELECT id, 4, 'completed' FROM debts WHERE unique_token = 'w{writer}-{n}';
                             UPDATE payments SET amount_refunded = 1 WHERE amount = 4 AND amount_refunded = 0
                                AND debt_id = (SELECT id FROM debts WHERE unique_token = 'w{writer}-{n}'); COMMIT"
                        ),
                    );
                }
            });
        }
        let db = &db;
        scope.spawn(move || {
            let mut conn = db.connect();
            for _ in 0..10 {
                figure::rebuild(&mut conn, &Actor::command("figures"), now()).unwrap();
                assert_true(&mut conn, "a rebuild between writers");
                fold(&mut conn);
            }
        });
    });
    let mut conn = db.connect();
    assert_true(&mut conn, "rebuilding");
    assert_eq!(told(&mut conn, "debts"), "active 122 1840.00");
    assert_eq!(told(&mut conn, "returned"), "refunded 120 120.00");
}

#[test]
fn the_command_names_what_is_wrong_and_mends_it_on_request() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (debt_id, amount, status, completed_at) VALUES ({DEBT}, 9, 'completed', '2026-11-01 10:15Z')"
        ),
    );
    fold(&mut conn);
    let figures = |arguments: &[&str]| {
        let output = run_program(quittance(arguments).env("DATABASE_URL", db.url()));
        (output.status.code(), said(&output))
    };
    assert_eq!(figures(&["figures"]), (Some(0), "0 of the figures differ from what the tables add up to\n".to_owned()));
    run(&mut conn, "UPDATE figures SET amount = 7, count = 2 WHERE kind = 'collected'");
    let (code, text) = figures(&["figures"]);
    let line =
        "collected other of 2026-11-01 10:00 UTC: the dashboard says 2 with $7.00, the tables add up to 1 with $9.00";
    assert!(code == Some(1) && text.contains(line), "{text}");
    let (code, text) = figures(&["figures", "--rebuild"]);
    assert!(code == Some(0) && text.contains("counted anew"), "{text}");
    assert_eq!(
        value(&mut conn, "SELECT concat_ws(' ', actor, action) FROM audit"),
        "quittance figures figures.rebuilt"
    );
    assert_eq!(figures(&["figures"]).0, Some(0));
}
