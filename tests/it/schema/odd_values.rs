//! What other programs may write, and what would take a page with it.

use diesel::connection::SimpleConnection;
use quittance::domain::debt::{DebtStatus, MoneyMove};
use quittance::domain::money::Cents;

use crate::support::db::{TestDb, value};

const DEBT: &str = "INSERT INTO debtors (id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', 'A', 'B'); \
    INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token) VALUES \
    ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'C', 100, 'token')";

#[test]
fn no_amount_is_nan_and_no_time_is_beyond_the_calendar() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(DEBT).unwrap();
    let id = "'00000000-0000-4000-8000-000000000002'";
    for statement in [
        "UPDATE debts SET total_owed = 'NaN'".to_owned(),
        "UPDATE debts SET debt_date = 'infinity'".to_owned(),
        "UPDATE debts SET imported_at = '-infinity'".to_owned(),
        format!("INSERT INTO payments (debt_id, amount) VALUES ({id}, 'NaN')"),
        format!("INSERT INTO payments (debt_id, amount, amount_refunded) VALUES ({id}, 1, 'NaN')"),
        format!("INSERT INTO payments (debt_id, amount, created_at) VALUES ({id}, 1, 'infinity')"),
        format!("INSERT INTO emails (debt_id, direction, timestamp) VALUES ({id}, 'inbound', 'infinity')"),
        format!("INSERT INTO calls (debt_id, direction, timestamp) VALUES ({id}, 'inbound', '290000-01-01')"),
        format!("INSERT INTO sms (debt_id, direction, timestamp) VALUES ({id}, 'inbound', '4000-01-01 BC')"),
    ] {
        let refused = conn.batch_execute(&statement).unwrap_err().to_string();
        assert!(refused.contains("violates check constraint"), "{statement}: {refused}");
    }
}

#[test]
fn a_debt_is_resolved_by_whoever_pays_the_rest() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(DEBT).unwrap();
    let pay = |amount: i32| {
        format!(
            "INSERT INTO payments (debt_id, amount, status) VALUES ('00000000-0000-4000-8000-000000000002', {amount}, 'completed')"
        )
    };
    conn.batch_execute(&pay(60)).unwrap();
    assert_eq!(value(&mut conn, "SELECT status FROM debts"), "active");
    conn.batch_execute("UPDATE debts SET status = 'dispute'").unwrap();
    conn.batch_execute(&pay(40)).unwrap();
    assert_eq!(value(&mut conn, "SELECT status FROM debts"), "dispute", "only staff ends a dispute");
    conn.batch_execute("UPDATE debts SET status = 'active'").unwrap();
    assert_eq!(value(&mut conn, "SELECT status FROM debts"), "resolved");
}

#[test]
fn truncating_keeps_the_counts_true() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(DEBT).unwrap();
    let id = "'00000000-0000-4000-8000-000000000002'";
    conn.batch_execute(&format!(
        "INSERT INTO emails (debt_id, direction) VALUES ({id}, 'inbound'); INSERT INTO sms (debt_id, direction) VALUES ({id}, 'inbound'), ({id}, 'inbound'); \
         INSERT INTO payments (debt_id, amount, status) VALUES ({id}, 30, 'completed')"
    ))
    .unwrap();
    conn.batch_execute("TRUNCATE sms").unwrap();
    assert_eq!(value(&mut conn, "SELECT total_contacts FROM debts"), "1");
    conn.batch_execute("TRUNCATE payments CASCADE").unwrap();
    assert_eq!(value(&mut conn, "SELECT amount_paid FROM debts"), "0.00");
}

