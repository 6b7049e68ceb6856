//! Asking for something: a dispute, the original creditor, a pause, a complaint, a message, a call. One form each, one way in.

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::calendar::parse_day;
use crate::domain::case::{self as cases, CaseKind};
use crate::domain::disclosure::Page;
use crate::domain::evidence::File;
use crate::domain::mail::MailKind;
use crate::models::audit::{self, Act, Actor};
use crate::models::case::{self, Filed, NewCase};
use crate::models::debt::{self, Debt};
use crate::models::disclosure::{self, Shown};
use crate::models::outbox::{self, NewMail};
use crate::models::payment::Payment;
use crate::models::validation;
use crate::web::debtor::{AccountName, id};
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::page::Chrome;
use crate::web::upload::{self, Upload};
use crate::web::visitor::Visit;

/// What a dispute may be about: the answers of model form B-1 (12 CFR part 1006, appendix B).
pub const REASONS: [&str; 3] = ["not_mine", "wrong_amount", "other"];
/// When a call suits.
pub const SUITS: [&str; 3] = ["morning", "afternoon", "evening"];
const NAMES: [&str; 6] = ["kind", "reason", "details", "until", "suits", "phone"];
const MOST_DETAILS: usize = 10_000;
/// How far a pause may be asked for, in days.
const LONGEST_PAUSE: i64 = 366;

#[derive(Template)]
#[template(path = "debtor/ask.html")]
struct AskPage {
    chrome: Chrome,
    debt: Debt,
    account: AccountName,
    kind: CaseKind,
    fields: Fields,
}

impl AskPage {
    /// The sentence of this kind of request.
    fn say(&self, what: &str) -> std::borrow::Cow<'static, str> {
        self.chrome.tx("ask-", &format!("{what}-{}", self.kind.as_str()))
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.as_str() == kind
    }

    /// Whether what is asked can be shown by papers.
    fn takes_files(&self) -> bool {
        takes_files(self.kind)
    }

    fn has_details(&self) -> bool {
        self.kind != CaseKind::OriginalCreditor
    }
}

const fn takes_files(kind: CaseKind) -> bool {
    matches!(kind, CaseKind::Dispute | CaseKind::Complaint | CaseKind::Hardship | CaseKind::Message)
}

/// `GET /debts/{id}/dispute`
pub async fn dispute(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    // The notice's boxes lead here with their answer.
    let asked = url::form_urlencoded::parse(req.query_string().as_bytes()).find(|(name, _)| name == "reason");
    let reason = asked.and_then(|(_, reason)| REASONS.into_iter().find(|known| *known == reason));
    let fields = Fields::of([("reason", reason.unwrap_or_default().to_owned())]);
    form(&req, &visit, CaseKind::Dispute, fields).await
}

/// `GET /debts/{id}/original-creditor`
pub async fn original_creditor(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    form(&req, &visit, CaseKind::OriginalCreditor, Fields::default()).await
}

/// `GET /debts/{id}/help/{kind}`
pub async fn help(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let kind = match CaseKind::parse(req.match_info().query("kind")) {
        Some(kind @ (CaseKind::Hardship | CaseKind::Complaint | CaseKind::Message | CaseKind::Callback)) => kind,
        _ => return Err(AppError::NotFound),
    };
    let mut fields = Fields::default();
    if kind == CaseKind::Callback {
        let phone = visit.signed_in_snapshot(|conn, session| debt::phone_of(conn, session.debtor_id)).await?;
        fields = Fields::of([("phone", phone.unwrap_or_default())]);
    }
    form(&req, &visit, kind, fields).await
}

