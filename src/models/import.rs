//! Imports: the file, how far it has come, and what came of it. What its rows become is in the files below.

pub mod accounts;
mod copy;
pub mod entries;
pub mod fault;
pub mod file;
pub mod notices;
mod people;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Bool};
use diesel::upsert::excluded;
use serde_json::json;
use uuid::Uuid;

use crate::domain::import::header::{Mapping, signature};
use crate::domain::import::{Counts, Kind, Mode, Options};
use crate::models::audit::{self, Act, Actor};
use crate::schema::{import_mappings, imports, staff};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its file is on its way.
    Uploading,
    /// Its file is here; what the columns mean is to be confirmed.
    Uploaded,
    /// It is being checked, or waits for that.
    Checking,
    /// It was checked; nothing was taken yet.
    Checked,
    /// Its rows are being taken, or wait for that.
    Running,
    /// Everything that could be taken is.
    Finished,
    /// It broke off for a reason of its own.
    Failed,
    /// Somebody stopped it.
    Canceled,
}

impl State {
    /// Every state.
    pub const ALL: [State; 8] = [
        State::Uploading,
        State::Uploaded,
        State::Checking,
        State::Checked,
        State::Running,
        State::Finished,
        State::Failed,
        State::Canceled,
    ];

    /// The value in the database, and the end of its message's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Uploading => "uploading",
            State::Uploaded => "uploaded",
            State::Checking => "checking",
            State::Checked => "checked",
            State::Running => "running",
            State::Finished => "finished",
            State::Failed => "failed",
            State::Canceled => "canceled",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing will happen to it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, State::Finished | State::Failed | State::Canceled)
    }
}

/// Who carries an import out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The portal, from a file that was uploaded.
    Web,
    /// `quittance import`.
    Command,
}

impl Origin {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Origin::Web => "web",
            Origin::Command => "command",
        }
    }
}

/// What is done with the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// They are judged, and nothing is kept.
    Check,
    /// They are taken.
    Run,
}

impl Step {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::Check => "check",
            Step::Run => "run",
        }
    }

    const fn state(self) -> State {
        match self {
            Step::Check => State::Checking,
            Step::Run => State::Running,
        }
    }
}

/// An import as it stands.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = imports, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Import {
    pub id: Uuid,
    kind: String,
    pub file_name: String,
    pub sha256: Vec<u8>,
    pub size: i64,
    header: Vec<Option<String>>,
    pub delimiter: String,
    mapping: Vec<Option<String>>,
    all_or_nothing: bool,
    recognise: bool,
    update_balance: bool,
    checked: bool,
    pub again: bool,
    time_zone: String,
    state: String,
    pub step: String,
    pub bytes_read: i64,
    rows_read: i64,
    rows_failed: i64,
    people_new: i64,
    people_known: i64,
    debts_new: i64,
    debts_known: i64,
    debts_updated: i64,
    entries_new: i64,
    pub staff_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub cancel_asked_at: Option<DateTime<Utc>>,
    pub failure: Option<String>,
}

impl Import {
    /// What its rows are.
    pub fn kind(&self) -> Kind {
        // A CHECK holds the column to these values.
        Kind::parse(&self.kind).unwrap_or(Kind::Accounts)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        State::parse(&self.state).unwrap_or(State::Failed)
    }

    /// The names of its columns.
    pub fn header(&self) -> Vec<String> {
        self.header.iter().flatten().cloned().collect()
    }

    /// What its columns mean.
    pub fn mapping(&self) -> Mapping {
        let names: Vec<String> = self.mapping.iter().map(|name| name.clone().unwrap_or_default()).collect();
        Mapping::of_names(&names).unwrap_or_else(|| Mapping::new(Vec::new()))
    }

    /// How it is taken in.
    pub fn options(&self) -> Options {
        Options {
            mode: if self.all_or_nothing { Mode::AllOrNothing } else { Mode::PerRow },
            recognise: self.recognise,
            update_balance: self.update_balance,
            checked: self.checked,
            time_zone: self.time_zone.parse().unwrap_or(chrono_tz::UTC),
        }
    }

