//! Who is there already.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::domain::import::person::Identity;

/// Any number no other program locks; the letters "people".
const LOCK: i64 = 0x7065_6f70_6c65;

/// Two imports of the same people take turns, chunk by chunk, so that the second finds whom the first has made.
pub(super) fn lock(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn).map(drop)
}

/// Where people and their debts are looked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    debtors: &'static str,
    debts: &'static str,
}

/// The books.
pub(super) const BOOKS: Place = Place { debtors: "debtors", debts: "debts" };
/// What a check would have made so far; see [`prepare_check`].
pub(super) const CHECK: Place = Place { debtors: "checked_debtors", debts: "checked_debts" };

/// Tables of this connection only, in which a check notes whom it would have made: a file of millions of rows is checked without
/// keeping its people in memory, and the books see none of it.
pub(super) const CHECK_TABLES: &str = "
    CREATE TEMPORARY TABLE IF NOT EXISTS checked_debtors (
        id UUID, first_name TEXT, last_name TEXT, email TEXT, zip_code TEXT, phone TEXT, address_line1 TEXT,
        created_at TIMESTAMPTZ DEFAULT clock_timestamp());
    CREATE TEMPORARY TABLE IF NOT EXISTS checked_debts (debtor_id UUID, id UUID, original_creditor TEXT, account_number TEXT);
    CREATE INDEX IF NOT EXISTS checked_debtors_email ON checked_debtors ((lower(email)) COLLATE \"C\");
    CREATE INDEX IF NOT EXISTS checked_debtors_name
        ON checked_debtors (lower(last_name), lower(first_name), lpad(split_part(zip_code, '-', 1), 5, '0'));
    CREATE INDEX IF NOT EXISTS checked_debts_debtor ON checked_debts (debtor_id);
    TRUNCATE checked_debtors, checked_debts";

#[derive(QueryableByName)]
struct ByEmail {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// For each identity the person with the same e-mail address.
pub(super) fn by_email(conn: &mut PgConnection, place: Place, all: &[Identity]) -> QueryResult<Vec<Option<Uuid>>> {
    let mut found = vec![None; all.len()];
    let asked = all.iter().enumerate().filter_map(|(place, one)| Some((i32::try_from(place).ok()?, one.email()?)));
    let (places, emails): (Vec<i32>, Vec<&str>) = asked.unzip();
    if places.is_empty() {
        return Ok(found);
    }
    // LIMIT keeps the look-up in the index, whatever the planner thinks of the table's size.
    let query = format!(
        "SELECT w.place, d.id FROM unnest($1, $2) AS w (place, email) CROSS JOIN LATERAL \
         (SELECT id FROM {} WHERE (lower(email)) COLLATE \"C\" = lower(w.email) ORDER BY created_at, id LIMIT 1) d",
        place.debtors
    );
    let rows: Vec<ByEmail> =
        diesel::sql_query(query).bind::<Array<Integer>, _>(places).bind::<Array<Text>, _>(emails).load(conn)?;
    for row in rows {
        if let Some(one) = usize::try_from(row.place).ok().and_then(|place| found.get_mut(place)) {
            *one = Some(row.id);
        }
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    first_name: String,
    #[diesel(sql_type = Text)]
    last_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    zip_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    address_line1: Option<String>,
}

/// Namesakes in one ZIP code that are looked at, at most.
const NAMESAKES: usize = 100;

/// Fills in, where nobody was found yet, the person with the same names and ZIP code whom telephone or address confirm.
pub(super) fn by_name(
    conn: &mut PgConnection,
    place: Place,
    all: &[Identity],
    found: &mut [Option<Uuid>],
) -> QueryResult<()> {
    let (mut places, mut lasts, mut firsts, mut zips) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (number, one) in all.iter().enumerate().filter(|(number, _)| matches!(found.get(*number), Some(None))) {
        let (Some((last, first, zip)), Ok(number)) = (one.name_and_zip(), i32::try_from(number)) else { continue };
        places.push(number);
        lasts.push(last);
        firsts.push(first);
        zips.push(zip);
    }
    if places.is_empty() {
        return Ok(());
    }
    let query = format!(
        "SELECT w.place, d.* FROM unnest($1, $2, $3, $4) AS w (place, last_name, first_name, zip) CROSS JOIN LATERAL \
         (SELECT id, first_name, last_name, zip_code, phone, address_line1 FROM {} \
          WHERE lower(last_name) = lower(w.last_name) AND lower(first_name) = lower(w.first_name) \
          AND lpad(split_part(zip_code, '-', 1), 5, '0') = w.zip ORDER BY created_at, id LIMIT {NAMESAKES}) d",
        place.debtors
    );
    let rows: Vec<Candidate> = diesel::sql_query(query)
        .bind::<Array<Integer>, _>(places)
        .bind::<Array<Text>, _>(lasts)
        .bind::<Array<Text>, _>(firsts)
        .bind::<Array<Text>, _>(zips)
        .load(conn)?;
    for row in rows {
        let number = usize::try_from(row.place).unwrap_or(usize::MAX);
        let (Some(one), Some(slot)) = (all.get(number), found.get_mut(number)) else { continue };
        let theirs = Identity::new(
            &row.first_name,
            &row.last_name,
            None,
            row.zip_code.as_deref(),
            row.phone.as_deref(),
            row.address_line1.as_deref(),
        );
        if slot.is_none() && one.is_same(&theirs) {
            *slot = Some(row.id);
        }
    }
    Ok(())
}

/// A debt with an account number of somebody who is known.
#[derive(QueryableByName)]
pub(super) struct KnownDebt {
    #[diesel(sql_type = SqlUuid)]
    pub(super) debtor_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(super) original_creditor: String,
    #[diesel(sql_type = Text)]
    pub(super) account_number: String,
}

/// The debts of these people that have an account number.
pub(super) fn debts_of(conn: &mut PgConnection, place: Place, people: Vec<Uuid>) -> QueryResult<Vec<KnownDebt>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT d.debtor_id, d.id, d.original_creditor, d.account_number FROM unnest($1) AS w (id) CROSS JOIN LATERAL \
         (SELECT debtor_id, id, original_creditor, account_number FROM {} \
          WHERE debtor_id = w.id AND account_number IS NOT NULL LIMIT 1000) d",
        place.debts
    );
    diesel::sql_query(query).bind::<Array<SqlUuid>, _>(people).load(conn)
}
