//! `/admin/debts/{id}/validation`: recording the notice that was sent, or why none is needed; and whether a debt is time-barred.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use crate::domain::calendar::parse_day;
use crate::domain::money::Cents;
use crate::domain::validation::{Collector, Draft, Fault, ItemizationKind, Notice, SentBy};
use crate::models::account::{self, Account};
use crate::models::audit;
use crate::models::validation::{self, NewNotice, Recipient, Recorder, ValidationNotice};
use crate::web::admin::debt::{act, check_reason, done, refuse};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::fields::Fields;
use crate::web::form::PostedForm;
use crate::web::security::sha256;

#[derive(Template)]
#[template(path = "admin/validation.html")]
struct ValidationPage {
    chrome: Frame,
    account: Account,
    notice: Option<ValidationNotice>,
    /// Whom a notice is sent to; `None` while the address is not complete.
    to: Option<Recipient>,
    fields: Fields,
}

/// The fields of the form, which are those of [`Draft`].
const FIELDS: [&str; 14] = [
    "collector_name",
    "collector_address",
    "creditor_then",
    "creditor_now",
    "itemization_date",
    "itemization_kind",
    "amount_then",
    "interest",
    "fees",
    "payments",
    "credits",
    "amount_now",
    "sent_on",
    "sent_by",
];

/// The form's field by its name, so that what the rules find wrong stands at it.
fn field(name: &str) -> &'static str {
    FIELDS.into_iter().find(|field| *field == name).unwrap_or("collector_name")
}

async fn page(
    staff: &Staff,
    debt_id: Uuid,
    status: StatusCode,
    fields: Option<Fields>,
) -> Result<HttpResponse, AppError> {
    let found = staff
        .run(move |conn, actor, now| {
            let Some(account) = account::find(conn, debt_id, sha256)? else { return Ok(None) };
            let notice = validation::current(conn, debt_id)?;
            let to = validation::recipients(conn, &[debt_id])?.pop().map(|(_, to)| to);
            audit::write(conn, actor, &act("validation.read", debt_id, json!({})), now)?;
            Ok(Some((account, notice, to)))
        })
        .await?;
    let (account, notice, to) = found.ok_or(AppError::NotFound)?;
    let fields = fields.unwrap_or_else(|| suggested(staff, &account));
    staff.page(status, &ValidationPage { chrome: staff.frame(), account, notice, to, fields })
}

/// What is known already.
fn suggested(staff: &Staff, account: &Account) -> Fields {
    let Collector { name, address } = staff.state().settings.company.collector();
    let creditor = account.debt.original_creditor.clone();
    Fields::of([
        ("collector_name", name),
        ("collector_address", address),
        ("creditor_then", creditor.clone()),
        ("creditor_now", creditor),
        ("interest", "0.00".to_owned()),
        ("fees", "0.00".to_owned()),
        ("payments", "0.00".to_owned()),
        ("credits", "0.00".to_owned()),
        ("amount_now", account.figures.balance().plain()),
        ("sent_by", SentBy::Post.as_str().to_owned()),
    ])
}

/// `GET /admin/debts/{id}/validation`
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    page(&staff, id(&req, "id")?, StatusCode::OK, None).await
}

/// `POST /admin/debts/{id}/validation`: a notice that was sent, or the mark that none is needed, or that mark taken away.
pub async fn record(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    match form.get("action") {
        "notice" => record_notice(&staff, debt_id, &form).await,
        "not_required" => {
            let mut fields = Fields::read(&form, &["not_required_reason"]);
            check_reason(&staff, &mut fields, "not_required_reason");
            if !fields.are_right() {
                return page(&staff, debt_id, StatusCode::UNPROCESSABLE_ENTITY, Some(fields)).await;
            }
            mark(&staff, debt_id, Some(fields.get("not_required_reason").to_owned())).await
        }
        "required" => mark(&staff, debt_id, None).await,
        _ => Err(AppError::BadForm),
    }
}

async fn record_notice(staff: &Staff, debt_id: Uuid, form: &PostedForm) -> Result<HttpResponse, AppError> {
    let mut fields = Fields::read(form, &FIELDS);
    let notice = read(staff, &mut fields);
    let Some(notice) = notice else {
        return page(staff, debt_id, StatusCode::UNPROCESSABLE_ENTITY, Some(fields)).await;
    };
    let by = Recorder::Staff(staff.session.person.id);
    let recorded = staff
        .run(move |conn, actor, now| {
            let Some((_, to)) = validation::recipients(conn, &[debt_id])?.pop() else { return Ok(false) };
            validation::record(conn, &[NewNotice { debt_id, notice: &notice, to: &to }], by, now)?;
            let details = json!({
                "sent_on": notice.sent_on, "sent_by": notice.sent_by.as_str(), "amount": notice.amount_now.plain(),
                "itemization_date": notice.itemization_date, "itemization_kind": notice.itemization_kind.as_str(),
                "period_ends_on": notice.period_ends_on,
            });
            audit::write(conn, actor, &act("validation.recorded", debt_id, details), now)?;
            Ok(true)
        })
        .await?;
    if recorded {
        return Ok(done(staff, debt_id, "validation"));
    }
    // No such debt, which the page tells, or nowhere to send it to.
    fields.refuse("collector_name", staff.visit().lang.t("notices-no-address"));
    page(staff, debt_id, StatusCode::UNPROCESSABLE_ENTITY, Some(fields)).await
}

