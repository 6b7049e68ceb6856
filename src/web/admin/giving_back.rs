//! Refunds by staff: the second factor once more, and above an amount a second person.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use crate::cashier::Refunding;
use crate::domain::money::Cents;
use crate::domain::returns::{Origin, RefundState};
use crate::models::audit;
use crate::models::payment::{self, Payment};
use crate::models::refund::{self, Asked, RefundRequest};
use crate::models::refund_request::{self, Decided, NewWish, RefundWish};
use crate::web::admin::debt::{act, done};
use crate::web::admin::fields::Fields;
use crate::web::admin::second_factor::{Again, Recheck};
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;

#[derive(Template)]
#[template(path = "admin/refund_new.html")]
struct RefundPage {
    chrome: Frame,
    payment: Payment,
    refundable: Cents,
    /// Above this a second person is needed.
    alone: Cents,
    fields: Fields,
}

async fn page(staff: &Staff, payment_id: Uuid, status: StatusCode, fields: Fields) -> Result<HttpResponse, AppError> {
    let found = staff
        .run(move |conn, _, _| {
            let Some(payment) = payment::find(conn, payment_id)? else { return Ok(None) };
            let refundable = refund::refundable(conn, &payment)?;
            Ok(Some((payment, refundable)))
        })
        .await?;
    let (payment, refundable) = found.ok_or(AppError::NotFound)?;
    let alone = staff.state().settings.args.staff.refund_second_person_above;
    let fields = if fields.get("amount").is_empty() && fields.are_right() {
        Fields::of([("amount", refundable.plain())])
    } else {
        fields
    };
    staff.page(status, &RefundPage { chrome: staff.frame(), payment, refundable, alone, fields })
}

/// `GET /admin/payments/{id}/refunds/new`
pub async fn new(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    page(&staff, id(&req, "id")?, StatusCode::OK, Fields::default()).await
}

/// Why a refund was not even written down, as a sentence.
fn refusal(staff: &Staff, asked: &Asked) -> String {
    let lang = staff.visit().lang;
    match asked {
        Asked::NotFound | Asked::NotPaid => lang.t("account-refund-not-paid").into_owned(),
        Asked::ChargedBack => lang.t("account-refund-charged-back").into_owned(),
        Asked::BooksClosed => lang.t("staff-error-payments-paused").into_owned(),
        Asked::Changed(now) => lang.with("account-refund-changed", &[("amount", now)]),
        Asked::TooMuch(most) => lang.with("account-refund-too-much", &[("amount", most)]),
        Asked::Requested(_) => String::new(),
    }
}

/// What the form says, once it is right.
struct Wanted {
    amount: Cents,
    seen: Cents,
    reason: String,
}

fn check(staff: &Staff, fields: &mut Fields, seen: &str) -> Option<Wanted> {
    let lang = staff.visit().lang;
    let seen = Cents::parse_typed(seen).ok()?;
    let amount = Cents::parse_typed(fields.get("amount")).ok().filter(|amount| amount.is_positive());
    match amount {
        None => fields.refuse("amount", lang.t("account-amount-malformed")),
        Some(amount) if amount > seen => {
            fields.refuse("amount", lang.with("account-refund-too-much", &[("amount", &seen)]));
        }
        Some(_) => {}
    }
    match fields.get("reason").chars().count() {
        0 => fields.refuse("reason", lang.t("account-reason-empty")),
        1..=1000 => {}
        _ => fields.refuse("reason", lang.t("account-reason-long")),
    }
    let reason = fields.get("reason").to_owned();
    fields.are_right().then_some(Wanted { amount: amount?, seen, reason })
}

/// What came of the first transaction.
enum Step {
    /// The refund is to be made now.
    Make,
    /// A second person is asked.
    Waits,
    /// One of this payment waits already.
    WaitsAlready,
    Code(Again),
}

