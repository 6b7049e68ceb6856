//! `/debts/{id}/time-barred`: what must be read before paying a debt whose time limit for suing has passed (12 CFR 1006.26,
//! 23 NYCRR 1.3). No payment is taken until it is confirmed, for each version of the text anew.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use diesel::QueryResult;
use diesel::pg::PgConnection;

use crate::domain::disclosure::{Disclosure, Page};
use crate::models::debt::{self, Debt};
use crate::models::disclosure;
use crate::web::debtor::id;
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::frame::redirect;
use crate::web::page::{Chrome, Text};
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/time_barred.html")]
struct TimeBarredPage {
    chrome: Chrome,
    debt: Debt,
    text: Text,
    problem: bool,
}

/// The text that a debt's person must confirm before paying; `None` where nothing is to be confirmed any more.
pub(super) fn unread(conn: &mut PgConnection, chrome: &Chrome, debt: &Debt) -> QueryResult<Option<Disclosure>> {
    let Some(text) = chrome.time_barred().filter(|_| debt.time_barred) else { return Ok(None) };
    Ok((!disclosure::is_acknowledged(conn, debt.id, text)?).then(|| text.clone()))
}

/// The debt and its text, or where to go because there is none to be read.
async fn load(req: &HttpRequest, visit: &Visit) -> Result<(Debt, Chrome, Option<Disclosure>), AppError> {
    let debt_id = id(req, "id")?;
    let debt = visit.signed_in(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id)).await?;
    let debt = debt.ok_or(AppError::NotFound)?;
    let chrome = visit.chrome().about(Page::Payment, debt.state);
    let text = chrome.time_barred().filter(|_| debt.time_barred).cloned();
    Ok((debt, chrome, text))
}

fn onward(debt: &Debt) -> String {
    format!("/debts/{}/payments/new", debt.id)
}

/// `GET /debts/{id}/time-barred`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt, chrome, text) = load(&req, &visit).await?;
    let Some(text) = text else { return Ok(redirect(&visit, &onward(&debt))) };
    let text = chrome.text(&text);
    visit.page(StatusCode::OK, &TimeBarredPage { chrome, debt, text, problem: false })
}

/// `POST /debts/{id}/time-barred`: the person has read it.
pub async fn accept(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt, chrome, text) = load(&req, &visit).await?;
    let Some(text) = text else { return Ok(redirect(&visit, &onward(&debt))) };
    // What is confirmed must be what was shown: a new version, or the other language's, is read first.
    let shown = form.get("text") == text.id.to_string();
    if form.get("read") != "yes" || !shown {
        let text = chrome.text(&text);
        return visit.page(StatusCode::UNPROCESSABLE_ENTITY, &TimeBarredPage { chrome, debt, text, problem: true });
    }
    let (debt_id, now) = (debt.id, visit.state().clock.now());
    visit.signed_in(move |conn, _| disclosure::acknowledge(conn, debt_id, text.id, now)).await?;
    Ok(redirect(&visit, &onward(&debt)))
}
