//! Stands before every page of the staff area: no route without a line in the table, no page without its role.

use actix_web::HttpMessage;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use serde_json::json;
use url::form_urlencoded;

use crate::models::audit::{self, Act};
use crate::models::staff::{self as people, Stage};
use crate::web::admin::staff::SignedIn;
use crate::web::admin::{Who, methods, route};
use crate::web::error::AppError;
use crate::web::visitor::Visit;

/// Why a request goes no further.
enum Denied {
    /// To where the way in goes on.
    To(String),
    /// With a page.
    With(AppError),
}

impl From<AppError> for Denied {
    fn from(error: AppError) -> Denied {
        Denied::With(error)
    }
}

/// Lets a request through to its handler, or answers it.
pub async fn guard<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    match admit(&req).await {
        Ok(()) => Ok(next.call(req).await?.map_into_left_body()),
        Err(Denied::To(location)) => {
            let answer = HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish();
            Ok(req.into_response(answer).map_into_right_body())
        }
        Err(Denied::With(error)) => {
            let (req, _) = req.into_parts();
            Ok(ServiceResponse::from_err(error, req).map_into_right_body())
        }
    }
}

async fn admit(req: &ServiceRequest) -> Result<(), Denied> {
    let pattern = req.match_pattern().unwrap_or_default();
    let Some(route) = route(&pattern, req.method().as_str()) else {
        let allowed = methods(&pattern);
        let error =
            if allowed.is_empty() { AppError::NotFound } else { AppError::MethodNotAllowed(allowed.join(", ")) };
        return Err(error.into());
    };
    let visit = Visit::of(req.request())?;
    let signed_in = SignedIn::find(req.request(), &visit).await?;
    match (route.who, &signed_in) {
        (Who::Anybody, _) => {}
        (_, None) => return Err(sign_in(req)),
        (Who::HalfSignedIn, Some(staff)) => match staff.session.stage {
            Stage::Full => return Err(Denied::To("/admin".to_owned())),
            Stage::Code | Stage::Enroll => {}
        },
        (Who::Roles(roles), Some(staff)) => match staff.session.stage {
            Stage::Code => return Err(Denied::To("/admin/sign-in/code".to_owned())),
            Stage::Enroll => return Err(Denied::To("/admin/sign-in/second-factor".to_owned())),
            Stage::Full if !roles.contains(&staff.session.person.role) => {
                let (actor, now) = (staff.actor(), visit.state().clock.now());
                let refused = json!({"route": pattern, "method": req.method().as_str()});
                let act = Act { action: "access.refused", subject: "route", details: refused, ..Act::default() };
                visit
                    .state()
                    .db
                    .write(move |conn| audit::write(conn, &actor, &act, now))
                    .await
                    .map_err(AppError::from)?;
                return Err(AppError::Forbidden.into());
            }
            Stage::Full => {}
        },
    }
    if let Some(staff) = signed_in {
        let now = visit.state().clock.now();
        if staff.session.wants_touch(now) {
            let id = staff.id;
            visit.state().db.write(move |conn| people::touch(conn, &id, now)).await.map_err(AppError::from)?;
        }
        req.extensions_mut().insert(staff);
    }
    Ok(())
}

/// A page is asked for again after signing in; a form is not, it would be sent twice.
fn sign_in(req: &ServiceRequest) -> Denied {
    if !matches!(req.method().as_str(), "GET" | "HEAD") {
        return Denied::With(AppError::SignedOut);
    }
    if req.path() == "/admin" {
        return Denied::To("/admin/sign-in".to_owned());
    }
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", req.path()).finish();
    Denied::To(format!("/admin/sign-in?{next}"))
}
