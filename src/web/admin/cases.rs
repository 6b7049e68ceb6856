//! `/admin/cases`: what people have asked, disputes first among it, and the answers.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use diesel::QueryResult;
use diesel::pg::PgConnection;
use serde_json::json;
use uuid::Uuid;

use crate::domain::case::{Act, CaseKind, CaseStatus};
use crate::domain::money::Cents;
use crate::locale::Lang;
use crate::models::account::{self, Account};
use crate::models::audit::{self, Act as Audited};
use crate::models::case::file::{self, FileLine};
use crate::models::case::list::{self as cases, CaseFilter};
use crate::models::case::step::{self, Answer, Answered, Step};
use crate::models::case::{self, Case};
use crate::models::outbox::{self, NewMail};
use crate::web::admin::fields::Fields;
use crate::web::admin::listing::{Cell, Filters, List, Look, ROWS, Table, debt_href};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::security::sha256;
use crate::web::upload::{self, download};

const PATH: &str = "/admin/cases";

/// `GET /admin/cases`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let kinds = CaseKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(&chrome, kind)));
    let mut statuses =
        CaseStatus::ALL.map(|status| (status.as_str().to_owned(), status_name(&chrome, status))).to_vec();
    statuses.push(("overdue".to_owned(), chrome.t("cases-overdue").into_owned()));
    let status = filters.choice(&chrome, "status", chrome.t("cases-status"), statuses);
    let kind = filters.choice(&chrome, "kind", chrome.t("cases-kind"), kinds.to_vec());
    let number = filters.text(&chrome, "number", chrome.t("case-number"));
    let filter = CaseFilter {
        kind: kind.as_deref().and_then(CaseKind::parse),
        status: status.as_deref().and_then(CaseStatus::parse),
        overdue_at: (status.as_deref() == Some("overdue")).then(|| staff.now()),
        number: number.map(|number| number.to_uppercase()),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
    };
    let look = Look { action: "cases.listed", subject: "case" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((cases::search(conn, &filter, after, ROWS)?, cases::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let now = staff.now();
    let rows = page.rows.iter().map(|line| {
        let case = &line.case;
        let late = case.status == CaseStatus::Open && case.due_at.is_some_and(|due| due < now);
        let due = match (case.status, &case.due_at) {
            (CaseStatus::Open, Some(due)) => Cell::text(chrome.day(due)),
            (CaseStatus::Open | CaseStatus::Answered | CaseStatus::Closed, _) => Cell::default(),
        };
        vec![
            Cell::text(&case.number).to(format!("{PATH}/{}", case.id)),
            Cell::text(kind_name(&chrome, case.kind)),
            Cell::text(status_name(&chrome, case.status)).looking(if late {
                "status status-attention"
            } else {
                "status"
            }),
            due,
            Cell::time(&chrome, &case.opened_at),
            Cell::text(&line.original_creditor).to(debt_href(case.debt_id)),
        ]
    });
    let columns = ["case-number", "cases-kind", "cases-status", "cases-due", "cases-opened", "money-creditor"];
    let table = Table::of(&chrome, &columns, rows.collect());
    let heading = (chrome.t("staff-part-cases"), chrome.t("cases-staff-lead"));
    List::of(PATH, heading, filters, table, &found).show(&staff)
}

fn kind_name(chrome: &Frame, kind: CaseKind) -> String {
    chrome.tx("case-kind-", kind.as_str()).into_owned()
}

fn status_name(chrome: &Frame, status: CaseStatus) -> String {
    chrome.tx("cases-status-", status.as_str()).into_owned()
}

#[derive(Template)]
#[template(path = "admin/case.html")]
struct CasePage {
    chrome: Frame,
    account: Account,
    case: Case,
    steps: Vec<Step>,
    files: Vec<FileLine>,
    acts: Vec<Act>,
    fields: Fields,
    may_act: bool,
    done: bool,
    late: bool,
}

impl CasePage {
    fn files_of<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a FileLine> {
        self.files.iter().filter(|file| file.step_id == step.id)
    }

    /// The language the person wrote in, by its own name.
    fn language(&self) -> &'static str {
        Lang::parse(&self.case.language).unwrap_or(Lang::En).name()
    }

    fn is_dispute(&self) -> bool {
        self.case.kind == CaseKind::Dispute
    }

    fn timely(&self) -> Cow<'static, str> {
        match self.case.within_validation_period {
            Some(true) => self.chrome.t("cases-timely"),
            Some(false) => self.chrome.t("cases-not-timely"),
            None => self.chrome.t("cases-timely-unknown"),
        }
    }
}

struct Found {
    account: Account,
    case: Case,
    steps: Vec<Step>,
    files: Vec<FileLine>,
}

fn read(conn: &mut PgConnection, case_id: Uuid) -> QueryResult<Option<Found>> {
    let Some(case) = case::find(conn, case_id)? else { return Ok(None) };
    let Some(account) = account::find(conn, case.debt_id, sha256)? else { return Ok(None) };
    let (steps, files) = (step::of_case(conn, case_id)?, file::of_case(conn, case_id)?);
    Ok(Some(Found { account, case, steps, files }))
}

