//! `/opt-out/{token}`: the link in a message by which its channel is refused. It asks nothing but the choice, tells nobody whose
//! it is or what the messages are about, and answers alike for live, dead and invented links (12 CFR 1006.6(e), 1006.6(d)(1)).

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::models::choice::{self, Source};
use crate::web::error::AppError;
use crate::web::form::{PostedForm, multipart_field, query, read_body};
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "opt_out.html")]
struct OptOutPage {
    chrome: Chrome,
    channel: &'static str,
    done: bool,
}

/// Which words the page uses. The address says it, not the table, so that nothing need be looked up to show the page; what is
/// refused is what the link was made for.
fn channel(req: &HttpRequest) -> Result<&'static str, AppError> {
    let [asked] = query(req, ["channel"])?;
    Ok(if asked.as_deref() == Some("sms") { "sms" } else { "email" })
}

/// `GET /opt-out/{token}`. Looks nothing up.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let page = OptOutPage { chrome: visit.chrome_outside(), channel: channel(&req)?, done: false };
    visit.page(StatusCode::OK, &page)
}

/// `GET /opted-out`
pub async fn done(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let page = OptOutPage { chrome: visit.chrome_outside(), channel: channel(&req)?, done: true };
    visit.page(StatusCode::OK, &page)
}

/// What a mail program posts by itself, and no page of ours does (RFC 8058, section 3.2).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// `POST /opt-out/{token}`: the button, or a mail program's one click, which comes without cookies, from anywhere.
pub async fn refuse(req: HttpRequest, visit: Visit, payload: Payload) -> Result<HttpResponse, AppError> {
    let state = visit.state();
    let body = read_body(&req, payload.into_inner(), state, state.settings.args.http.form_limit_bytes).await?;
    let is_one_click = is_one_click(&req, &body);
    let source = if is_one_click {
        Source::OneClick
    } else {
        PostedForm::check(&req, &visit, &body)?;
        Source::OptOutLink
    };
    let (link, now) = (security::sha256(req.match_info().query("token")), state.clock.now());
    state.db.write(move |conn| choice::opt_out(conn, &link, source, now)).await?;
    if is_one_click {
        return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").finish());
    }
    Ok(redirect(&visit, &format!("/opted-out?channel={}", channel(&req)?)))
}

fn is_one_click(req: &HttpRequest, body: &[u8]) -> bool {
    let sent_as = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media = sent_as.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (name, value) = ONE_CLICK;
    match media.as_str() {
        "application/x-www-form-urlencoded" => {
            url::form_urlencoded::parse(body).any(|(n, v)| n == name && v.trim() == value)
        }
        "multipart/form-data" => multipart_field(sent_as, body, name).is_some_and(|v| v.trim() == value),
        _ => false,
    }
}
