//! `/admin/disclosures`: what the law wants said, by page, state and language. A new wording is a new version; nothing is changed.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;
use serde_json::json;

use crate::domain::calendar::parse_day;
use crate::domain::disclosure::{Key, Page};
use crate::domain::place;
use crate::models::audit::{self, Act};
use crate::models::disclosure::{self, NewVersion, Stored};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::PostedForm;

#[derive(Template)]
#[template(path = "admin/disclosures.html")]
struct ListPage {
    chrome: Frame,
    texts: Vec<Stored>,
    today: NaiveDate,
    fields: Fields,
    done: bool,
}

impl ListPage {
    /// Where a version stands in time; the end of a locale key.
    fn standing(&self, text: &Stored) -> &'static str {
        let newer = |other: &&Stored| {
            (&other.key, &other.page, &other.state) == (&text.key, &text.page, &text.state)
                && other.language == text.language
                && other.version > text.version
                && other.valid_from <= self.today
        };
        if text.valid_from > self.today {
            "to-come"
        } else if text.valid_until.is_some_and(|until| until <= self.today) || self.texts.iter().any(|t| newer(&t)) {
            "past"
        } else {
            "now"
        }
    }
}

const FIELDS: [&str; 8] = ["key", "page", "state", "body_en", "body_es", "valid_from", "valid_until", "approved_by"];
/// The longest text.
const LONGEST: usize = 10_000;

async fn list(staff: &Staff, status: StatusCode, fields: Fields, done: bool) -> Result<HttpResponse, AppError> {
    let texts = staff.run(|conn, _, _| disclosure::stored(conn)).await?;
    let today = staff.state().today();
    staff.page(status, &ListPage { chrome: staff.frame(), texts, today, fields, done })
}

/// `GET /admin/disclosures`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let done = req.query_string().split('&').any(|pair| pair == "done=added");
    let fields = Fields::of([("valid_from", staff.state().today().to_string())]);
    list(&staff, StatusCode::OK, fields, done).await
}

#[derive(Template)]
#[template(path = "admin/disclosure.html")]
struct TextPage {
    chrome: Frame,
    text: Stored,
}

impl TextPage {
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.text.body.split("\n\n").map(str::trim).filter(|text| !text.is_empty())
    }
}

/// `GET /admin/disclosures/{id}`
pub async fn one(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let text_id = id(&req, "id")?;
    let text = staff.run(move |conn, _, _| disclosure::find(conn, text_id)).await?.ok_or(AppError::NotFound)?;
    staff.page(StatusCode::OK, &TextPage { chrome: staff.frame(), text })
}

/// `POST /admin/disclosures`: a new version, in both languages at once.
pub async fn add(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let mut fields = Fields::read(&form, &FIELDS);
    let Some(new) = read(&staff, &mut fields) else {
        return list(&staff, StatusCode::UNPROCESSABLE_ENTITY, fields, false).await;
    };
    staff
        .run(move |conn, actor, now| {
            let (version, ids) = disclosure::add(conn, &new, now)?;
            let details = json!({
                "key": new.key.as_str(), "page": new.page.as_str(), "state": new.state, "version": version, "ids": ids,
                "valid_from": new.valid_from, "valid_until": new.valid_until, "approved_by": new.approved_by,
            });
            let act = Act {
                action: "disclosure.added",
                subject: "disclosure",
                subject_id: ids.first().copied(),
                details,
                ..Act::default()
            };
            audit::write(conn, actor, &act, now)
        })
        .await?;
    staff.state().disclosures.forget();
    Ok(staff.redirect("/admin/disclosures?done=added"))
}

/// What the form asks for; `None` when something is wrong with it, which then stands at its field.
fn read(staff: &Staff, fields: &mut Fields) -> Option<NewVersion> {
    let lang = staff.visit().lang;
    let key = Key::parse(fields.get("key"));
    if key.is_none() {
        fields.refuse("key", lang.t("notices-key-empty"));
    }
    let page = Page::parse(fields.get("page"));
    if page.is_none() {
        fields.refuse("page", lang.t("notices-page-empty"));
    } else if key == Some(Key::TimeBarred) && page != Some(Page::Payment) {
        fields.refuse("page", lang.t("notices-page-of-time-barred"));
    }
    let typed = fields.get("state").to_owned();
    let state = place::state_on_file(Some(&typed), None).map(str::to_owned);
    if state.is_none() && !typed.is_empty() {
        fields.refuse("state", lang.t("notices-state-unknown"));
    }
    let mut body = |name: &'static str| {
        let text = fields.get(name).replace("\r\n", "\n");
        match text.chars().count() {
            0 => fields.refuse(name, lang.t("notices-body-empty")),
            count if count > LONGEST => fields.refuse(name, lang.t("notices-body-long")),
            _ => {}
        }
        text
    };
    let bodies = vec![("en", body("body_en")), ("es", body("body_es"))];
    let mut day = |name: &'static str| {
        let read = parse_day(fields.get(name));
        if read.is_err() {
            fields.refuse(name, lang.t("notices-day-malformed"));
        }
        read.unwrap_or_default()
    };
    let (valid_from, valid_until) = (day("valid_from"), day("valid_until"));
    let today = staff.state().today();
    if valid_from.is_none() && fields.problem("valid_from").is_none() {
        fields.refuse("valid_from", lang.t("notices-missing"));
    } else if valid_from.is_some_and(|from| from < today) {
        // What was shown on a day that is over is on record, and no later row may say otherwise.
        fields.refuse("valid_from", lang.t("notices-begins-in-past"));
    }
    if valid_until.zip(valid_from).is_some_and(|(until, from)| until <= from) {
        fields.refuse("valid_until", lang.t("notices-ends-too-soon"));
    }
    let approved_by = fields.get("approved_by").to_owned();
    if approved_by.chars().count() > 200 {
        fields.refuse("approved_by", lang.t("notices-too-long"));
    }
    let (key, page, valid_from) = (key?, page?, valid_from?);
    fields.are_right().then(|| NewVersion {
        key,
        page,
        state,
        bodies,
        valid_from,
        valid_until,
        approved_by: Some(approved_by).filter(|name| !name.is_empty()),
    })
}
