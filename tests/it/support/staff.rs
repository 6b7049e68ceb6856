//! People of the staff, signed in without going through the pages.

use diesel::{QueryDsl, RunQueryDsl};
use quittance::config::Secret;
use quittance::credentials::Seed;
use quittance::domain::staff::Role;
use quittance::models::staff::{self, Stage};
use quittance::web::security::{keyed_hash, random_text, sha256};
use uuid::Uuid;

use super::app::{SESSION_KEY, TestApp};
use super::client::Client;

/// Somebody of the staff with an authenticator and a browser.
pub struct Member {
    pub id: Uuid,
    pub email: String,
    pub client: Client,
    pub seed: Seed,
}

/// What seeds are sealed with.
pub fn seed_key() -> [u8; 32] {
    keyed_hash(&Secret::new(SESSION_KEY), "second factor of staff", "")
}

/// The password of every member whose password matters, and its hash: hashing takes a while.
pub const PASSWORD: &str = "lantern-otter-gravel-plum";

impl TestApp {
    /// A new member of that role, signed in.
    pub fn staff(&self, role: Role) -> Member {
        let mut conn = self.connect();
        let email = format!("{}.{}@harborlane.example", role.as_str(), Uuid::new_v4().simple());
        let person = staff::invite(&mut conn, &email, &format!("Dana {}", role.as_str()), role).unwrap().unwrap();
        let seed = Seed::issue().unwrap();
        staff::enroll(&mut conn, person.id, &seed.seal(&seed_key()).unwrap(), 0, &[]).unwrap();
        let member = Member { id: person.id, email, client: self.client(), seed };
        self.sign_in_again(&member);
        member
    }

    /// A new session for a member, in the same browser.
    pub fn sign_in_again(&self, member: &Member) {
        let id = random_text().unwrap();
        let at = staff::Client { address: "127.0.0.1".to_owned(), user_agent: "test".to_owned() };
        let now = self.clock.now();
        staff::begin(&mut self.connect(), &sha256(&id), member.id, Stage::Full, &at, now).unwrap();
        member.client.set_cookie("staff", &id);
    }

    /// Gives a member the password [`PASSWORD`].
    pub fn with_password(&self, member: &Member) {
        let hash = quittance::credentials::hash_password(PASSWORD).unwrap();
        staff::set_password(&mut self.connect(), member.id, &hash).unwrap();
    }

    /// The audit trail, oldest first: who did what.
    pub fn audit(&self) -> Vec<(String, String)> {
        use quittance::schema::audit::dsl::{action, actor, at, audit, id};
        audit.select((actor, action)).order((at, id)).load(&mut self.connect()).unwrap()
    }

    /// The actions of the audit trail, oldest first.
    pub fn audited(&self) -> Vec<String> {
        self.audit().into_iter().map(|(_, action)| action).collect()
    }
}

impl Member {
    /// The next code of the authenticator; the clock goes on by one step, as each code works once.
    pub fn code(&self, app: &TestApp) -> String {
        app.clock.advance(chrono::Duration::seconds(30));
        self.seed.code_at(app.clock.now().timestamp())
    }
}
