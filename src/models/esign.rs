//! Consent to electronic notices (E-SIGN, 15 USC 7001(c)): what was agreed to, when, and until when.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::models::choice;
use crate::schema::{esign_consents, esign_texts};

/// A text that somebody agrees to, word for word.
#[derive(Clone, Debug)]
pub struct AgreedText {
    /// Its version.
    pub version: &'static str,
    /// Its language.
    pub language: &'static str,
    /// SHA-256 of the body.
    pub sha256: [u8; 32],
    /// The words.
    pub body: String,
}

/// A consent to be given.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// Whose.
    pub debtor_id: Uuid,
    /// On which debt's page.
    pub debt_id: Uuid,
    /// To what.
    pub text: AgreedText,
    /// The address on file.
    pub email: String,
    /// Keyed hash of the network address.
    pub address_hash: [u8; 32],
}

/// Gives consent; `false` when it was given already. Needs a transaction.
pub fn give(conn: &mut PgConnection, new: &NewConsent, now: DateTime<Utc>) -> QueryResult<bool> {
    choice::lock(conn, new.debtor_id)?;
    if is_given(conn, new.debtor_id)? {
        return Ok(false);
    }
    let text = &new.text;
    diesel::insert_into(esign_texts::table)
        .values((
            esign_texts::id.eq(Uuid::now_v7()),
            esign_texts::version.eq(text.version),
            esign_texts::language.eq(text.language),
            esign_texts::sha256.eq(text.sha256.as_slice()),
            esign_texts::body.eq(&text.body),
            esign_texts::first_used_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let text_id: Uuid = esign_texts::table
        .filter(esign_texts::version.eq(text.version))
        .filter(esign_texts::language.eq(text.language))
        .filter(esign_texts::sha256.eq(text.sha256.as_slice()))
        .select(esign_texts::id)
        .first(conn)?;
    diesel::insert_into(esign_consents::table)
        .values((
            esign_consents::id.eq(Uuid::now_v7()),
            esign_consents::debtor_id.eq(new.debtor_id),
            esign_consents::debt_id.eq(new.debt_id),
            esign_consents::text_id.eq(text_id),
            esign_consents::email.eq(&new.email),
            esign_consents::given_at.eq(now),
            esign_consents::address_hash.eq(new.address_hash.as_slice()),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Withdraws the person's consent; `false` when there is none.
pub fn withdraw(conn: &mut PgConnection, debtor_id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let current = esign_consents::table
        .filter(esign_consents::debtor_id.eq(debtor_id))
        .filter(esign_consents::withdrawn_at.is_null());
    let set = (esign_consents::withdrawn_at.eq(now), esign_consents::withdrawn_by.eq("person"));
    Ok(diesel::update(current).set(set).execute(conn)? > 0)
}

/// Whether a required notice may go electronically instead of by post. Whether an e-mail may be sent at all, the person's
/// choices say ([`choice::of`]).
pub fn is_given(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<bool> {
    let current = esign_consents::table
        .filter(esign_consents::debtor_id.eq(debtor_id))
        .filter(esign_consents::withdrawn_at.is_null());
    diesel::select(diesel::dsl::exists(current)).get_result(conn)
}

/// A consent with what was agreed to.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Consent {
    pub version: String,
    pub language: String,
    pub body: String,
    pub email: String,
    pub given_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl Consent {
    /// The text by paragraphs.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.body.split("\n\n")
    }
}

/// A person's consents, newest first, at most `limit`.
pub fn history(conn: &mut PgConnection, debtor_id: Uuid, limit: i64) -> QueryResult<Vec<Consent>> {
    esign_consents::table
        .inner_join(esign_texts::table)
        .filter(esign_consents::debtor_id.eq(debtor_id))
        .order((esign_consents::given_at.desc(), esign_consents::id.desc()))
        .limit(limit)
        .select((
            esign_texts::version,
            esign_texts::language,
            esign_texts::body,
            esign_consents::email,
            esign_consents::given_at,
            esign_consents::withdrawn_at,
        ))
        .load(conn)
}