    /// How many of what came of its rows so far.
    pub fn counts(&self) -> Counts {
        Counts {
            rows: self.rows_read,
            failed: self.rows_failed,
            people_new: self.people_new,
            people_known: self.people_known,
            debts_new: self.debts_new,
            debts_known: self.debts_known,
            debts_updated: self.debts_updated,
            entries_new: self.entries_new,
        }
    }
}

/// An import to be noted down.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    /// What its rows are.
    pub kind: Kind,
    /// Who carries it out.
    pub origin: Origin,
    /// The name of its file.
    pub file_name: &'a str,
    /// Who uploaded it.
    pub staff_id: Option<Uuid>,
    /// The zone of times that name none.
    pub time_zone: chrono_tz::Tz,
}

/// Notes an import whose file is on its way.
pub fn create(conn: &mut PgConnection, new: &NewImport<'_>, now: DateTime<Utc>) -> QueryResult<Uuid> {
    use imports as t;
    let id = Uuid::now_v7();
    let name: String = new.file_name.chars().filter(|c| !c.is_control()).take(255).collect();
    diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::kind.eq(new.kind.as_str()),
            t::origin.eq(new.origin.as_str()),
            t::file_name.eq(name),
            t::sha256.eq(Vec::<u8>::new()),
            t::size.eq(0),
            t::header.eq(Vec::<String>::new()),
            t::delimiter.eq(","),
            t::mapping.eq(Vec::<String>::new()),
            t::time_zone.eq(new.time_zone.name()),
            t::state.eq(State::Uploading.as_str()),
            t::staff_id.eq(new.staff_id),
            t::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// What a file turned out to be once all of it was read.
#[derive(Clone, Debug)]
pub struct Content<'a> {
    /// SHA-256 of it.
    pub sha256: &'a [u8],
    /// In bytes.
    pub size: i64,
    /// The names of its columns.
    pub header: &'a [String],
    /// The mark between its cells.
    pub delimiter: u8,
}

/// Notes that the file is here.
pub fn uploaded(conn: &mut PgConnection, id: Uuid, content: &Content<'_>, mapping: &Mapping) -> QueryResult<()> {
    use imports as t;
    diesel::update(t::table.find(id).filter(t::state.eq(State::Uploading.as_str())))
        .set((
            t::sha256.eq(content.sha256),
            t::size.eq(content.size),
            t::header.eq(content.header),
            t::delimiter.eq(char::from(content.delimiter).to_string()),
            t::mapping.eq(mapping.names()),
            t::state.eq(State::Uploaded.as_str()),
        ))
        .execute(conn)
        .map(drop)
}

/// An import; `None` when there is none of that id.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Import>> {
    imports::table.find(id).select(Import::as_select()).first(conn).optional()
}

/// The newest imports, those before `before` where it is given: the time and id of the last one seen.
pub fn list(conn: &mut PgConnection, before: Option<(DateTime<Utc>, Uuid)>, limit: i64) -> QueryResult<Vec<Import>> {
    use imports as t;
    let mut query =
        t::table.select(Import::as_select()).order((t::created_at.desc(), t::id.asc())).limit(limit).into_boxed();
    if let Some((at, id)) = before {
        query = query.filter(t::created_at.lt(at).or(t::created_at.eq(at).and(t::id.gt(id))));
    }
    query.load(conn)
}

/// The import that has taken in, or is taking in, a file of this content.
pub fn of_same_file(conn: &mut PgConnection, kind: Kind, sha256: &[u8]) -> QueryResult<Option<Import>> {
    use imports as t;
    t::table
        .filter(t::kind.eq(kind.as_str()))
        .filter(t::sha256.eq(sha256))
        .filter(t::state.eq_any([State::Running.as_str(), State::Finished.as_str()]))
        .order(t::created_at.desc())
        .select(Import::as_select())
        .first(conn)
        .optional()
}

