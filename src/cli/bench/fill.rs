//! Fills a database for measuring: many debts, some with a history, and a session for the person of each of those.
//!
//! Every row has a number, and its id follows from the number (see [`debt_id`]), so that whoever measures can name a debt
//! and the session that may see it without a look-up. Rows of one debt do not lie side by side: as in life, each
//! history grows a little at a time among all the others.

use std::time::Instant;

use anyhow::Context;
use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::progress::Progress;
use crate::migrations;
use crate::private_pg::PrivatePg;

/// Debts with a history: one in so many of a million, and all of a small database.
pub(super) const HISTORIES: u32 = 10_000;
/// Entries of each history: 7 e-mails, 5 calls, 5 text messages, 3 payments.
pub(super) const ENTRIES: u32 = 20;
/// Rows of one statement.
const CHUNK: u32 = 50_000;
const FILLED: &str = "filled for script/bench, second edition";

/// A filled database.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    /// How to reach it.
    pub(super) url: String,
    /// How many debts it has.
    pub(super) debts: u32,
    /// How many of them have a history.
    pub(super) histories: u32,
}

impl Filled {
    /// The distance from one debt with a history to the next.
    pub(super) fn stride(&self) -> u32 {
        self.debts / self.histories.max(1)
    }

    /// The numbers of the debts with a history.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let stride = self.stride();
        (1..=self.histories).map(move |place| place * stride)
    }
}

/// The id of debt `number`: a version 7 id, whose last digits are the number in decimal. [`super::pgbench`] makes the same id
/// in SQL.
pub(super) fn debt_id(number: u32) -> String {
    format!("{DEBT_ID}{number:012}")
}

/// What the ids of all debts begin with.
pub(super) const DEBT_ID: &str = "019b0000-0002-7000-8000-";

/// Makes the database with `debts` debts, or takes the one that an earlier run has filled. The sessions are new each time.
///
/// # Errors
/// When PostgreSQL refuses or its disk is full.
pub(super) fn prepare(postgres: &PrivatePg, debts: u32) -> anyhow::Result<Filled> {
    let name = format!("debts_{debts}");
    let url = postgres.url(&name);
    let filled = Filled { url, debts, histories: HISTORIES.min(debts) };
    if !postgres.create_database(&name)? && !is_filled(&filled)? {
        // A run that was stopped half-way has left it.
        let mut conn = PgConnection::establish(&postgres.url("postgres"))?;
        conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))?;
        postgres.create_database(&name)?;
    }
    let mut conn = PgConnection::establish(&filled.url)?;
    migrations::run_pending(&mut conn)?;
    if !is_filled(&filled)? {
        fill(&mut conn, &filled).context("the database cannot be filled")?;
        conn.batch_execute(&format!("COMMENT ON DATABASE {name} IS '{FILLED}'"))?;
    }
    begin_sessions(&mut conn, &filled)?;
    Ok(filled)
}

fn is_filled(filled: &Filled) -> anyhow::Result<bool> {
    let mut conn = PgConnection::establish(&filled.url)?;
    let comment = diesel::dsl::sql::<Bool>(
        "coalesce((SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()) = ",
    )
    .bind::<Text, _>(FILLED)
    .sql(", false)");
    Ok(diesel::select(comment).get_result(&mut conn)?)
}

fn fill(conn: &mut PgConnection, filled: &Filled) -> anyhow::Result<()> {
    let begun = Instant::now();
    // A look of autovacuum's at one table would keep our own VACUUM from marking the pages of another as visible to all,
    // and index-only scans need that mark.
    set_tables(conn, "SET (autovacuum_enabled = off)")?;
    // Nobody else is here and the rows are right as they are, so no trigger (nor a foreign key's) looks at them again.
    conn.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off; SET timezone = 'UTC'")?;
    let mut progress = Progress::begin(&format!("Filling in {} debts", filled.debts));
    for from in (1..=filled.debts).step_by(CHUNK as usize) {
        let to = (from + CHUNK - 1).min(filled.debts);
        for statement in [DEBTORS, DEBTS] {
            insert(conn, statement, from, to, filled.stride())?;
        }
        progress.tell(to, filled.debts);
    }
    progress.end();
    let mut progress = Progress::begin(&format!("Filling in {} histories of {ENTRIES} entries", filled.histories));
    for (done, (statement, entries)) in [(EMAILS, 7), (CALLS, 5), (SMS, 5), (PAYMENTS, 3)].into_iter().enumerate() {
        for entry in 1..=entries {
            insert(conn, statement, entry, filled.histories, filled.stride())?;
        }
        progress.tell(u32::try_from(done + 1)?, 4);
    }
    progress.end();
    let progress = Progress::begin("Vacuuming and analyzing");
    // One by one: several in one string would be one transaction, in which VACUUM refuses to run.
    for statement in ["VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"] {
        conn.batch_execute(statement)?;
    }
    set_tables(conn, "RESET (autovacuum_enabled)")?;
    progress.end();
    println!("Filled in {} s, kept for the next run.", begun.elapsed().as_secs());
    Ok(())
}

