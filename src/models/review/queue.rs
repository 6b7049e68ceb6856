use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::WAITING;
use crate::domain::listing::{Counted, Page};
use crate::domain::review::{MessageKind, QueuePosition, ReviewOutcome};

/// Characters of a text that a list shows.
const EXCERPT: usize = 160;

/// What of the queue is shown.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Only of that kind.
    pub kind: Option<MessageKind>,
    /// Only what a machine made, or only what people did.
    pub ai_generated: Option<bool>,
    /// Only of that template.
    pub template_name: Option<String>,
}

/// What of the decisions is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecidedFilter {
    /// Only of that kind.
    pub kind: Option<MessageKind>,
    /// Only those that came out so.
    pub outcome: Option<ReviewOutcome>,
}

/// A line of the queue, or of what was decided.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct Line {
    #[diesel(sql_type = SmallInt)]
    rank: i16,
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub debt_id: Uuid,
    #[diesel(sql_type = Text)]
    pub original_creditor: String,
    #[diesel(sql_type = Text)]
    pub direction: String,
    #[diesel(sql_type = Bool)]
    pub ai_generated: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub template_name: Option<String>,
    /// The subject, or the beginning of the text.
    #[diesel(sql_type = Text)]
    pub excerpt: String,
    #[diesel(sql_type = Timestamptz)]
    pub timestamp: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    review_outcome: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub reviewed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub reviewed_by: Option<Uuid>,
    /// The reviewer's name.
    #[diesel(sql_type = Nullable<Text>)]
    pub reviewer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub review_reason: Option<String>,
}

impl Line {
    /// What it is.
    pub fn kind(&self) -> MessageKind {
        // The statements name no other rank.
        MessageKind::from_rank(self.rank).unwrap_or(MessageKind::Email)
    }

    /// What was decided about it.
    pub fn outcome(&self) -> Option<ReviewOutcome> {
        self.review_outcome.as_deref().and_then(ReviewOutcome::parse)
    }
}

/// A template of which messages wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateLine {
    /// What they are.
    pub kind: MessageKind,
    /// Its name.
    pub name: String,
    /// How many wait.
    pub waiting: Counted,
}

fn columns(kind: MessageKind) -> String {
    let (template, excerpt) = match kind {
        MessageKind::Email => ("m.template_name::text", "coalesce(nullif(m.subject, ''), m.content, '')"),
        MessageKind::Call => ("NULL::text", "coalesce(m.transcript, '')"),
        MessageKind::Sms => ("m.template_name::text", "coalesce(m.content, '')"),
    };
    format!(
        "{}::int2 AS rank, m.id, m.debt_id, m.direction::text AS direction, m.ai_generated, {template} AS template_name, \
         left({excerpt}, {EXCERPT}) AS excerpt, m.timestamp, m.review_outcome::text AS review_outcome, m.reviewed_at, \
         m.reviewed_by, m.review_reason::text AS review_reason",
        kind as i16
    )
}

/// The kinds that a filter leaves; calls have no templates.
fn kinds(filter: &QueueFilter) -> impl Iterator<Item = MessageKind> + '_ {
    let wanted = move |kind: &MessageKind| filter.kind.is_none_or(|wanted| wanted == *kind);
    MessageKind::ALL.into_iter().filter(wanted).filter(|kind| filter.template_name.is_none() || kind.has_templates())
}

