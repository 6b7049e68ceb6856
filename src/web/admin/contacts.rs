//! Recording a call, an SMS, an e-mail or a letter by hand.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::choice::{Channel, Choices, Objection};
use crate::domain::place::Place;
use crate::models::audit;
use crate::models::contact::{self, NewContact, What};
use crate::models::{contact_meter, debt};
use crate::web::admin::debt::{act, done};
use crate::web::admin::fields::Fields;
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

#[derive(Template)]
#[template(path = "admin/contact.html")]
struct ContactPage {
    chrome: Frame,
    debt_id: Uuid,
    fields: Fields,
    /// What speaks against contacting the person now, by channel.
    unwanted: Vec<Objection>,
}

const NAMES: [&str; 9] = ["kind", "direction", "date", "time", "outcome", "minutes", "seconds", "subject", "text"];
const KINDS: [&str; 4] = ["call", "sms", "email", "letter"];
const OUTCOMES: [&str; 5] = ["answered", "voicemail", "busy", "no_answer", "failed"];

/// `GET /admin/debts/{id}/contacts/new?kind=call`
pub async fn new(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let unwanted = unwanted_now(&staff, debt_id).await?;
    let asked = url::form_urlencoded::parse(req.query_string().as_bytes()).find(|(name, _)| name == "kind");
    let kind = asked.and_then(|(_, kind)| KINDS.into_iter().find(|known| *known == kind)).unwrap_or("call");
    let now = staff.now().with_timezone(&staff.state().settings.company.time_zone);
    let fields = Fields::of([
        ("kind", kind.to_owned()),
        ("direction", "outbound".to_owned()),
        ("date", now.format("%Y-%m-%d").to_string()),
        ("time", now.format("%H:%M").to_string()),
        ("outcome", "answered".to_owned()),
    ]);
    staff.page(StatusCode::OK, &ContactPage { chrome: staff.frame(), debt_id, fields, unwanted })
}

/// What the person has said against being contacted now, by any channel.
async fn unwanted_now(staff: &Staff, debt_id: Uuid) -> Result<Vec<Objection>, AppError> {
    let meter = staff.run(move |conn, _, now| contact_meter::read(conn, debt_id, now)).await?;
    let meter = meter.ok_or(AppError::NotFound)?;
    let all = Channel::ALL.into_iter().flat_map(|channel| meter.choices.objections(channel, meter.now, &meter.place));
    let mut unwanted: Vec<Objection> = Vec::new();
    for objection in all {
        if !unwanted.contains(&objection) {
            unwanted.push(objection);
        }
    }
    Ok(unwanted)
}

/// Day and time at the company's place as a moment.
pub(super) fn moment(staff: &Staff, date: &str, time: &str) -> Option<DateTime<Utc>> {
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    let at = staff.state().settings.company.time_zone.from_local_datetime(&day.and_time(time)).earliest()?;
    let known = NaiveDate::from_ymd_opt(1990, 1, 1).is_some_and(|first| day >= first);
    known.then(|| at.with_timezone(&Utc))
}

fn check(staff: &Staff, debt_id: Uuid, fields: &mut Fields) -> Option<NewContact> {
    let lang = staff.visit().lang;
    let at = moment(staff, fields.get("date"), fields.get("time"));
    match at {
        None => fields.refuse("date", lang.t("account-contact-no-time")),
        // A minute of grace: the form shows minutes, and clocks differ.
        Some(at) if at > staff.now() + chrono::Duration::minutes(1) => {
            fields.refuse("date", lang.t("account-contact-future"));
        }
        Some(_) => {}
    }
    let whole = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i32>().ok().filter(|n| *n >= 0) };
    let length = match (whole(fields.get("minutes")), whole(fields.get("seconds"))) {
        (Some(minutes), Some(seconds)) if minutes <= 1440 && seconds < 60 => Some(minutes * 60 + seconds),
        _ => None,
    };
    let is_call = fields.is("kind", "call");
    if is_call && length.is_none() {
        fields.refuse("minutes", lang.t("account-contact-no-length"));
    }
    let outcome = OUTCOMES.into_iter().find(|outcome| fields.is("outcome", outcome));
    if is_call && outcome.is_none() {
        fields.refuse("outcome", lang.t("account-contact-no-outcome"));
    }
    if !is_call && fields.get("text").is_empty() {
        fields.refuse("text", lang.t("account-contact-no-text"));
    }
    if fields.get("text").chars().count() > 10_000 {
        fields.refuse("text", lang.t("account-text-long"));
    }
    if fields.get("subject").chars().count() > 500 {
        fields.refuse("subject", lang.t("account-subject-long"));
    }
    let (text, subject) = (fields.get("text").to_owned(), fields.get("subject").to_owned());
    let what = match fields.get("kind") {
        "call" => What::Call { outcome: outcome?.to_owned(), seconds: length.filter(|s| *s > 0), text },
        "sms" => What::Sms { text },
        "email" => What::Email { subject, text },
        "letter" => What::Letter { subject, text },
        _ => {
            fields.refuse("kind", lang.t("account-contact-no-kind"));
            return None;
        }
    };
    let inbound = fields.is("direction", "inbound");
    fields.are_right().then_some(NewContact { debt_id, inbound, at: at?, what })
}

fn is_unwanted(choices: &Choices, channel: Channel, contact: &NewContact, place: &Place) -> bool {
    !choices.objections(channel, contact.at, place).is_empty()
}

/// `POST /admin/debts/{id}/contacts`
pub async fn record(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &NAMES));
    let Some(new) = check(&staff, debt_id, &mut fields) else {
        let unwanted = unwanted_now(&staff, debt_id).await?;
        let page = ContactPage { chrome: staff.frame(), debt_id, fields, unwanted };
        return staff.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let by = staff.session.person.id;
    let recorded = staff
        .run(move |conn, actor, now| {
            if debt::token(conn, debt_id)?.is_none() {
                return Ok(None);
            }
            let row = contact::record(conn, &new, by)?;
            let details =
                json!({"kind": new.what.kind(), "id": row, "inbound": new.inbound, "at": new.at.to_rfc3339()});
            audit::write(conn, actor, &act("contact.recorded", debt_id, details), now)?;
            // It happened, so it is on record; whether it should have is another question.
            let meter = contact_meter::read(conn, debt_id, new.at)?;
            let against = meter.zip(Channel::parse(new.what.kind()));
            Ok(Some(
                !new.inbound
                    && against.is_some_and(|(meter, channel)| is_unwanted(&meter.choices, channel, &new, &meter.place)),
            ))
        })
        .await?;
    match recorded {
        Some(true) => Ok(done(&staff, debt_id, "contact-unwanted")),
        Some(false) => Ok(done(&staff, debt_id, "contact")),
        None => Err(AppError::NotFound),
    }
}
