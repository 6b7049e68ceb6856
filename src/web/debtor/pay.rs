//! Paying: choose, confirm, and only then to Stripe.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use tokio::time::Instant;
use uuid::Uuid;

use crate::cashier::{CashierError, Opened};
use crate::domain::debt::{self as rules, Choice, Quote, Refusal};
use crate::domain::disclosure::Page;
use crate::domain::money::{AmountError, Cents};
use crate::models::debt::{self, Debt};
use crate::models::disclosure::{self, Shown};
use crate::models::payment::{self, Start, StartRequest};
use crate::web::debtor::validation::{held_back, is_withheld};
use crate::web::debtor::{AccountName, id, situation, time_barred};
use crate::web::error::AppError;
use crate::web::form::{PostedForm, query};
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::security::is_checkout_url;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/pay.html")]
struct PayPage {
    chrome: Chrome,
    debt: Debt,
    partial: bool,
    typed: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "debtor/confirm.html")]
struct ConfirmPage {
    chrome: Chrome,
    debt: Debt,
    account: AccountName,
    quote: Quote,
    /// Whether the amount is another than the page before showed.
    changed: bool,
}

#[derive(Template)]
#[template(path = "debtor/not_payable.html")]
struct NotPayablePage {
    chrome: Chrome,
    debt: Debt,
    text: Cow<'static, str>,
}

/// What the visitor asked for, as typed.
struct Asked {
    choice: String,
    amount: String,
}

/// What is wrong with it.
enum Problem {
    NoChoice,
    Amount(AmountError),
    Refused(Refusal),
}

impl Asked {
    fn read(&self) -> Result<Choice, Problem> {
        match self.choice.as_str() {
            "full" => Ok(Choice::Full),
            "partial" => Cents::parse_typed(&self.amount).map(Choice::Partial).map_err(Problem::Amount),
            _ => Err(Problem::NoChoice),
        }
    }
}

impl Problem {
    /// The sentence at the field.
    fn message(&self, chrome: &Chrome, debt: &Debt) -> String {
        let payable = debt.figures.payable();
        match self {
            Problem::NoChoice => chrome.t("pay-problem-choice").into_owned(),
            Problem::Amount(AmountError::Empty) => chrome.t("pay-problem-empty").into_owned(),
            Problem::Amount(AmountError::TooPrecise) => chrome.t("pay-problem-precise").into_owned(),
            Problem::Amount(AmountError::NotANumber) => chrome.t("pay-problem-number").into_owned(),
            Problem::Amount(AmountError::Negative) => {
                chrome.t1("pay-problem-minimum", "minimum", Cents::STRIPE_MINIMUM)
            }
            Problem::Amount(AmountError::TooLarge) => chrome.t1("pay-problem-maximum", "maximum", payable),
            Problem::Refused(Refusal::BelowMinimum(minimum)) => chrome.t1("pay-problem-minimum", "minimum", minimum),
            Problem::Refused(Refusal::AbovePayable(maximum)) => chrome.t1("pay-problem-maximum", "maximum", maximum),
            Problem::Refused(Refusal::AboveMaximum(maximum)) => chrome.t1("pay-problem-at-once", "maximum", maximum),
            Problem::Refused(Refusal::RestTooSmall { payable, largest_partial }) => {
                chrome.t2("pay-problem-rest", "payable", payable, "largest", largest_partial)
            }
            Problem::Refused(Refusal::Status(_) | Refusal::NothingPayable) => {
                chrome.t("pay-problem-nothing").into_owned()
            }
        }
    }
}

/// `GET /debts/{id}/payments`: nothing lives here; the form does.
pub async fn list(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt = load(&visit, id(&req, "id")?).await?;
    Ok(redirect(&visit, &format!("/debts/{}/payments/new", debt.id)))
}

