//! The operations of the API: which address leads to which function.

use super::answer::{Refusal, Reply};
use super::expand::expand;
use super::params::Form;
use super::state::Kind;
use super::turn::Turn;
use super::{balance, charge, customer, dispute, event, intent, refund, session};

type Operation = fn(&mut Turn<'_>, &str, &Form) -> Reply;

/// Every operation, by the name it has in Stripe's API description and in the table of parameters.
const OPERATIONS: &[(&str, Operation)] = &[
    ("POST /v1/checkout/sessions", |turn, _, form| session::create(turn, form)),
    ("GET /v1/checkout/sessions", |turn, _, form| session::list(turn, form)),
    ("GET /v1/checkout/sessions/{session}", |turn, id, _| turn.find(Kind::Session, id, "session")),
    ("POST /v1/checkout/sessions/{session}/expire", session::expire),
    ("GET /v1/checkout/sessions/{session}/line_items", session::line_items),
    ("POST /v1/customers", |turn, _, form| customer::create(turn, form)),
    ("GET /v1/customers", |turn, _, form| customer::list(turn, form)),
    ("GET /v1/customers/{customer}", |turn, id, _| turn.find(Kind::Customer, id, "id")),
    ("POST /v1/customers/{customer}", customer::update),
    ("GET /v1/customers/{customer}/payment_methods", customer::payment_methods),
    ("GET /v1/payment_methods/{payment_method}", |turn, id, _| turn.find(Kind::PaymentMethod, id, "payment_method")),
    ("POST /v1/payment_intents", |turn, _, form| intent::create(turn, form)),
    ("GET /v1/payment_intents", |turn, _, form| intent::list(turn, form)),
    ("GET /v1/payment_intents/{intent}", |turn, id, _| turn.find(Kind::Intent, id, "intent")),
    ("POST /v1/payment_intents/{intent}/confirm", intent::confirm),
    ("POST /v1/payment_intents/{intent}/cancel", intent::cancel),
    ("GET /v1/charges", |turn, _, form| charge::list(turn, form)),
    ("GET /v1/charges/{charge}", |turn, id, _| turn.find(Kind::Charge, id, "charge")),
    ("POST /v1/refunds", |turn, _, form| refund::create(turn, form)),
    ("GET /v1/refunds", |turn, _, form| refund::list(turn, form)),
    ("GET /v1/refunds/{refund}", |turn, id, _| turn.find(Kind::Refund, id, "refund")),
    ("POST /v1/refunds/{refund}", refund::update),
    ("POST /v1/refunds/{refund}/cancel", refund::cancel),
    ("GET /v1/disputes", |turn, _, form| dispute::list(turn, form)),
    ("GET /v1/disputes/{dispute}", |turn, id, _| turn.find(Kind::Dispute, id, "dispute")),
    ("POST /v1/disputes/{dispute}", dispute::update),
    ("POST /v1/disputes/{dispute}/close", dispute::close),
    ("GET /v1/events", |turn, _, form| event::list(turn, form)),
    ("GET /v1/events/{id}", |turn, id, _| turn.find(Kind::Event, id, "id")),
    ("GET /v1/balance", |turn, _, form| balance::balance(turn, form)),
    ("GET /v1/balance_transactions", |turn, _, form| balance::list(turn, form)),
    ("GET /v1/balance_transactions/{id}", |turn, id, _| turn.find(Kind::Transaction, id, "id")),
    ("GET /v1/account", |turn, _, form| balance::account(turn, form)),
];

/// A request that has found its operation and passed its checks.
pub(super) struct Call {
    name: &'static str,
    operation: Operation,
    id: String,
    form: Form,
}

impl Call {
    /// Finds the operation for an address and checks the parameters; nothing is executed yet.
    ///
    /// # Errors
    /// 404 for an unknown address, 400 for parameters the operation does not take.
    pub(super) fn find(method: &str, path: &str, form: Form) -> Result<Call, Refusal> {
        let found = OPERATIONS.iter().find_map(|(name, operation)| {
            let (own_method, template) = name.split_once(' ')?;
            let id = if own_method == method { id_in(template, path)? } else { return None };
            Some((*name, *operation, id.to_owned()))
        });
        let (name, operation, id) = found.ok_or_else(|| Refusal::unknown_url(method, path))?;
        form.check(name)?;
        Ok(Call { name, operation, id, form })
    }

    /// What two requests with the same idempotency key must have in common.
    pub(super) fn fingerprint(&self) -> String {
        format!("{} {}\n{}", self.name, self.id, self.form.fingerprint())
    }

    /// Executes the operation.
    ///
    /// # Errors
    /// Stripe's refusal, where the objects do not allow it.
    pub(super) fn execute(&self, turn: &mut Turn<'_>) -> Reply {
        let mut answer = (self.operation)(turn, &self.id, &self.form)?;
        expand(&mut answer, &self.form, turn.state).map_err(Refusal::after_effect)?;
        Ok(answer)
    }
}

/// The id in `path` where it fits the template: "" for a template without one, none where it does not fit.
fn id_in<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let mut id = "";
    let mut own = path.split('/');
    for step in template.split('/') {
        let segment = own.next()?;
        if step.starts_with('{') {
            id = segment;
        } else if step != segment {
            return None;
        }
    }
    own.next().is_none().then_some(id).filter(|_| !path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_one_operation_at_most() {
        assert_eq!(id_in("/v1/refunds/{refund}/cancel", "/v1/refunds/re_1/cancel"), Some("re_1"));
        assert_eq!(id_in("/v1/refunds/{refund}", "/v1/refunds/re_1/cancel"), None);
        assert_eq!(id_in("/v1/refunds/{refund}", "/v1/refunds/"), None);
        assert_eq!(id_in("/v1/refunds", "/v1/refunds"), Some(""));
    }

    #[test]
    fn every_operation_has_its_parameters() {
        for (name, _) in OPERATIONS {
            assert!(
                Form::default().check(name).err().is_none_or(|e| e.error()["code"] == "parameter_missing"),
                "{name}"
            );
        }
    }
}