/// What somebody has chosen for an import that is neither running nor over, and what is to be done with it now.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// What the columns mean.
    pub mapping: &'a Mapping,
    /// How the rows are taken.
    pub options: Options,
    /// Whether the file may have been imported before.
    pub again: bool,
    /// What is to be done.
    pub step: Step,
}

/// Whether a step was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It was.
    Yes,
    /// The import is at work or over.
    NotReady,
    /// The same file was taken in before, or is being taken in.
    SameFile,
}

/// Begins a step, or lets the portal begin it: the choice is noted, what an earlier check has counted and found is gone, and
/// the meaning of the columns is remembered for the next file that has them.
pub fn begin(conn: &mut PgConnection, id: Uuid, choice: &Choice<'_>, now: DateTime<Utc>) -> QueryResult<Begun> {
    // The unique index on running and finished files decides, also between two who begin at the same moment.
    match conn.transaction(|conn| begin_in(conn, id, choice, now)) {
        Ok(true) => Ok(Begun::Yes),
        Ok(false) => Ok(Begun::NotReady),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Begun::SameFile),
        Err(error) => Err(error),
    }
}

fn begin_in(conn: &mut PgConnection, id: Uuid, choice: &Choice<'_>, now: DateTime<Utc>) -> QueryResult<bool> {
    use imports as t;
    let ready = [State::Uploaded.as_str(), State::Checked.as_str()];
    let begun: Option<(String, Vec<Option<String>>)> = diesel::update(t::table.find(id).filter(t::state.eq_any(ready)))
        .set((
            t::mapping.eq(choice.mapping.names()),
            t::all_or_nothing.eq(choice.options.mode == Mode::AllOrNothing),
            t::recognise.eq(choice.options.recognise),
            t::update_balance.eq(choice.options.update_balance),
            t::checked.eq(choice.options.checked),
            t::time_zone.eq(choice.options.time_zone.name()),
            t::again.eq(choice.again),
            t::state.eq(choice.step.state().as_str()),
            t::started_at.eq(now),
            t::failure.eq(None::<String>),
        ))
        .returning((t::kind, t::header))
        .get_result(conn)
        .optional()?;
    let Some((kind, header)) = begun else { return Ok(false) };
    restart(conn, id, choice.step)?;
    let header: Vec<String> = header.into_iter().flatten().collect();
    remember(conn, &kind, &header, choice.mapping, now)?;
    Ok(true)
}

/// Counts a step from the beginning.
pub fn restart(conn: &mut PgConnection, id: Uuid, step: Step) -> QueryResult<()> {
    fault::forget(conn, id)?;
    set_counts(conn, id, step, Counts::default(), 0).map(drop)
}

fn remember(
    conn: &mut PgConnection,
    kind: &str,
    header: &[String],
    mapping: &Mapping,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use import_mappings as t;
    diesel::insert_into(t::table)
        .values((
            t::kind.eq(kind),
            t::signature.eq(signature(header)),
            t::fields.eq(mapping.names()),
            t::updated_at.eq(now),
        ))
        .on_conflict((t::kind, t::signature))
        .do_update()
        .set((t::fields.eq(excluded(t::fields)), t::updated_at.eq(now)))
        .execute(conn)
        .map(drop)
}

/// What columns of these names meant the last time.
pub fn remembered(conn: &mut PgConnection, kind: Kind, header: &[String]) -> QueryResult<Option<Mapping>> {
    use import_mappings as t;
    let fields: Option<Vec<Option<String>>> =
        t::table.find((kind.as_str(), signature(header))).select(t::fields).first(conn).optional()?;
    let names = |fields: Vec<Option<String>>| fields.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    Ok(fields.and_then(|fields| Mapping::of_names(&names(fields))))
}

