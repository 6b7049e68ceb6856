//! Forms that bring files along, read as they arrive and kept in memory: a few files of a few megabytes.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::{Bytes, Payload};
use futures_util::{StreamExt, TryStreamExt};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::domain::evidence::{File, MOST_BYTES, MOST_BYTES_AT_ONCE, MOST_FILES, Refused};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security;
use crate::web::visitor::Visit;

/// Forms with files that are read at the same time: each may hold [`MOST_BYTES_AT_ONCE`] in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// The longest that a form may take, however steadily it arrives: 25 MB at half a megabit a second.
const LONGEST: Duration = Duration::from_secs(7 * 60);
/// How long a form waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// A text field may be so long: 10,000 characters of four bytes each.
const FIELD_BYTES: usize = 40_000;
/// What is read of a form whose files are too large, so that the browser gets to its answer.
const MOST_READ: usize = 80 * 1024 * 1024;
/// Parts of a form.
const MOST_PARTS: usize = 40;

/// Why the files of a form are not taken; its other fields are kept all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// One is empty.
    Empty,
    /// One is none of the types that are taken.
    Type,
    /// One is larger than 10 MB.
    TooLarge,
    /// All together are larger than 25 MB.
    TooLargeTogether,
    /// More than five.
    TooMany,
}

impl FileProblem {
    /// The end of its locale key.
    pub const fn name(self) -> &'static str {
        match self {
            FileProblem::Empty => "empty",
            FileProblem::Type => "type",
            FileProblem::TooLarge => "too-large",
            FileProblem::TooLargeTogether => "too-large-together",
            FileProblem::TooMany => "too-many",
        }
    }
}

/// A form with its files.
pub struct Upload {
    /// The fields.
    pub form: PostedForm,
    /// The files, in the order they came; empty where there is a problem.
    pub files: Vec<File>,
    /// What is wrong with the files.
    pub problem: Option<FileProblem>,
}

/// Reads a form of ours that may bring files in the field `files`. The anti-forgery value comes first, so that nothing is kept of a
/// form that is not ours.
///
/// # Errors
/// [`AppError`] for what no page of ours sends; what a person may get wrong with files is [`Upload::problem`].
pub async fn receive(req: &HttpRequest, visit: &Visit, payload: Payload) -> Result<Upload, AppError> {
    let state = visit.state();
    security::check_origin(req, &state.settings)?;
    let _turn = timeout(TURN, AT_ONCE.acquire()).await.map_err(|_| AppError::Busy)?.map_err(AppError::internal)?;
    let patience = Duration::from_secs(state.settings.args.http.http_body_timeout_seconds);
    let mut reader = Reader { patience, read: 0, fields: Vec::new(), files: Vec::new(), problem: None, bytes: 0 };
    let parts = Multipart::new(req.headers(), payload);
    timeout_at(Instant::now() + LONGEST, reader.read(visit, parts)).await.map_err(|_| AppError::TooSlow)??;
    let files = if reader.problem.is_some() { Vec::new() } else { reader.files };
    Ok(Upload { form: PostedForm::of(reader.fields), files, problem: reader.problem })
}

struct Reader {
    patience: Duration,
    /// Bytes that arrived in all.
    read: usize,
    fields: Vec<(String, String)>,
    files: Vec<File>,
    /// Bytes of the files that are kept.
    bytes: usize,
    problem: Option<FileProblem>,
}

impl Reader {
    async fn read(&mut self, visit: &Visit, mut parts: Multipart) -> Result<(), AppError> {
        let mut is_ours = false;
        for _ in 0..MOST_PARTS {
            let next = timeout(self.patience, parts.try_next()).await.map_err(|_| AppError::TooSlow)?;
            let Some(mut field) = next.map_err(|_| AppError::BadForm)? else {
                return if is_ours { Ok(()) } else { Err(AppError::Forgery) };
            };
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "files" if is_ours => self.file(&mut field).await?,
                _ => {
                    let value = self.text(&mut field).await?;
                    if !is_ours && (name != "af" || !visit.is_own_form(&value)) {
                        return Err(AppError::Forgery);
                    }
                    is_ours = true;
                    if value.contains('\0') || self.fields.iter().any(|(known, _)| *known == name) {
                        return Err(AppError::BadForm);
                    }
                    self.fields.push((name, value));
                }
            }
        }
        Err(AppError::BadForm)
    }

    async fn next(&mut self, field: &mut Field) -> Result<Option<Bytes>, AppError> {
        let next = timeout(self.patience, field.next()).await.map_err(|_| AppError::TooSlow)?;
        let bytes = next.transpose().map_err(|_| AppError::BadForm)?;
        self.read += bytes.as_ref().map_or(0, Bytes::len);
        if self.read > MOST_READ { Err(AppError::TooLarge) } else { Ok(bytes) }
    }

    async fn text(&mut self, field: &mut Field) -> Result<String, AppError> {
        let mut value = Vec::new();
        while let Some(bytes) = self.next(field).await? {
            if value.len() + bytes.len() > FIELD_BYTES {
                return Err(AppError::TooLarge);
            }
            value.extend_from_slice(&bytes);
        }
        String::from_utf8(value).map_err(|_| AppError::BadForm)
    }

    async fn file(&mut self, field: &mut Field) -> Result<(), AppError> {
        let name = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
        let mut content = Vec::new();
        let mut too_large = None;
        while let Some(bytes) = self.next(field).await? {
            if content.len() + bytes.len() > MOST_BYTES {
                too_large = Some(FileProblem::TooLarge);
            } else if self.bytes + content.len() + bytes.len() > MOST_BYTES_AT_ONCE {
                too_large = Some(FileProblem::TooLargeTogether);
            }
            match too_large {
                // Read on without keeping it: a browser reads the answer only when it has sent all of its form.
                Some(_) => content.clear(),
                None => content.extend_from_slice(&bytes),
            }
        }
        // A file field that nobody used is sent all the same, without a name.
        if name.is_empty() && content.is_empty() && too_large.is_none() {
            return Ok(());
        }
        let taken = match too_large {
            Some(problem) => Err(problem),
            None if self.files.len() == MOST_FILES => Err(FileProblem::TooMany),
            None => File::take(&name, content).map_err(|refused| match refused {
                Refused::Empty => FileProblem::Empty,
                Refused::Type => FileProblem::Type,
            }),
        };
        match taken {
            Ok(file) => {
                self.bytes += file.bytes.len();
                self.files.push(file);
            }
            Err(problem) => {
                self.problem.get_or_insert(problem);
            }
        }
        Ok(())
    }
}

/// Answers with a file to be saved: never shown inside a page of ours, whatever it is.
pub fn download(visit: &Visit, name: &str, media_type: &str, content: Vec<u8>) -> actix_web::HttpResponse {
    use actix_web::http::header::{Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let extended = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(extended)],
    };
    let mut answer = actix_web::HttpResponse::Ok();
    visit.add_cookies(&mut answer);
    answer.insert_header(disposition).content_type(media_type).body(content)
}
