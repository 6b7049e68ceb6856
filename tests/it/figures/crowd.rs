use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::{DateTime, Duration, Utc};
use diesel::connection::Connection;
use quittance::domain::figures::FigureKind;
use quittance::models::{backlog, figure};

use super::{DEBT, OTHER_DEBT, assert_true, fold, run, seed, told};
use crate::support::db::{TestDb, column, value};

/// Writers in both orders of the two debts, some by the portal's lock order; nobody may fail, no cent may be lost.
#[test]
fn many_writers_and_a_folder_do_not_disturb_each_other() {
    let db = TestDb::create();
    seed(&mut db.connect());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (db, done) = (&db, &done);
        let folder = scope.spawn(move || {
            let mut conn = db.connect();
            let mut folded = 0;
            while !done.load(Ordering::Relaxed) {
                folded += fold(&mut conn);
                assert_true(&mut conn, "a fold between writers");
            }
            folded
        });
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                scope.spawn(move || {
                    let mut conn = db.connect();
                    let (first, second) = if writer % 2 == 0 { (DEBT, OTHER_DEBT) } else { (OTHER_DEBT, DEBT) };
                    for step in 0..15 {
                        run(
                            &mut conn,
                            &format!(
                                "INSERT INTO payments (debt_id, amount, status, checkout_expires_at) VALUES
                                    ({first}, 0.10, 'completed', now()), ({second}, 0.10, 'completed', now());
                                 UPDATE debts SET total_owed = total_owed + 1 WHERE id = {first};
                                 UPDATE payments SET amount_refunded = 0.04 WHERE id =
                                    (SELECT id FROM payments WHERE amount_refunded = 0 AND debt_id = {first} LIMIT 1 OFFSET {step})"
                            ),
                        );
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
        assert!(folder.join().unwrap() > 0);
    });
    let mut conn = db.connect();
    assert_true(&mut conn, "many writers");
    assert_eq!(told(&mut conn, "collected"), "checkout 240 24.00");
    let debts = value(&mut conn, "SELECT concat_ws(' ', 'active', count(*), sum(total_owed - amount_paid)) FROM debts");
    fold(&mut conn);
    assert_eq!(told(&mut conn, "debts"), debts);
}

/// An import that has written and not yet committed holds no figure that a payment would wait for.
#[test]
fn nobody_waits_for_an_import() {
    let db = TestDb::create();
    let (mut importer, mut portal) = (db.connect(), db.connect());
    seed(&mut importer);
    fold(&mut importer);
    run(
        &mut importer,
        "BEGIN; INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token)
            SELECT id, 'Bay Credit', 7, 'n' || n FROM debtors, generate_series(1, 500) AS n",
    );
    run(&mut portal, "SET lock_timeout = '2s'");
    run(&mut portal, &format!("INSERT INTO payments (debt_id, amount, status) VALUES ({DEBT}, 9, 'completed')"));
    assert!(fold(&mut portal) > 0);
    assert_eq!(told(&mut portal, "debts"), "active 2 991.00");
    run(&mut importer, "COMMIT");
    assert_eq!(told(&mut portal, "debts"), "active 502 4491.00");
    assert_true(&mut portal, "the import");
}

#[test]
fn changes_are_folded_in_batches_and_each_once() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    for _ in 0..6 {
        run(&mut conn, &format!("UPDATE debts SET total_owed = total_owed + 1 WHERE id = {DEBT}"));
    }
    let folds: Vec<usize> = (0..4).map(|_| conn.transaction(|conn| figure::fold(conn, 3)).unwrap()).collect();
    assert_eq!(folds, [3, 3, 1, 0]);
    assert_eq!(value(&mut conn, "SELECT concat_ws(' ', key, count, amount) FROM figures"), "active 2 1006.00");
    assert_eq!(value(&mut conn, "SELECT count(*) FROM figure_changes"), "0");
    assert_true(&mut conn, "folding");
}

/// What the dashboard reads touches no debt and reads no table from end to end.
#[test]
fn the_dashboard_reads_no_debts_and_scans_nothing() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (debt_id, amount, status, completed_at, stripe_session_id) SELECT {DEBT}, 0.01, 'completed',
                '2026-01-01Z'::timestamptz + n * interval '1 hour', 'cs_' || n FROM generate_series(1, 3000) AS n;
             INSERT INTO emails (debt_id, direction) SELECT {DEBT}, 'outbound' FROM generate_series(1, 3000);
             INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at, received_at)
                SELECT 'evt_' || n, 'charge.refunded', false, '{{}}', 'webhook', 'applied', now(), now() - n * interval '1 hour'
                FROM generate_series(1, 3000) AS n"
        ),
    );
    fold(&mut conn);
    run(&mut conn, "ANALYZE");
    // A connection of its own: what the other has read just now may still be among its numbers.
    let mut conn = db.connect();
    conn.begin_test_transaction().unwrap();
    let now: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
    let cuts: Vec<_> = (0..31).map(|day| now - Duration::days(30 - day)).collect();
    let figures = figure::between(&mut conn, &FigureKind::TIMED, &cuts).unwrap();
    assert!(figures.len() >= 30, "{}", figures.len());
    assert_eq!(figure::debts(&mut conn).unwrap().iter().map(|total| total.count).sum::<i64>(), 2);
    backlog::count(&mut conn, now).unwrap();
    backlog::flags(&mut conn).unwrap();
    backlog::chargebacks(&mut conn, now, 10).unwrap();
    quittance::models::event::silence(&mut conn, now - Duration::hours(2), now).unwrap();
    let scans = column(
        &mut conn,
        "SELECT relname || ' read ' || seq_scan || ' times whole, ' || coalesce(idx_scan, 0) || ' by index'
         FROM pg_stat_xact_user_tables WHERE (relname IN ('debts', 'debtors') AND seq_scan + coalesce(idx_scan, 0) > 0)
            OR (relname IN ('payments', 'emails', 'stripe_events') AND seq_scan > 0)",
    );
    assert_eq!(scans, [""; 0]);
}
