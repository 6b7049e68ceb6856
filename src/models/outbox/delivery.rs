use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::choice::Channel;
use crate::domain::debt::DebtStatus;
use crate::domain::hold::HoldKind;
use crate::domain::mail::{MailKind, MailStatus, next_suitable};
use crate::domain::place::Place;
use crate::locale::Lang;
use crate::models::outbox::links;
use crate::models::{choice, debt, identity_code};
use crate::schema::{debt_holds, debtors, debts, outbox};

/// Nobody expects an answer to what they asked for longer ago than this.
const LATE_DAYS: i64 = 7;

/// What is stored of six digits, given the hash of the link they are for.
pub type CodeHash = Box<dyn FnOnce(&[u8; 32]) -> [u8; 32] + Send>;

/// What an e-mail needs besides what is in the database, drawn before it is taken. The secrets themselves are stored nowhere.
pub struct Drawn {
    /// SHA-256 of the opt-out link's secret.
    pub opt_out: [u8; 32],
    /// What is stored of the six digits.
    pub code_hash: CodeHash,
    /// SHA-256 of the tracked link's secret, where e-mails are tracked.
    pub tracked: Option<[u8; 32]>,
    /// For how long a link works that is mailed from now on.
    pub link_lasts: Option<TimeDelta>,
}

/// An e-mail that this sender has and no other.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id.
    pub id: Uuid,
    /// Which template.
    pub kind: MailKind,
    /// The debt.
    pub debt_id: Uuid,
    /// To whom.
    pub recipient: String,
    /// In which language.
    pub language: Lang,
    /// What else the template needs.
    pub facts: serde_json::Value,
    /// Whether the person has just asked for it.
    pub asked_for: bool,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// How often it was taken, this time included.
    pub attempts: i32,
    /// When it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// The personal link's secret, where it works and the address is the one on file.
    pub token: Option<String>,
}

/// What came of taking the next one.
#[derive(Clone, Debug)]
pub enum Next {
    /// This one is to be sent.
    Send(Box<Taken>),
    /// One that was due does not go now, or never; there may be others.
    Skipped,
    /// None is due.
    Nothing,
}

#[derive(Queryable)]
struct Due {
    id: Uuid,
    kind: String,
    debt_id: Uuid,
    recipient: String,
    language: String,
    facts: serde_json::Value,
    asked_for: bool,
    queued_at: DateTime<Utc>,
    attempts: i32,
}

/// The person and the link of a due e-mail.
#[derive(Queryable)]
struct Person {
    debtor_id: Uuid,
    email: Option<String>,
    email_consent: bool,
    state: Option<String>,
    zip_code: Option<String>,
    debt_status: String,
    token: String,
    revoked_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

/// Takes the next e-mail that is due and that no other sender has, in the caller's transaction, which must end before the mail
/// server is talked to. What was asked for comes first.
pub fn take(conn: &mut PgConnection, drawn: Drawn, now: DateTime<Utc>) -> QueryResult<Next> {
    let Some(due) = due(conn, now)? else { return Ok(Next::Nothing) };
    let person = person(conn, due.debt_id)?;
    let Some(kind) = MailKind::parse(&due.kind) else { return withhold(conn, due.id, "kind") };
    if let Some(reason) = obstacle(conn, &due, kind, &person, now)? {
        return withhold(conn, due.id, reason);
    }
    if !due.asked_for {
        let place = Place::on_file(person.state.as_deref(), person.zip_code.as_deref());
        let limits = choice::of(conn, person.debtor_id)?.map(|choices| choices.limits).unwrap_or_default();
        match next_suitable(&place, &limits, now) {
            None => return withhold(conn, due.id, "no_hour"),
            Some(at) if at > now => {
                diesel::update(outbox::table.find(due.id)).set(outbox::next_attempt_at.eq(at)).execute(conn)?;
                return Ok(Next::Skipped);
            }
            Some(_) => {}
        }
    }
    let works = person.link_works(now) && person.is_address(&due.recipient);
    let token = works.then(|| person.token.clone());
    links::note_opt_out(conn, &drawn.opt_out, person.debtor_id, due.debt_id, now)?;
    if let (Some(hash), Some(token)) = (&drawn.tracked, &token) {
        links::note_tracked(conn, hash, due.id, &crate::secrets::sha256(token), now)?;
    }
    if let (MailKind::Link, None, Some(lasts)) = (kind, person.expires_at, drawn.link_lasts) {
        debt::let_expire(conn, due.debt_id, now + lasts)?;
    }
    if kind == MailKind::Code {
        identity_code::draw(conn, &due.facts, drawn.code_hash, now)?;
    }
    // As it is stored, to the microsecond: it is what tells this attempt from others.
    let taken_at: Option<DateTime<Utc>> = diesel::update(outbox::table.find(due.id))
        .set((
            outbox::status.eq(MailStatus::Taken.as_str()),
            outbox::taken_at.eq(now),
            outbox::attempts.eq(outbox::attempts + 1),
        ))
        .returning(outbox::taken_at)
        .get_result(conn)?;
    Ok(Next::Send(Box::new(Taken {
        id: due.id,
        kind,
        debt_id: due.debt_id,
        recipient: due.recipient,
        language: Lang::parse(&due.language).unwrap_or(Lang::En),
        facts: due.facts,
        asked_for: due.asked_for,
        queued_at: due.queued_at,
        attempts: due.attempts + 1,
        taken_at,
        token,
    })))
}

/// The next one that is due and that nobody else is at, locked.
fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Option<Due>> {
    outbox::table
        .filter(outbox::status.eq(MailStatus::Queued.as_str()))
        .filter(outbox::next_attempt_at.le(now))
        .order((outbox::asked_for.desc(), outbox::next_attempt_at, outbox::id))
        .select((
            outbox::id,
            outbox::kind,
            outbox::debt_id,
            outbox::recipient,
            outbox::language,
            outbox::facts,
            outbox::asked_for,
            outbox::queued_at,
            outbox::attempts,
        ))
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()
}

impl Person {
    fn link_works(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }

