//! `/m/{token}`: the link of an e-mail that tells that it was followed, and the picture that tells that it was opened. Only where
//! `MAIL_TRACKING` is on; what they tell is never counted for programs and is proof of nothing.

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::mail::Fetch;
use crate::models::outbox::links::{self, Tracked};
use crate::web::error::AppError;
use crate::web::security::sha256;
use crate::web::state::AppState;

/// A transparent picture of one pixel.
const PIXEL: [u8; 43] = *b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// `GET /m/{token}` and `GET /m/{token}.gif`
pub async fn follow(req: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, AppError> {
    let text = req.match_info().query("token");
    let (secret, is_picture) = match text.strip_suffix(".gif") {
        Some(secret) => (secret, true),
        None => (text, false),
    };
    let fits = secret.len() == 43 && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !fits {
        return Err(AppError::NotFound);
    }
    let hash = sha256(secret);
    let found = state.db.read(move |conn| links::tracked(conn, &hash)).await?;
    if let Some(tracked) = &found {
        note(&req, &state, tracked, !is_picture).await?;
    }
    if is_picture {
        return Ok(HttpResponse::Ok()
            .content_type("image/gif")
            .insert_header(("cross-origin-resource-policy", "cross-origin"))
            .body(PIXEL.to_vec()));
    }
    // To the personal link it was made for. Another one, or none, looks like any link that does not work.
    let current = found.filter(|tracked| tracked.link_hash == sha256(&tracked.token)).map(|tracked| tracked.token);
    let token = current.unwrap_or_else(|| secret.to_owned());
    Ok(HttpResponse::Found().insert_header((header::LOCATION, format!("/d/{token}"))).finish())
}

async fn note(req: &HttpRequest, state: &Data<AppState>, tracked: &Tracked, clicked: bool) -> Result<(), AppError> {
    let (Some(email_id), Some(sent_at)) = (tracked.email_id, tracked.sent_at) else { return Ok(()) };
    let value = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let fetch = Fetch {
        is_head: req.method() == Method::HEAD,
        purposes: [value("purpose"), value("sec-purpose"), value("x-purpose"), value("x-moz")],
        user_agent: value("user-agent").unwrap_or_default(),
    };
    let counts =
        state.settings.args.mail.mail_tracking && fetch.may_be_a_person((state.clock.now() - sent_at).num_seconds());
    if counts {
        state.db.write(move |conn| links::note_read(conn, email_id, clicked)).await?;
    }
    Ok(())
}
