//! Codes of the identity check by e-mail: asked for by anybody who has a link, sent to the address on file, right once.
//!
//! A request writes the same row at every link, so that the page tells nothing; the mail job sees to those behind which a debt stands.
//! The six digits are drawn when the e-mail is made and stored nowhere, only their keyed hash is.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::domain::mail::MailKind;
use crate::domain::token::Token;
use crate::locale::Lang;
use crate::models::identity;
use crate::models::outbox::{self, NewMail};
use crate::schema::{debts, identity_codes};

/// How long a code is right, in minutes.
pub const CODE_MINUTES: i64 = 10;
/// Wrong answers after which a code is right no more.
const TRIES: i32 = 5;
/// Codes that may be asked for at one link...
const REQUESTS: i64 = 3;
/// ...within so many minutes.
const REQUEST_MINUTES: i64 = 15;
/// How long requests are kept.
const KEPT_HOURS: i64 = 24;

/// What came of asking for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Noted; whether a code is sent is not told.
    Noted,
    /// Too many were asked for at this link.
    TooMany,
}

/// Notes that a code is asked for at a link. `link` is the hash of its secret as typed, `token` the secret where it can be one.
pub fn request(
    conn: &mut PgConnection,
    link: &[u8; 32],
    token: Option<&Token>,
    lang: Lang,
    now: DateTime<Utc>,
) -> QueryResult<Asked> {
    use identity_codes as t;
    let window = TimeDelta::minutes(REQUEST_MINUTES);
    // Two requests at once must count each other.
    identity::take_turn(conn, link, window, now)?;
    let before: i64 = t::table
        .filter(t::link_hash.eq(link.as_slice()))
        .filter(t::requested_at.gt(now - window))
        .count()
        .get_result(conn)?;
    if before >= REQUESTS {
        return Ok(Asked::TooMany);
    }
    let debt_id: Option<Uuid> = debts::table
        .filter(debts::unique_token.eq(token.map(Token::as_str).unwrap_or_default()))
        .filter(debts::token_revoked_at.is_null())
        .filter(debts::token_expires_at.is_null().or(debts::token_expires_at.gt(now)))
        .select(debts::id)
        .first(conn)
        .optional()?;
    diesel::insert_into(t::table)
        .values((
            t::id.eq(Uuid::now_v7()),
            t::link_hash.eq(link.as_slice()),
            t::debt_id.eq(debt_id),
            t::language.eq(lang.code()),
            t::requested_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Asked::Noted)
}

/// Queues the e-mails of codes that were asked for and that nobody has seen to yet; says how many requests there were.
pub fn queue_requested(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    use identity_codes as t;
    let rows: Vec<(Uuid, Option<Uuid>, String)> = t::table
        .filter(t::queued_at.is_null())
        .order(t::requested_at)
        .limit(100)
        .select((t::id, t::debt_id, t::language))
        .for_update()
        .skip_locked()
        .load(conn)?;
    for (id, debt_id, language) in &rows {
        if let Some(debt_id) = *debt_id {
            let language = Lang::parse(language).unwrap_or(Lang::En).code();
            let facts = json!({ "code_id": id });
            outbox::queue(conn, &NewMail { kind: MailKind::Code, debt_id, to: None, language, facts }, now)?;
        }
        diesel::update(t::table.find(id)).set(t::queued_at.eq(now)).execute(conn)?;
    }
    Ok(rows.len())
}

fn code_id(facts: &Value) -> Option<Uuid> {
    facts.get("code_id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok())
}

/// Whether the code that an e-mail is about may still be of use: it was asked for a short while ago, not used, and no other was
/// asked for after it.
pub fn is_wanted(conn: &mut PgConnection, facts: &Value, now: DateTime<Utc>) -> QueryResult<bool> {
    use identity_codes as t;
    let Some(id) = code_id(facts) else { return Ok(false) };
    let row: Option<(Vec<u8>, DateTime<Utc>)> = t::table
        .find(id)
        .filter(t::used_at.is_null())
        .filter(t::requested_at.gt(now - TimeDelta::minutes(CODE_MINUTES)))
        .select((t::link_hash, t::requested_at))
        .first(conn)
        .optional()?;
    let Some((link, requested_at)) = row else { return Ok(false) };
    let later = t::table
        .filter(t::link_hash.eq(link))
        .filter(t::requested_at.gt(requested_at))
        .filter(t::debt_id.is_not_null());
    diesel::select(diesel::dsl::not(diesel::dsl::exists(later))).get_result(conn)
}

/// Stores what is to be stored of the digits in an e-mail: `hash` of the link's hash. They are right from now on.
pub fn draw(
    conn: &mut PgConnection,
    facts: &Value,
    hash: impl FnOnce(&[u8; 32]) -> [u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use identity_codes as t;
    let Some(id) = code_id(facts) else { return Ok(()) };
    let link: Vec<u8> = t::table.find(id).select(t::link_hash).first(conn)?;
    let Some(link) = link.first_chunk::<32>() else { return Ok(()) };
    diesel::update(t::table.find(id))
        .set((
            t::code_hash.eq(hash(link).to_vec()),
            t::expires_at.eq(now + TimeDelta::minutes(CODE_MINUTES)),
            t::tries.eq(0),
        ))
        .execute(conn)
        .map(drop)
}

/// Whether a hash is that of the newest code of this link, which is used up by it; a wrong one counts against it. The caller holds
/// the link's turn.
pub fn check(conn: &mut PgConnection, link: &[u8; 32], hash: &[u8; 32], now: DateTime<Utc>) -> QueryResult<bool> {
    use identity_codes as t;
    type Row = (Uuid, Option<Vec<u8>>, Option<DateTime<Utc>>, i32, Option<DateTime<Utc>>);
    let newest: Option<Row> = t::table
        .filter(t::link_hash.eq(link.as_slice()))
        .filter(t::code_hash.is_not_null())
        .order((t::requested_at.desc(), t::id.desc()))
        .select((t::id, t::code_hash, t::expires_at, t::tries, t::used_at))
        .for_update()
        .first(conn)
        .optional()?;
    let Some((id, Some(stored), Some(expires_at), tries, None)) = newest else { return Ok(false) };
    if expires_at <= now || tries >= TRIES {
        return Ok(false);
    }
    if bool::from(stored.as_slice().ct_eq(hash.as_slice())) {
        diesel::update(t::table.find(id)).set(t::used_at.eq(now)).execute(conn)?;
        return Ok(true);
    }
    diesel::update(t::table.find(id)).set(t::tries.eq(t::tries + 1)).execute(conn)?;
    Ok(false)
}

/// Deletes requests that limit nothing any more.
pub fn purge(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    use identity_codes as t;
    diesel::delete(t::table.filter(t::requested_at.lt(now - TimeDelta::hours(KEPT_HOURS)))).execute(conn)
}
