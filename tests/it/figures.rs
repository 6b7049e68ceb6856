//! The dashboard's figures: true after every kind of write, whoever writes, and cheap however many rows there are.

/// Who reads and folds while others write, and what that costs.
mod crowd;
/// The pages: what they show, of which period, to whom.
mod dashboard;
/// What the portal's own money does to them.
mod portal;
/// Proof, repair and the way from a database without figures.
mod proof;

use diesel::ExecuteCopyFromDsl;
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use quittance::models::figure;

use crate::support::db::{TestDb, column, value};

const DEBTOR: &str = "'00000000-0000-7000-8000-000000000001'";
const DEBT: &str = "'00000000-0000-7000-8000-0000000000d1'";
const OTHER_DEBT: &str = "'00000000-0000-7000-8000-0000000000d2'";

fn run(conn: &mut PgConnection, statement: &str) {
    conn.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// One person with two debts of $500.00.
fn seed(conn: &mut PgConnection) {
    run(
        conn,
        &format!(
            "INSERT INTO debtors (id, first_name, last_name) VALUES ({DEBTOR}, 'Ada', 'Quill');
             INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token)
             VALUES ({DEBT}, {DEBTOR}, 'Harbor Bank', 500, 'a'), ({OTHER_DEBT}, {DEBTOR}, 'Harbor Bank', 500, 'b')"
        ),
    );
}

fn fold(conn: &mut PgConnection) -> usize {
    conn.transaction(|conn| figure::fold(conn, 1_000_000)).unwrap()
}

#[track_caller]
fn assert_true(conn: &mut PgConnection, after: &str) {
    let differences = figure::differences(conn).unwrap();
    assert!(differences.is_empty(), "after {after}: {differences:?}");
}

/// What the figures of a kind say, as `key count amount` in the order of the keys; those that are zero are left out.
fn told(conn: &mut PgConnection, kind: &str) -> String {
    value(
        conn,
        &format!(
            "SELECT coalesce(string_agg(concat_ws(' ', key, count, amount), ', ' ORDER BY key), '') FROM (
                SELECT key, sum(count) AS count, sum(amount) AS amount FROM figures_told WHERE kind = '{kind}' GROUP BY key
             ) AS sums WHERE count <> 0 OR amount <> 0"
        ),
    )
}

fn hours(conn: &mut PgConnection, kind: &str) -> Vec<String> {
    column(
        conn,
        &format!(
            "SELECT concat_ws(' ', to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), key, count, amount)
             FROM figures_told WHERE kind = '{kind}' AND (count <> 0 OR amount <> 0) ORDER BY hour, key"
        ),
    )
}

#[test]
fn debts_are_told_by_status_through_every_kind_of_write() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    let steps = [
        ("UPDATE debts SET total_owed = 650.50 WHERE unique_token = 'a'", "active 2 1150.50"),
        ("UPDATE debts SET status = 'dispute' WHERE unique_token = 'b'", "active 1 650.50, dispute 1 500.00"),
        ("UPDATE debts SET status = 'hold'", "hold 2 1150.50"),
        ("UPDATE debts SET original_creditor = 'Harbor'", "hold 2 1150.50"),
        ("UPDATE debts SET status = 'active'", "active 2 1150.50"),
        // Settled for less: nothing is owed any more.
        ("UPDATE debts SET status = 'resolved' WHERE unique_token = 'b'", "active 1 650.50, resolved 1 0.00"),
        ("DELETE FROM debts WHERE unique_token = 'b'", "active 1 650.50"),
        (
            "INSERT INTO debts (debtor_id, original_creditor, total_owed, amount_paid, unique_token)
             SELECT id, 'Bay Credit', 100, 40, 'c' || n FROM debtors, generate_series(1, 1000) AS n",
            "active 1001 60650.50",
        ),
        (
            "INSERT INTO debts (debtor_id, original_creditor, total_owed, unique_token) SELECT id, 'Bay Credit', 7, 'c1' FROM debtors
             ON CONFLICT (unique_token) DO UPDATE SET total_owed = 200",
            "active 1001 60750.50",
        ),
        ("TRUNCATE debts CASCADE", ""),
        (
            "INSERT INTO debts (debtor_id, original_creditor, total_owed, status, unique_token)
             SELECT id, 'Bay Credit', 3, 'closed', 'z' FROM debtors",
            "closed 1 3.00",
        ),
    ];
    for (statement, wanted) in steps {
        run(&mut conn, statement);
        assert_eq!(told(&mut conn, "debts"), wanted, "{statement}");
        assert_true(&mut conn, statement);
        fold(&mut conn);
        assert_eq!(told(&mut conn, "debts"), wanted, "folded after {statement}");
    }
}

