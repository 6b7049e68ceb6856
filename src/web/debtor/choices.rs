//! `/debts/{id}/choices`: how a person may be contacted, stopping all contact, and the attorney.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use uuid::Uuid;

use crate::domain::choice::{Channel, Choices, Limit};
use crate::domain::contact_data;
use crate::domain::disclosure::Page;
use crate::domain::mail::MailKind;
use crate::models::attorney::{self, Attorney};
use crate::models::by::By;
use crate::models::choice::{self, Past, Source, Told, Wanted};
use crate::models::debt::{self, Debt};
use crate::models::outbox::{self, NewMail};
use crate::models::payment::{self, Payment};
use crate::web::debtor::ask::close;
use crate::web::debtor::id;
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::PostedForm;
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/choices.html")]
struct ChoicesPage {
    chrome: Chrome,
    debt: Debt,
    choices: Choices,
    attorney: Option<Attorney>,
    history: Vec<Past>,
    fields: Fields,
    done: Option<&'static str>,
}

/// Changes that are shown, newest first.
const PAST: i64 = 50;
/// What the page says was done, by the word in its address.
const DONE: [&str; 5] = ["saved", "stop", "allow", "attorney", "no_attorney"];
/// The fields of the attorney, with the most characters each holds.
const ATTORNEY: [(&str, usize); 5] = [
    ("attorney_name", 200),
    ("attorney_firm", 200),
    ("attorney_phone", 20),
    ("attorney_email", 255),
    ("attorney_address", 500),
];

struct Read {
    debt: Debt,
    choices: Choices,
    attorney: Option<Attorney>,
    history: Vec<Past>,
}

fn read(conn: &mut PgConnection, debt_id: Uuid, debtor_id: Uuid) -> QueryResult<Option<Read>> {
    let Some(debt) = debt::find_for(conn, debt_id, debtor_id)? else { return Ok(None) };
    let Some(choices) = choice::of(conn, debtor_id)? else { return Ok(None) };
    let attorney = attorney::of(conn, debtor_id)?;
    Ok(Some(Read { debt, choices, attorney, history: choice::history(conn, debtor_id, PAST)? }))
}

/// The fields as what is chosen fills them.
fn filled(choices: &Choices, attorney: Option<&Attorney>) -> Fields {
    let word = |said: Option<bool>| said.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned();
    let channels = Channel::ALL.map(|channel| (channel.as_str(), word(choices.said(channel))));
    let limits = choices.limits.iter().map(|limit| (limit.as_str(), "yes".to_owned()));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let named = attorney.map(|attorney| {
        [
            ("attorney_name", attorney.name.clone()),
            ("attorney_firm", text(&attorney.firm)),
            ("attorney_phone", text(&attorney.phone)),
            ("attorney_email", text(&attorney.email)),
            ("attorney_address", text(&attorney.address)),
        ]
    });
    let words = ("words", text(&choices.words));
    Fields::of(channels.into_iter().chain(limits).chain([words]).chain(named.into_iter().flatten()))
}

async fn page(
    visit: &Visit,
    debt_id: Uuid,
    typed: Option<Fields>,
    done: Option<&'static str>,
) -> Result<HttpResponse, AppError> {
    let found = visit.signed_in_snapshot(move |conn, session| read(conn, debt_id, session.debtor_id)).await?;
    let Read { debt, choices, attorney, history } = found.ok_or(AppError::NotFound)?;
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut fields = filled(&choices, attorney.as_ref());
    if let Some(typed) = typed {
        fields = typed.over(fields);
    }
    let page = ChoicesPage {
        chrome: visit.chrome().about(Page::Debt, debt.state),
        debt,
        choices,
        attorney,
        history,
        fields,
        done,
    };
    visit.page(status, &page)
}

/// `GET /debts/{id}/choices`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let [asked] = crate::web::form::query(&req, ["done"])?;
    let done = DONE.into_iter().find(|word| asked.as_deref() == Some(word));
    page(&visit, id(&req, "id")?, None, done).await
}

/// What one of the page's forms asks for.
enum Asked {
    Choose(Wanted),
    Stop,
    Allow,
    Name(Attorney),
    Dismiss,
}

impl Asked {
    /// The word in the address of the page that says it was done.
    const fn done(&self) -> &'static str {
        match self {
            Asked::Choose(_) => "saved",
            Asked::Stop => "stop",
            Asked::Allow => "allow",
            Asked::Name(_) => "attorney",
            Asked::Dismiss => "no_attorney",
        }
    }
}

/// `POST /debts/{id}/choices`: the forms of the page, told apart by `part`.
pub async fn change(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let asked = match form.get("part") {
        "choices" => wanted(&visit, &form),
        "stop" => {
            let mut fields = Fields::read(&form, &["understood"]);
            if !fields.is("understood", "yes") {
                fields.refuse("understood", visit.lang.t("choices-stop-unticked"));
            }
            if fields.are_right() { Ok(Asked::Stop) } else { Err(fields) }
        }
        "allow" => Ok(Asked::Allow),
        "attorney" => attorney_of(&visit, &form),
        "no_attorney" => Ok(Asked::Dismiss),
        _ => return Err(AppError::BadForm),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(fields) => return page(&visit, debt_id, Some(fields), None).await,
    };
    let (now, language, done) = (visit.state().clock.now(), visit.lang.code(), asked.done());
    let stopped = visit
        .signed_in(move |conn, session| {
            if debt::find_for(conn, debt_id, session.debtor_id)?.is_none() {
                return Ok(None);
            }
            apply(conn, debt_id, session.debtor_id, &asked, language, now).map(Some)
        })
        .await?;
    for payment in stopped.ok_or(AppError::NotFound)? {
        close(&visit, payment);
    }
    Ok(redirect(&visit, &format!("/debts/{debt_id}/choices?done={done}")))
}

