//! Who is asking: cookies, language, session.

use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use diesel::QueryResult;
use diesel::pg::PgConnection;

use crate::config::Settings;
use crate::locale::Lang;
use crate::models::debtor;
use crate::models::session::{self, IdHash, Session};
use crate::web::error::AppError;
use crate::web::page::Chrome;
use crate::web::security;
use crate::web::state::AppState;

const LANGUAGE_COOKIE: &str = "lang";
const SESSION_COOKIE: &str = "session";

/// One request's visitor.
pub struct Visit {
    state: Data<AppState>,
    /// The page's language.
    pub lang: Lang,
    lang_chosen: bool,
    /// Whether the browser remembers a language.
    lang_known: bool,
    visit: String,
    visit_is_new: bool,
    /// The hash of the session cookie, if there is one; whether it is alive, the database says.
    pub session: Option<IdHash>,
    query: String,
}

/// A browser's language as a session begins.
#[derive(Clone, Copy, Debug)]
pub struct LanguageAtSignIn {
    code: &'static str,
    /// Whether somebody has chosen it there, rather than the browser preferring it.
    chosen: bool,
}

impl LanguageAtSignIn {
    /// Brings browser and person together: a browser where nothing was chosen takes the person's language, which is the answer;
    /// a person who has none yet takes what was chosen in the browser.
    ///
    /// # Errors
    /// When a statement fails.
    pub fn settle(self, conn: &mut PgConnection, debtor_id: uuid::Uuid) -> QueryResult<Option<Lang>> {
        let known = debtor::language(conn, debtor_id)?.and_then(|code| Lang::parse(&code));
        match (known, self.chosen) {
            (Some(_), true) | (None, false) => Ok(None),
            (Some(language), false) => Ok(Some(language)),
            (None, true) => debtor::set_language(conn, debtor_id, self.code).map(|()| None),
        }
    }
}

/// The name of a cookie: `__Host-` binds it to this host, but browsers take that prefix only with `Secure`, which plain
/// http on a loopback address cannot have everywhere.
fn cookie_name(settings: &Settings, name: &str) -> String {
    if settings.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie(settings: &Settings, name: String, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(settings.is_https()).finish()
}

/// The language of a request: what its address asks for, else the cookie, else the browser's preference, else English.
pub fn language(req: &HttpRequest) -> Lang {
    asked_language(req)
        .or_else(|| chosen_language(req))
        .or_else(|| req.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Lang::preferred))
        .unwrap_or(Lang::En)
}

fn chosen_language(req: &HttpRequest) -> Option<Lang> {
    let state = req.app_data::<Data<AppState>>()?;
    req.cookie(&cookie_name(&state.settings, LANGUAGE_COOKIE)).and_then(|c| Lang::parse(c.value()))
}

fn asked_language(req: &HttpRequest) -> Option<Lang> {
    url::form_urlencoded::parse(req.query_string().as_bytes())
        .find(|(n, _)| n == "lang")
        .and_then(|(_, v)| Lang::parse(&v))
}

/// Whether the request comes with a session, alive or not.
pub fn has_session(req: &HttpRequest, settings: &Settings) -> bool {
    req.cookie(&cookie_name(settings, SESSION_COOKIE)).is_some()
}

/// Whether the request announced a body.
pub fn has_body(req: &HttpRequest) -> bool {
    let length = req.headers().get(header::CONTENT_LENGTH).is_some_and(|v| v.as_bytes() != b"0");
    length || req.headers().contains_key(header::TRANSFER_ENCODING)
}

impl FromRequest for Visit {
    type Error = AppError;
    type Future = Ready<Result<Visit, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Visit::of(req))
    }
}

