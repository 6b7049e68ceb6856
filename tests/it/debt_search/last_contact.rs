use super::Town;
use crate::support::db::value;

const SAYS: &str = "SELECT last_contact_at AT TIME ZONE 'UTC' FROM debts WHERE unique_token = 'link-Ash'";

fn town() -> Town {
    let mut town = Town::empty();
    town.person("Tree", "Ash", &[]);
    town.person("Tree", "Birch", &[]);
    town
}

#[test]
fn the_last_contact_follows_every_writer() {
    let mut town = town();
    let of_ash = "FROM debts WHERE unique_token = 'link-Ash'";
    let mut after = |sql: &str, wanted: &str| {
        town.run(sql);
        assert_eq!(value(&mut town.conn, SAYS), wanted, "{sql}");
        let rule = quittance::models::invariant::breaches(&mut town.conn).unwrap();
        assert!(rule.is_empty(), "{rule:?}");
    };
    after("SELECT 1", "NULL");
    after(
        &format!("INSERT INTO calls (debt_id, direction, timestamp) SELECT id, 'outbound', '2026-03-01' {of_ash}"),
        "2026-03-01 00:00:00",
    );
    after(
        &format!("INSERT INTO sms (debt_id, direction, timestamp) SELECT id, 'inbound', '2026-02-01' {of_ash}"),
        "2026-03-01 00:00:00",
    );
    // Written by a machine and not yet released: nobody was contacted.
    after(
        &format!(
            "INSERT INTO emails (debt_id, direction, compliance_checked, timestamp) SELECT id, 'outbound', false, '2026-04-01' {of_ash}"
        ),
        "2026-03-01 00:00:00",
    );
    after("UPDATE emails SET compliance_checked = true", "2026-04-01 00:00:00");
    after("UPDATE emails SET timestamp = '2026-05-01'", "2026-05-01 00:00:00");
    after("UPDATE debts SET last_contact_at = '2020-01-01'", "2026-05-01 00:00:00");
    after(
        "UPDATE emails SET debt_id = (SELECT id FROM debts WHERE unique_token = 'link-Birch')",
        "2026-03-01 00:00:00",
    );
    after("DELETE FROM calls", "2026-02-01 00:00:00");
    after("TRUNCATE sms", "NULL");
    after("UPDATE emails SET email_opened = true", "NULL");
    // Who says so at insert without a contact is not believed.
    after(
        "INSERT INTO debts (debtor_id, original_creditor, unique_token, last_contact_at) SELECT debtor_id, 'Bank', 'third', now() FROM debts LIMIT 1",
        "NULL",
    );
    assert_eq!(value(&mut town.conn, "SELECT last_contact_at FROM debts WHERE unique_token = 'third'"), "NULL");
}

#[test]
fn doctor_finds_a_last_contact_that_is_wrong() {
    let mut town = town();
    town.run("SET session_replication_role = replica; UPDATE debts SET last_contact_at = now() WHERE unique_token = 'link-Ash'");
    let breaches = quittance::models::invariant::breaches(&mut town.conn).unwrap();
    assert_eq!(breaches.len(), 1);
    assert!(breaches[0].0.starts_with("last_contact_at"), "{}", breaches[0].0);
}
