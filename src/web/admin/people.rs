//! `/admin/people`: who works here, in which role, and whether they may sign in.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Duration;
use diesel::PgConnection;
use diesel::QueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::staff::Role;
use crate::limits;
use crate::models::audit::{self, Act};
use crate::models::staff::{self as people, Changed, ListedSession, Person, Purpose};
use crate::web::admin::second_factor::{Again, Recheck};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security;

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    chrome: Frame,
    people: Vec<Person>,
    typed: Typed,
    problem: Option<Problem>,
}

/// What stands in the form of an invitation.
#[derive(Default)]
struct Typed {
    name: String,
    email: String,
    role: String,
}

struct Problem {
    field: &'static str,
    message: String,
}

impl PeoplePage {
    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

async fn list_page(
    staff: &Staff,
    status: StatusCode,
    typed: Typed,
    problem: Option<Problem>,
) -> Result<HttpResponse, AppError> {
    let people = staff.run(|conn, _, _| people::all(conn)).await?;
    staff.page(status, &PeoplePage { chrome: staff.frame(), people, typed, problem })
}

/// `GET /admin/people`
pub async fn list(staff: Staff) -> Result<HttpResponse, AppError> {
    list_page(&staff, StatusCode::OK, Typed { role: Role::Agent.as_str().to_owned(), ..Typed::default() }, None).await
}

/// A new link for a person: what the browser shows, and what the database keeps.
fn new_link(staff: &Staff) -> Result<(String, [u8; 32], Duration), AppError> {
    let secret = security::random_text().map_err(AppError::internal)?;
    let lives = Duration::hours(staff.state().settings.args.staff.staff_link_hours.into());
    let url = format!("{}/admin/invitations/{secret}", staff.state().settings.public_url);
    Ok((url, security::sha256(&secret), lives))
}

fn act(action: &'static str, id: Uuid, details: Value) -> Act<'static> {
    Act { action, subject: "staff", subject_id: Some(id), details, ..Act::default() }
}

/// `POST /admin/people`: invites somebody. The link is shown once, to hand over.
pub async fn invite(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let field = |name: &str| form.get(name).trim().chars().take(255).collect::<String>();
    let typed = Typed { name: field("name"), email: field("email"), role: field("role") };
    let lang = staff.visit().lang;
    let refuse = |field, message: Cow<'static, str>| Some(Problem { field, message: message.into_owned() });
    let role = Role::parse(&typed.role);
    let problem = if typed.name.is_empty() || typed.name.chars().count() > 200 {
        refuse("name", lang.t("people-name-empty"))
    } else if !crate::domain::contact_data::is_email(&typed.email) {
        refuse("email", lang.t("people-email-malformed"))
    } else if role.is_none() {
        refuse("role", lang.t("people-role-empty"))
    } else {
        None
    };
    let (Some(role), None) = (role, &problem) else {
        return list_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, typed, problem).await;
    };
    let (url, hash, lives) = new_link(&staff)?;
    let (email, name) = (typed.email.clone(), typed.name.clone());
    let invited = staff
        .run(move |conn, actor, now| {
            let Some(person) = people::invite(conn, &email, &name, role)? else { return Ok(None) };
            people::make_link(conn, person.id, Purpose::Invite, &hash, lives, now)?;
            let details = json!({"email": email, "name": name, "role": role.as_str()});
            audit::write(conn, actor, &act("staff.invited", person.id, details), now)?;
            Ok(Some(person))
        })
        .await?;
    match invited {
        Some(person) => link_page(&staff, person, url),
        None => {
            let problem = refuse("email", lang.t("people-email-taken"));
            list_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, typed, problem).await
        }
    }
}

#[derive(Template)]
#[template(path = "admin/person_link.html")]
struct LinkPage {
    chrome: Frame,
    person: Person,
    url: String,
    hours: i64,
}

fn link_page(staff: &Staff, person: Person, url: String) -> Result<HttpResponse, AppError> {
    let hours = staff.state().settings.args.staff.staff_link_hours.into();
    staff.page(StatusCode::OK, &LinkPage { chrome: staff.frame(), person, url, hours })
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    chrome: Frame,
    person: Person,
    sessions: Vec<ListedSession>,
    is_self: bool,
    problem: Option<Problem>,
}

impl PersonPage {
    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

async fn person_page(
    staff: &Staff,
    status: StatusCode,
    person_id: Uuid,
    problem: Option<Problem>,
) -> Result<HttpResponse, AppError> {
    let limits = limits::of_staff_sessions(&staff.state().settings);
    let found = staff
        .run(move |conn, _, now| {
            let Some(person) = people::find(conn, person_id)? else { return Ok(None) };
            Ok(Some((person, people::sessions_of(conn, person_id, limits, now)?)))
        })
        .await?;
    let (person, sessions) = found.ok_or(AppError::NotFound)?;
    let is_self = person.id == staff.session.person.id;
    staff.page(status, &PersonPage { chrome: staff.frame(), person, sessions, is_self, problem })
}

/// `GET /admin/people/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    person_page(&staff, StatusCode::OK, id(&req, "id")?, None).await
}

