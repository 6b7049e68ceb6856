//! `/admin`: where the agency's people work. One table says which address there is, by which method, for which roles; what is
//! not in it is not there.

pub mod audit;
pub mod cases;
pub mod chargebacks;
pub mod choices;
pub mod contacts;
pub mod dashboard;
pub mod debt;
pub mod debts;
pub mod disclosures;
pub mod elsewhere;
pub mod events;
pub mod findings;
pub mod giving_back;
pub mod imports;
pub mod invitation;
pub mod listing;
pub mod mail;
pub mod me;
pub mod passkeys;
pub mod payments;
pub mod people;
pub mod person_data;
pub mod refunds;
pub mod review;
pub mod second_factor;
pub mod sign_in;
pub mod staff;
pub mod validation;

mod guard;

pub use crate::web::fields;
pub use guard::guard;
pub use staff::{Frame, Staff};

use actix_web::guard as verbs;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::staff::Role;
use crate::web::error::AppError;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Also who is not signed in: the way in.
    Anybody,
    /// Who has given the password, and not yet the second factor.
    HalfSignedIn,
    /// These roles.
    Roles(&'static [Role]),
}

impl Who {
    /// Whether a signed-in person of this role may.
    pub fn includes(self, role: Role) -> bool {
        match self {
            Who::Anybody | Who::HalfSignedIn => true,
            Who::Roles(roles) => roles.contains(&role),
        }
    }
}

/// Everybody who is signed in.
pub const EVERYBODY: Who = Who::Roles(&Role::ALL);
/// Who acts on debts.
pub const AGENTS: Who = Who::Roles(&[Role::Agent, Role::Administrator]);
/// Who decides what debtors get to read.
pub const REVIEWERS: Who = Who::Roles(&[Role::Compliance, Role::Administrator]);
/// Who acts on debts or reviews.
pub const WORKERS: Who = Who::Roles(&[Role::Agent, Role::Compliance, Role::Administrator]);
/// Who runs the place.
pub const ADMINISTRATORS: Who = Who::Roles(&[Role::Administrator]);

/// One address, one method, and who may use it.
pub struct Route {
    /// The pattern, with `/admin`.
    pub path: &'static str,
    /// `GET`, which also answers HEAD, or `POST`.
    pub method: &'static str,
    /// Who may.
    pub who: Who,
    handler: fn() -> actix_web::Route,
}

const fn get(path: &'static str, who: Who, handler: fn() -> actix_web::Route) -> Route {
    Route { path, method: "GET", who, handler }
}

const fn post(path: &'static str, who: Who, handler: fn() -> actix_web::Route) -> Route {
    Route { path, method: "POST", who, handler }
}

