//! Taking an uploaded file into the database, piece by piece as it arrives.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

use super::{Problem, list_page};
use crate::db::DbError;
use crate::domain::import::Kind;
use crate::domain::import::format::Unreadable;
use crate::domain::import::head::{self, Head};
use crate::domain::import::header::Mapping;
use crate::models::audit::{self, Act};
use crate::models::import::{self, Content, NewImport, Origin, file};
use crate::web::admin::Staff;
use crate::web::error::AppError;
use crate::web::security;

/// The longest that an upload may take, however steadily it arrives.
const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);
/// The longest text field before the file.
const FIELD_BYTES: usize = 200;

/// Why an upload is not taken.
enum Refused {
    /// With a page of its own.
    Error(AppError),
    /// With the form and a sentence at a field.
    Field(&'static str, &'static str),
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Refused {
        Refused::Error(error)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Refused {
        Refused::Error(error.into())
    }
}

/// What arrived.
struct Arrived {
    id: Uuid,
    kind: Kind,
    sha256: Vec<u8>,
    size: u64,
    beginning: Vec<u8>,
}

/// `POST /admin/imports`: the anti-forgery value and the kind come before the file, so that nothing of the file is kept for a form
/// that is not ours.
pub async fn upload(req: HttpRequest, staff: Staff, payload: Payload) -> Result<HttpResponse, AppError> {
    security::check_origin(&req, &staff.state().settings)?;
    let mut fields = Multipart::new(req.headers(), payload);
    let mut kind = None;
    match receive(&staff, &mut fields, &mut kind).await {
        Ok(id) => Ok(staff.redirect(&format!("/admin/imports/{id}"))),
        Err(Refused::Error(error)) => Err(error),
        Err(Refused::Field(field, key)) => {
            // The rest of the body is nobody's business, but a browser reads the answer only when it has sent all of it.
            let _ = timeout(Duration::from_secs(5), drain(&mut fields)).await;
            let problem = Problem { field, message: staff.visit().lang.tx("imports-upload-", key).into_owned() };
            list_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, kind.unwrap_or(Kind::Accounts), Some(problem))
                .await
        }
    }
}

async fn receive(staff: &Staff, fields: &mut Multipart, kind: &mut Option<Kind>) -> Result<Uuid, Refused> {
    let (ends_at, mut is_ours) = (Instant::now() + LONGEST, false);
    while let Some(mut field) = next_field(staff, fields).await? {
        match field.name() {
            Some("af") => {
                let value = text(staff, &mut field).await?;
                if !staff.visit().is_own_form(&value) {
                    return Err(Refused::Error(AppError::Forgery));
                }
                is_ours = true;
            }
            _ if !is_ours => return Err(Refused::Error(AppError::Forgery)),
            Some("kind") => *kind = Kind::parse(&text(staff, &mut field).await?),
            Some("file") => {
                let Some(kind) = *kind else { return Err(Refused::Field("kind", "no-kind")) };
                let name = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
                return take_file(staff, &mut field, kind, &name, ends_at).await;
            }
            _ => return Err(Refused::Error(AppError::BadForm)),
        }
    }
    if is_ours { Err(Refused::Field("file", "no-file")) } else { Err(Refused::Error(AppError::Forgery)) }
}

/// The next part of the form, while its parts keep coming.
async fn next_field(staff: &Staff, fields: &mut Multipart) -> Result<Option<Field>, AppError> {
    timeout(patience(staff), fields.try_next()).await.map_err(|_| AppError::TooSlow)?.map_err(|_| AppError::BadForm)
}

async fn next_bytes(staff: &Staff, field: &mut Field) -> Result<Option<Bytes>, AppError> {
    let next = timeout(patience(staff), field.next()).await.map_err(|_| AppError::TooSlow)?;
    next.transpose().map_err(|_| AppError::BadForm)
}

/// How long nothing may arrive: what a whole form may take.
fn patience(staff: &Staff) -> Duration {
    Duration::from_secs(staff.state().settings.args.http.http_body_timeout_seconds)
}

