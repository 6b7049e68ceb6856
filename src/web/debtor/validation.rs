//! `GET /debts/{id}/validation`: the validation information as the model form B-1 lays it out, and the page that stands in a debt's
//! place while it is lacking.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use crate::config::ValidationMode;
use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::validation::{self as rules, Standing};
use crate::models::debt::{self, Debt};
use crate::models::validation::{self, ValidationNotice};
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::state::AppState;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/validation.html")]
struct ValidationPage {
    chrome: Chrome,
    notice: ValidationNotice,
    debt: Debt,
    account: AccountName,
    /// The whole address of the debt, for who holds this in paper.
    address: String,
    /// Whether the last day to answer lies behind.
    is_over: bool,
}

impl ValidationPage {
    /// Where a page of the debt is, in full: this may be read on paper.
    fn electronic(&self, page: &str) -> String {
        format!("{}/{page}", self.address)
    }
}

/// Shows the notice in force to its debtor.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let (debt, notice) = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            Ok(validation::current(conn, debt_id)?.map(|notice| (debt, notice)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let state = visit.state();
    let page = ValidationPage {
        chrome: visit.chrome().about(Page::Validation, debt.state),
        account: AccountName::of(debt.id, debt.account_number.as_deref()),
        address: format!("{}/debts/{}", state.settings.public_url, debt.id),
        is_over: state.today() > notice.period_ends_on,
        notice,
        debt,
    };
    visit.page(StatusCode::OK, &page)
}

/// Whether a debt's amounts wait for its validation information, as `VALIDATION_NOTICE=required` wants it.
pub(super) fn is_withheld(state: &AppState, status: DebtStatus, standing: Standing) -> bool {
    state.settings.args.compliance.validation_notice == ValidationMode::Required && rules::is_owed(status, standing)
}

/// Leads from a page with amounts to the one that says why they are not shown yet.
pub(super) fn held_back(visit: &Visit, debt: &Debt) -> Option<HttpResponse> {
    let withheld = is_withheld(visit.state(), debt.status, debt.validation);
    withheld.then(|| redirect(visit, &format!("/debts/{}", debt.id)))
}

/// Gives staff the task of sending what is lacking, the first time a debt is shown without it.
pub(super) async fn notice_lack(
    visit: &Visit,
    debtor_id: Uuid,
    debt_id: Uuid,
    status: DebtStatus,
    standing: Standing,
) -> Result<(), AppError> {
    let state = visit.state();
    let asks = state.settings.args.compliance.validation_notice != ValidationMode::Off;
    if !asks || standing != Standing::Missing || !rules::is_owed(status, standing) {
        return Ok(());
    }
    let (language, now) = (visit.lang.code(), state.clock.now());
    let raised = state
        .db
        .write(move |conn| validation::ask_where_missing(conn, debtor_id, Some(debt_id), language, now))
        .await?;
    tracing::info!(target: "quittance::compliance", raised, "a debt was shown without validation information");
    Ok(())
}

#[derive(Template)]
#[template(path = "debtor/preparing.html")]
struct PreparingPage {
    chrome: Chrome,
    debt_id: Uuid,
}

/// Stands in the place of a debt that is withheld: no amounts, and every way to ask, to dispute and to be helped.
pub(super) fn preparing(visit: &Visit, debt_id: Uuid, place: Option<&str>) -> Result<HttpResponse, AppError> {
    visit.page(StatusCode::OK, &PreparingPage { chrome: visit.chrome().about(Page::Debt, place), debt_id })
}