async fn form(req: &HttpRequest, visit: &Visit, kind: CaseKind, fields: Fields) -> Result<HttpResponse, AppError> {
    let debt_id = id(req, "id")?;
    let debt = visit
        .signed_in_snapshot(move |conn, session| debt::find_for(conn, debt_id, session.debtor_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    let status = if fields.are_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit
        .page(status, &AskPage { chrome: visit.chrome().about(Page::Dispute, debt.state), debt, account, kind, fields })
}

/// `POST /debts/{id}/cases`: takes it down, stops what it stops, and leads to its page with number and time.
pub async fn open(req: HttpRequest, visit: Visit, payload: Payload) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    // Who is not signed in sends nothing: files are read for somebody we know.
    visit.signed_in_snapshot(|_, _| Ok(())).await?;
    let upload = upload::receive(&req, &visit, payload).await?;
    let mut fields = Fields::read(&upload.form, &NAMES);
    let kind = CaseKind::parse(fields.get("kind")).filter(|kind| kind.is_of_the_person());
    let kind = kind.ok_or(AppError::BadForm)?;
    let Some(new) = check(&visit, debt_id, kind, &mut fields, &upload)? else {
        return form(&req, &visit, kind, fields).await;
    };
    let (files, language, now) = (upload.files, visit.lang.code(), visit.state().clock.now());
    let (bare, today) = (visit.chrome(), visit.state().today());
    let filed = visit
        .signed_in(move |conn, session| {
            let mut new = new;
            if matches!(kind, CaseKind::Dispute | CaseKind::OriginalCreditor) {
                new.within_validation_period = validation::is_within_period(conn, debt_id, today)?;
            }
            let filed = case::file(conn, &new, session.debtor_id, &files, now)?;
            if let Filed::Opened(open) = &filed {
                let case = &open.case;
                let place = debt::find_for(conn, debt_id, session.debtor_id)?.and_then(|debt| debt.state);
                let shown = bare.about(Page::Dispute, place).disclosure_ids();
                disclosure::note_shown(conn, &shown, Shown::Case(case.id), now)?;
                let details = json!({
                    "number": case.number, "kind": kind.as_str(), "files": files.len(),
                    "old": open.before.as_str(), "new": open.after.as_str(),
                });
                let act = Act {
                    action: "case.opened",
                    subject: "case",
                    subject_id: Some(case.id),
                    debt_id: Some(debt_id),
                    details,
                };
                audit::write(conn, &Actor::debtor(), &act, now)?;
                let facts = json!({ "case_id": case.id });
                let mail = NewMail { kind: MailKind::CaseOpened, debt_id, to: None, language, facts };
                outbox::queue(conn, &mail, now)?;
            }
            Ok(filed)
        })
        .await?;
    let to = match filed {
        Filed::NotFound => return Err(AppError::NotFound),
        Filed::TooMuch => {
            fields.refuse(first_field(kind), visit.lang.t("ask-too-many"));
            return form(&req, &visit, kind, fields).await;
        }
        Filed::Opened(open) => {
            if let Some(payment) = open.withdrawn {
                close(&visit, payment);
            }
            visit.state().wake_mail.notify_one();
            format!("/debts/{debt_id}/cases/{}?said=new", open.case.id)
        }
        Filed::Same(case) => format!("/debts/{debt_id}/cases/{}?said=again", case.id),
    };
    Ok(crate::web::frame::redirect(&visit, &to))
}

/// Closes a checkout at Stripe while the person reads on. Where that fails the sweep does it, and money that was paid meanwhile is
/// never dropped.
pub(super) fn close(visit: &Visit, payment: Payment) {
    let state = visit.state().clone();
    actix_web::rt::spawn(async move {
        let deadline = state.cashier.stripe.deadline();
        if let Err(error) = state.cashier.close(&payment, deadline).await {
            tracing::warn!(target: "quittance::money", payment = %payment.id, %error, "a checkout could not be closed");
        }
    });
}

/// The field that takes a sentence about the whole form.
const fn first_field(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Dispute => "reason",
        CaseKind::Hardship => "until",
        CaseKind::Callback => "phone",
        CaseKind::OriginalCreditor => "send",
        CaseKind::Complaint | CaseKind::Message | CaseKind::ValidationInformation => "details",
    }
}

