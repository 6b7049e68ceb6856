//! `POST /admin/debts/{id}/choices`: what a person has told staff about being contacted.

use actix_web::{HttpRequest, HttpResponse};
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use uuid::Uuid;

use crate::domain::choice::{Channel, Limit, Objection};
use crate::models::by::By;
use crate::models::choice::{self, Source, Told, Wanted};
use crate::models::{account, audit};
use crate::web::admin::debt::{act, done, refuse};
use crate::web::admin::fields::Fields;
use crate::web::admin::{Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::security::sha256;

/// What speaks against a contact, in a sentence.
pub fn objection(chrome: &Chrome, objection: &Objection) -> String {
    match objection {
        Objection::Stopped => chrome.t("choices-objection-stopped"),
        Objection::Attorney => chrome.t("choices-objection-attorney"),
        Objection::Refused(channel) => chrome.tx("choices-refused-", channel.as_str()),
        Objection::Limit(limit) => chrome.tx("choices-time-", limit.as_str()),
    }
    .into_owned()
}

/// What a choice is about.
#[derive(Clone, Copy)]
enum Topic {
    Channel(Channel),
    Limit(Limit),
    Everything,
}

impl Topic {
    fn parse(text: &str) -> Option<Topic> {
        let everything = (text == "stop").then_some(Topic::Everything);
        Channel::parse(text).map(Topic::Channel).or_else(|| Limit::parse(text).map(Topic::Limit)).or(everything)
    }
}

/// `POST /admin/debts/{id}/choices`
pub async fn record(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["topic", "answer", "told"]));
    let lang = staff.visit().lang;
    let topic = Topic::parse(fields.get("topic"));
    if topic.is_none() {
        fields.refuse("topic", lang.t("choices-staff-topic-empty"));
    }
    let answer = match fields.get("answer") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if answer.is_none() {
        fields.refuse("answer", lang.t("choices-staff-answer-empty"));
    }
    let (Some(topic), Some(yes), true) = (topic, answer, fields.are_right()) else {
        return refuse(&staff, debt_id, fields).await;
    };
    let source = if fields.is("told", "phone") { Source::Phone } else { Source::Staff };
    let reason = lang.tx("choices-source-", source.as_str()).into_owned();
    let (by, name) = (staff.session.person.id, fields.get("topic").to_owned());
    let recorded = staff
        .run(move |conn, actor, now| {
            let Some(account) = account::find(conn, debt_id, sha256)? else { return Ok(false) };
            let told = Told { source, debt_id: Some(debt_id), by: By::Staff(by), at: now };
            apply(conn, account.debtor.id, topic, yes, &reason, &told)?;
            let details = json!({"topic": name, "allowed": yes, "source": source.as_str()});
            audit::write(conn, actor, &act("choices.recorded", debt_id, details), now)?;
            Ok(true)
        })
        .await?;
    if recorded { Ok(done(&staff, debt_id, "choices")) } else { Err(AppError::NotFound) }
}

fn apply(
    conn: &mut PgConnection,
    debtor_id: Uuid,
    topic: Topic,
    yes: bool,
    reason: &str,
    told: &Told,
) -> QueryResult<bool> {
    let wanted = match topic {
        Topic::Everything if yes => return choice::allow(conn, debtor_id, reason, told),
        Topic::Everything => return choice::stop(conn, debtor_id, reason, told),
        Topic::Channel(channel) => Wanted { channels: vec![(channel, yes)], ..Wanted::default() },
        Topic::Limit(limit) => {
            let mut limits = choice::of(conn, debtor_id)?.unwrap_or_default().limits;
            limits.retain(|known| *known != limit);
            if !yes {
                limits.push(limit);
            }
            Wanted { limits: Some(limits), ..Wanted::default() }
        }
    };
    choice::choose(conn, debtor_id, &wanted, told)
}

/// What was said about a channel, as the end of a locale key.
pub fn said(choices: &crate::domain::choice::Choices, channel: &Channel) -> &'static str {
    match choices.said(*channel) {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unsaid",
    }
}
