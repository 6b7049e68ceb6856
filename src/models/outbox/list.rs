use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::listing::{Counted, Page, Position};
use crate::domain::mail::{MailKind, MailStatus};
use crate::models::listing::{COUNT_LIMIT, Period, count, creditors, one_more};
use crate::schema::outbox;

/// Which e-mails are shown.
#[derive(Clone, Debug, Default)]
pub struct MailFilter {
    /// What became of them.
    pub status: Option<MailStatus>,
    /// Of which kind.
    pub kind: Option<MailKind>,
    /// When they were queued.
    pub period: Period,
    /// About which debt.
    pub debt_id: Option<Uuid>,
}

/// A row of `outbox`, as the list shows it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct MailRow {
    pub id: Uuid,
    pub kind: String,
    pub debt_id: Uuid,
    pub recipient: String,
    pub language: String,
    pub status: String,
    pub attempts: i32,
    pub queued_at: DateTime<Utc>,
    pub next_attempt_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub bounced_at: Option<DateTime<Utc>>,
    pub withheld_reason: Option<String>,
    pub last_error: Option<String>,
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct MailLine {
    /// The e-mail.
    pub mail: MailRow,
    /// Whom its debt was owed to at first.
    pub original_creditor: String,
}

fn filtered(filter: &MailFilter) -> outbox::BoxedQuery<'static, Pg> {
    let mut query = outbox::table.into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(outbox::status.eq(status.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(outbox::kind.eq(kind.as_str()));
    }
    if let Some(from) = filter.period.from {
        query = query.filter(outbox::queued_at.ge(from));
    }
    if let Some(until) = filter.period.until {
        query = query.filter(outbox::queued_at.lt(until));
    }
    if let Some(debt_id) = filter.debt_id {
        query = query.filter(outbox::debt_id.eq(debt_id));
    }
    query
}

/// E-mails, the newest first, after a position.
pub fn search(
    conn: &mut PgConnection,
    filter: &MailFilter,
    after: Option<&Position>,
    size: usize,
) -> QueryResult<Page<MailLine>> {
    let mut query = filtered(filter).select(MailRow::as_select());
    if let Some((at, id)) = after.and_then(|after| Some((after.at, after.uuid()?))) {
        // The first comparison alone lets the index seek.
        query = query.filter(outbox::queued_at.le(at)).filter(outbox::queued_at.lt(at).or(outbox::id.lt(id)));
    }
    let rows = query.order((outbox::queued_at.desc(), outbox::id.desc())).limit(one_more(size)).load(conn)?;
    let page = Page::cut(rows, size, |row: &MailRow| Position::new(row.queued_at, row.id).encode());
    let names = creditors(conn, page.rows.iter().map(|row| row.debt_id))?;
    Ok(page.map(|mail| MailLine { original_creditor: names.get(&mail.debt_id).cloned().unwrap_or_default(), mail }))
}

/// How many there are.
pub fn count_found(conn: &mut PgConnection, filter: &MailFilter) -> QueryResult<Counted> {
    count(conn, filtered(filter).select(outbox::id).limit(COUNT_LIMIT))
}

/// One e-mail.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<MailRow>> {
    outbox::table.find(id).select(MailRow::as_select()).first(conn).optional()
}

/// What came of wanting one sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is in the queue; its debt and what it was before.
    Queued(Uuid, MailStatus),
    /// It waits, is being sent, or was sent.
    NotNow(Uuid),
    /// There is no such e-mail.
    NotFound,
}

/// Puts an e-mail that was not sent for certain back into the queue. What stood in the way is looked at anew when it is taken.
pub fn again(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<Again> {
    let row: Option<(Uuid, String)> =
        outbox::table.find(id).select((outbox::debt_id, outbox::status)).for_update().first(conn).optional()?;
    let Some((debt_id, status)) = row else { return Ok(Again::NotFound) };
    let Some(status) = MailStatus::parse(&status).filter(|status| status.may_go_again()) else {
        return Ok(Again::NotNow(debt_id));
    };
    diesel::update(outbox::table.find(id))
        .set((
            outbox::status.eq(MailStatus::Queued.as_str()),
            outbox::attempts.eq(0),
            outbox::queued_at.eq(now),
            outbox::next_attempt_at.eq(now),
            outbox::taken_at.eq(None::<DateTime<Utc>>),
            outbox::failed_at.eq(None::<DateTime<Utc>>),
            outbox::withheld_reason.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(Again::Queued(debt_id, status))
}
