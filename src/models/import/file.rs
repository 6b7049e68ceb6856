//! The content of uploaded files, in pieces: no piece is too large for memory, and every machine can read it.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{import_chunks, imports};

/// The size of a piece in bytes; the last may be smaller.
pub const PIECE: usize = 1 << 20;

/// Adds a piece.
pub fn append(conn: &mut PgConnection, import_id: Uuid, number: i32, content: &[u8]) -> QueryResult<()> {
    use import_chunks as t;
    diesel::insert_into(t::table)
        .values((t::import_id.eq(import_id), t::number.eq(number), t::content.eq(content)))
        .execute(conn)
        .map(drop)
}

/// A piece; `None` behind the last.
pub fn piece(conn: &mut PgConnection, import_id: Uuid, number: i32) -> QueryResult<Option<Vec<u8>>> {
    import_chunks::table.find((import_id, number)).select(import_chunks::content).first(conn).optional()
}

/// Deletes the content.
pub fn delete(conn: &mut PgConnection, import_id: Uuid) -> QueryResult<()> {
    diesel::delete(import_chunks::table.filter(import_chunks::import_id.eq(import_id))).execute(conn).map(drop)
}

/// The pieces of the import that an outer query is about.
#[diesel::dsl::auto_type]
pub(super) fn of(id: imports::id) -> _ {
    import_chunks::table.filter(import_chunks::import_id.eq(id))
}
