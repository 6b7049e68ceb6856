//! Signing out.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;

use crate::models::session;
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

/// `POST /sign-out`: ends the session here and in the browser.
pub async fn end(visit: Visit, _: PostedForm) -> Result<HttpResponse, AppError> {
    if let Some(id) = visit.session {
        visit.state().db.write(move |conn| session::end(conn, &id)).await?;
    }
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, "/signed-out")).insert_header(("clear-site-data", "\"cache\""));
    visit.add_cookies(&mut answer);
    Ok(answer.cookie(visit.no_session_cookie()).finish())
}

#[derive(Template)]
#[template(path = "debtor/signed_out.html")]
struct SignedOutPage {
    chrome: Chrome,
}

/// `GET /signed-out`
pub async fn done(visit: Visit) -> Result<HttpResponse, AppError> {
    visit.page(StatusCode::OK, &SignedOutPage { chrome: visit.chrome_outside() })
}
