//! `/admin/invitations/{token}`: the link of an invitation or for a new password. It sets the password and nothing else; the second
//! factor is asked for afterwards, as always.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::staff::{MIN_PASSWORD_CHARS, PasswordError, check_password};
use crate::models::audit::{self, Act, Actor};
use crate::models::session::IdHash;
use crate::models::staff::{self as people, Person, Stage};
use crate::web::admin::sign_in::{Session, hash_password};
use crate::web::admin::staff::{address, client};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "admin/invitation.html")]
struct InvitationPage {
    chrome: Chrome,
    email: String,
    is_new: bool,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/invitation_gone.html")]
struct GonePage {
    chrome: Chrome,
}

fn token(req: &HttpRequest) -> IdHash {
    security::sha256(req.match_info().query("token"))
}

async fn invited(req: &HttpRequest, visit: &Visit) -> Result<Option<Person>, AppError> {
    let (token, now) = (token(req), visit.state().clock.now());
    Ok(visit.state().db.read(move |conn| people::behind_link(conn, &token, now)).await?)
}

fn gone(visit: &Visit) -> Result<HttpResponse, AppError> {
    visit.page(StatusCode::NOT_FOUND, &GonePage { chrome: visit.chrome_outside() })
}

fn form(visit: &Visit, status: StatusCode, person: &Person, problem: Option<String>) -> Result<HttpResponse, AppError> {
    let (email, is_new) = (person.email.clone(), person.password_hash.is_none());
    visit.page(status, &InvitationPage { chrome: visit.chrome_outside(), email, is_new, problem })
}

/// Shows the form, or that the link works no more.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    match invited(&req, &visit).await? {
        Some(person) => form(&visit, StatusCode::OK, &person, None),
        None => gone(&visit),
    }
}

/// The sentence about a password that is not accepted.
pub(super) fn password_problem(visit: &Visit, error: PasswordError) -> String {
    match error {
        PasswordError::TooShort => visit.lang.count("password-too-short", MIN_PASSWORD_CHARS as i64),
        PasswordError::TooLong => visit.lang.t("password-too-long").into_owned(),
        PasswordError::Common => visit.lang.t("password-common").into_owned(),
    }
}

/// Sets the password; the link has done its work then.
pub async fn accept(req: HttpRequest, visit: Visit, posted: PostedForm) -> Result<HttpResponse, AppError> {
    let Some(person) = invited(&req, &visit).await? else { return gone(&visit) };
    let password = posted.get("password");
    if let Err(error) = check_password(password, &[&person.email, &person.name]) {
        return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, &person, Some(password_problem(&visit, error)));
    }
    let state = visit.state();
    let (hash, token, session) = (hash_password(password).await?, token(&req), Session::new()?);
    let (id, at, now) = (session.hash, client(&req, state), state.clock.now());
    let from = address(&req, state);
    let set = state
        .db
        .write(move |conn| {
            let Some(person) = people::set_password_by_link(conn, &token, &hash, now)? else { return Ok(None) };
            let stage = if person.totp_secret.is_some() { Stage::Code } else { Stage::Enroll };
            people::begin(conn, &id, person.id, stage, &at, now)?;
            let name = format!("{} <{}>", person.name, person.email);
            let actor = Actor { staff_id: Some(person.id), name, address: Some(from) };
            let act =
                Act { action: "staff.password_set", subject: "staff", subject_id: Some(person.id), ..Act::default() };
            audit::write(conn, &actor, &act, now)?;
            Ok(Some(stage))
        })
        .await?;
    match set {
        Some(Stage::Code) => Ok(session.redirect(&visit, "/admin/sign-in/code", None)),
        Some(Stage::Enroll | Stage::Full) => Ok(session.redirect(&visit, "/admin/sign-in/second-factor", None)),
        None => gone(&visit),
    }
}
