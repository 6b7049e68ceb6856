//! The authenticator of the demo's staff, as a page: what a telephone would show.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::shared::Shared;

#[derive(Template)]
#[template(path = "sandbox/authenticator.html")]
struct AuthenticatorPage {
    codes: Vec<(String, String)>,
    seconds: i64,
}

/// `GET /authenticator`
pub(super) async fn show(shared: Data<Shared>) -> HttpResponse {
    let now = shared.clock.now().timestamp();
    let codes = shared.authenticators.iter().map(|(name, seed)| (name.clone(), seed.code_at(now))).collect();
    match (AuthenticatorPage { codes, seconds: 30 - now.rem_euclid(30) }).render() {
        Ok(page) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