/// Every route of the staff area. Where two patterns fit an address, the first one answers.
pub static ROUTES: &[Route] = &[
    get("/admin", EVERYBODY, || web::route().to(dashboard::show)),
    get("/admin/charts/{name}", EVERYBODY, || web::route().to(dashboard::charts::show)),
    // The way in.
    get("/admin/sign-in", Who::Anybody, || web::route().to(sign_in::show)),
    post("/admin/sign-in", Who::Anybody, || web::route().to(sign_in::password)),
    post("/admin/sign-in/passkey", Who::Anybody, || web::route().to(passkeys::sign_in)),
    get("/admin/sign-in/code", Who::HalfSignedIn, || web::route().to(second_factor::ask)),
    post("/admin/sign-in/code", Who::HalfSignedIn, || web::route().to(second_factor::answer)),
    get("/admin/sign-in/second-factor", Who::HalfSignedIn, || web::route().to(second_factor::set_up)),
    post("/admin/sign-in/second-factor", Who::HalfSignedIn, || web::route().to(second_factor::enroll)),
    get("/admin/invitations/{token}", Who::Anybody, || web::route().to(invitation::show)),
    post("/admin/invitations/{token}", Who::Anybody, || web::route().to(invitation::accept)),
    post("/admin/sign-out", Who::Anybody, || web::route().to(sign_in::end)),
    // One's own account.
    get("/admin/me", EVERYBODY, || web::route().to(me::show)),
    post("/admin/me/password", EVERYBODY, || web::route().to(me::change_password)),
    post("/admin/me/recovery-codes", EVERYBODY, || web::route().to(me::renew_codes)),
    post("/admin/me/sessions/end", EVERYBODY, || web::route().to(me::end_session)),
    post("/admin/me/passkeys/confirm", EVERYBODY, || web::route().to(passkeys::confirm)),
    get("/admin/me/passkeys/new", EVERYBODY, || web::route().to(passkeys::new)),
    post("/admin/me/passkeys", EVERYBODY, || web::route().to(passkeys::add)),
    post("/admin/me/passkeys/{id}/delete", EVERYBODY, || web::route().to(passkeys::remove)),
    // The debts.
    get("/admin/debts", EVERYBODY, || web::route().to(debts::list)),
    get("/admin/debts.csv", WORKERS, || web::route().to(debts::download)),
    post("/admin/debts/searches", EVERYBODY, || web::route().to(debts::search)),
    post("/admin/debts/filters", EVERYBODY, || web::route().to(debts::save)),
    post("/admin/debts/filters/{id}/delete", EVERYBODY, || web::route().to(debts::forget)),
    // One debt.
    get("/admin/debts/{id}", EVERYBODY, || web::route().to(debt::show)),
    post("/admin/debts/{id}/notes", WORKERS, || web::route().to(debt::add_note)),
    post("/admin/debts/{id}/link", AGENTS, || web::route().to(debt::link)),
    post("/admin/debts/{id}/mail", AGENTS, || web::route().to(mail::send_link)),
    post("/admin/debts/{id}/unlock", AGENTS, || web::route().to(debt::unlock)),
    post("/admin/debts/{id}/status", AGENTS, || web::route().to(debt::set_status)),
    post("/admin/debts/{id}/holds", WORKERS, || web::route().to(debt::place_hold)),
    post("/admin/debts/{id}/holds/{hold}", WORKERS, || web::route().to(debt::lift_hold)),
    get("/admin/debts/{id}/validation", WORKERS, || web::route().to(validation::show)),
    post("/admin/debts/{id}/validation", WORKERS, || web::route().to(validation::record)),
    post("/admin/debts/{id}/time-barred", WORKERS, || web::route().to(validation::set_time_barred)),
    post("/admin/debts/{id}/choices", WORKERS, || web::route().to(choices::record)),
    get("/admin/debts/{id}/contacts/new", WORKERS, || web::route().to(contacts::new)),
    post("/admin/debts/{id}/contacts", WORKERS, || web::route().to(contacts::record)),
    get("/admin/debts/{id}/person", AGENTS, || web::route().to(person_data::show)),
    post("/admin/debts/{id}/person", AGENTS, || web::route().to(person_data::correct)),
    get("/admin/debts/{id}/payments/new", AGENTS, || web::route().to(elsewhere::new)),
    post("/admin/debts/{id}/payments", AGENTS, || web::route().to(elsewhere::record)),
    get("/admin/payments/{id}/refunds/new", AGENTS, || web::route().to(giving_back::new)),
    post("/admin/payments/{id}/refunds", AGENTS, || web::route().to(giving_back::make)),
    get("/admin/approvals", REVIEWERS, || web::route().to(giving_back::approvals)),
    post("/admin/approvals/{id}", REVIEWERS, || web::route().to(giving_back::decide)),
    // What debtors get to read.
    get("/admin/review", REVIEWERS, || web::route().to(review::waiting)),
    get("/admin/review/decided", REVIEWERS, || web::route().to(review::decided)),
    get("/admin/review/batch", REVIEWERS, || web::route().to(review::batch::show)),
    post("/admin/review/batch", REVIEWERS, || web::route().to(review::batch::decide)),
    get("/admin/review/{kind}/{id}", REVIEWERS, || web::route().to(review::message::show)),
    post("/admin/review/{kind}/{id}", REVIEWERS, || web::route().to(review::message::decide)),
    post("/admin/review/{kind}/{id}/again", REVIEWERS, || web::route().to(review::message::take_back)),
    // What people have asked.
    get("/admin/cases", EVERYBODY, || web::route().to(cases::list)),
    get("/admin/cases/{id}", EVERYBODY, || web::route().to(cases::show)),
    post("/admin/cases/{id}/steps", WORKERS, || web::route().to(cases::act)),
    get("/admin/cases/{id}/files/{file}", EVERYBODY, || web::route().to(cases::file)),
    // What the law wants said.
    get("/admin/disclosures", REVIEWERS, || web::route().to(disclosures::show)),
    post("/admin/disclosures", REVIEWERS, || web::route().to(disclosures::add)),
    get("/admin/disclosures/{id}", REVIEWERS, || web::route().to(disclosures::one)),
    // Money.
    get("/admin/payments", EVERYBODY, || web::route().to(payments::list)),
    get("/admin/payments/{id}", EVERYBODY, || web::route().to(payments::show)),
    get("/admin/refunds", EVERYBODY, || web::route().to(refunds::list)),
    get("/admin/refunds/{id}", EVERYBODY, || web::route().to(refunds::show)),
    get("/admin/chargebacks", EVERYBODY, || web::route().to(chargebacks::list)),
    get("/admin/chargebacks/{id}", EVERYBODY, || web::route().to(chargebacks::show)),
    get("/admin/findings", EVERYBODY, || web::route().to(findings::list)),
    get("/admin/findings/{id}", EVERYBODY, || web::route().to(findings::show)),
    post("/admin/findings/{id}", AGENTS, || web::route().to(findings::deal_with)),
    get("/admin/events", EVERYBODY, || web::route().to(events::list)),
    get("/admin/events/{id}", EVERYBODY, || web::route().to(events::show)),
    post("/admin/events/{id}/replay", REVIEWERS, || web::route().to(events::replay)),
    // E-mails.
    get("/admin/mail", EVERYBODY, || web::route().to(mail::list)),
    get("/admin/mail/{id}", EVERYBODY, || web::route().to(mail::show)),
    post("/admin/mail/{id}/again", AGENTS, || web::route().to(mail::again)),
    // Imports.
    get("/admin/imports", ADMINISTRATORS, || web::route().to(imports::list)),
    post("/admin/imports", ADMINISTRATORS, || web::route().to(imports::upload)),
    get("/admin/imports/{id}", ADMINISTRATORS, || web::route().to(imports::show)),
    post("/admin/imports/{id}", ADMINISTRATORS, || web::route().to(imports::begin)),
    post("/admin/imports/{id}/cancellation", ADMINISTRATORS, || web::route().to(imports::cancel)),
    get("/admin/imports/{id}/errors", ADMINISTRATORS, || web::route().to(imports::errors)),
    // People.
    get("/admin/people", ADMINISTRATORS, || web::route().to(people::list)),
    post("/admin/people", ADMINISTRATORS, || web::route().to(people::invite)),
    get("/admin/people/{id}", ADMINISTRATORS, || web::route().to(people::show)),
    post("/admin/people/{id}/role", ADMINISTRATORS, || web::route().to(people::change_role)),
    post("/admin/people/{id}/access", ADMINISTRATORS, || web::route().to(people::change_access)),
    post("/admin/people/{id}/link", ADMINISTRATORS, || web::route().to(people::make_link)),
    post("/admin/people/{id}/second-factor", ADMINISTRATORS, || web::route().to(people::forget_second_factor)),
    // The audit trail.
    get("/admin/audit", REVIEWERS, || web::route().to(audit::list)),
    post("/admin/audit/export", REVIEWERS, || web::route().to(audit::export)),
];

