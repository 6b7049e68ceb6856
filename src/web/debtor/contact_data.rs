//! `/debts/{id}/contact-data`: e-mail, telephone and address, corrected by the person; the old values are kept.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use uuid::Uuid;

use crate::domain::choice::Channel;
use crate::domain::disclosure::Page;
use crate::domain::mail::MailKind;
use crate::domain::postal_code::PostalCode;
use crate::models::by::By;
use crate::models::choice;
use crate::models::debt::{self, Debt};
use crate::models::debtor::{self, Corrected, Debtor};
use crate::models::identity::{self, AttemptLimits, Guess};
use crate::models::outbox::{self, NewMail};
use crate::models::session::{self, IdHash};
use crate::web::contact_fields::{self, digest};
use crate::web::debtor::id;
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::{PostedForm, query};
use crate::web::frame::redirect;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/contact_data.html")]
struct ContactDataPage {
    chrome: Chrome,
    debt: Debt,
    fields: Fields,
    /// A digest of what was read, so that nothing is overwritten that nobody has seen.
    seen: String,
    done: bool,
}

async fn load(visit: &Visit, debt_id: Uuid) -> Result<(Debt, Debtor), AppError> {
    let found = visit
        .signed_in_snapshot(move |conn, session| {
            let debt = debt::find_for(conn, debt_id, session.debtor_id)?;
            Ok(debt.zip(debtor::find(conn, session.debtor_id)?))
        })
        .await?;
    found.ok_or(AppError::NotFound)
}

/// `GET /debts/{id}/contact-data`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let [done] = query(&req, ["done"])?;
    let (debt, person) = load(&visit, id(&req, "id")?).await?;
    let fields = Fields::of(person.fields());
    let (seen, done) = (digest(&person), done.as_deref() == Some("saved"));
    visit.page(
        StatusCode::OK,
        &ContactDataPage { chrome: visit.chrome().about(Page::Debt, debt.state), debt, fields, seen, done },
    )
}

/// Why nothing was corrected, or that it was.
enum Outcome {
    Done,
    Changed,
    /// The address is another person's; that is not said.
    EmailUnusable,
    WrongProof,
    Paused,
    /// There is no ZIP code on file, so no answer can be right.
    NoProof,
}