/// What came of a change that asks for the second factor.
enum Outcome {
    Done,
    NoSuchPerson,
    LastAdministrator,
    Code(Again),
}

/// Runs a weighty change of a person, once the one who makes it has shown the second factor again.
async fn change<F>(req: &HttpRequest, staff: &Staff, form: &PostedForm, job: F) -> Result<HttpResponse, AppError>
where
    F: FnOnce(&mut PgConnection, &Person, &audit::Actor, chrono::DateTime<chrono::Utc>) -> QueryResult<Changed>
        + Send
        + 'static,
{
    let (person_id, recheck) = (id(req, "id")?, Recheck::new(req, staff, form.get("code")));
    let outcome = staff
        .run(move |conn, actor, now| {
            let Some(person) = people::find(conn, person_id)? else { return Ok(Outcome::NoSuchPerson) };
            match recheck.look(conn, actor, now)? {
                Again::Right => {}
                again => return Ok(Outcome::Code(again)),
            }
            Ok(match job(conn, &person, actor, now)? {
                Changed::Done => Outcome::Done,
                Changed::LastAdministrator => Outcome::LastAdministrator,
            })
        })
        .await?;
    let lang = staff.visit().lang;
    let refuse = |field, message: Cow<'static, str>| Some(Problem { field, message: message.into_owned() });
    let problem = match outcome {
        Outcome::Done => return Ok(staff.redirect(&format!("/admin/people/{person_id}"))),
        Outcome::NoSuchPerson => return Err(AppError::NotFound),
        Outcome::LastAdministrator => refuse("person", lang.t("people-last-administrator")),
        Outcome::Code(Again::Paused) => refuse("person", lang.t("me-paused")),
        Outcome::Code(_) => refuse("person", lang.t("code-wrong")),
    };
    person_page(staff, StatusCode::UNPROCESSABLE_ENTITY, person_id, problem).await
}

/// `POST /admin/people/{id}/role`
pub async fn change_role(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let role = Role::parse(form.get("role")).ok_or(AppError::BadForm)?;
    change(&req, &staff, &form, move |conn, person, actor, now| {
        let changed = people::set_role(conn, person.id, role)?;
        if changed == Changed::Done {
            let details = json!({"old": person.role.as_str(), "new": role.as_str()});
            audit::write(conn, actor, &act("staff.role_changed", person.id, details), now)?;
        }
        Ok(changed)
    })
    .await
}

/// `POST /admin/people/{id}/access`: takes the access away, and every session with it; or gives it back.
pub async fn change_access(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let disable = match form.get("access") {
        "none" => true,
        "full" => false,
        _ => return Err(AppError::BadForm),
    };
    change(&req, &staff, &form, move |conn, person, actor, now| {
        let changed = people::set_disabled(conn, person.id, disable.then_some(now))?;
        if changed == Changed::Done {
            let action = if disable { "staff.disabled" } else { "staff.enabled" };
            audit::write(conn, actor, &act(action, person.id, json!({})), now)?;
        }
        Ok(changed)
    })
    .await
}

/// `POST /admin/people/{id}/second-factor`: forgets it, for who has lost it; it is set up anew after the next password.
pub async fn forget_second_factor(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    change(&req, &staff, &form, move |conn, person, actor, now| {
        people::forget_second_factor(conn, person.id)?;
        audit::write(conn, actor, &act("staff.second_factor_forgotten", person.id, json!({})), now)?;
        Ok(Changed::Done)
    })
    .await
}

/// `POST /admin/people/{id}/link`: a new link to set a password with; earlier ones stop working.
pub async fn make_link(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (person_id, recheck) = (id(&req, "id")?, Recheck::new(&req, &staff, form.get("code")));
    let (url, hash, lives) = new_link(&staff)?;
    let made = staff
        .run(move |conn, actor, now| {
            let Some(person) = people::find(conn, person_id)?.filter(|person| person.disabled_at.is_none()) else {
                return Ok(Err(Outcome::NoSuchPerson));
            };
            match recheck.look(conn, actor, now)? {
                Again::Right => {}
                again => return Ok(Err(Outcome::Code(again))),
            }
            let purpose = if person.password_hash.is_some() { Purpose::Reset } else { Purpose::Invite };
            people::make_link(conn, person.id, purpose, &hash, lives, now)?;
            audit::write(conn, actor, &act("staff.link_made", person.id, json!({})), now)?;
            Ok(Ok(person))
        })
        .await?;
    let lang = staff.visit().lang;
    let message = match made {
        Ok(person) => return link_page(&staff, person, url),
        Err(Outcome::Code(Again::Paused)) => lang.t("me-paused"),
        Err(Outcome::Code(_)) => lang.t("code-wrong"),
        Err(_) => return Err(AppError::NotFound),
    };
    let problem = Some(Problem { field: "person", message: message.into_owned() });
    person_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, person_id, problem).await
}
