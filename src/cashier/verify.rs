use chrono::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Cashier, CashierError};
use crate::db::DbError;
use crate::models::books;

/// How far back Stripe's checkouts are looked through for one that these books do not know.
const LOOK_BACK_HOURS: i64 = 72;

impl Cashier {
    /// From now on payments wait until [`Cashier::verify_books`] has succeeded once: a copy that was restored while the
    /// portal was down must not take money before anybody has noticed.
    pub fn hold_until_verified(&self) {
        self.verified.send_replace(false);
    }

    /// Waits until the books are verified. False when the deadline comes first.
    pub async fn are_books_verified(&self, deadline: Instant) -> bool {
        let mut verified = self.verified.subscribe();
        matches!(timeout_at(deadline, verified.wait_for(|verified| *verified)).await, Ok(Ok(_)))
    }

    /// Looks whether these are the books that Stripe's belong to, and closes them where they are a copy or have lost
    /// something. A payment's row stands before Stripe hears of it, so a checkout of ours without a row means that rows are
    /// missing.
    ///
    /// # Errors
    /// [`CashierError`]: nobody knows yet.
    pub async fn verify_books(&self, deadline: Instant) -> Result<(), CashierError> {
        let now = self.clock.now();
        let found = self.db.write(move |conn| books::check(conn, now)).await?;
        if found.closed_at.is_none() {
            // From the newest payment that is known: after it something may be missing, however old the backup is.
            let newest = self.db.read(move |conn| books::newest_payment(conn, now)).await?;
            let usual = now - Duration::hours(LOOK_BACK_HOURS);
            let since = newest.map_or(usual, |at| (at - Duration::hours(1)).min(usual));
            let ours = self.stripe.payments_opened_since(since, found.installation, deadline).await?;
            self.db
                .write(move |conn| match books::unknown(conn, &ours)?.len() {
                    0 => Ok(()),
                    _ => books::close(conn, "Stripe has payments of this portal that the database does not know", now),
                })
                .await?;
        }
        self.verified.send_replace(true);
        Ok(())
    }

    /// The id by which checkouts of this installation are known.
    pub(super) async fn installation(&self) -> Result<Uuid, DbError> {
        let now = self.clock.now();
        let read = || self.db.write(move |conn| books::check(conn, now).map(|books| books.installation));
        self.installation.get_or_try_init(read).await.copied()
    }
}
