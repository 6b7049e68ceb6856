//! `/admin/mail`: the e-mails the portal sends, what became of each, and sending one again.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use crate::domain::mail::{MailKind, MailStatus, masked};
use crate::models::audit::{self, Act};
use crate::models::outbox::list::{self as mails, Again, MailFilter, MailRow};
use crate::models::outbox::{self, NewMail};
use crate::web::admin::listing::{Cell, Fact, Filters, List, Look, ROWS, Record, Table, debt_href};
use crate::web::admin::{Frame, Staff, debt, id};
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::PostedForm;

const PATH: &str = "/admin/mail";

/// `GET /admin/mail`
pub async fn list(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let chrome = staff.frame();
    let mut filters = Filters::of(&req);
    let statuses = MailStatus::ALL.map(|status| (status.as_str().to_owned(), status_name(&chrome, status.as_str())));
    let kinds = MailKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(&chrome, kind.as_str())));
    let status = filters.choice(&chrome, "status", chrome.t("mail-status"), statuses.to_vec());
    let kind = filters.choice(&chrome, "kind", chrome.t("mail-kind"), kinds.to_vec());
    let filter = MailFilter {
        status: status.as_deref().and_then(MailStatus::parse),
        kind: kind.as_deref().and_then(MailKind::parse),
        period: filters.period(&chrome),
        debt_id: filters.id(&chrome, "debt", chrome.t("money-filter-debt")),
    };
    let look = Look { action: "mail.listed", subject: "mail" };
    let found = filters
        .find(&staff, look, move |conn, after| {
            Ok((mails::search(conn, &filter, after, ROWS)?, mails::count_found(conn, &filter)?))
        })
        .await?;
    let page = &found.0;
    let rows = page.rows.iter().map(|line| {
        let mail = &line.mail;
        vec![
            Cell::time(&chrome, &mail.queued_at).to(format!("{PATH}/{}", mail.id)),
            Cell::text(kind_name(&chrome, &mail.kind)),
            Cell::text(masked(&mail.recipient)),
            status_cell(&chrome, mail),
            Cell { class: "number", ..Cell::text(mail.attempts.to_string()) },
            Cell::text(&line.original_creditor).to(debt_href(mail.debt_id)),
        ]
    });
    let columns = ["mail-queued", "mail-kind", "mail-to", "mail-status", "mail-attempts", "money-creditor"];
    let table = Table::of(&chrome, &columns, rows.collect());
    let heading = (chrome.t("staff-part-mail"), chrome.t("mail-list-lead"));
    List::of(PATH, heading, filters, table, &found).show(&staff)
}

fn kind_name(chrome: &Frame, kind: &str) -> String {
    chrome.tx("mail-kind-", kind).into_owned()
}

fn status_name(chrome: &Frame, status: &str) -> String {
    chrome.tx("mail-status-", status).into_owned()
}

fn status_cell(chrome: &Frame, mail: &MailRow) -> Cell {
    let wants_staff =
        matches!(MailStatus::parse(&mail.status), Some(MailStatus::Failed | MailStatus::Bounced | MailStatus::Unknown));
    Cell::text(status_name(chrome, &mail.status)).looking(if wants_staff {
        "status status-attention"
    } else {
        "status"
    })
}

#[derive(Template)]
#[template(path = "admin/mail.html")]
struct MailPage {
    chrome: Frame,
    record: Record,
    mail: MailRow,
    may_go_again: bool,
    may_be_twice: bool,
    done: bool,
    late: bool,
}

/// What stands above the facts of an e-mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notice {
    Nothing,
    Done,
    Late,
}

