//! One entry of the history with its whole text: an e-mail, a call's transcript.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use crate::domain::disclosure::Page;
use crate::models::debt::{self, Call, Email};
use crate::web::debtor::id;
use crate::web::debtor::validation::held_back;
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/email.html")]
struct EmailPage {
    chrome: Chrome,
    debt_id: Uuid,
    email: Email,
}

/// `GET /debts/{id}/emails/{entry}`
pub async fn email(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt_id, entry_id) = (id(&req, "id")?, id(&req, "entry")?);
    let (debt, email) = visit
        .signed_in(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            Ok(debt::email(conn, entry_id, debt_id)?.map(|email| (debt, email)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    if let Some(answer) = held_back(&visit, &debt) {
        return Ok(answer);
    }
    let chrome = visit.chrome().about(Page::Debt, debt.state);
    visit.page(StatusCode::OK, &EmailPage { chrome, debt_id, email })
}

#[derive(Template)]
#[template(path = "debtor/call.html")]
struct CallPage {
    chrome: Chrome,
    debt_id: Uuid,
    call: Call,
}

/// `GET /debts/{id}/calls/{entry}`
pub async fn call(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt_id, entry_id) = (id(&req, "id")?, id(&req, "entry")?);
    let (debt, call) = visit
        .signed_in(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            Ok(debt::call(conn, entry_id, debt_id)?.map(|call| (debt, call)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    if let Some(answer) = held_back(&visit, &debt) {
        return Ok(answer);
    }
    let chrome = visit.chrome().about(Page::Debt, debt.state);
    visit.page(StatusCode::OK, &CallPage { chrome, debt_id, call })
}
