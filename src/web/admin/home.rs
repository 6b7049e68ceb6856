//! `GET /admin`: where one arrives after signing in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;

#[derive(Template)]
#[template(path = "admin/home.html")]
struct HomePage {
    chrome: Frame,
}

/// Shows the parts that the person may use.
pub async fn show(staff: Staff) -> Result<HttpResponse, AppError> {
    staff.page(StatusCode::OK, &HomePage { chrome: staff.frame() })
}
