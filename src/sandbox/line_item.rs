//! Line items: what a checkout session is for.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::fields::Fields;
use super::id;
use super::params::Form;
use super::state::blank;
use super::turn::Turn;

/// Reads the line items of a new session.
///
/// # Errors
/// 400 for a missing part, a price this sandbox cannot know, or currencies that differ.
pub(super) fn read(turn: &Turn<'_>, form: &Form) -> Result<Vec<Value>, Refusal> {
    let forms = form.items("line_items");
    let items: Vec<Value> =
        forms.iter().enumerate().map(|(place, form)| read_one(turn, form, place)).collect::<Result<_, _>>()?;
    let currency = items.first().map(|item| item.text("currency")).unwrap_or_default();
    if items.iter().any(|item| item.text("currency") != currency) {
        return Err(Refusal::invalid("All line items must have the same currency.").param("line_items"));
    }
    Ok(items)
}

fn read_one(turn: &Turn<'_>, form: &Form, place: usize) -> Result<Value, Refusal> {
    let name = |part: &str| format!("line_items[{place}]{part}");
    let missing = |part: &str| {
        let name = name(part);
        Refusal::invalid(format!("Missing required param: {name}.")).code("parameter_missing").param(&name)
    };
    if let Some(price) = form.text("price") {
        return Err(Refusal::missing("price", price, &name("[price]")));
    }
    if !form.has("price_data") {
        return Err(missing("[price_data]"));
    }
    let currency = form.text("price_data[currency]").ok_or_else(|| missing("[price_data][currency]"))?.to_lowercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(Refusal::invalid(format!("Invalid currency: {currency}.")).param(&name("[price_data][currency]")));
    }
    let product =
        form.text("price_data[product_data][name]").ok_or_else(|| missing("[price_data][product_data][name]"))?;
    let unit = form.int("price_data[unit_amount]").ok_or_else(|| missing("[price_data][unit_amount]"))?;
    let quantity = form.int("quantity").ok_or_else(|| missing("[quantity]"))?;
    let part = if unit < 0 { "[price_data][unit_amount]" } else { "[quantity]" };
    if unit < 0 || quantity < 1 {
        let message = "Invalid integer: it must not be negative, and a quantity is at least 1.";
        return Err(Refusal::invalid(message).code("parameter_invalid_integer").param(&name(part)));
    }
    let Some(total) = unit.checked_mul(quantity) else {
        return Err(Refusal::invalid("The amount is too large.").code("amount_too_large").param(&name("[quantity]")));
    };
    Ok(item(turn, product, &currency, unit, quantity, total))
}

fn item(turn: &Turn<'_>, product: &str, currency: &str, unit: i64, quantity: i64, total: i64) -> Value {
    let mut price = blank("price");
    price.put_all(json!({
        "id": id::object("price_1"), "created": turn.now, "currency": currency, "livemode": turn.rules.livemode,
        "product": id::random("prod_", 14), "unit_amount": unit, "unit_amount_decimal": unit.to_string(),
    }));
    let mut item = blank("item");
    item.put_all(json!({
        "id": id::object("li_1"), "amount_subtotal": total, "amount_total": total, "currency": currency,
        "description": product, "price": price, "quantity": quantity,
    }));
    item
}
