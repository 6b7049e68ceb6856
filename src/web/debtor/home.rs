//! `GET /`: whoever comes without a link.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/home.html")]
struct HomePage {
    chrome: Chrome,
}

/// Says whose site this is and that a personal link is needed.
pub async fn show(visit: Visit) -> Result<HttpResponse, AppError> {
    visit.page(StatusCode::OK, &HomePage { chrome: visit.chrome_outside() })
}
