use quittance::models::debt_search;

use super::Town;

/// Somebody for every side of every filter.
fn town() -> Town {
    let mut town = Town::empty();
    for (last, state, phone, email, dnc) in [
        ("Ash", "OR", true, true, false),
        ("Birch", "WA", false, true, true),
        ("Cedar", "OR", true, false, false),
        ("Dogwood", "CA", false, false, false),
    ] {
        town.person("Tree", last, &[("state", state)]);
        town.run(&format!(
            "UPDATE debtors SET phone_consent = {phone}, email_consent = {email}, dnc_registered = {dnc} WHERE last_name = '{last}'"
        ));
    }
    town.run(
        "UPDATE debts SET total_owed = 50, debt_date = '2026-11-14', original_creditor = 'Brook Bank' WHERE unique_token = 'link-Ash';
         UPDATE debts SET total_owed = 500, debt_date = '2025-11-24', status = 'hold' WHERE unique_token = 'link-Birch';
         UPDATE debts SET total_owed = 5000, status = 'dispute', original_creditor = 'BRÓOK Bank' WHERE unique_token = 'link-Cedar';
         INSERT INTO payments (debt_id, amount, status, payment_method) SELECT id, 60, 'completed', 'check' FROM debts WHERE unique_token = 'link-Dogwood';
         INSERT INTO chargebacks (payment_id, debt_id, stripe_dispute_id, amount, status)
             SELECT id, debt_id, 'du_1', 10, 'inquiry' FROM payments WHERE payment_method = 'check';
         INSERT INTO calls (debt_id, direction, timestamp) SELECT id, 'inbound', '2026-11-24 11:00Z' FROM debts WHERE unique_token = 'link-Ash';
         INSERT INTO sms (debt_id, direction, timestamp) SELECT id, 'outbound', '2026-11-01 11:00Z' FROM debts WHERE unique_token = 'link-Birch';
         INSERT INTO emails (debt_id, direction, timestamp) SELECT id, 'inbound', '2026-05-01 11:00Z' FROM debts WHERE unique_token = 'link-Cedar'",
    );
    town
}

#[test]
fn every_filter_leaves_whom_it_names() {
    let mut town = town();
    for (filters, wanted) in [
        (&[("status", "hold")][..], &["Birch"][..]),
        (&[("status", "hold"), ("status", "dispute")], &["Birch", "Cedar"]),
        (&[("status", "closed")], &[]),
        // One creditor, however an import wrote it.
        (&[("creditor", "brook bank")], &["Ash", "Cedar"]),
        (&[("creditor", "Brook")], &[]),
        (&[("state", "OR")], &["Ash", "Cedar"]),
        (&[("balance_min", "500")], &["Birch", "Cedar"]),
        (&[("balance_max", "49.99")], &["Dogwood"]),
        (&[("balance_min", "40"), ("balance_max", "50")], &["Ash", "Dogwood"]),
        (&[("age_min", "11")], &["Birch"]),
        (&[("age_max", "10")], &["Ash"]),
        (&[("age_min", "10"), ("age_max", "365")], &["Ash", "Birch"]),
        (&[("consent", "phone")], &["Ash", "Cedar"]),
        (&[("consent", "no-phone")], &["Birch", "Dogwood"]),
        (&[("consent", "email")], &["Ash", "Birch"]),
        (&[("consent", "no-email")], &["Cedar", "Dogwood"]),
        (&[("consent", "do-not-call")], &["Birch"]),
        (&[("contact", "never")], &["Dogwood"]),
        (&[("contact", "within-1")], &["Ash"]),
        (&[("contact", "within-30")], &["Ash", "Birch"]),
        (&[("contact", "not-for-30")], &["Cedar", "Dogwood"]),
        (&[("disputed", "yes")], &["Cedar", "Dogwood"]),
        (&[("disputed", "no")], &["Ash", "Birch"]),
        (&[("state", "OR"), ("consent", "no-email"), ("disputed", "yes")], &["Cedar"]),
        (&[], &["Ash", "Birch", "Cedar", "Dogwood"]),
    ] {
        assert_eq!(town.filter(filters), wanted, "{filters:?}");
    }
}

#[test]
fn what_was_settled_for_less_owes_nothing_and_what_was_overpaid_nothing_less() {
    let mut town = town();
    town.run(
        "UPDATE debts SET status = 'resolved' WHERE unique_token = 'link-Cedar';
         INSERT INTO payments (debt_id, amount, status) SELECT id, 600, 'completed' FROM debts WHERE unique_token = 'link-Birch'",
    );
    assert_eq!(town.filter(&[("balance_max", "0")]), ["Birch", "Cedar"]);
    assert_eq!(town.filter(&[("balance_min", "0.01")]), ["Ash", "Dogwood"]);
}

#[test]
fn creditors_are_listed_once_each_in_order() {
    let mut town = town();
    let creditors = debt_search::creditors(&mut town.conn, 100).unwrap();
    let folded: Vec<String> = creditors.iter().map(|name| name.to_lowercase().replace('ó', "o")).collect();
    assert_eq!(folded, ["brook bank", "northwind dental"]);
    assert_eq!(debt_search::creditors(&mut town.conn, 1).unwrap().len(), 1);
    assert!(debt_search::creditors(&mut Town::empty().conn, 100).unwrap().is_empty());
}
