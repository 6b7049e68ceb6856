//! `/admin/review`: what debtors get to read. The queue of what waits, what was decided, and a decision about one or many.

pub mod batch;
pub mod message;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::domain::review::{MessageKind, QueuePosition, ReviewOutcome};
use crate::models::audit::{self, Act};
use crate::models::review::{self, DecidedFilter, Line, QueueFilter, TemplateLine};
use crate::web::admin::listing::{Cell, Filters, List, ROWS, Tab, Table, debt_href, nothing};
use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;

const PATH: &str = "/admin/review";
const DECIDED_PATH: &str = "/admin/review/decided";

/// The address of a message's page.
fn href(kind: MessageKind, id: uuid::Uuid) -> String {
    format!("{PATH}/{}/{id}", kind.as_str())
}

/// The address of a template's page.
fn batch_href(kind: MessageKind, template: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("kind", kind.as_str()).append_pair("template", template);
    format!("{PATH}/batch?{}", query.finish())
}

fn kind_name(chrome: &Frame, kind: MessageKind) -> String {
    chrome.tx("review-kind-", kind.as_str()).into_owned()
}

fn tabs(chrome: &Frame, decided: bool) -> Vec<Tab> {
    vec![
        Tab { label: chrome.t("review-waiting").into_owned(), href: PATH, current: !decided },
        Tab { label: chrome.t("review-decided").into_owned(), href: DECIDED_PATH, current: decided },
    ]
}

fn kinds(chrome: &Frame) -> Vec<(String, String)> {
    MessageKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(chrome, kind))).to_vec()
}

fn position(filters: &Filters) -> Result<Option<QueuePosition>, AppError> {
    match filters.value("after") {
        "" => Ok(None),
        text => QueuePosition::decode(text).map(Some).ok_or(AppError::NotFound),
    }
}

/// A look at a list: its lines show the beginnings of messages, so the trail names whose.
fn look(asked: Value, lines: &[Line]) -> Value {
    let debts: Vec<String> = lines.iter().map(|line| line.debt_id.to_string()).collect();
    json!({"asked": asked, "debts": debts})
}

/// `GET /admin/review`
pub async fn waiting(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let made = vec![
        ("machine".to_owned(), chrome.t("review-made-machine").into_owned()),
        ("person".to_owned(), chrome.t("review-made-person").into_owned()),
    ];
    let kind = filters.choice(&chrome, "kind", chrome.t("review-kind"), kinds(&chrome));
    let made = filters.choice(&chrome, "made", chrome.t("review-made"), made);
    let filter = QueueFilter {
        kind: kind.as_deref().and_then(MessageKind::parse),
        ai_generated: made.map(|made| made == "machine"),
        template_name: filters.text(&chrome, "template", chrome.t("review-template")),
    };
    let ((page, counted), templates) = if filters.have_problem() {
        (nothing(), Vec::new())
    } else {
        let (after, asked) = (position(&filters)?, filters.asked());
        staff
            .run(move |conn, actor, now| {
                let page = review::waiting(conn, &filter, after.as_ref(), ROWS)?;
                let details = look(asked, &page.rows);
                let act = Act { action: "review.listed", subject: "message", details, ..Act::default() };
                audit::write(conn, actor, &act, now)?;
                Ok(((page, review::count_waiting(conn, &filter)?), review::templates(conn)?))
            })
            .await?
    };
    let rows = page.rows.iter().map(|line| {
        vec![
            Cell::time(&chrome, &line.timestamp).to(href(line.kind(), line.id)),
            Cell::text(kind_name(&chrome, line.kind())),
            made_cell(&chrome, line.ai_generated),
            Cell::text(line.template_name.as_deref().unwrap_or_default()),
            Cell::text(&line.excerpt).looking("excerpt"),
            Cell::text(&line.original_creditor).to(debt_href(line.debt_id)),
        ]
    });
    let columns = [
        chrome.t("review-at"),
        chrome.t("review-kind"),
        chrome.t("review-made"),
        chrome.t("review-template"),
        chrome.t("review-text"),
        chrome.t("review-creditor"),
    ];
    let table = Table {
        caption: chrome.t("review-order").into_owned(),
        columns: columns.map(String::from).to_vec(),
        rows: rows.collect(),
        empty: chrome.t("review-none").into_owned(),
    };
    let done = ReviewOutcome::parse(filters.value("done"));
    let notice = done.map(|outcome| chrome.tx("review-done-", outcome.as_str()).into_owned());
    let above = (!templates.is_empty()).then(|| template_table(&chrome, &templates));
    let heading = chrome.t("review-heading").into_owned();
    let lead = chrome.t("review-lead").into_owned();
    let tabs = tabs(&chrome, false);
    List { path: PATH, heading, lead, tabs, filters, above, notice, table, counted, next: page.next }.show(&staff)
}