/// Adds what came of more rows, in the transaction that takes them, so that a run that breaks off goes on after them and
/// takes none twice. True when somebody has asked to stop.
pub fn advance(conn: &mut PgConnection, id: Uuid, more: Counts, bytes_read: i64) -> QueryResult<bool> {
    use imports as t;
    diesel::update(t::table.find(id))
        .set((
            t::bytes_read.eq(bytes_read),
            t::rows_read.eq(t::rows_read + more.rows),
            t::rows_failed.eq(t::rows_failed + more.failed),
            t::people_new.eq(t::people_new + more.people_new),
            t::people_known.eq(t::people_known + more.people_known),
            t::debts_new.eq(t::debts_new + more.debts_new),
            t::debts_known.eq(t::debts_known + more.debts_known),
            t::debts_updated.eq(t::debts_updated + more.debts_updated),
            t::entries_new.eq(t::entries_new + more.entries_new),
        ))
        .returning(t::cancel_asked_at.is_not_null())
        .get_result(conn)
}

/// Sets how far a step has come. True when somebody has asked to stop.
pub fn set_counts(conn: &mut PgConnection, id: Uuid, step: Step, counts: Counts, bytes_read: i64) -> QueryResult<bool> {
    use imports as t;
    diesel::update(t::table.find(id))
        .set((
            t::step.eq(step.as_str()),
            t::bytes_read.eq(bytes_read),
            t::rows_read.eq(counts.rows),
            t::rows_failed.eq(counts.failed),
            t::people_new.eq(counts.people_new),
            t::people_known.eq(counts.people_known),
            t::debts_new.eq(counts.debts_new),
            t::debts_known.eq(counts.debts_known),
            t::debts_updated.eq(counts.debts_updated),
            t::entries_new.eq(counts.entries_new),
        ))
        .returning(t::cancel_asked_at.is_not_null())
        .get_result(conn)
}

/// Who asked for an import, for the audit trail: the person who uploaded it, or the command.
pub fn actor(conn: &mut PgConnection, import: &Import) -> QueryResult<Actor> {
    let Some(id) = import.staff_id else { return Ok(Actor::command("import")) };
    let (name, email): (String, String) = staff::table.find(id).select((staff::name, staff::email)).first(conn)?;
    Ok(Actor { staff_id: Some(id), name: format!("{name} <{email}>"), address: None })
}

/// Writes what came of an import into the audit trail.
pub fn write_audit(
    conn: &mut PgConnection,
    import: &Import,
    action: &str,
    counts: Counts,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let details = json!({
        "kind": import.kind().as_str(), "file": import.file_name, "rows": counts.rows, "wrong_rows": counts.failed,
        "new_people": counts.people_new, "known_people": counts.people_known, "new_debts": counts.debts_new,
        "known_debts": counts.debts_known, "balances_changed": counts.debts_updated, "entries": counts.entries_new,
    });
    let act = Act { action, subject: "import", subject_id: Some(import.id), details, ..Act::default() };
    let actor = actor(conn, import)?;
    audit::write(conn, &actor, &act, now)
}

/// Notes where an import has come to. The file of one that was stopped is of no more use to anybody.
pub fn end(
    conn: &mut PgConnection,
    id: Uuid,
    state: State,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use imports as t;
    let finished_at = state.is_over().then_some(now);
    let failure = failure.map(|text| text.chars().take(200).collect::<String>());
    if state == State::Canceled {
        file::delete(conn, id)?;
    }
    diesel::update(t::table.find(id))
        .set((t::state.eq(state.as_str()), t::finished_at.eq(finished_at), t::failure.eq(failure)))
        .execute(conn)
        .map(drop)
}

