//! The debt page in one statement: session, debt, person and the newest entries of its histories.
//!
//! One statement is its own snapshot and one round trip. It is a `QueryFragment` with a static id, because diesel caches
//! prepared statements by that id and `sql_query` not at all.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::money::Cents;
use crate::domain::payment::{PaymentState, PaymentStatus};
use crate::domain::place;
use crate::domain::returns::{ChargebackState, Origin, RefundState};
use crate::domain::timeline::{Cursor, EntryKind, Tab};
use crate::domain::validation::Standing;
use crate::models::session::{IdHash, Session};

mod query;

use query::{PageQuery, Row};

/// Entries on a page.
pub const PAGE_SIZE: usize = 20;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Whose session.
    pub session: IdHash,
    /// The session must have been seen after this.
    pub seen_after: DateTime<Utc>,
    /// The session must have begun after this.
    pub begun_after: DateTime<Utc>,
    /// Which debt.
    pub debt_id: Uuid,
    /// Now: the link that the session began by must not have expired.
    pub now: DateTime<Utc>,
    /// Only what stands in this tab.
    pub tab: Option<Tab>,
    /// Only entries after this one.
    pub before: Option<Cursor>,
}

/// A debt with its newest entries.
#[derive(Clone, Debug)]
pub struct DebtPage {
    /// The session that asked.
    pub session: Session,
    /// The debt.
    pub debt: DebtHead,
    /// At most [`PAGE_SIZE`] entries, newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
}

/// What the top of the page says.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub struct DebtHead {
    pub id: Uuid,
    pub debtor_name: String,
    pub original_creditor: String,
    pub account_number: Option<String>,
    pub status: DebtStatus,
    pub figures: Figures,
    pub debt_date: Option<NaiveDate>,
    pub imported_at: DateTime<Utc>,
    /// Whether a bank may still take money back.
    pub has_open_chargeback: bool,
    /// The state whose law applies to its person, as far as it is known.
    pub state: Option<&'static str>,
    /// Where it stands with its validation information.
    pub validation: Standing,
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub content: EntryContent,
}

/// What an entry says, by kind. Texts are data, whatever they contain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns are commented in the database")]
pub enum EntryContent {
    Payment {
        amount: Cents,
        state: PaymentState,
        method: Option<String>,
        failure_code: Option<String>,
        refunded: Cents,
        charged_back: Cents,
        /// Whether it was started here, so that it has a page of its own that leads on.
        by_portal: bool,
    },
    Email {
        inbound: bool,
        subject: Option<String>,
        ai_generated: bool,
    },
    Call {
        inbound: bool,
        outcome: Option<String>,
        seconds: Option<i64>,
        has_transcript: bool,
        ai_generated: bool,
    },
    Sms {
        inbound: bool,
        text: Option<String>,
        ai_generated: bool,
    },
    Refund {
        payment_id: Uuid,
        amount: Cents,
        state: RefundState,
        /// Whether it gives back what was paid beyond the debt.
        of_overpayment: bool,
    },
    Chargeback {
        payment_id: Uuid,
        amount: Cents,
        state: ChargebackState,
        /// What of it is taken now.
        withdrawn: Cents,
    },
    Letter {
        inbound: bool,
        subject: Option<String>,
    },
}

impl Entry {
    /// Its kind.
    pub fn kind(&self) -> EntryKind {
        match self.content {
            EntryContent::Payment { .. } => EntryKind::Payment,
            EntryContent::Email { .. } => EntryKind::Email,
            EntryContent::Call { .. } => EntryKind::Call,
            EntryContent::Sms { .. } => EntryKind::Sms,
            EntryContent::Refund { .. } => EntryKind::Refund,
            EntryContent::Chargeback { .. } => EntryKind::Chargeback,
            EntryContent::Letter { .. } => EntryKind::Letter,
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { at: self.at, kind: self.kind(), id: self.id }
    }
}

/// Loads the page; `None` when the session has ended or the debt is not that person's.
pub fn page(conn: &mut PgConnection, request: &PageRequest) -> QueryResult<Option<DebtPage>> {
    let plain = request.tab.is_none() && request.before.is_none();
    let rows: Vec<Row> =
        if plain { PageQuery::<true>(request).load(conn)? } else { PageQuery::<false>(request).load(conn)? };
    let mut head = None;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        match EntryKind::from_rank(row.0) {
            None => head = Some(read_head(row)?),
            Some(kind) => entries.push(read_entry(kind, row)?),
        }
    }
    let Some((session, debt)) = head else { return Ok(None) };
    entries
        .sort_unstable_by(|a: &Entry, b: &Entry| b.at.cmp(&a.at).then(a.kind().cmp(&b.kind())).then(a.id.cmp(&b.id)));
    let more = entries.len() > PAGE_SIZE;
    entries.truncate(PAGE_SIZE);
    let next = entries.last().filter(|_| more).map(Entry::cursor);
    Ok(Some(DebtPage { session, debt, entries, next }))
}

