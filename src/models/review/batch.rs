use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::{Message, Review, ReviewState, WAITING, select, write};
use crate::domain::listing::Position;
use crate::domain::review::{Decision, MessageKind, digest};

/// Messages that are decided about in one go at most.
pub const BATCH_SIZE: usize = 500;

/// Which messages belong together: the same kind and the same template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchKey {
    /// What they are.
    pub kind: MessageKind,
    /// What they were made from.
    pub template_name: String,
}

/// The messages of a template that wait, the oldest first, at most [`BATCH_SIZE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Which.
    pub key: BatchKey,
    /// The messages; whoever decides, decides about these.
    pub messages: Vec<Message>,
    /// Whether more of them wait.
    pub more: bool,
}

impl Batch {
    /// A digest of everything that stands in it.
    pub fn digest(&self) -> String {
        let digests: Vec<String> = self.messages.iter().map(Message::digest).collect();
        digest(&digests.iter().map(|one| Some(one.as_str())).collect::<Vec<_>>())
    }

    /// Its last message: what comes later is not decided about.
    pub fn last(&self) -> Option<Position> {
        self.messages.last().map(|message| Position::new(message.timestamp, message.id))
    }

    /// Each different text once, with how many messages have it; the most frequent first.
    pub fn texts(&self) -> Vec<(&Message, usize)> {
        let mut texts: Vec<(&Message, usize)> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for message in &self.messages {
            let place = *seen.entry((message.subject.as_deref(), message.body.as_deref())).or_insert(texts.len());
            match texts.get_mut(place) {
                Some((_, count)) => *count += 1,
                None => texts.push((message, 1)),
            }
        }
        texts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        texts
    }
}

/// What came of deciding about a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchDecided {
    /// None of them waits any more; the newest decision about that template, where there is one. Nothing was changed.
    Gone(Option<Review>),
    /// They are not those that the reviewer was shown; nothing was changed.
    Changed(Batch),
    /// Decided about these.
    Done(Batch),
}

/// The messages of a template that wait.
pub fn batch(conn: &mut PgConnection, key: &BatchKey) -> QueryResult<Batch> {
    read(conn, key, None, "")
}

fn read(
    conn: &mut PgConnection,
    key: &BatchKey,
    last: Option<(DateTime<Utc>, Uuid)>,
    lock: &str,
) -> QueryResult<Batch> {
    let (key, size) = (key.clone(), BATCH_SIZE);
    if !key.kind.has_templates() {
        return Ok(Batch { key, messages: Vec::new(), more: false });
    }
    let begun = if last.is_some() { " AND (m.timestamp, m.id) <= ($2, $3)" } else { "" };
    let mut messages: Vec<Message> = sql_query(format!(
        "{} WHERE {WAITING} AND m.template_name = $1{begun} ORDER BY m.timestamp, m.id LIMIT $4{lock}",
        select(key.kind)
    ))
    .bind::<Text, _>(&key.template_name)
    .bind::<Nullable<Timestamptz>, _>(last.map(|(at, _)| at))
    .bind::<Nullable<SqlUuid>, _>(last.map(|(_, id)| id))
    .bind::<BigInt, _>(i64::try_from(size).unwrap_or(i64::MAX - 1) + 1)
    .load(conn)?;
    let more = messages.len() > size;
    messages.truncate(size);
    Ok(Batch { key, messages, more })
}

/// Decides about all messages of a template that wait, up to `last`, if they are still those whose digest is `seen`. Needs a
/// transaction: it holds their locks, taken in their order.
pub fn decide_batch(
    conn: &mut PgConnection,
    key: &BatchKey,
    decision: &Decision,
    (last, seen): (&Position, &str),
    by: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<BatchDecided> {
    let Some(id) = last.uuid() else { return batch(conn, key).map(BatchDecided::Changed) };
    let shown = read(conn, key, Some((last.at, id)), " FOR UPDATE OF m")?;
    if shown.messages.is_empty() {
        return newest_review(conn, key).map(BatchDecided::Gone);
    }
    if shown.digest() != seen {
        return batch(conn, key).map(BatchDecided::Changed);
    }
    let ids: Vec<Uuid> = shown.messages.iter().map(|message| message.id).collect();
    write(conn, key.kind, &ids, decision, by, now)?;
    Ok(BatchDecided::Done(shown))
}

/// The newest decision about a template's messages.
fn newest_review(conn: &mut PgConnection, key: &BatchKey) -> QueryResult<Option<Review>> {
    if !key.kind.has_templates() {
        return Ok(None);
    }
    let newest: Option<Message> = sql_query(format!(
        "{} WHERE m.review_outcome IS NOT NULL AND m.template_name = $1 ORDER BY m.reviewed_at DESC, m.id LIMIT 1",
        select(key.kind)
    ))
    .bind::<Text, _>(&key.template_name)
    .get_result(conn)
    .optional()?;
    Ok(newest.and_then(|message| match message.state() {
        ReviewState::Reviewed(review) => Some(review),
        ReviewState::Waiting | ReviewState::CheckedElsewhere => None,
    }))
}
