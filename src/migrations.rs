use anyhow::anyhow;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every step of `migrations/`, so that the program needs no files beside it.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Runs the steps that are missing, one after the other, each in its own transaction; returns their names.
/// Two programs that start at once take turns: PostgreSQL's advisory lock is held meanwhile.
///
/// # Errors
/// The first step that fails, with PostgreSQL's reason; the steps before it stay.
pub fn run_pending(conn: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    const LOCK: &str = "SELECT pg_advisory_lock(7237284021)";
    const UNLOCK: &str = "SELECT pg_advisory_unlock(7237284021)";
    sql_query(LOCK).execute(conn)?;
    let outcome = conn.run_pending_migrations(MIGRATIONS).map(|done| done.iter().map(ToString::to_string).collect());
    sql_query(UNLOCK).execute(conn)?;
    outcome.map_err(|error| anyhow!("a migration failed: {error}"))
}

/// How many steps the database lacks. Only reads: diesel's own way would create its table first, and a monitor asks this
/// all day long.
///
/// # Errors
/// When the database cannot be asked.
pub fn count_pending(conn: &mut PgConnection) -> anyhow::Result<usize> {
    let applied: Vec<Applied> = match sql_query("SELECT version FROM __diesel_schema_migrations").load(conn) {
        Ok(applied) => applied,
        // Without the table no step has run.
        Err(DieselError::DatabaseError(_, info)) if info.message().contains("__diesel_schema_migrations") => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let lacks = |version: &str| !applied.iter().any(|one| one.version == version);
    Ok(all()?.iter().filter(|step| lacks(&step.name().version().to_string())).count())
}

/// How many steps there are.
///
/// # Errors
/// When an embedded step has no valid name, which the tests rule out.
pub fn count_all() -> anyhow::Result<usize> {
    Ok(all()?.len())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

fn all() -> anyhow::Result<Vec<Box<dyn Migration<Pg>>>> {
    MIGRATIONS.migrations().map_err(|error| anyhow!("{error}"))
}
