//! `/letters`: whoever was given a letter learns whether it is valid, and nothing else. Nothing here may tell that there is, or
//! was, a debt.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::letter::LetterNumber;
use crate::models::identity::{self, Guess};
use crate::models::letter;
use crate::web::address::{client_address, subscriber};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "letters.html")]
struct LettersPage {
    chrome: Chrome,
    typed: String,
    outcome: Outcome,
}

/// What became of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// None was given yet.
    Asking,
    Empty,
    Malformed,
    Valid,
    /// Unknown or withdrawn: which of them is not told.
    Invalid,
    /// Numbers are looked at again in so many minutes.
    Paused(i64),
}

impl Outcome {
    /// The sentence at the field.
    fn problem(self, chrome: &Chrome) -> Option<String> {
        match self {
            Outcome::Empty => Some(chrome.t("letters-empty").into_owned()),
            Outcome::Malformed => Some(chrome.t("letters-malformed").into_owned()),
            Outcome::Asking | Outcome::Valid | Outcome::Invalid | Outcome::Paused(_) => None,
        }
    }

    /// How long to wait.
    fn pause(self, chrome: &Chrome) -> String {
        match self {
            Outcome::Paused(minutes) => chrome.count("letters-paused", minutes),
            Outcome::Asking | Outcome::Empty | Outcome::Malformed | Outcome::Valid | Outcome::Invalid => String::new(),
        }
    }

    /// Whether another number would be looked at, so that the field is shown.
    fn may_ask(self) -> bool {
        !matches!(self, Outcome::Paused(_))
    }
}

/// `GET /letters`: the form.
pub async fn show(visit: Visit) -> Result<HttpResponse, AppError> {
    answer(&visit, StatusCode::OK, "", Outcome::Asking)
}

/// `POST /letters/check`: the number stands in the form, never in an address, so that it lands in no log.
pub async fn check(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let typed = form.get("number").trim();
    if typed.is_empty() {
        return answer(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, Outcome::Empty);
    }
    let Some(number) = LetterNumber::parse_typed(typed) else {
        return answer(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, Outcome::Malformed);
    };
    let state = visit.state();
    let address = subscriber(client_address(&req, &state.settings.args.http.trusted_proxies));
    let address = security::keyed_hash(&state.settings.session_key, "letter check", &address);
    let (limits, now) = (state.attempt_limits(), state.clock.now());
    let guess = state
        .db
        .write(move |conn| identity::guess(conn, &address, limits, now, |conn| letter::holds(conn, &number)))
        .await?;
    match guess {
        Guess::Right => answer(&visit, StatusCode::OK, typed, Outcome::Valid),
        Guess::Wrong => answer(&visit, StatusCode::OK, typed, Outcome::Invalid),
        Guess::Paused { until } => {
            let seconds = (until - now).num_seconds().max(1);
            let paused = Outcome::Paused(seconds.div_euclid(60) + 1);
            let mut answer = answer(&visit, StatusCode::TOO_MANY_REQUESTS, "", paused)?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
    }
}

fn answer(visit: &Visit, status: StatusCode, typed: &str, outcome: Outcome) -> Result<HttpResponse, AppError> {
    let typed = typed.chars().take(40).collect();
    visit.page(status, &LettersPage { chrome: visit.chrome_outside(), typed, outcome })
}