#[test]
fn payments_are_told_by_the_hour_through_every_kind_of_write() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (id, debt_id, amount, created_at, checkout_expires_at) VALUES
                ('00000000-0000-7000-8000-0000000000b1', {DEBT}, 100, '2026-11-01 10:15Z', '2026-11-01 10:45Z'),
                ('00000000-0000-7000-8000-0000000000b2', {OTHER_DEBT}, 30, '2026-11-01 10:59:59Z', NULL)"
        ),
    );
    assert_eq!(hours(&mut conn, "checkouts"), ["2026-11-01 10:00 open 1 100.00"]);
    assert_eq!(hours(&mut conn, "payments"), ["2026-11-01 10:00 open 1 30.00"]);
    assert_eq!(hours(&mut conn, "collected"), [""; 0]);
    let first = "WHERE id = '00000000-0000-7000-8000-0000000000b1'";
    let steps = [
        ("processing_since = now()", "processing 1 100.00", "", ""),
        ("status = 'completed', completed_at = '2026-11-03 23:59Z'", "completed 1 100.00", "checkout 1 100.00", ""),
        ("amount_refunded = 20", "partly_refunded 1 100.00", "checkout 1 100.00", "refunded 1 20.00"),
        ("amount_refunded = 50", "partly_refunded 1 100.00", "checkout 1 100.00", "refunded 2 50.00"),
        // A refund that failed came again.
        ("amount_refunded = 20", "partly_refunded 1 100.00", "checkout 1 100.00", "refunded 3 20.00"),
        (
            "amount_charged_back = 80",
            "charged_back 1 100.00",
            "checkout 1 100.00",
            "charged_back 1 80.00, refunded 3 20.00",
        ),
        (
            "amount_charged_back = 0",
            "partly_refunded 1 100.00",
            "checkout 1 100.00",
            "charged_back 2 0.00, refunded 3 20.00",
        ),
        ("status = 'refunded'", "refunded 1 100.00", "checkout 1 100.00", "charged_back 2 0.00, refunded 4 100.00"),
        ("status = 'failed', failure_code = 'expired'", "expired 1 100.00", "", "charged_back 2 0.00, refunded 5 0.00"),
        (
            "status = 'completed', amount = 130",
            "completed 1 130.00",
            "checkout 1 130.00",
            "charged_back 2 0.00, refunded 5 0.00",
        ),
        ("payment_method = 'card'", "completed 1 130.00", "checkout 1 130.00", "charged_back 2 0.00, refunded 5 0.00"),
    ];
    for (change, outcome, collected, returned) in steps {
        run(&mut conn, &format!("UPDATE payments SET {change} {first}"));
        assert_true(&mut conn, change);
        assert_eq!(told(&mut conn, "checkouts"), outcome, "{change}");
        assert_eq!(told(&mut conn, "collected"), collected, "{change}");
        assert_eq!(told(&mut conn, "returned"), returned, "{change}");
        fold(&mut conn);
    }
    assert_eq!(hours(&mut conn, "collected"), ["2026-11-03 23:00 checkout 1 130.00"]);
    for statement in [
        "UPDATE payments SET completed_at = completed_at + interval '1 minute', created_at = created_at - interval '1 year'",
        "UPDATE payments SET id = gen_random_uuid() WHERE status = 'pending'",
        "UPDATE payments SET debt_id = (SELECT id FROM debts WHERE unique_token = 'b'), amount_refunded = 5 WHERE status = 'completed'",
        "DELETE FROM payments WHERE status = 'completed'",
    ] {
        run(&mut conn, statement);
        assert_true(&mut conn, statement);
    }
    for kind in ["checkouts", "collected", "returned"] {
        assert_eq!(told(&mut conn, kind), "", "{kind}");
    }
    assert_eq!(told(&mut conn, "payments"), "open 1 30.00");
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payment_returns"), "0");
    run(&mut conn, "TRUNCATE payments CASCADE");
    assert_true(&mut conn, "truncate");
    assert_eq!(told(&mut conn, "payments"), "");
}

