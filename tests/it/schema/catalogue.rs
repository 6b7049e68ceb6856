use crate::support::db::{TestDb, column};

/// Tables of the migration library are not ours.
const OURS: &str = "c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_\\_diesel%'";

fn assert_none(what: &str, query: &str) {
    let found = column(&mut TestDb::create().connect(), query);
    assert!(found.is_empty(), "{what}: {found:?}");
}

#[test]
fn every_foreign_key_has_an_index_and_refuses_to_orphan() {
    assert_none(
        "foreign keys without an index",
        "SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k WHERE k.contype = 'f' AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])",
    );
    assert_none(
        "foreign keys that delete or empty rows of the record",
        "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE contype = 'f'
            AND (confdeltype <> 'a' OR confupdtype <> 'a') AND conrelid <> 'sessions'::regclass",
    );
}

#[test]
fn every_table_and_column_has_a_comment() {
    assert_none(
        "tables without a comment",
        &format!("SELECT c.relname FROM pg_class c WHERE {OURS} AND relkind = 'r' AND obj_description(c.oid) IS NULL"),
    );
    assert_none(
        "columns without a comment",
        &format!(
            "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE {OURS} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND col_description(c.oid, attnum) IS NULL"
        ),
    );
}

#[test]
fn every_time_has_a_zone() {
    assert_none(
        "times without a zone",
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type LIKE '%without time zone' AND table_name NOT LIKE '\\_\\_diesel%'",
    );
}

#[test]
fn a_column_with_a_default_is_never_empty() {
    assert_none(
        "columns with a default that may be NULL",
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_default IS NOT NULL AND is_nullable = 'YES'",
    );
}

#[test]
fn the_customers_tables_columns_and_index_names_are_all_there() {
    let before = TestDb::bare();
    let customer = std::fs::read_to_string("migrations/2026-11-22-090000_customer_schema/up.sql").unwrap();
    super::run(&mut before.connect(), &customer);
    let after = TestDb::create();
    for query in [
        // The indexes that he named; those PostgreSQL names by itself belong to constraints.
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'idx\\_%'",
        "SELECT table_name || '.' || column_name || ' ' || coalesce(character_maximum_length::TEXT, '')
            || coalesce(numeric_precision || ',' || numeric_scale, '') || coalesce(' default ' || column_default, '')
         FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE '%_pkey'",
    ] {
        let now = column(&mut after.connect(), query);
        let wanted = column(&mut before.connect(), query);
        assert!(!wanted.is_empty());
        let missing: Vec<_> = wanted.iter().filter(|one| !now.contains(one)).collect();
        assert!(missing.is_empty(), "missing: {missing:?}");
    }
}

#[test]
fn no_index_repeats_another() {
    assert_none(
        "columns with more than one unique index",
        "SELECT indrelid::regclass || ' ' || indkey::TEXT FROM pg_index WHERE indisunique AND indpred IS NULL
            AND indrelid::regclass::TEXT NOT LIKE 'pg\\_%' AND indrelid >= 16384
         GROUP BY indrelid, indkey HAVING count(*) > 1",
    );
    assert_none(
        "plain indexes on a column that has a unique one",
        "SELECT a.indexrelid::regclass FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid
         WHERE a.indrelid >= 16384 AND NOT a.indisunique AND b.indisunique AND a.indnkeyatts = 1 AND b.indnkeyatts = 1
            AND a.indkey[0] = b.indkey[0] AND a.indkey[0] <> 0 AND a.indpred IS NULL AND b.indpred IS NULL",
    );
}

#[test]
fn histories_are_read_from_an_index_in_page_order() {
    let db = TestDb::create();
    let mut conn = db.connect();
    for (table, order) in [
        ("emails", "\"timestamp\" DESC, id"),
        ("calls", "\"timestamp\" DESC, id"),
        ("sms", "\"timestamp\" DESC, id"),
        ("payments", "COALESCE(completed_at, created_at) DESC, id"),
    ] {
        let indexes = column(&mut conn, &format!("SELECT indexdef FROM pg_indexes WHERE tablename = '{table}'"));
        let wanted = format!("(debt_id, {order})");
        assert!(indexes.iter().any(|index| index.contains(&wanted)), "{table}: {indexes:?}");
    }
}
