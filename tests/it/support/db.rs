//! A database of its own for every test.
//!
//! One private PostgreSQL serves the whole test process and one migrated database in it is the template; a test's database is
//! a copy of that, made in some tens of milliseconds, and goes when the test ends. Where every test is a process of its own
//! (cargo-nextest), `QUITTANCE_TEST_PG_URL` names a server that all of them share.

use std::sync::OnceLock;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use quittance::migrations;
use quittance::private_pg::{Options, PrivatePg};

/// A server to use instead of a private one; a URL whose database is only used to make others.
const SHARED_SERVER: &str = "QUITTANCE_TEST_PG_URL";

enum TestServer {
    // Never dropped: its watchdog stops it when the test process ends.
    Private(PrivatePg),
    Shared(String),
}

impl TestServer {
    fn the_one() -> &'static TestServer {
        static SERVER: OnceLock<TestServer> = OnceLock::new();
        SERVER.get_or_init(|| {
            #[allow(clippy::disallowed_methods, reason = "this is about the tests, not a setting of the program")]
            let shared = std::env::var(SHARED_SERVER).ok();
            match shared {
                Some(url) => TestServer::Shared(url),
                None => TestServer::Private(PrivatePg::start(&Options::temporary()).unwrap()),
            }
        })
    }

    fn url(&self, database: &str) -> String {
        match self {
            TestServer::Private(server) => server.url(database),
            TestServer::Shared(url) => {
                let mut url = url::Url::parse(url).unwrap();
                url.set_path(database);
                url.to_string()
            }
        }
    }

    fn maintenance(&self) -> PgConnection {
        let url = match self {
            TestServer::Private(server) => server.url("postgres"),
            TestServer::Shared(url) => url.clone(),
        };
        PgConnection::establish(&url).unwrap()
    }

    /// The name of the migrated database that tests copy.
    fn template(&self) -> &'static str {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let mut conn = self.maintenance();
            // On a shared server many test processes come here at once, and it may remember an older state of the steps.
            let name = format!("quittance_template_{:016x}", fingerprint());
            diesel::sql_query("SELECT pg_advisory_lock(4021)").execute(&mut conn).unwrap();
            if !exists(&mut conn, &name) {
                let making = format!("{name}_unfinished");
                conn.batch_execute(&format!("DROP DATABASE IF EXISTS {making}")).unwrap();
                conn.batch_execute(&format!("CREATE DATABASE {making} TEMPLATE template0")).unwrap();
                migrations::run_pending(&mut PgConnection::establish(&self.url(&making)).unwrap()).unwrap();
                conn.batch_execute(&format!("ALTER DATABASE {making} RENAME TO {name}")).unwrap();
            }
            diesel::sql_query("SELECT pg_advisory_unlock(4021)").execute(&mut conn).unwrap();
            name
        })
    }
}

fn exists(conn: &mut PgConnection, name: &str) -> bool {
    let found = diesel::sql_query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind::<diesel::sql_types::Text, _>(name)
        .execute(conn)
        .unwrap();
    found > 0
}

/// Changes when a step changes, so that a shared server's old template is not taken for the new one.
fn fingerprint() -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    let mut dirs: Vec<_> = std::fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    dirs.sort();
    for dir in dirs.iter().filter(|path| path.is_dir()) {
        dir.hash(&mut hasher);
        std::fs::read(dir.join("up.sql")).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

/// A database that belongs to one test and goes with it.
pub struct TestDb {
    name: String,
    url: String,
}

impl TestDb {
    /// With the whole schema and no rows.
    pub fn create() -> TestDb {
        TestDb::copy_of(TestServer::the_one().template())
    }

    /// With nothing in it, for tests of the migrations themselves.
    pub fn bare() -> TestDb {
        TestDb::copy_of("template0")
    }

    fn copy_of(template: &str) -> TestDb {
        let server = TestServer::the_one();
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        server.maintenance().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        TestDb { url: server.url(&name), name }
    }

    /// Another database with the same rows, as a restored dump is. Nobody may be connected to this one.
    pub fn copy(&self) -> TestDb {
        TestDb::copy_of(&self.name)
    }

    /// Its connection URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A new connection to it, in UTC like the program's own.
    pub fn connect(&self) -> PgConnection {
        let mut conn = PgConnection::establish(&self.url).unwrap();
        conn.batch_execute("SET timezone = 'UTC'").unwrap();
        conn
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // Also while a test is panicking: a second panic would hide the first.
        let url = TestServer::the_one().url("postgres");
        let conn = PgConnection::establish(&url);
        let dropped = conn.map(|mut conn| conn.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
        if !matches!(dropped, Ok(Ok(()))) && !std::thread::panicking() {
            eprintln!("could not drop the test database {}", self.name);
        }
    }
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    answer: Option<String>,
}

/// The only column of a query's rows, as text; NULL is "NULL".
pub fn column(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let wrapped = format!("SELECT answer::TEXT AS answer FROM ({query}) AS rows (answer)");
    let answers: Vec<Answer> = diesel::sql_query(wrapped).load(conn).unwrap();
    answers.into_iter().map(|row| row.answer.unwrap_or_else(|| "NULL".to_owned())).collect()
}

/// The only value a query gives, as text.
pub fn value(conn: &mut PgConnection, query: &str) -> String {
    let mut answers = column(conn, query);
    assert_eq!(answers.len(), 1, "{query}");
    answers.remove(0)
}
