//! `/new-link`: "my link does not work". One form and one answer for everyone; what was typed is looked up later, by the mail job.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::postal_code::PostalCode;
use crate::models::link_request::{self, NewRequest};
use crate::web::address::{client_address, subscriber};
use crate::web::error::AppError;
use crate::web::form::{self, PostedForm};
use crate::web::frame;
use crate::web::page::Chrome;
use crate::web::security::keyed_hash;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "debtor/new_link.html")]
struct NewLinkPage {
    chrome: Chrome,
    done: bool,
    who: Field,
    postal_code: Field,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Field {
    typed: String,
    problem: Option<&'static str>,
}

impl NewLinkPage {
    /// The first field that something is wrong with.
    fn first_problem(&self) -> Option<(&'static str, String)> {
        let who = self.problem(&self.who).map(|sentence| ("who", sentence));
        who.or_else(|| self.problem(&self.postal_code).map(|sentence| ("postal_code", sentence)))
    }

    fn problem(&self, field: &Field) -> Option<String> {
        field.problem.map(|name| self.chrome.tx("new-link-problem-", name).into_owned())
    }
}

/// The longest address or number that is looked for.
const LONGEST: usize = 255;

/// `GET /new-link`
pub async fn show(req: HttpRequest, visit: Visit) -> Result<HttpResponse, AppError> {
    let done = form::query(&req, ["done"])? == [Some("1".to_owned())];
    let page =
        NewLinkPage { chrome: visit.chrome_outside(), done, who: Field::default(), postal_code: Field::default() };
    visit.page(StatusCode::OK, &page)
}

/// `POST /new-link`: the wish, noted.
pub async fn ask(req: HttpRequest, visit: Visit, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (who, typed_code) = (form.get("who").trim(), form.get("postal_code").trim());
    let postal_code = PostalCode::parse_typed(typed_code);
    let who_problem = match who.chars().count() {
        0 => Some("who"),
        1..=LONGEST => None,
        _ => Some("long"),
    };
    let code_problem = postal_code.is_none().then_some("postal-code");
    if who_problem.is_some() || code_problem.is_some() {
        let kept = |text: &str| text.chars().take(LONGEST).collect();
        let page = NewLinkPage {
            chrome: visit.chrome_outside(),
            done: false,
            who: Field { typed: kept(who), problem: who_problem },
            postal_code: Field { typed: kept(typed_code), problem: code_problem },
        };
        return visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let state = visit.state();
    let settings = &state.settings;
    let client = subscriber(client_address(&req, &settings.args.http.trusted_proxies));
    // However the same is typed, it is counted as the same.
    let same: String = who.to_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let digits: String = typed_code.chars().filter(char::is_ascii_digit).take(5).collect();
    let request = NewRequest {
        typed: who.to_owned(),
        zip_code: digits,
        lang: visit.lang,
        client: keyed_hash(&settings.session_key, "fresh link by client address", &client),
        what: keyed_hash(&settings.session_key, "fresh link by what was typed", &same),
    };
    let now = state.clock.now();
    state.db.write(move |conn| link_request::note(conn, &request, now)).await?;
    state.wake_mail.notify_one();
    Ok(frame::redirect(&visit, "/new-link?done=1"))
}
