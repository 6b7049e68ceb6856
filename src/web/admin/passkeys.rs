//! Passkeys: a way in that is one step, cannot be given to a stranger's page, and proves both factors at once. It needs a script;
//! password and code stay for everybody else.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use uuid::Uuid;

use crate::credentials::passkey::{
    ALGORITHMS, Answered, Asker, Ceremony, Challenge, Made, NewKey, Refused, Signed, Site,
};
use crate::models::audit::{self, Act, Actor};
use crate::models::passkey::{self as passkeys, Added, LONGEST_NAME};
use crate::models::staff::{self as people, Limit, Person, Stage};
use crate::web::address::{client_address, subscriber};
use crate::web::admin::fields::Fields;
use crate::web::admin::me;
use crate::web::admin::second_factor::{Again, Recheck};
use crate::web::admin::sign_in::{self, Session, next_of};
use crate::web::admin::staff::{address, client};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security::keyed_hash;
use crate::web::state::AppState;
use crate::web::visitor::Visit;

/// How long after the second factor was shown a passkey may be added.
const CONFIRMED_MINUTES: i64 = 10;

/// What a page needs to ask the browser for a passkey.
pub struct Offer {
    /// The relying party's id.
    pub site: String,
    /// The challenge, for the script.
    pub challenge: String,
}

impl Offer {
    /// For a browser; `None` where passkeys cannot be, see [`Site::of`].
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn make(visit: &Visit, ceremony: Ceremony, holder: &str) -> Result<Option<Offer>, AppError> {
        let state = visit.state();
        let Some(site) = site(state) else { return Ok(None) };
        let challenge = Challenge::issue(&state.settings.session_key, ceremony, holder, state.clock.now());
        let challenge = challenge.map_err(AppError::internal)?;
        Ok(Some(Offer { site: site.id, challenge: URL_SAFE_NO_PAD.encode(challenge.bytes()) }))
    }

    /// For signing in.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn to_sign_in(visit: &Visit) -> Result<Option<Offer>, AppError> {
        Offer::make(visit, Ceremony::Get, &visit.antiforgery())
    }
}

fn site(state: &AppState) -> Option<Site> {
    Site::of(&state.settings.public_url)
}

/// Whether passkeys can be used at this portal's address.
pub fn are_possible(state: &AppState) -> bool {
    site(state).is_some()
}

/// A field of bytes, as the script writes it.
fn bytes(form: &PostedForm, name: &str) -> Result<Vec<u8>, Refused> {
    let bytes = URL_SAFE_NO_PAD.decode(form.get(name)).map_err(|_| Refused::Unreadable)?;
    if bytes.is_empty() { Err(Refused::Unreadable) } else { Ok(bytes) }
}

/// What came of a signature.
enum Tried {
    Right(Person),
    Refused,
    Paused(TimeDelta),
}

/// `POST /admin/sign-in/passkey`
pub async fn sign_in(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let state = visit.state();
    let site = site(state).ok_or(AppError::NotFound)?;
    let read = || {
        let fields = ["credential", "client_data", "authenticator_data", "signature", "holder"];
        fields.iter().map(|name| bytes(&form, name)).collect::<Result<Vec<_>, _>>()
    };
    let Ok(fields) = read() else { return refuse(&visit, &form) };
    let (key, holder, now) = (state.settings.session_key.clone(), visit.antiforgery(), state.clock.now());
    let subscriber = subscriber(client_address(&req, &state.settings.args.http.trusted_proxies));
    let most = state.settings.args.staff.staff_attempts_per_address;
    let limits = vec![Limit { key: keyed_hash(&key, "staff passkeys by address", &subscriber), most }];
    let session = Session::new()?;
    let (new, at, from) = (session.hash, client(&req, state), address(&req, state));
    let tried = state
        .db
        .write(move |conn| {
            if let Some(until) = people::take_guess(conn, &limits, now)? {
                return Ok(Tried::Paused(until - now));
            }
            let asker = Asker { site: &site, key: &key, holder: &holder, now };
            let (person, verdict) = look(conn, &asker, &fields)?;
            let actor = Actor {
                staff_id: person.as_ref().map(|person| person.id),
                name: person.as_ref().map_or_else(|| "-".to_owned(), Person::told),
                address: Some(from),
            };
            let mut act = Act { subject: "staff", subject_id: actor.staff_id, ..Act::default() };
            let (Some(person), Ok(())) = (person, verdict) else {
                act.action = "staff.passkey_refused";
                act.details = json!({"why": verdict.err().map(|why| why.to_string())});
                audit::write(conn, &actor, &act, now)?;
                return Ok(Tried::Refused);
            };
            people::give_back(conn, &limits)?;
            people::begin(conn, &new, person.id, Stage::Full, &at, now)?;
            act.action = "staff.signed_in";
            act.details = json!({"with": "passkey"});
            audit::write(conn, &actor, &act, now)?;
            Ok(Tried::Right(person))
        })
        .await?;
    match tried {
        Tried::Right(person) => Ok(session.redirect(&visit, &next_of(form.get("next")), Some(&person.email))),
        Tried::Refused => refuse(&visit, &form),
        Tried::Paused(wait) => sign_in::pause(&visit, "", form.get("next"), wait),
    }
}