/// `POST /admin/payments/{id}/refunds`
pub async fn make(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let (payment_id, mut fields) = (id(&req, "id")?, Fields::read(&form, &["amount", "reason"]));
    let Some(payment) = staff.run(move |conn, _, _| payment::find(conn, payment_id)).await? else {
        return Err(AppError::NotFound);
    };
    let debt_id = payment.debt_id;
    let Some(wanted) = check(&staff, &mut fields, form.get("seen")) else {
        if fields.are_right() {
            return Err(AppError::BadForm);
        }
        return page(&staff, payment_id, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let (recheck, by) = (Recheck::new(&req, &staff, form.get("code")), staff.session.person.id);
    let alone = wanted.amount <= staff.state().settings.args.staff.refund_second_person_above;
    let (amount, seen, reason) = (wanted.amount, wanted.seen, wanted.reason.clone());
    let step = staff
        .run(move |conn, actor, now| {
            match recheck.look(conn, actor, now)? {
                Again::Right => {}
                again => return Ok(Step::Code(again)),
            }
            let details = json!({"payment": payment_id, "amount": amount.plain(), "reason": reason});
            if alone {
                audit::write(conn, actor, &act("refund.ordered", debt_id, details), now)?;
                return Ok(Step::Make);
            }
            let new = NewWish { payment_id, amount, refundable: seen, reason: &reason, requested_by: by };
            if refund_request::ask(conn, &new, now)?.is_none() {
                return Ok(Step::WaitsAlready);
            }
            audit::write(conn, actor, &act("refund.requested", debt_id, details), now)?;
            Ok(Step::Waits)
        })
        .await?;
    let lang = staff.visit().lang;
    match step {
        Step::Waits => return Ok(done(&staff, debt_id, "refund-waiting")),
        Step::WaitsAlready => fields.refuse("amount", lang.t("account-refund-waits-already")),
        Step::Code(Again::Paused) => fields.refuse("code", lang.t("me-paused")),
        Step::Code(_) => fields.refuse("code", lang.t("code-wrong")),
        Step::Make => match give_back(&staff, payment_id, debt_id, amount, seen).await? {
            Ok(()) => return Ok(done(&staff, debt_id, "refund")),
            Err(message) => fields.refuse("amount", message),
        },
    }
    page(&staff, payment_id, StatusCode::UNPROCESSABLE_ENTITY, fields).await
}

/// Gives money back and writes down what came of it; the sentence when nothing was given back.
async fn give_back(
    staff: &Staff,
    payment_id: Uuid,
    debt_id: Uuid,
    amount: Cents,
    seen: Cents,
) -> Result<Result<(), String>, AppError> {
    let request = RefundRequest { payment_id, amount, seen, origin: Origin::Staff };
    let cashier = &staff.state().cashier;
    let came = cashier.refund(request, cashier.stripe.deadline()).await?;
    let (outcome, told) = match &came {
        Refunding::Not(asked) => (json!({"refused": format!("{asked:?}")}), Err(refusal(staff, asked))),
        Refunding::Stands(row) => {
            let state = row.state();
            let failed = matches!(state, RefundState::Refused | RefundState::Failed | RefundState::Canceled);
            let told = if failed { Err(staff.visit().lang.t("account-refund-failed").into_owned()) } else { Ok(()) };
            (json!({"refund": row.id, "state": state.name()}), told)
        }
    };
    let details = json!({"payment": payment_id, "amount": amount.plain(), "outcome": outcome});
    staff.run(move |conn, actor, now| audit::write(conn, actor, &act("refund.made", debt_id, details), now)).await?;
    Ok(told)
}

#[derive(Template)]
#[template(path = "admin/approvals.html")]
struct ApprovalsPage {
    chrome: Frame,
    wishes: Vec<RefundWish>,
    me: Uuid,
    fields: Fields,
}

async fn approvals_page(staff: &Staff, status: StatusCode, fields: Fields) -> Result<HttpResponse, AppError> {
    let wishes = staff.run(|conn, _, _| refund_request::waiting(conn, 200)).await?;
    let me = staff.session.person.id;
    staff.page(status, &ApprovalsPage { chrome: staff.frame(), wishes, me, fields })
}

/// `GET /admin/approvals`: refunds that wait for a second person.
pub async fn approvals(staff: Staff) -> Result<HttpResponse, AppError> {
    approvals_page(&staff, StatusCode::OK, Fields::default()).await
}

/// `POST /admin/approvals/{id}`: the second person's word.
pub async fn decide(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let wish_id = id(&req, "id")?;
    let approve = match form.get("decision") {
        "approve" => true,
        "decline" => false,
        _ => return Err(AppError::BadForm),
    };
    let (recheck, by) = (Recheck::new(&req, &staff, form.get("code")), staff.session.person.id);
    let decided = staff
        .run(move |conn, actor, now| {
            match recheck.look(conn, actor, now)? {
                Again::Right => {}
                again => return Ok(Err(again)),
            }
            let decided = refund_request::decide(conn, wish_id, approve, by, now)?;
            if let Decided::Done(wish) = &decided {
                let action = if approve { "refund.approved" } else { "refund.declined" };
                let details = json!({"payment": wish.payment_id, "amount": wish.amount.plain(), "request": wish.id});
                audit::write(conn, actor, &act(action, wish.debt_id, details), now)?;
            }
            Ok(Ok(decided))
        })
        .await?;
    let (lang, mut fields) = (staff.visit().lang, Fields::default());
    match decided {
        Err(Again::Paused) => fields.refuse("approvals", lang.t("me-paused")),
        Err(_) => fields.refuse("approvals", lang.t("code-wrong")),
        Ok(Decided::SamePerson) => fields.refuse("approvals", lang.t("account-approval-same-person")),
        Ok(Decided::Gone) => fields.refuse("approvals", lang.t("account-approval-gone")),
        Ok(Decided::Done(_)) if !approve => return Ok(staff.redirect("/admin/approvals")),
        Ok(Decided::Done(wish)) => {
            match give_back(&staff, wish.payment_id, wish.debt_id, wish.amount, wish.refundable).await? {
                Ok(()) => return Ok(done(&staff, wish.debt_id, "refund")),
                Err(message) => fields.refuse("approvals", message),
            }
        }
    }
    approvals_page(&staff, StatusCode::UNPROCESSABLE_ENTITY, fields).await
}
