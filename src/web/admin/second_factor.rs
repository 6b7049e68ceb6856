//! The second step of the way in: a code of the authenticator, or setting one up where there is none yet.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use diesel::PgConnection;
use diesel::QueryResult;
use qrcode::{Color, QrCode};
use serde_json::json;

use crate::credentials::{self, Seed, recovery_hash};
use crate::models::audit::{self, Act};
use crate::models::staff::{self as people, Limit, Stage};
use crate::web::admin::Staff;
use crate::web::admin::sign_in::{Session, guesses, next_of, seed_key};
use crate::web::admin::staff::client;
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;

/// Wrong codes after which the password is asked for again.
const GUESSES: i32 = 5;

/// Wrong codes for one account within 15 minutes from browsers it has never signed in with. Who guesses them knows the password
/// already, so this keeps nobody out by a stranger's hand.
const GUESSES_PER_ACCOUNT: i32 = 30;

#[derive(Template)]
#[template(path = "admin/code.html")]
struct CodePage {
    chrome: Chrome,
    next: String,
    problem: Option<String>,
}

fn next_in(req: &HttpRequest) -> String {
    let mut pairs = url::form_urlencoded::parse(req.query_string().as_bytes());
    next_of(&pairs.find(|(name, _)| name == "next").map(|(_, path)| path.into_owned()).unwrap_or_default())
}

/// `GET /admin/sign-in/code`
pub async fn ask(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    if staff.session.stage == Stage::Enroll {
        return Ok(staff.redirect("/admin/sign-in/second-factor"));
    }
    let next = next_in(&req);
    staff.page(StatusCode::OK, &CodePage { chrome: staff.visit().chrome_outside(), next, problem: None })
}

fn code_guesses(req: &HttpRequest, staff: &Staff) -> Vec<Limit> {
    let email = &staff.session.person.email;
    let mut limits = guesses(req, staff.visit(), email);
    // More than one counter means that the browser is not known.
    if limits.len() > 1 {
        let key = &staff.state().settings.session_key;
        let key = crate::web::security::keyed_hash(key, "staff codes by account", &email.to_lowercase());
        limits.push(Limit { key, most: GUESSES_PER_ACCOUNT });
    }
    limits
}

/// What came of a code.
enum Tried {
    Right,
    Wrong,
    /// The password is asked for again.
    Ended,
    Paused(chrono::Duration),
}

/// `POST /admin/sign-in/code`
pub async fn answer(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (typed, next) = (form.get("code").trim().to_owned(), next_of(form.get("next")));
    let refuse = |status: StatusCode, problem: String| {
        let page = CodePage { chrome: staff.visit().chrome_outside(), next: next.clone(), problem: Some(problem) };
        staff.page(status, &page)
    };
    if typed.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, staff.visit().lang.t("code-empty").into_owned());
    }
    let (limits, key, session) = (code_guesses(&req, &staff), seed_key(staff.state()), Session::new()?);
    let (old, new, at) = (staff.id, session.hash, client(&req, staff.state()));
    let (person, guesses) = (staff.session.person.clone(), staff.session.guesses);
    let tried = staff
        .run(move |conn, actor, now| {
            if let Some(until) = people::take_guess(conn, &limits, now)? {
                return Ok(Tried::Paused(until - now));
            }
            let right = people::accept_code(conn, person.id, &typed, &key, now)?;
            let action = if right { "staff.signed_in" } else { "staff.code_refused" };
            let act =
                Act { action, subject: "staff", subject_id: Some(person.id), details: json!({}), ..Act::default() };
            audit::write(conn, actor, &act, now)?;
            if !right && guesses + 1 < GUESSES {
                people::count_guess(conn, &old)?;
                return Ok(Tried::Wrong);
            }
            people::end(conn, &old)?;
            if !right {
                return Ok(Tried::Ended);
            }
            people::give_back(conn, &limits)?;
            // A new id: whoever saw the half-way one has nothing.
            people::begin(conn, &new, person.id, Stage::Full, &at, now)?;
            Ok(Tried::Right)
        })
        .await?;
    let lang = staff.visit().lang;
    match tried {
        Tried::Right => Ok(session.redirect(staff.visit(), &next, Some(&staff.session.person.email))),
        Tried::Wrong => refuse(StatusCode::UNPROCESSABLE_ENTITY, lang.t("code-wrong").into_owned()),
        Tried::Ended => Ok(staff.redirect("/admin/sign-in")),
        Tried::Paused(wait) => {
            let seconds = wait.num_seconds().max(1);
            let problem = lang.count("sign-in-paused", seconds.div_euclid(60) + 1);
            let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, problem)?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
    }
}

#[derive(Template)]
#[template(path = "admin/enroll.html")]
struct EnrollPage {
    chrome: Chrome,
    next: String,
    code: Picture,
    secret: String,
    problem: Option<String>,
}

/// A QR code: the size of its square and the dark modules as an SVG path.
struct Picture {
    size: usize,
    path: String,
}

impl Picture {
    fn of(text: &str) -> Result<Picture, AppError> {
        let code = QrCode::new(text).map_err(AppError::internal)?;
        let dark = |(place, color): (usize, Color)| {
            let (x, y) = (place % code.width() + 4, place / code.width() + 4);
            (color == Color::Dark).then(|| format!("M{x} {y}h1v1h-1z"))
        };
        let path = code.to_colors().into_iter().enumerate().filter_map(dark).collect();
        // Four modules of quiet zone on every side, as ISO 18004 asks.
        Ok(Picture { size: code.width() + 8, path })
    }
}