/// Whose passkey it is said to be, and whether it is. A passkey that somebody has is noted as used.
fn look(
    conn: &mut PgConnection,
    asker: &Asker<'_>,
    fields: &[Vec<u8>],
) -> QueryResult<(Option<Person>, Result<(), Refused>)> {
    let [credential, client_data, authenticator_data, signature, holder] = fields else {
        return Ok((None, Err(Refused::Unreadable)));
    };
    let Some((passkey, person)) = passkeys::find(conn, credential)? else {
        return Ok((None, Err(Refused::Signature)));
    };
    if holder.as_slice() != person.id.as_bytes() {
        return Ok((Some(person), Err(Refused::Signature)));
    }
    let verdict = match asker.signed(&Signed { client_data, authenticator_data, signature }, &passkey.key()) {
        Ok((sign_count, answered)) if passkeys::use_challenge(conn, &answered)? => {
            passkeys::note_use(conn, passkey.id, sign_count, asker.now)?;
            Ok(())
        }
        Ok(_) => Err(Refused::Challenge),
        Err(why) => Err(why),
    };
    Ok((Some(person), verdict))
}

fn refuse(visit: &Visit, form: &PostedForm) -> Result<HttpResponse, AppError> {
    let problem = visit.lang.t("passkey-refused").into_owned();
    sign_in::answer(visit, StatusCode::UNPROCESSABLE_ENTITY, "", form.get("next"), Some(problem))
}

/// `POST /admin/me/passkeys/confirm`: the second factor once more, before a passkey is added.
pub async fn confirm(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (recheck, session) = (Recheck::new(&req, &staff, form.get("code")), staff.id);
    let again = staff
        .run(move |conn, actor, now| {
            let again = recheck.look(conn, actor, now)?;
            if again == Again::Right {
                people::confirm(conn, &session, now)?;
            }
            Ok(again)
        })
        .await?;
    let lang = staff.visit().lang;
    let message = match again {
        Again::Right => return Ok(staff.redirect("/admin/me/passkeys/new")),
        Again::Wrong => lang.t("code-wrong"),
        Again::Paused => lang.t("me-paused"),
    };
    me::refuse(&staff, "passkey-code", message).await
}

/// Whether the second factor was shown so lately that a passkey may be added.
pub fn is_confirmed(staff: &Staff) -> bool {
    let lately = staff.now() - TimeDelta::minutes(CONFIRMED_MINUTES);
    staff.session.confirmed_at.is_some_and(|at| at > lately)
}

#[derive(Template)]
#[template(path = "admin/passkey_new.html")]
struct NewPage {
    chrome: Frame,
    offer: Offer,
    holder: String,
    email: String,
    known: String,
    algorithms: String,
    fields: Fields,
}

