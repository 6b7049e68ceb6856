use diesel::pg::PgConnection;
use diesel_migrations::MigrationHarness;
use quittance::migrations::{self, MIGRATIONS};

use super::run;
use crate::support::db::{TestDb, column, value};

/// Everything the catalogue holds, so that two states can be compared.
const CATALOGUE: &str = "
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
        || coalesce(column_default, '') || coalesce(character_maximum_length::TEXT, '')
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND proname NOT LIKE 'diesel%'
    UNION ALL SELECT 'comment ' || objoid::regclass || coalesce('.' || attname, '') || ' ' || description
        FROM pg_description LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid AND objsubid > 0
        WHERE classoid = 'pg_class'::regclass AND objoid >= 16384
    ORDER BY 1";

/// Rows as the customer's programs may have left them: local habits, NULL where a default could be overridden.
const CUSTOMER_ROWS: &str = "
    INSERT INTO debtors (id, first_name, last_name, email, phone_consent, email_consent, dnc_registered, created_at) VALUES
        ('00000000-0000-7000-8000-000000000001', 'Ada', 'Quill', 'ada@example.com', true, NULL, NULL, '2025-07-01 12:00'),
        ('00000000-0000-7000-8000-000000000002', 'Ben', 'Rook', NULL, NULL, true, false, NULL);
    INSERT INTO debts (id, debtor_id, original_creditor, total_owed, amount_paid, status, unique_token, total_contacts, imported_at) VALUES
        ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-000000000001', 'Harbor Bank', 500, 120, NULL, 'a', 7, '2025-07-01 12:00'),
        ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-000000000002', 'Harbor Bank', 80, 80, 'resolved', 'b', NULL, NULL);
    INSERT INTO emails (debt_id, direction, compliance_checked, timestamp) VALUES
        ('00000000-0000-7000-8000-0000000000d1', 'outbound', NULL, '2025-07-02 12:00'),
        ('00000000-0000-7000-8000-0000000000d1', 'inbound', true, NULL);
    INSERT INTO calls (debt_id, direction, call_duration, call_outcome) VALUES
        ('00000000-0000-7000-8000-0000000000d1', 'outbound', 30, 'voicemail');
    INSERT INTO payments (debt_id, amount, payment_type, status, payment_method, completed_at) VALUES
        ('00000000-0000-7000-8000-0000000000d1', 100, 'partial', 'completed', 'card', NULL),
        ('00000000-0000-7000-8000-0000000000d1', 40, 'partial', 'refunded', 'card', '2025-08-01 09:30'),
        ('00000000-0000-7000-8000-0000000000d2', 80, 'full', 'completed', 'bank', '2025-08-01 09:30');";

/// What must survive the way down and up again.
const SURVIVORS: &str = "
    SELECT (SELECT count(*) FROM debtors) || '/' || (SELECT count(*) FROM debts) || '/' || (SELECT count(*) FROM emails)
        || '/' || (SELECT count(*) FROM calls) || '/' || (SELECT string_agg(amount_paid::TEXT, ' ' ORDER BY id) FROM debts)
        || '/' || (SELECT string_agg(amount || status || coalesce(payment_method, ''), ' ' ORDER BY amount) FROM payments)";

fn up(conn: &mut PgConnection) {
    migrations::run_pending(conn).unwrap();
    assert_eq!(migrations::count_pending(conn).unwrap(), 0);
}

/// Back to the customer's own schema.
fn down_to_the_first(conn: &mut PgConnection) {
    for _ in 1..migrations::count_all().unwrap() {
        conn.revert_last_migration(MIGRATIONS).unwrap();
    }
}

/// Names only what differs: the whole catalogue is pages long.
fn assert_same(what: &str, found: &[String], wanted: &[String]) {
    let missing: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
    let extra: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "{what}: missing {missing:#?}, extra {extra:#?}");
}

