//! The person of the staff who is signed in, and the frame of their pages.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::pg::PgConnection;

use crate::domain::staff::Role;
use crate::limits;
use crate::models::audit::Actor;
use crate::models::session::IdHash;
use crate::models::staff::{self as people, Client, StaffSession};
use crate::web::address::client_address;
use crate::web::admin::route;
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::state::AppState;
use crate::web::visitor::Visit;

/// What the guard found out about a request.
#[derive(Clone)]
pub struct SignedIn {
    /// The session with its person.
    pub session: StaffSession,
    /// The hash in the cookie.
    pub id: IdHash,
    /// From where.
    pub address: String,
}

impl SignedIn {
    /// The live session of a request, if there is one.
    ///
    /// # Errors
    /// [`AppError`] when the database does not answer.
    pub async fn find(req: &HttpRequest, visit: &Visit) -> Result<Option<SignedIn>, AppError> {
        let Some(cookie) = visit.cookie(req, COOKIE) else { return Ok(None) };
        let id = security::sha256(&cookie);
        let state = visit.state();
        let (limits, now) = (limits::of_staff_sessions(&state.settings), state.clock.now());
        let found = state.db.read(move |conn| people::find_session(conn, &id, limits, now)).await?;
        Ok(found.map(|session| SignedIn { session, id, address: address(req, state) }))
    }

    /// Who acts, for the audit trail.
    pub fn actor(&self) -> Actor {
        let person = &self.session.person;
        Actor { staff_id: Some(person.id), name: person.told(), address: Some(self.address.clone()) }
    }
}

/// The name of the cookie with the session of staff.
pub const COOKIE: &str = "staff";

/// A client's address as text.
pub fn address(req: &HttpRequest, state: &AppState) -> String {
    client_address(req, &state.settings.args.http.trusted_proxies).to_string()
}

/// Where a session begins, as its person will see it listed.
pub fn client(req: &HttpRequest, state: &AppState) -> Client {
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Client { address: address(req, state), user_agent: agent.chars().take(300).collect() }
}

/// Somebody of the staff who is signed in, or half-way; the guard has seen to the role.
pub struct Staff {
    visit: Visit,
    /// The session with its person.
    pub session: StaffSession,
    /// The hash in the cookie.
    pub id: IdHash,
    address: String,
    path: String,
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = Ready<Result<Staff, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Staff::of(req))
    }
}

impl Staff {
    fn of(req: &HttpRequest) -> Result<Staff, AppError> {
        let visit = Visit::of(req)?;
        let known = req.extensions().get::<SignedIn>().cloned().ok_or(AppError::SignedOut)?;
        let path = req.path().to_owned();
        Ok(Staff { visit, session: known.session, id: known.id, address: known.address, path })
    }

    /// The application.
    pub fn state(&self) -> &Data<AppState> {
        self.visit.state()
    }

    /// The visitor: cookies, language.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Now, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.state().clock.now()
    }

    /// The person's role.
    pub fn role(&self) -> Role {
        self.session.person.role
    }

    /// Whether the person may use a route; decides which buttons a page shows, the guard decides what they do.
    pub fn may(&self, path: &str, method: &str) -> bool {
        route(path, method).is_some_and(|route| route.who.includes(self.role()))
    }

    /// Who acts, for the audit trail.
    pub fn actor(&self) -> Actor {
        SignedIn { session: self.session.clone(), id: self.id, address: self.address.clone() }.actor()
    }

    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        Frame::new(self)
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
        self.visit.page(status, page)
    }

    /// Answers by leading to another page.
    pub fn redirect(&self, to: &str) -> HttpResponse {
        crate::web::frame::redirect(&self.visit, to)
    }

    /// Runs a job in one transaction. Whatever it reads of a person or writes, it also writes into the audit trail, so that
    /// neither is without the other.
    ///
    /// # Errors
    /// [`AppError`] when the database does not answer or refuses.
    pub async fn run<T, F>(&self, job: F) -> Result<T, AppError>
    where
        F: FnOnce(&mut PgConnection, &Actor, DateTime<Utc>) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let (actor, now) = (self.actor(), self.now());
        Ok(self.state().db.write(move |conn| job(conn, &actor, now)).await?)
    }
}

/// A link of the navigation.
pub struct NavLink {
    /// The end of the locale key.
    pub name: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Whether the page is in that part.
    pub current: bool,
}

/// The parts of the staff area, in the order of the navigation; a person sees those they may use.
const PARTS: [(&str, &str); 15] = [
    ("dashboard", "/admin"),
    ("debts", "/admin/debts"),
    ("cases", "/admin/cases"),
    ("review", "/admin/review"),
    ("payments", "/admin/payments"),
    ("refunds", "/admin/refunds"),
    ("approvals", "/admin/approvals"),
    ("chargebacks", "/admin/chargebacks"),
    ("findings", "/admin/findings"),
    ("events", "/admin/events"),
    ("mail", "/admin/mail"),
    ("imports", "/admin/imports"),
    ("disclosures", "/admin/disclosures"),
    ("people", "/admin/people"),
    ("audit", "/admin/audit"),
];

/// The frame around a page of the staff area: everything of [`Chrome`], the person and the navigation.
pub struct Frame {
    chrome: Chrome,
    /// Who is signed in.
    pub person: String,
    /// Their role.
    pub role: Role,
    /// The navigation.
    pub nav: Vec<NavLink>,
}

impl Frame {
    fn new(staff: &Staff) -> Frame {
        let within = |href: &str| match href {
            "/admin" => staff.path == "/admin",
            href => staff.path == href || staff.path.starts_with(&format!("{href}/")),
        };
        let visible = PARTS.iter().filter(|(_, href)| staff.may(href, "GET"));
        let nav = visible.map(|(name, href)| NavLink { name, href, current: within(href) }).collect();
        Frame {
            chrome: staff.visit.chrome(),
            person: staff.session.person.name.clone(),
            role: staff.session.person.role,
            nav,
        }
    }
}

impl Deref for Frame {
    type Target = Chrome;

    fn deref(&self) -> &Chrome {
        &self.chrome
    }
}
