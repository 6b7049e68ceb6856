//! `/admin/debts/{id}`: one debt with its person, everything that happened, and what can be done about it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::choice::{Channel, Choices, Limit};
use crate::domain::contact_meter::ContactMeter;
use crate::domain::debt::DebtStatus;
use crate::domain::hold::HoldKind;
use crate::domain::statement::Statement;
use crate::domain::token::Token;
use crate::models::account::{self, Account, Entry, StatusSet, What};
use crate::models::attorney::{self, Attorney};
use crate::models::audit::{self, Act, Actor, Line};
use crate::models::case::{self, Case};
use crate::models::choice::{self, Past};
use crate::models::debtor::{self, Change};
use crate::models::disclosure::{self, Stored};
use crate::models::hold::{self, Hold};
use crate::models::refund_request::{self, RefundWish};
use crate::models::validation::{self, ValidationNotice};
use crate::models::{contact, contact_meter, debt, identity, statement};
use crate::web::admin::fields::Fields;
use crate::web::admin::{Frame, Staff, cursor_text, id, read_cursor};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security::sha256;

#[derive(Template)]
#[template(path = "admin/debt.html")]
struct DebtPage {
    chrome: Frame,
    account: Account,
    statement: Statement,
    meter: Option<ContactMeter>,
    entries: Vec<Entry>,
    /// The address of older entries.
    older: Option<String>,
    is_older: bool,
    holds: Vec<Hold>,
    cases: Vec<Case>,
    wishes: Vec<RefundWish>,
    notice: Option<ValidationNotice>,
    /// What the person has confirmed to have read, and when.
    passed: Vec<(Stored, DateTime<Utc>)>,
    changes: Vec<Change>,
    choices: Choices,
    attorney: Option<Attorney>,
    chosen: Vec<Past>,
    trail: Vec<Line>,
    /// The personal link, where it was asked for.
    link: Option<String>,
    fields: Fields,
    done: Option<&'static str>,
    may_act: bool,
    may_work: bool,
    may_decide: bool,
}

impl DebtPage {
    fn open_holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.lifted_at.is_none())
    }

    fn is_held(&self) -> bool {
        self.open_holds().next().is_some()
    }

    /// How many wrong answers were given at the link.
    fn wrong_answers(&self) -> i64 {
        self.account.wrong_answers.into()
    }

    /// How many debts the person has.
    fn debts(&self) -> i64 {
        i64::try_from(self.account.debts.len()).unwrap_or(i64::MAX)
    }

    /// How long a call lasted, in words.
    fn length(&self, seconds: &Option<i32>) -> Option<String> {
        seconds.map(|seconds| self.chrome.call_length(&i64::from(seconds)))
    }

    /// See [`is_link`].
    fn is_link(&self, url: &str) -> bool {
        is_link(url)
    }

    /// The kinds of hold that are not on the debt.
    fn free_holds(&self) -> Vec<HoldKind> {
        let open: Vec<&str> = self.open_holds().map(|hold| hold.kind.as_str()).collect();
        HoldKind::ALL.into_iter().filter(|kind| !open.contains(&kind.as_str())).collect()
    }

    /// What the debt's status may be set to by hand.
    fn next_statuses(&self) -> Vec<DebtStatus> {
        let from = self.account.debt.status;
        DebtStatus::ALL.into_iter().filter(|to| from.may_be_set_to(*to)).collect()
    }
}

/// Whether a stored address may be a link: only https, so that no script and no file is one.
fn is_link(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.scheme() == "https")
}

/// Entries of the timeline on a page.
const ENTRIES: i64 = 30;
/// Lines of the audit trail on the page; all of them are in the trail's own.
const LINES: i64 = 20;

/// What a page shows besides the debt itself.
#[derive(Default)]
pub(super) struct Shown {
    before: Option<(DateTime<Utc>, Uuid)>,
    link: Option<String>,
    fields: Fields,
    done: Option<&'static str>,
}

struct Read {
    account: Account,
    statement: Statement,
    meter: Option<ContactMeter>,
    entries: Vec<Entry>,
    holds: Vec<Hold>,
    cases: Vec<Case>,
    wishes: Vec<RefundWish>,
    notice: Option<ValidationNotice>,
    passed: Vec<(Stored, DateTime<Utc>)>,
    changes: Vec<Change>,
    choices: Choices,
    attorney: Option<Attorney>,
    chosen: Vec<Past>,
    trail: Vec<Line>,
}