impl Visit {
    /// The visitor of a request.
    ///
    /// # Errors
    /// When the operating system has no randomness for a new cookie.
    pub fn of(req: &HttpRequest) -> Result<Visit, AppError> {
        let state = req.app_data::<Data<AppState>>().cloned().ok_or_else(|| AppError::internal("no state"))?;
        let read = |name: &str| req.cookie(&cookie_name(&state.settings, name)).map(|c| c.value().to_owned());
        let known = read("visit")
            .filter(|v| v.len() == 43 && v.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        let visit_is_new = known.is_none();
        let visit = match known {
            Some(visit) => visit,
            None => security::random_text().map_err(AppError::internal)?,
        };
        let session = read(SESSION_COOKIE).map(|id| security::sha256(&id));
        Ok(Visit {
            lang: language(req),
            lang_chosen: asked_language(req).is_some(),
            lang_known: chosen_language(req).is_some(),
            visit,
            visit_is_new,
            session,
            query: req.query_string().to_owned(),
            state,
        })
    }

    /// The application.
    pub fn state(&self) -> &Data<AppState> {
        &self.state
    }

    /// The anti-forgery value of this visitor's forms.
    pub fn antiforgery(&self) -> String {
        security::antiforgery_value(&self.state.settings.session_key, &self.visit)
    }

    /// Whether `value` came from a form of ours. A visitor without the cookie cannot have got one.
    pub fn is_own_form(&self, value: &str) -> bool {
        use subtle::ConstantTimeEq;
        !self.visit_is_new && bool::from(self.antiforgery().as_bytes().ct_eq(value.as_bytes()))
    }

    /// The frame of a page for somebody signed in.
    pub fn chrome(&self) -> Chrome {
        Chrome::new(self.state.clone(), self.lang, &self.query, true, self.antiforgery())
    }

    /// The frame of a page for anybody.
    pub fn chrome_outside(&self) -> Chrome {
        Chrome::new(self.state.clone(), self.lang, &self.query, false, self.antiforgery())
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
        // Room for a page full of history, so that it is not moved while it grows.
        let mut body = String::with_capacity(32 * 1024);
        page.render_into(&mut body).map_err(AppError::internal)?;
        let mut answer = HttpResponse::build(status);
        self.add_cookies(&mut answer);
        Ok(answer.content_type("text/html; charset=utf-8").body(body))
    }

    /// Answers with a page on which a script of ours may run.
    ///
    /// # Errors
    /// When the template fails.
    pub fn page_with_script(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
        let mut answer = self.page(status, page)?;
        let policy = self.state.headers.with_script.clone();
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        Ok(answer)
    }

    /// Adds what the visitor's browser should remember.
    pub fn add_cookies(&self, answer: &mut HttpResponseBuilder) {
        let settings = &self.state.settings;
        if self.visit_is_new {
            answer.cookie(cookie(settings, cookie_name(settings, "visit"), self.visit.clone()));
        }
        if self.lang_chosen {
            let mut chosen = cookie(settings, cookie_name(settings, LANGUAGE_COOKIE), self.lang.code().to_owned());
            chosen.set_max_age(actix_web::cookie::time::Duration::days(365));
            answer.cookie(chosen);
        }
    }

    /// A cookie of ours.
    pub fn cookie(&self, req: &HttpRequest, name: &str) -> Option<String> {
        req.cookie(&cookie_name(&self.state.settings, name)).map(|c| c.value().to_owned())
    }

    /// A cookie of ours to set, until the browser is closed.
    pub fn new_cookie(&self, name: &str, value: String) -> Cookie<'static> {
        cookie(&self.state.settings, cookie_name(&self.state.settings, name), value)
    }

    /// The cookie of a new session.
    pub fn session_cookie(&self, id: String) -> Cookie<'static> {
        cookie(&self.state.settings, cookie_name(&self.state.settings, SESSION_COOKIE), id)
    }

    /// The cookie that ends a session in the browser.
    pub fn no_session_cookie(&self) -> Cookie<'static> {
        let mut gone = self.session_cookie(String::new());
        gone.make_removal();
        gone
    }

    /// The language that this request asks for.
    fn chosen_now(&self) -> Option<&'static str> {
        self.lang_chosen.then(|| self.lang.code())
    }

    /// Notes, after a page was read, that the person was seen and which language they have just chosen; mostly there is nothing
    /// to write.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn seen(&self, session: &Session) -> Result<(), AppError> {
        let (limits, now, language) = (self.state.session_limits(), self.state.clock.now(), self.chosen_now());
        let touch = self.session.filter(|_| session.wants_touch(limits, now));
        if touch.is_none() && language.is_none() {
            return Ok(());
        }
        let debtor_id = session.debtor_id;
        let write = self.state.db.write(move |conn| {
            if let Some(id) = touch {
                session::touch(conn, &id, now)?;
            }
            language.map_or(Ok(()), |language| debtor::set_language(conn, debtor_id, language))
        });
        Ok(write.await?)
    }

    /// What this browser says about the language when a session begins.
    pub fn language_at_sign_in(&self) -> LanguageAtSignIn {
        LanguageAtSignIn { code: self.lang.code(), chosen: self.lang_chosen || self.lang_known }
    }

    /// From now on the browser remembers the language of the person who has signed in.
    pub fn adopt(&mut self, language: Option<Lang>) {
        if let Some(language) = language {
            (self.lang, self.lang_chosen) = (language, true);
        }
    }

    /// Runs a job for the person who is signed in, in one transaction with the look at the session.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when there is no live session.
    pub async fn signed_in<T, F>(&self, job: F) -> Result<T, AppError>
    where
        F: FnOnce(&mut PgConnection, &Session) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let id = self.session.ok_or(AppError::SignedOut)?;
        let (limits, now) = (self.state.session_limits(), self.state.clock.now());
        let language = self.chosen_now();
        let done = self
            .state
            .db
            .write(move |conn| {
                let Some(session) = session::find(conn, &id, limits, now)? else { return Ok(None) };
                if session.wants_touch(limits, now) {
                    session::touch(conn, &id, now)?;
                }
                if let Some(language) = language {
                    debtor::set_language(conn, session.debtor_id, language)?;
                }
                job(conn, &session).map(Some)
            })
            .await?;
        done.ok_or(AppError::SignedOut)
    }

    /// Like [`Visit::signed_in`], for what only reads and must agree: session and answers are of one moment.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when there is no live session.
    pub async fn signed_in_snapshot<T, F>(&self, job: F) -> Result<T, AppError>
    where
        F: FnOnce(&mut PgConnection, &Session) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let id = self.session.ok_or(AppError::SignedOut)?;
        let (limits, now) = (self.state.session_limits(), self.state.clock.now());
        let db = &self.state.db;
        let read = db.snapshot(move |conn| {
            let Some(session) = session::find(conn, &id, limits, now)? else { return Ok(None) };
            job(conn, &session).map(|answer| Some((session, answer)))
        });
        let (session, answer) = read.await?.ok_or(AppError::SignedOut)?;
        self.seen(&session).await?;
        Ok(answer)
    }
}