/// `GET /debts/{id}/payments/new`: the choice, or with a choice in the address the confirmation. Changes nothing.
pub async fn new(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let debt = load(&visit, debt_id).await?;
    let short = |value: Option<String>| value.unwrap_or_default().chars().take(40).collect::<String>();
    let [choice, amount] = query(&req, ["choice", "amount"])?.map(short);
    let asked = Asked { choice, amount };
    if !debt.status.allows_payment() || debt.figures.payable() < Cents::STRIPE_MINIMUM {
        return Ok(redirect(&visit, &format!("/debts/{debt_id}")));
    }
    if let Some(answer) = held_back(&visit, &debt) {
        return Ok(answer);
    }
    if debt.time_barred && chrome(&visit, &debt).time_barred().is_none() {
        // Without its notice such a debt takes no money.
        return Ok(redirect(&visit, &format!("/debts/{debt_id}")));
    }
    if debt.time_barred {
        let (chrome, asked_of) = (chrome(&visit, &debt), debt.clone());
        let texts = visit.state().db.read(move |conn| time_barred::unread(conn, &chrome, &asked_of));
        if texts.await?.is_some() {
            return Ok(redirect(&visit, &format!("/debts/{debt_id}/time-barred")));
        }
    }
    if asked.choice.is_empty() && asked.amount.is_empty() {
        return visit.page(StatusCode::OK, &pay_page(&visit, debt, &asked, None));
    }
    match asked.read().and_then(|choice| rules::quote(debt.status, &debt.figures, choice).map_err(Problem::Refused)) {
        Ok(quote) => confirm(&visit, StatusCode::OK, debt, quote, false),
        Err(problem) => refuse(&visit, debt, &asked, &problem),
    }
}

/// `POST /debts/{id}/payments`: a pending payment, a checkout, and the way there.
pub async fn start(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let asked = Asked { choice: form.get("choice").to_owned(), amount: form.get("amount").chars().take(40).collect() };
    let choice = match asked.read() {
        Ok(choice) => choice,
        Err(problem) => return refuse(&visit, load(&visit, debt_id).await?, &asked, &problem),
    };
    // What the confirmation page showed; a balance that has changed since must be confirmed again.
    let shown = Cents::parse_typed(form.get("shown")).ok();
    let deadline = visit.state().cashier.stripe.deadline();
    if !visit.state().cashier.are_books_verified(deadline).await {
        return Err(AppError::PaymentUnavailable);
    }
    // A checkout that has ended a moment ago makes room for a new one, once.
    let mut failure = AppError::Superseded;
    for _ in 0..2 {
        let started = match begin(&visit, debt_id, choice, shown).await? {
            Begun::Started(started) => started,
            Begun::First(address) => return Ok(redirect(&visit, &address)),
        };
        match started {
            Start::NotFound => return Err(AppError::NotFound),
            Start::Refused(Refusal::Status(_) | Refusal::NothingPayable) => {
                return not_payable(&visit, load(&visit, debt_id).await?);
            }
            Start::Refused(refusal) => {
                return refuse(&visit, load(&visit, debt_id).await?, &asked, &Problem::Refused(refusal));
            }
            Start::Changed(quote) => {
                return confirm(&visit, StatusCode::CONFLICT, load(&visit, debt_id).await?, quote, true);
            }
            Start::TooMany => return Err(AppError::TooManyPayments),
            Start::BooksClosed => return Err(AppError::PaymentsPaused),
            Start::Pending { payment, replaced } => match open(&visit, &payment, &replaced, deadline).await? {
                Way::Answer(answer) => return Ok(answer),
                Way::Again(error) => failure = error,
            },
        }
    }
    Err(failure)
}

/// Where the cashier's answer leads.
enum Way {
    Answer(HttpResponse),
    /// Another try may help; if not, this is what the page says.
    Again(AppError),
}

/// What came of a start, before Stripe hears of it.
enum Begun {
    Started(Start),
    /// Something must be read first, at this address.
    First(String),
}

