//! What a person has asked of us and what came of it: `/debts/{id}/cases`.

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use diesel::QueryResult;
use diesel::pg::PgConnection;
use serde_json::json;
use uuid::Uuid;

use crate::documents::Block;
use crate::domain::case::{CaseKind, CaseStatus};
use crate::domain::disclosure::Page;
use crate::models::audit::{self, Act, Actor};
use crate::models::case::file::{self, FileLine};
use crate::models::case::step::{self, Said, Step};
use crate::models::case::{self, Case};
use crate::models::debt::{self, Debt};
use crate::web::debtor::{AccountName, id, pdf};
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::page::Chrome;
use crate::web::upload::{self, download};
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/cases.html")]
struct CasesPage {
    chrome: Chrome,
    debt: Debt,
    cases: Vec<Case>,
}

/// `GET /debts/{id}/cases`
pub async fn list(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let (debt, cases) = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            Ok(Some((debt, case::of_debt(conn, debt_id)?)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    visit.page(StatusCode::OK, &CasesPage { chrome: visit.chrome().about(Page::Dispute, debt.state), debt, cases })
}

#[derive(Template)]
#[template(path = "debtor/case.html")]
struct CasePage {
    chrome: Chrome,
    debt: Debt,
    account: AccountName,
    debtor_name: String,
    case: Case,
    /// The first step, and those after it that the person may read.
    first: Option<Step>,
    steps: Vec<Step>,
    files: Vec<FileLine>,
    fields: Fields,
    /// What was done a moment ago.
    said: Option<&'static str>,
}

impl CasePage {
    fn files_of<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a FileLine> {
        self.files.iter().filter(|file| file.step_id == step.id)
    }

    /// Whether this dispute is why the debt stands still.
    fn stops_collection(&self) -> bool {
        self.case.stops_collection() && self.case.status == CaseStatus::Open
    }
}

/// All of a case that its person may read.
struct Found {
    debt: Debt,
    debtor_name: String,
    case: Case,
    steps: Vec<Step>,
    files: Vec<FileLine>,
}

fn read(conn: &mut PgConnection, case_id: Uuid, debt_id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Found>> {
    let Some(debt) = debt::find_for(conn, debt_id, debtor_id)? else { return Ok(None) };
    let Some(case) = case::find_for(conn, case_id, debt_id, debtor_id)? else { return Ok(None) };
    let mut steps = step::of_case(conn, case_id)?;
    steps.retain(|step| !step.is_internal());
    let files = file::of_case(conn, case_id)?;
    Ok(Some(Found { debt, debtor_name: debt::debtor_name(conn, debtor_id)?, case, steps, files }))
}

async fn page(
    req: &HttpRequest,
    visit: &Visit,
    fields: Fields,
    said: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let (debt_id, case_id) = (id(req, "id")?, id(req, "case")?);
    let found = visit
        .signed_in_snapshot(move |conn, session| read(conn, case_id, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let mut steps = found.steps;
    let first = (!steps.is_empty()).then(|| steps.remove(0));
    let status = if fields.are_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CasePage {
        chrome: visit.chrome().about(Page::Dispute, found.debt.state),
        account: AccountName::of(found.debt.id, found.debt.account_number.as_deref()),
        debt: found.debt,
        debtor_name: found.debtor_name,
        case: found.case,
        first,
        steps,
        files: found.files,
        fields,
        said,
    };
    visit.page(status, &page)
}

/// `GET /debts/{id}/cases/{case}`: number, time, what was said, what came of it; a copy to keep when printed.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let asked = url::form_urlencoded::parse(req.query_string().as_bytes()).find(|(name, _)| name == "said");
    let said = asked.and_then(|(_, said)| ["new", "again", "more"].into_iter().find(|known| *known == said));
    page(&req, &visit, Fields::default(), said).await
}

/// `GET /debts/{id}/cases/{case}/copy.pdf`: the copy to keep, with every step since.
pub async fn copy(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt_id, case_id) = (id(&req, "id")?, id(&req, "case")?);
    let found = visit
        .signed_in_snapshot(move |conn, session| read(conn, case_id, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = visit.chrome().about(Page::Dispute, found.debt.state);
    let title = chrome.tx("case-kind-", found.case.kind.as_str()).into_owned();
    pdf::answer(&visit, pdf::letter(&chrome, title, blocks(&chrome, &found)), "case").await
}

fn blocks(chrome: &Chrome, found: &Found) -> Vec<Block> {
    let (case, debt) = (&found.case, &found.debt);
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let term = |key: &str| chrome.t(key).into_owned();
    let mut facts = vec![
        (term("case-number"), case.number.clone()),
        (term("case-received"), chrome.date_time(&case.opened_at)),
        (term("fact-name"), found.debtor_name.clone()),
        (term("fact-creditor"), debt.original_creditor.clone()),
    ];
    facts.extend(account.number.map(|number| (term("fact-account"), number)));
    facts.push((term("fact-reference"), account.reference));
    facts.extend(
        case.reason.as_ref().map(|reason| (term("case-reason"), chrome.tx("case-reason-", reason).into_owned())),
    );
    facts.extend(case.until.map(|until| (term("ask-until"), chrome.date(&until))));
    facts.extend(case.phone.clone().map(|phone| (term("ask-phone"), phone)));
    facts.extend(case.suits.as_ref().map(|suits| (term("ask-suits"), chrome.tx("case-suits-", suits).into_owned())));
    let mut blocks = vec![Block::Facts(facts)];
    if let Some(details) = &case.details {
        blocks.push(Block::Heading(term("case-words")));
        blocks.extend(paragraphs(details));
    }
    for (place, step) in found.steps.iter().enumerate() {
        let files: Vec<&str> =
            found.files.iter().filter(|file| file.step_id == step.id).map(|file| file.name.as_str()).collect();
        if place > 0 {
            let what = chrome.tx("case-step-", &step.kind);
            blocks.push(Block::Heading(format!("{what}, {}", chrome.date_time(&step.at))));
            blocks.extend(step.body.iter().flat_map(|body| paragraphs(body)));
        }
        if !files.is_empty() {
            let fact = (chrome.t("case-file-names").into_owned(), files.join(", "));
            blocks.push(Block::Facts(vec![fact]));
        }
    }
    blocks
}

fn paragraphs(text: &str) -> impl Iterator<Item = Block> + '_ {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| Block::Paragraph(line.to_owned()))
}

/// `POST /debts/{id}/cases/{case}/steps`: the person adds something.
pub async fn say(req: HttpRequest, visit: Visit, payload: Payload) -> Result<HttpResponse, AppError> {
    let (debt_id, case_id) = (id(&req, "id")?, id(&req, "case")?);
    visit.signed_in_snapshot(|_, _| Ok(())).await?;
    let upload = upload::receive(&req, &visit, payload).await?;
    let mut fields = Fields::read(&upload.form, &["details"]);
    let lang = visit.lang;
    match fields.get("details").chars().count() {
        0 if upload.files.is_empty() && upload.problem.is_none() => fields.refuse("details", lang.t("ask-no-words")),
        0..=10_000 => {}
        _ => fields.refuse("details", lang.t("ask-words-long")),
    }
    if let Some(problem) = upload.problem {
        fields.refuse("files", lang.tx("ask-files-problem-", problem.name()));
    }
    if !fields.are_right() {
        return page(&req, &visit, fields, None).await;
    }
    let (body, files, now) = (fields.get("details").to_owned(), upload.files, visit.state().clock.now());
    let said = visit
        .signed_in(move |conn, session| {
            let Some(case) = case::find_for(conn, case_id, debt_id, session.debtor_id)? else { return Ok(None) };
            let said = step::say(conn, &case, &body, &files, now)?;
            if let Said::Done(case) = &said {
                let act = Act {
                    action: "case.said",
                    subject: "case",
                    subject_id: Some(case.id),
                    debt_id: Some(debt_id),
                    details: json!({"number": case.number, "files": files.len()}),
                };
                audit::write(conn, &Actor::debtor(), &act, now)?;
            }
            Ok(Some(said))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let problem = match said {
        Said::Done(_) => {
            let to = format!("/debts/{debt_id}/cases/{case_id}?said=more");
            return Ok(crate::web::frame::redirect(&visit, &to));
        }
        Said::Over => lang.t("case-over"),
        Said::TooMuch => lang.t("ask-too-many"),
    };
    fields.refuse("details", problem);
    page(&req, &visit, fields, None).await
}

/// `GET /debts/{id}/cases/{case}/files/{file}`: a download, never shown inside a page of ours.
pub async fn file(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt_id, case_id, file_id) = (id(&req, "id")?, id(&req, "case")?, id(&req, "file")?);
    let found = visit
        .signed_in_snapshot(move |conn, session| match case::find_for(conn, case_id, debt_id, session.debtor_id)? {
            Some(_) => file::for_person(conn, file_id, case_id, session.debtor_id),
            None => Ok(None),
        })
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(download(&visit, &found.name, &found.media_type, found.content))
}
