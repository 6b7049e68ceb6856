//! `src/schema.rs` against the database, without the diesel program: compiling that takes longer than all tests.
//!
//! This prints what `diesel print-schema` prints with our `diesel.toml`, for the kinds of columns we have.

use std::fmt::Write;

use diesel::pg::PgConnection;

use crate::support::db::{TestDb, column};

#[test]
fn schema_rs_is_what_diesel_print_schema_gives() {
    let db = TestDb::create();
    let wanted = print_schema(&mut db.connect());
    #[allow(clippy::disallowed_methods, reason = "the way to write the file instead of comparing it")]
    if std::env::var("QUITTANCE_WRITE_SCHEMA").is_ok() {
        std::fs::write("src/schema.rs", &wanted).unwrap();
    }
    let found = std::fs::read_to_string("src/schema.rs").unwrap();
    assert!(found == wanted, "src/schema.rs is not what the migrations lead to; see migrations/README.md:\n{wanted}");
}

fn print_schema(conn: &mut PgConnection) -> String {
    let tables = column(
        conn,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND relname NOT LIKE '\\_\\_diesel%' ORDER BY relname COLLATE \"C\"",
    );
    let mut printed = String::from("// @generated automatically by Diesel CLI.\n");
    for table in &tables {
        print_table(conn, table, &mut printed);
    }
    printed.push('\n');
    for joinable in column(
        conn,
        "SELECT * FROM (SELECT format('diesel::joinable!(%s -> %s (%s));', k.conrelid::regclass, k.confrelid::regclass, a.attname)
         FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         -- Of two tables with several keys between them diesel does not know which one joins them.
         WHERE k.contype = 'f' AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.contype = 'f' AND o.oid <> k.oid
             AND o.conrelid = k.conrelid AND o.confrelid = k.confrelid)) AS printed (line) ORDER BY line COLLATE \"C\"",
    ) {
        writeln!(printed, "{joinable}").unwrap();
    }
    writeln!(printed, "\ndiesel::allow_tables_to_appear_in_same_query!(").unwrap();
    for table in &tables {
        writeln!(printed, "    {table},").unwrap();
    }
    printed.push_str(");\n");
    printed
}

fn print_table(conn: &mut PgConnection, table: &str, printed: &mut String) {
    let comment = column(conn, &format!("SELECT obj_description('{table}'::regclass)")).remove(0);
    let key = column(
        conn,
        &format!(
            "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
             WHERE indrelid = '{table}'::regclass AND indisprimary ORDER BY array_position(indkey, attnum)"
        ),
    )
    .join(", ");
    writeln!(printed, "\ndiesel::table! {{\n    /// {comment}\n    {table} ({key}) {{").unwrap();
    let columns = column(
        conn,
        &format!(
            "SELECT '        /// ' || col_description(attrelid, attnum) || E'\\n'
                || CASE WHEN atttypid = 'varchar'::regtype
                    THEN '        #[max_length = ' || atttypmod - 4 || E']\\n' ELSE '' END
                || '        ' || attname || ' -> '
                || CASE WHEN attnotnull THEN kind ELSE 'Nullable<' || kind || '>' END || ','
             FROM pg_attribute JOIN (SELECT oid, CASE WHEN typname LIKE '\\_%'
                THEN 'Array<Nullable<' || initcap(substr(typname, 2)) || '>>' ELSE initcap(typname) END AS kind FROM pg_type) AS pg_type ON pg_type.oid = atttypid
             WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ),
    );
    for one in columns {
        writeln!(printed, "{one}").unwrap();
    }
    printed.push_str("    }\n}\n");
}