/// The queue after a position: what a machine made first, then the oldest. Each kind is read from its own index, and no further than
/// a page needs.
pub fn waiting(
    conn: &mut PgConnection,
    filter: &QueueFilter,
    after: Option<&QueuePosition>,
    size: usize,
) -> QueryResult<Page<Line>> {
    let mut arms = Vec::new();
    for kind in kinds(filter) {
        for ai_generated in [true, false] {
            let begun = match after {
                // All of those come before the position.
                Some(after) if !after.ai_generated && ai_generated => continue,
                Some(after) if after.ai_generated == ai_generated => after_in_time(kind, after),
                _ => "",
            };
            if filter.ai_generated.is_some_and(|wanted| wanted != ai_generated) {
                continue;
            }
            let template = if filter.template_name.is_some() { " AND m.template_name = $3" } else { "" };
            arms.push(format!(
                "(SELECT {} FROM {} m WHERE {WAITING} AND m.ai_generated = {ai_generated}{template}{begun} \
                 ORDER BY m.timestamp, m.id LIMIT $4)",
                columns(kind),
                kind.as_str()
            ));
        }
    }
    let order = "ai_generated DESC, e.timestamp, e.rank, e.id";
    let (at, id) = after.map_or((None, None), |after| (Some(after.at), Some(after.id)));
    let rows = load(conn, &arms, order, (at, id, filter.template_name.as_deref()), size)?;
    Ok(Page::cut(rows, size, |line: &Line| {
        QueuePosition { ai_generated: line.ai_generated, at: line.timestamp, kind: line.kind(), id: line.id }.encode()
    }))
}

/// Rows strictly after a position among those that a machine made, or those that it did not.
fn after_in_time(kind: MessageKind, after: &QueuePosition) -> &'static str {
    match kind.cmp(&after.kind) {
        std::cmp::Ordering::Less => " AND m.timestamp > $1",
        std::cmp::Ordering::Greater => " AND m.timestamp >= $1",
        std::cmp::Ordering::Equal => " AND (m.timestamp, m.id) > ($1, $2)",
    }
}

/// What was decided, newest first.
pub fn decided(
    conn: &mut PgConnection,
    filter: &DecidedFilter,
    after: Option<&QueuePosition>,
    size: usize,
) -> QueryResult<Page<Line>> {
    let wanted = |kind: &MessageKind| filter.kind.is_none_or(|wanted| wanted == *kind);
    let outcome = match filter.outcome {
        Some(outcome) => format!(" AND m.review_outcome = '{}'", outcome.as_str()),
        None => String::new(),
    };
    let arm = |kind: MessageKind| {
        let begun = match after.map(|after| kind.cmp(&after.kind)) {
            None => "",
            Some(std::cmp::Ordering::Less) => " AND m.reviewed_at < $1",
            Some(std::cmp::Ordering::Greater) => " AND m.reviewed_at <= $1",
            Some(std::cmp::Ordering::Equal) => " AND m.reviewed_at <= $1 AND (m.reviewed_at < $1 OR m.id > $2)",
        };
        format!(
            "(SELECT {} FROM {} m WHERE m.review_outcome IS NOT NULL{outcome}{begun} \
             ORDER BY m.reviewed_at DESC, m.id LIMIT $4)",
            columns(kind),
            kind.as_str()
        )
    };
    let arms: Vec<String> = MessageKind::ALL.into_iter().filter(wanted).map(arm).collect();
    let (at, id) = after.map_or((None, None), |after| (Some(after.at), Some(after.id)));
    let rows = load(conn, &arms, "e.reviewed_at DESC, e.rank, e.id", (at, id, None), size)?;
    Ok(Page::cut(rows, size, |line: &Line| {
        let at = line.reviewed_at.unwrap_or(line.timestamp);
        QueuePosition { ai_generated: line.ai_generated, at, kind: line.kind(), id: line.id }.encode()
    }))
}

type Bound<'a> = (Option<DateTime<Utc>>, Option<Uuid>, Option<&'a str>);

