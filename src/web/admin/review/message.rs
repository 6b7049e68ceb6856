//! One message: read it, decide about it, take a decision back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use super::{PATH, batch_href, decision_action, href, kind_name, outcome_name};
use crate::domain::review::{Decision, MessageKind, NoDecision, QueuePosition};
use crate::models::audit::{self, Act};
use crate::models::review::{self, Decided, Message, QueueFilter, Review, ReviewState};
use crate::web::admin::listing::debt_href;
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

/// What a decision came to, where it came to nothing.
enum Trouble {
    /// It says neither, or lacks its reason.
    Form(NoDecision),
    /// The text is not the one that was read.
    Changed,
    /// Somebody was first.
    Late,
}

#[derive(Template)]
#[template(path = "admin/message.html")]
struct MessagePage {
    chrome: Frame,
    message: Message,
    review: Option<Review>,
    digest: String,
    typed: String,
    trouble: Option<Trouble>,
    /// What was decided a moment ago about the message before.
    done: Option<&'static str>,
}

impl MessagePage {
    fn is_waiting(&self) -> bool {
        self.message.state() == ReviewState::Waiting
    }

    fn problem(&self) -> Option<String> {
        match &self.trouble {
            Some(Trouble::Form(problem)) => Some(self.chrome.tx("review-problem-", problem.name()).into_owned()),
            Some(Trouble::Changed | Trouble::Late) | None => None,
        }
    }

    /// The sentence above a message that cannot be decided about as it was meant.
    fn notice(&self) -> Option<String> {
        match (&self.trouble, &self.review) {
            (Some(Trouble::Changed), _) => Some(self.chrome.t("review-changed").into_owned()),
            (Some(Trouble::Late), Some(review)) => {
                let at = self.chrome.date_time(&review.at);
                Some(match review.outcome {
                    crate::domain::review::ReviewOutcome::Approved => {
                        self.chrome.t2("review-late-approved", "name", &review.name, "at", at)
                    }
                    crate::domain::review::ReviewOutcome::Rejected => {
                        self.chrome.t2("review-late-rejected", "name", &review.name, "at", at)
                    }
                })
            }
            (Some(Trouble::Late), None) => Some(self.chrome.t("review-late-elsewhere").into_owned()),
            (Some(Trouble::Form(_)) | None, _) => None,
        }
    }

    fn action(&self) -> String {
        href(self.message.kind(), self.message.id)
    }

    fn kind(&self) -> String {
        kind_name(&self.chrome, self.message.kind())
    }

    fn outcome(&self, review: &Review) -> String {
        outcome_name(&self.chrome, review.outcome)
    }

    fn debt(&self) -> String {
        debt_href(self.message.debt_id)
    }

    fn batch(&self) -> Option<String> {
        let template = self.message.template_name.as_deref()?;
        self.is_waiting().then(|| batch_href(self.message.kind(), template))
    }
}

fn page(
    staff: &Staff,
    status: StatusCode,
    message: Message,
    typed: String,
    trouble: Option<Trouble>,
    done: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let review = match message.state() {
        ReviewState::Reviewed(review) => Some(review),
        ReviewState::Waiting | ReviewState::CheckedElsewhere => None,
    };
    let digest = message.digest();
    staff.page(status, &MessagePage { chrome: staff.frame(), message, review, digest, typed, trouble, done })
}

fn named(req: &HttpRequest) -> Result<(MessageKind, Uuid), AppError> {
    let kind = MessageKind::parse(req.match_info().query("kind")).ok_or(AppError::NotFound)?;
    Ok((kind, id(req, "id")?))
}

/// A line of the trail about a message.
fn act<'a>(action: &'a str, message: &Message, details: serde_json::Value) -> Act<'a> {
    let subject = match message.kind() {
        MessageKind::Email => "email",
        MessageKind::Call => "call",
        MessageKind::Sms => "sms",
    };
    Act { action, subject, subject_id: Some(message.id), debt_id: Some(message.debt_id), details }
}

