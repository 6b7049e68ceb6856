//! What `serve` does about uploaded files by itself.

use std::io::{self, Read};
use std::time::Duration;

use chrono::Duration as Span;
use diesel::Connection;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::{ImportError, Importer, Source, Stored};
use crate::clock::Clock;
use crate::config::Secret;
use crate::db::{Db, DbError};
use crate::domain::validation::Collector;
use crate::models::import::{self, State};

/// How often it looks for files that wait. Somebody sits before the page.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long it waits where the database does not answer.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// Every so many looks it deletes what has served its time.
const LOOKS_PER_PURGE: u32 = 300;

/// Takes in what was uploaded, one file at a time.
#[derive(Clone)]
pub struct Imports {
    db: Db,
    url: Secret,
    clock: Clock,
    keep_days: u32,
    collector: Collector,
}

/// An uploaded file, as it is kept in the database.
struct InDatabase {
    url: Secret,
    id: Uuid,
}

impl Source for InDatabase {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let conn = PgConnection::establish(self.url.expose()).map_err(|_| io::Error::other("no connection"))?;
        Ok(Box::new(Stored::new(conn, self.id)))
    }
}

impl Imports {
    /// For this database. Files and their error lists are kept for `keep_days` after an import is over; notices are the
    /// `collector`'s.
    pub fn new(db: Db, url: Secret, clock: Clock, keep_days: u32, collector: Collector) -> Imports {
        Imports { db, url, clock, keep_days, collector }
    }

    /// Runs for ever; failures are logged and tried again.
    pub async fn run(self) {
        for look in 0u32.. {
            if let Err(error) = self.once().await {
                tracing::warn!(target: "quittance::import", %error, "imports wait");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
            if look.is_multiple_of(LOOKS_PER_PURGE)
                && let Err(error) = self.purge().await
            {
                tracing::warn!(target: "quittance::import", %error, "old files could not be deleted");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Takes up everything that waits and nobody works on. How many imports came to an end or to their next stop.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn once(&self) -> Result<usize, DbError> {
        let mut done = 0;
        for id in self.db.read(import::due).await? {
            let (this, (tell, told)) = (self.clone(), tokio::sync::oneshot::channel());
            // A thread of its own and not one of the runtime's, which would wait for it at the end of the program: work that is
            // cut off is taken up again.
            std::thread::spawn(move || tell.send(this.carry_out(id)));
            match told.await {
                Ok(Ok(true)) => done += 1,
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::warn!(target: "quittance::import", %id, %error, "an import broke off"),
                Err(_) => self.give_up(id, "fault").await?,
            }
        }
        Ok(done)
    }

    async fn give_up(&self, id: Uuid, failure: &'static str) -> Result<(), DbError> {
        tracing::error!(target: "quittance::import", %id, failure, "an import failed");
        let now = self.clock.now();
        self.db.write(move |conn| import::end(conn, id, State::Failed, Some(failure), now)).await
    }

    fn carry_out(&self, id: Uuid) -> Result<bool, ImportError> {
        let connect = || PgConnection::establish(self.url.expose()).map_err(|_| io::Error::other("no connection"));
        let mut importer = Importer::new(connect()?, connect()?, self.clock.clone(), self.collector.clone())?;
        if !importer.try_lock(id)? {
            return Ok(false);
        }
        // Read again under the lock: another machine may just have come to its end.
        let found = import::find(&mut importer.side, id)?;
        let Some(import) = found.filter(|import| matches!(import.state(), State::Checking | State::Running)) else {
            return Ok(false);
        };
        let source = InDatabase { url: self.url.clone(), id };
        let state = match importer.carry_out(&import, &source, &mut |_| {}) {
            Ok(state) => state,
            Err(ImportError::File(error)) if error.kind() == io::ErrorKind::InvalidData => {
                importer.fail(&import, "unreadable")?
            }
            Err(ImportError::Query(error)) => {
                let error = DbError::from(error);
                tracing::warn!(target: "quittance::import", %id, temporary = error.is_temporary(), "an import met with the database");
                if error.is_temporary() {
                    return Ok(false);
                }
                importer.fail(&import, "database")?
            }
            Err(error) => return Err(error),
        };
        tracing::info!(target: "quittance::import", %id, kind = import.kind().as_str(), state = state.as_str(), "an import came to a stop");
        Ok(true)
    }

    /// Deletes files and error lists that have served their time.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        let before = now - Span::days(i64::from(self.keep_days));
        self.db.write(move |conn| import::purge(conn, before, now)).await
    }
}
