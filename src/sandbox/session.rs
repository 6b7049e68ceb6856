//! Checkout sessions: made, read, listed, expired.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::fields::{Fields, or_null};
use super::id;
use super::intent;
use super::line_item;
use super::list;
use super::params::Form;
use super::state::{Kind, State, blank};
use super::turn::Turn;

const SHORTEST_SECONDS: i64 = 30 * 60;
const LONGEST_SECONDS: i64 = 24 * 60 * 60;
/// Stripe's least charge in US dollars, in cents.
pub(super) const LEAST_CENTS: i64 = 50;
/// Stripe's greatest charge, in cents.
pub(super) const MOST_CENTS: i64 = 99_999_999;
const REFERENCE_CHARS: usize = 200;
const BOTH_KINDS: [&str; 2] = ["card", "us_bank_account"];

/// `POST /v1/checkout/sessions`.
pub(super) fn create(turn: &mut Turn<'_>, form: &Form) -> Reply {
    check(turn, form)?;
    let expires_at = expiry(turn.now, form)?;
    let items = line_item::read(turn, form)?;
    let total: i64 = items.iter().map(|item| item.int("amount_total")).sum();
    let currency = items.first().map(|item| item.text("currency").to_owned()).unwrap_or_default();
    check_total(total, &currency)?;
    let id = id::random(&format!("cs_{}_a1", turn.mode()), 56);
    let asked_kinds = form.list("payment_method_types");
    let mut session = blank("checkout.session");
    session.put_all(json!({
        "id": id,
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": or_null(form.text("cancel_url")),
        "client_reference_id": or_null(form.text("client_reference_id")),
        "created": turn.now,
        "currency": currency,
        "customer": or_null(form.text("customer")),
        "customer_creation": if form.has("customer") { Value::Null } else { form.text("customer_creation").unwrap_or("if_required").into() },
        "customer_details": customer_details(turn, form),
        "customer_email": or_null(form.text("customer_email")),
        "expires_at": expires_at,
        "livemode": turn.rules.livemode,
        "locale": or_null(form.text("locale")),
        "metadata": form.map("metadata"),
        "payment_method_options": payment_method_options(form),
        "payment_method_types": if asked_kinds.is_empty() { BOTH_KINDS.to_vec() } else { asked_kinds },
        "submit_type": or_null(form.text("submit_type")),
        "success_url": or_null(form.text("success_url")),
        "url": format!("{}/c/pay/{id}", turn.rules.base_url),
    }));
    turn.state.open.insert(id.clone(), expires_at);
    turn.state.line_items.insert(id.clone(), items);
    turn.state.intent_wishes.insert(id, intent::wishes(form));
    turn.state.add(Kind::Session, session.clone());
    Ok(session)
}

/// The restriction of cards, which is all of these options that this sandbox heeds.
fn payment_method_options(form: &Form) -> Value {
    match form.list("payment_method_options[card][restrictions][funding_types_blocked]") {
        blocked if blocked.is_empty() => json!({}),
        blocked => json!({ "card": { "restrictions": { "funding_types_blocked": blocked } } }),
    }
}

fn check(turn: &Turn<'_>, form: &Form) -> Result<(), Refusal> {
    for name in ["mode", "line_items", "success_url"] {
        if !form.has(name) {
            let message = format!("Missing required param: {name}.");
            return Err(Refusal::invalid(message).code("parameter_missing").param(name));
        }
    }
    if form.text("mode") != Some("payment") {
        return Err(Refusal::invalid("This sandbox serves `mode=payment` only.").param("mode"));
    }
    if form.text("ui_mode").is_some_and(|mode| mode != "hosted_page") {
        return Err(Refusal::invalid("This sandbox serves `ui_mode=hosted_page` only.").param("ui_mode"));
    }
    for name in ["success_url", "cancel_url"] {
        let is_url = |text: &str| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if form.text(name).is_some_and(|text| !is_url(text)) {
            let message = "Not a valid URL. URLs must begin with http:// or https://.";
            return Err(Refusal::invalid(message).code("url_invalid").param(name));
        }
    }
    if form.text("client_reference_id").is_some_and(|text| text.chars().count() > REFERENCE_CHARS) {
        let message = "Invalid string: client_reference_id must be at most 200 characters.";
        return Err(Refusal::invalid(message).code("parameter_invalid_string_length").param("client_reference_id"));
    }
    if let Some(customer) = form.text("customer") {
        turn.find(Kind::Customer, customer, "customer")?;
        if form.has("customer_email") {
            let message = "You may only specify one of these parameters: customer, customer_email.";
            return Err(Refusal::invalid(message).param("customer"));
        }
    }
    Ok(())
}