async fn text(staff: &Staff, field: &mut Field) -> Result<String, AppError> {
    let mut value = Vec::new();
    while let Some(bytes) = next_bytes(staff, field).await? {
        if value.len() + bytes.len() > FIELD_BYTES {
            return Err(AppError::BadForm);
        }
        value.extend_from_slice(&bytes);
    }
    String::from_utf8(value).map_err(|_| AppError::BadForm)
}

async fn drain(fields: &mut Multipart) {
    while let Ok(Some(mut field)) = fields.try_next().await {
        while let Ok(Some(_)) = field.try_next().await {}
    }
}

/// Keeps the file; whatever goes wrong, nothing of it stays.
async fn take_file(
    staff: &Staff,
    field: &mut Field,
    kind: Kind,
    name: &str,
    ends_at: Instant,
) -> Result<Uuid, Refused> {
    let (db, now) = (staff.state().db.clone(), staff.now());
    let (name, staff_id) = (name.to_owned(), staff.session.person.id);
    let time_zone = staff.state().settings.company.time_zone;
    let id = db
        .write(move |conn| {
            let new = NewImport { kind, origin: Origin::Web, file_name: &name, staff_id: Some(staff_id), time_zone };
            import::create(conn, &new, now)
        })
        .await?;
    let taken = match timeout_at(ends_at, keep(staff, field, kind, id)).await {
        Ok(Ok(arrived)) => finish(staff, arrived).await,
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(AppError::TooSlow.into()),
    };
    if taken.is_err() {
        db.write(move |conn| import::forget(conn, id)).await?;
    }
    taken.map(|()| id)
}

/// Writes the pieces as they arrive.
async fn keep(staff: &Staff, field: &mut Field, kind: Kind, id: Uuid) -> Result<Arrived, AppError> {
    let limit = staff.state().settings.args.import.import_limit_bytes;
    let (mut hasher, mut beginning) = (Sha256::new(), Vec::new());
    let (mut piece, mut number, mut size) = (Vec::with_capacity(file::PIECE), 0, 0u64);
    loop {
        let bytes = next_bytes(staff, field).await?;
        let at_end = bytes.is_none();
        let mut rest = bytes.unwrap_or_default();
        size += rest.len() as u64;
        if size > limit {
            return Err(AppError::TooLarge);
        }
        hasher.update(&rest);
        let missing = head::BYTES.saturating_sub(beginning.len()).min(rest.len());
        beginning.extend_from_slice(rest.get(..missing).unwrap_or_default());
        while !rest.is_empty() {
            let room = (file::PIECE - piece.len()).min(rest.len());
            piece.extend_from_slice(&rest.split_to(room));
            if piece.len() == file::PIECE {
                let full = std::mem::replace(&mut piece, Vec::with_capacity(file::PIECE));
                staff.state().db.write(move |conn| file::append(conn, id, number, &full)).await?;
                number += 1;
            }
        }
        if at_end {
            break;
        }
    }
    if !piece.is_empty() {
        staff.state().db.write(move |conn| file::append(conn, id, number, &piece)).await?;
    }
    Ok(Arrived { id, kind, sha256: hasher.finalize().to_vec(), size, beginning })
}

/// Notes what the file turned out to be, with what its columns meant the last time or seem to mean.
async fn finish(staff: &Staff, arrived: Arrived) -> Result<(), Refused> {
    let Arrived { id, kind, sha256, size, beginning } = arrived;
    let head = Head::read(&beginning, 0).map_err(|error| Refused::Field("file", Unreadable::name(error)))?;
    let noted = staff.run(move |conn, actor, now| {
        let header = &head.header;
        let mapping = import::remembered(conn, kind, header)?.unwrap_or_else(|| Mapping::guess(kind, header));
        let content = Content {
            sha256: &sha256,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            header,
            delimiter: head.delimiter,
        };
        import::uploaded(conn, id, &content, &mapping)?;
        let hash: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let details = json!({"kind": kind.as_str(), "bytes": size, "sha256": hash});
        let act = Act { action: "import.uploaded", subject: "import", subject_id: Some(id), details, ..Act::default() };
        audit::write(conn, actor, &act, now)
    });
    Ok(noted.await?)
}
