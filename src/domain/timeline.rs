//! The order of a debt's history, and the place in it where a page ends.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

/// What kind of entry stands in the history. The discriminant is its rank among entries of the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum EntryKind {
    /// A row of `payments`.
    Payment = 1,
    /// A row of `emails`.
    Email = 2,
    /// A row of `calls`.
    Call = 3,
    /// A row of `sms`.
    Sms = 4,
    /// A row of `refunds`.
    Refund = 5,
    /// A row of `chargebacks`.
    Chargeback = 6,
    /// A row of `postal_letters`.
    Letter = 7,
}

impl EntryKind {
    /// Every kind, in rank order.
    pub const ALL: [EntryKind; 7] = [
        EntryKind::Payment,
        EntryKind::Email,
        EntryKind::Call,
        EntryKind::Sms,
        EntryKind::Refund,
        EntryKind::Chargeback,
        EntryKind::Letter,
    ];

    /// The kind of that rank.
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|k| *k as i16 == rank)
    }
}

/// What a reader may choose to see of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Letters by e-mail.
    Emails,
    /// Calls.
    Calls,
    /// Text messages.
    Sms,
    /// Letters by post.
    Letters,
    /// Money, whichever way it went.
    Payments,
}

impl Tab {
    /// Every tab, in the order in which a page offers them.
    pub const ALL: [Tab; 5] = [Tab::Emails, Tab::Calls, Tab::Sms, Tab::Letters, Tab::Payments];

    /// The word for it in a URL, and in locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tab::Emails => "emails",
            Tab::Calls => "calls",
            Tab::Sms => "sms",
            Tab::Letters => "letters",
            Tab::Payments => "payments",
        }
    }

    /// The tab that a URL names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.as_str() == text)
    }

    /// Whether entries of that kind stand in it.
    pub const fn holds(self, kind: EntryKind) -> bool {
        match kind {
            EntryKind::Email => matches!(self, Tab::Emails),
            EntryKind::Call => matches!(self, Tab::Calls),
            EntryKind::Sms => matches!(self, Tab::Sms),
            EntryKind::Letter => matches!(self, Tab::Letters),
            EntryKind::Payment | EntryKind::Refund | EntryKind::Chargeback => matches!(self, Tab::Payments),
        }
    }
}

/// The last entry of a page. History is ordered by time (newest first), then kind, then id; a page holds what comes
/// strictly after the cursor, so no entry is lost or shown twice however many share an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When it happened, to the microsecond that PostgreSQL keeps.
    pub at: DateTime<Utc>,
    /// Its kind.
    pub kind: EntryKind,
    /// Its id.
    pub id: Uuid,
}

impl Cursor {
    /// The cursor as a URL carries it.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(26);
        bytes.extend(self.at.timestamp_micros().to_be_bytes());
        bytes.extend((self.kind as i16).to_be_bytes());
        bytes.extend(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor from a URL; `None` when it is not one.
    pub fn decode(text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (at, rest) = bytes.split_first_chunk::<8>()?;
        let (kind, id) = rest.split_first_chunk::<2>()?;
        // The years that the tables allow; PostgreSQL refuses to compare with some that lie beyond.
        let at =
            DateTime::from_timestamp_micros(i64::from_be_bytes(*at)).filter(|at| (1..=9999).contains(&at.year()))?;
        Some(Cursor { at, kind: EntryKind::from_rank(i16::from_be_bytes(*kind))?, id: Uuid::from_slice(id).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_url(micros in -62_000_000_000_000_000i64..250_000_000_000_000_000, rank in 1..=7i16, id in any::<u128>()) {
            let cursor = Cursor {
                at: DateTime::from_timestamp_micros(micros).unwrap(),
                kind: EntryKind::from_rank(rank).unwrap(),
                id: Uuid::from_u128(id),
            };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_none(text in ".{0,60}") {
            let _ = Cursor::decode(&text);
        }
    }
}
