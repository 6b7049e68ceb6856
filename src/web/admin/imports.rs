//! `/admin/imports`: files that are taken in, from the upload to the list of what was wrong.

mod download;
mod upload;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::import::field::Field;
use crate::domain::import::head::{self, Head};
use crate::domain::import::header::{Mapping, MappingError};
use crate::domain::import::{Kind, Mode, Options};
use crate::jobs::import::listing;
use crate::models::audit::{self, Act};
use crate::models::import::fault::{self, WrongRow};
use crate::models::import::{self, Begun, Choice, Import, State, Step, file};
use crate::web::admin::{Frame, Staff, cursor_text, id, read_cursor};
use crate::web::error::AppError;
use crate::web::form::{self, PostedForm};

pub use download::errors;
pub use upload::upload;

/// Imports on a page.
const LISTED: usize = 50;
/// Rows of the file that are shown.
const PREVIEWED: usize = 5;
/// Wrong rows that are shown; the rest are in the file to download.
const SHOWN_WRONG: i64 = 20;
/// How soon the page of an import at work asks for itself again.
const REFRESH_SECONDS: &str = "2";

#[derive(Template)]
#[template(path = "admin/imports.html")]
struct ImportsPage {
    chrome: Frame,
    imports: Vec<Import>,
    older: Option<String>,
    kind: Kind,
    problem: Option<Problem>,
    limit_mb: u64,
}

/// What is wrong with a form.
struct Problem {
    field: &'static str,
    message: String,
}

impl ImportsPage {
    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

/// `GET /admin/imports`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let [before] = form::query(&req, ["before"])?;
    list_page(&staff, StatusCode::OK, before.as_deref().and_then(read_cursor), Kind::Accounts, None).await
}

async fn list_page(
    staff: &Staff,
    status: StatusCode,
    before: Option<(DateTime<Utc>, Uuid)>,
    kind: Kind,
    problem: Option<Problem>,
) -> Result<HttpResponse, AppError> {
    let mut imports = staff.state().db.read(move |conn| import::list(conn, before, LISTED as i64 + 1)).await?;
    let more = imports.len() > LISTED;
    imports.truncate(LISTED);
    let last = imports.last().filter(|_| more);
    let older = last.map(|last| format!("/admin/imports?before={}", cursor_text(last.created_at, last.id)));
    let limit_mb = staff.state().settings.args.import.import_limit_bytes / (1 << 20);
    staff.page(status, &ImportsPage { chrome: staff.frame(), imports, older, kind, problem, limit_mb })
}

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage {
    chrome: Frame,
    import: Import,
    chosen: Chosen,
    columns: Vec<Column>,
    /// The import that has taken the same file in before.
    earlier: Option<Import>,
    wrong: Vec<Wrong>,
    problem: Option<Problem>,
}

/// What stands in the form.
struct Chosen {
    mapping: Mapping,
    options: Options,
    again: bool,
}

/// A column of the file.
struct Column {
    number: usize,
    name: String,
    /// What its first rows have.
    samples: Vec<String>,
    /// What it means.
    field: Option<Field>,
    /// Whether that is what is wrong with the form.
    wrong: bool,
}

impl Column {
    fn means(&self, field: &Field) -> bool {
        self.field == Some(*field)
    }
}

/// A row that is not taken.
struct Wrong {
    line: i64,
    sentences: Vec<String>,
}

impl ImportPage {
    fn can_choose(&self) -> bool {
        matches!(self.import.state(), State::Uploaded | State::Checked)
    }

    fn is_at_work(&self) -> bool {
        matches!(self.import.state(), State::Checking | State::Running)
    }

    fn has_counts(&self) -> bool {
        matches!(self.import.state(), State::Checked | State::Finished)
            || (self.import.state() == State::Canceled && self.import.counts().rows > 0)
    }

    fn per_row(&self) -> bool {
        self.chosen.options.mode == Mode::PerRow
    }

    fn has_messages(&self) -> bool {
        matches!(self.import.kind(), Kind::Emails | Kind::Calls | Kind::Sms)
    }

    fn percent(&self) -> i64 {
        (self.import.bytes_read.saturating_mul(100) / self.import.size.max(1)).min(100)
    }