#[test]
fn money_that_goes_back_counts_when_it_goes_and_history_when_it_was() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        &format!(
            "INSERT INTO payments (debt_id, amount, status, amount_refunded, amount_charged_back, completed_at) VALUES
                ({DEBT}, 100, 'completed', 15, 0, '2025-02-03 04:05Z'), ({DEBT}, 50, 'refunded', 10, 40, '2025-02-03 05:05Z')"
        ),
    );
    let history = [
        "2025-02-03 04:00 refunded 1 15.00",
        "2025-02-03 05:00 charged_back 1 40.00",
        "2025-02-03 05:00 refunded 1 10.00",
    ];
    assert_eq!(hours(&mut conn, "returned"), history);
    run(&mut conn, "UPDATE payments SET amount_refunded = 25 WHERE amount = 100");
    let now = value(&mut conn, "SELECT to_char(date_trunc('hour', now()) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')");
    assert_eq!(hours(&mut conn, "returned")[3], format!("{now} refunded 1 10.00"));
    assert_true(&mut conn, "a refund");
    // Whatever zone the writer's session thinks in.
    run(&mut conn, "SET timezone = 'Asia/Kolkata'");
    run(
        &mut conn,
        "UPDATE payments SET amount_refunded = 26 WHERE amount = 100; DELETE FROM payments WHERE amount = 50",
    );
    assert_true(&mut conn, "a writer in another zone");
}

#[test]
fn money_from_before_an_import_is_not_collected_by_us() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(
        &mut conn,
        "INSERT INTO debts (debtor_id, original_creditor, total_owed, amount_paid, unique_token)
         SELECT id, 'Bay Credit', 100, 40, 'c' || n FROM debtors, generate_series(1, 50) AS n",
    );
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payments WHERE payment_method = 'prior'"), "50");
    assert_eq!(told(&mut conn, "collected"), "");
    assert_eq!(told(&mut conn, "payments"), "");
    assert_eq!(told(&mut conn, "debts"), "active 52 4000.00");
    assert_true(&mut conn, "an import");
}

#[test]
fn a_bulk_copy_leaves_one_change_per_figure() {
    use quittance::schema::{debts, payments};
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    fold(&mut conn);
    let debtor = DEBTOR.trim_matches('\'');
    diesel::copy_from(debts::table)
        .from_raw_data(
            (
                debts::id,
                debts::debtor_id,
                debts::original_creditor,
                debts::total_owed,
                debts::unique_token,
                debts::status,
            ),
            |out| -> diesel::QueryResult<()> {
                for n in 0..5000 {
                    let (id, status) = (uuid::Uuid::now_v7(), if n % 5 == 0 { "hold" } else { "active" });
                    writeln!(out, "{id}\t{debtor}\tBay Credit\t10.01\tcopied-{n}\t{status}").unwrap();
                }
                Ok(())
            },
        )
        .execute(&mut conn)
        .unwrap();
    assert_eq!(value(&mut conn, "SELECT count(*) FROM figure_changes"), "2");
    assert_eq!(told(&mut conn, "debts"), "active 4002 41040.00, hold 1000 10010.00");
    let debt = DEBT.trim_matches('\'');
    diesel::copy_from(payments::table)
        .from_raw_data(
            (payments::debt_id, payments::amount, payments::status, payments::created_at),
            |out| -> diesel::QueryResult<()> {
                for n in 0..3000 {
                    writeln!(out, "{debt}\t0.03\tcompleted\t2026-01-0{} 0{}:30Z", n % 3 + 1, n % 2).unwrap();
                }
                Ok(())
            },
        )
        .execute(&mut conn)
        .unwrap();
    // Six hours in two kinds, and the debt that owes less.
    assert_eq!(value(&mut conn, "SELECT count(*) FROM figure_changes"), "15");
    assert_eq!(hours(&mut conn, "collected").len(), 6);
    assert_eq!(told(&mut conn, "collected"), "other 3000 90.00");
    assert_true(&mut conn, "two copies");
}

/// The words of SQL and the list of the dashboard: one that is missing would be counted and never shown.
#[test]
fn every_outcome_that_sql_names_is_one_the_dashboard_lists() {
    use quittance::domain::figures::{Figure, FigureKind, Sums};
    use quittance::domain::money::Cents;
    let db = TestDb::create();
    let mut conn = db.connect();
    let codes =
        "NULL, 'expired', 'canceled', 'replaced', 'withdrawn', 'not_started', 'lost', 'bank_declined', 'card_declined'";
    let named = column(
        &mut conn,
        &format!(
            "SELECT DISTINCT payment_outcome(s, c, p, r, b) FROM unnest(ARRAY['pending', 'completed', 'failed', 'refunded']) s,
             unnest(ARRAY[{codes}]) c, unnest(ARRAY[NULL, now()]) p, unnest(ARRAY[0, 5.0]) r, unnest(ARRAY[0, 5.0]) b"
        ),
    );
    assert_eq!(named.len(), 11, "{named:?}");
    for key in named {
        let figure = Figure { kind: FigureKind::Checkouts, part: 0, key: key.clone(), count: 3, amount: Cents::new(5) };
        let listed = Sums::of(&[figure]);
        assert!(listed.outcomes().any(|(name, all, _)| name == key && all.count == 3), "{key}");
    }
}
