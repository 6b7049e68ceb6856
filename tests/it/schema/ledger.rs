use std::thread;

use diesel::pg::PgConnection;

use super::{DEBT, DEBTOR, OTHER_DEBT, run, seed};
use crate::support::db::{TestDb, column, value};

const NEW_DEBT: &str = "'00000000-0000-7000-8000-0000000000d3'";
const BREACHES: &str =
    "SELECT d.unique_token || ' says ' || d.amount_paid FROM debts d WHERE d.amount_paid <> coalesce((
    SELECT sum(p.amount - p.amount_refunded - p.amount_charged_back) FROM payments p
    WHERE p.debt_id = d.id AND p.status IN ('completed', 'refunded')), 0)";

fn paid(conn: &mut PgConnection, debt: &str) -> String {
    assert_eq!(column(conn, BREACHES), Vec::<String>::new());
    value(conn, &format!("SELECT amount_paid FROM debts WHERE id = {debt}"))
}

fn import_debt(amount_paid: &str) -> String {
    format!(
        "INSERT INTO debts (id, debtor_id, original_creditor, total_owed, amount_paid, unique_token)
         VALUES ({NEW_DEBT}, {DEBTOR}, 'Harbor Bank', 500, {amount_paid}, 'token-three')"
    )
}

fn import_payment(amount: &str, completed_at: &str) -> String {
    format!(
        "INSERT INTO payments (debt_id, amount, status, created_at, completed_at)
         VALUES ({NEW_DEBT}, {amount}, 'completed', {completed_at}, {completed_at})"
    )
}

fn complete(debt: &str, amount: &str) -> String {
    format!("INSERT INTO payments (debt_id, amount, status) VALUES ({debt}, {amount}, 'completed')")
}

#[test]
fn amount_paid_follows_every_step_of_a_payment() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &format!("INSERT INTO payments (debt_id, amount) VALUES ({DEBT}, 120.50)"));
    assert_eq!(paid(&mut conn, DEBT), "0.00");
    for (change, wanted) in [
        ("processing_since = now()", "0.00"),
        ("status = 'completed'", "120.50"),
        ("amount_refunded = 20", "100.50"),
        ("amount_charged_back = 100.50", "0.00"),
        ("amount_charged_back = 0", "100.50"),
        ("status = 'refunded'", "0.00"),
        ("status = 'completed', amount_refunded = 0", "120.50"),
        ("status = 'failed'", "0.00"),
        ("status = 'completed', amount = 130", "130.00"),
    ] {
        run(&mut conn, &format!("UPDATE payments SET {change}"));
        assert_eq!(paid(&mut conn, DEBT), wanted, "{change}");
    }
    run(&mut conn, &format!("UPDATE payments SET debt_id = {OTHER_DEBT}"));
    assert_eq!(paid(&mut conn, DEBT), "0.00");
    assert_eq!(paid(&mut conn, OTHER_DEBT), "130.00");
    run(&mut conn, "DELETE FROM payments");
    assert_eq!(paid(&mut conn, OTHER_DEBT), "0.00");
}

#[test]
fn bulk_payments_count_once() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (debt_id, amount, status) SELECT CASE n % 2 WHEN 0 THEN {DEBT}::UUID ELSE {OTHER_DEBT} END,
             0.01, CASE n % 4 WHEN 3 THEN 'failed' ELSE 'completed' END FROM generate_series(0, 999) AS n"
        ),
    );
    assert_eq!(paid(&mut conn, DEBT), "5.00");
    assert_eq!(paid(&mut conn, OTHER_DEBT), "2.50");
    run(&mut conn, "UPDATE payments SET status = 'refunded' WHERE status = 'completed'");
    assert_eq!(paid(&mut conn, DEBT), "0.00");
}

#[test]
fn a_job_that_also_adds_to_amount_paid_counts_nothing_twice() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    let add = format!("UPDATE debts SET amount_paid = amount_paid + 30 WHERE id = {DEBT}");
    run(&mut conn, &complete(DEBT, "30"));
    run(&mut conn, &add);
    assert_eq!(paid(&mut conn, DEBT), "30.00");
    run(&mut conn, &format!("BEGIN; {add}; {}; COMMIT", complete(DEBT, "30")));
    assert_eq!(paid(&mut conn, DEBT), "60.00");
}

#[test]
fn money_paid_before_the_import_becomes_one_prior_payment() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &import_debt("50"));
    assert_eq!(paid(&mut conn, NEW_DEBT), "50.00");
    assert_eq!(
        value(
            &mut conn,
            &format!(
                "SELECT (amount, status, payment_method, completed_at = (SELECT imported_at FROM debts WHERE id = debt_id))
                 FROM payments WHERE debt_id = {NEW_DEBT}"
            )
        ),
        "(50.00,completed,prior,t)"
    );
    // What is paid from now on comes on top.
    run(&mut conn, &complete(NEW_DEBT, "30"));
    assert_eq!(paid(&mut conn, NEW_DEBT), "80.00");
}

