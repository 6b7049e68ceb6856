//! `/admin/findings`: overpayments, mismatches and whatever else about money a person has to look at, and saying what was done.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::note;
use crate::models::audit::{self, Act};
use crate::models::flag::FlagKind;
use crate::models::flag::list::{self as flags, Dealt, FlagFilter, FlagGroup, FlagRecord};
use crate::models::staff as people;
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Tab, Table, debt_href};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

const PATH: &str = "/admin/findings";

/// `GET /admin/findings`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let groups =
        FlagGroup::ALL.map(|group| (group.as_str().to_owned(), chrome.tx("money-group-", group.as_str()).into_owned()));
    let kinds = FlagKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(&chrome, kind.as_str())));
    let states = ["open", "resolved"].map(|state| (state.to_owned(), chrome.tx("money-finding-", state).into_owned()));
    let group = filters.choice(&chrome, "group", chrome.t("money-group"), groups.to_vec());
    let kind = filters.choice(&chrome, "kind", chrome.t("money-kind"), kinds.to_vec());
    let open = filters.choice(&chrome, "state", chrome.t("money-state"), states.to_vec());
    let filter = FlagFilter {
        group: group.as_deref().and_then(FlagGroup::parse),
        kind: kind.as_deref().and_then(FlagKind::parse),
        open: open.map(|state| state == "open"),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
    };
    let tabs = tabs(&chrome, filter.group);
    let look = Look { action: "findings.listed", subject: "finding" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((flags::search(conn, &filter, after, ROWS)?, flags::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let table = finding_table(&chrome, &page.rows).as_list(&chrome);
    let heading = (chrome.t("staff-part-findings"), chrome.t("money-findings-lead"));
    let list = List::of(PATH, heading, filters, table, &found);
    List { tabs, ..list }.show(&staff)
}

fn tabs(chrome: &Frame, group: Option<FlagGroup>) -> Vec<Tab> {
    let tab = |wanted: Option<FlagGroup>, name, href| Tab {
        label: chrome.tx("money-group-", name).into_owned(),
        href,
        current: group == wanted,
    };
    vec![
        tab(None, "all", PATH),
        tab(Some(FlagGroup::Overpayments), "overpayments", "/admin/findings?group=overpayments"),
        tab(Some(FlagGroup::Mismatches), "mismatches", "/admin/findings?group=mismatches"),
        tab(Some(FlagGroup::Returns), "returns", "/admin/findings?group=returns"),
    ]
}

fn kind_name(chrome: &Frame, kind: &str) -> String {
    chrome.tx("money-flag-", kind).into_owned()
}

fn state_cell(chrome: &Frame, row: &FlagRecord) -> Cell {
    match row.resolved_at {
        None => Cell::text(chrome.tx("money-finding-", "open")).looking("status status-attention"),
        Some(_) => Cell::text(chrome.tx("money-finding-", "resolved")).looking("status"),
    }
}

/// Findings as a table, wherever they stand.
pub fn finding_table(chrome: &Frame, findings: &[FlagRecord]) -> Table {
    let row = |finding: &FlagRecord| {
        vec![
            Cell::time(chrome, &finding.created_at).to(format!("{PATH}/{}", finding.id)),
            Cell::text(kind_name(chrome, &finding.kind)),
            Cell::text(&finding.detail),
            state_cell(chrome, finding),
        ]
    };
    Table {
        caption: chrome.t("staff-part-findings").into_owned(),
        columns: [chrome.t("money-found"), chrome.t("money-kind"), chrome.t("money-detail"), chrome.t("money-state")]
            .map(String::from)
            .to_vec(),
        rows: findings.iter().map(row).collect(),
        empty: chrome.t("money-no-findings").into_owned(),
    }
}

/// What a form to deal with a finding came to, where it came to nothing.
enum Trouble {
    /// The note is missing or too long.
    Note(String),
    /// Somebody, or the portal itself, was first.
    Already,
}

#[derive(Template)]
#[template(path = "admin/finding.html")]
struct FindingPage {
    chrome: Frame,
    record: Record,
    finding: FlagRecord,
    may_deal: bool,
    typed: String,
    trouble: Option<Trouble>,
}

impl FindingPage {
    fn problem(&self) -> Option<&str> {
        match &self.trouble {
            Some(Trouble::Note(message)) => Some(message),
            Some(Trouble::Already) | None => None,
        }
    }

    fn is_late(&self) -> bool {
        matches!(self.trouble, Some(Trouble::Already))
    }
}

async fn page(
    staff: &Staff,
    status: StatusCode,
    finding_id: uuid::Uuid,
    typed: String,
    trouble: Option<Trouble>,
) -> Result<HttpResponse, AppError> {
    let (finding, dealer) = staff
        .run(move |conn, actor, now| {
            let Some(finding) = flags::find(conn, finding_id)? else { return Ok(None) };
            let act = Act {
                action: "finding.read",
                subject: "finding",
                subject_id: Some(finding_id),
                debt_id: finding.debt_id,
                details: json!({}),
            };
            audit::write(conn, actor, &act, now)?;
            let dealer = finding.resolved_by.map_or(Ok(None), |id| people::find(conn, id))?;
            Ok(Some((finding, dealer)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let mut facts = vec![
        Fact::new(chrome.t("money-state"), state_cell(&chrome, &finding)),
        Fact::text(chrome.t("money-kind"), Some(&kind_name(&chrome, &finding.kind))),
        Fact::text(chrome.t("money-detail"), Some(&finding.detail)),
        Fact::new(chrome.t("money-found"), Cell::time(&chrome, &finding.created_at)),
        Fact::new(chrome.t("money-dealt-at"), Cell::maybe_time(&chrome, finding.resolved_at.as_ref())),
    ];
    if finding.resolved_at.is_some() {
        let by = dealer.map_or_else(|| chrome.t("money-dealt-by-itself").into_owned(), |person| person.name);
        facts.push(Fact::text(chrome.t("money-dealt-by"), Some(&by)));
    }
    facts.push(Fact::text(chrome.t("money-resolution"), finding.resolution.as_deref()));
    facts.push(Fact::new(chrome.t("money-id"), Cell::text(finding.id.to_string()).looking("id")));
    let mut links = Vec::new();
    if let Some(payment) = finding.payment_id {
        links.push((format!("/admin/payments/{payment}"), chrome.t("money-to-payment")));
    }
    if let Some(debt) = finding.debt_id {
        links.push((debt_href(debt), chrome.t("money-to-debt")));
    }
    if let Some(event) = &finding.stripe_event_id {
        links.push((super::events::href(event), chrome.t("money-to-event")));
    }
    let back = (PATH, chrome.t("staff-part-findings").into_owned());
    let record = Record { back, heading: kind_name(&chrome, &finding.kind), facts, links, tables: Vec::new() };
    let may_deal = staff.may("/admin/findings/{id}", "POST") && finding.resolved_at.is_none();
    staff.page(status, &FindingPage { chrome, record, finding, may_deal, typed, trouble })
}

/// `GET /admin/findings/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    page(&staff, StatusCode::OK, id(&req, "id")?, String::new(), None).await
}

/// `POST /admin/findings/{id}`: it is dealt with, and how.
pub async fn deal_with(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (finding_id, typed) = (id(&req, "id")?, form.get("note").to_owned());
    let note = match note::parse(&typed) {
        Ok(note) => note,
        Err(problem) => {
            let message = staff.frame().tx("money-note-", problem.name()).into_owned();
            let trouble = Some(Trouble::Note(message));
            return page(&staff, StatusCode::UNPROCESSABLE_ENTITY, finding_id, typed, trouble).await;
        }
    };
    let by = staff.session.person.id;
    let dealt = staff
        .run(move |conn, actor, now| {
            let dealt = flags::deal_with(conn, finding_id, &note, by, now)?;
            if let Dealt::Done(finding) = &dealt {
                let act = Act {
                    action: "finding.dealt_with",
                    subject: "finding",
                    subject_id: Some(finding_id),
                    debt_id: finding.debt_id,
                    details: json!({"kind": finding.kind, "old": "open", "new": "resolved", "note": note}),
                };
                audit::write(conn, actor, &act, now)?;
            }
            Ok(dealt)
        })
        .await?;
    match dealt {
        Dealt::Done(_) => Ok(staff.redirect(&format!("{PATH}/{finding_id}"))),
        Dealt::Already(_) => page(&staff, StatusCode::CONFLICT, finding_id, typed, Some(Trouble::Already)).await,
        Dealt::NotFound => Err(AppError::NotFound),
    }
}