async fn page(staff: &Staff, mail_id: Uuid, status: StatusCode, notice: Notice) -> Result<HttpResponse, AppError> {
    let mail = staff
        .run(move |conn, actor, now| {
            let Some(mail) = mails::find(conn, mail_id)? else { return Ok(None) };
            audit::write(conn, actor, &act("mail.read", mail_id, mail.debt_id, json!({})), now)?;
            Ok(Some(mail))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    let chrome = staff.frame();
    let withheld = mail.withheld_reason.as_deref().map(|reason| chrome.tx("mail-withheld-", reason).into_owned());
    let facts = vec![
        Fact::new(chrome.t("mail-status"), status_cell(&chrome, &mail)),
        Fact::text(chrome.t("mail-withheld"), withheld.as_deref()),
        Fact::text(chrome.t("mail-error"), mail.last_error.as_deref()),
        Fact::text(chrome.t("mail-to"), Some(&masked(&mail.recipient))),
        Fact::text(chrome.t("mail-language"), Some(&mail.language)),
        Fact::text(chrome.t("mail-attempts"), Some(&mail.attempts.to_string())),
        Fact::new(chrome.t("mail-queued"), Cell::time(&chrome, &mail.queued_at)),
        Fact::new(chrome.t("mail-next"), Cell::time(&chrome, &mail.next_attempt_at)),
        Fact::new(chrome.t("mail-sent"), Cell::maybe_time(&chrome, mail.sent_at.as_ref())),
        Fact::new(chrome.t("mail-bounced"), Cell::maybe_time(&chrome, mail.bounced_at.as_ref())),
        Fact::new(chrome.t("money-id"), Cell::text(mail.id.to_string()).looking("id")),
    ];
    let links = vec![(debt_href(mail.debt_id), chrome.t("money-to-debt"))];
    let back = (PATH, chrome.t("staff-part-mail").into_owned());
    let record = Record { back, heading: kind_name(&chrome, &mail.kind), facts, links, tables: Vec::new() };
    let state = MailStatus::parse(&mail.status);
    let may_go_again = staff.may("/admin/mail/{id}/again", "POST") && state.is_some_and(MailStatus::may_go_again);
    let may_be_twice = state == Some(MailStatus::Unknown);
    let (done, late) = (notice == Notice::Done, notice == Notice::Late);
    staff.page(status, &MailPage { chrome, record, mail, may_go_again, may_be_twice, done, late })
}

fn act(action: &'static str, mail_id: Uuid, debt_id: Uuid, details: serde_json::Value) -> Act<'static> {
    Act { action, subject: "mail", subject_id: Some(mail_id), debt_id: Some(debt_id), details }
}

/// `GET /admin/mail/{id}`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let notice = if req.query_string() == "done=again" { Notice::Done } else { Notice::Nothing };
    page(&staff, id(&req, "id")?, StatusCode::OK, notice).await
}

/// `POST /admin/mail/{id}/again`: back into the queue with what was not sent for certain.
pub async fn again(req: HttpRequest, staff: Staff, _: PostedForm) -> Result<HttpResponse, AppError> {
    let mail_id = id(&req, "id")?;
    let again = staff
        .run(move |conn, actor, now| {
            let again = mails::again(conn, mail_id, now)?;
            if let Again::Queued(debt_id, before) = again {
                let details = json!({"old": before.as_str(), "new": "queued"});
                audit::write(conn, actor, &act("mail.queued_again", mail_id, debt_id, details), now)?;
            }
            Ok(again)
        })
        .await?;
    match again {
        Again::Queued(..) => {
            staff.state().wake_mail.notify_one();
            Ok(staff.redirect(&format!("{PATH}/{mail_id}?done=again")))
        }
        Again::NotNow(_) => page(&staff, mail_id, StatusCode::CONFLICT, Notice::Late).await,
        Again::NotFound => Err(AppError::NotFound),
    }
}

/// `POST /admin/debts/{id}/mail`: mails the personal link to the address on file.
pub async fn send_link(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let queued = staff
        .run(move |conn, actor, now| {
            let Some(debtor_id) = outbox::person_of(conn, debt_id)? else { return Ok(None) };
            let language = outbox::language_of(conn, debtor_id)?;
            let mail = NewMail { kind: MailKind::Link, debt_id, to: None, language, facts: json!({}) };
            let queued = outbox::queue_unless_waiting(conn, &mail, now)?;
            if let Some((mail, true)) = queued {
                audit::write(conn, actor, &debt::act("link.mailed", debt_id, json!({"mail": mail})), now)?;
            }
            Ok(Some(queued))
        })
        .await?;
    match queued {
        Some(Some(_)) => {
            staff.state().wake_mail.notify_one();
            Ok(debt::done(&staff, debt_id, "mail"))
        }
        Some(None) => {
            let mut fields = Fields::read(&form, &["mail"]);
            fields.refuse("mail", staff.visit().lang.t("account-mail-no-address"));
            debt::refuse(&staff, debt_id, fields).await
        }
        None => Err(AppError::NotFound),
    }
}
