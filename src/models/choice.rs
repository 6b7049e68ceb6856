//! How a person may be contacted, read and changed; triggers keep the history, whoever writes.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use uuid::Uuid;

use crate::domain::choice::{Channel, Choices, Limit};
use crate::domain::hold::HoldKind;
use crate::models::by::By;
use crate::models::hold;
use crate::schema::{attorneys, contact_choices, contact_limits, debtors, opt_out_links, staff};

/// Where a choice was made; a value of `contact_choices.source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// By the person, signed in.
    Portal,
    /// On the page behind the link in a message.
    OptOutLink,
    /// By the mail program (RFC 8058).
    OneClick,
    /// By staff, from a letter or by what is known.
    Staff,
    /// By the person on the telephone, written down by staff.
    Phone,
}

impl Source {
    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Portal => "portal",
            Source::OptOutLink => "opt_out_link",
            Source::OneClick => "one_click",
            Source::Staff => "staff",
            Source::Phone => "phone",
        }
    }
}

/// Who chose, where, and when: what the history says about a change.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Where.
    pub source: Source,
    /// On which debt's page.
    pub debt_id: Option<Uuid>,
    /// Who did it.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
}

/// Runs changes of a person's choices so that the history says who made them. Needs a transaction.
pub fn telling<T>(
    conn: &mut PgConnection,
    told: &Told,
    job: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
) -> QueryResult<T> {
    let facts = json!({
        "source": told.source.as_str(),
        "debt_id": told.debt_id,
        "staff_id": told.by.staff_id(),
        "at": told.at.to_rfc3339(),
    });
    tell(conn, &facts.to_string())?;
    let done = job(conn)?;
    tell(conn, "")?;
    Ok(done)
}

fn tell(conn: &mut PgConnection, facts: &str) -> QueryResult<()> {
    let set = diesel::sql_query("SELECT set_config('quittance.told', $1, true)");
    set.bind::<Text, _>(facts).execute(conn).map(drop)
}

