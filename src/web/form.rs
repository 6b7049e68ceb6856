//! Forms: read within a size and a deadline, every field once, and only from our own pages.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use crate::web::error::AppError;
use crate::web::security;
use crate::web::state::AppState;
use crate::web::visitor::Visit;

/// A form that one of our pages sent: origin and anti-forgery value are right.
pub struct PostedForm(Vec<(String, String)>);

impl PostedForm {
    /// A form whose fields were read elsewhere.
    pub(super) fn of(fields: Vec<(String, String)>) -> PostedForm {
        PostedForm(fields)
    }

    /// The value of a field; a field that was not sent is empty.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// A form whose body was read already.
    ///
    /// # Errors
    /// [`AppError::Forgery`] when it is of no page of ours, [`AppError::BadForm`].
    pub fn check(req: &HttpRequest, visit: &Visit, body: &[u8]) -> Result<PostedForm, AppError> {
        security::check_origin(req, &visit.state().settings)?;
        if !is_form(req) {
            return Err(AppError::BadForm);
        }
        PostedForm::of_our_page(visit, body)
    }

    fn of_our_page(visit: &Visit, body: &[u8]) -> Result<PostedForm, AppError> {
        let form = PostedForm(parse(body)?);
        if visit.is_own_form(form.get("af")) { Ok(form) } else { Err(AppError::Forgery) }
    }
}

impl FromRequest for PostedForm {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<PostedForm, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let visit = Visit::of(&req)?;
            let state = visit.state();
            security::check_origin(&req, &state.settings)?;
            if !is_form(&req) {
                return Err(AppError::BadForm);
            }
            let limit = state.settings.args.http.form_limit_bytes;
            let body = read_body(&req, payload, state, limit).await?;
            PostedForm::of_our_page(&visit, &body)
        })
    }
}

/// Reads a request's body, at most `limit` bytes within the configured time: actix itself sets no deadline, and a byte a
/// second must not hold a connection.
///
/// # Errors
/// [`AppError::TooLarge`], [`AppError::TooSlow`], [`AppError::BadForm`] when the client broke off.
pub async fn read_body(
    req: &HttpRequest,
    mut payload: Payload,
    state: &Data<AppState>,
    limit: usize,
) -> Result<Bytes, AppError> {
    let announced =
        req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(AppError::TooLarge);
    }
    let deadline = Duration::from_secs(state.settings.args.http.http_body_timeout_seconds);
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk: Result<Bytes, PayloadError> = chunk;
            let chunk = chunk.map_err(|_| AppError::BadForm)?;
            if body.len() + chunk.len() > limit {
                return Err(AppError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(deadline, read).await.map_err(|_| AppError::TooSlow)?
}

fn is_form(req: &HttpRequest) -> bool {
    let sent_as = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media = sent_as.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The value of a field of a small form sent as `multipart/form-data`, which only mail programs send us; `None` when it is not
/// there or the body is none. `sent_as` is the whole media type, which names what separates the parts.
pub fn multipart_field(sent_as: &str, body: &[u8], name: &str) -> Option<String> {
    let boundary = sent_as.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    let text = std::str::from_utf8(body).ok().filter(|_| !boundary.is_empty())?;
    let named = [format!("name=\"{name}\""), format!("name={name}")];
    // What stands before the first of them is no part.
    text.split(&format!("--{boundary}")).skip(1).find_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n"))?;
        let mut parameters = head.lines().flat_map(|line| line.split(';')).map(str::trim);
        parameters.any(|parameter| named.iter().any(|name| parameter == name)).then(|| value.trim().to_owned())
    })
}

/// The fields of a form. A field that stands twice is refused: which of the two would count is a way to be misread.
fn parse(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in body.split(|b| *b == b'&').filter(|part| !part.is_empty()) {
        let mut halves = part.splitn(2, |b| *b == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        if fields.iter().any(|(known, _)| *known == name) || value.contains('\0') {
            return Err(AppError::BadForm);
        }
        fields.push((name, value));
    }
    Ok(fields)
}

fn decode(text: &[u8]) -> Result<String, AppError> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let decoded = percent_encoding::percent_decode(&spaced).decode_utf8().map_err(|_| AppError::BadForm)?;
    Ok(decoded.into_owned())
}

/// The values of an address's query by name; one that stands twice is refused, as in a form.
///
/// # Errors
/// [`AppError::BadForm`].
pub fn query<const N: usize>(req: &HttpRequest, names: [&str; N]) -> Result<[Option<String>; N], AppError> {
    let mut found = [const { None }; N];
    for (name, value) in url::form_urlencoded::parse(req.query_string().as_bytes()) {
        for (wanted, place) in names.iter().zip(&mut found) {
            if *wanted == name && place.replace(value.to_string()).is_some() {
                return Err(AppError::BadForm);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_multipart_body_is_found_by_its_name() {
        let body = b"--xY\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nOne-Click\r\n--xY\r\n\
            Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--xY--\r\n";
        let field = |sent_as, name| multipart_field(sent_as, body, name);
        assert_eq!(field("multipart/form-data; boundary=xY", "List-Unsubscribe").as_deref(), Some("One-Click"));
        assert_eq!(field("multipart/form-data; boundary=\"xY\"", "other").as_deref(), Some("One-Click"));
        for (sent_as, name) in [
            ("multipart/form-data; boundary=xY", "nothing"),
            ("multipart/form-data; boundary=zz", "other"),
            ("multipart/form-data; boundary=", "other"),
            ("multipart/form-data", "other"),
        ] {
            assert_eq!(field(sent_as, name), None, "{sent_as} {name}");
        }
    }

    #[test]
    fn fields_are_decoded_once_each() {
        let fields = parse(b"choice=partial&amount=1%2C000.50&note=a+b").unwrap();
        let expected = [("choice", "partial"), ("amount", "1,000.50"), ("note", "a b")];
        assert_eq!(fields, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        for bad in ["a=1&a=2", "a=1&%61=2", "a=%ff", "a=%00"] {
            assert!(matches!(parse(bad.as_bytes()), Err(AppError::BadForm)), "{bad}");
        }
    }
}
