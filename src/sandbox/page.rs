//! The hosted checkout page: what a person sees and does instead of Stripe's.

use actix_web::web::{Data, Form, Path};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::act;
use super::checkout::{self, PayOutcome};
use super::fields::Fields;
use super::shared::Shared;
use super::state::Kind;
use super::words::Words;

/// The checkout of an open session.
#[derive(Template)]
#[template(path = "sandbox/checkout.html")]
struct CheckoutPage<'a> {
    words: &'static Words,
    product: &'a str,
    amount: String,
    cancel_url: &'a str,
    action: String,
    card: bool,
    bank: bool,
    declined: Option<&'static str>,
    typed_card: &'a str,
    typed_account: &'a str,
}

/// The step where the cardholder's bank asks for a confirmation.
#[derive(Template)]
#[template(path = "sandbox/authentication.html")]
struct AuthenticationPage<'a> {
    words: &'static Words,
    product: &'a str,
    amount: String,
    cancel_url: &'a str,
    action: String,
}

/// A session where nothing can be paid any more, or none at all.
#[derive(Template)]
#[template(path = "sandbox/closed.html")]
struct ClosedPage<'a> {
    words: &'static Words,
    heading: &'static str,
    text: &'static str,
    onward_url: &'a str,
}

/// What the forms of the page send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    card_number: Option<String>,
    expiry: Option<String>,
    account_number: Option<String>,
    authentication: Option<String>,
}

/// A session with what its page shows.
struct View {
    session: Value,
    product: String,
    words: &'static Words,
    waits_for_authentication: bool,
}

/// `GET /c/pay/{session}`.
pub(super) async fn show(shared: Data<Shared>, session: Path<String>) -> HttpResponse {
    let Some(view) = view(&shared, &session) else { return unknown() };
    match view.session.text("status") {
        "open" if view.waits_for_authentication => authentication(&view),
        "open" => checkout(&view, None, ""),
        _ => closed(&view),
    }
}

/// `POST /c/pay/{session}`: the card or the bank account was typed.
pub(super) async fn pay(shared: Data<Shared>, session: Path<String>, typed: Form<Typed>) -> HttpResponse {
    let number = typed.card_number.as_deref().or(typed.account_number.as_deref()).unwrap_or_default().trim();
    let past =
        typed.card_number.is_some() && typed.expiry.as_deref().is_some_and(|text| !is_future(text, shared.clock.now()));
    if past {
        let Some(view) = view(&shared, &session) else { return unknown() };
        return checkout(&view, Some(view.words.decline("invalid_expiry", "")), number);
    }
    let outcome = act::pay(&shared, &session, number);
    conclude(&shared, &session, outcome, number)
}

/// `POST /c/pay/{session}/authentication`: the cardholder confirmed or did not.
pub(super) async fn authenticate(shared: Data<Shared>, session: Path<String>, typed: Form<Typed>) -> HttpResponse {
    let passed = typed.authentication.as_deref() == Some("pass");
    let outcome = act::authenticate(&shared, &session, passed);
    conclude(&shared, &session, outcome, "")
}

fn conclude(shared: &Shared, session: &str, outcome: Result<PayOutcome, String>, typed: &str) -> HttpResponse {
    let Some(view) = view(shared, session) else { return unknown() };
    match outcome {
        Ok(PayOutcome::Paid | PayOutcome::Processing) => {
            HttpResponse::SeeOther().insert_header(("location", success_url(&view.session))).finish()
        }
        Ok(PayOutcome::AuthenticationRequired) => authentication(&view),
        Ok(PayOutcome::Declined { code, decline_code }) => {
            checkout(&view, Some(view.words.decline(&code, &decline_code)), typed)
        }
        // Not open any more, or pressed twice: the page says how things stand.
        Err(_) if view.session.text("status") == "open" => checkout(&view, None, typed),
        Err(_) => closed(&view),
    }
}

fn view(shared: &Shared, session_id: &str) -> Option<View> {
    shared.turn(Value::Null, |turn| {
        let session = turn.state.get(Kind::Session, session_id)?.clone();
        let items = turn.state.line_items.get(session_id)?;
        let names: Vec<&str> = items.iter().map(|item| item.text("description")).collect();
        let intent = turn.state.get(Kind::Intent, session.text("payment_intent"));
        Some(View {
            product: names.join(", "),
            words: Words::of(session.text("locale")),
            waits_for_authentication: intent.is_some_and(|intent| intent.text("status") == "requires_action"),
            session,
        })
    })
}