#[test]
fn up_down_up_on_an_empty_database() {
    let db = TestDb::bare();
    let mut conn = db.connect();
    up(&mut conn);
    let first = column(&mut conn, CATALOGUE);
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(value(&mut conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
    up(&mut conn);
    assert_same("empty", &column(&mut conn, CATALOGUE), &first);
}

#[test]
fn each_step_down_undoes_exactly_its_step_up() {
    let db = TestDb::bare();
    let mut conn = db.connect();
    let mut before = vec![column(&mut conn, CATALOGUE)];
    conn.run_next_migration(MIGRATIONS).unwrap();
    while migrations::count_pending(&mut conn).unwrap() > 0 {
        before.push(column(&mut conn, CATALOGUE));
        conn.run_next_migration(MIGRATIONS).unwrap();
    }
    assert_eq!(before.len(), migrations::count_all().unwrap());
    while before.len() > 1 {
        let version = conn.revert_last_migration(MIGRATIONS).unwrap().to_string();
        assert_same(&version, &column(&mut conn, CATALOGUE), &before.pop().unwrap());
    }
}

#[test]
fn up_down_up_on_a_filled_database_keeps_what_was_there() {
    let db = TestDb::bare();
    let mut conn = db.connect();
    conn.run_next_migration(MIGRATIONS).unwrap();
    // The customer's server does not think in UTC, but his values are UTC.
    run(&mut conn, "SET timezone = 'America/Los_Angeles'");
    run(&mut conn, CUSTOMER_ROWS);
    let customers = value(&mut conn, SURVIVORS);
    up(&mut conn);

    let utc = "SELECT (imported_at AT TIME ZONE 'UTC')::TEXT FROM debts WHERE unique_token = 'a'";
    assert_eq!(value(&mut conn, utc), "2025-07-01 12:00:00");
    for (query, wanted) in [
        ("SELECT (phone_consent, email_consent, dnc_registered) FROM debtors WHERE first_name = 'Ada'", "(t,f,t)"),
        ("SELECT (status, amount_paid, total_contacts) FROM debts WHERE unique_token = 'a'", "(active,120.00,3)"),
        ("SELECT (status, amount_paid, total_contacts) FROM debts WHERE unique_token = 'b'", "(resolved,80.00,0)"),
        ("SELECT count(*) FROM emails WHERE compliance_checked", "1"),
        // 120 paid, 100 of it by the payment that was not refunded: 20 came from before.
        ("SELECT amount FROM payments WHERE payment_method = 'prior'", "20.00"),
        ("SELECT amount_refunded FROM payments WHERE status = 'refunded'", "40.00"),
    ] {
        assert_eq!(value(&mut conn, query), wanted, "{query}");
    }

    let (hardened, rows) = (column(&mut conn, CATALOGUE), value(&mut conn, SURVIVORS));
    down_to_the_first(&mut conn);
    assert_eq!(value(&mut conn, SURVIVORS), customers);
    up(&mut conn);
    assert_same("filled", &column(&mut conn, CATALOGUE), &hardened);
    assert_eq!(value(&mut conn, SURVIVORS), rows);
    assert_eq!(value(&mut conn, utc), "2025-07-01 12:00:00");
}

#[test]
fn no_two_steps_have_the_same_version() {
    // The name after the time does not count: of two steps of one second only the first would ever run.
    let folders = std::fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path());
    let versions: Vec<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().split('_').next().unwrap().to_owned())
        .collect();
    assert_eq!(versions.iter().collect::<std::collections::HashSet<_>>().len(), versions.len(), "{versions:?}");
}

#[test]
fn asking_what_is_missing_changes_nothing() {
    let db = TestDb::bare();
    let mut conn = db.connect();
    assert_eq!(migrations::count_pending(&mut conn).unwrap(), migrations::count_all().unwrap());
    assert_eq!(value(&mut conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
    up(&mut conn);
    conn.revert_last_migration(MIGRATIONS).unwrap();
    assert_eq!(migrations::count_pending(&mut conn).unwrap(), 1);
}

#[test]
fn two_programs_that_migrate_at_once_take_turns() {
    let db = TestDb::bare();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| up(&mut db.connect()));
        }
    });
    let steps = value(&mut db.connect(), "SELECT count(*) FROM __diesel_schema_migrations");
    assert_eq!(steps, migrations::count_all().unwrap().to_string());
}
