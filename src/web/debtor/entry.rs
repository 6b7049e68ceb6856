//! One entry of the history with its whole text: an e-mail, a call's transcript.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use crate::models::debt::{self, Call, Email};
use crate::web::debtor::id;
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
    let email = visit
        .signed_in(move |conn, session| match debt::find_for(conn, debt_id, session.debtor_id)? {
            Some(_) => debt::email(conn, entry_id, debt_id),
            None => Ok(None),
        })
        .await?
        .ok_or(AppError::NotFound)?;
    visit.page(StatusCode::OK, &EmailPage { chrome: visit.chrome(), debt_id, email })
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
    let call = visit
        .signed_in(move |conn, session| match debt::find_for(conn, debt_id, session.debtor_id)? {
            Some(_) => debt::call(conn, entry_id, debt_id),
            None => Ok(None),
        })
        .await?
        .ok_or(AppError::NotFound)?;
    visit.page(StatusCode::OK, &CallPage { chrome: visit.chrome(), debt_id, call })
}