fn missing(column: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(format!("the debt page's {column}").into())
}

fn read_head(row: Row) -> QueryResult<(Session, DebtHead)> {
    let (
        _,
        id,
        imported_at,
        creditor,
        account_number,
        status,
        name,
        debt_date,
        owed,
        paid,
        in_flight,
        has_open_chargeback,
        _,
        debtor,
        seen,
        state,
        zip_code,
        validation,
    ) = row;
    let cents = |value: Option<i64>| value.map(Cents::new).ok_or_else(|| missing("figures"));
    let figures = Figures { total_owed: cents(owed)?, amount_paid: cents(paid)?, in_flight: cents(in_flight)? };
    let session = Session {
        debtor_id: debtor.ok_or_else(|| missing("session"))?,
        last_seen_at: seen.ok_or_else(|| missing("session"))?,
    };
    let debt = DebtHead {
        id,
        debtor_name: name.unwrap_or_default(),
        original_creditor: creditor.unwrap_or_default(),
        account_number,
        status: status.as_deref().and_then(DebtStatus::parse).ok_or_else(|| missing("status"))?,
        figures,
        debt_date,
        imported_at,
        has_open_chargeback,
        state: place::state_on_file(state.as_deref(), zip_code.as_deref()),
        validation: validation.as_deref().and_then(Standing::parse).ok_or_else(|| missing("validation"))?,
    };
    Ok((session, debt))
}

fn read_entry(kind: EntryKind, row: Row) -> QueryResult<Entry> {
    let (_, id, at, a, b, c, _, _, n1, n2, n3, flag1, flag2, payment_id, ..) = row;
    let content = match kind {
        EntryKind::Payment => {
            let status = a.as_deref().and_then(PaymentStatus::parse).ok_or_else(|| missing("payment status"))?;
            EntryContent::Payment {
                amount: Cents::new(n1.unwrap_or(0)),
                state: PaymentState::of(status, flag1, c.as_deref()),
                method: b,
                failure_code: c,
                refunded: Cents::new(n2.unwrap_or(0)),
                charged_back: Cents::new(n3.unwrap_or(0)),
                by_portal: flag2,
            }
        }
        EntryKind::Email => {
            EntryContent::Email { inbound: a.as_deref() == Some("inbound"), subject: b, ai_generated: flag1 }
        }
        EntryKind::Call => EntryContent::Call {
            inbound: a.as_deref() == Some("inbound"),
            outcome: b,
            seconds: n1,
            has_transcript: flag2,
            ai_generated: flag1,
        },
        EntryKind::Sms => EntryContent::Sms { inbound: a.as_deref() == Some("inbound"), text: b, ai_generated: flag1 },
        EntryKind::Refund => EntryContent::Refund {
            payment_id: payment_id.ok_or_else(|| missing("refund's payment"))?,
            amount: Cents::new(n1.unwrap_or(0)),
            state: a.and_then(|a| RefundState::of(&a, flag1)).ok_or_else(|| missing("refund status"))?,
            of_overpayment: b.as_deref() == Some(Origin::Overpayment.as_str()),
        },
        EntryKind::Chargeback => EntryContent::Chargeback {
            payment_id: payment_id.ok_or_else(|| missing("chargeback's payment"))?,
            amount: Cents::new(n1.unwrap_or(0)),
            state: a.as_deref().and_then(ChargebackState::parse).ok_or_else(|| missing("chargeback status"))?,
            withdrawn: Cents::new(n2.unwrap_or(0)),
        },
        EntryKind::Letter => EntryContent::Letter { inbound: a.as_deref() == Some("inbound"), subject: b },
    };
    Ok(Entry { id, at, content })
}

/// The text of the plain page's statement, for measuring PostgreSQL by itself.
pub fn plain_page_sql() -> String {
    let request = PageRequest {
        session: [0; 32],
        seen_after: DateTime::UNIX_EPOCH,
        begun_after: DateTime::UNIX_EPOCH,
        debt_id: Uuid::nil(),
        now: DateTime::UNIX_EPOCH,
        tab: None,
        before: None,
    };
    let text = diesel::debug_query::<Pg, _>(&PageQuery::<true>(&request)).to_string();
    text.split(" -- binds").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arm_reads_one_entry_more_than_a_page() {
        assert_eq!(plain_page_sql().matches(&format!("LIMIT {})", PAGE_SIZE + 1)).count(), EntryKind::ALL.len());
    }
}