/// Who made a message.
fn made_cell(chrome: &Frame, ai_generated: bool) -> Cell {
    match ai_generated {
        true => Cell::text(chrome.t("review-made-machine")).looking("badge"),
        false => Cell::text(chrome.t("review-made-person")),
    }
}

fn template_table(chrome: &Frame, templates: &[TemplateLine]) -> Table {
    let rows = templates.iter().map(|line| {
        vec![
            Cell::text(&line.name).to(batch_href(line.kind, &line.name)),
            Cell::text(kind_name(chrome, line.kind)),
            Cell::text(line.waiting.to_string()).looking("number"),
        ]
    });
    let columns = [chrome.t("review-template"), chrome.t("review-kind"), chrome.t("review-waiting")];
    Table {
        caption: chrome.t("review-templates").into_owned(),
        columns: columns.map(String::from).to_vec(),
        rows: rows.collect(),
        empty: String::new(),
    }
}

/// `GET /admin/review/decided`
pub async fn decided(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let outcomes = ReviewOutcome::ALL.map(|outcome| (outcome.as_str().to_owned(), outcome_name(&chrome, outcome)));
    let kind = filters.choice(&chrome, "kind", chrome.t("review-kind"), kinds(&chrome));
    let outcome = filters.choice(&chrome, "outcome", chrome.t("review-outcome"), outcomes.to_vec());
    let filter = DecidedFilter {
        kind: kind.as_deref().and_then(MessageKind::parse),
        outcome: outcome.as_deref().and_then(ReviewOutcome::parse),
    };
    let (page, counted) = if filters.have_problem() {
        nothing()
    } else {
        let (after, asked) = (position(&filters)?, filters.asked());
        staff
            .run(move |conn, actor, now| {
                let page = review::decided(conn, &filter, after.as_ref(), ROWS)?;
                let details = look(asked, &page.rows);
                let act = Act { action: "review.decided_listed", subject: "message", details, ..Act::default() };
                audit::write(conn, actor, &act, now)?;
                Ok((page, review::count_decided(conn, &filter)?))
            })
            .await?
    };
    let rows = page.rows.iter().map(|line| {
        vec![
            Cell::maybe_time(&chrome, line.reviewed_at.as_ref()).to(href(line.kind(), line.id)),
            Cell::text(line.outcome().map(|outcome| outcome_name(&chrome, outcome)).unwrap_or_default())
                .looking("status"),
            Cell::text(line.reviewer.as_deref().unwrap_or_default()),
            Cell::text(line.review_reason.as_deref().unwrap_or_default()),
            Cell::text(kind_name(&chrome, line.kind())),
            Cell::text(&line.excerpt).looking("excerpt"),
        ]
    });
    let columns = [
        chrome.t("review-decided-at"),
        chrome.t("review-outcome"),
        chrome.t("review-reviewer"),
        chrome.t("review-reason"),
        chrome.t("review-kind"),
        chrome.t("review-text"),
    ];
    let table = Table {
        caption: chrome.t("review-decided-order").into_owned(),
        columns: columns.map(String::from).to_vec(),
        rows: rows.collect(),
        empty: chrome.t("review-decided-none").into_owned(),
    };
    let heading = chrome.t("review-decided-heading").into_owned();
    let lead = chrome.t("review-decided-lead").into_owned();
    let tabs = tabs(&chrome, true);
    List {
        path: DECIDED_PATH,
        heading,
        lead,
        tabs,
        filters,
        above: None,
        notice: None,
        table,
        counted,
        next: page.next,
    }
    .show(&staff)
}

fn outcome_name(chrome: &Frame, outcome: ReviewOutcome) -> String {
    chrome.tx("review-outcome-", outcome.as_str()).into_owned()
}

/// The word for the audit trail's action.
fn decision_action(outcome: ReviewOutcome) -> &'static str {
    match outcome {
        ReviewOutcome::Approved => "message.approved",
        ReviewOutcome::Rejected => "message.rejected",
    }
}
