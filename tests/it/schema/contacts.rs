use std::thread;

use super::{DEBT, OTHER_DEBT, run, seed};
use crate::support::db::{TestDb, column, value};

/// How far the column is from what the tables hold; nothing where it is true.
const BREACHES: &str = "SELECT unique_token || ' says ' || total_contacts FROM debts WHERE total_contacts <>
    (SELECT count(*) FROM emails WHERE debt_id = debts.id) + (SELECT count(*) FROM calls WHERE debt_id = debts.id)
    + (SELECT count(*) FROM sms WHERE debt_id = debts.id)";

fn contacts(conn: &mut diesel::pg::PgConnection, debt: &str) -> String {
    assert_eq!(column(conn, BREACHES), Vec::<String>::new());
    value(conn, &format!("SELECT total_contacts FROM debts WHERE id = {debt}"))
}

#[test]
fn total_contacts_follows_inserts_deletes_and_moves_in_all_three_tables() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    for table in ["emails", "calls", "sms"] {
        let insert =
            format!("INSERT INTO {table} (debt_id, direction) SELECT {DEBT}, 'inbound' FROM generate_series(1, 500)");
        run(&mut conn, &insert);
    }
    assert_eq!(contacts(&mut conn, DEBT), "1500");
    for table in ["emails", "calls", "sms"] {
        run(
            &mut conn,
            &format!("UPDATE {table} SET debt_id = {OTHER_DEBT} WHERE id IN (SELECT id FROM {table} LIMIT 100)"),
        );
    }
    assert_eq!(contacts(&mut conn, DEBT), "1200");
    assert_eq!(contacts(&mut conn, OTHER_DEBT), "300");
    for table in ["emails", "calls", "sms"] {
        run(&mut conn, &format!("DELETE FROM {table} WHERE debt_id = {DEBT}"));
    }
    assert_eq!(contacts(&mut conn, DEBT), "0");
    assert_eq!(contacts(&mut conn, OTHER_DEBT), "300");
}

#[test]
fn a_mailer_that_counts_too_counts_nothing_twice() {
    let db = TestDb::create();
    let mut conn = db.connect();
    seed(&mut conn);
    run(&mut conn, &format!("INSERT INTO emails (debt_id, direction) VALUES ({DEBT}, 'outbound')"));
    run(&mut conn, "UPDATE debts SET total_contacts = total_contacts + 1");
    assert_eq!(contacts(&mut conn, DEBT), "1");
    assert_eq!(contacts(&mut conn, OTHER_DEBT), "0");
    run(
        &mut conn,
        "INSERT INTO debts (debtor_id, original_creditor, unique_token, total_contacts)
         SELECT id, 'Harbor Bank', 'token-three', 12 FROM debtors",
    );
    assert_eq!(column(&mut conn, BREACHES), Vec::<String>::new());
}

#[test]
fn total_contacts_is_right_with_many_writers_and_bulk_loads_across_debts() {
    let db = TestDb::create();
    seed(&mut db.connect());
    let tables = ["emails", "calls", "sms"];
    thread::scope(|scope| {
        for writer in 0..8 {
            let (table, db) = (tables[writer % 3], &db);
            scope.spawn(move || {
                let mut conn = db.connect();
                // Half of the writers touch the debts in the other order: they must wait for each other, not fail.
                let (first, second) = if writer % 2 == 0 { (DEBT, OTHER_DEBT) } else { (OTHER_DEBT, DEBT) };
                for _ in 0..20 {
                    run(
                        &mut conn,
                        &format!("INSERT INTO {table} (debt_id, direction) VALUES ({first}, 'inbound'), ({second}, 'inbound')"),
                    );
                }
            });
        }
    });
    assert_eq!(contacts(&mut db.connect(), DEBT), "160");
    assert_eq!(contacts(&mut db.connect(), OTHER_DEBT), "160");
}