    fn wrong_heading(&self) -> String {
        self.chrome.count("imports-wrong", self.import.counts().failed)
    }

    fn required(&self) -> String {
        let names = self.import.kind().required().iter().map(|f| self.chrome.tx("imports-field-", f.as_str()));
        names.collect::<Vec<_>>().join(", ")
    }

    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

/// What the database knows about an import for its page.
struct Known {
    import: Import,
    beginning: Vec<u8>,
    earlier: Option<Import>,
    wrong: Vec<WrongRow>,
}

/// `GET /admin/imports/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    import_page(&staff, StatusCode::OK, id(&req, "id")?, None).await
}

/// The page, with what was chosen and is wrong about it where a form came back.
async fn import_page(
    staff: &Staff,
    status: StatusCode,
    import_id: Uuid,
    refused: Option<(Chosen, Problem, Option<Field>)>,
) -> Result<HttpResponse, AppError> {
    let known = staff.run(move |conn, actor, now| {
        let Some(import) = import::find(conn, import_id)? else { return Ok(None) };
        let mut known = Known { import, beginning: Vec::new(), earlier: None, wrong: Vec::new() };
        if matches!(known.import.state(), State::Uploaded | State::Checked) {
            known.beginning = file::piece(conn, import_id, 0)?.unwrap_or_default();
            known.beginning.truncate(head::BYTES);
            known.earlier = import::of_same_file(conn, known.import.kind(), &known.import.sha256)?;
            // The first rows are people's data.
            let details = json!({"file": known.import.file_name});
            let act = Act {
                action: "import.previewed",
                subject: "import",
                subject_id: Some(import_id),
                details,
                ..Act::default()
            };
            audit::write(conn, actor, &act, now)?;
        }
        if !matches!(known.import.state(), State::Checking | State::Running) {
            known.wrong = fault::after(conn, import_id, 0, SHOWN_WRONG)?;
        }
        Ok(Some(known))
    });
    let Known { import, beginning, earlier, wrong } = known.await?.ok_or(AppError::NotFound)?;
    let (chosen, problem, wrong_field) = match refused {
        Some((chosen, problem, field)) => (chosen, Some(problem), field),
        None => (Chosen { mapping: import.mapping(), options: import.options(), again: import.again }, None, None),
    };
    let lang = staff.visit().lang;
    let sentences = |row: WrongRow| Wrong {
        line: row.line,
        sentences: row.faults.iter().map(|fault| listing::sentence(lang, fault)).collect(),
    };
    let columns = columns(&import, &beginning, &chosen.mapping, wrong_field);
    let wrong = wrong.into_iter().map(sentences).collect();
    let page = ImportPage { chrome: staff.frame(), import, chosen, columns, earlier, wrong, problem };
    let at_work = page.is_at_work();
    let mut answer = staff.page(status, &page)?;
    if at_work {
        let refresh = header::HeaderName::from_static("refresh");
        answer.headers_mut().insert(refresh, header::HeaderValue::from_static(REFRESH_SECONDS));
    }
    Ok(answer)
}

fn columns(import: &Import, beginning: &[u8], mapping: &Mapping, wrong: Option<Field>) -> Vec<Column> {
    let rows = Head::read(beginning, PREVIEWED).map(|head| head.rows).unwrap_or_default();
    let column = |(number, name): (usize, String)| {
        let field = mapping.columns().get(number).copied().flatten();
        let samples = rows.iter().filter_map(|row| row.get(number)).filter(|cell| !cell.trim().is_empty());
        Column {
            number,
            name,
            samples: samples.map(|cell| cell.chars().take(60).collect()).collect(),
            field,
            wrong: wrong.is_some() && field == wrong,
        }
    };
    import.header().into_iter().enumerate().map(column).collect()
}

/// What came of a form that begins a step.
enum Outcome {
    Begun,
    NotFound,
    NotReady,
    SameFile,
    Mapping(MappingError),
}