/// The seed that this session is setting up.
async fn pending(staff: &Staff) -> Result<Seed, AppError> {
    let (id, key) = (staff.id, seed_key(staff.state()));
    let fresh = Seed::issue().and_then(|seed| seed.seal(&key)).map_err(AppError::internal)?;
    let sealed = staff.run(move |conn, _, _| people::pending_seed(conn, &id, &fresh)).await?;
    sealed
        .and_then(|sealed| Seed::open(&sealed, &key))
        .ok_or_else(|| AppError::internal("a seed that cannot be opened"))
}

fn enroll_page(staff: &Staff, seed: &Seed, next: String, problem: Option<String>) -> Result<EnrollPage, AppError> {
    let (company, email) = (&staff.state().settings.company.name, &staff.session.person.email);
    let address = seed.address(company, email).map_err(AppError::internal)?;
    let chrome = staff.visit().chrome_outside();
    Ok(EnrollPage { chrome, next, code: Picture::of(&address)?, secret: seed.text(), problem })
}

/// `GET /admin/sign-in/second-factor`
pub async fn set_up(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    if staff.session.stage == Stage::Code {
        return Ok(staff.redirect("/admin/sign-in/code"));
    }
    let page = enroll_page(&staff, &pending(&staff).await?, next_in(&req), None)?;
    staff.page(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "admin/recovery_codes.html")]
struct CodesPage {
    chrome: Chrome,
    codes: Vec<String>,
    next: String,
}

/// `POST /admin/sign-in/second-factor`: the first code shows that the authenticator has the seed.
pub async fn enroll(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    if staff.session.stage == Stage::Code {
        return Ok(staff.redirect("/admin/sign-in/code"));
    }
    let (seed, next, key) = (pending(&staff).await?, next_of(form.get("next")), seed_key(staff.state()));
    let Some(step) = seed.step_of(form.get("code"), staff.now().timestamp()) else {
        let problem = staff.visit().lang.t("enroll-wrong").into_owned();
        let page = enroll_page(&staff, &seed, next, Some(problem))?;
        return staff.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let codes = credentials::recovery_codes().map_err(AppError::internal)?;
    let kept: Vec<_> = codes.iter().map(|code| recovery_hash(code)).collect();
    let sealed = seed.seal(&key).map_err(AppError::internal)?;
    let session = Session::new()?;
    let (old, new, at, person) = (staff.id, session.hash, client(&req, staff.state()), staff.session.person.id);
    staff
        .run(move |conn, actor, now| {
            people::enroll(conn, person, &sealed, step, &kept)?;
            people::end(conn, &old)?;
            people::begin(conn, &new, person, Stage::Full, &at, now)?;
            for action in ["staff.second_factor_set", "staff.signed_in"] {
                audit::write(
                    conn,
                    actor,
                    &Act { action, subject: "staff", subject_id: Some(person), ..Act::default() },
                    now,
                )?;
            }
            Ok(())
        })
        .await?;
    codes_page(&staff, codes, next, Some(session))
}

/// The page that shows new recovery codes, this once.
pub(super) fn codes_page(
    staff: &Staff,
    codes: Vec<String>,
    next: String,
    session: Option<Session>,
) -> Result<HttpResponse, AppError> {
    let page = CodesPage { chrome: staff.visit().chrome_outside(), codes, next };
    let body = page.render().map_err(AppError::internal)?;
    let mut answer = HttpResponse::Ok();
    match session {
        Some(session) => session.hand_over(staff.visit(), Some(&staff.session.person.email), &mut answer),
        None => staff.visit().add_cookies(&mut answer),
    }
    Ok(answer.content_type("text/html; charset=utf-8").body(body))
}

/// What came of showing the second factor again, for what is worth asking anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It was right.
    Right,
    /// It was not, and is counted.
    Wrong,
    /// Too many were wrong.
    Paused,
}

/// Asks for the second factor once more inside a transaction that does something weighty.
pub struct Recheck {
    limits: Vec<Limit>,
    key: [u8; 32],
    typed: String,
}

impl Recheck {
    /// With the code that was typed.
    pub fn new(req: &HttpRequest, staff: &Staff, typed: &str) -> Recheck {
        Recheck { limits: code_guesses(req, staff), key: seed_key(staff.state()), typed: typed.trim().to_owned() }
    }

    /// Looks at the code; a right one is used up.
    ///
    /// # Errors
    /// The database's.
    pub fn look(
        &self,
        conn: &mut PgConnection,
        actor: &audit::Actor,
        now: chrono::DateTime<chrono::Utc>,
    ) -> QueryResult<Again> {
        let Some(person) = actor.staff_id else { return Ok(Again::Wrong) };
        if people::take_guess(conn, &self.limits, now)?.is_some() {
            return Ok(Again::Paused);
        }
        if people::accept_code(conn, person, &self.typed, &self.key, now)? {
            people::give_back(conn, &self.limits)?;
            return Ok(Again::Right);
        }
        let act = Act { action: "staff.code_refused", subject: "staff", subject_id: Some(person), ..Act::default() };
        audit::write(conn, actor, &act, now)?;
        Ok(Again::Wrong)
    }
}
