//! The first step of the way in: e-mail and password. An unknown address, a wrong password and an account that may not sign in are
//! one answer, after the same work.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::config::Secret;
use crate::credentials;
use crate::models::audit::{self, Act};
use crate::models::session::IdHash;
use crate::models::staff::{self as people, Limit, Person, Stage};
use crate::web::address::{client_address, subscriber};
use crate::web::admin::passkeys::Offer;
use crate::web::admin::staff::{COOKIE, SignedIn, client};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::security::{self, keyed_hash};
use crate::web::state::AppState;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "admin/sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    email: String,
    next: String,
    problem: Option<String>,
    passkey: Option<Offer>,
}

/// `GET /admin/sign-in`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let asked = url::form_urlencoded::parse(req.query_string().as_bytes()).find(|(name, _)| name == "next");
    let next = asked.map(|(_, path)| path.into_owned()).filter(|path| is_ours(path)).unwrap_or_default();
    answer(&visit, StatusCode::OK, "", &next, None)
}

/// Whether a path leads into the staff area and nowhere else.
fn is_ours(path: &str) -> bool {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.".contains(&b));
    (path == "/admin" || path.starts_with("/admin/")) && plain && !path.contains("//") && path.len() <= 200
}

/// The page with what was typed and what is wrong with it.
pub(super) fn answer(
    visit: &Visit,
    status: StatusCode,
    email: &str,
    next: &str,
    problem: Option<String>,
) -> Result<HttpResponse, AppError> {
    let (email, passkey) = (email.chars().take(255).collect(), Offer::to_sign_in(visit)?);
    let page = SignInPage { chrome: visit.chrome_outside(), email, next: next.to_owned(), problem, passkey };
    visit.page_with_script(status, &page)
}

