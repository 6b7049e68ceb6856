//! Customers and the payment methods kept with them.

use serde_json::{Value, json};

use super::answer::{Refusal, Reply};
use super::card::{self, Instrument};
use super::fields::{Fields, merge_metadata, or_null};
use super::id;
use super::list;
use super::params::Form;
use super::state::{Kind, blank};
use super::turn::Turn;

const PLAIN: [&str; 4] = ["email", "name", "phone", "description"];

/// `POST /v1/customers`.
pub(super) fn create(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let mut customer = blank("customer");
    customer.put_all(json!({ "id": id::random("cus_", 14), "created": turn.now, "livemode": turn.rules.livemode }));
    apply(&mut customer, form);
    turn.state.add(Kind::Customer, customer.clone());
    turn.emit("customer.created", &customer);
    Ok(customer)
}

/// `POST /v1/customers/{customer}`.
pub(super) fn update(turn: &mut Turn<'_>, customer_id: &str, form: &Form) -> Reply {
    let mut customer = turn.find(Kind::Customer, customer_id, "id")?;
    apply(&mut customer, form);
    let customer = turn.change(Kind::Customer, customer_id, customer);
    turn.emit("customer.updated", &customer);
    Ok(customer)
}

fn apply(customer: &mut Value, form: &Form) {
    for name in PLAIN.into_iter().filter(|name| form.has(name)) {
        customer.put(name, or_null(form.text(name).filter(|text| !text.is_empty())));
    }
    if form.has("address") {
        let mut address =
            json!({ "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null });
        address.put_all(Value::Object(form.map("address")));
        customer.put("address", address);
    }
    let locales = form.list("preferred_locales");
    if !locales.is_empty() {
        customer.put("preferred_locales", locales);
    }
    if let Some(method) = form.text("invoice_settings[default_payment_method]")
        && let Some(settings) = customer.get_mut("invoice_settings")
    {
        settings.put("default_payment_method", method);
    }
    if let Some(own) = customer.get_mut("metadata") {
        merge_metadata(own, form.map("metadata"));
    }
}

/// `GET /v1/customers`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["email"]);
    list::page(turn.state.all(Kind::Customer).iter().filter(|own| wanted.holds(own)), form, "/v1/customers")
}

/// `GET /v1/customers/{customer}/payment_methods`.
pub(super) fn payment_methods(turn: &mut Turn<'_>, customer_id: &str, form: &Form) -> Reply {
    turn.find(Kind::Customer, customer_id, "customer")?;
    let wanted = list::Wanted::new(form, &["type"]);
    let asked = |own: &&Value| own.text("customer") == customer_id && wanted.holds(own);
    let url = format!("/v1/customers/{customer_id}/payment_methods");
    list::page(turn.state.all(Kind::PaymentMethod).iter().filter(asked), form, &url)
}

/// A new payment method made from what a person typed; kept with `customer` where one is given.
pub(super) fn new_payment_method(turn: &mut Turn<'_>, instrument: Instrument, customer: Option<&str>) -> Value {
    let kind = instrument.kind();
    let mut details = blank(&format!("payment_method_{kind}"));
    details.put("last4", instrument.last4());
    if !instrument.is_bank_account() {
        details.put("funding", instrument.funding());
    }
    let mut method = blank("payment_method");
    method.put_all(json!({
        "id": id::object("pm_1"), "created": turn.now, "customer": customer, "livemode": turn.rules.livemode,
        "type": kind, kind: details,
    }));
    turn.state.instruments.insert(method.text("id").to_owned(), instrument.number.to_owned());
    turn.state.add(Kind::PaymentMethod, method.clone());
    method
}

/// A known payment method and its instrument; Stripe's ready-made ones (`pm_card_visa`) are made on the way.
///
/// # Errors
/// 404 when nobody knows the id, 400 when it belongs to another customer than the one that is charged.
pub(super) fn payment_method(
    turn: &mut Turn<'_>,
    method_id: &str,
    customer: Option<&str>,
) -> Result<(Value, Instrument), Refusal> {
    if let Some(instrument) = card::ready_made(method_id) {
        return Ok((new_payment_method(turn, instrument, customer), instrument));
    }
    let method = turn.find(Kind::PaymentMethod, method_id, "payment_method")?;
    if !method.lacks("customer") && Some(method.text("customer")) != customer {
        let message = format!(
            "The provided PaymentMethod ({method_id}) belongs to a customer. Please include that customer in the `customer` \
             parameter on the PaymentIntent."
        );
        return Err(Refusal::invalid(message).param("payment_method"));
    }
    let number = turn.state.instruments.get(method_id).cloned().unwrap_or_default();
    card::instrument(&number).map(|instrument| (method, instrument)).ok_or_else(card::incorrect_number)
}