/// Reads a message, with the line in the trail that says so.
async fn read(staff: &Staff, (kind, id): (MessageKind, Uuid)) -> Result<Message, AppError> {
    let found = staff
        .run(move |conn, actor, now| {
            let Some(message) = review::find(conn, kind, id)? else { return Ok(None) };
            audit::write(conn, actor, &act("message.read", &message, json!({})), now)?;
            Ok(Some(message))
        })
        .await?;
    found.ok_or(AppError::NotFound)
}

/// `GET /admin/review/{kind}/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let message = read(&staff, named(&req)?).await?;
    let done = ["done=approved", "done=rejected"].into_iter().find(|done| req.query_string() == *done);
    let done = done.and_then(|done| done.strip_prefix("done="));
    page(&staff, StatusCode::OK, message, String::new(), None, done)
}

/// The line of the trail about a decision.
pub(super) fn write_decision(
    conn: &mut diesel::pg::PgConnection,
    actor: &audit::Actor,
    message: &Message,
    decision: &Decision,
    now: chrono::DateTime<chrono::Utc>,
) -> diesel::QueryResult<()> {
    let details = json!({
        "old": "waiting", "new": decision.outcome().as_str(), "reason": decision.reason(), "template": message.template_name,
    });
    audit::write(conn, actor, &act(decision_action(decision.outcome()), message, details), now)
}

/// `POST /admin/review/{kind}/{id}`: approves or rejects what the reviewer has read, and leads to the next that waits.
pub async fn decide(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (name, typed) = (named(&req)?, form.get("reason").to_owned());
    let decision = match Decision::parse(form.get("outcome"), &typed) {
        Ok(decision) => decision,
        Err(problem) => {
            let message = read(&staff, name).await?;
            let late = message.state() != ReviewState::Waiting;
            let trouble = if late { Trouble::Late } else { Trouble::Form(problem) };
            let status = if late { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            return page(&staff, status, message, typed, Some(trouble), None);
        }
    };
    let (seen, by, outcome) = (form.get("seen").to_owned(), staff.session.person.id, decision.outcome());
    let (decided, next) = staff
        .run(move |conn, actor, now| {
            let decided = review::decide(conn, name, &decision, &seen, by, now)?;
            let next = match &decided {
                Decided::Done(message) => {
                    write_decision(conn, actor, message, &decision, now)?;
                    next(conn, &message.position())?
                }
                Decided::Already(message) | Decided::Changed(message) => {
                    audit::write(conn, actor, &act("message.read", message, json!({})), now)?;
                    None
                }
                Decided::NotFound => None,
            };
            Ok((decided, next))
        })
        .await?;
    match decided {
        Decided::Done(_) => {
            let next = next.map_or_else(|| PATH.to_owned(), |(kind, id)| href(kind, id));
            Ok(staff.redirect(&format!("{next}?done={}", outcome.as_str())))
        }
        Decided::Already(message) => page(&staff, StatusCode::CONFLICT, message, typed, Some(Trouble::Late), None),
        Decided::Changed(message) => page(&staff, StatusCode::CONFLICT, message, typed, Some(Trouble::Changed), None),
        Decided::NotFound => Err(AppError::NotFound),
    }
}

/// The next message that waits after a position, or the first of all.
fn next(
    conn: &mut diesel::pg::PgConnection,
    after: &QueuePosition,
) -> diesel::QueryResult<Option<(MessageKind, Uuid)>> {
    let filter = QueueFilter::default();
    let mut rows = review::waiting(conn, &filter, Some(after), 1)?.rows;
    if rows.is_empty() {
        rows = review::waiting(conn, &filter, None, 1)?.rows;
    }
    Ok(rows.first().map(|line| (line.kind(), line.id)))
}

/// `POST /admin/review/{kind}/{id}/again`: takes a decision back, so that the message waits again and its debtor no longer sees it.
pub async fn take_back(req: HttpRequest, staff: Staff, _form: PostedForm) -> Result<HttpResponse, AppError> {
    let (kind, id) = named(&req)?;
    staff
        .run(move |conn, actor, now| {
            let Some((message, was)) = review::take_back(conn, kind, id)? else { return Ok(()) };
            let details = json!({"old": was.outcome.as_str(), "new": "waiting", "reason": was.reason, "by": was.by});
            audit::write(conn, actor, &act("message.review_taken_back", &message, details), now)
        })
        .await?;
    Ok(staff.redirect(&href(kind, id)))
}
