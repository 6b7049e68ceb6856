//! Recording a payment that was made elsewhere: a check, a money order, cash.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::money::Cents;
use crate::models::account::{self, Account, PaymentElsewhere, Recorded};
use crate::models::audit;
use crate::web::admin::contacts::moment;
use crate::web::admin::debt::{act, done};
use crate::web::admin::fields::Fields;
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;
use crate::web::form::PostedForm;
use crate::web::security::sha256;

#[derive(Template)]
#[template(path = "admin/elsewhere.html")]
struct ElsewherePage {
    chrome: Frame,
    account: Account,
    fields: Fields,
}

const METHODS: [&str; 3] = ["check", "money_order", "cash"];

async fn page(staff: &Staff, req: &HttpRequest, status: StatusCode, fields: Fields) -> Result<HttpResponse, AppError> {
    let debt_id = id(req, "id")?;
    let found = staff.run(move |conn, _, _| account::find(conn, debt_id, sha256)).await?;
    let account = found.ok_or(AppError::NotFound)?;
    staff.page(status, &ElsewherePage { chrome: staff.frame(), account, fields })
}

/// `GET /admin/debts/{id}/payments/new`
pub async fn new(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let now = staff.now().with_timezone(&staff.state().settings.company.time_zone);
    let fields = Fields::of([
        ("method", "check".to_owned()),
        ("date", now.format("%Y-%m-%d").to_string()),
        ("time", now.format("%H:%M").to_string()),
    ]);
    page(&staff, &req, StatusCode::OK, fields).await
}

/// `POST /admin/debts/{id}/payments`
pub async fn record(req: HttpRequest, staff: Staff, form: PostedForm) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let mut fields = Fields::read(&form, &["amount", "method", "reference", "date", "time"]);
    let lang = staff.visit().lang;
    let amount = Cents::parse_typed(fields.get("amount")).ok().filter(|amount| amount.is_positive());
    if amount.is_none() {
        fields.refuse("amount", lang.t("account-amount-malformed"));
    }
    let method = METHODS.into_iter().find(|method| fields.is("method", method));
    if method.is_none() {
        fields.refuse("method", lang.t("account-method-empty"));
    }
    let reference = fields.get("reference").to_owned();
    if reference.chars().count() > 100 {
        fields.refuse("reference", lang.count("account-field-long", 100));
    } else if reference.is_empty() && method != Some("cash") {
        fields.refuse("reference", lang.t("account-reference-empty"));
    }
    let at = moment(&staff, fields.get("date"), fields.get("time"));
    match at {
        None => fields.refuse("date", lang.t("account-contact-no-time")),
        Some(at) if at > staff.now() + chrono::Duration::minutes(1) => {
            fields.refuse("date", lang.t("account-contact-future"));
        }
        Some(_) => {}
    }
    let (Some(amount), Some(method), Some(received_at), true) = (amount, method, at, fields.are_right()) else {
        return page(&staff, &req, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let recorded = staff
        .run(move |conn, actor, now| {
            let new = PaymentElsewhere { debt_id, amount, method, reference: &reference, received_at };
            let recorded = account::record_payment(conn, &new, now)?;
            if let Recorded::Done(payment) = recorded {
                let details =
                    json!({"payment": payment, "amount": amount.plain(), "method": method, "reference": reference});
                audit::write(conn, actor, &act("payment.recorded", debt_id, details), now)?;
            }
            Ok(recorded)
        })
        .await?;
    match recorded {
        Recorded::Done(_) => return Ok(done(&staff, debt_id, "payment")),
        Recorded::TooMuch(most) => fields.refuse("amount", lang.with("account-payment-too-much", &[("amount", &most)])),
        Recorded::BeforeImport => fields.refuse("date", lang.t("account-payment-before-import")),
        Recorded::Twice => fields.refuse("reference", lang.t("account-payment-twice")),
        Recorded::NotPayable(_) => fields.refuse("amount", lang.t("account-payment-not-payable")),
        Recorded::NotFound => return Err(AppError::NotFound),
    }
    page(&staff, &req, StatusCode::UNPROCESSABLE_ENTITY, fields).await
}