/// What a person has chosen; `None` when there is no such person.
pub fn of(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<Option<Choices>> {
    type Row = (bool, bool, bool, Option<bool>, bool, Option<DateTime<Utc>>, bool);
    let represented =
        attorneys::table.filter(attorneys::debtor_id.eq(debtors::id)).filter(attorneys::ended_at.is_null());
    let row: Option<Row> = debtors::table
        .find(debtor_id)
        .select((
            debtors::email_consent,
            debtors::phone_consent,
            debtors::dnc_registered,
            debtors::sms_consent,
            debtors::letter_consent,
            debtors::cease_contact_at,
            diesel::dsl::exists(represented),
        ))
        .first(conn)
        .optional()?;
    let Some((email, phone_consent, on_list, sms, letter, stopped_at, has_attorney)) = row else { return Ok(None) };
    let limits: Vec<(String, Option<String>)> = contact_limits::table
        .filter(contact_limits::debtor_id.eq(debtor_id))
        .select((contact_limits::what, contact_limits::words))
        .load(conn)?;
    let mut choices = Choices {
        email,
        call: said_of_calls(phone_consent, on_list),
        sms,
        letter,
        stopped_at,
        has_attorney,
        limits: limits.iter().filter_map(|(what, _)| Limit::parse(what)).collect(),
        words: limits.into_iter().find_map(|(_, words)| words),
    };
    choices.limits.sort_unstable();
    Ok(Some(choices))
}

/// An agreement outlasts a list that the number is on; without one the list is a refusal.
fn said_of_calls(phone_consent: bool, on_list: bool) -> Option<bool> {
    match (phone_consent, on_list) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// What is chosen anew; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Channels, with yes or no.
    pub channels: Vec<(Channel, bool)>,
    /// All times and places that do not suit.
    pub limits: Option<Vec<Limit>>,
    /// The same in the person's words; `Some(None)` takes them back.
    pub words: Option<Option<String>>,
}

#[derive(AsChangeset, Default, PartialEq, Eq)]
#[diesel(table_name = debtors)]
struct Consents {
    email_consent: Option<bool>,
    phone_consent: Option<bool>,
    dnc_registered: Option<bool>,
    sms_consent: Option<bool>,
    letter_consent: Option<bool>,
}

/// Writes choices; whether anything changed by them. Needs a transaction.
pub fn choose(conn: &mut PgConnection, debtor_id: Uuid, wanted: &Wanted, told: &Told) -> QueryResult<bool> {
    lock(conn, debtor_id)?;
    let before = of(conn, debtor_id)?;
    let mut consents = Consents::default();
    for (channel, yes) in &wanted.channels {
        match channel {
            Channel::Email => consents.email_consent = Some(*yes),
            // Programs that know only the first columns look at the list before they dial.
            Channel::Call => (consents.phone_consent, consents.dnc_registered) = (Some(*yes), Some(!*yes)),
            Channel::Sms => consents.sms_consent = Some(*yes),
            Channel::Letter => consents.letter_consent = Some(*yes),
        }
    }
    telling(conn, told, |conn| {
        if consents != Consents::default() {
            diesel::update(debtors::table.find(debtor_id)).set(&consents).execute(conn)?;
        }
        if let Some(limits) = &wanted.limits {
            set_limits(conn, debtor_id, limits, told.at)?;
        }
        if let Some(words) = &wanted.words {
            set_words(conn, debtor_id, words.as_deref(), told.at)?;
        }
        Ok(())
    })?;
    Ok(of(conn, debtor_id)? != before)
}

/// Locks a person, so that two changes of the same choices come one after the other.
pub(super) fn lock(conn: &mut PgConnection, debtor_id: Uuid) -> QueryResult<()> {
    // Not against those who only refer to the person, such as a debt that is being imported.
    debtors::table.find(debtor_id).select(debtors::id).for_no_key_update().first::<Uuid>(conn).optional().map(drop)
}

fn set_limits(conn: &mut PgConnection, debtor_id: Uuid, limits: &[Limit], now: DateTime<Utc>) -> QueryResult<()> {
    let names: Vec<&str> = limits.iter().map(|limit| limit.as_str()).collect();
    let gone = contact_limits::table
        .filter(contact_limits::debtor_id.eq(debtor_id))
        .filter(contact_limits::what.ne_all(&names))
        .filter(contact_limits::what.ne("words"));
    diesel::delete(gone).execute(conn)?;
    let rows: Vec<_> = names
        .into_iter()
        .map(|name| {
            (contact_limits::debtor_id.eq(debtor_id), contact_limits::what.eq(name), contact_limits::since.eq(now))
        })
        .collect();
    diesel::insert_into(contact_limits::table).values(rows).on_conflict_do_nothing().execute(conn).map(drop)
}

fn set_words(conn: &mut PgConnection, debtor_id: Uuid, words: Option<&str>, now: DateTime<Utc>) -> QueryResult<()> {
    let there = contact_limits::table.find((debtor_id, "words"));
    let before: Option<Option<String>> = there.select(contact_limits::words).first(conn).optional()?;
    if before.flatten().as_deref() == words {
        return Ok(());
    }
    let Some(words) = words else { return diesel::delete(there).execute(conn).map(drop) };
    diesel::insert_into(contact_limits::table)
        .values((
            contact_limits::debtor_id.eq(debtor_id),
            contact_limits::what.eq("words"),
            contact_limits::words.eq(words),
            contact_limits::since.eq(now),
        ))
        .on_conflict((contact_limits::debtor_id, contact_limits::what))
        .do_update()
        .set((contact_limits::words.eq(words), contact_limits::since.eq(now)))
        .execute(conn)
        .map(drop)
}

/// Stops all contact, for debts that come later as well; whether it was not stopped before. Needs a transaction.
pub fn stop(conn: &mut PgConnection, debtor_id: Uuid, reason: &str, told: &Told) -> QueryResult<bool> {
    // Debts before the person, in the order of every other writer.
    hold::place_on_all(conn, debtor_id, HoldKind::CeaseContact, reason, told.by, told.at)?;
    let open = debtors::table.find(debtor_id).filter(debtors::cease_contact_at.is_null());
    let set =
        telling(conn, told, |conn| diesel::update(open).set(debtors::cease_contact_at.eq(told.at)).execute(conn))?;
    Ok(set > 0)
}

/// Takes a stop of all contact back; whether there was one. The person lifts what the person placed; staff every such hold.
pub fn allow(conn: &mut PgConnection, debtor_id: Uuid, reason: &str, told: &Told) -> QueryResult<bool> {
    hold::lift_of_all(conn, debtor_id, HoldKind::CeaseContact, reason, told.by, told.at)?;
    let stopped = debtors::table.find(debtor_id).filter(debtors::cease_contact_at.is_not_null());
    let set = telling(conn, told, |conn| {
        diesel::update(stopped).set(debtors::cease_contact_at.eq(None::<DateTime<Utc>>)).execute(conn)
    })?;
    Ok(set > 0)
}

/// Refuses the channel that a link in a message stands for. Whether there is such a link is told to nobody outside.
pub fn opt_out(conn: &mut PgConnection, link: &[u8; 32], source: Source, now: DateTime<Utc>) -> QueryResult<bool> {
    let found: Option<(Uuid, Uuid, String)> = opt_out_links::table
        .find(link.as_slice())
        .select((opt_out_links::debtor_id, opt_out_links::debt_id, opt_out_links::channel))
        .first(conn)
        .optional()?;
    let Some((debtor_id, debt_id, channel)) = found else { return Ok(false) };
    let Some(channel) = Channel::parse(&channel) else { return Ok(false) };
    let told = Told { source, debt_id: Some(debt_id), by: By::Person, at: now };
    choose(conn, debtor_id, &Wanted { channels: vec![(channel, false)], ..Wanted::default() }, &told)?;
    Ok(true)
}

/// A change of a choice.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Past {
    pub topic: String,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub source: String,
    pub staff: Option<String>,
    pub at: DateTime<Utc>,
}

/// What a person has chosen before, newest first, at most `limit`.
pub fn history(conn: &mut PgConnection, debtor_id: Uuid, limit: i64) -> QueryResult<Vec<Past>> {
    type Row = (String, Option<String>, Option<String>, String, Option<String>, DateTime<Utc>);
    let rows: Vec<Row> = contact_choices::table
        .left_join(staff::table)
        .filter(contact_choices::debtor_id.eq(debtor_id))
        .order((contact_choices::at.desc(), contact_choices::id.desc()))
        .limit(limit)
        .select((
            contact_choices::topic,
            contact_choices::old_value,
            contact_choices::new_value,
            contact_choices::source,
            staff::name.nullable(),
            contact_choices::at,
        ))
        .load(conn)?;
    let past =
        |(topic, old_value, new_value, source, staff, at): Row| Past { topic, old_value, new_value, source, staff, at };
    Ok(rows.into_iter().map(past).collect())
}