fn set_tables(conn: &mut PgConnection, how: &str) -> QueryResult<()> {
    for table in ["debtors", "debts", "emails", "calls", "sms", "payments"] {
        conn.batch_execute(&format!("ALTER TABLE {table} {how}"))?;
    }
    Ok(())
}

fn insert(conn: &mut PgConnection, statement: &str, from: u32, to: u32, stride: u32) -> QueryResult<()> {
    diesel::sql_query(statement)
        .bind::<BigInt, _>(i64::from(from))
        .bind::<BigInt, _>(i64::from(to))
        .bind::<BigInt, _>(i64::from(stride))
        .execute(conn)
        .map(drop)
}

/// One session per debt with a history. The cookie is the debt's number. Each is seen an hour ahead, so that no page writes
/// down that its visitor was seen: the statement it is compared with does not either.
fn begin_sessions(conn: &mut PgConnection, filled: &Filled) -> QueryResult<()> {
    conn.batch_execute("TRUNCATE sessions")?;
    diesel::sql_query(SESSIONS)
        .bind::<BigInt, _>(i64::from(filled.stride()))
        .bind::<BigInt, _>(i64::from(filled.debts))
        .execute(conn)?;
    conn.batch_execute("VACUUM ANALYZE sessions")
}

/// $1 and $2 are the first and the last number, $3 the distance between debts with a history. Every fifth debt belongs to
/// the person before.
const DEBTORS: &str = "\
INSERT INTO debtors (id, first_name, last_name, email, phone, address_line1, city, state, zip_code, created_at)
SELECT ('019b0000-0001-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
    (ARRAY['Aisha','Ben','Carmen','Dmitri','Elena','Farid','Gwen','Hiro','Imani','Joel'])[1 + n % 10],
    (ARRAY['Adeyemi','Brandt','Calloway','Duarte','Eklund','Fitzgerald','Goldstein'])[1 + n % 7],
    'person.' || n || '@example.com', '(555) 555-01' || lpad((n % 100)::text, 2, '0'),
    n % 980 || ' Maple Avenue', 'Tucson', 'AZ', lpad((n % 99999)::text, 5, '0'), timestamptz '2026-01-05'
FROM generate_series($1, $2) n WHERE n % 5 <> 0 AND $3 IS NOT NULL";

const DEBTS: &str = "\
INSERT INTO debts (id, debtor_id, original_creditor, total_owed, amount_paid, unique_token, total_contacts, debt_date,
    imported_at, created_at, account_number)