async fn page(req: &HttpRequest, staff: &Staff, fields: Fields, done: bool) -> Result<HttpResponse, AppError> {
    let case_id = id(req, "id")?;
    let found = staff
        .run(move |conn, actor, now| {
            let Some(found) = read(conn, case_id)? else { return Ok(None) };
            audit::write(conn, actor, &audited("case.read", &found.case, json!({})), now)?;
            Ok(Some(found))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let Found { account, case, steps, files } = found;
    let status = if fields.are_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CasePage {
        chrome: staff.frame(),
        acts: Act::ALL.into_iter().filter(|act| act.is_possible(case.kind, case.status)).collect(),
        late: case.status == CaseStatus::Open && case.due_at.is_some_and(|due| due < staff.now()),
        may_act: staff.may("/admin/cases/{id}/steps", "POST"),
        account,
        case,
        steps,
        files,
        fields,
        done,
    };
    staff.page(status, &page)
}

fn audited(action: &'static str, case: &Case, details: serde_json::Value) -> Audited<'static> {
    Audited { action, subject: "case", subject_id: Some(case.id), debt_id: Some(case.debt_id), details }
}

/// `GET /admin/cases/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let done = url::form_urlencoded::parse(req.query_string().as_bytes()).any(|(name, _)| name == "done");
    page(&req, &staff, Fields::default(), done).await
}

/// `POST /admin/cases/{id}/steps`: an answer, a document, a note, the end.
pub async fn act(req: HttpRequest, staff: Staff, payload: Payload) -> Result<HttpResponse, AppError> {
    let case_id = id(&req, "id")?;
    let upload = upload::receive(&req, staff.visit(), payload).await?;
    let mut fields = Fields::read(&upload.form, &["act", "body", "total_owed"]);
    let lang = staff.visit().lang;
    if let Some(problem) = upload.problem {
        fields.refuse("files", lang.tx("ask-files-problem-", problem.name()));
    }
    let Some(answer) = check(&staff, &mut fields, upload.files) else {
        return page(&req, &staff, fields, false).await;
    };
    let by = staff.session.person.id;
    let answered = staff
        .run(move |conn, actor, now| {
            let before = case::find(conn, case_id)?;
            let total_before = match &before {
                Some(case) => account::find(conn, case.debt_id, sha256)?.map(|account| account.figures.total_owed),
                None => None,
            };
            let answered = step::answer(conn, case_id, &answer, by, now)?;
            if let Answered::Done(case, old, new) = &answered {
                let details = json!({
                    "number": case.number, "act": answer.act.as_str(), "files": answer.files.len(),
                    "case_old": before.as_ref().map(|case| case.status.as_str()), "case_new": case.status.as_str(),
                    "old": old.as_str(), "new": new.as_str(),
                    "total_owed_old": answer.total_owed.and(total_before).map(|total| total.to_string()),
                    "total_owed_new": answer.total_owed.map(|total| total.to_string()),
                });
                audit::write(conn, actor, &audited("case.answered", case, details), now)?;
                if answer.act.is_told() && case.kind.is_of_the_person() {
                    let mail = NewMail {
                        kind: crate::domain::mail::MailKind::CaseAnswered,
                        debt_id: case.debt_id,
                        to: None,
                        language: Lang::parse(&case.language).unwrap_or(Lang::En).code(),
                        facts: json!({ "case_id": case.id }),
                    };
                    outbox::queue(conn, &mail, now)?;
                }
            }
            Ok(answered)
        })
        .await?;
    match answered {
        Answered::Done(..) => Ok(staff.redirect(&format!("{PATH}/{case_id}?done"))),
        Answered::Illegal(_) => {
            fields.refuse("act", lang.t("cases-act-illegal"));
            page(&req, &staff, fields, false).await
        }
        Answered::NotFound => Err(AppError::NotFound),
    }
}

/// What was typed, as an answer; `None` when something is wrong, which the fields then say.
fn check(staff: &Staff, fields: &mut Fields, files: Vec<crate::domain::evidence::File>) -> Option<Answer> {
    let lang = staff.visit().lang;
    let act = Act::parse(fields.get("act"));
    if act.is_none() {
        fields.refuse("act", lang.t("cases-no-act"));
    }
    let body = fields.get("body").to_owned();
    match body.chars().count() {
        // A document may speak for itself; everything else is said in words.
        0 if act != Some(Act::Verify) || files.is_empty() => fields.refuse("body", lang.t("cases-no-body")),
        0..=10_000 => {}
        _ => fields.refuse("body", lang.t("account-text-long")),
    }
    let total_owed = match (act, fields.get("total_owed")) {
        (_, "") => None,
        (Some(Act::Correct), typed) => {
            let total = Cents::parse_typed(typed).ok();
            if total.is_none() {
                fields.refuse("total_owed", lang.t("money-no-amount"));
            }
            total
        }
        _ => {
            fields.refuse("total_owed", lang.t("cases-total-only-correct"));
            None
        }
    };
    let act = act.filter(|_| fields.are_right())?;
    Some(Answer { act, body, files, total_owed })
}

/// `GET /admin/cases/{id}/files/{file}`: a download, on record.
pub async fn file(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let (case_id, file_id) = (id(&req, "id")?, id(&req, "file")?);
    let found = staff
        .run(move |conn, actor, now| {
            let Some(case) = case::find(conn, case_id)? else { return Ok(None) };
            let Some(found) = file::for_staff(conn, file_id, case_id)? else { return Ok(None) };
            audit::write(conn, actor, &audited("case.file_read", &case, json!({ "file": file_id })), now)?;
            Ok(Some(found))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(download(staff.visit(), &found.name, &found.media_type, found.content))
}
