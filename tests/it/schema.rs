//! The schema: what the catalogue says, what the constraints refuse, what the triggers keep true, and the way up and down.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;

mod catalogue;
mod constraints;
mod contacts;
mod ledger;
mod odd_values;
mod printed;
mod steps;

const DEBTOR: &str = "'00000000-0000-7000-8000-000000000001'";
const DEBT: &str = "'00000000-0000-7000-8000-0000000000d1'";
const OTHER_DEBT: &str = "'00000000-0000-7000-8000-0000000000d2'";

/// One person with two debts, written the way a program does that knows only the customer's columns.
fn seed(conn: &mut PgConnection) {
    run(conn, &format!("INSERT INTO debtors (id, first_name, last_name) VALUES ({DEBTOR}, 'Ada', 'Quill')"));
    for (debt, token) in [(DEBT, "token-one"), (OTHER_DEBT, "token-two")] {
        run(
            conn,
            &format!(
                "INSERT INTO debts (id, debtor_id, original_creditor, total_owed, unique_token)
                 VALUES ({debt}, {DEBTOR}, 'Harbor Bank', 500, '{token}')"
            ),
        );
    }
}

fn run(conn: &mut PgConnection, statement: &str) {
    conn.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// What PostgreSQL says when it refuses.
fn refusal(conn: &mut PgConnection, statement: &str) -> String {
    match conn.batch_execute(statement) {
        Ok(()) => panic!("was accepted: {statement}"),
        Err(error) => error.to_string(),
    }
}
