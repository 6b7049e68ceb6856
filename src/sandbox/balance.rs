//! The account's balance and the transactions it is made of.

use serde_json::{Value, json};

use super::answer::Reply;
use super::fields::Fields;
use super::id;
use super::list;
use super::params::Form;
use super::state::{Kind, blank};
use super::turn::Turn;

/// Money becomes available two days after it came in.
const AVAILABLE_AFTER_SECONDS: i64 = 2 * 24 * 60 * 60;
/// What Stripe takes for a lost or open chargeback.
pub(super) const DISPUTE_FEE_CENTS: i64 = 1_500;

/// Records `amount` cents (negative when they leave) for `source` and returns the transaction's id.
pub(super) fn record(turn: &mut Turn<'_>, kind: &str, source: &Value, amount: i64) -> String {
    // 2.9 % and 30 cents, rounded half up; refunds cost nothing and give no fee back.
    let fee = if kind == "charge" { (amount * 29 + 500) / 1000 + 30 } else { 0 };
    record_with_fee(turn, kind, source, amount, fee)
}

/// The same with a given fee in cents.
pub(super) fn record_with_fee(turn: &mut Turn<'_>, kind: &str, source: &Value, amount: i64, fee: i64) -> String {
    let id = id::object("txn_3");
    let currency = source.text("currency").to_owned();
    let fees = if fee == 0 {
        json!([])
    } else {
        json!([{ "amount": fee, "application": null, "currency": currency, "description": "Stripe processing fees",
                 "type": "stripe_fee" }])
    };
    let mut transaction = blank("balance_transaction");
    transaction.put_all(json!({
        "id": id,
        "amount": amount,
        "available_on": turn.now + AVAILABLE_AFTER_SECONDS,
        "created": turn.now,
        "currency": currency,
        "description": source.get("description"),
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": match kind { "adjustment" => "dispute", "refund_failure" => "refund_failure", other => other },
        "source": source.text("id"),
        "type": kind,
    }));
    turn.state.add(Kind::Transaction, transaction);
    id
}

/// `GET /v1/balance`.
pub(super) fn balance(turn: &mut Turn<'_>, _form: &Form) -> Reply {
    let transactions = turn.state.all(Kind::Transaction);
    let currency = transactions.last().map_or("usd", |own| own.text("currency"));
    let sum = |available: bool| -> i64 {
        let counted = transactions.iter().filter(|own| (own.int("available_on") <= turn.now) == available);
        counted.map(|own| own.int("net")).sum()
    };
    let part = |cents: i64| json!([{ "amount": cents, "currency": currency, "source_types": { "card": cents } }]);
    Ok(json!({
        "object": "balance", "available": part(sum(true)), "livemode": turn.rules.livemode, "pending": part(sum(false)),
    }))
}

/// `GET /v1/balance_transactions`.
pub(super) fn list(turn: &mut Turn<'_>, form: &Form) -> Reply {
    let wanted = list::Wanted::new(form, &["source", "type", "currency"]);
    list::page(
        turn.state.all(Kind::Transaction).iter().filter(|own| wanted.holds(own)),
        form,
        "/v1/balance_transactions",
    )
}

/// `GET /v1/account`: the account behind the key.
pub(super) fn account(turn: &mut Turn<'_>, _form: &Form) -> Reply {
    Ok(json!({
        "id": "acct_1SandboxAccount00",
        "object": "account",
        "business_profile": { "name": "Sandbox", "support_email": null, "support_phone": null, "url": null },
        "business_type": "company",
        "charges_enabled": true,
        "country": "US",
        "created": turn.now,
        "default_currency": "usd",
        "details_submitted": true,
        "email": null,
        "payouts_enabled": true,
        "settings": { "dashboard": { "display_name": "Sandbox", "timezone": "Etc/UTC" } },
        "type": "standard",
    }))
}
