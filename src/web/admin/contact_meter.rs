//! `/admin/debts/{id}/contact-meter`: whether the person may be called about a debt now, by which rule.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use crate::domain::contact_meter::ContactMeter;
use crate::models::audit::{self, Act};
use crate::models::contact_meter;
use crate::web::admin::{Frame, Staff, id};
use crate::web::error::AppError;

#[derive(Template)]
#[template(path = "admin/contact_meter.html")]
struct ContactMeterPage {
    chrome: Frame,
    debt_id: Uuid,
    meter: ContactMeter,
}

/// Shows the meter alone, for who is about to dial.
pub async fn show(req: HttpRequest, staff: Staff) -> Result<HttpResponse, AppError> {
    let debt_id = id(&req, "id")?;
    let meter = staff
        .run(move |conn, actor, now| {
            let Some(meter) = contact_meter::read(conn, debt_id, now)? else { return Ok(None) };
            let act = Act {
                action: "contact_meter.read",
                subject: "debt",
                subject_id: Some(debt_id),
                debt_id: Some(debt_id),
                details: json!({}),
            };
            audit::write(conn, actor, &act, now)?;
            Ok(Some(meter))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    staff.page(StatusCode::OK, &ContactMeterPage { chrome: staff.frame(), debt_id, meter })
}