#[test]
fn payments_from_before_the_import_explain_the_opening_figure() {
    for together in [true, false] {
        let db = TestDb::create();
        let mut conn = db.connect();
        seed(&mut conn);
        if together {
            run(&mut conn, "BEGIN");
        }
        run(&mut conn, &import_debt("50"));
        run(&mut conn, &import_payment("20", "'2026-01-05Z'"));
        if !together {
            assert_eq!(paid(&mut conn, NEW_DEBT), "50.00");
        }
        run(&mut conn, &import_payment("20", "'2026-02-05Z'"));
        if together {
            run(&mut conn, "COMMIT");
        }
        assert_eq!(paid(&mut conn, NEW_DEBT), "50.00", "together: {together}");
        let prior = format!("SELECT amount FROM payments WHERE debt_id = {NEW_DEBT} AND payment_method = 'prior'");
        assert_eq!(value(&mut conn, &prior), "10.00");
        run(&mut conn, &import_payment("10", "'2026-03-05Z'"));
        assert_eq!(paid(&mut conn, NEW_DEBT), "50.00");
        assert!(column(&mut conn, &prior).is_empty());
    }
}

#[test]
fn an_importer_that_writes_the_prior_payment_himself_is_believed() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &import_debt("50"));
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (debt_id, amount, status, payment_method) VALUES ({NEW_DEBT}, 50, 'completed', 'prior')"
        ),
    );
    assert_eq!(paid(&mut conn, NEW_DEBT), "50.00");
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payments"), "1");
}

#[test]
fn a_debt_that_is_deleted_again_leaves_no_payment() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &format!("BEGIN; {}; DELETE FROM debts WHERE id = {NEW_DEBT}; COMMIT", import_debt("50")));
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payments"), "0");
}

#[test]
fn amount_paid_is_right_with_many_writers() {
    let db = TestDb::create();
    seed(&mut db.connect());
    thread::scope(|scope| {
        for writer in 0..8 {
            let db = &db;
            scope.spawn(move || {
                let mut conn = db.connect();
                let (first, second) = if writer % 2 == 0 { (DEBT, OTHER_DEBT) } else { (OTHER_DEBT, DEBT) };
                for _ in 0..20 {
                    run(
                        &mut conn,
                        &format!(
                            "INSERT INTO payments (debt_id, amount, status)
                             VALUES ({first}, 0.10, 'completed'), ({second}, 0.10, 'completed')"
                        ),
                    );
                }
            });
        }
    });
    let mut conn = db.connect();
    assert_eq!(paid(&mut conn, DEBT), "16.00");
    assert_eq!(paid(&mut conn, OTHER_DEBT), "16.00");
    // Refunds of all of them at once, each by two writers.
    let ids = column(&mut conn, "SELECT id FROM payments ORDER BY id");
    thread::scope(|scope| {
        for half in [ids.clone(), ids.iter().rev().cloned().collect()] {
            let db = &db;
            scope.spawn(move || {
                let mut conn = db.connect();
                for id in half {
                    run(&mut conn, &format!("UPDATE payments SET amount_refunded = 0.04 WHERE id = '{id}'"));
                }
            });
        }
    });
    assert_eq!(paid(&mut conn, DEBT), "9.60");
}

/// The portal locks a debt, then writes its payments; mailers and dialers know nothing of locks. Neither may fail for that.
#[test]
fn the_portals_locks_and_other_writers_do_not_meet_in_a_deadlock() {
    let db = TestDb::create();
    seed(&mut db.connect());
    thread::scope(|scope| {
        for writer in 0..8 {
            let db = &db;
            scope.spawn(move || {
                let mut conn = db.connect();
                for _ in 0..40 {
                    match writer % 4 {
                        0 => run(
                            &mut conn,
                            &format!(
                                "BEGIN; SELECT 1 FROM debts WHERE id = {DEBT} FOR UPDATE; {}; COMMIT",
                                complete(DEBT, "0.01")
                            ),
                        ),
                        1 => run(
                            &mut conn,
                            &format!(
                                "BEGIN; INSERT INTO emails (debt_id, direction) VALUES ({DEBT}, 'outbound');
                                 INSERT INTO sms (debt_id, direction) VALUES ({DEBT}, 'outbound'); COMMIT"
                            ),
                        ),
                        2 => run(&mut conn, &complete(DEBT, "0.02")),
                        _ => {
                            run(&mut conn, &format!("UPDATE debts SET original_creditor = 'Harbor' WHERE id = {DEBT}"))
                        }
                    }
                }
            });
        }
    });
    let mut conn = db.connect();
    assert_eq!(paid(&mut conn, DEBT), "2.40");
    assert_eq!(value(&mut conn, &format!("SELECT total_contacts FROM debts WHERE id = {DEBT}")), "160");
}