SELECT ('019b0000-0002-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
    ('019b0000-0001-7000-8000-' || lpad((CASE WHEN n % 5 = 0 THEN n - 1 ELSE n END)::text, 12, '0'))::uuid,
    (ARRAY['Larkmoor Community Bank','Brightwell Medical Group','Ridgeline Wireless','Tallgrass Auto Finance'])[1 + n % 4],
    500 + n % 4000 + 0.37, CASE WHEN n % $3 = 0 THEN 110 ELSE 0 END,
    substr(translate(encode(sha256(('link' || n)::bytea), 'base64'), '+/=', '-_'), 1, 22),
    CASE WHEN n % $3 = 0 THEN 17 ELSE 0 END, date '2025-03-01' + (n % 200)::int,
    timestamptz '2026-01-05', timestamptz '2026-01-05', lpad((n * 7)::text, 10, '0')
FROM generate_series($1, $2) n";

/// From here on $1 is which entry of its kind it is, $2 how many histories there are.
const EMAILS: &str = "\
INSERT INTO emails (id, debt_id, direction, subject, content, email_opened, ai_generated, timestamp, created_at)
SELECT ('019b0000-0003-7000-8000-' || lpad(($1 * 10000000 + h)::text, 12, '0'))::uuid,
    ('019b0000-0002-7000-8000-' || lpad((h * $3)::text, 12, '0'))::uuid,
    CASE WHEN $1 % 4 = 0 THEN 'inbound' ELSE 'outbound' END,
    (ARRAY['About your account','Your payment options','We received your payment','Re: question about the balance'])[1 + $1 % 4],
    repeat('Thank you for writing to us about your account. Here is what we can offer you. ', 12),
    true, $1 % 3 = 0, at, at
FROM generate_series(1, $2) h, LATERAL (SELECT timestamptz '2026-01-12 15:00Z' + $1 * interval '40 days' + h * interval '7 s') t(at)";

const CALLS: &str = "\
INSERT INTO calls (id, debt_id, direction, call_duration, call_outcome, transcript, ai_generated, timestamp, created_at)
SELECT ('019b0000-0004-7000-8000-' || lpad(($1 * 10000000 + h)::text, 12, '0'))::uuid,
    ('019b0000-0002-7000-8000-' || lpad((h * $3)::text, 12, '0'))::uuid,
    CASE WHEN $1 % 4 = 0 THEN 'inbound' ELSE 'outbound' END, 40 + 53 * $1,
    (ARRAY['answered','voicemail','no_answer'])[1 + $1 % 3],
    CASE WHEN $1 % 3 = 0 THEN repeat('- Hello, how can I help? - I would like to know what is left to pay. ', 20) END,
    $1 % 2 = 0, at, at
FROM generate_series(1, $2) h, LATERAL (SELECT timestamptz '2026-01-19 18:00Z' + $1 * interval '55 days' + h * interval '7 s') t(at)";

const SMS: &str = "\
INSERT INTO sms (id, debt_id, direction, content, ai_generated, timestamp, created_at)
SELECT ('019b0000-0005-7000-8000-' || lpad(($1 * 10000000 + h)::text, 12, '0'))::uuid,
    ('019b0000-0002-7000-8000-' || lpad((h * $3)::text, 12, '0'))::uuid,
    CASE WHEN $1 % 3 = 0 THEN 'inbound' ELSE 'outbound' END,
    'Your next payment of $55.00 is due on the 15th. Reply HELP to reach us, or open your personal link to pay.',
    $1 % 2 = 0, at, at
FROM generate_series(1, $2) h, LATERAL (SELECT timestamptz '2026-01-25 20:00Z' + $1 * interval '52 days' + h * interval '7 s') t(at)";

const PAYMENTS: &str = "\
INSERT INTO payments (id, debt_id, amount, payment_type, stripe_payment_intent_id, stripe_session_id, payment_method, status,
    failure_code, created_at, completed_at, checkout_expires_at)
SELECT ('019b0000-0006-7000-8000-' || lpad(($1 * 10000000 + h)::text, 12, '0'))::uuid,
    ('019b0000-0002-7000-8000-' || lpad((h * $3)::text, 12, '0'))::uuid, 55, 'partial',
    'pi_bench' || $1 * 10000000 + h, 'cs_bench' || $1 * 10000000 + h, 'card',
    CASE WHEN $1 = 2 THEN 'failed' ELSE 'completed' END, CASE WHEN $1 = 2 THEN 'card_declined' END,
    at, CASE WHEN $1 = 2 THEN NULL ELSE at + interval '70 s' END, at + interval '30 min'
FROM generate_series(1, $2) h, LATERAL (SELECT timestamptz '2026-02-02 16:00Z' + $1 * interval '80 days' + h * interval '7 s') t(at)";

/// $1 is the distance between debts with a history, $2 the number of debts.
const SESSIONS: &str = "\
INSERT INTO sessions (id_hash, debtor_id, debt_id, link_hash, last_seen_at)
SELECT sha256(n::text::bytea), d.debtor_id, d.id, sha256(convert_to(d.unique_token, 'UTF8')), now() + interval '1 hour'
FROM generate_series($1, $2, $1) n
JOIN debts d ON d.id = ('019b0000-0002-7000-8000-' || lpad(n::text, 12, '0'))::uuid ORDER BY 1";
