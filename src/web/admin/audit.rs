//! `/admin/audit`: who looked at or changed what.

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;
use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use crate::db::DbError;
use crate::domain::csv;
use crate::models::audit::{self, Act, Line, Search};
use crate::models::staff::{self as people, Person};
use crate::web::admin::{Frame, Staff, cursor_text, read_cursor};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    chrome: Frame,
    asked: Asked,
    people: Vec<Person>,
    lines: Vec<Line>,
    older: Option<String>,
    problem: Option<Problem>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    NoDay,
    NoId,
}

impl AuditPage {
    fn day_problem(&self) -> Option<String> {
        (self.problem == Some(Problem::NoDay)).then(|| self.chrome.t("audit-no-day").into_owned())
    }

    fn id_problem(&self) -> Option<String> {
        (self.problem == Some(Problem::NoId)).then(|| self.chrome.t("audit-no-id").into_owned())
    }
}

/// What was asked for, as typed.
#[derive(Default)]
struct Asked {
    who: String,
    action: String,
    about: String,
    from: String,
    to: String,
}

impl Asked {
    fn of(value: impl Fn(&str) -> String) -> Asked {
        let read = |name: &str| value(name).trim().chars().filter(|c| !c.is_control()).take(100).collect::<String>();
        Asked { who: read("who"), action: read("action"), about: read("about"), from: read("from"), to: read("to") }
    }

    fn search(&self, staff: &Staff) -> Result<Search, Problem> {
        let zone = staff.state().settings.company.time_zone;
        let day = |text: &str| match text {
            "" => Ok(None),
            text => NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Some).map_err(|_| Problem::NoDay),
        };
        let from = day(&self.from)?.and_then(|day| crate::web::start_of_day(day, zone));
        let until = day(&self.to)?.and_then(|day| day.succ_opt()).and_then(|day| crate::web::start_of_day(day, zone));
        let id = |text: &str| match text {
            "" => Ok(None),
            text => Uuid::try_parse(text).map(Some).map_err(|_| Problem::NoId),
        };
        let action = (!self.action.is_empty()).then(|| self.action.clone());
        Ok(Search { staff_id: id(&self.who)?, action, about: id(&self.about)?, from, until, before: None })
    }

    fn query(&self, before: Option<&Line>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("who", &self.who),
            ("action", &self.action),
            ("about", &self.about),
            ("from", &self.from),
            ("to", &self.to),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(line) = before {
            query.append_pair("before", &cursor_text(line.at, line.id));
        }
        query.finish()
    }
}

/// The form again, with a sentence at what was wrong.
async fn refuse(staff: &Staff, asked: Asked, problem: Problem) -> Result<HttpResponse, AppError> {
    let people = staff.run(|conn, _, _| people::all(conn)).await?;
    let (lines, problem) = (Vec::new(), Some(problem));
    let page = AuditPage { chrome: staff.frame(), asked, people, lines, older: None, problem };
    staff.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Lines on a page.
const LINES: usize = 50;

/// `GET /admin/audit`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(req.query_string().as_bytes());
        pairs.find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let asked = Asked::of(value);
    let mut search = match asked.search(&staff) {
        Ok(search) => search,
        Err(problem) => {
            return refuse(&staff, asked, problem).await;
        }
    };
    search.before = read_cursor(&value("before"));
    let filters =
        json!({"who": asked.who, "action": asked.action, "about": asked.about, "from": asked.from, "to": asked.to});
    let (people, mut lines) = staff
        .run(move |conn, actor, now| {
            let lines = audit::search(conn, &search, LINES as i64 + 1)?;
            let act = Act { action: "audit.read", subject: "audit", details: filters, ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            Ok((people::all(conn)?, lines))
        })
        .await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let older = lines.last().filter(|_| more).map(|last| format!("/admin/audit?{}", asked.query(Some(last))));
    staff.page(StatusCode::OK, &AuditPage { chrome: staff.frame(), asked, people, lines, older, problem: None })
}

/// `POST /admin/audit/export`: the lines that fit, as CSV; the export itself is on record before the first byte leaves.
pub async fn export(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let asked = Asked::of(|name| form.get(name).to_owned());
    let search = match asked.search(&staff) {
        Ok(search) => search,
        Err(problem) => {
            return refuse(&staff, asked, problem).await;
        }
    };
    let filters =
        json!({"who": asked.who, "action": asked.action, "about": asked.about, "from": asked.from, "to": asked.to});
    staff
        .run(move |conn, actor, now| {
            let act = Act { action: "audit.exported", subject: "audit", details: filters, ..Act::default() };
            audit::write(conn, actor, &act, now)
        })
        .await?;
    let db = staff.state().db.clone();
    // Page by page, each its own statement: a slow client holds neither a connection nor a transaction.
    let pages = futures_util::stream::unfold(Some((db, search, true)), |next| async move {
        let (db, mut search, first) = next?;
        let asked = search.clone();
        let lines = match db.read(move |conn| audit::search(conn, &asked, EXPORTED)).await {
            Ok(lines) => lines,
            Err(error) => return Some((Err(error), None)),
        };
        let mut text = if first { csv::line(HEAD) } else { String::new() };
        for line in &lines {
            text.push_str(&exported(line));
        }
        let last = lines.last().map(|line| (line.at, line.id));
        let full = i64::try_from(lines.len()).is_ok_and(|count| count == EXPORTED);
        search.before = last;
        Some((Ok::<_, DbError>(Bytes::from(text)), (full && last.is_some()).then_some((db, search, false))))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .streaming(Box::pin(pages)))
}

/// Lines that are read at a time for an export.
const EXPORTED: i64 = 2000;

const HEAD: [&str; 9] = ["id", "at", "actor", "action", "subject", "subject_id", "debt_id", "address", "details"];

fn exported(line: &Line) -> String {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    csv::line([
        &line.id.to_string(),
        &line.at.to_rfc3339(),
        &line.actor,
        &line.action,
        &line.subject,
        &id(line.subject_id),
        &id(line.debt_id),
        line.address.as_deref().unwrap_or_default(),
        &line.details.to_string(),
    ])
}
