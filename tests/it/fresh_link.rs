//! The way in: a link that does not work, codes by e-mail, and links that end on every route at once.

use crate::support::client::Page;
use crate::support::{Debt, TestApp};

/// Six digits by e-mail.
mod code;
/// Expiry, rotation, revocation.
mod ends;
/// "My link does not work".
mod request;

/// A page without what is random in it.
fn plain(page: &Page) -> String {
    let body = &page.body;
    let Some(start) = body.find("name=\"af\" value=\"") else { return body.clone() };
    let start = start + "name=\"af\" value=\"".len();
    let end = start + body[start..].find('"').unwrap();
    let value = &body[start..end];
    body.replace(value, "")
}

fn address_of(debt: &Debt) -> String {
    format!("maria.{}@mail.example", debt.debtor_id)
}

fn revoke(app: &TestApp, debt: &Debt) {
    app.execute(&format!("UPDATE debts SET token_revoked_at = now() WHERE id = '{}'", debt.id));
}

fn expire(app: &TestApp, debt: &Debt) {
    let now = app.clock.now();
    app.execute(&format!("UPDATE debts SET token_expires_at = '{now}' WHERE id = '{}'", debt.id));
}
