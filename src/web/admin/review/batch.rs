//! All messages of a template that wait, decided about in one go.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::message::write_decision;
use super::{PATH, href, kind_name};
use crate::domain::listing::Position;
use crate::domain::review::{Decision, MessageKind, NoDecision, ReviewOutcome};
use crate::models::audit::{self, Act};
use crate::models::review::{self, Batch, BatchDecided, BatchKey, Review};
use crate::web::admin::listing::Filters;
use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

/// Different texts that a page shows.
const TEXTS: usize = 10;

enum Trouble {
    Form(NoDecision),
    Changed,
    Gone(Option<Review>),
}

#[derive(Template)]
#[template(path = "admin/batch.html")]
struct BatchPage {
    chrome: Frame,
    batch: Batch,
    digest: String,
    last: String,
    typed: String,
    trouble: Option<Trouble>,
}

/// A text of the batch as the page shows it.
struct Sample<'a> {
    href: String,
    subject: Option<&'a str>,
    body: &'a str,
    count: i64,
}

impl BatchPage {
    fn kind(&self) -> String {
        kind_name(&self.chrome, self.batch.key.kind)
    }

    fn samples(&self) -> Vec<Sample<'_>> {
        let texts = self.batch.texts().into_iter().take(TEXTS);
        texts
            .map(|(message, count)| Sample {
                href: href(message.kind(), message.id),
                subject: message.subject.as_deref(),
                body: message.body.as_deref().unwrap_or_default(),
                count: i64::try_from(count).unwrap_or(i64::MAX),
            })
            .collect()
    }

    fn more_texts(&self) -> i64 {
        i64::try_from(self.batch.texts().len().saturating_sub(TEXTS)).unwrap_or(0)
    }

    fn size(&self) -> i64 {
        i64::try_from(self.batch.messages.len()).unwrap_or(0)
    }

    fn problem(&self) -> Option<String> {
        match &self.trouble {
            Some(Trouble::Form(problem)) => Some(self.chrome.tx("review-problem-", problem.name()).into_owned()),
            Some(Trouble::Changed | Trouble::Gone(_)) | None => None,
        }
    }

    fn notice(&self) -> Option<String> {
        match self.trouble.as_ref()? {
            Trouble::Form(_) => None,
            Trouble::Changed => Some(self.chrome.t("review-batch-changed").into_owned()),
            Trouble::Gone(None) => Some(self.chrome.t("review-batch-gone").into_owned()),
            Trouble::Gone(Some(review)) => {
                let at = self.chrome.date_time(&review.at);
                Some(match review.outcome {
                    ReviewOutcome::Approved => {
                        self.chrome.t2("review-batch-late-approved", "name", &review.name, "at", at)
                    }
                    ReviewOutcome::Rejected => {
                        self.chrome.t2("review-batch-late-rejected", "name", &review.name, "at", at)
                    }
                })
            }
        }
    }
}

/// Reads a template's messages, with the line in the trail that names those whose texts are shown.
async fn page(
    staff: &Staff,
    status: StatusCode,
    key: BatchKey,
    typed: String,
    trouble: Option<Trouble>,
) -> Result<HttpResponse, AppError> {
    let batch = staff
        .run(move |conn, actor, now| {
            let batch = review::batch(conn, &key)?;
            let shown: Vec<String> = batch.texts().iter().take(TEXTS).map(|(m, _)| m.debt_id.to_string()).collect();
            let details = json!({
                "kind": key.kind.as_str(), "template": key.template_name, "messages": batch.messages.len(), "debts": shown,
            });
            let act = Act { action: "review.batch_read", subject: "message", details, ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            Ok(batch)
        })
        .await?;
    let last = batch.last().map(|last| last.encode()).unwrap_or_default();
    let digest = batch.digest();
    staff.page(status, &BatchPage { chrome: staff.frame(), batch, digest, last, typed, trouble })
}

fn key(kind: &str, template: &str) -> Result<BatchKey, AppError> {
    let kind = MessageKind::parse(kind).filter(|kind| kind.has_templates()).ok_or(AppError::NotFound)?;
    if template.is_empty() || template.contains('\0') {
        return Err(AppError::NotFound);
    }
    Ok(BatchKey { kind, template_name: template.to_owned() })
}

/// `GET /admin/review/batch?kind=emails&template=...`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let asked = Filters::of(&req);
    let key = key(asked.value("kind"), asked.value("template"))?;
    page(&staff, StatusCode::OK, key, String::new(), None).await
}

/// `POST /admin/review/batch`: approves or rejects those that the reviewer was shown, each with its line in the trail.
pub async fn decide(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (key, typed) = (key(form.get("kind"), form.get("template"))?, form.get("reason").to_owned());
    let decision = match Decision::parse(form.get("outcome"), &typed) {
        Ok(decision) => decision,
        Err(problem) => {
            let trouble = Some(Trouble::Form(problem));
            return page(&staff, StatusCode::UNPROCESSABLE_ENTITY, key, typed, trouble).await;
        }
    };
    let Some(last) = Position::decode(form.get("last")) else {
        return page(&staff, StatusCode::CONFLICT, key, typed, Some(Trouble::Changed)).await;
    };
    let (seen, by, outcome) = (form.get("seen").to_owned(), staff.session.person.id, decision.outcome());
    let asked = key.clone();
    let decided = staff
        .run(move |conn, actor, now| {
            let decided = review::decide_batch(conn, &asked, &decision, (&last, &seen), by, now)?;
            if let BatchDecided::Done(batch) = &decided {
                for message in &batch.messages {
                    write_decision(conn, actor, message, &decision, now)?;
                }
            }
            Ok(decided)
        })
        .await?;
    match decided {
        BatchDecided::Done(_) => Ok(staff.redirect(&format!("{PATH}?done={}", outcome.as_str()))),
        BatchDecided::Changed(_) => page(&staff, StatusCode::CONFLICT, key, typed, Some(Trouble::Changed)).await,
        BatchDecided::Gone(review) => page(&staff, StatusCode::CONFLICT, key, typed, Some(Trouble::Gone(review))).await,
    }
}
