//! The order of a debt's history, and the place in it where a page ends.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
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
}

impl EntryKind {
    /// Every kind, in rank order.
    pub const ALL: [EntryKind; 4] = [EntryKind::Payment, EntryKind::Email, EntryKind::Call, EntryKind::Sms];

    /// The word for it in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            EntryKind::Payment => "payments",
            EntryKind::Email => "emails",
            EntryKind::Call => "calls",
            EntryKind::Sms => "sms",
        }
    }

    /// The kind that a URL names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }

    /// The kind of that rank.
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|k| *k as i16 == rank)
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
        Some(Cursor {
            at: DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?,
            kind: EntryKind::from_rank(i16::from_be_bytes(*kind))?,
            id: Uuid::from_slice(id).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_url(micros in -62_000_000_000_000_000i64..250_000_000_000_000_000, rank in 1..=4i16, id in any::<u128>()) {
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
