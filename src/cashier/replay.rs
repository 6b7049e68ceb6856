use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::{Cashier, follow, told};
use crate::db::DbError;
use crate::models::event;
use crate::models::ledger::Applied;
use crate::stripe::event::ReceivedEvent;

/// What came of applying a stored event again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// No such event.
    NotFound,
    /// It tells nothing that the books keep, or cannot be read: nothing to apply.
    Nothing,
    /// It was applied, which mostly changes nothing.
    Applied(Applied),
    /// The database refuses it still; nothing was changed.
    Refused,
}

impl Replayed {
    /// The word for it in locale keys and in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Replayed::NotFound => "not_found",
            Replayed::Nothing => "nothing",
            Replayed::Applied(applied) => applied.as_str(),
            Replayed::Refused => "refused",
        }
    }
}

impl Cashier {
    /// Applies an event again that is stored, by the same way by which it came in. What it has done already it does not do twice.
    /// `note` writes down in the same transaction that somebody asked for it.
    ///
    /// # Errors
    /// [`DbError`]: nothing was changed, and nothing noted.
    pub async fn replay<F>(&self, id: String, note: F) -> Result<Replayed, DbError>
    where
        F: Fn(&mut PgConnection, Replayed) -> QueryResult<()> + Clone + Send + 'static,
    {
        let (expected, now, noted) = (self.expected.clone(), self.clock.now(), note.clone());
        let replayed = self
            .db
            .write(move |conn| {
                let Some(stored) = event::list::record(conn, &id)? else {
                    return Ok((Replayed::NotFound, Vec::new()));
                };
                let Ok(facts) = told(ReceivedEvent::read(&stored.payload).content) else {
                    note(conn, Replayed::Nothing)?;
                    return Ok((Replayed::Nothing, Vec::new()));
                };
                let at = stored.line.created_at.min(now);
                let (applied, payment) = event::replay(conn, &stored, &facts, &expected, at)?;
                let refunds = payment.map_or(Ok(Vec::new()), |id| follow(conn, applied, id, &expected, now))?;
                note(conn, Replayed::Applied(applied))?;
                Ok((Replayed::Applied(applied), refunds))
            })
            .await;
        match replayed {
            Ok((replayed, refunds)) => {
                self.send_soon(refunds);
                Ok(replayed)
            }
            Err(DbError::Query(error)) => {
                tracing::error!(target: "quittance::money", %error, "an event can still not be applied");
                self.db.write(move |conn| noted(conn, Replayed::Refused)).await?;
                Ok(Replayed::Refused)
            }
            Err(error) => Err(error),
        }
    }
}
