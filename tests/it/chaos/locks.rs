use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use quittance::models::payment;

use super::orders::pay;
use crate::support::db::{TestDb, value};

/// The debt first, then its payment, also where a trigger takes the debt's lock: two requests must not wait for each other.
#[test]
fn who_notes_that_a_payment_was_looked_at_waits_for_its_debt_first() {
    let db = TestDb::create();
    let (mut one, mut look) = (db.connect(), db.connect());
    let paid = pay(&mut one).id;
    one.batch_execute("BEGIN; SELECT FROM debts FOR UPDATE").unwrap();
    let mut other = db.connect();
    let noting = std::thread::spawn(move || {
        let now = quittance::clock::Clock::system().now();
        other.transaction(|conn| payment::checked(conn, paid, now))
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while value(&mut look, waiting) == "0" {
        std::thread::sleep(Duration::from_millis(5));
    }
    one.batch_execute("SELECT FROM payments FOR UPDATE; COMMIT").unwrap();
    noting.join().unwrap().unwrap();
}
