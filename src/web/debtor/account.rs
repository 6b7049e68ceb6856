//! `GET /account`: all debts of the person.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::debt::DebtStatus;
use crate::models::debt::{self, Debt};
use crate::web::debtor::AccountName;
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/account.html")]
struct AccountPage {
    chrome: Chrome,
    name: String,
    debts: Vec<(Debt, AccountName)>,
}

/// Lists the debts of whoever is signed in.
pub async fn show(visit: Visit) -> Result<HttpResponse, AppError> {
    let (name, debts) = visit
        .signed_in(|conn, session| {
            Ok((debt::debtor_name(conn, session.debtor_id)?, debt::all_of(conn, session.debtor_id)?))
        })
        .await?;
    let debts = debts
        .into_iter()
        .map(|debt| {
            let name = AccountName::of(debt.id, debt.account_number.as_deref());
            (debt, name)
        })
        .collect();
    visit.page(StatusCode::OK, &AccountPage { chrome: visit.chrome(), name, debts })
}