/// One row more than a page holds, out of arms that are each in order and limited.
fn load(
    conn: &mut PgConnection,
    arms: &[String],
    order: &str,
    (at, id, template): Bound<'_>,
    size: usize,
) -> QueryResult<Vec<Line>> {
    if arms.is_empty() {
        return Ok(Vec::new());
    }
    let union = arms.join(" UNION ALL ");
    sql_query(format!(
        "SELECT e.*, d.original_creditor::text AS original_creditor, s.name::text AS reviewer \
         FROM (SELECT * FROM ({union}) e ORDER BY {order} LIMIT $4) e JOIN debts d ON d.id = e.debt_id \
         LEFT JOIN staff s ON s.id = e.reviewed_by ORDER BY {order}"
    ))
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<Nullable<Text>, _>(template)
    .bind::<BigInt, _>(i64::try_from(size).unwrap_or(i64::MAX - 1) + 1)
    .load(conn)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many wait.
pub fn count_waiting(conn: &mut PgConnection, filter: &QueueFilter) -> QueryResult<Counted> {
    let mut conditions = WAITING.to_owned();
    if let Some(ai_generated) = filter.ai_generated {
        conditions += &format!(" AND m.ai_generated = {ai_generated}");
    }
    if filter.template_name.is_some() {
        conditions += " AND m.template_name = $1";
    }
    count(conn, kinds(filter), &conditions, filter.template_name.as_deref())
}

/// How many were decided.
pub fn count_decided(conn: &mut PgConnection, filter: &DecidedFilter) -> QueryResult<Counted> {
    let conditions = match filter.outcome {
        Some(outcome) => format!("m.review_outcome = '{}'", outcome.as_str()),
        None => "m.review_outcome IS NOT NULL".to_owned(),
    };
    let wanted = |kind: &MessageKind| filter.kind.is_none_or(|wanted| wanted == *kind);
    count(conn, MessageKind::ALL.into_iter().filter(wanted), &conditions, None)
}

fn count(
    conn: &mut PgConnection,
    kinds: impl Iterator<Item = MessageKind>,
    conditions: &str,
    template: Option<&str>,
) -> QueryResult<Counted> {
    let limit = Counted::LIMIT + 1;
    let arm = |kind: MessageKind| {
        format!("(SELECT count(*) FROM (SELECT FROM {} m WHERE {conditions} LIMIT {limit}) n)", kind.as_str())
    };
    let sum = kinds.map(arm).collect::<Vec<_>>().join(" + ");
    if sum.is_empty() {
        return Ok(Counted::new(0));
    }
    let mut query: BoxedSqlQuery<'_, Pg, SqlQuery> = sql_query(format!("SELECT {sum} AS count")).into_boxed();
    if let Some(template) = template {
        query = query.bind::<Text, _>(template);
    }
    query.get_result::<Count>(conn).map(|row| Counted::new(row.count))
}

/// Templates that are listed at most.
const MOST_TEMPLATES: usize = 50;

#[derive(QueryableByName)]
struct NameAndCount {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The templates of which messages wait, each with their number. The index is entered once for each name, not read through.
pub fn templates(conn: &mut PgConnection) -> QueryResult<Vec<TemplateLine>> {
    let limit = Counted::LIMIT + 1;
    let mut lines = Vec::new();
    for kind in MessageKind::ALL.into_iter().filter(|kind| kind.has_templates()) {
        let waiting = format!("{} m WHERE {WAITING} AND m.template_name", kind.as_str());
        let names: Vec<NameAndCount> = sql_query(format!(
            "WITH RECURSIVE t AS ((SELECT m.template_name AS name FROM {waiting} IS NOT NULL ORDER BY 1 LIMIT 1) UNION ALL \
             SELECT (SELECT m.template_name FROM {waiting} > t.name ORDER BY 1 LIMIT 1) FROM t WHERE t.name IS NOT NULL) \
             SELECT t.name::text, (SELECT count(*) FROM (SELECT FROM {waiting} = t.name LIMIT {limit}) n) AS count \
             FROM t WHERE t.name IS NOT NULL LIMIT {MOST_TEMPLATES}"
        ))
        .load(conn)?;
        lines.extend(names.into_iter().map(|row| TemplateLine {
            kind,
            name: row.name,
            waiting: Counted::new(row.count),
        }));
    }
    Ok(lines)
}
