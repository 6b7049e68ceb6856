//! "My link does not work": what was typed, and the link that was sent for it, if any.
//!
//! The page writes a row for everyone and looks nothing up, so that its answer takes as long for a stranger as for a person we know.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use crate::domain::debt::DebtStatus;
use crate::domain::mail::MailKind;
use crate::domain::postal_code::PostalCode;
use crate::domain::token::Token;
use crate::locale::Lang;
use crate::models::outbox::{self, NewMail};
use crate::models::{debt, identity};
use crate::schema::{debtors, debts, link_requests};

/// Requests from one client address...
const PER_CLIENT: i32 = 10;
/// ...and for one address or number as typed, within the window.
const PER_TYPED: i32 = 3;
/// Debts with one address or number that are looked at; more than one person's are as good as none.
const MOST: i64 = 500;
/// The window.
const WINDOW_MINUTES: i64 = 60;
/// How long requests are kept, for staff to see what became of one.
const KEPT_DAYS: i64 = 30;

/// A request.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The e-mail address or account number as typed, trimmed.
    pub typed: String,
    /// The ZIP code.
    pub zip_code: String,
    /// The language of the page.
    pub lang: Lang,
    /// Hash of the client's address, for this purpose.
    pub client: [u8; 32],
    /// Hash of what was typed, for this purpose.
    pub what: [u8; 32],
}

/// Notes a request. One that is too many is noted as well, as answered, and nothing more is done about it.
pub fn note(conn: &mut PgConnection, new: &NewRequest, now: DateTime<Utc>) -> QueryResult<()> {
    use link_requests as t;
    let window = TimeDelta::minutes(WINDOW_MINUTES);
    let by_client = identity::may_do_again(conn, &new.client, PER_CLIENT, window, now)?;
    let by_what = identity::may_do_again(conn, &new.what, PER_TYPED, window, now)?;
    let allowed = by_client && by_what;
    diesel::insert_into(t::table)
        .values((
            t::id.eq(Uuid::now_v7()),
            t::typed.eq(allowed.then_some(new.typed.as_str())),
            t::zip_code.eq(allowed.then_some(new.zip_code.as_str())),
            t::language.eq(new.lang.code()),
            t::requested_at.eq(now),
            t::answered_at.eq((!allowed).then_some(now)),
            t::outcome.eq((!allowed).then_some("limited")),
        ))
        .execute(conn)
        .map(drop)
}

/// Answers the oldest request that nobody has seen to: queues the link of the one debt that it fits, with `fresh` in the place of a
/// link that has expired. False when there is none. Needs a transaction.
pub fn answer_next(
    conn: &mut PgConnection,
    fresh: &Token,
    lasts: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    use link_requests as t;
    let row: Option<(Uuid, Option<String>, Option<String>, String)> = t::table
        .filter(t::answered_at.is_null())
        .order((t::requested_at, t::id))
        .select((t::id, t::typed, t::zip_code, t::language))
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some((id, typed, zip_code, language)) = row else { return Ok(false) };
    let lang = Lang::parse(&language).unwrap_or(Lang::En);
    let found = find(conn, typed.as_deref().unwrap_or_default(), zip_code.as_deref().unwrap_or_default())?;
    let (outcome, debt_id) = answer(conn, found, lang, fresh, lasts, now)?;
    diesel::update(t::table.find(id))
        .set((
            t::typed.eq(None::<String>),
            t::zip_code.eq(None::<String>),
            t::answered_at.eq(now),
            t::outcome.eq(outcome),
            t::debt_id.eq(debt_id),
        ))
        .execute(conn)?;
    Ok(true)
}

/// A debt that a request fits.
#[derive(Clone, Debug, Queryable)]
struct Candidate {
    debtor_id: Uuid,
    zip_code: Option<String>,
    debt_id: Uuid,
    status: String,
    revoked_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

fn find(conn: &mut PgConnection, typed: &str, zip_code: &str) -> QueryResult<Vec<Candidate>> {
    let columns =
        (debtors::id, debtors::zip_code, debts::id, debts::status, debts::token_revoked_at, debts::token_expires_at);
    let joined = debts::table.inner_join(debtors::table).select(columns).order(debts::imported_at.desc());
    // Collated as the indexes are.
    let found: Vec<Candidate> = if typed.contains('@') {
        let same = sql::<Bool>("lower(debtors.email) COLLATE \"C\" = lower(").bind::<Text, _>(typed).sql(")");
        joined.filter(same).limit(MOST).load(conn)?
    } else if typed.chars().any(|c| c.is_ascii_alphanumeric()) {
        let same = sql::<Bool>("account_key(debts.account_number) COLLATE \"C\" = account_key(");
        joined.filter(same.bind::<Text, _>(typed).sql(")")).limit(MOST).load(conn)?
    } else {
        Vec::new()
    };
    let wanted = PostalCode::on_file(zip_code);
    let fits = |row: &Candidate| wanted.is_some() && row.zip_code.as_deref().and_then(PostalCode::on_file) == wanted;
    Ok(found.into_iter().filter(fits).collect())
}

fn answer(
    conn: &mut PgConnection,
    found: Vec<Candidate>,
    lang: Lang,
    fresh: &Token,
    lasts: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> QueryResult<(&'static str, Option<Uuid>)> {
    let Some(first) = found.first() else { return Ok(("nobody", None)) };
    // Two people with one address or number: neither is to get the other's link.
    if found.iter().any(|row| row.debtor_id != first.debtor_id) {
        return Ok(("several", None));
    }
    // A link that staff revoked stays so; one opens all debts of the person, so any other will do, best one that is worked on.
    let is_closed = |row: &&Candidate| row.status == DebtStatus::Closed.as_str();
    let has_expired = |row: &&Candidate| row.expires_at.is_some_and(|at| at <= now);
    let chosen =
        found.iter().filter(|row| row.revoked_at.is_none()).min_by_key(|row| (is_closed(row), has_expired(row)));
    let Some(chosen) = chosen else { return Ok(("revoked", None)) };
    let debt_id = chosen.debt_id;
    let facts = serde_json::json!({});
    let mail = NewMail { kind: MailKind::FreshLink, debt_id, to: None, language: lang.code(), facts };
    if outbox::queue(conn, &mail, now)?.is_none() {
        return Ok(("no_address", None));
    }
    if has_expired(&chosen) {
        debt::replace_token(conn, debt_id, fresh, lasts.map(|lasts| now + lasts))?;
        return Ok(("renewed", Some(debt_id)));
    }
    Ok(("queued", Some(debt_id)))
}

/// Deletes requests that are of no use any more.
pub fn purge(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    use link_requests as t;
    diesel::delete(t::table.filter(t::requested_at.lt(now - TimeDelta::days(KEPT_DAYS)))).execute(conn)
}