/// The route that answers a pattern and a method.
pub fn route(path: &str, method: &str) -> Option<&'static Route> {
    let method = if method == "HEAD" { "GET" } else { method };
    ROUTES.iter().find(|route| route.path == path && route.method == method)
}

/// The methods of a pattern, for who asks by another one; empty when there is no such address.
pub fn methods(path: &str) -> Vec<&'static str> {
    let of_path = ROUTES.iter().filter(|route| route.path == path);
    of_path.flat_map(|route| if route.method == "GET" { vec!["GET", "HEAD"] } else { vec![route.method] }).collect()
}

/// Mounts the table.
pub fn routes(config: &mut ServiceConfig) {
    let mut scope = web::scope("/admin").wrap(from_fn(guard));
    let mut mounted: Vec<&str> = Vec::new();
    for path in ROUTES.iter().map(|route| route.path) {
        if mounted.contains(&path) {
            continue;
        }
        mounted.push(path);
        let mut resource = web::resource(path.strip_prefix("/admin").unwrap_or(path));
        for route in ROUTES.iter().filter(|route| route.path == path) {
            let mounted = (route.handler)();
            resource = resource.route(match route.method {
                "GET" => mounted.guard(verbs::Any(verbs::Get()).or(verbs::Head())),
                _ => mounted.guard(verbs::Post()),
            });
        }
        // The guard has refused every other method already.
        scope = scope.service(resource.default_service(web::to(not_found)));
    }
    config.service(scope.default_service(web::to(not_found)));
}

async fn not_found() -> Result<&'static str, AppError> {
    Err(AppError::NotFound)
}

/// The place of a row in (time, id) order, for the address of the page after it.
pub(crate) fn cursor_text(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}_{}", at.timestamp_micros(), id.simple())
}

/// Reads what [`cursor_text`] wrote.
pub(crate) fn read_cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::try_parse(id).ok()?))
}

/// An id in a path. Anything that is none is a page that does not exist.
pub(crate) use crate::web::path_id as id;