fn read(
    conn: &mut PgConnection,
    debt_id: Uuid,
    before: Option<(DateTime<Utc>, Uuid)>,
    now: DateTime<Utc>,
) -> QueryResult<Option<Read>> {
    let Some(account) = account::find(conn, debt_id, sha256)? else { return Ok(None) };
    let movements = statement::movements(conn, debt_id)?;
    let about = audit::Search { about: Some(debt_id), ..audit::Search::default() };
    Ok(Some(Read {
        statement: Statement::of(account.figures.total_owed, movements, None, None),
        meter: contact_meter::read(conn, debt_id, now)?,
        entries: account::timeline(conn, debt_id, before, ENTRIES + 1)?,
        holds: hold::of_debt(conn, debt_id)?,
        cases: case::open_of_debt(conn, debt_id)?,
        wishes: refund_request::waiting_of_debt(conn, debt_id)?,
        notice: validation::current(conn, debt_id)?,
        passed: disclosure::acknowledged(conn, debt_id)?,
        changes: debtor::changes(conn, account.debtor.id, 20)?,
        choices: choice::of(conn, account.debtor.id)?.unwrap_or_default(),
        attorney: attorney::of(conn, account.debtor.id)?,
        chosen: choice::history(conn, account.debtor.id, 20)?,
        trail: audit::search(conn, &about, LINES)?,
        account,
    }))
}

pub(super) async fn page(
    staff: &Staff,
    debt_id: Uuid,
    status: StatusCode,
    shown: Shown,
) -> Result<HttpResponse, AppError> {
    let before = shown.before;
    let found = staff
        .run(move |conn, actor, now| {
            let Some(found) = read(conn, debt_id, before, now)? else { return Ok(None) };
            audit::write(conn, actor, &act("debt.read", debt_id, json!({})), now)?;
            Ok(Some(found))
        })
        .await?;
    let mut found = found.ok_or(AppError::NotFound)?;
    let most = usize::try_from(ENTRIES).unwrap_or_default();
    let more = found.entries.len() > most;
    found.entries.truncate(most);
    let older = found
        .entries
        .last()
        .filter(|_| more)
        .map(|last| format!("/admin/debts/{debt_id}?before={}#timeline", cursor_text(last.at, last.id)));
    let page = DebtPage {
        chrome: staff.frame(),
        account: found.account,
        statement: found.statement,
        meter: found.meter,
        entries: found.entries,
        older,
        is_older: before.is_some(),
        holds: found.holds,
        cases: found.cases,
        wishes: found.wishes,
        notice: found.notice,
        passed: found.passed,
        changes: found.changes,
        choices: found.choices,
        attorney: found.attorney,
        chosen: found.chosen,
        trail: found.trail,
        link: shown.link,
        fields: shown.fields,
        done: shown.done,
        may_act: staff.may("/admin/debts/{id}/status", "POST"),
        may_work: staff.may("/admin/debts/{id}/notes", "POST"),
        may_decide: staff.may("/admin/approvals/{id}", "POST"),
    };
    staff.page(status, &page)
}

/// A line of the audit trail about a debt.
pub(super) fn act(action: &'static str, debt_id: Uuid, details: Value) -> Act<'static> {
    Act { action, subject: "debt", subject_id: Some(debt_id), debt_id: Some(debt_id), details }
}

/// What the page says was done, by the word in its address.
const DONE: [&str; 16] = [
    "note",
    "unlock",
    "status",
    "hold",
    "lift",
    "contact",
    "contact-unwanted",
    "choices",
    "person",
    "payment",
    "refund",
    "refund-waiting",
    "validation",
    "validation-mark",
    "time-barred",
    "mail",
];

/// `GET /admin/debts/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(req.query_string().as_bytes());
        pairs.find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    };
    let asked = value("done");
    let done = DONE.into_iter().find(|word| asked.as_deref() == Some(word));
    let before = value("before").map(|text| read_cursor(&text).ok_or(AppError::NotFound)).transpose()?;
    page(&staff, id(&req, "id")?, StatusCode::OK, Shown { before, done, ..Shown::default() }).await
}