/// Stops an import: at once when nothing works on it, and after the rows at hand otherwise. False when it is over.
pub fn cancel(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    use imports as t;
    let waiting = [State::Uploading.as_str(), State::Uploaded.as_str(), State::Checked.as_str()];
    let stopped = diesel::update(t::table.find(id).filter(t::state.eq_any(waiting)))
        .set((t::state.eq(State::Canceled.as_str()), t::finished_at.eq(now)))
        .execute(conn)?;
    if stopped > 0 {
        fault::forget(conn, id)?;
        file::delete(conn, id)?;
        return Ok(true);
    }
    let working = [State::Checking.as_str(), State::Running.as_str()];
    let asked = diesel::update(t::table.find(id).filter(t::state.eq_any(working)))
        .set(t::cancel_asked_at.eq(now))
        .execute(conn)?;
    Ok(asked > 0)
}

/// The uploaded files that are to be checked or taken in, the one that has waited longest first.
pub fn due(conn: &mut PgConnection) -> QueryResult<Vec<Uuid>> {
    use imports as t;
    t::table
        .filter(t::origin.eq(Origin::Web.as_str()))
        .filter(t::state.eq_any([State::Checking.as_str(), State::Running.as_str()]))
        .order((t::started_at, t::id))
        .limit(100)
        .select(t::id)
        .load(conn)
}

/// Deletes the files and error lists of imports that were over before `before`, and imports that were uploaded before and
/// never begun.
pub fn purge(conn: &mut PgConnection, before: DateTime<Utc>, now: DateTime<Utc>) -> QueryResult<()> {
    use imports as t;
    let waiting = [State::Uploading.as_str(), State::Uploaded.as_str(), State::Checked.as_str()];
    diesel::update(t::table.filter(t::state.eq_any(waiting)).filter(t::created_at.lt(before)))
        .set((t::state.eq(State::Canceled.as_str()), t::finished_at.eq(before)))
        .execute(conn)?;
    // A command that was killed is not taken up by the portal; its file may be taken in anew after all this time.
    diesel::update(
        t::table
            .filter(t::origin.eq(Origin::Command.as_str()))
            .filter(t::state.eq_any([State::Checking.as_str(), State::Running.as_str()]))
            .filter(t::started_at.lt(before)),
    )
    .set((t::state.eq(State::Failed.as_str()), t::failure.eq("abandoned"), t::finished_at.eq(now)))
    .execute(conn)?;
    let over: Vec<Uuid> = t::table
        .filter(t::finished_at.le(before))
        .filter(diesel::dsl::exists(file::of(t::id)).or(diesel::dsl::exists(fault::of(t::id))))
        .select(t::id)
        .load(conn)?;
    for id in over {
        file::delete(conn, id)?;
        fault::forget(conn, id)?;
    }
    Ok(())
}

/// Forgets an import of which nothing was taken, such as a dry run; another one stays on record.
pub fn forget(conn: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    let Some(import) = find(conn, id)? else { return Ok(()) };
    if import.state() == State::Running || import.state().is_over() {
        return Ok(());
    }
    fault::forget(conn, id)?;
    file::delete(conn, id)?;
    diesel::delete(imports::table.find(id)).execute(conn).map(drop)
}

/// Sets a connection up for long work: rows are taken in statements that may wait for a busy disk, but a lock that a payment holds
/// is free again soon or never.
pub fn prepare(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "SET statement_timeout = '15min'; SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = '15min'; \
         SET timezone = 'UTC'; SET application_name = 'quittance import'",
    )
}

/// Whoever works on an import holds this lock, for as long as his connection lives.
fn lock_key(id: Uuid) -> i64 {
    let (_, low) = id.as_u64_pair();
    i64::from_ne_bytes(low.to_ne_bytes())
}

/// Takes the lock on an import; false when somebody works on it.
pub fn try_lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    diesel::select(sql::<Bool>("pg_try_advisory_lock(").bind::<BigInt, _>(lock_key(id)).sql(")")).get_result(conn)
}

/// Gives the lock back.
pub fn unlock(conn: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    let freed = diesel::select(sql::<Bool>("pg_advisory_unlock(").bind::<BigInt, _>(lock_key(id)).sql(")"));
    freed.get_result::<bool>(conn).map(drop)
}
