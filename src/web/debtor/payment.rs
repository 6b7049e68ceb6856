//! `/payments/{id}`: the way back from Stripe.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use tokio::time::Instant;
use uuid::Uuid;

use crate::domain::disclosure::Page;
use crate::domain::payment::{FailureCode, PaymentState};
use crate::models::chargeback::{self, Chargeback};
use crate::models::debt::{self, Debt};
use crate::models::payment::{self, Payment};
use crate::models::refund::{self, Refund};
use crate::web::debtor::{AccountName, id, pdf, receipt};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/payment.html")]
struct PaymentPage {
    chrome: Chrome,
    payment: Payment,
    debt: Debt,
    account: AccountName,
    /// Names the page's sentences in `locales/`.
    story: &'static str,
    /// Whether the same checkout, or a new one for the same amount, can be offered.
    may_retry: bool,
    may_cancel: bool,
}

/// How long a returning debtor waits for Stripe's word; the page says so when it does not come.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /payments/{id}`. While the payment is pending Stripe is asked at once, so nobody reads "unpaid" after paying;
/// nothing in the address is believed.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let payment_id = id(&req, "id")?;
    let payment = visit
        .signed_in(move |conn, session| payment::find_for(conn, payment_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let pending = matches!(payment.state(), PaymentState::Open | PaymentState::Processing);
    let mut known = true;
    // A webhook does not tell what was paid with, and a receipt should.
    let incomplete = payment.state() == PaymentState::Completed && payment.payment_method.is_none();
    if (pending || incomplete) && payment.stripe_session_id.is_some() {
        let cashier = &visit.state().cashier;
        let deadline = cashier.stripe.deadline().min(Instant::now() + PATIENCE);
        if let Err(error) = cashier.refresh(&payment, deadline).await {
            tracing::warn!(target: "quittance::money", payment = %payment_id, %error, "a payment could not be looked up");
            known = false;
        }
    }
    let Read { payment, debt, refunds, chargebacks } = read(&visit, payment_id).await?;
    if matches!(payment.state(), PaymentState::Completed | PaymentState::Refunded) {
        return visit.page(StatusCode::OK, &receipt::page(&visit, payment, debt, &refunds, &chargebacks));
    }
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let chrome = visit.chrome().about(Page::Payment, debt.state);
    let story = story(&payment, known);
    let open = payment.state() == PaymentState::Open;
    let may_retry = payment.state() != PaymentState::Processing && debt.status.allows_payment() && known;
    let page = PaymentPage { chrome, payment, debt, account, story, may_retry, may_cancel: open && known };
    visit.page(StatusCode::OK, &page)
}

/// `GET /payments/{id}/receipt.pdf`, of a payment whose money has arrived.
pub async fn receipt_pdf(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let payment_id = id(&req, "id")?;
    let Read { payment, debt, refunds, chargebacks } = read(&visit, payment_id).await?;
    if !matches!(payment.state(), PaymentState::Completed | PaymentState::Refunded) {
        return Err(AppError::NotFound);
    }
    let receipt = receipt::page(&visit, payment, debt, &refunds, &chargebacks);
    pdf::answer(&visit, receipt.document(), "receipt").await
}

/// A payment with its debt and what went back of it, of one moment.
struct Read {
    payment: Payment,
    debt: Debt,
    refunds: Vec<Refund>,
    chargebacks: Vec<Chargeback>,
}

async fn read(visit: &Visit, payment_id: Uuid) -> Result<Read, AppError> {
    let found = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(payment) = payment::find_for(conn, payment_id, session.debtor_id)? else { return Ok(None) };
            let Some(debt) = debt::find_for(conn, payment.debt_id, session.debtor_id)? else { return Ok(None) };
            let refunds = refund::of_payment(conn, payment_id)?;
            Ok(Some(Read { payment, debt, refunds, chargebacks: chargeback::of_payment(conn, payment_id)? }))
        })
        .await?;
    found.ok_or(AppError::NotFound)
}

/// Which page tells where this payment stands.
fn story(payment: &Payment, known: bool) -> &'static str {
    let code = payment.failure_code.as_deref();
    match payment.state() {
        PaymentState::Open if !known => "unknown",
        PaymentState::Open if code.is_some_and(|c| FailureCode::parse(c).is_none()) => "declined",
        PaymentState::Open => "open",
        PaymentState::Processing => "processing",
        PaymentState::Declined if code == Some(FailureCode::BankDeclined.as_str()) => "bank-declined",
        PaymentState::Declined => "declined",
        PaymentState::Expired => match code.and_then(FailureCode::parse) {
            Some(FailureCode::Canceled) => "canceled",
            Some(FailureCode::Replaced) => "replaced",
            Some(FailureCode::Withdrawn) => "withdrawn",
            Some(FailureCode::NotStarted) => "not-started",
            Some(FailureCode::Lost) => "lost",
            Some(FailureCode::Expired | FailureCode::BankDeclined) | None => "expired",
        },
        PaymentState::Completed | PaymentState::Refunded => "paid",
    }
}

/// `POST /payments/{id}/cancellation`: closes the checkout at Stripe, so that it cannot be paid later by mistake.
pub async fn cancel(req: HttpRequest, visit: Visit, _: PostedForm) -> Result<HttpResponse, AppError> {
    let payment_id = id(&req, "id")?;
    let payment = visit
        .signed_in(move |conn, session| {
            let Some(payment) = payment::find_for(conn, payment_id, session.debtor_id)? else { return Ok(None) };
            if payment.state() == PaymentState::Open {
                payment::lock_debt(conn, payment.debt_id, Some(session.debtor_id))?;
                payment::want_canceled(conn, payment_id)?;
            }
            Ok(Some(payment))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    if payment.state() == PaymentState::Open {
        let cashier = &visit.state().cashier;
        cashier.close(&payment, cashier.stripe.deadline()).await.map_err(|error| {
            tracing::warn!(target: "quittance::money", payment = %payment_id, %error, "a checkout could not be closed");
            AppError::Busy
        })?;
    }
    Ok(redirect(&visit, &format!("/payments/{payment_id}")))
}