/// `POST /debts/{id}/contact-data`
pub async fn correct(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let texts = contact_fields::of_debtor();
    let names: Vec<&'static str> = texts.iter().map(|(name, _)| *name).chain(["proof"]).collect();
    let mut fields = Fields::read(&form, &names);
    let (debt, old) = load(&visit, debt_id).await?;
    let lang = visit.lang;
    contact_fields::check(lang, texts, &mut fields);
    let new = corrected(&old, &fields);
    if form.get("seen") != digest(&old) {
        fields.refuse("email", lang.t("contact-data-changed"));
    }
    // Whoever has an open browser of somebody else's must not get that person's mail, or the answer to the identity check.
    let needs_proof = new.email != old.email || new.zip_code != old.zip_code;
    if needs_proof && fields.get("proof").is_empty() {
        fields.refuse("proof", lang.t("contact-data-proof-empty"));
    }
    if fields.are_right() {
        let wish = wish(&visit, debt_id, &fields, old.clone(), new, needs_proof)?;
        match visit.signed_in(move |conn, _| wish.apply(conn)).await? {
            Outcome::Done => return Ok(redirect(&visit, &format!("/debts/{debt_id}/contact-data?done=saved"))),
            Outcome::Changed => fields.refuse("email", lang.t("contact-data-changed")),
            Outcome::EmailUnusable => fields.refuse("email", lang.t("contact-data-email-unusable")),
            Outcome::WrongProof => fields.refuse("proof", lang.t("contact-data-proof-wrong")),
            Outcome::Paused => fields.refuse("proof", lang.t("contact-data-paused")),
            Outcome::NoProof => fields.refuse("proof", lang.t("contact-data-proof-none")),
        }
    }
    let page = ContactDataPage {
        chrome: visit.chrome().about(Page::Debt, debt.state),
        debt,
        fields,
        seen: digest(&old),
        done: false,
    };
    visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The person with what was typed.
fn corrected(old: &Debtor, fields: &Fields) -> Debtor {
    let text = |name: &str| Some(fields.get(name).to_owned()).filter(|value| !value.is_empty());
    Debtor {
        email: text("email"),
        phone: text("phone"),
        address_line1: text("address_line1"),
        address_line2: text("address_line2"),
        city: text("city"),
        state: text("state").map(|state| state.to_uppercase()),
        zip_code: text("zip_code"),
        ..old.clone()
    }
}

/// A correction with all that is needed to judge it in one transaction.
struct Wish {
    debt_id: Uuid,
    old: Debtor,
    new: Debtor,
    needs_proof: bool,
    proof: Option<PostalCode>,
    /// Under which guesses of this person's ZIP code are counted.
    counter: [u8; 32],
    limits: AttemptLimits,
    session: IdHash,
    language: &'static str,
    now: DateTime<Utc>,
}

fn wish(
    visit: &Visit,
    debt_id: Uuid,
    fields: &Fields,
    old: Debtor,
    new: Debtor,
    needs_proof: bool,
) -> Result<Wish, AppError> {
    let state = visit.state();
    let limits = state.attempt_limits();
    Ok(Wish {
        debt_id,
        needs_proof,
        proof: PostalCode::parse_typed(fields.get("proof")),
        // By person, not by address: a guess is made in a session, wherever it comes from.
        counter: security::keyed_hash(&state.settings.session_key, "contact data", &old.id.to_string()),
        limits: AttemptLimits { per_address: limits.per_link, ..limits },
        session: visit.session.ok_or(AppError::SignedOut)?,
        language: visit.lang.code(),
        now: state.clock.now(),
        old,
        new,
    })
}

impl Wish {
    fn apply(self, conn: &mut PgConnection) -> QueryResult<Outcome> {
        if self.needs_proof {
            let Some(right) = self.old.zip_code.as_deref().and_then(PostalCode::on_file) else {
                return Ok(Outcome::NoProof);
            };
            let is_right = self.proof == Some(right);
            let guess = identity::guess(conn, &self.counter, self.limits, self.now, |_| Ok(is_right))?;
            match guess {
                Guess::Right => {}
                Guess::Wrong => return Ok(Outcome::WrongProof),
                Guess::Paused { .. } => return Ok(Outcome::Paused),
            }
        }
        match debtor::correct(conn, &self.old, &self.new, By::Person, self.now)? {
            Corrected::Done(changes) if changes.is_empty() => Ok(Outcome::Done),
            Corrected::Done(_) => self.tell(conn).map(|()| Outcome::Done),
            // Counted like a wrong answer, so that nobody tries out whose addresses we know.
            Corrected::EmailTaken => {
                identity::guess(conn, &self.counter, self.limits, self.now, |_| Ok(false))?;
                Ok(Outcome::EmailUnusable)
            }
            Corrected::Changed | Corrected::NotFound => Ok(Outcome::Changed),
        }
    }

    /// Tells the old and the new address, and ends what may be somebody else's session.
    fn tell(&self, conn: &mut PgConnection) -> QueryResult<()> {
        if self.needs_proof {
            session::end_others(conn, self.old.id, &self.session)?;
        }
        let may_mail = choice::of(conn, self.old.id)?.is_some_and(|choices| choices.may_send(Channel::Email));
        let mut addresses: Vec<&String> = [&self.old.email, &self.new.email].into_iter().flatten().collect();
        addresses.dedup();
        for address in addresses.into_iter().filter(|_| may_mail) {
            let mail = NewMail {
                kind: MailKind::ContactChanged,
                debt_id: self.debt_id,
                to: Some(address.clone()),
                language: self.language,
                facts: json!({}),
            };
            outbox::queue(conn, &mail, self.now)?;
        }
        Ok(())
    }
}
