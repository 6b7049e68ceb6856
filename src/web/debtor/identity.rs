//! `/d/{token}`: the personal link. Until the visitor has shown who they are, the page is the same for every link.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::config::{IdentityCheck, ValidationMode};
use crate::domain::postal_code::PostalCode;
use crate::domain::token::Token;
use crate::models::identity::{self, Answer, Attempt, Verdict};
use crate::models::{session, validation};
use crate::web::address::{client_address, subscriber};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/identity.html")]
struct IdentityPage {
    chrome: Chrome,
    asks_postal_code: bool,
    typed: String,
    problem: Option<Problem>,
}

/// Why the visitor was not let in. No more is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    Empty,
    Malformed,
    Wrong,
    /// Tries are looked at again in so many minutes.
    Paused(i64),
    Locked,
}

impl Problem {
    /// The sentence.
    fn message(self, chrome: &Chrome) -> String {
        match self {
            Problem::Empty => chrome.t("identity-empty").into_owned(),
            Problem::Malformed => chrome.t("identity-malformed").into_owned(),
            Problem::Wrong => chrome.t("identity-wrong").into_owned(),
            Problem::Paused(minutes) => chrome.count("identity-paused", minutes),
            Problem::Locked => chrome.t("identity-locked").into_owned(),
        }
    }

    /// Whether another answer could help, so that the field is shown.
    fn may_retry(self) -> bool {
        !matches!(self, Problem::Paused(_) | Problem::Locked)
    }
}

/// `GET /d/{token}`. Looks nothing up, so it can neither tell nor change anything.
pub async fn show(visit: Visit) -> Result<HttpResponse, AppError> {
    visit.page(StatusCode::OK, &page(&visit, String::new(), None))
}

fn page(visit: &Visit, typed: String, problem: Option<Problem>) -> IdentityPage {
    let asks_postal_code = visit.state().settings.args.identity.identity_check == IdentityCheck::PostalCode;
    IdentityPage { chrome: visit.chrome_outside(), asks_postal_code, typed, problem }
}

/// `POST /d/{token}`: the answer.
pub async fn answer(req: HttpRequest, mut visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let state = visit.state();
    let typed = form.get("postal_code").trim();
    let refuse = |status: StatusCode, problem: Problem| {
        let typed = if problem.may_retry() { typed.chars().take(20).collect() } else { String::new() };
        visit.page(status, &page(&visit, typed, Some(problem)))
    };
    let answer = match state.settings.args.identity.identity_check {
        IdentityCheck::None => Answer::NotAsked,
        IdentityCheck::PostalCode if typed.is_empty() => {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, Problem::Empty);
        }
        IdentityCheck::PostalCode => match PostalCode::parse_typed(typed) {
            Some(code) => Answer::PostalCode(code),
            None => return refuse(StatusCode::UNPROCESSABLE_ENTITY, Problem::Malformed),
        },
    };
    let link = req.match_info().query("token");
    let address = subscriber(client_address(&req, &state.settings.args.http.trusted_proxies));
    let attempt = Attempt {
        link: security::sha256(link),
        address: security::keyed_hash(&state.settings.session_key, "client address", &address),
        token: Token::parse(link),
        answer,
    };
    let (limits, now) = (state.attempt_limits(), state.clock.now());
    let (asks, language) = (state.settings.args.compliance.validation_notice != ValidationMode::Off, visit.lang.code());
    let (new_id, old_session) = (security::random_text().map_err(AppError::internal)?, visit.session);
    let new_hash = security::sha256(&new_id);
    let remembered = visit.language_at_sign_in();
    let (verdict, settled) = state
        .db
        .write(move |conn| {
            let verdict = identity::judge(conn, &attempt, limits, now)?;
            let mut settled = None;
            if let Verdict::Passed { debtor_id, debt_id } = verdict {
                if asks {
                    validation::ask_where_missing(conn, debtor_id, Some(debt_id), language, now)?;
                }
                if let Some(old) = old_session {
                    session::end(conn, &old)?;
                }
                session::begin(conn, &new_hash, debtor_id, now)?;
                settled = remembered.settle(conn, debtor_id)?;
            }
            Ok((verdict, settled))
        })
        .await?;
    match verdict {
        Verdict::Passed { debt_id, .. } => {
            visit.adopt(settled);
            let mut answer = HttpResponse::SeeOther();
            answer.insert_header((header::LOCATION, format!("/debts/{debt_id}")));
            visit.add_cookies(&mut answer);
            Ok(answer.cookie(visit.session_cookie(new_id)).finish())
        }
        Verdict::Wrong => refuse(StatusCode::UNPROCESSABLE_ENTITY, Problem::Wrong),
        Verdict::Paused { until } => {
            let seconds = (until - now).num_seconds().max(1);
            let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, Problem::Paused(seconds.div_euclid(60) + 1))?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
        Verdict::Locked => refuse(StatusCode::TOO_MANY_REQUESTS, Problem::Locked),
    }
}