/// The page again, with what was typed and what was wrong with it.
pub(super) async fn refuse(staff: &Staff, debt_id: Uuid, fields: Fields) -> Result<HttpResponse, AppError> {
    page(staff, debt_id, StatusCode::UNPROCESSABLE_ENTITY, Shown { fields, ..Shown::default() }).await
}

pub(super) fn done(staff: &Staff, debt_id: Uuid, what: &str) -> HttpResponse {
    staff.redirect(&format!("/admin/debts/{debt_id}?done={what}"))
}

/// Whether a debt is there, before something is written about it.
fn exists(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<bool> {
    Ok(debt::token(conn, debt_id)?.is_some())
}

/// `POST /admin/debts/{id}/notes`
pub async fn add_note(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["note"]));
    let lang = staff.visit().lang;
    match fields.get("note").chars().count() {
        0 => fields.refuse("note", lang.t("account-note-empty")),
        1..=10_000 => {}
        _ => fields.refuse("note", lang.t("account-text-long")),
    }
    if !fields.are_right() {
        return refuse(&staff, debt_id, fields).await;
    }
    let (body, by) = (fields.get("note").to_owned(), staff.session.person.id);
    let added = staff
        .run(move |conn, actor, now| {
            if !exists(conn, debt_id)? {
                return Ok(false);
            }
            let note = contact::note(conn, debt_id, by, &body, now)?;
            audit::write(conn, actor, &act("debt.note_added", debt_id, json!({"note": note})), now)?;
            Ok(true)
        })
        .await?;
    if added { Ok(done(&staff, debt_id, "note")) } else { Err(AppError::NotFound) }
}

/// `POST /admin/debts/{id}/link`: shows the personal link to hand on, makes a new one, or revokes it.
pub async fn link(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let action = match form.get("action") {
        "show" => "link.shown",
        "issue" => "link.issued",
        "revoke" => "link.revoked",
        _ => return Err(AppError::BadForm),
    };
    let fresh = Token::issue().map_err(AppError::internal)?;
    let lasts = crate::limits::of_links(&staff.state().settings);
    let token = staff
        .run(move |conn, actor, now| {
            let changed = match action {
                "link.issued" => debt::replace_token(conn, debt_id, &fresh, lasts.map(|lasts| now + lasts))?,
                "link.revoked" => debt::revoke_token(conn, debt_id, now)?,
                _ => true,
            };
            let token = debt::token(conn, debt_id)?.filter(|_| changed);
            if token.is_some() {
                audit::write(conn, actor, &act(action, debt_id, json!({})), now)?;
            }
            Ok(token)
        })
        .await?;
    let (token, revoked) = token.ok_or(AppError::NotFound)?;
    let link = (!revoked).then(|| format!("{}/d/{token}", staff.state().settings.public_url));
    page(&staff, debt_id, StatusCode::OK, Shown { link, ..Shown::default() }).await
}

/// `POST /admin/debts/{id}/unlock`: forgets the wrong answers given at the link.
pub async fn unlock(req: HttpRequest, staff: Staff, _: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let unlocked = staff
        .run(move |conn, actor, now| {
            let Some((token, _)) = debt::token(conn, debt_id)? else { return Ok(false) };
            identity::unlock(conn, &sha256(&token))?;
            audit::write(conn, actor, &act("link.unlocked", debt_id, json!({})), now)?;
            Ok(true)
        })
        .await?;
    if unlocked { Ok(done(&staff, debt_id, "unlock")) } else { Err(AppError::NotFound) }
}

/// Checks a reason, which everything that changes a debt's standing needs.
pub(super) fn check_reason(staff: &Staff, fields: &mut Fields, name: &'static str) {
    match fields.get(name).chars().count() {
        0 => fields.refuse(name, staff.visit().lang.t("account-reason-empty")),
        1..=1000 => {}
        _ => fields.refuse(name, staff.visit().lang.t("account-reason-long")),
    }
}

