//! `/admin/events`: the webhook inbox. What Stripe sent, as it came, what came of it, and applying it again.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::cashier::Replayed;
use crate::models::audit::{self, Act};
use crate::models::event::Source;
use crate::models::event::list::{self as events, EventFilter, EventLine, EventRecord, OUTCOMES};
use crate::models::payment;
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Table};
use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

const PATH: &str = "/admin/events";

/// `GET /admin/events`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let types = staff.state().db.read(events::types).await?;
    let mut filters = Filters::of(&req);
    let types = types.into_iter().map(|name| (name.clone(), name)).collect();
    let outcomes = OUTCOMES.map(|outcome| (outcome.to_owned(), outcome_name(&chrome, outcome)));
    let sources = Source::ALL.map(|source| (source.as_str().to_owned(), source_name(&chrome, source.as_str())));
    let filter = EventFilter {
        event_type: filters.choice(&chrome, "type", chrome.t("money-event-type"), types),
        outcome: filters.choice(&chrome, "outcome", chrome.t("money-outcome"), outcomes.to_vec()),
        source: filters
            .choice(&chrome, "source", chrome.t("money-source"), sources.to_vec())
            .as_deref()
            .and_then(Source::parse),
        period: filters.period(&chrome),
    };
    let look = Look { action: "events.listed", subject: "event" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((events::search(conn, &filter, after, ROWS)?, events::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let table = event_table(&chrome, &page.rows).as_list(&chrome);
    let heading = (chrome.t("staff-part-events"), chrome.t("money-events-lead"));
    List::of(PATH, heading, filters, table, &found).show(&staff)
}

/// The address of an event's page. Stripe's ids need no escaping; what else may stand there does.
pub fn href(id: &str) -> String {
    let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("{PATH}/{}", id.replace("%5F", "_"))
}

/// What came of an event, in words; a word that is not known here stands for itself.
fn outcome_name(chrome: &Frame, outcome: &str) -> String {
    if OUTCOMES.contains(&outcome) { chrome.tx("money-outcome-", outcome).into_owned() } else { outcome.to_owned() }
}

fn source_name(chrome: &Frame, source: &str) -> String {
    chrome.tx("money-source-", source).into_owned()
}

/// Whether somebody should look at it.
fn outcome_cell(chrome: &Frame, outcome: &str) -> Cell {
    let bad = matches!(outcome, "failed" | "unreadable" | "flagged" | "waiting");
    Cell::text(outcome_name(chrome, outcome)).looking(if bad { "status status-attention" } else { "status" })
}

/// Events as a table, wherever they stand.
pub fn event_table(chrome: &Frame, events: &[EventLine]) -> Table {
    let row = |event: &EventLine| {
        vec![
            Cell::time(chrome, &event.received_at).to(href(&event.id)),
            Cell::text(&event.event_type),
            outcome_cell(chrome, &event.outcome),
            Cell::text(source_name(chrome, &event.source)),
            Cell::text(&event.id).looking("id"),
        ]
    };
    let columns = [
        chrome.t("money-received"),
        chrome.t("money-event-type"),
        chrome.t("money-outcome"),
        chrome.t("money-source"),
        chrome.t("money-stripe-event"),
    ];
    Table {
        caption: chrome.t("staff-part-events").into_owned(),
        columns: columns.map(String::from).to_vec(),
        rows: events.iter().map(row).collect(),
        empty: chrome.t("money-no-events").into_owned(),
    }
}

#[derive(Template)]
#[template(path = "admin/event.html")]
struct EventPage {
    chrome: Frame,
    record: Record,
    payload: String,
    href: String,
    may_replay: bool,
    replayed: Option<&'static str>,
}

/// What a replay may have come to, as the page that follows it says.
const REPLAYED: [&str; 8] =
    ["applied", "unchanged", "waiting", "flagged", "not_ours", "nothing", "refused", "not_found"];

/// `GET /admin/events/{id}`: with the JSON as it was received. It may name a person, so reading it is on record.
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let event_id = event_id(&req);
    let asked = event_id.clone();
    let found = staff
        .run(move |conn, actor, now| {
            let Some(event) = events::record(conn, &asked)? else { return Ok(None) };
            let payment = event.line.payment_id.map_or(Ok(None), |id| payment::find(conn, id))?;
            let act = Act {
                action: "event.read",
                subject: "event",
                subject_id: event.line.payment_id,
                debt_id: payment.map(|payment| payment.debt_id),
                details: json!({"event": asked, "type": event.line.event_type}),
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(event))
        })
        .await?;
    let event = found.ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let answered = Filters::of(&req);
    let replayed = REPLAYED.into_iter().find(|name| *name == answered.value("replayed"));
    let record = record(&chrome, &event);
    let may_replay = staff.may("/admin/events/{id}/replay", "POST");
    let (payload, href) = (event.payload, href(&event_id));
    staff.page(StatusCode::OK, &EventPage { chrome, record, payload, href, may_replay, replayed })
}

fn record(chrome: &Frame, event: &EventRecord) -> Record {
    let line = &event.line;
    let code = |term: Cow<'static, str>, text: &str| Fact::new(term, Cell::text(text).looking("id"));
    let mode = if line.livemode { chrome.t("money-live") } else { chrome.t("money-test") };
    let facts = vec![
        Fact::new(chrome.t("money-outcome"), outcome_cell(chrome, &line.outcome)),
        Fact::text(chrome.t("money-event-type"), Some(&line.event_type)),
        Fact::text(chrome.t("money-source"), Some(&source_name(chrome, &line.source))),
        Fact::text(chrome.t("money-mode"), Some(&mode)),
        Fact::new(chrome.t("money-happened"), Cell::time(chrome, &line.created_at)),
        Fact::new(chrome.t("money-received"), Cell::time(chrome, &line.received_at)),
        code(chrome.t("money-stripe-event"), &line.id),
        code(chrome.t("money-intent"), event.payment_intent_id.as_deref().unwrap_or_default()),
        code(chrome.t("money-charge"), event.charge_id.as_deref().unwrap_or_default()),
    ];
    let payment = line.payment_id.map(|id| (format!("/admin/payments/{id}"), chrome.t("money-to-payment")));
    let back = (PATH, chrome.t("staff-part-events").into_owned());
    let links = payment.into_iter().collect();
    Record { back, heading: line.event_type.clone(), facts, links, tables: Vec::new() }
}

fn event_id(req: &HttpRequest) -> String {
    req.match_info().query("id").to_owned()
}

/// `POST /admin/events/{id}/replay`: applies the stored event again, by the way it came in.
pub async fn replay(req: HttpRequest, staff: Staff, _form: PostedForm) -> Result<HttpResponse, AppError> {
    let event_id = event_id(&req);
    let (actor, now, asked) = (staff.actor(), staff.now(), event_id.clone());
    let replayed = staff
        .state()
        .cashier
        .replay(event_id.clone(), move |conn, replayed| {
            let event = events::record(conn, &asked)?;
            let payment_id = event.and_then(|event| event.line.payment_id);
            let payment = payment_id.map_or(Ok(None), |id| payment::find(conn, id))?;
            let act = Act {
                action: "event.replayed",
                subject: "event",
                subject_id: payment_id,
                debt_id: payment.map(|payment| payment.debt_id),
                details: json!({"event": asked, "outcome": replayed.as_str()}),
            };
            audit::write(conn, &actor, &act, now)
        })
        .await?;
    if replayed == Replayed::NotFound {
        return Err(AppError::NotFound);
    }
    Ok(staff.redirect(&format!("{}?replayed={}", href(&event_id), replayed.as_str())))
}