/// `POST /admin/sign-in`: the password.
pub async fn password(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let email = form.get("email").trim().to_owned();
    let next = if is_ours(form.get("next")) { form.get("next") } else { "" };
    let refuse = |problem: String| answer(&visit, StatusCode::UNPROCESSABLE_ENTITY, &email, next, Some(problem));
    if email.is_empty() || form.get("password").is_empty() {
        return refuse(visit.lang.t("sign-in-empty").into_owned());
    }
    let state = visit.state();
    let (now, limits) = (state.clock.now(), guesses(&req, &visit, &email));
    let (counted, asked) = (limits.clone(), email.clone());
    let (waits, person) = state
        .db
        .write(move |conn| Ok((people::take_guess(conn, &counted, now)?, people::find_by_email(conn, &asked)?)))
        .await?;
    if let Some(until) = waits {
        return pause(&visit, &email, next, until - now);
    }
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    if !is_password(form.get("password"), hash).await? {
        note_refusal(state, &req, person).await?;
        return refuse(visit.lang.t("sign-in-wrong").into_owned());
    }
    let person = person.ok_or_else(|| AppError::internal("a right password of nobody"))?;
    let stage = if person.totp_secret.is_some() { Stage::Code } else { Stage::Enroll };
    let session = Session::new()?;
    let (id, at, staff_id) = (session.hash, client(&req, state), person.id);
    state
        .db
        .write(move |conn| {
            people::give_back(conn, &limits)?;
            people::begin(conn, &id, staff_id, stage, &at, now)
        })
        .await?;
    let step = if stage == Stage::Code { "/admin/sign-in/code" } else { "/admin/sign-in/second-factor" };
    let to = if next.is_empty() {
        step.to_owned()
    } else {
        format!("{step}?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish())
    };
    Ok(session.redirect(&visit, &to, None))
}

/// Where a request wants to go on to after signing in.
pub(super) fn next_of(text: &str) -> String {
    if is_ours(text) { text.to_owned() } else { "/admin".to_owned() }
}

/// The page that asks to wait.
pub(super) fn pause(visit: &Visit, email: &str, next: &str, wait: chrono::Duration) -> Result<HttpResponse, AppError> {
    let seconds = wait.num_seconds().max(1);
    let problem = visit.lang.count("sign-in-paused", seconds.div_euclid(60) + 1);
    let mut answer = answer(visit, StatusCode::TOO_MANY_REQUESTS, email, next, Some(problem))?;
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(answer)
}

/// Writes down a refused password. For an address that nobody has as well: without that line its answer would come sooner.
async fn note_refusal(state: &AppState, req: &HttpRequest, person: Option<Person>) -> Result<(), AppError> {
    let now = state.clock.now();
    let staff_id = person.as_ref().map(|person| person.id);
    let actor = audit::Actor {
        staff_id,
        name: person.as_ref().map_or_else(|| "-".to_owned(), Person::told),
        address: Some(super::staff::address(req, state)),
    };
    let act = Act {
        action: "staff.password_refused",
        subject: "staff",
        subject_id: staff_id,
        details: json!({}),
        ..Act::default()
    };
    Ok(state.db.write(move |conn| audit::write(conn, &actor, &act, now)).await?)
}

/// How many passwords are hashed at a time: each takes 19 MiB and a core for a while, which debtors need as well.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Compares a password off the async threads. Without a hash it takes as long and is wrong.
///
/// # Errors
/// When the thread is gone.
pub(super) async fn is_password(typed: &str, hash: Option<String>) -> Result<bool, AppError> {
    let _turn = HASHING.acquire().await.map_err(AppError::internal)?;
    let typed = typed.to_owned();
    let work = tokio::task::spawn_blocking(move || credentials::is_password(&typed, hash.as_deref()));
    work.await.map_err(AppError::internal)
}

/// Hashes a password off the async threads.
///
/// # Errors
/// When the operating system has no randomness, or the thread is gone.
pub(super) async fn hash_password(typed: &str) -> Result<String, AppError> {
    let _turn = HASHING.acquire().await.map_err(AppError::internal)?;
    let typed = typed.to_owned();
    let work = tokio::task::spawn_blocking(move || credentials::hash_password(&typed));
    work.await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// What wrong passwords and codes are counted by. A browser that has signed in to the account before has a counter of its own, so
/// that a stranger who guesses, from whatever address, cannot keep its person out.
pub(super) fn guesses(req: &HttpRequest, visit: &Visit, email: &str) -> Vec<Limit> {
    let state = visit.state();
    let (key, staff) = (&state.settings.session_key, &state.settings.args.staff);
    let account = email.to_lowercase();
    let counter = |purpose: &str, text: &str, most| Limit { key: keyed_hash(key, purpose, text), most };
    if let Some(device) = visit.cookie(req, DEVICE).filter(|device| is_device_of(state, device, &account)) {
        return vec![counter("staff guesses by device", &device, staff.staff_attempts)];
    }
    let address = subscriber(client_address(req, &state.settings.args.http.trusted_proxies));
    vec![
        counter("staff guesses by account", &format!("{address} {account}"), staff.staff_attempts),
        counter("staff guesses by address", &address, staff.staff_attempts_per_address),
    ]
}

/// The cookie by which a browser is known to have signed in to an account. It opens nothing.
const DEVICE: &str = "staff-device";

fn device_mark(state: &AppState, nonce: &str, account: &str) -> String {
    URL_SAFE_NO_PAD.encode(keyed_hash(&state.settings.session_key, "staff device", &format!("{nonce} {account}")))
}

fn is_device_of(state: &AppState, device: &str, account: &str) -> bool {
    use subtle::ConstantTimeEq;
    device.split_once('.').is_some_and(|(nonce, mark)| {
        nonce.len() == 43 && bool::from(device_mark(state, nonce, account).as_bytes().ct_eq(mark.as_bytes()))
    })
}

/// A session that begins: what the browser gets, and what the database keeps of it.
pub(super) struct Session {
    id: String,
    /// For the database.
    pub hash: IdHash,
}

impl Session {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new() -> Result<Session, AppError> {
        let id = security::random_text().map_err(AppError::internal)?;
        Ok(Session { hash: security::sha256(&id), id })
    }

    /// Gives it to the browser, and leads on. With `account`, the browser is known for it from now on.
    pub fn redirect(self, visit: &Visit, to: &str, account: Option<&str>) -> HttpResponse {
        let mut answer = HttpResponse::SeeOther();
        answer.insert_header((header::LOCATION, to));
        self.hand_over(visit, account, &mut answer);
        answer.finish()
    }

    /// Adds its cookies to an answer.
    pub fn hand_over(self, visit: &Visit, account: Option<&str>, answer: &mut actix_web::HttpResponseBuilder) {
        visit.add_cookies(answer);
        answer.cookie(visit.new_cookie(COOKIE, self.id));
        if let (Some(account), Ok(nonce)) = (account, security::random_text()) {
            let mark = device_mark(visit.state(), &nonce, &account.to_lowercase());
            let mut device = visit.new_cookie(DEVICE, format!("{nonce}.{mark}"));
            device.set_max_age(actix_web::cookie::time::Duration::days(365));
            answer.cookie(device);
        }
    }
}

/// What seeds of second factors are sealed with: nothing that is in the database.
pub(super) fn seed_key(state: &AppState) -> [u8; 32] {
    seed_key_of(&state.settings.session_key)
}

/// The same, for who has only the key: seeds follow `SESSION_KEY`, so who changes that has every second factor set up anew.
pub fn seed_key_of(session_key: &Secret) -> [u8; 32] {
    keyed_hash(session_key, "second factor of staff", "")
}

/// `POST /admin/sign-out`
pub async fn end(req: HttpRequest, visit: Visit, _: PostedForm) -> Result<HttpResponse, AppError> {
    if let Some(signed_in) = SignedIn::find(&req, &visit).await? {
        let (actor, id, now) = (signed_in.actor(), signed_in.id, visit.state().clock.now());
        let subject_id: Option<Uuid> = actor.staff_id;
        let ended = move |conn: &mut diesel::PgConnection| {
            people::end(conn, &id)?;
            let act = Act { action: "staff.signed_out", subject: "staff", subject_id, ..Act::default() };
            audit::write(conn, &actor, &act, now)
        };
        visit.state().db.write(ended).await?;
    }
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, "/admin/sign-in")).insert_header(("clear-site-data", "\"cache\""));
    visit.add_cookies(&mut answer);
    let mut gone = visit.new_cookie(COOKIE, String::new());
    gone.make_removal();
    Ok(answer.cookie(gone).finish())
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_paths_of_the_staff_area_are_gone_on_to() {
        for path in ["/admin", "/admin/debts/0190", "/admin/audit"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/adminx",
            "//evil.example",
            "/admin//evil.example",
            "/admin/../x?y",
            "https://evil.example",
            "/admin/\\x",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
