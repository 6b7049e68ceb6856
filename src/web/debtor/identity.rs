//! `/d/{token}`: the personal link. Until the visitor has shown who they are, the page is the same for every link.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::config::{IdentityCheck, ValidationMode};
use crate::domain::postal_code::PostalCode;
use crate::domain::token::Token;
use crate::models::identity::{self, Answer, Attempt, Verdict};
use crate::models::identity_code::{self, Asked};
use crate::models::session::{self, Link};
use crate::models::validation;
use crate::web::address::{client_address, subscriber};
use crate::web::error::AppError;
use crate::web::form::{self, PostedForm};
use crate::web::frame;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/identity.html")]
struct IdentityPage {
    chrome: Chrome,
    asks: Asks,
    typed: String,
    problem: Option<Problem>,
}

/// What the page asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    PostalCode,
    /// Whether a code is to be sent.
    WantsCode,
    /// The code; whether one was asked for a moment ago.
    Code {
        sent: bool,
    },
    Nothing,
}

impl IdentityPage {
    /// The name of the field, where there is one.
    fn field(&self) -> &'static str {
        match self.asks {
            Asks::PostalCode => "postal_code",
            Asks::Code { .. } => "code",
            Asks::WantsCode | Asks::Nothing => "",
        }
    }

    fn has_field(&self) -> bool {
        !self.field().is_empty()
    }

    fn sends_codes(&self) -> bool {
        matches!(self.asks, Asks::WantsCode | Asks::Code { .. })
    }

    fn was_sent(&self) -> bool {
        self.asks == Asks::Code { sent: true } && self.problem.is_none()
    }

    fn message(&self, problem: &Problem) -> String {
        problem.message(&self.chrome, self.asks)
    }
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
    /// No more codes are sent for a while.
    TooManyCodes,
}

impl Problem {
    /// The sentence.
    fn message(self, chrome: &Chrome, asks: Asks) -> String {
        let code = matches!(asks, Asks::Code { .. });
        match self {
            Problem::Empty if code => chrome.t("identity-code-empty").into_owned(),
            Problem::Empty => chrome.t("identity-empty").into_owned(),
            Problem::Malformed if code => chrome.t("identity-code-malformed").into_owned(),
            Problem::Malformed => chrome.t("identity-malformed").into_owned(),
            Problem::Wrong if code => chrome.t("identity-code-wrong").into_owned(),
            Problem::Wrong => chrome.t("identity-wrong").into_owned(),
            Problem::Paused(minutes) => chrome.count("identity-paused", minutes),
            Problem::Locked => chrome.t("identity-locked").into_owned(),
            Problem::TooManyCodes => chrome.t("identity-code-limit").into_owned(),
        }
    }

    /// Whether another answer could help, so that the field is shown.
    fn may_retry(&self) -> bool {
        !matches!(self, Problem::Paused(_) | Problem::Locked)
    }

    /// Whether it is about what was typed.
    fn is_at_field(&self) -> bool {
        matches!(self, Problem::Empty | Problem::Malformed | Problem::Wrong)
    }
}

/// `GET /d/{token}`. Looks nothing up, so it can neither tell nor change anything.
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let asks = match (check(&visit), form::query(&req, ["code"])?) {
        (IdentityCheck::PostalCode, _) => Asks::PostalCode,
        (IdentityCheck::None, _) => Asks::Nothing,
        (IdentityCheck::EmailCode, [Some(code)]) => Asks::Code { sent: code == "sent" },
        (IdentityCheck::EmailCode, [None]) => Asks::WantsCode,
    };
    visit.page(StatusCode::OK, &page(&visit, asks, String::new(), None))
}

fn check(visit: &Visit) -> IdentityCheck {
    visit.state().settings.args.identity.identity_check
}

fn page(visit: &Visit, asks: Asks, typed: String, problem: Option<Problem>) -> IdentityPage {
    IdentityPage { chrome: visit.chrome_outside(), asks, typed, problem }
}

fn refuse(
    visit: &Visit,
    asks: Asks,
    status: StatusCode,
    typed: &str,
    problem: Problem,
) -> Result<HttpResponse, AppError> {
    let typed = if problem.is_at_field() { typed.chars().take(20).collect() } else { String::new() };
    visit.page(status, &page(visit, asks, typed, Some(problem)))
}

/// Six digits as people type or paste them: spaces and dashes do not count.
fn six_digits(typed: &str) -> Option<String> {
    let kept: String =
        typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
    (kept.len() == 6 && kept.bytes().all(|b| b.is_ascii_digit())).then_some(kept)
}

