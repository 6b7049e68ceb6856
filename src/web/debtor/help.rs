//! `GET /debts/{id}/help`: who we are, what a person's rights are, and every way to reach somebody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::disclosure::Page;
use crate::models::debt::{self, Debt};
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/help.html")]
struct HelpPage {
    chrome: Chrome,
    debt: Debt,
    account: AccountName,
}

/// How to reach somebody, how to check that this is real, what to do when paying is hard.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt, account) = load(&req, &visit).await?;
    visit.page(StatusCode::OK, &HelpPage { chrome: visit.chrome().about(Page::Dispute, debt.state), debt, account })
}

async fn load(req: &HttpRequest, visit: &Visit) -> Result<(Debt, AccountName), AppError> {
    let debt_id = id(req, "id")?;
    let debt = visit
        .signed_in(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    Ok((debt, account))
}