/// The portal's own table of a debt's states and the triggers for everybody else say the same.
#[test]
fn money_moves_a_debt_in_sql_as_in_the_table() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(DEBT).unwrap();
    let id = "'00000000-0000-4000-8000-000000000002'";
    conn.batch_execute(&format!(
        "INSERT INTO payments (debt_id, amount, status) VALUES ({id}, 60, 'completed'), ({id}, 30, 'completed')"
    ))
    .unwrap();
    for status in DebtStatus::ALL {
        for (moved, refunded, owed) in [
            (MoneyMove::In, (30, 0), 80),
            (MoneyMove::In, (30, 0), 100),
            (MoneyMove::Out, (0, 30), 50),
            (MoneyMove::Out, (0, 30), 80),
        ] {
            let refund = |amount: i32| format!("UPDATE payments SET amount_refunded = {amount} WHERE amount = 60");
            conn.batch_execute(&refund(refunded.0)).unwrap();
            // As it stands before the money moves, whatever led to it.
            conn.batch_execute(&format!(
                "ALTER TABLE debts DISABLE TRIGGER USER; UPDATE debts SET status = '{}', total_owed = {owed}; \
                 ALTER TABLE debts ENABLE TRIGGER USER; {}",
                status.as_str(),
                refund(refunded.1)
            ))
            .unwrap();
            let balance = Cents::new(i64::from(owed - 90 + refunded.1) * 100);
            let wanted = status.after(moved, balance);
            let found = value(&mut conn, "SELECT status FROM debts");
            assert_eq!(found, wanted.as_str(), "{status:?} {moved:?} {balance}");
        }
    }
}

/// A restore sets an empty search_path, and a mailer may have no rights but to insert e-mails.
#[test]
fn the_triggers_work_for_every_writer() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(DEBT).unwrap();
    let role = format!("mailer_{}", uuid::Uuid::new_v4().simple());
    conn.batch_execute(&format!(
        "SET search_path = ''; \
         INSERT INTO public.payments (debt_id, amount, status) VALUES ('00000000-0000-4000-8000-000000000002', 100, 'completed'); \
         UPDATE public.payments SET status = 'refunded'; UPDATE public.payments SET status = 'completed'; \
         DELETE FROM public.payments; \
         INSERT INTO public.payments (debt_id, amount, status) VALUES ('00000000-0000-4000-8000-000000000002', 60, 'completed'); \
         CREATE ROLE {role}; GRANT INSERT ON public.emails, public.payments TO {role}; SET ROLE {role}; \
         INSERT INTO public.emails (debt_id, direction) VALUES ('00000000-0000-4000-8000-000000000002', 'outbound'); \
         INSERT INTO public.payments (debt_id, amount, status) VALUES ('00000000-0000-4000-8000-000000000002', 15, 'completed'); \
         RESET ROLE; RESET search_path; REVOKE ALL ON emails, payments FROM {role}; DROP ROLE {role}"
    ))
    .unwrap();
    assert_eq!(value(&mut conn, "SELECT concat_ws(' ', amount_paid, total_contacts) FROM debts"), "75.00 1");
}

#[test]
fn a_payment_from_before_the_import_may_be_completed_after_it_was_written() {
    let db = TestDb::create();
    let mut conn = db.connect();
    conn.batch_execute(
        &DEBT
            .replace("total_owed, unique_token", "total_owed, amount_paid, unique_token")
            .replace("100, 'token'", "500, 100, 'token'"),
    )
    .unwrap();
    conn.batch_execute(
        "INSERT INTO payments (debt_id, amount) VALUES ('00000000-0000-4000-8000-000000000002', 100); \
         UPDATE payments SET status = 'completed', completed_at = now() - interval '1 year' WHERE status = 'pending'",
    )
    .unwrap();
    assert_eq!(value(&mut conn, "SELECT amount_paid FROM debts"), "100.00");
    assert_eq!(value(&mut conn, "SELECT count(*) FROM payments"), "1", "it explains the opening figure");
    // A writer that knows only the customer's columns takes a 'refunded' back.
    conn.batch_execute("UPDATE payments SET status = 'refunded'").unwrap();
    assert_eq!(value(&mut conn, "SELECT amount_paid FROM debts"), "0.00");
    conn.batch_execute("UPDATE payments SET status = 'completed'").unwrap();
    assert_eq!(value(&mut conn, "SELECT amount_paid FROM debts"), "100.00");
}