/// Reads what was answered; the problem where it can be no answer.
fn read_answer(visit: &Visit, asks: Asks, typed: &str, link: &[u8; 32]) -> Result<Answer, Problem> {
    let key = &visit.state().settings.session_key;
    match asks {
        Asks::Nothing => Ok(Answer::NotAsked),
        Asks::PostalCode | Asks::Code { .. } | Asks::WantsCode if typed.is_empty() => Err(Problem::Empty),
        Asks::PostalCode => PostalCode::parse_typed(typed).map(Answer::PostalCode).ok_or(Problem::Malformed),
        Asks::Code { .. } | Asks::WantsCode => {
            let code = six_digits(typed).ok_or(Problem::Malformed)?;
            Ok(Answer::Code(security::code_hash(key, link, &code)))
        }
    }
}

/// `POST /d/{token}`: the answer, or the wish for a code.
pub async fn answer(req: HttpRequest, mut visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (asks, field) = match check(&visit) {
        IdentityCheck::PostalCode => (Asks::PostalCode, "postal_code"),
        IdentityCheck::EmailCode if form.get("send") == "code" => return send_code(&req, &visit).await,
        IdentityCheck::EmailCode => (Asks::Code { sent: false }, "code"),
        IdentityCheck::None => (Asks::Nothing, ""),
    };
    let state = visit.state();
    let typed = form.get(field).trim();
    let link = req.match_info().query("token");
    let link_hash = security::sha256(link);
    let answer = match read_answer(&visit, asks, typed, &link_hash) {
        Ok(answer) => answer,
        Err(problem) => return refuse(&visit, asks, StatusCode::UNPROCESSABLE_ENTITY, typed, problem),
    };
    let attempt = Attempt {
        link: link_hash,
        address: address(&req, &visit, "client address"),
        token: Token::parse(link),
        answer,
    };
    let (limits, now) = (state.attempt_limits(), state.clock.now());
    let wants_notice = state.settings.args.compliance.validation_notice != ValidationMode::Off;
    let language = visit.lang.code();
    let (new_id, old_session) = (security::random_text().map_err(AppError::internal)?, visit.session);
    let new_hash = security::sha256(&new_id);
    let remembered = visit.language_at_sign_in();
    let (verdict, settled) = state
        .db
        .write(move |conn| {
            let verdict = identity::judge(conn, &attempt, limits, now)?;
            let mut settled = None;
            if let Verdict::Passed { debtor_id, debt_id } = verdict {
                if wants_notice {
                    validation::ask_where_missing(conn, debtor_id, Some(debt_id), language, now)?;
                }
                if let Some(old) = old_session {
                    session::end(conn, &old)?;
                }
                session::begin(conn, &new_hash, debtor_id, &Link { debt_id, hash: attempt.link }, now)?;
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
        Verdict::Wrong => refuse(&visit, asks, StatusCode::UNPROCESSABLE_ENTITY, typed, Problem::Wrong),
        Verdict::Paused { until } => {
            let seconds = (until - now).num_seconds().max(1);
            let problem = Problem::Paused(seconds.div_euclid(60) + 1);
            let mut answer = refuse(&visit, asks, StatusCode::TOO_MANY_REQUESTS, typed, problem)?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
        Verdict::Locked => refuse(&visit, asks, StatusCode::TOO_MANY_REQUESTS, typed, Problem::Locked),
    }
}

fn address(req: &HttpRequest, visit: &Visit, purpose: &str) -> [u8; 32] {
    let settings = &visit.state().settings;
    let address = subscriber(client_address(req, &settings.args.http.trusted_proxies));
    security::keyed_hash(&settings.session_key, purpose, &address)
}

/// Notes that a code is wanted. The same is written at every link; whether anything is sent is the mail job's business.
async fn send_code(req: &HttpRequest, visit: &Visit) -> Result<HttpResponse, AppError> {
    let (state, lang) = (visit.state(), visit.lang);
    let link = req.match_info().query("token");
    let (hash, token) = (security::sha256(link), Token::parse(link));
    let client = address(req, visit, "codes by client address");
    let (limits, now) = (state.attempt_limits(), state.clock.now());
    let asked = state
        .db
        .write(move |conn| {
            if !identity::may_do_again(conn, &client, limits.per_address, limits.window, now)? {
                return Ok(Asked::TooMany);
            }
            identity_code::request(conn, &hash, token.as_ref(), lang, now)
        })
        .await?;
    match asked {
        Asked::Noted => {
            state.wake_mail.notify_one();
            Ok(frame::redirect(visit, &format!("{}?code=sent", req.uri().path())))
        }
        Asked::TooMany => {
            let asks = Asks::Code { sent: false };
            let mut answer = refuse(visit, asks, StatusCode::TOO_MANY_REQUESTS, "", Problem::TooManyCodes)?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("900"));
            Ok(answer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_paste_them() {
        for typed in ["123456", "123 456", "123-456", " 12 34 56 ", "123\u{2013}456"] {
            assert_eq!(six_digits(typed).as_deref(), Some("123456"), "{typed}");
        }
        for typed in ["12345", "1234567", "12345a", "１２３４５６", ""] {
            assert_eq!(six_digits(typed), None, "{typed}");
        }
    }
}
