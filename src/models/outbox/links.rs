use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{debts, emails, mail_links, opt_out_links, outbox};

/// For how long the links in e-mails work.
const KEPT_DAYS: i64 = 400;

/// Notes a link by which the reader of an e-mail opts out. `token_hash` is the SHA-256 of its secret.
pub fn note_opt_out(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    debtor_id: Uuid,
    debt_id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use opt_out_links as t;
    diesel::insert_into(t::table)
        .values((
            t::token_hash.eq(token_hash.as_slice()),
            t::debtor_id.eq(debtor_id),
            t::debt_id.eq(debt_id),
            t::channel.eq("email"),
            t::created_at.eq(now),
        ))
        .execute(conn)
        .map(drop)
}

/// Who opts out by the link with this hash, and the debt that the e-mail was about.
pub fn opt_out_person(conn: &mut PgConnection, token_hash: &[u8; 32]) -> QueryResult<Option<(Uuid, Uuid)>> {
    opt_out_links::table
        .find(token_hash.as_slice())
        .select((opt_out_links::debtor_id, opt_out_links::debt_id))
        .first(conn)
        .optional()
}

/// Notes a link that tells whether an e-mail was opened. `link_hash` is the SHA-256 of the personal link's secret.
pub fn note_tracked(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    outbox_id: Uuid,
    link_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use mail_links as t;
    diesel::insert_into(t::table)
        .values((
            t::token_hash.eq(token_hash.as_slice()),
            t::outbox_id.eq(outbox_id),
            t::link_hash.eq(link_hash.as_slice()),
            t::created_at.eq(now),
        ))
        .execute(conn)
        .map(drop)
}

/// The e-mail of a tracked link.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The message in the person's history, once it is sent.
    pub email_id: Option<Uuid>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// SHA-256 of the personal link's secret when it was made.
    pub link_hash: Vec<u8>,
    /// The personal link's secret now.
    pub token: String,
}

/// The e-mail whose tracked link has this hash.
pub fn tracked(conn: &mut PgConnection, token_hash: &[u8; 32]) -> QueryResult<Option<Tracked>> {
    type Row = (Option<Uuid>, Option<DateTime<Utc>>, Vec<u8>, String);
    let row: Option<Row> = mail_links::table
        .inner_join(outbox::table.inner_join(debts::table))
        .filter(mail_links::token_hash.eq(token_hash.as_slice()))
        .select((outbox::email_id, outbox::sent_at, mail_links::link_hash, debts::unique_token))
        .first(conn)
        .optional()?;
    Ok(row.map(|(email_id, sent_at, link_hash, token)| Tracked { email_id, sent_at, link_hash, token }))
}

/// Notes that a message was opened, and perhaps that its link was followed. Never proof that a person did either.
pub fn note_read(conn: &mut PgConnection, email_id: Uuid, clicked: bool) -> QueryResult<()> {
    let message = emails::table.find(email_id);
    if clicked {
        let unread = message.filter(emails::email_clicked.eq(false).or(emails::email_opened.eq(false)));
        diesel::update(unread).set((emails::email_opened.eq(true), emails::email_clicked.eq(true))).execute(conn)?;
    } else {
        diesel::update(message.filter(emails::email_opened.eq(false)))
            .set(emails::email_opened.eq(true))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes links that are too old to be followed.
pub fn purge(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let before = now - TimeDelta::days(KEPT_DAYS);
    let tracked = diesel::delete(mail_links::table.filter(mail_links::created_at.lt(before))).execute(conn)?;
    let opting = diesel::delete(opt_out_links::table.filter(opt_out_links::created_at.lt(before))).execute(conn)?;
    Ok(tracked + opting)
}
