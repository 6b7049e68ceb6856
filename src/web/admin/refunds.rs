//! `/admin/refunds`: money given back. Giving it back is the debt's page's business.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::domain::returns::{Origin, RefundState};
use crate::models::audit::{self, Act};
use crate::models::refund::Refund;
use crate::models::refund::list::{self as refunds, RefundFilter};
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Table, debt_href};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;

const PATH: &str = "/admin/refunds";

/// `GET /admin/refunds`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let states = RefundState::ALL.map(|state| (state.name().to_owned(), state_name(&chrome, state)));
    let origins = Origin::ALL.map(|origin| (origin.as_str().to_owned(), origin_name(&chrome, origin.as_str())));
    let state = filters.choice(&chrome, "state", chrome.t("money-state"), states.to_vec());
    let origin = filters.choice(&chrome, "origin", chrome.t("money-origin"), origins.to_vec());
    let filter = RefundFilter {
        state: state.and_then(|name| RefundState::ALL.into_iter().find(|state| state.name() == name)),
        origin: origin.as_deref().and_then(Origin::parse),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
    };
    let look = Look { action: "refunds.listed", subject: "refund" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((refunds::search(conn, &filter, after, ROWS)?, refunds::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let mut table = refund_table(&chrome, page.rows.iter().map(|line| &line.refund));
    table.columns.push(chrome.t("money-creditor").into_owned());
    for (row, line) in table.rows.iter_mut().zip(&page.rows) {
        row.push(Cell::text(&line.original_creditor).to(debt_href(line.refund.debt_id)));
    }
    let heading = (chrome.t("staff-part-refunds"), chrome.t("money-refunds-lead"));
    List::of(PATH, heading, filters, table.as_list(&chrome), &found).show(&staff)
}

fn state_name(chrome: &Frame, state: RefundState) -> String {
    chrome.tx("money-refund-", state.name()).into_owned()
}

fn origin_name(chrome: &Frame, origin: &str) -> String {
    chrome.tx("money-origin-", origin).into_owned()
}

/// Refunds as a table, wherever they stand.
pub fn refund_table<'a>(chrome: &Frame, refunds: impl IntoIterator<Item = &'a Refund>) -> Table {
    let row = |refund: &Refund| {
        vec![
            Cell::time(chrome, &refund.created_at).to(format!("{PATH}/{}", refund.id)),
            Cell::amount(refund.amount),
            Cell::text(state_name(chrome, refund.state())).looking("status"),
            Cell::text(origin_name(chrome, &refund.origin)),
        ]
    };
    Table {
        caption: chrome.t("staff-part-refunds").into_owned(),
        columns: [chrome.t("money-asked"), chrome.t("money-amount"), chrome.t("money-state"), chrome.t("money-origin")]
            .map(String::from)
            .to_vec(),
        rows: refunds.into_iter().map(row).collect(),
        empty: chrome.t("money-no-refunds").into_owned(),
    }
}

/// `GET /admin/refunds/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let refund_id = id(&req, "id")?;
    let line = staff
        .run(move |conn, actor, now| {
            let Some(line) = refunds::line(conn, refund_id)? else { return Ok(None) };
            let act = Act {
                action: "refund.read",
                subject: "refund",
                subject_id: Some(refund_id),
                debt_id: Some(line.refund.debt_id),
                details: json!({}),
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(line))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let refund = &line.refund;
    let code = |term: Cow<'static, str>, text: &str| Fact::new(term, Cell::text(text).looking("id"));
    let facts = vec![
        Fact::new(chrome.t("money-state"), Cell::text(state_name(&chrome, refund.state())).looking("status")),
        Fact::text(chrome.t("money-failure"), refund.failure_code.as_deref()),
        Fact::new(chrome.t("money-amount"), Cell::text(refund.amount.to_string())),
        Fact::text(chrome.t("money-origin"), Some(&origin_name(&chrome, &refund.origin))),
        Fact::new(chrome.t("money-creditor"), Cell::text(&line.original_creditor).to(debt_href(refund.debt_id))),
        Fact::new(chrome.t("money-asked"), Cell::time(&chrome, &refund.created_at)),
        Fact::new(chrome.t("money-returned"), Cell::maybe_time(&chrome, refund.returned_at.as_ref())),
        code(chrome.t("money-id"), &refund.id.to_string()),
        code(chrome.t("money-stripe-refund"), refund.stripe_refund_id.as_deref().unwrap_or_default()),
    ];
    let links = vec![
        (format!("/admin/payments/{}", refund.payment_id), chrome.t("money-to-payment")),
        (debt_href(refund.debt_id), chrome.t("money-to-debt")),
    ];
    let heading = chrome.t1("money-refund-of", "amount", refund.amount);
    let back = (PATH, chrome.t("staff-part-refunds").into_owned());
    Record { back, heading, facts, links, tables: Vec::new() }.show(&staff)
}