async fn new_page(staff: &Staff, fields: Fields) -> Result<HttpResponse, AppError> {
    let offer = Offer::make(staff.visit(), Ceremony::Create, &staff.session.name.to_string())?;
    let offer = offer.ok_or(AppError::NotFound)?;
    let person = &staff.session.person;
    let (id, email) = (person.id, person.email.clone());
    let known = staff.run(move |conn, _, _| passkeys::of(conn, id)).await?;
    let page = NewPage {
        chrome: staff.frame(),
        offer,
        holder: URL_SAFE_NO_PAD.encode(id.as_bytes()),
        email,
        known: joined(known.iter().map(|passkey| URL_SAFE_NO_PAD.encode(&passkey.credential_id))),
        algorithms: joined(ALGORITHMS.iter().map(i32::to_string)),
        fields,
    };
    let status = if page.fields.are_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    staff.visit().page_with_script(status, &page)
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// `GET /admin/me/passkeys/new`
pub async fn new(staff: Staff) -> Result<HttpResponse, AppError> {
    if !is_confirmed(&staff) {
        return Ok(staff.redirect("/admin/me#passkeys"));
    }
    new_page(&staff, Fields::default()).await
}

/// `POST /admin/me/passkeys`: what the authenticator has made.
pub async fn add(staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    if !is_confirmed(&staff) {
        return Ok(staff.redirect("/admin/me#passkeys"));
    }
    let (mut fields, lang) = (Fields::read(&form, &["name"]), staff.visit().lang);
    let name = fields.get("name").split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        fields.refuse("name", lang.t("passkey-name-wrong"));
        return new_page(&staff, fields).await;
    }
    let site = site(staff.state()).ok_or(AppError::NotFound)?;
    let (key, holder) = (staff.state().settings.session_key.clone(), staff.session.name.to_string());
    let asker = Asker { site: &site, key: &key, holder: &holder, now: staff.now() };
    let created = match created(&asker, &form) {
        Ok((key, answered)) => {
            let person = staff.session.person.id;
            let added = move |conn: &mut PgConnection, actor: &Actor, now| {
                if !passkeys::use_challenge(conn, &answered)? {
                    return Ok(None);
                }
                let added = passkeys::add(conn, person, &key, &name, now)?;
                if added == Added::Done {
                    note(conn, actor, "staff.passkey_added", person, &name, now)?;
                }
                Ok(Some(added))
            };
            staff.run(added).await?
        }
        Err(_) => None,
    };
    let message = match created {
        Some(Added::Done) => return Ok(staff.redirect("/admin/me?done=passkey")),
        Some(Added::Known) => lang.t("passkey-known"),
        Some(Added::TooMany) => lang.t("passkey-too-many"),
        None => lang.t("passkey-not-made"),
    };
    fields.refuse("name", message);
    new_page(&staff, fields).await
}

fn created(asker: &Asker<'_>, form: &PostedForm) -> Result<(NewKey, Answered), Refused> {
    asker.created(&Made {
        id: &bytes(form, "credential")?,
        client_data: &bytes(form, "client_data")?,
        authenticator_data: &bytes(form, "authenticator_data")?,
        public_key: &bytes(form, "public_key")?,
        algorithm: form.get("algorithm").parse().map_err(|_| Refused::Algorithm)?,
    })
}

fn note(
    conn: &mut PgConnection,
    actor: &Actor,
    action: &'static str,
    person: Uuid,
    name: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> QueryResult<()> {
    let details = json!({"name": name});
    let act = Act { action, subject: "staff", subject_id: Some(person), details, ..Act::default() };
    audit::write(conn, actor, &act, now)
}

/// `POST /admin/me/passkeys/{id}/delete`
pub async fn remove(req: HttpRequest, staff: Staff, _: PostedForm) -> Result<HttpResponse, AppError> {
    let (passkey, person) = (id(&req, "id")?, staff.session.person.id);
    let removed = staff
        .run(move |conn, actor, now| {
            let removed = passkeys::remove(conn, person, passkey)?;
            if let Some(name) = &removed {
                note(conn, actor, "staff.passkey_removed", person, name, now)?;
            }
            Ok(removed)
        })
        .await?;
    removed.ok_or(AppError::NotFound)?;
    Ok(staff.redirect("/admin/me?done=passkey-removed"))
}