async fn mark(staff: &Staff, debt_id: Uuid, reason: Option<String>) -> Result<HttpResponse, AppError> {
    let by = Recorder::Staff(staff.session.person.id);
    let marked = staff
        .run(move |conn, actor, now| {
            if !validation::set_not_required(conn, debt_id, reason.as_deref(), by, now)? {
                return Ok(false);
            }
            let action = if reason.is_some() { "validation.not_required" } else { "validation.required" };
            audit::write(conn, actor, &act(action, debt_id, json!({"reason": reason})), now)?;
            Ok(true)
        })
        .await?;
    if marked { Ok(done(staff, debt_id, "validation-mark")) } else { Err(AppError::NotFound) }
}

/// The notice that the form tells of; `None` when something is wrong with it, which then stands at its field.
fn read(staff: &Staff, fields: &mut Fields) -> Option<Notice> {
    let lang = staff.visit().lang;
    let mut amount = |name: &'static str| {
        let typed = fields.get(name).to_owned();
        let read = Cents::parse_typed(&typed).ok();
        if read.is_none() && !typed.is_empty() {
            fields.refuse(name, lang.t("account-amount-malformed"));
        }
        read
    };
    let [amount_then, interest, fees, payments, credits, amount_now] =
        ["amount_then", "interest", "fees", "payments", "credits", "amount_now"].map(&mut amount);
    let mut day = |name: &'static str| -> Option<NaiveDate> {
        let read = parse_day(fields.get(name));
        if read.is_err() {
            fields.refuse(name, lang.t("notices-day-malformed"));
        }
        read.unwrap_or_default()
    };
    let [itemization_date, sent_on] = ["itemization_date", "sent_on"].map(&mut day);
    let draft = Draft {
        collector: Collector {
            name: fields.get("collector_name").to_owned(),
            address: lines(fields.get("collector_address")),
        },
        creditor_then: fields.get("creditor_then").to_owned(),
        creditor_now: fields.get("creditor_now").to_owned(),
        itemization_date,
        itemization_kind: ItemizationKind::parse(fields.get("itemization_kind")),
        amount_then,
        interest,
        fees,
        payments,
        credits,
        amount_now,
        sent_on,
        sent_by: SentBy::parse(fields.get("sent_by")),
    };
    match Notice::new(draft, staff.state().today()) {
        Ok(notice) if fields.are_right() => Some(notice),
        Ok(_) => None,
        Err(faults) => {
            for fault in faults {
                // What cannot be read is told as that, not as missing.
                if fields.problem(fault.field()).is_none() {
                    let message = sentence(staff, fault);
                    fields.refuse(field(fault.field()), message);
                }
            }
            None
        }
    }
}

fn lines(typed: &str) -> String {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What is wrong, in a sentence.
fn sentence(staff: &Staff, fault: Fault) -> String {
    let lang = staff.visit().lang;
    match fault {
        Fault::Missing(_) => lang.t("notices-missing").into_owned(),
        Fault::TooLong(_) => lang.t("notices-too-long").into_owned(),
        Fault::Negative(_) => lang.t("notices-negative").into_owned(),
        Fault::DoesNotAddUp(sum) => lang.with("notices-does-not-add-up", &[("sum", &sum)]),
        Fault::NothingOwed => lang.t("notices-nothing-owed").into_owned(),
        Fault::SentBeforeItemization => lang.t("notices-sent-before").into_owned(),
        Fault::SentInTheFuture => lang.t("notices-sent-in-future").into_owned(),
    }
}

/// `POST /admin/debts/{id}/time-barred`: whether the time limit for suing has passed.
pub async fn set_time_barred(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (debt_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["time_barred", "time_barred_reason"]));
    let to = match fields.get("time_barred") {
        "yes" => true,
        "no" => false,
        _ => return Err(AppError::BadForm),
    };
    check_reason(&staff, &mut fields, "time_barred_reason");
    if !fields.are_right() {
        return refuse(&staff, debt_id, fields).await;
    }
    let reason = fields.get("time_barred_reason").to_owned();
    let set = staff
        .run(move |conn, actor, now| {
            if !validation::set_time_barred(conn, debt_id, to, now)? {
                return Ok(false);
            }
            let details = json!({"time_barred": to, "reason": reason});
            audit::write(conn, actor, &act("debt.time_barred_set", debt_id, details), now)?;
            Ok(true)
        })
        .await?;
    if set { Ok(done(&staff, debt_id, "time-barred")) } else { Err(AppError::NotFound) }
}