/// `POST /admin/debts/{id}/status`
pub async fn set_status(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["status", "status_reason"]));
    let lang = staff.visit().lang;
    let to = DebtStatus::parse(fields.get("status"));
    if to.is_none() {
        fields.refuse("status", lang.t("account-status-empty"));
    }
    check_reason(&staff, &mut fields, "status_reason");
    let (Some(to), true) = (to, fields.are_right()) else { return refuse(&staff, debt_id, fields).await };
    let reason = fields.get("status_reason").to_owned();
    let set = staff
        .run(move |conn, actor, now| {
            let set = account::set_status(conn, debt_id, to)?;
            if let StatusSet::Done(before, after) = set {
                let details = json!({"old": before.as_str(), "new": after.as_str(), "reason": reason});
                audit::write(conn, actor, &act("debt.status_set", debt_id, details), now)?;
            }
            Ok(set)
        })
        .await?;
    match set {
        StatusSet::Done(..) => Ok(done(&staff, debt_id, "status")),
        StatusSet::Illegal(_) => {
            fields.refuse("status", lang.t("account-status-illegal"));
            refuse(&staff, debt_id, fields).await
        }
        StatusSet::NotFound => Err(AppError::NotFound),
    }
}

fn note_hold(
    conn: &mut PgConnection,
    actor: &Actor,
    debt_id: Uuid,
    action: &'static str,
    details: Value,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    audit::write(conn, actor, &act(action, debt_id, details), now)
}

/// `POST /admin/debts/{id}/holds`: places a hold.
pub async fn place_hold(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["hold", "hold_reason"]));
    let lang = staff.visit().lang;
    let kind = HoldKind::parse(fields.get("hold"));
    if kind.is_none() {
        fields.refuse("hold", lang.t("account-hold-empty"));
    }
    check_reason(&staff, &mut fields, "hold_reason");
    let (Some(kind), true) = (kind, fields.are_right()) else { return refuse(&staff, debt_id, fields).await };
    let (reason, by) = (fields.get("hold_reason").to_owned(), staff.session.person.id);
    let placed = staff
        .run(move |conn, actor, now| {
            let placed = hold::place(conn, debt_id, kind, &reason, by, now)?;
            if let hold::Outcome::Done(before, after) = placed {
                let details =
                    json!({"kind": kind.as_str(), "reason": reason, "old": before.as_str(), "new": after.as_str()});
                note_hold(conn, actor, debt_id, "hold.placed", details, now)?;
            }
            Ok(placed)
        })
        .await?;
    match placed {
        hold::Outcome::Done(..) => Ok(done(&staff, debt_id, "hold")),
        hold::Outcome::Already => {
            fields.refuse("hold", lang.t("account-hold-already"));
            refuse(&staff, debt_id, fields).await
        }
        hold::Outcome::NotFound => Err(AppError::NotFound),
    }
}

/// `POST /admin/debts/{id}/holds/{hold}`: lifts a hold.
pub async fn lift_hold(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, hold_id) = (id(&req, "id")?, id(&req, "hold")?);
    let mut fields = Fields::read(&form, &["lift_reason"]);
    check_reason(&staff, &mut fields, "lift_reason");
    if !fields.are_right() {
        return refuse(&staff, debt_id, fields).await;
    }
    let (reason, by) = (fields.get("lift_reason").to_owned(), staff.session.person.id);
    let lifted = staff
        .run(move |conn, actor, now| {
            let lifted = hold::lift(conn, hold_id, debt_id, &reason, by, now)?;
            if let hold::Outcome::Done(before, after) = lifted {
                let details = json!({"hold": hold_id, "reason": reason, "old": before.as_str(), "new": after.as_str()});
                note_hold(conn, actor, debt_id, "hold.lifted", details, now)?;
            }
            Ok(lifted)
        })
        .await?;
    match lifted {
        hold::Outcome::Done(..) => Ok(done(&staff, debt_id, "lift")),
        hold::Outcome::Already | hold::Outcome::NotFound => Err(AppError::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::is_link;

    #[test]
    fn only_https_is_a_link() {
        assert!(is_link("https://calls.example/1.mp3"));
        for url in ["javascript:alert(1)", "http://calls.example", "//calls.example", "data:text/html,x", "x"] {
            assert!(!is_link(url), "{url}");
        }
    }
}