/// Starts the payment, and notes in the same transaction what the law wanted said beside it.
async fn begin(visit: &Visit, debt_id: Uuid, choice: Choice, shown: Option<Cents>) -> Result<Begun, AppError> {
    let state = visit.state().clone();
    let (currency, now, locale) = (state.cashier.currency().to_owned(), state.clock.now(), visit.lang.code());
    let (per_hour, bare) = (state.settings.args.stripe.checkouts_per_hour, visit.chrome());
    visit
        .signed_in(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else {
                return Ok(Begun::Started(Start::NotFound));
            };
            if is_withheld(&state, debt.status, debt.validation) {
                return Ok(Begun::First(format!("/debts/{debt_id}")));
            }
            let chrome = bare.about(Page::Payment, debt.state);
            if debt.time_barred && chrome.time_barred().is_none() {
                return Ok(Begun::First(format!("/debts/{debt_id}")));
            }
            if debt.status.allows_payment() && time_barred::unread(conn, &chrome, &debt)?.is_some() {
                return Ok(Begun::First(format!("/debts/{debt_id}/time-barred")));
            }
            let request = StartRequest { debt_id, debtor_id: session.debtor_id, choice, shown, per_hour };
            let started = payment::start(conn, &request, &currency, locale, now)?;
            if let Start::Pending { payment, .. } = &started {
                disclosure::note_shown(conn, &chrome.disclosure_ids(), Shown::Payment(payment.id), now)?;
            }
            Ok(Begun::Started(started))
        })
        .await
}

fn chrome(visit: &Visit, debt: &Debt) -> Chrome {
    visit.chrome().about(Page::Payment, debt.state)
}

async fn open(
    visit: &Visit,
    payment: &payment::Payment,
    replaced: &[payment::Payment],
    deadline: Instant,
) -> Result<Way, AppError> {
    let state = visit.state();
    match state.cashier.open(payment, replaced, deadline).await {
        Ok(Opened::Checkout(url)) if is_checkout_url(&state.settings, &url) => Ok(Way::Answer(redirect(visit, &url))),
        Ok(Opened::Checkout(_)) => {
            tracing::error!(target: "quittance::stripe", "the checkout is not on STRIPE_CHECKOUT_HOST; nobody is sent there");
            Err(AppError::PaymentUnavailable)
        }
        Ok(Opened::Settled(id)) => Ok(Way::Answer(redirect(visit, &format!("/payments/{id}")))),
        Ok(Opened::Gone) => Ok(Way::Again(AppError::Superseded)),
        Ok(Opened::Refused) => Ok(Way::Again(AppError::PaymentUnavailable)),
        Ok(Opened::Mismatched) => Err(AppError::PaymentUnavailable),
        // No checkout was handed out, so the page may say that nothing was charged.
        Err(CashierError::Db(error)) if error.is_temporary() => Err(AppError::PaymentUnavailable),
        Err(CashierError::Db(error)) => Err(error.into()),
        Err(CashierError::Stripe(error)) => Err(error.into()),
    }
}

async fn load(visit: &Visit, debt_id: Uuid) -> Result<Debt, AppError> {
    visit
        .signed_in(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)
}

/// A form of an old page, for a debt that takes no money now: its own sentence, and nothing to fill in.
fn not_payable(visit: &Visit, debt: Debt) -> Result<HttpResponse, AppError> {
    let chrome = chrome(visit, &debt);
    let text = situation(&chrome, debt.status, &debt.figures);
    visit.page(StatusCode::CONFLICT, &NotPayablePage { chrome, debt, text })
}

fn pay_page(visit: &Visit, debt: Debt, asked: &Asked, problem: Option<String>) -> PayPage {
    // An amount that was refused must be seen again, so its choice is open.
    let partial = asked.choice == "partial" || (problem.is_some() && !asked.amount.is_empty());
    PayPage { chrome: chrome(visit, &debt), debt, partial, typed: asked.amount.clone(), problem }
}

fn refuse(visit: &Visit, debt: Debt, asked: &Asked, problem: &Problem) -> Result<HttpResponse, AppError> {
    let message = problem.message(&visit.chrome(), &debt);
    visit.page(StatusCode::UNPROCESSABLE_ENTITY, &pay_page(visit, debt, asked, Some(message)))
}

fn confirm(
    visit: &Visit,
    status: StatusCode,
    debt: Debt,
    quote: Quote,
    changed: bool,
) -> Result<HttpResponse, AppError> {
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    visit.page(status, &ConfirmPage { chrome: chrome(visit, &debt), debt, account, quote, changed })
}
