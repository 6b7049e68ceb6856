//! The audit trail: who looked at or changed what, written in the transaction that does it.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::schema::audit;

/// Who acts, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person, where it is one of the staff.
    pub staff_id: Option<Uuid>,
    /// In words: name and address of the person, or the command that ran.
    pub name: String,
    /// The client's address.
    pub address: Option<String>,
}

impl Actor {
    /// The person a debt is of, through the portal. Who that is stands in the debt.
    pub fn debtor() -> Actor {
        Actor { staff_id: None, name: "debtor".to_owned(), address: None }
    }

    /// A command that somebody runs on the machine.
    pub fn command(name: &str) -> Actor {
        Actor { staff_id: None, name: format!("quittance {name}"), address: None }
    }
}

/// What was done to what.
#[derive(Clone, Debug, Default)]
pub struct Act<'a> {
    /// Such as `debt.read`.
    pub action: &'a str,
    /// The kind of thing: `debt`, `staff`, `payment`...
    pub subject: &'a str,
    /// Which.
    pub subject_id: Option<Uuid>,
    /// About which debt.
    pub debt_id: Option<Uuid>,
    /// Old and new values.
    pub details: Value,
}

/// Writes a line. Nobody changes or deletes it.
pub fn write(conn: &mut PgConnection, actor: &Actor, act: &Act<'_>, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(Uuid::now_v7()),
            audit::at.eq(now),
            audit::staff_id.eq(actor.staff_id),
            audit::actor.eq(&actor.name),
            audit::action.eq(act.action),
            audit::subject.eq(act.subject),
            audit::subject_id.eq(act.subject_id),
            audit::debt_id.eq(act.debt_id),
            audit::address.eq(actor.address.as_ref()),
            audit::details.eq(&act.details),
        ))
        .execute(conn)
        .map(drop)
}

/// Writes down what a command did that somebody ran on the machine.
pub fn write_command(
    conn: &mut PgConnection,
    command: &str,
    action: &str,
    subject: &str,
    subject_id: Uuid,
    debt_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let act =
        Act { action, subject, subject_id: Some(subject_id), debt_id, details: Value::Object(Default::default()) };
    write(conn, &Actor::command(command), &act, now)
}

/// Whether the trigger stands that lets nobody change or delete a line.
pub fn is_append_only(conn: &mut PgConnection) -> QueryResult<bool> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;
    diesel::select(sql::<Bool>(
        "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgname = 'audit_is_append_only' AND tgenabled = 'O')",
    ))
    .get_result(conn)
}

/// A line of the trail.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Line {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub subject_id: Option<Uuid>,
    pub debt_id: Option<Uuid>,
    pub address: Option<String>,
    pub details: Value,
}

/// What is looked for in the trail.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// By this person.
    pub staff_id: Option<Uuid>,
    /// The beginning of an action.
    pub action: Option<String>,
    /// About this thing or debt.
    pub about: Option<Uuid>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Only before this line, in (time, id) order.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// A page of the trail, newest first.
pub fn search(conn: &mut PgConnection, search: &Search, limit: i64) -> QueryResult<Vec<Line>> {
    let mut query = audit::table.select(Line::as_select()).into_boxed();
    if let Some(id) = search.staff_id {
        query = query.filter(audit::staff_id.eq(id));
    }
    if let Some(action) = &search.action {
        query = query.filter(audit::action.like(format!("{}%", escaped(action))));
    }
    if let Some(id) = search.about {
        query = query.filter(audit::debt_id.eq(id).or(audit::subject_id.eq(id)));
    }
    if let Some(from) = search.from {
        query = query.filter(audit::at.ge(from));
    }
    if let Some(until) = search.until {
        query = query.filter(audit::at.lt(until));
    }
    if let Some((at, id)) = search.before {
        query = query.filter(audit::at.lt(at).or(audit::at.eq(at).and(audit::id.gt(id))));
    }
    query.order((audit::at.desc(), audit::id)).limit(limit).load(conn)
}

/// Text in which nothing stands for something else in a LIKE.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
