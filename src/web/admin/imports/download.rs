//! The list of wrong rows as a file.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::jobs::import::listing;
use crate::models::audit::{self, Act};
use crate::models::import;
use crate::web::admin::{Staff, id};
use crate::web::error::AppError;

/// `GET /admin/imports/{id}/errors`: the wrong rows with their reasons, as CSV; on record before the first byte leaves.
pub async fn errors(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let import_id = id(&req, "id")?;
    let found = staff
        .run(move |conn, actor, now| {
            let Some(import) = import::find(conn, import_id)? else { return Ok(None) };
            let details = json!({"file": import.file_name, "rows": import.counts().failed});
            let act = Act {
                action: "import.errors_read",
                subject: "import",
                subject_id: Some(import_id),
                details,
                ..Act::default()
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(import))
        })
        .await?;
    let import = found.ok_or(AppError::NotFound)?;
    let (db, lang) = (staff.state().db.clone(), staff.visit().lang);
    // Piece by piece, each its own statement: a slow client holds neither a connection nor a transaction.
    let pieces = futures_util::stream::unfold(Some((db, import, None)), move |next| async move {
        let (db, import, after) = next?;
        let asked = import.clone();
        match db.read(move |conn| listing::piece(conn, &asked, lang, after)).await {
            Ok(piece) => {
                let next = piece.next.map(|line| (db, import, Some(line)));
                Some((Ok(Bytes::from(piece.content)), next))
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"wrong-rows.csv\""))
        .streaming(Box::pin(pieces)))
}
