//! The only door to PostgreSQL: one hop off the async threads, one pooled connection, one closure.
//!
//! A client that hangs up does not stop a closure that has begun, so everything about money is in one closure and
//! nothing that matters comes after the `.await`. Nothing slow (Stripe, mail) is called inside one.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, ManageConnection, Pool};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::config::{DatabaseSettings, Secret};

/// A pool of connections; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Connections>,
    url: Secret,
    on_acquire: OnAcquire,
    /// One place per connection. Waiting happens here, where a visitor who leaves stops waiting, and never in a queue
    /// for threads that all wait for a database that is gone.
    places: Arc<Semaphore>,
    patience: Duration,
}

/// Why a job did not come to an end. Nothing of it was committed, except where the connection was lost during COMMIT.
#[derive(Debug, Error)]
pub enum DbError {
    /// No connection within the pool's timeout: too much at once, or PostgreSQL is not there.
    #[error("no database connection is free")]
    Busy,
    /// PostgreSQL went away, or gave the statement up; trying again later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// PostgreSQL refused.
    #[error(transparent)]
    Query(DieselError),
    /// The job itself panicked.
    #[error("a database job panicked")]
    Panicked,
}

impl DbError {
    /// Whether trying again later may help, so that the page says so.
    pub fn is_temporary(&self) -> bool {
        matches!(self, DbError::Busy | DbError::Unavailable(_))
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                info,
            ) => DbError::Unavailable(info.message().to_owned()),
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
                DbError::Unavailable(info.message().to_owned())
            }
            // PostgreSQL's own words for shutting down, starting up, being cut off and giving up; libpq hides the SQLSTATE
            // of a lost connection, so the message is what there is.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) if is_outage(info.message()) => {
                DbError::Unavailable(info.message().to_owned())
            }
            DieselError::BrokenTransactionManager => DbError::Unavailable("the connection broke".to_owned()),
            other => DbError::Query(other),
        }
    }
}

fn is_outage(message: &str) -> bool {
    [
        "terminating connection",
        "the database system is",
        "server closed the connection",
        "connection to server",
        "could not receive data",
        "could not send data",
        "SSL SYSCALL",
        "no connection to the server",
        "canceling statement due to",
        "deadlock detected",
        "No space left on device",
        "wrote only",
        "could not extend file",
        "could not write",
        "could not read",
        "could not open file",
        "Disk quota exceeded",
        "Input/output error",
        "out of memory",
        "out of shared memory",
        "too many",
        "cannot execute",
        "recovery",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// Makes connections and tells live ones from dead ones.
#[derive(Debug)]
struct Connections(ConnectionManager<PgConnection>);

impl ManageConnection for Connections {
    type Connection = PgConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<PgConnection, Self::Error> {
        self.0.connect()
    }

    /// Listens instead of asking: a server that ended the connection has said so and closed the socket, and looking there
    /// costs no round trip, which every job would pay before its own. A peer that vanished without a word is not noticed
    /// here; asking it would have waited as long as the job will.
    fn is_valid(&self, conn: &mut PgConnection) -> Result<(), Self::Error> {
        let mut heard = conn.notifications_iter();
        // The first look takes in the server's last words, the second finds the end behind them.
        for _ in 0..2 {
            heard.next().transpose().map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }

    fn has_broken(&self, conn: &mut PgConnection) -> bool {
        self.0.has_broken(conn)
    }
}

#[derive(Clone, Debug)]
struct OnAcquire {
    statements: String,
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for OnAcquire {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(&self.statements).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// A pool for `url`. It connects lazily: the server starts, and answers 503, while PostgreSQL is away.
    pub fn new(url: &Secret, settings: &DatabaseSettings) -> Db {
        let on_acquire = OnAcquire {
            statements: format!(
                "SET statement_timeout = {0}; SET lock_timeout = {0}; SET idle_in_transaction_session_timeout = 30000; \
                 SET timezone = 'UTC'; SET application_name = 'quittance'",
                settings.database_statement_timeout_ms
            ),
        };
        let pool = Pool::builder()
            .max_size(settings.database_pool_size)
            .min_idle(Some(0))
            .connection_timeout(Duration::from_millis(settings.database_pool_timeout_ms))
            .test_on_check_out(true)
            .connection_customizer(Box::new(on_acquire.clone()))
            .error_handler(Box::new(LogConnectionErrors))
            .build_unchecked(Connections(ConnectionManager::new(url.expose())));
        let places = Arc::new(Semaphore::new(settings.database_pool_size as usize));
        let patience = Duration::from_millis(settings.database_pool_timeout_ms);
        Db { pool, url: url.clone(), on_acquire, places, patience }
    }

    /// Runs a job of one statement, which is its own snapshot.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn read<T, F>(&self, job: F) -> Result<T, DbError>
    where
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.hop(move |conn| Ok(job(conn)?)).await
    }

    /// Runs a job of several statements that see one snapshot and change nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn snapshot<T, F>(&self, job: F) -> Result<T, DbError>
    where
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.hop(move |conn| Ok(conn.build_transaction().read_only().repeatable_read().run(job)?)).await
    }

    /// Runs a job in one read-write transaction: all of it happens, or nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn write<T, F>(&self, job: F) -> Result<T, DbError>
    where
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.hop(move |conn| Ok(conn.build_transaction().read_write().run(job)?)).await
    }

    /// Whether PostgreSQL answers.
    pub async fn answers(&self) -> bool {
        self.read(|conn| conn.batch_execute("SELECT 1")).await.is_ok()
    }

    /// A connection outside the pool, for a lock that is held across several jobs.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn dedicated(&self) -> Result<PgConnection, DbError> {
        let (url, on_acquire) = (self.url.clone(), self.on_acquire.clone());
        spawn_blocking(move || {
            let mut conn = PgConnection::establish(url.expose()).map_err(|_| DbError::Busy)?;
            on_acquire.on_acquire(&mut conn).map_err(|e| DbError::Unavailable(e.to_string()))?;
            Ok(conn)
        })
        .await
        .map_err(|_| DbError::Panicked)?
    }

    async fn hop<T, F>(&self, job: F) -> Result<T, DbError>
    where
        F: FnOnce(&mut PgConnection) -> Result<T, DbError> + Send + 'static,
        T: Send + 'static,
    {
        let waiting = tokio::time::timeout(self.patience, self.places.clone().acquire_owned());
        let place = waiting.await.map_err(|_| DbError::Busy)?.map_err(|_| DbError::Busy)?;
        let pool = self.pool.clone();
        spawn_blocking(move || {
            let _place = place;
            job(&mut *pool.get().map_err(|_| DbError::Busy)?)
        })
        .await
        .map_err(|_| DbError::Panicked)?
    }
}

/// Connection failures name the host and user; only their kind may reach the log.
#[derive(Debug)]
struct LogConnectionErrors;

impl diesel::r2d2::HandleError<diesel::r2d2::Error> for LogConnectionErrors {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        let kind = match error {
            diesel::r2d2::Error::ConnectionError(_) => "no connection to PostgreSQL",
            diesel::r2d2::Error::QueryError(_) => "a PostgreSQL connection is broken",
        };
        tracing::warn!(target: "quittance::db", "{kind}");
    }
}
