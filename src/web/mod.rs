//! HTTP only: what a browser, Stripe or a monitor may ask, and the pages that answer. No statement is written here.

pub mod address;
pub mod admin;
pub mod assets;
pub mod chart;
pub mod connection;
pub mod contact_fields;
pub mod debtor;
pub mod disclosures;
pub mod error;
pub mod fields;
pub mod form;
pub mod frame;
pub mod health;
pub mod letters;
pub mod opt_out;
pub mod page;
pub mod security;
pub mod server;
pub mod state;
pub mod tracked;
pub mod upload;
pub mod visitor;
pub mod webhook;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, Resource, Responder, guard};
use uuid::Uuid;

pub(crate) use crate::domain::calendar::start_of as start_of_day;
use crate::web::error::AppError;

/// The path of Stripe's webhook endpoint.
pub const WEBHOOK_PATH: &str = "/webhooks/stripe";

/// The URL map: every address there is.
pub fn routes(config: &mut ServiceConfig) {
    use debtor::{
        account, ask, case, choices, contact_data, debt, entry, esign, help, home, identity, letter, new_link, pay,
        payment, sign_out, statement, time_barred, validation,
    };
    config
        .configure(admin::routes)
        .service(page("/").get(home::show))
        .service(page("/d/{token:.*}").get(identity::show).post(identity::answer))
        .service(page("/new-link").get(new_link::show).post(new_link::ask))
        .service(page("/m/{token}").get(tracked::follow))
        .service(page("/account").get(account::show))
        .service(page("/debts/{id}").get(debt::show))
        .service(page("/debts/{id}/emails/{entry}").get(entry::email))
        .service(page("/debts/{id}/calls/{entry}").get(entry::call))
        .service(page("/debts/{id}/dispute").get(ask::dispute))
        .service(page("/debts/{id}/original-creditor").get(ask::original_creditor))
        .service(page("/debts/{id}/help").get(help::show))
        .service(page("/debts/{id}/help/{kind}").get(ask::help))
        .service(page("/debts/{id}/cases").get(case::list).post(ask::open))
        .service(page("/debts/{id}/cases/{case}").get(case::show))
        .service(page("/debts/{id}/cases/{case}/copy.pdf").get(case::copy))
        .service(page("/debts/{id}/cases/{case}/steps").post(case::say))
        .service(page("/debts/{id}/cases/{case}/files/{file}").get(case::file))
        .service(page("/debts/{id}/choices").get(choices::show).post(choices::change))
        .service(page("/debts/{id}/electronic-notices").get(esign::show).post(esign::change))
        .service(page("/debts/{id}/contact-data").get(contact_data::show).post(contact_data::correct))
        .service(page("/debts/{id}/payments").get(pay::list).post(pay::start))
        .service(page("/debts/{id}/payments/new").get(pay::new))
        .service(page("/debts/{id}/statement").get(statement::show))
        .service(page("/debts/{id}/time-barred").get(time_barred::show).post(time_barred::accept))
        .service(page("/debts/{id}/validation").get(validation::show))
        .service(page("/debts/{id}/statement.pdf").get(statement::pdf))
        .service(page("/debts/{id}/letters").get(letter::list).post(letter::issue))
        .service(page("/payments/{id}").get(payment::show))
        .service(page("/payments/{id}/receipt.pdf").get(payment::receipt_pdf))
        .service(page("/payments/{id}/cancellation").post(payment::cancel))
        .service(page("/letters").get(letters::show))
        // Before the letters themselves: no number reads "check".
        .service(page("/letters/check").get(letters::show).post(letters::check))
        .service(page("/letters/{number}.pdf").get(letter::pdf))
        .service(page("/letters/{number}").get(letter::show))
        .service(page("/opt-out/{token:.*}").get(opt_out::show).post(opt_out::refuse))
        .service(page("/opted-out").get(opt_out::done))
        .service(page("/sign-out").post(sign_out::end))
        .service(page("/signed-out").get(sign_out::done))
        .service(page(WEBHOOK_PATH).post(webhook::receive))
        .service(page("/static/{hash}/{file:.*}").get(assets::serve))
        .service(page("/logo").get(assets::logo))
        .service(page("/robots.txt").get(assets::robots))
        .service(page("/healthz").get(health::alive))
        .service(page("/readyz").get(health::ready))
        .default_service(web::to(not_found));
}

/// An id in a path. Anything that is none is a page that does not exist.
pub(crate) fn path_id(req: &HttpRequest, name: &str) -> Result<Uuid, AppError> {
    let text = req.match_info().query(name);
    // Only the form we write ourselves, so that one page has one address.
    Uuid::try_parse(text).ok().filter(|id| id.hyphenated().to_string() == text).ok_or(AppError::NotFound)
}

async fn not_found() -> Result<&'static str, AppError> {
    Err(AppError::NotFound)
}

fn page(path: &str) -> Page {
    Page { resource: web::resource(path), methods: Vec::new() }
}

/// A resource whose GET also answers HEAD, and that tells who asks otherwise which methods there are.
struct Page {
    resource: Resource,
    methods: Vec<&'static str>,
}

impl Page {
    fn get<F, Args>(mut self, handler: F) -> Page
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler);
        self.methods.extend(["GET", "HEAD"]);
        Page { resource: self.resource.route(route), ..self }
    }

    fn post<F, Args>(mut self, handler: F) -> Page
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.methods.push("POST");
        Page { resource: self.resource.route(web::post().to(handler)), ..self }
    }
}

impl actix_web::dev::HttpServiceFactory for Page {
    fn register(self, config: &mut actix_web::dev::AppService) {
        let allowed = self.methods.join(", ");
        let wrong_method = move || {
            let error = AppError::MethodNotAllowed(allowed.clone());
            async move { Err::<&'static str, AppError>(error) }
        };
        self.resource.default_service(web::to(wrong_method)).register(config);
    }
}
