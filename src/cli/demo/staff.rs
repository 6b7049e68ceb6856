//! The demo's staff, one person for each role, and the authenticator that shows their codes: a practice page, as nobody wants to
//! take the telephone out for a demo.

use anyhow::Context;
use diesel::pg::PgConnection;

use crate::config::Secret;
use crate::credentials::{Seed, hash_password};
use crate::domain::staff::Role;
use crate::models::staff as people;
use crate::web::admin::sign_in::seed_key_of;
use crate::web::security::keyed_hash;

/// Somebody who can sign in to the demo's staff area.
pub(super) struct DemoPerson {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) seed: Seed,
}

/// The demo's staff. The seeds follow from the demo's own key, so they are the same at every start.
pub(super) fn people_of(session_key: &str) -> Vec<DemoPerson> {
    let key = Secret::new(session_key);
    [
        ("administrator@example.com", "Alma Reyes", Role::Administrator),
        ("compliance@example.com", "Corin Ashby", Role::Compliance),
        ("agent@example.com", "Ada Lindqvist", Role::Agent),
        ("viewer@example.com", "Vera Okafor", Role::Viewer),
    ]
    .into_iter()
    .map(|(email, name, role)| {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, ..] =
            keyed_hash(&key, "demo authenticator", email);
        let seed = Seed::of([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t]);
        DemoPerson { email, name, role, seed }
    })
    .collect()
}

/// Enters those who are not there yet.
pub(super) fn enter(conn: &mut PgConnection, session_key: &str, password: &str) -> anyhow::Result<()> {
    let key = seed_key_of(&Secret::new(session_key));
    for person in people_of(session_key) {
        let Some(row) = people::invite(conn, person.email, person.name, person.role)? else { continue };
        people::set_password(conn, row.id, &hash_password(password).context("no password could be hashed")?)?;
        people::enroll(conn, row.id, &person.seed.seal(&key).context("no seed could be sealed")?, 0, &[])?;
    }
    Ok(())
}
