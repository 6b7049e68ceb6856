use diesel::connection::SimpleConnection;

use super::{DEBT, DEBTOR, refusal, run, seed};
use crate::support::db::{TestDb, value};

fn payment(columns: &str, values: &str) -> String {
    format!("INSERT INTO payments (debt_id, {columns}) VALUES ({DEBT}, {values})")
}

#[test]
fn bad_values_are_refused_by_name() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    let update = |table: &str, change: &str| format!("UPDATE {table} SET {change}");
    let contact = |table: &str, columns: &str, values: &str| {
        format!("INSERT INTO {table} (debt_id, {columns}) VALUES ({DEBT}, {values})")
    };
    for (statement, rule) in [
        (update("debts", "status = 'disputed'"), "debts_status_known"),
        (update("debts", "total_owed = -0.01"), "debts_total_owed_not_negative"),
        (contact("emails", "direction", "'out'"), "emails_direction_known"),
        (contact("calls", "direction", "'out'"), "calls_direction_known"),
        (contact("sms", "direction", "'out'"), "sms_direction_known"),
        (contact("calls", "direction, call_outcome", "'inbound', 'hung up'"), "calls_outcome_known"),
        (contact("calls", "direction, call_duration", "'inbound', -1"), "calls_duration_not_negative"),
        (payment("amount", "0"), "payments_amount_positive"),
        (payment("amount", "-5"), "payments_amount_positive"),
        (payment("amount, payment_type", "5, 'half'"), "payments_type_known"),
        (payment("amount, status", "5, 'paid'"), "payments_status_known"),
        (payment("amount, payment_method", "5, 'By Card'"), "payments_method_shape"),
        (payment("amount, currency", "5, 'USD'"), "payments_currency_shape"),
        (payment("amount, amount_refunded", "5, -1"), "payments_amount_refunded_not_negative"),
        (payment("amount, amount_charged_back", "5, -1"), "payments_amount_charged_back_not_negative"),
        (payment("amount, amount_refunded, amount_charged_back", "5, 3, 2.01"), "payments_returned_within_amount"),
        (payment("amount, status, amount_refunded", "5, 'refunded', 2"), "payments_refunded_is_whole"),
        (format!("INSERT INTO sessions (id_hash, debtor_id) VALUES ('short', {DEBTOR})"), "sessions_id_hash_is_sha256"),
        (
            "INSERT INTO stripe_events (id, event_type, livemode, payload, source, outcome, created_at)
             VALUES ('evt_1', 'x', false, '{}', 'mail', 'stored', now())"
                .to_owned(),
            "stripe_events_source_known",
        ),
        ("INSERT INTO payment_flags (kind, detail) VALUES ('odd', 'x')".to_owned(), "payment_flags_kind_known"),
    ] {
        let said = refusal(&mut conn, &statement);
        assert!(said.contains(rule), "{statement}: {said}");
    }
}

#[test]
fn every_enumerated_column_and_every_amount_has_a_check() {
    let db = TestDb::create();
    let mut conn = db.connect();
    for (table, column) in [
        ("debts", "status"),
        ("debts", "total_owed"),
        ("debts", "amount_paid"),
        ("debts", "total_contacts"),
        ("emails", "direction"),
        ("calls", "direction"),
        ("calls", "call_outcome"),
        ("calls", "call_duration"),
        ("sms", "direction"),
        ("payments", "amount"),
        ("payments", "payment_type"),
        ("payments", "payment_method"),
        ("payments", "status"),
        ("payments", "currency"),
        ("payments", "amount_refunded"),
        ("payments", "amount_charged_back"),
        ("stripe_events", "source"),
        ("payment_flags", "kind"),
    ] {
        let checks = value(
            &mut conn,
            &format!(
                "SELECT count(*) FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                 WHERE k.contype = 'c' AND k.convalidated AND k.conrelid = '{table}'::regclass AND a.attname = '{column}'"
            ),
        );
        assert_ne!(checks, "0", "{table}.{column}");
    }
}

