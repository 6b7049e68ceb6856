//! `/admin/payments`: every attempt to pay, and one of them with all that belongs to it.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::domain::payment::PaymentState;
use crate::models::audit::{self, Act};
use crate::models::chargeback::{self, Chargeback};
use crate::models::event::list::EventLine;
use crate::models::flag::list::FlagRecord;
use crate::models::payment::list::{self as payments, PaymentFilter, PaymentRecord};
use crate::models::refund::{self, Refund};
use crate::models::{event, flag};
use crate::web::admin::events::event_table;
use crate::web::admin::findings::finding_table;
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Table, debt_href};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;

const PATH: &str = "/admin/payments";

/// `GET /admin/payments`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let methods = staff.state().db.read(payments::methods).await?;
    let methods = methods.into_iter().map(|name| (name.clone(), method_name(&chrome, &name))).collect();
    let mut filters = Filters::of(&req);
    let states = PaymentState::ALL.map(|state| (state.name().to_owned(), state_name(&chrome, state)));
    let state = filters.choice(&chrome, "state", chrome.t("money-state"), states.to_vec());
    let filter = PaymentFilter {
        state: state.as_deref().and_then(PaymentState::parse),
        method: filters.choice(&chrome, "method", chrome.t("money-method"), methods),
        least: filters.amount(&chrome, "least", chrome.t("money-filter-least")),
        most: filters.amount(&chrome, "most", chrome.t("money-filter-most")),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
        reference: filters.text(&chrome, "reference", chrome.t("money-filter-reference")),
    };
    let look = Look { action: "payments.listed", subject: "payment" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((payments::search(conn, &filter, after, ROWS)?, payments::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let rows = page.rows.iter().map(|line| {
        let payment = &line.payment;
        vec![
            Cell::time(&chrome, &payment.created_at).to(format!("{PATH}/{}", payment.id)),
            Cell::amount(payment.amount),
            Cell::text(payment.payment_method.as_deref().map(|m| method_name(&chrome, m)).unwrap_or_default()),
            Cell::text(state_name(&chrome, payment.state())).looking("status"),
            Cell::text(&line.original_creditor).to(debt_href(payment.debt_id)),
        ]
    });
    let columns = ["money-begun", "money-amount", "money-method", "money-state", "money-creditor"];
    let table = Table::of(&chrome, &columns, rows.collect());
    let heading = (chrome.t("staff-part-payments"), chrome.t("money-payments-lead"));
    List::of(PATH, heading, filters, table, &found).show(&staff)
}

/// Where a payment stands, in a word.
pub fn state_name(chrome: &Frame, state: PaymentState) -> String {
    chrome.tx("money-state-", state.name()).into_owned()
}

/// What was paid with; a method that has no name here goes by its own.
fn method_name(chrome: &Frame, method: &str) -> String {
    match chrome.method(method) {
        name if name == chrome.t("method-other") => method.to_owned(),
        name => name.into_owned(),
    }
}

/// A payment with all that belongs to it.
struct Whole {
    record: PaymentRecord,
    refunds: Vec<Refund>,
    chargebacks: Vec<Chargeback>,
    findings: Vec<FlagRecord>,
    events: Vec<EventLine>,
}

/// `GET /admin/payments/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let payment_id = id(&req, "id")?;
    let whole = staff
        .run(move |conn, actor, now| {
            let Some(record) = payments::record(conn, payment_id)? else { return Ok(None) };
            let act = Act {
                action: "payment.read",
                subject: "payment",
                subject_id: Some(payment_id),
                debt_id: Some(record.payment.debt_id),
                details: json!({}),
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(Whole {
                record,
                refunds: refund::of_payment(conn, payment_id)?,
                chargebacks: chargeback::of_payment(conn, payment_id)?,
                findings: flag::list::of_payment(conn, payment_id)?,
                events: event::list::of_payment(conn, payment_id)?,
            }))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let payment = &whole.record.payment;
    let mut links = vec![(debt_href(payment.debt_id), chrome.t("money-to-debt"))];
    if let Some(intent) = &payment.stripe_payment_intent_id {
        links.push((stripe_href(&staff, intent), chrome.t("money-to-stripe")));
    }
    let returnable = matches!(payment.state(), PaymentState::Completed) && payment.stripe_payment_intent_id.is_some();
    if returnable && staff.may("/admin/payments/{id}/refunds/new", "GET") {
        links.push((format!("{PATH}/{payment_id}/refunds/new"), chrome.t("money-to-refund")));
    }
    let tables = vec![
        super::refunds::refund_table(&chrome, &whole.refunds),
        super::chargebacks::chargeback_table(&chrome, &whole.chargebacks),
        finding_table(&chrome, &whole.findings),
        event_table(&chrome, &whole.events),
    ];
    let heading = chrome.t2("money-payment-of", "amount", payment.amount, "creditor", &whole.record.original_creditor);
    let back = (PATH, chrome.t("staff-part-payments").into_owned());
    Record { back, heading, facts: facts(&chrome, &whole.record), links, tables }.show(&staff)
}

/// A payment in Stripe's dashboard.
fn stripe_href(staff: &Staff, intent: &str) -> String {
    let mode = if staff.state().settings.is_live() { "" } else { "test/" };
    let intent = percent_encoding::utf8_percent_encode(intent, percent_encoding::NON_ALPHANUMERIC);
    format!("https://dashboard.stripe.com/{mode}payments/{intent}").replace("%5F", "_")
}

fn facts(chrome: &Frame, record: &PaymentRecord) -> Vec<Fact> {
    let payment = &record.payment;
    let time = |term: Cow<'static, str>, at: Option<&chrono::DateTime<chrono::Utc>>| {
        Fact::new(term, Cell::maybe_time(chrome, at))
    };
    let code = |term: Cow<'static, str>, text: Option<&str>| {
        Fact::new(term, Cell::text(text.unwrap_or_default()).looking("id"))
    };
    let failure = payment.failure_code.as_deref().map(|code| format!("{} ({code})", chrome.failure(code)));
    let method = payment.payment_method.as_deref().map(|method| method_name(chrome, method));
    let kind = payment.payment_type.as_deref().map(|kind| chrome.tx("money-type-", kind).into_owned());
    vec![
        Fact::new(chrome.t("money-state"), Cell::text(state_name(chrome, payment.state())).looking("status")),
        Fact::text(chrome.t("money-failure"), failure.as_deref()),
        Fact::new(chrome.t("money-amount"), Cell::text(payment.amount.to_string())),
        Fact::text(chrome.t("money-currency"), Some(&payment.currency.to_uppercase())),
        Fact::new(chrome.t("money-refunded"), Cell::text(payment.amount_refunded.to_string())),
        Fact::new(chrome.t("money-charged-back"), Cell::text(payment.amount_charged_back.to_string())),
        Fact::text(chrome.t("money-method"), method.as_deref()),
        Fact::text(chrome.t("money-type"), kind.as_deref()),
        Fact::text(chrome.t("money-external"), record.external_reference.as_deref()),
        Fact::new(chrome.t("money-creditor"), Cell::text(&record.original_creditor).to(debt_href(payment.debt_id))),
        time(chrome.t("money-begun"), Some(&payment.created_at)),
        time(chrome.t("money-processing-since"), payment.processing_since.as_ref()),
        time(chrome.t("money-completed"), payment.completed_at.as_ref()),
        time(chrome.t("money-replaced"), payment.replaced_at.as_ref()),
        time(chrome.t("money-checkout-expires"), payment.checkout_expires_at.as_ref()),
        time(chrome.t("money-refunds-unsure"), payment.refunds_unsure_since.as_ref()),
        time(chrome.t("money-checked"), record.checked_at.as_ref()),
        time(chrome.t("money-updated"), Some(&record.updated_at)),
        Fact::text(chrome.t("money-language"), payment.locale.as_deref()),
        code(chrome.t("money-id"), Some(&payment.id.to_string())),
        code(chrome.t("money-session"), payment.stripe_session_id.as_deref()),
        code(chrome.t("money-intent"), payment.stripe_payment_intent_id.as_deref()),
        code(chrome.t("money-charge"), payment.stripe_charge_id.as_deref()),
    ]
}
