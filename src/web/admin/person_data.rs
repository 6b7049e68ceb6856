//! `/admin/debts/{id}/person`: correcting a person's contact data and consents; the old values are kept.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::models::account;
use crate::models::audit;
use crate::models::debtor::{self, Corrected, Debtor};
use crate::web::admin::debt::{act, done};
use crate::web::admin::fields::Fields;
use crate::web::admin::{Frame, Staff, id};
use crate::web::contact_fields::{self, PERSON as TEXTS, digest};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security::sha256;

#[derive(Template)]
#[template(path = "admin/person_data.html")]
struct PersonPage {
    chrome: Frame,
    debt_id: Uuid,
    fields: Fields,
    /// A digest of what was read, so that nothing is overwritten that nobody has seen.
    seen: String,
}

const FLAGS: [&str; 3] = ["email_consent", "phone_consent", "dnc_registered"];

async fn person_of(staff: &Staff, debt_id: Uuid) -> Result<Debtor, AppError> {
    let found = staff.run(move |conn, _, _| account::find(conn, debt_id, sha256)).await?;
    found.map(|account| account.debtor).ok_or(AppError::NotFound)
}

/// `GET /admin/debts/{id}/person`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let person = person_of(&staff, debt_id).await?;
    staff.run(move |conn, actor, now| audit::write(conn, actor, &act("person.read", debt_id, json!({})), now)).await?;
    let page =
        PersonPage { chrome: staff.frame(), debt_id, fields: Fields::of(person.fields()), seen: digest(&person) };
    staff.page(StatusCode::OK, &page)
}

fn check(staff: &Staff, old: &Debtor, fields: &mut Fields) -> Debtor {
    contact_fields::check(staff.visit().lang, &TEXTS, fields);
    let state = fields.get("state").to_uppercase();
    let text = |name: &str| Some(fields.get(name).to_owned()).filter(|value| !value.is_empty());
    Debtor {
        id: old.id,
        first_name: fields.get("first_name").to_owned(),
        last_name: fields.get("last_name").to_owned(),
        email: text("email"),
        phone: text("phone"),
        address_line1: text("address_line1"),
        address_line2: text("address_line2"),
        city: text("city"),
        state: Some(state).filter(|state| !state.is_empty()),
        zip_code: text("zip_code"),
        phone_consent: fields.is("phone_consent", "true"),
        email_consent: fields.is("email_consent", "true"),
        dnc_registered: fields.is("dnc_registered", "true"),
    }
}

/// `POST /admin/debts/{id}/person`
pub async fn correct(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let names: Vec<&'static str> = TEXTS.iter().map(|(name, _)| *name).chain(FLAGS).collect();
    let mut fields = Fields::read(&form, &names);
    let old = person_of(&staff, debt_id).await?;
    let new = check(&staff, &old, &mut fields);
    let lang = staff.visit().lang;
    if form.get("seen") != digest(&old) {
        fields.refuse("first_name", lang.t("account-person-changed"));
    }
    if fields.are_right() {
        let (seen, by) = (old.clone(), staff.session.person.id);
        let corrected = staff
            .run(move |conn, actor, now| {
                let corrected = debtor::correct(conn, &seen, &new, by, now)?;
                if let Corrected::Done(changes) = &corrected {
                    let changed = |(name, old, new): &(&str, String, String)| {
                        ((*name).to_owned(), json!({"old": old, "new": new}))
                    };
                    let details = Value::Object(changes.iter().map(changed).collect::<Map<String, Value>>());
                    audit::write(conn, actor, &act("person.corrected", debt_id, details), now)?;
                }
                Ok(corrected)
            })
            .await?;
        match corrected {
            Corrected::Done(_) => return Ok(done(&staff, debt_id, "person")),
            Corrected::Changed => fields.refuse("first_name", lang.t("account-person-changed")),
            Corrected::EmailTaken => fields.refuse("email", lang.t("account-email-taken")),
            Corrected::NotFound => return Err(AppError::NotFound),
        }
    }
    let page = PersonPage { chrome: staff.frame(), debt_id, fields, seen: digest(&old) };
    staff.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
