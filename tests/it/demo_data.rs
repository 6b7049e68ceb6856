//! The demo's data: lifelike, safe to show, and made once.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use quittance::sandbox::demo_data;

use crate::support::db::{TestDb, column, value};

fn filled() -> (TestDb, PgConnection) {
    let db = TestDb::create();
    let mut conn = db.connect();
    demo_data::fill(&mut conn, now()).unwrap();
    (db, conn)
}

fn now() -> DateTime<Utc> {
    "2026-11-22T15:00:00Z".parse().unwrap()
}

#[test]
fn an_offices_worth_of_people_debts_and_histories() {
    let (_db, mut conn) = filled();
    let count = |conn: &mut PgConnection, query: &str| value(conn, query).parse::<i64>().unwrap();
    assert!((35..=50).contains(&count(&mut conn, "SELECT count(*) FROM debtors")));
    assert!((50..=70).contains(&count(&mut conn, "SELECT count(*) FROM debts")));
    assert_eq!(count(&mut conn, "SELECT count(DISTINCT status) FROM debts"), 5);
    assert!(count(&mut conn, "SELECT count(DISTINCT state) FROM debtors") > 10);
    assert!(count(&mut conn, "SELECT count(*) FROM validation_notices") > 30, "sent when the accounts came");
    let lacking = "SELECT count(*) FROM debts d WHERE status = 'active' AND NOT EXISTS (SELECT FROM validation_notices WHERE debt_id = d.id)";
    assert!((1..10).contains(&count(&mut conn, lacking)), "and some lack one");
    for table in ["emails", "calls", "sms"] {
        assert!(count(&mut conn, &format!("SELECT count(*) FROM {table}")) > 80, "{table}");
    }
}

#[test]
fn every_link_shows_what_it_promises() {
    let (_db, mut conn) = filled();
    let links = demo_data::links(&mut conn).unwrap();
    let names: Vec<_> = links.iter().map(|link| link.name).collect();
    assert_eq!(
        names,
        ["untouched", "half-paid", "three-debts", "dispute", "resolved", "hold", "spanish", "no-postal-code", "closed"]
    );
    let of = |name: &str| links.iter().find(|link| link.name == name).unwrap();
    assert_eq!(of("no-postal-code").postal_code, None);
    assert_eq!(of("three-debts").postal_code.as_deref(), Some("97209-3411"));
    let mut debt = |name: &str, what: &str| {
        value(&mut conn, &format!("SELECT {what} FROM debts d WHERE unique_token = '{}'", of(name).token))
    };
    assert_eq!(debt("untouched", "(status, total_owed, amount_paid)"), "(active,842.17,0.00)");
    assert_eq!(debt("half-paid", "amount_paid / total_owed = 0.5"), "true");
    let entries = "total_contacts + (SELECT count(*) FROM payments WHERE debt_id = d.id) > 60";
    assert_eq!(debt("half-paid", entries), "true");
    assert_eq!(debt("three-debts", "(SELECT count(*) FROM debts o WHERE o.debtor_id = d.debtor_id)"), "3");
    assert_eq!(debt("resolved", "(status, total_owed - amount_paid)"), "(resolved,0.00)");
    for (name, status) in [("dispute", "dispute"), ("hold", "hold"), ("closed", "closed"), ("spanish", "active")] {
        assert_eq!(debt(name, "status"), status);
    }
}

#[test]
fn money_went_back_in_every_way_a_reader_may_ask_about() {
    let (_db, mut conn) = filled();
    let found = |conn: &mut PgConnection, query: &str| column(conn, query).join(" ");
    let refunds = "SELECT concat_ws('-', status, origin) FROM refunds ORDER BY created_at DESC";
    assert_eq!(found(&mut conn, refunds), "succeeded-staff succeeded-overpayment failed-staff");
    assert_eq!(found(&mut conn, "SELECT status FROM chargebacks ORDER BY created_at DESC"), "withdrawn won");
    let ids = "SELECT count(*) FROM payments WHERE payment_method <> 'prior' AND stripe_payment_intent_id IS NULL";
    assert_eq!(value(&mut conn, ids), "0");
}

#[test]
fn it_reaches_nobody_real_and_contradicts_nothing() {
    let (_db, mut conn) = filled();
    for (what, query) in [
        ("addresses that may belong to somebody", "SELECT email FROM debtors WHERE email NOT LIKE '%@example.com'"),
        ("numbers that may belong to somebody", "SELECT phone FROM debtors WHERE phone !~ '555-01\\d\\d$'"),
        (
            "resolved debts with a balance",
            "SELECT id FROM debts WHERE (status = 'resolved') <> (amount_paid >= total_owed)",
        ),
        (
            "payments from before the account came",
            "SELECT p.id FROM payments p JOIN debts d ON d.id = debt_id
            WHERE payment_method <> 'prior' AND p.created_at::DATE < imported_at::DATE",
        ),
        (
            "payments whose refunds and chargebacks do not add up",
            "SELECT id FROM payments p WHERE (amount_refunded, amount_charged_back) IS DISTINCT FROM (
                (SELECT coalesce(sum(amount), 0) FROM refunds r WHERE r.payment_id = p.id AND status IN ('pending', 'succeeded')),
                (SELECT coalesce(sum(withdrawn), 0) FROM chargebacks c WHERE c.payment_id = p.id))",
        ),
        ("contacts in the future", "SELECT id FROM emails WHERE timestamp > '2026-11-22T15:00Z'"),
        ("calls at night", "SELECT id FROM calls WHERE extract(hour FROM timestamp) NOT BETWEEN 17 AND 22"),
        (
            "texts with a name left open",
            "SELECT content FROM emails WHERE content ~ '\\{(first|creditor|company|owed)\\}'",
        ),
        (
            "texts without a way out",
            "SELECT content FROM sms WHERE direction = 'outbound' AND compliance_checked AND content NOT LIKE '%STOP%'",
        ),
        (
            "texts that disclose a debt",
            "SELECT content FROM sms WHERE direction = 'outbound' AND compliance_checked AND content ~* '\\y(debt|owe|owed|balance|collect|collector)\\y'",
        ),
    ] {
        let found = column(&mut conn, query);
        assert!(found.is_empty(), "{what}: {found:?}");
    }
}

#[test]
fn a_second_fill_changes_nothing() {
    let (_db, mut conn) = filled();
    let before = column(&mut conn, "SELECT unique_token FROM debts ORDER BY id");
    demo_data::fill(&mut conn, now()).unwrap();
    assert_eq!(column(&mut conn, "SELECT unique_token FROM debts ORDER BY id"), before);
}
