//! The paid-in-full letter: asking for it, and the letter itself.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::documents::{Block, Document};
use crate::domain::debt::DebtStatus;
use crate::domain::disclosure::Page;
use crate::domain::letter::LetterNumber;
use crate::models::debt::{self, Debt};
use crate::models::letter::{self, Issued, Letter};
use crate::web::debtor::{AccountName, id, pdf};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/letter_refused.html")]
struct RefusedPage {
    chrome: Chrome,
    debt: Debt,
    reason: Reason,
}

/// Why there is no letter yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Owed,
    /// Nothing is owed, but less was paid than the whole.
    Settled,
    Chargeback,
    Status,
}

impl Reason {
    fn of(debt: &Debt) -> Reason {
        match (debt.status, debt.figures.balance().is_positive()) {
            (DebtStatus::Resolved, true) => Reason::Settled,
            (DebtStatus::Resolved, false) => Reason::Chargeback,
            (_, true) => Reason::Owed,
            (_, false) => Reason::Status,
        }
    }

    fn message(self, chrome: &Chrome, debt: &Debt) -> String {
        match self {
            Reason::Owed => chrome.t1("letter-refused-owed", "amount", debt.figures.balance()),
            Reason::Settled => chrome.t("letter-refused-settled").into_owned(),
            Reason::Chargeback => chrome.t("letter-refused-chargeback").into_owned(),
            Reason::Status => chrome.t("letter-refused-status").into_owned(),
        }
    }
}

/// `GET /debts/{id}/letters`, where a refused letter's address leads when it is opened again: back to the debt.
pub async fn list(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let debt = visit.signed_in(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id)).await?;
    Ok(redirect(&visit, &format!("/debts/{}", debt.ok_or(AppError::NotFound)?.id)))
}

/// `POST /debts/{id}/letters`: a new letter, or the valid one there is.
pub async fn issue(req: HttpRequest, visit: Visit, _: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let (number, now) = (LetterNumber::issue().map_err(AppError::internal)?, visit.state().clock.now());
    let (issued, debt) = visit
        .signed_in(move |conn, session| {
            let issued = letter::issue(conn, debt_id, session.debtor_id, &number, now)?;
            Ok((issued, debt::find_for(conn, debt_id, session.debtor_id)?))
        })
        .await?;
    match (issued, debt) {
        (Issued::Letter(letter), _) => Ok(redirect(&visit, &format!("/letters/{}", letter.number))),
        (Issued::NotPaid, Some(debt)) => {
            let reason = Reason::of(&debt);
            visit.page(
                StatusCode::CONFLICT,
                &RefusedPage { chrome: visit.chrome().about(Page::Letter, debt.state), debt, reason },
            )
        }
        (Issued::NotPaid | Issued::NotFound, _) => Err(AppError::NotFound),
    }
}

#[derive(Template)]
#[template(path = "debtor/letter.html")]
struct LetterPage {
    chrome: Chrome,
    letter: Letter,
    debt: Debt,
    debtor_name: String,
    account: AccountName,
    /// Where a third party checks the number.
    check_url: String,
}

impl LetterPage {
    /// The same as a letter to be handed on.
    fn document(&self) -> Document {
        let (chrome, letter) = (&self.chrome, &self.letter);
        let term = |key: &str| chrome.t(key).into_owned();
        let number = (term("letter-number"), letter.number.clone());
        if let Some(at) = &letter.withdrawn_at {
            let days = ("issued", chrome.day(&letter.issued_at), "withdrawn", chrome.day(at));
            let text = chrome.t2("letter-withdrawn-text", days.0, days.1, days.2, days.3);
            let balance = self.debt.status.owed(self.debt.figures.balance()).to_string();
            let facts = vec![
                number,
                (term("fact-creditor"), self.debt.original_creditor.clone()),
                (term("fact-reference"), self.account.reference.clone()),
                (term("debt-balance"), balance),
            ];
            return pdf::letter(
                chrome,
                term("letter-withdrawn-title"),
                vec![Block::Paragraph(text), Block::Facts(facts)],
            );
        }
        let text = chrome.t2("letter-text", "company", &chrome.company().name, "date", chrome.day(&letter.issued_at));
        let mut facts = vec![
            (term("fact-issued"), chrome.day(&letter.issued_at)),
            (term("fact-name"), self.debtor_name.clone()),
            (term("fact-creditor"), self.debt.original_creditor.clone()),
        ];
        facts.extend(self.account.number.clone().map(|number| (term("fact-account"), number)));
        facts.push((term("fact-reference"), self.account.reference.clone()));
        facts.push((term("receipt-amount"), letter.amount_paid.to_string()));
        let blocks = vec![
            Block::Paragraph(text),
            Block::Facts(facts),
            Block::Heading(term("letter-check")),
            Block::Facts(vec![number]),
            Block::Paragraph(chrome.t1("letter-check-text", "address", &self.check_url)),
        ];
        pdf::letter(chrome, term("letter-title"), blocks)
    }
}

/// `GET /letters/{number}.pdf`, for its debtor only.
pub async fn pdf(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let page = load(&req, &visit).await?;
    pdf::answer(&visit, page.document(), "letter").await
}

/// `GET /letters/{number}`, for its debtor only.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let page = load(&req, &visit).await?;
    visit.page(StatusCode::OK, &page)
}

async fn load(req: &HttpRequest, visit: &Visit) -> Result<LetterPage, AppError> {
    let text = req.match_info().query("number");
    // Only the form we write ourselves, so that one letter has one address.
    let number = LetterNumber::parse_typed(text).filter(|number| number.as_str() == text).ok_or(AppError::NotFound)?;
    let (letter, debt, debtor_name) = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(letter) = letter::find_for(conn, &number, session.debtor_id)? else { return Ok(None) };
            let Some(debt) = debt::find_for(conn, letter.debt_id, session.debtor_id)? else { return Ok(None) };
            Ok(Some((letter, debt, debt::debtor_name(conn, session.debtor_id)?)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let check_url = format!("{}/letters", visit.state().settings.public_url);
    let chrome = visit.chrome().about(Page::Letter, debt.state);
    Ok(LetterPage { chrome, letter, debt, debtor_name, account, check_url })
}