/// Does it. The open checkouts that it takes out of service, to be closed at Stripe.
fn apply(
    conn: &mut PgConnection,
    debt_id: Uuid,
    debtor_id: Uuid,
    asked: &Asked,
    language: &'static str,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Payment>> {
    let told = Told { source: Source::Portal, debt_id: Some(debt_id), by: By::Person, at: now };
    // What stands as the reason of a hold that the person placed; pages say it in words.
    let reason = Source::Portal.as_str();
    let mut stopped = Vec::new();
    if let Asked::Name(_) = asked {
        for debt in debt::all_of(conn, debtor_id)? {
            stopped.extend(payment::open_checkout(conn, debt.id)?);
        }
    }
    let changed = match asked {
        Asked::Choose(wanted) => choice::choose(conn, debtor_id, wanted, &told)?,
        Asked::Stop => choice::stop(conn, debtor_id, reason, &told)?,
        Asked::Allow => choice::allow(conn, debtor_id, reason, &told)?,
        Asked::Name(attorney) => attorney::name(conn, debtor_id, attorney, reason, &told)?,
        Asked::Dismiss => attorney::dismiss(conn, debtor_id, reason, &told)?,
    };
    // Who has just refused e-mail, all contact, or contact past the attorney, gets no e-mail about it: the page says it.
    let may_mail = choice::of(conn, debtor_id)?.is_some_and(|choices| choices.may_send(Channel::Email));
    if changed && may_mail {
        let mail = NewMail { kind: MailKind::ChoicesChanged, debt_id, to: None, language, facts: json!({}) };
        outbox::queue(conn, &mail, now)?;
    }
    Ok(stopped)
}

/// The form of channels, times and places.
fn wanted(visit: &Visit, form: &PostedForm) -> Result<Asked, Fields> {
    let names: Vec<&'static str> =
        Channel::ALL.map(Channel::as_str).into_iter().chain(Limit::all().map(Limit::as_str)).chain(["words"]).collect();
    let mut fields = Fields::read(form, &names);
    let words = fields.get("words").to_owned();
    if words.chars().count() > 500 {
        fields.refuse("words", visit.lang.t("choices-words-long"));
    }
    if !fields.are_right() {
        return Err(fields);
    }
    let channels = Channel::ALL.into_iter().filter_map(|channel| match fields.get(channel.as_str()) {
        "yes" => Some((channel, true)),
        "no" => Some((channel, false)),
        // A choice that was not made.
        _ => None,
    });
    let limits = Limit::all().filter(|limit| fields.is(limit.as_str(), "yes")).collect();
    Ok(Asked::Choose(Wanted {
        channels: channels.collect(),
        limits: Some(limits),
        words: Some(Some(words).filter(|words| !words.is_empty())),
    }))
}

/// The form of the attorney.
fn attorney_of(visit: &Visit, form: &PostedForm) -> Result<Asked, Fields> {
    let mut fields = Fields::read(form, &ATTORNEY.map(|(name, _)| name));
    let lang = visit.lang;
    for (name, most) in ATTORNEY {
        if fields.get(name).chars().count() > most {
            fields.refuse(name, lang.with("choices-attorney-long", &[("most", &most)]));
        }
    }
    if fields.get("attorney_name").is_empty() {
        fields.refuse("attorney_name", lang.t("choices-attorney-name-empty"));
    }
    let (phone, email) = (fields.get("attorney_phone"), fields.get("attorney_email"));
    let (bad_phone, bad_email) =
        (!phone.is_empty() && !contact_data::is_phone(phone), !email.is_empty() && !contact_data::is_email(email));
    let unreachable = phone.is_empty() && email.is_empty() && fields.get("attorney_address").is_empty();
    if bad_phone {
        fields.refuse("attorney_phone", lang.t("choices-attorney-phone-malformed"));
    } else if unreachable {
        fields.refuse("attorney_phone", lang.t("choices-attorney-reach-empty"));
    }
    if bad_email {
        fields.refuse("attorney_email", lang.t("choices-attorney-email-malformed"));
    }
    if !fields.are_right() {
        return Err(fields);
    }
    let text = |name: &str| Some(fields.get(name).to_owned()).filter(|value| !value.is_empty());
    Ok(Asked::Name(Attorney {
        name: fields.get("attorney_name").to_owned(),
        firm: text("attorney_firm"),
        phone: text("attorney_phone"),
        email: text("attorney_email"),
        address: text("attorney_address"),
    }))
}

/// What was chosen, in words.
pub fn value(chrome: &Chrome, past: &Past) -> String {
    let new = past.new_value.as_deref();
    let group = match past.topic.as_str() {
        "email" | "call" | "sms" | "letter" => "",
        "do_not_call" => "list-",
        "stop" => "stop-",
        "attorney" | "words" => return new.map_or_else(|| chrome.t("choices-value-none").into_owned(), str::to_owned),
        _ => return chrome.tx("choices-value-limit-", if new.is_some() { "no" } else { "yes" }).into_owned(),
    };
    match new {
        Some(word) => chrome.tx("choices-value-", &format!("{group}{word}")).into_owned(),
        None => chrome.t("choices-value-unsaid").into_owned(),
    }
}