/// `POST /admin/imports/{id}`: checks the file, or takes it in, with the meaning that was chosen for its columns.
pub async fn begin(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let import_id = id(&req, "id")?;
    let step = match form.get("step") {
        "check" => Step::Check,
        "run" => Step::Run,
        _ => return Err(AppError::BadForm),
    };
    let fields = (0..head::MOST_COLUMNS).map(|number| Field::parse(form.get(&format!("column-{number}"))));
    let fields: Vec<Option<Field>> = fields.collect();
    let options = Options {
        mode: if form.get("mode") == "all" { Mode::AllOrNothing } else { Mode::PerRow },
        recognise: form.get("people") != "new",
        update_balance: form.get("update_balance") == "yes" && form.get("people") != "new",
        checked: form.get("checked") == "yes",
        time_zone: staff.state().settings.company.time_zone,
    };
    let again = form.get("again") == "yes";
    let chosen = fields.clone();
    let outcome = staff.run(move |conn, actor, now| {
        let Some(import) = import::find(conn, import_id)? else { return Ok(Outcome::NotFound) };
        let mapping = Mapping::new(chosen.into_iter().take(import.header().len()).collect());
        if let Err(error) = mapping.check(import.kind()) {
            return Ok(Outcome::Mapping(error));
        }
        if step == Step::Run && !again && import::of_same_file(conn, import.kind(), &import.sha256)?.is_some() {
            return Ok(Outcome::SameFile);
        }
        let choice = Choice { mapping: &mapping, options, again, step };
        match import::begin(conn, import_id, &choice, now)? {
            Begun::NotReady => return Ok(Outcome::NotReady),
            Begun::SameFile => return Ok(Outcome::SameFile),
            Begun::Yes => {}
        }
        let action = if step == Step::Check { "import.checked" } else { "import.started" };
        let details = json!({
            "file": import.file_name, "kind": import.kind().as_str(), "fields": mapping.names(),
            "all_or_nothing": options.mode == Mode::AllOrNothing, "recognise": options.recognise,
            "update_balance": options.update_balance, "checked": options.checked, "again": again,
        });
        let act = Act { action, subject: "import", subject_id: Some(import_id), details, ..Act::default() };
        audit::write(conn, actor, &act, now)?;
        Ok(Outcome::Begun)
    });
    let lang = staff.visit().lang;
    let (problem, field) = match outcome.await? {
        // Somebody else was faster, or the button was pressed twice: the page tells where it stands.
        Outcome::Begun | Outcome::NotReady => return Ok(staff.redirect(&format!("/admin/imports/{import_id}"))),
        Outcome::NotFound => return Err(AppError::NotFound),
        Outcome::SameFile => {
            (Problem { field: "again", message: lang.t("imports-same-file-refused").into_owned() }, None)
        }
        Outcome::Mapping(error) => mapping_problem(&staff, error),
    };
    let chosen = Chosen { mapping: Mapping::new(fields), options, again };
    import_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, import_id, Some((chosen, problem, field))).await
}

fn mapping_problem(staff: &Staff, error: MappingError) -> (Problem, Option<Field>) {
    let lang = staff.visit().lang;
    let name = |field: Field| listing::field_name(lang, field);
    let (message, field) = match error {
        MappingError::Twice(field) | MappingError::Foreign(field) => {
            (lang.with("imports-mapping-twice", &[("field", &name(field))]), Some(field))
        }
        MappingError::Missing(field) => (lang.with("imports-mapping-missing", &[("field", &name(field))]), None),
        MappingError::NoDebt => (lang.t("imports-mapping-no-debt").into_owned(), None),
    };
    (Problem { field: "columns", message }, field)
}

/// `POST /admin/imports/{id}/cancellation`
pub async fn cancel(req: HttpRequest, staff: Staff, _form: PostedForm) -> Result<HttpResponse, AppError> {
    let import_id = id(&req, "id")?;
    let found = staff
        .run(move |conn, actor, now| {
            let Some(import) = import::find(conn, import_id)? else { return Ok(false) };
            if import::cancel(conn, import_id, now)? {
                let details = json!({"file": import.file_name, "state": import.state().as_str()});
                let act = Act {
                    action: "import.stopped",
                    subject: "import",
                    subject_id: Some(import_id),
                    details,
                    ..Act::default()
                };
                audit::write(conn, actor, &act, now)?;
            }
            Ok(true)
        })
        .await?;
    if found { Ok(staff.redirect(&format!("/admin/imports/{import_id}"))) } else { Err(AppError::NotFound) }
}