fn checkout(view: &View, declined: Option<&'static str>, typed: &str) -> HttpResponse {
    // What was typed goes back into the field it came from; accounts of this sandbox begin with 000.
    let is_account = typed.starts_with("000");
    let page = CheckoutPage {
        words: view.words,
        product: &view.product,
        amount: amount(&view.session),
        cancel_url: view.session.text("cancel_url"),
        // Named, because the page is also the answer to an authentication that failed, at another address.
        action: format!("/c/pay/{}", view.session.text("id")),
        card: checkout::accepts(&view.session, "card"),
        bank: checkout::accepts(&view.session, "us_bank_account"),
        declined,
        typed_card: if is_account { "" } else { typed },
        typed_account: if is_account { typed } else { "" },
    };
    html(StatusCode::OK, &page, &view.session)
}

fn authentication(view: &View) -> HttpResponse {
    let page = AuthenticationPage {
        words: view.words,
        product: &view.product,
        amount: amount(&view.session),
        cancel_url: view.session.text("cancel_url"),
        action: format!("/c/pay/{}/authentication", view.session.text("id")),
    };
    html(StatusCode::OK, &page, &view.session)
}

fn closed(view: &View) -> HttpResponse {
    let words = view.words;
    let success = success_url(&view.session);
    let (heading, text, onward_url) = match view.session.text("status") {
        "complete" => (words.complete, words.complete_text, success.as_str()),
        _ => (words.expired, words.expired_text, view.session.text("cancel_url")),
    };
    html(StatusCode::OK, &ClosedPage { words, heading, text, onward_url }, &view.session)
}

fn unknown() -> HttpResponse {
    let words = Words::of("en");
    let page = ClosedPage { words, heading: words.unknown, text: words.unknown_text, onward_url: "" };
    html(StatusCode::NOT_FOUND, &page, &Value::Null)
}

fn html(status: StatusCode, page: &impl Template, session: &Value) -> HttpResponse {
    // Browsers hold the redirect after a form against form-action, so the way back must be allowed there.
    let onward = url::Url::parse(session.text("success_url")).map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        onward.unwrap_or_default()
    );
    match page.render() {
        Ok(body) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header(("content-security-policy", policy))
            .insert_header(("cache-control", "no-store"))
            .insert_header(("referrer-policy", "no-referrer"))
            .insert_header(("x-content-type-options", "nosniff"))
            .body(body),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

fn success_url(session: &Value) -> String {
    session.text("success_url").replace("{CHECKOUT_SESSION_ID}", session.text("id"))
}

/// "$1,234.50", or "1,234.50 EUR" in another currency.
fn amount(session: &Value) -> String {
    let cents = session.int("amount_total");
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let figure = format!("{grouped}.{:02}", cents % 100);
    match session.text("currency") {
        "usd" => format!("${figure}"),
        other => format!("{figure} {}", other.to_uppercase()),
    }
}

/// Whether "12 / 34", "12/2034" or "1234" names this month or a later one.
fn is_future(text: &str, now: DateTime<Utc>) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (month, year) = match text.split_once('/') {
        Some((month, year)) => (month.trim(), year.trim()),
        None => (digits.get(..2).unwrap_or_default(), digits.get(2..).unwrap_or_default()),
    };
    let (Ok(month), Ok(year)) = (month.parse::<u32>(), year.parse::<i32>()) else { return false };
    let year = if year < 100 { 2000 + year } else { year };
    (1..=12).contains(&month) && (year, month) >= (now.year(), now.month()) && year < now.year() + 50
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_read_as_people_write_them() {
        let shown = |cents: i64, currency: &str| amount(&json!({ "amount_total": cents, "currency": currency }));
        assert_eq!(shown(123_456_789, "usd"), "$1,234,567.89");
        assert_eq!(shown(500, "usd"), "$5.00");
        assert_eq!(shown(99_905, "eur"), "999.05 EUR");
    }

    #[test]
    fn an_expiry_date_is_this_month_or_later() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        assert_eq!((now.year(), now.month()), (2026, 9));
        for good in ["09 / 26", "12/34", "1234", "12 / 2034"] {
            assert!(is_future(good, now), "{good}");
        }
        for bad in ["08 / 26", "13 / 34", "", "soon", "12/90"] {
            assert!(!is_future(bad, now), "{bad}");
        }
    }
}
