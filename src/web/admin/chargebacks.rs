//! `/admin/chargebacks`: money that a bank takes back, and what is due for it.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use serde_json::json;

use crate::domain::returns::ChargebackState;
use crate::models::audit::{self, Act};
use crate::models::chargeback::Chargeback;
use crate::models::chargeback::list::{self as chargebacks, ChargebackFilter};
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Table, debt_href};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;

const PATH: &str = "/admin/chargebacks";

/// The days within which evidence must be sent to be urgent.
const SOON_DAYS: i64 = 7;

/// `GET /admin/chargebacks`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let states = ChargebackState::ALL.map(|state| (state.as_str().to_owned(), state_name(&chrome, state)));
    let state = filters.choice(&chrome, "state", chrome.t("money-state"), states.to_vec());
    let soon = vec![("soon".to_owned(), chrome.count("money-due-soon", SOON_DAYS))];
    let due = filters.choice(&chrome, "due", chrome.t("money-due"), soon);
    let filter = ChargebackFilter {
        state: state.as_deref().and_then(ChargebackState::parse),
        due_before: due.map(|_| staff.now() + Duration::days(SOON_DAYS)),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
    };
    let by_urgency = filter.due_before.is_some();
    let look = Look { action: "chargebacks.listed", subject: "chargeback" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((chargebacks::search(conn, &filter, after, ROWS)?, chargebacks::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let mut table = chargeback_table(&chrome, page.rows.iter().map(|line| &line.chargeback));
    table.columns.push(chrome.t("money-creditor").into_owned());
    for (row, line) in table.rows.iter_mut().zip(&page.rows) {
        row.push(Cell::text(&line.original_creditor).to(debt_href(line.chargeback.debt_id)));
    }
    let mut table = table.as_list(&chrome);
    if by_urgency {
        table.caption = chrome.t("money-urgent-first").into_owned();
    }
    let heading = (chrome.t("staff-part-chargebacks"), chrome.t("money-chargebacks-lead"));
    List::of(PATH, heading, filters, table, &found).show(&staff)
}

fn state_name(chrome: &Frame, state: ChargebackState) -> String {
    chrome.tx("money-chargeback-", state.as_str()).into_owned()
}

/// Chargebacks as a table, wherever they stand.
pub fn chargeback_table<'a>(chrome: &Frame, chargebacks: impl IntoIterator<Item = &'a Chargeback>) -> Table {
    let row = |chargeback: &Chargeback| {
        let due = chargeback.due_at.as_ref().filter(|_| chargeback.closed_at.is_none());
        vec![
            Cell::time(chrome, &chargeback.created_at).to(format!("{PATH}/{}", chargeback.id)),
            Cell::amount(chargeback.amount),
            Cell::text(state_name(chrome, chargeback.state())).looking("status"),
            Cell::maybe_time(chrome, due),
        ]
    };
    Table {
        caption: chrome.t("staff-part-chargebacks").into_owned(),
        columns: [chrome.t("money-opened"), chrome.t("money-amount"), chrome.t("money-state"), chrome.t("money-due")]
            .map(String::from)
            .to_vec(),
        rows: chargebacks.into_iter().map(row).collect(),
        empty: chrome.t("money-no-chargebacks").into_owned(),
    }
}

/// `GET /admin/chargebacks/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chargeback_id = id(&req, "id")?;
    let line = staff
        .run(move |conn, actor, now| {
            let Some(line) = chargebacks::line(conn, chargeback_id)? else { return Ok(None) };
            let act = Act {
                action: "chargeback.read",
                subject: "chargeback",
                subject_id: Some(chargeback_id),
                debt_id: Some(line.chargeback.debt_id),
                details: json!({}),
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(line))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let row = &line.chargeback;
    let time = |term: Cow<'static, str>, at: Option<&chrono::DateTime<chrono::Utc>>| {
        Fact::new(term, Cell::maybe_time(&chrome, at))
    };
    let code = |term: Cow<'static, str>, text: &str| Fact::new(term, Cell::text(text).looking("id"));
    let facts = vec![
        Fact::new(chrome.t("money-state"), Cell::text(state_name(&chrome, row.state())).looking("status")),
        Fact::new(chrome.t("money-claimed"), Cell::text(row.amount.to_string())),
        Fact::new(chrome.t("money-withdrawn"), Cell::text(row.withdrawn.to_string())),
        Fact::text(chrome.t("money-bank-reason"), row.reason.as_deref()),
        Fact::new(chrome.t("money-creditor"), Cell::text(&line.original_creditor).to(debt_href(row.debt_id))),
        time(chrome.t("money-opened"), Some(&row.created_at)),
        time(chrome.t("money-due"), row.due_at.as_ref()),
        time(chrome.t("money-withdrawn-at"), row.withdrawn_at.as_ref()),
        time(chrome.t("money-reinstated-at"), row.reinstated_at.as_ref()),
        time(chrome.t("money-closed-at"), row.closed_at.as_ref()),
        code(chrome.t("money-id"), &row.id.to_string()),
        code(chrome.t("money-stripe-dispute"), &row.stripe_dispute_id),
    ];
    let links = vec![
        (format!("/admin/payments/{}", row.payment_id), chrome.t("money-to-payment")),
        (debt_href(row.debt_id), chrome.t("money-to-debt")),
    ];
    let heading = chrome.t1("money-chargeback-of", "amount", row.amount);
    let back = (PATH, chrome.t("staff-part-chargebacks").into_owned());
    Record { back, heading, facts, links, tables: Vec::new() }.show(&staff)
}
