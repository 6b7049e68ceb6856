//! `GET /account`: all debts of the person.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::config::ValidationMode;
use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::validation::{Standing, is_owed};
use crate::models::debt::{self, Debt};
use crate::models::validation;
use crate::web::debtor::AccountName;
use crate::web::debtor::validation::is_withheld;
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/account.html")]
struct AccountPage {
    chrome: Chrome,
    name: String,
    debts: Vec<Listed>,
}

/// A debt in the list.
struct Listed {
    debt: Debt,
    account: AccountName,
    /// Whether its amounts wait for its validation information.
    is_withheld: bool,
}

/// Lists the debts of whoever is signed in.
pub async fn show(visit: Visit) -> Result<HttpResponse, AppError> {
    let state = visit.state();
    let asks = state.settings.args.compliance.validation_notice != ValidationMode::Off;
    let (language, now) = (visit.lang.code(), state.clock.now());
    let (name, debts) = visit
        .signed_in(move |conn, session| {
            let debts = debt::all_of(conn, session.debtor_id)?;
            if asks
                && debts
                    .iter()
                    .any(|debt| debt.validation == Standing::Missing && is_owed(debt.status, debt.validation))
            {
                validation::ask_where_missing(conn, session.debtor_id, None, language, now)?;
            }
            Ok((debt::debtor_name(conn, session.debtor_id)?, debts))
        })
        .await?;
    let chrome = visit.chrome().about(Page::Debt, debts.first().and_then(|debt| debt.state));
    let listed = |debt: Debt| Listed {
        account: AccountName::of(debt.id, debt.account_number.as_deref()),
        is_withheld: is_withheld(state, debt.status, debt.validation),
        debt,
    };
    let debts = debts.into_iter().map(listed).collect();
    visit.page(StatusCode::OK, &AccountPage { chrome, name, debts })
}
