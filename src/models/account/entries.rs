//! Everything that happened about a debt, newest first, with the fields that only staff sees.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::models::chargeback::Chargeback;
use crate::models::payment::Payment;
use crate::models::refund::Refund;
use crate::schema::{calls, chargebacks, debt_notes, emails, payments, postal_letters, refunds, sms, staff};

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The row's id.
    pub id: Uuid,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub enum What {
    Email {
        inbound: bool,
        subject: Option<String>,
        content: Option<String>,
        opened: bool,
        clicked: bool,
        ai: bool,
        checked: bool,
    },
    Call {
        inbound: bool,
        outcome: Option<String>,
        seconds: Option<i32>,
        transcript: Option<String>,
        recording_url: Option<String>,
        ai: bool,
        checked: bool,
    },
    Sms {
        inbound: bool,
        content: Option<String>,
        ai: bool,
        checked: bool,
    },
    Letter {
        inbound: bool,
        subject: Option<String>,
        content: Option<String>,
        by: Option<String>,
    },
    Payment {
        payment: Box<Payment>,
        reference: Option<String>,
    },
    Refund(Box<Refund>),
    Chargeback(Box<Chargeback>),
    Note {
        body: String,
        by: String,
    },
}

/// The place where a page of entries ends.
pub type Before = (DateTime<Utc>, Uuid);

/// At most `limit` entries older than `before`, newest first.
pub fn timeline(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    let mut entries = emails_of(conn, debt_id, before, limit)?;
    entries.extend(calls_of(conn, debt_id, before, limit)?);
    entries.extend(sms_of(conn, debt_id, before, limit)?);
    entries.extend(letters_of(conn, debt_id, before, limit)?);
    entries.extend(payments_of(conn, debt_id, before, limit)?);
    entries.extend(returns_of(conn, debt_id, before, limit)?);
    entries.extend(notes_of(conn, debt_id, before, limit)?);
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    entries.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(entries)
}

/// What comes after a place in (time, id) order, newest first.
macro_rules! older {
    ($query:expr, $at:expr, $id:expr, $before:expr, $limit:expr) => {{
        let mut query = $query.into_boxed();
        if let Some((at, id)) = $before {
            query = query.filter($at.lt(at).or($at.eq(at).and($id.lt(id))));
        }
        query.order(($at.desc(), $id.desc())).limit($limit)
    }};
}

fn emails_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use emails as t;
    type Row = (Uuid, DateTime<Utc>, String, Option<String>, Option<String>, bool, bool, bool, bool);
    let own = t::table.filter(t::debt_id.eq(debt_id)).select((
        t::id,
        t::timestamp,
        t::direction,
        t::subject,
        t::content,
        t::email_opened,
        t::email_clicked,
        t::ai_generated,
        t::compliance_checked,
    ));
    let rows: Vec<Row> = older!(own, t::timestamp, t::id, before, limit).load(conn)?;
    let entry = |(id, at, direction, subject, content, opened, clicked, ai, checked): Row| {
        let inbound = direction == "inbound";
        Entry { at, id, what: What::Email { inbound, subject, content, opened, clicked, ai, checked } }
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn calls_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use calls as t;
    type Row = (Uuid, DateTime<Utc>, String, Option<String>, Option<i32>, Option<String>, Option<String>, bool, bool);
    let own = t::table.filter(t::debt_id.eq(debt_id)).select((
        t::id,
        t::timestamp,
        t::direction,
        t::call_outcome,
        t::call_duration,
        t::transcript,
        t::recording_url,
        t::ai_generated,
        t::compliance_checked,
    ));
    let rows: Vec<Row> = older!(own, t::timestamp, t::id, before, limit).load(conn)?;
    let entry = |(id, at, direction, outcome, seconds, transcript, recording_url, ai, checked): Row| {
        let inbound = direction == "inbound";
        Entry { at, id, what: What::Call { inbound, outcome, seconds, transcript, recording_url, ai, checked } }
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn sms_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use sms as t;
    type Row = (Uuid, DateTime<Utc>, String, Option<String>, bool, bool);
    let own = t::table.filter(t::debt_id.eq(debt_id)).select((
        t::id,
        t::timestamp,
        t::direction,
        t::content,
        t::ai_generated,
        t::compliance_checked,
    ));
    let rows: Vec<Row> = older!(own, t::timestamp, t::id, before, limit).load(conn)?;
    let entry = |(id, at, direction, content, ai, checked): Row| Entry {
        at,
        id,
        what: What::Sms { inbound: direction == "inbound", content, ai, checked },
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn letters_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use postal_letters as t;
    type Row = (Uuid, DateTime<Utc>, String, Option<String>, Option<String>, Option<String>);
    let own = t::table.left_join(staff::table).filter(t::debt_id.eq(debt_id)).select((
        t::id,
        t::timestamp,
        t::direction,
        t::subject,
        t::content,
        staff::name.nullable(),
    ));
    let rows: Vec<Row> = older!(own, t::timestamp, t::id, before, limit).load(conn)?;
    let entry = |(id, at, direction, subject, content, by): Row| Entry {
        at,
        id,
        what: What::Letter { inbound: direction == "inbound", subject, content, by },
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn payments_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Timestamptz};
    use payments as t;
    let moment = || sql::<Timestamptz>("coalesce(completed_at, created_at)");
    let mut own = t::table
        .filter(t::debt_id.eq(debt_id))
        .select((moment(), Payment::as_select(), t::external_reference))
        .into_boxed();
    if let Some((at, id)) = before {
        let older = sql::<Bool>("(coalesce(completed_at, created_at), id) < (").bind::<Timestamptz, _>(at);
        own = own.filter(older.sql(", ").bind::<diesel::sql_types::Uuid, _>(id).sql(")"));
    }
    let rows: Vec<(DateTime<Utc>, Payment, Option<String>)> =
        own.order((moment().desc(), t::id.desc())).limit(limit).load(conn)?;
    let entry = |(at, payment, reference): (DateTime<Utc>, Payment, Option<String>)| Entry {
        at,
        id: payment.id,
        what: What::Payment { payment: Box::new(payment), reference },
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn returns_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use chargebacks as c;
    use refunds as r;
    let own = r::table.filter(r::debt_id.eq(debt_id)).select(Refund::as_select());
    let refunds: Vec<Refund> = older!(own, r::created_at, r::id, before, limit).load(conn)?;
    let own = c::table.filter(c::debt_id.eq(debt_id)).select(Chargeback::as_select());
    let chargebacks: Vec<Chargeback> = older!(own, c::created_at, c::id, before, limit).load(conn)?;
    let refunds =
        refunds.into_iter().map(|row| Entry { at: row.created_at, id: row.id, what: What::Refund(Box::new(row)) });
    let chargebacks = chargebacks.into_iter().map(|row| Entry {
        at: row.created_at,
        id: row.id,
        what: What::Chargeback(Box::new(row)),
    });
    Ok(refunds.chain(chargebacks).collect())
}

fn notes_of(conn: &mut PgConnection, debt_id: Uuid, before: Option<Before>, limit: i64) -> QueryResult<Vec<Entry>> {
    use debt_notes as t;
    type Row = (Uuid, DateTime<Utc>, String, String);
    let own = t::table.inner_join(staff::table).filter(t::debt_id.eq(debt_id)).select((
        t::id,
        t::created_at,
        t::body,
        staff::name,
    ));
    let rows: Vec<Row> = older!(own, t::created_at, t::id, before, limit).load(conn)?;
    let entry = |(id, at, body, by): Row| Entry { at, id, what: What::Note { body, by } };
    Ok(rows.into_iter().map(entry).collect())
}
