//! `GET /debts/{id}/help`: who we are, what a person's rights are, and every way to reach somebody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::disclosure::Page;
use crate::models::debt::{self, Debt};
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

/// Who watches over collectors and takes complaints.
struct Regulator {
    name: &'static str,
    address: [&'static str; 2],
    phone: &'static str,
    phone_link: &'static str,
    complaints: &'static str,
}

/// Their own pages say where they are: consumerfinance.gov/about-us/contact-us, ftc.gov/about-ftc/contact.
const REGULATORS: [Regulator; 2] = [
    Regulator {
        name: "cfpb",
        address: ["1700 G Street NW", "Washington, DC 20552"],
        phone: "(855) 411-2372",
        phone_link: "+18554112372",
        complaints: "https://www.consumerfinance.gov/complaint/",
    },
    Regulator {
        name: "ftc",
        address: ["600 Pennsylvania Avenue NW", "Washington, DC 20580"],
        phone: "(877) 382-4357",
        phone_link: "+18773824357",
        complaints: "https://reportfraud.ftc.gov/",
    },
];

#[derive(Template)]
#[template(path = "debtor/help.html")]
struct HelpPage {
    chrome: Chrome,
    debt: Debt,
    account: AccountName,
}

/// How to reach somebody, how to check that this is real, what to do when paying is hard.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let (debt, account) = load(&req, &visit).await?;
    visit.page(StatusCode::OK, &HelpPage { chrome: visit.chrome().about(Page::Dispute, debt.state), debt, account })
}

async fn load(req: &HttpRequest, visit: &Visit) -> Result<(Debt, AccountName), AppError> {
    let debt_id = id(req, "id")?;
    let debt = visit
        .signed_in(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    Ok((debt, account))
}