    fn is_address(&self, recipient: &str) -> bool {
        self.email.as_deref().is_some_and(|email| email.trim().eq_ignore_ascii_case(recipient.trim()))
    }
}

fn person(conn: &mut PgConnection, debt_id: Uuid) -> QueryResult<Person> {
    debts::table
        .inner_join(debtors::table)
        .filter(debts::id.eq(debt_id))
        .select((
            debtors::id,
            debtors::email,
            debtors::email_consent,
            debtors::state,
            debtors::zip_code,
            debts::status,
            debts::unique_token,
            debts::token_revoked_at,
            debts::token_expires_at,
        ))
        .first(conn)
}

/// Why an e-mail is not to be sent, if it is not: a value of `outbox.withheld_reason`.
fn obstacle(
    conn: &mut PgConnection,
    due: &Due,
    kind: MailKind,
    person: &Person,
    now: DateTime<Utc>,
) -> QueryResult<Option<&'static str>> {
    if kind.is_key() && !person.is_address(&due.recipient) {
        return Ok(Some("address"));
    }
    if matches!(kind, MailKind::Link | MailKind::FreshLink) && !person.link_works(now) {
        return Ok(Some("link"));
    }
    if kind == MailKind::Code && !identity_code::is_wanted(conn, &due.facts, now)? {
        return Ok(Some("code"));
    }
    if due.asked_for {
        return Ok((now - due.queued_at > TimeDelta::days(LATE_DAYS)).then_some("late"));
    }
    if !person.email_consent {
        return Ok(Some("consent"));
    }
    // The person's own word holds for every debt, also for those that came to us after it.
    if let Some(choices) = choice::of(conn, person.debtor_id)?.filter(|choices| !choices.may_send(Channel::Email)) {
        let reason = if choices.has_attorney { HoldKind::Attorney } else { HoldKind::CeaseContact };
        return Ok(Some(reason.as_str()));
    }
    // A dispute stops collection until it is answered (12 CFR 1006.38(d)); an answer to it is none.
    if kind == MailKind::Link && person.debt_status == DebtStatus::Dispute.as_str() {
        return Ok(Some("dispute"));
    }
    let holds: Vec<String> = debt_holds::table
        .filter(debt_holds::debt_id.eq(due.debt_id))
        .filter(debt_holds::lifted_at.is_null())
        .order(debt_holds::placed_at)
        .select(debt_holds::kind)
        .load(conn)?;
    let stops = holds.iter().filter_map(|kind| HoldKind::parse(kind)).find(|kind| kind.stops_contact());
    Ok(stops.map(HoldKind::as_str))
}

fn withhold(conn: &mut PgConnection, id: Uuid, reason: &str) -> QueryResult<Next> {
    diesel::update(outbox::table.find(id))
        .set((outbox::status.eq(MailStatus::Withheld.as_str()), outbox::withheld_reason.eq(reason)))
        .execute(conn)?;
    Ok(Next::Skipped)
}
