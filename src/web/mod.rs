//! HTTP only: what a browser, Stripe or a monitor may ask, and the pages that answer. No statement is written here.

pub mod address;
pub mod assets;
pub mod connection;
pub mod debtor;
pub mod error;
pub mod form;
pub mod frame;
pub mod health;
pub mod page;
pub mod security;
pub mod server;
pub mod state;
pub mod visitor;
pub mod webhook;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, Resource, Responder, guard};

use crate::web::error::AppError;

/// The path of Stripe's webhook endpoint.
pub const WEBHOOK_PATH: &str = "/webhooks/stripe";

/// The URL map: every address there is.
pub fn routes(config: &mut ServiceConfig) {
    use debtor::{account, debt, entry, home, identity, pay, payment, rights, sign_out};
    config
        .service(page("/").get(home::show))
        .service(page("/d/{token:.*}").get(identity::show).post(identity::answer))
        .service(page("/account").get(account::show))
        .service(page("/debts/{id}").get(debt::show))
        .service(page("/debts/{id}/emails/{entry}").get(entry::email))
        .service(page("/debts/{id}/calls/{entry}").get(entry::call))
        .service(page("/debts/{id}/dispute").get(rights::dispute))
        .service(page("/debts/{id}/help").get(rights::help))
        .service(page("/debts/{id}/payments").get(pay::list).post(pay::start))
        .service(page("/debts/{id}/payments/new").get(pay::new))
        .service(page("/payments/{id}").get(payment::show))
        .service(page("/payments/{id}/cancellation").post(payment::cancel))
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

async fn not_found() -> Result<&'static str, AppError> {
    Err(AppError::NotFound)
}

async fn wrong_method(_: HttpRequest) -> Result<&'static str, AppError> {
    Err(AppError::MethodNotAllowed)
}

fn page(path: &str) -> Page {
    Page(web::resource(path).default_service(web::to(wrong_method)))
}

/// A resource whose GET also answers HEAD.
struct Page(Resource);

impl Page {
    fn get<F, Args>(self, handler: F) -> Page
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Page(self.0.route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler)))
    }

    fn post<F, Args>(self, handler: F) -> Page
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Page(self.0.route(web::post().to(handler)))
    }
}

impl actix_web::dev::HttpServiceFactory for Page {
    fn register(self, config: &mut actix_web::dev::AppService) {
        self.0.register(config);
    }
}
