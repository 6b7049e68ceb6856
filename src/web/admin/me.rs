//! `/admin/me`: one's own sessions, password, recovery codes and passkeys.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use crate::credentials::{self, recovery_hash};
use crate::domain::staff::check_password;
use crate::limits;
use crate::models::audit::{self, Act};
use crate::models::passkey::{self, Passkey};
use crate::models::staff::{self as people, ListedSession};
use crate::web::admin::invitation::password_problem;
use crate::web::admin::passkeys;
use crate::web::admin::second_factor::{Again, Recheck, codes_page};
use crate::web::admin::sign_in::{hash_password, is_password};
use crate::web::admin::{Frame, Staff};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

#[derive(Template)]
#[template(path = "admin/me.html")]
struct MePage {
    chrome: Frame,
    email: String,
    sessions: Vec<ListedSession>,
    this: Uuid,
    codes_left: i64,
    /// `None` where the portal's address allows none.
    passkeys: Option<Vec<Passkey>>,
    /// Whether one may be added without showing the second factor again.
    confirmed: bool,
    problem: Option<Problem>,
    done: Option<&'static str>,
}

/// What was wrong, and at which field.
struct Problem {
    field: &'static str,
    message: String,
}

impl MePage {
    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

async fn page(
    staff: &Staff,
    status: StatusCode,
    problem: Option<Problem>,
    done: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let (id, limits) = (staff.session.person.id, limits::of_staff_sessions(&staff.state().settings));
    let (sessions, codes_left, passkeys) = staff
        .run(move |conn, _, now| {
            let sessions = people::sessions_of(conn, id, limits, now)?;
            Ok((sessions, people::recovery_codes_left(conn, id)?, passkey::of(conn, id)?))
        })
        .await?;
    let page = MePage {
        chrome: staff.frame(),
        email: staff.session.person.email.clone(),
        sessions,
        this: staff.session.name,
        codes_left,
        passkeys: passkeys::are_possible(staff.state()).then_some(passkeys),
        confirmed: passkeys::is_confirmed(staff),
        problem,
        done,
    };
    staff.page(status, &page)
}

/// The page with a sentence at one of its fields.
pub(super) async fn refuse(
    staff: &Staff,
    field: &'static str,
    message: Cow<'static, str>,
) -> Result<HttpResponse, AppError> {
    let problem = Problem { field, message: message.into_owned() };
    page(staff, StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None).await
}

/// `GET /admin/me`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let done = match req.query_string() {
        "done=password" => Some("password"),
        "done=session" => Some("session"),
        "done=passkey" => Some("passkey"),
        "done=passkey-removed" => Some("passkey-removed"),
        _ => None,
    };
    page(&staff, StatusCode::OK, None, done).await
}

/// `POST /admin/me/password`: the old one is asked for; every other session ends.
pub async fn change_password(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let person = &staff.session.person;
    let visit = staff.visit();
    if let Err(error) = check_password(form.get("new_password"), &[&person.email, &person.name]) {
        return refuse(&staff, "new_password", password_problem(visit, error).into()).await;
    }
    let (limits, id, this) = (super::sign_in::guesses(&req, visit, &person.email), person.id, staff.session.name);
    let counted = limits.clone();
    let waits = staff.run(move |conn, _, now| people::take_guess(conn, &counted, now)).await?;
    let old = !form.get("password").is_empty() && waits.is_none();
    if !old || !is_password(form.get("password"), person.password_hash.clone()).await? {
        let message = if waits.is_some() { visit.lang.t("me-paused") } else { visit.lang.t("me-password-wrong") };
        return refuse(&staff, "password", message).await;
    }
    let hash = hash_password(form.get("new_password")).await?;
    staff
        .run(move |conn, actor, now| {
            people::give_back(conn, &limits)?;
            people::set_password(conn, id, &hash)?;
            let ended = people::end_all(conn, id, Some(this))?;
            let details = json!({"sessions_ended": ended});
            let act =
                Act { action: "staff.password_set", subject: "staff", subject_id: Some(id), details, ..Act::default() };
            audit::write(conn, actor, &act, now)
        })
        .await?;
    Ok(staff.redirect("/admin/me?done=password"))
}

/// `POST /admin/me/recovery-codes`: new ones, against a code of the authenticator.
pub async fn renew_codes(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let recheck = Recheck::new(&req, &staff, form.get("code"));
    let codes = credentials::recovery_codes().map_err(AppError::internal)?;
    let kept: Vec<_> = codes.iter().map(|code| recovery_hash(code)).collect();
    let id = staff.session.person.id;
    let again = staff
        .run(move |conn, actor, now| {
            let again = recheck.look(conn, actor, now)?;
            if again == Again::Right {
                people::replace_recovery_codes(conn, id, &kept)?;
                let action = "staff.recovery_codes_renewed";
                audit::write(
                    conn,
                    actor,
                    &Act { action, subject: "staff", subject_id: Some(id), ..Act::default() },
                    now,
                )?;
            }
            Ok(again)
        })
        .await?;
    let lang = staff.visit().lang;
    let message = match again {
        Again::Right => return codes_page(&staff, codes, "/admin/me".to_owned(), None),
        Again::Wrong => lang.t("code-wrong"),
        Again::Paused => lang.t("me-paused"),
    };
    refuse(&staff, "code", message).await
}

/// `POST /admin/me/sessions/end`: one of one's sessions, or all the others.
pub async fn end_session(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (id, this) = (staff.session.person.id, staff.session.name);
    let named = match form.get("session") {
        "others" => None,
        text => Some(Uuid::try_parse(text).map_err(|_| AppError::BadForm)?),
    };
    staff
        .run(move |conn, actor, now| {
            let ended = match named {
                Some(name) => usize::from(people::end_named(conn, id, name)?),
                None => people::end_all(conn, id, Some(this))?,
            };
            let details = json!({"sessions_ended": ended});
            let act = Act {
                action: "staff.sessions_ended",
                subject: "staff",
                subject_id: Some(id),
                details,
                ..Act::default()
            };
            audit::write(conn, actor, &act, now)
        })
        .await?;
    Ok(staff.redirect("/admin/me?done=session"))
}