fn expiry(now: i64, form: &Form) -> Result<i64, Refusal> {
    let expires_at = form.int("expires_at").unwrap_or(now + LONGEST_SECONDS);
    let message = if expires_at < now + SHORTEST_SECONDS {
        "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
    } else if expires_at > now + LONGEST_SECONDS {
        "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
    } else {
        return Ok(expires_at);
    };
    Err(Refusal::invalid(message).param("expires_at"))
}

fn check_total(total: i64, currency: &str) -> Result<(), Refusal> {
    if total < LEAST_CENTS {
        let message = format!("The Checkout Session's total amount due must add up to at least $0.50 {currency}");
        return Err(Refusal::invalid(message).code("amount_too_small"));
    }
    if total > MOST_CENTS {
        let message = format!("The Checkout Session's total amount due must be no more than $999,999.99 {currency}");
        return Err(Refusal::invalid(message).code("amount_too_large"));
    }
    Ok(())
}

fn customer_details(turn: &Turn<'_>, form: &Form) -> Value {
    let customer = form.text("customer").and_then(|id| turn.state.get(Kind::Customer, id));
    let email =
        form.text("customer_email").or_else(|| customer.map(|own| own.text("email")).filter(|text| !text.is_empty()));
    if email.is_none() {
        return Value::Null;
    }
    json!({ "address": null, "business_name": null, "email": email, "individual_name": null, "name": null, "phone": null,
            "tax_exempt": "none", "tax_ids": [] })
}

/// `GET /v1/checkout/sessions`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let email = form.text("customer_details[email]");
    let wanted = list::Wanted::new(form, &["status", "payment_intent", "customer"]);
    let with_email = |own: &Value| {
        email.is_none_or(|email| own.get("customer_details").is_some_and(|details| details.text("email") == email))
    };
    let asked = |own: &&Value| wanted.holds(own) && with_email(own);
    list::page(turn.state.all(Kind::Session).iter().filter(asked), form, "/v1/checkout/sessions")
}

/// `GET /v1/checkout/sessions/{session}/line_items`.
pub(super) fn line_items(turn: &mut Turn<'_>, session_id: &str, form: &Form) -> Reply {
    turn.find(Kind::Session, session_id, "session")?;
    let items = turn.state.line_items.get(session_id).cloned().unwrap_or_default();
    list::page(items.iter(), form, &format!("/v1/checkout/sessions/{session_id}/line_items"))
}

/// `POST /v1/checkout/sessions/{session}/expire`.
pub(super) fn expire(turn: &mut Turn<'_>, session_id: &str, _form: &Form) -> Reply {
    let session = turn.find(Kind::Session, session_id, "session")?;
    if session.text("status") != "open" {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of \
             `{}`.",
            session.text("status")
        );
        return Err(Refusal::not_now(message));
    }
    Ok(close(turn, session_id))
}

/// Expires every open session whose time is over.
pub(super) fn expire_due(turn: &mut Turn<'_>) {
    let over = turn.state.open.iter().filter(|(_, expires_at)| **expires_at <= turn.now);
    for id in over.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
        close(turn, &id);
    }
}

fn close(turn: &mut Turn<'_>, session_id: &str) -> Value {
    turn.state.open.remove(session_id);
    let session = turn.change(Kind::Session, session_id, json!({ "status": "expired", "url": null }));
    turn.emit("checkout.session.expired", &session);
    let intent = session.text("payment_intent");
    if !intent.is_empty() {
        intent::cancel_for_session(turn, intent);
    }
    session
}

/// Open sessions of an earlier run point to where their page stands now.
pub(super) fn move_to(state: &mut State, base_url: &str) {
    for id in state.open.keys().cloned().collect::<Vec<_>>() {
        if let Some(session) = state.get_mut(Kind::Session, &id) {
            session.put("url", format!("{base_url}/c/pay/{id}"));
        }
    }
}
