//! `/debts/{id}/electronic-notices`: consent to notices by e-mail instead of by post (E-SIGN, 15 USC 7001(c)).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::config::Company;
use crate::domain::choice::Channel;
use crate::domain::disclosure::Page;
use crate::domain::mail::MailKind;
use crate::locale::Lang;
use crate::models::debt::{self, Debt};
use crate::models::esign::{self, AgreedText, Consent, NewConsent};
use crate::models::outbox::{self, NewMail};
use crate::models::{choice, debtor};
use crate::web::address::{client_address, subscriber};
use crate::web::debtor::id;
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::{PostedForm, query};
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

/// The version of the text in `locales/`: to be raised with every change of what one agrees to.
pub const VERSION: &str = "2026-11";

#[derive(Template)]
#[template(path = "debtor/esign.html")]
struct EsignPage {
    chrome: Chrome,
    debt: Debt,
    /// The address on file.
    email: Option<String>,
    text: AgreedText,
    /// The consent in force.
    current: Option<Consent>,
    history: Vec<Consent>,
    fields: Fields,
    done: Option<&'static str>,
}

impl EsignPage {
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.text.body.split("\n\n")
    }

    /// Names the text that is shown, so that nobody agrees to another one.
    fn shown(&self) -> String {
        name_of(&self.text)
    }
}

fn name_of(text: &AgreedText) -> String {
    text.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text as it is shown and stored: what the law wants said before somebody consents.
pub fn text(lang: Lang, company: &Company) -> AgreedText {
    let address = company.address.join(", ");
    let names: [(&str, &dyn std::fmt::Display); 3] =
        [("company", &company.name), ("phone", &company.phone), ("address", &address)];
    let paragraphs = [
        lang.with("esign-text-what", &names),
        lang.t("esign-text-paper").into_owned(),
        lang.with("esign-text-withdraw", &names),
        lang.with("esign-text-copy", &names),
        lang.with("esign-text-address", &names),
        lang.t("esign-text-needs").into_owned(),
        lang.t("esign-text-choice").into_owned(),
        lang.t("esign-text-effect").into_owned(),
    ];
    let body = paragraphs.join("\n\n");
    AgreedText { version: VERSION, language: lang.code(), sha256: security::sha256(&body), body }
}

/// `GET /debts/{id}/electronic-notices`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let [asked] = query(&req, ["done"])?;
    let done = ["given", "withdrawn"].into_iter().find(|word| asked.as_deref() == Some(word));
    page(&req, &visit, Fields::default(), done).await
}

async fn page(
    req: &HttpRequest,
    visit: &Visit,
    fields: Fields,
    done: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let debt_id = id(req, "id")?;
    let (debt, person, history) = visit
        .signed_in_snapshot(move |conn, session| {
            let Some(debt) = debt::find_for(conn, debt_id, session.debtor_id)? else { return Ok(None) };
            let person = debtor::find(conn, session.debtor_id)?;
            Ok(Some((debt, person, esign::history(conn, session.debtor_id, 20)?)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let status = if fields.are_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EsignPage {
        chrome: visit.chrome().about(Page::Debt, debt.state),
        debt,
        email: person.and_then(|person| person.email),
        text: text(visit.lang, &visit.state().settings.company),
        current: history.iter().find(|consent| consent.withdrawn_at.is_none()).cloned(),
        history,
        fields,
        done,
    };
    visit.page(status, &page)
}

/// `POST /debts/{id}/electronic-notices`: gives or withdraws consent.
pub async fn change(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    match form.get("part") {
        "give" => give(&req, &visit, &form).await,
        "withdraw" => withdraw(&req, &visit).await,
        _ => Err(AppError::BadForm),
    }
}

/// What came of consenting.
enum Given {
    Done,
    /// There is no address that notices could go to.
    NoAddress,
    NotFound,
}

async fn give(req: &HttpRequest, visit: &Visit, form: &PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(req, "id")?, Fields::read(form, &["agreed", "shown"]));
    let (state, lang) = (visit.state(), visit.lang);
    let text = text(lang, &state.settings.company);
    if !fields.is("shown", &name_of(&text)) {
        fields.refuse("agreed", lang.t("esign-text-changed"));
    } else if !fields.is("agreed", "yes") {
        fields.refuse("agreed", lang.t("esign-unticked"));
    }
    if !fields.are_right() {
        return page(req, visit, fields, None).await;
    }
    let address = subscriber(client_address(req, &state.settings.args.http.trusted_proxies));
    let address_hash = security::keyed_hash(&state.settings.session_key, "electronic notices", &address);
    let now = state.clock.now();
    let given = visit
        .signed_in(move |conn, session| {
            let debtor_id = session.debtor_id;
            if debt::find_for(conn, debt_id, debtor_id)?.is_none() {
                return Ok(Given::NotFound);
            }
            let email = debtor::find(conn, debtor_id)?.and_then(|person| person.email);
            let Some(email) = email.filter(|email| !email.trim().is_empty()) else { return Ok(Given::NoAddress) };
            if esign::give(conn, &NewConsent { debtor_id, debt_id, text, email, address_hash }, now)? {
                let mail = NewMail {
                    kind: MailKind::Esign,
                    debt_id,
                    to: None,
                    language: lang.code(),
                    facts: json!({"given": true}),
                };
                outbox::queue(conn, &mail, now)?;
            }
            Ok(Given::Done)
        })
        .await?;
    match given {
        Given::Done => Ok(redirect(visit, &format!("/debts/{debt_id}/electronic-notices?done=given"))),
        Given::NoAddress => {
            fields.refuse("agreed", lang.t("esign-no-address"));
            page(req, visit, fields, None).await
        }
        Given::NotFound => Err(AppError::NotFound),
    }
}

async fn withdraw(req: &HttpRequest, visit: &Visit) -> Result<HttpResponse, AppError> {
    let debt_id = id(req, "id")?;
    let (now, language) = (visit.state().clock.now(), visit.lang.code());
    let found = visit
        .signed_in(move |conn, session| {
            let debtor_id = session.debtor_id;
            if debt::find_for(conn, debt_id, debtor_id)?.is_none() {
                return Ok(false);
            }
            let withdrawn = esign::withdraw(conn, debtor_id, now)?;
            let may_mail = choice::of(conn, debtor_id)?.is_some_and(|choices| choices.may_send(Channel::Email));
            if withdrawn && may_mail {
                let facts = json!({"given": false});
                outbox::queue(conn, &NewMail { kind: MailKind::Esign, debt_id, to: None, language, facts }, now)?;
            }
            Ok(true)
        })
        .await?;
    if !found {
        return Err(AppError::NotFound);
    }
    Ok(redirect(visit, &format!("/debts/{debt_id}/electronic-notices?done=withdrawn")))
}