/// What was typed, as a case; `None` when something is wrong, which the fields then say.
fn check(
    visit: &Visit,
    debt_id: Uuid,
    kind: CaseKind,
    fields: &mut Fields,
    upload: &Upload,
) -> Result<Option<NewCase>, AppError> {
    let lang = visit.lang;
    let one_of = |known: [&'static str; 3], typed: &str| known.into_iter().find(|one| *one == typed);
    let mut new = NewCase {
        number: cases::draw_number().map_err(AppError::internal)?,
        debt_id,
        kind,
        reason: None,
        details: Some(fields.get("details").to_owned()).filter(|text| !text.is_empty()),
        until: None,
        suits: None,
        phone: None,
        language: lang.code(),
        within_validation_period: None,
        fingerprint: None,
    };
    match kind {
        CaseKind::Dispute => {
            new.reason = one_of(REASONS, fields.get("reason"));
            if new.reason.is_none() {
                fields.refuse("reason", lang.t("ask-no-reason"));
            }
        }
        CaseKind::Hardship => new.until = until(visit, fields),
        CaseKind::Callback => {
            new.phone = phone(fields.get("phone"));
            if new.phone.is_none() {
                fields.refuse("phone", lang.t("ask-no-phone"));
            }
            new.suits = one_of(SUITS, fields.get("suits"));
            if new.suits.is_none() {
                fields.refuse("suits", lang.t("ask-no-suits"));
            }
        }
        CaseKind::Complaint | CaseKind::Message if new.details.is_none() => {
            fields.refuse("details", lang.t("ask-no-words"));
        }
        CaseKind::Complaint | CaseKind::Message => {}
        CaseKind::OriginalCreditor | CaseKind::ValidationInformation => new.details = None,
    }
    if fields.get("details").chars().count() > MOST_DETAILS {
        fields.refuse("details", lang.t("ask-words-long"));
    }
    match upload.problem {
        Some(problem) if takes_files(kind) => {
            fields.refuse("files", lang.tx("ask-files-problem-", problem.name()));
        }
        Some(_) => return Err(AppError::BadForm),
        None if !upload.files.is_empty() && !takes_files(kind) => return Err(AppError::BadForm),
        None => {}
    }
    new.fingerprint = Some(fingerprint(&new, &upload.files));
    Ok(fields.are_right().then_some(new))
}

/// The day until which a pause is asked for: after today, and within a year.
fn until(visit: &Visit, fields: &mut Fields) -> Option<NaiveDate> {
    let lang = visit.lang;
    let zone = visit.state().settings.company.time_zone;
    let today = visit.state().clock.now().with_timezone(&zone).date_naive();
    let day = parse_day(fields.get("until")).ok().flatten();
    let problem = match day {
        None => "ask-no-day",
        Some(day) if day <= today => "ask-day-past",
        Some(day) if day > today + TimeDelta::days(LONGEST_PAUSE) => "ask-day-far",
        Some(_) => return day,
    };
    fields.refuse("until", lang.t(problem));
    None
}

/// A telephone number as it was typed, if it is one of ten digits, or eleven that begin with the country's 1.
fn phone(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let written = typed.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '+'));
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    (written && national.len() == 10).then(|| format!("+1{national}"))
}

/// By which the same again is recognised: who sends a form twice, or once more next week, means one thing.
fn fingerprint(new: &NewCase, files: &[File]) -> [u8; 32] {
    let words = new.details.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let until = new.until.map(|day| day.to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [
        new.kind.as_str(),
        new.reason.unwrap_or_default(),
        &words.to_lowercase(),
        &until,
        new.suits.unwrap_or_default(),
        new.phone.as_deref().unwrap_or_default(),
    ] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut contents: Vec<_> = files.iter().map(|file| Sha256::digest(&file.bytes)).collect();
    contents.sort_unstable();
    for content in contents {
        hash.update(content);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::phone;

    #[test]
    fn telephone_numbers_are_taken_in_any_notation() {
        for typed in ["(503) 555-0199", "503.555.0199", "+1 503 555 0199", "15035550199"] {
            assert_eq!(phone(typed).as_deref(), Some("+15035550199"), "{typed}");
        }
        for typed in ["", "555-0199", "call me", "+44 20 7946 0000 1", "5035550199 ext 2"] {
            assert_eq!(phone(typed), None, "{typed}");
        }
    }
}