#[test]
fn what_other_programs_leave_out_is_right() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &format!("INSERT INTO emails (debt_id, direction) VALUES ({DEBT}, 'outbound')"));
    run(&mut conn, &format!("INSERT INTO calls (debt_id, direction) VALUES ({DEBT}, 'outbound')"));
    run(&mut conn, &format!("INSERT INTO sms (debt_id, direction) VALUES ({DEBT}, 'outbound')"));
    run(&mut conn, &payment("amount", "5"));
    for (query, wanted) in [
        (
            "SELECT (phone_consent, email_consent, dnc_registered, created_at = now(), updated_at <= now()) FROM debtors",
            "(f,t,f,f,t)",
        ),
        (
            "SELECT (status, amount_paid, total_contacts, imported_at = created_at) FROM debts WHERE unique_token = 'token-one'",
            "(active,0.00,3,t)",
        ),
        (
            "SELECT (email_opened, email_clicked, ai_generated, compliance_checked, timestamp = created_at) FROM emails",
            "(f,f,f,t,t)",
        ),
        ("SELECT (ai_generated, compliance_checked, timestamp = created_at) FROM calls", "(f,t,t)"),
        ("SELECT (ai_generated, compliance_checked, timestamp = created_at) FROM sms", "(f,t,t)"),
        (
            "SELECT (status, currency, amount_refunded, amount_charged_back, completed_at IS NULL) FROM payments",
            "(pending,usd,0.00,0.00,t)",
        ),
    ] {
        assert_eq!(value(&mut conn, query), wanted, "{query}");
    }
}

#[test]
fn a_payment_that_went_through_has_its_time_and_a_refunded_one_its_sum() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &payment("amount, status, created_at", "5, 'completed', '2026-03-01 12:00Z'"));
    assert_eq!(value(&mut conn, "SELECT completed_at = '2026-03-01 12:00Z' FROM payments"), "true");
    run(&mut conn, "UPDATE payments SET status = 'refunded'");
    assert_eq!(value(&mut conn, "SELECT amount_refunded FROM payments"), "5.00");
    run(&mut conn, "UPDATE payments SET status = 'completed', amount_refunded = 0");
    run(&mut conn, "UPDATE payments SET status = 'refunded', amount_refunded = 4, amount_charged_back = 1");
    assert_eq!(value(&mut conn, "SELECT amount_refunded FROM payments"), "4.00");
    run(&mut conn, &payment("amount", "7"));
    run(&mut conn, "UPDATE payments SET status = 'completed' WHERE amount = 7");
    assert_eq!(value(&mut conn, "SELECT completed_at >= created_at FROM payments WHERE amount = 7"), "true");
}

#[test]
fn one_open_checkout_per_debt() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    let open = payment("amount, checkout_expires_at", "5, now() + interval '31 minutes'");
    run(&mut conn, &open);
    assert!(refusal(&mut conn, &open).contains("idx_payments_open_checkout"));
    // Another program's pending rows know nothing of checkouts.
    run(&mut conn, &payment("amount", "5"));
    run(&mut conn, &payment("amount", "5"));
    for end in ["replaced_at = now()", "processing_since = now()", "status = 'failed'", "status = 'completed'"] {
        run(&mut conn, &format!("UPDATE payments SET {end} WHERE checkout_expires_at IS NOT NULL"));
        run(&mut conn, &open);
        run(&mut conn, "DELETE FROM payments");
        run(&mut conn, &open);
    }
}

#[test]
fn nothing_of_the_record_can_be_orphaned() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    assert!(refusal(&mut conn, "DELETE FROM debtors").contains("foreign key"));
    run(&mut conn, &format!("INSERT INTO sms (debt_id, direction) VALUES ({DEBT}, 'outbound')"));
    assert!(refusal(&mut conn, &format!("DELETE FROM debts WHERE id = {DEBT}")).contains("foreign key"));
    let nowhere = "INSERT INTO sms (debt_id, direction) VALUES (gen_random_uuid(), 'outbound')";
    assert!(refusal(&mut conn, nowhere).contains("foreign key"));
    let same_token = format!(
        "INSERT INTO debts (debtor_id, original_creditor, unique_token) VALUES ({DEBTOR}, 'Harbor Bank', 'token-one')"
    );
    assert!(refusal(&mut conn, &same_token).contains("idx_debts_token"));
}

#[test]
fn updated_at_moves_when_something_changes_and_only_then() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &payment("amount", "5"));
    for (table, change) in [
        ("debtors", "city = 'Portland'"),
        ("debts", "original_creditor = 'Harbor Bank NA'"),
        ("payments", "failure_code = 'expired'"),
    ] {
        // A writer's own idea of the time does not count; the triggers are off for a moment to lay a trap.
        conn.batch_execute(&format!(
            "ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} SET updated_at = '2020-01-01Z';
             ALTER TABLE {table} ENABLE TRIGGER USER"
        ))
        .unwrap();
        let moved = format!("SELECT bool_and(updated_at > '2020-01-02Z') FROM {table}");
        run(&mut conn, &format!("UPDATE {table} SET created_at = created_at"));
        assert_eq!(value(&mut conn, &moved), "false", "{table}");
        run(&mut conn, &format!("UPDATE {table} SET {change}, updated_at = '2021-01-01Z'"));
        assert_eq!(value(&mut conn, &moved), "true", "{table}");
    }
}
