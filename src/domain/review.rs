//! Checking what a person may read before the person reads it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use crate::domain::listing::Position;
use crate::domain::note::{self, NoNote};

/// What is reviewed. The discriminant is its rank among rows of the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum MessageKind {
    /// A row of `emails`.
    Email = 1,
    /// A row of `calls`, by its transcript.
    Call = 2,
    /// A row of `sms`.
    Sms = 3,
}

impl MessageKind {
    /// Every kind, in rank order.
    pub const ALL: [MessageKind; 3] = [MessageKind::Email, MessageKind::Call, MessageKind::Sms];

    /// The word for it in addresses, and its table.
    pub const fn as_str(self) -> &'static str {
        match self {
            MessageKind::Email => "emails",
            MessageKind::Call => "calls",
            MessageKind::Sms => "sms",
        }
    }

    /// The kind of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind of that rank.
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i16 == rank)
    }

    /// Whether its rows say which template they were made from.
    pub const fn has_templates(self) -> bool {
        matches!(self, MessageKind::Email | MessageKind::Sms)
    }
}

/// The values of `review_outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewOutcome {
    /// The person may see it.
    Approved,
    /// The person never sees it.
    Rejected,
}

impl ReviewOutcome {
    /// Both.
    pub const ALL: [ReviewOutcome; 2] = [ReviewOutcome::Approved, ReviewOutcome::Rejected];

    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReviewOutcome::Approved => "approved",
            ReviewOutcome::Rejected => "rejected",
        }
    }

    /// The outcome of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A reviewer's decision; a rejection has its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The person may see it.
    Approve,
    /// The person never sees it, because of this.
    Reject(String),
}

/// Why a form is no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoDecision {
    /// Neither approved nor rejected.
    #[error("neither approved nor rejected")]
    Missing,
    /// Rejected without a reason that can be stored.
    #[error(transparent)]
    Reason(#[from] NoNote),
}

impl NoDecision {
    /// Its name in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            NoDecision::Missing => "missing",
            NoDecision::Reason(reason) => reason.name(),
        }
    }
}

impl Decision {
    /// Reads what a reviewer chose and wrote.
    ///
    /// # Errors
    /// [`NoDecision`].
    pub fn parse(outcome: &str, reason: &str) -> Result<Decision, NoDecision> {
        match ReviewOutcome::parse(outcome) {
            None => Err(NoDecision::Missing),
            Some(ReviewOutcome::Approved) => Ok(Decision::Approve),
            Some(ReviewOutcome::Rejected) => Ok(Decision::Reject(note::parse(reason)?)),
        }
    }

    /// What comes of it.
    pub const fn outcome(&self) -> ReviewOutcome {
        match self {
            Decision::Approve => ReviewOutcome::Approved,
            Decision::Reject(_) => ReviewOutcome::Rejected,
        }
    }

    /// Its reason.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Decision::Approve => None,
            Decision::Reject(reason) => Some(reason),
        }
    }
}

/// The last row of a page of the queue, which is ordered: those a machine made first, then the oldest, then by kind and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuePosition {
    /// Made by a machine.
    pub ai_generated: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: MessageKind,
    /// Its id.
    pub id: Uuid,
}

impl QueuePosition {
    /// The position as an address carries it.
    pub fn encode(&self) -> String {
        let marks = format!("{}{}{}", u8::from(self.ai_generated), self.kind as i16, self.id);
        Position { at: self.at, id: marks }.encode()
    }

    /// Reads a position from an address; `None` when it is not one.
    pub fn decode(text: &str) -> Option<QueuePosition> {
        let position = Position::decode(text)?;
        let (marks, id) = position.id.split_at_checked(2)?;
        let (ai_generated, rank) = marks.split_at_checked(1)?;
        Some(QueuePosition {
            ai_generated: match ai_generated {
                "0" => false,
                "1" => true,
                _ => return None,
            },
            at: position.at,
            kind: MessageKind::from_rank(rank.parse().ok()?)?,
            id: id.parse().ok()?,
        })
    }
}

/// A digest of everything a reviewer was shown, so that a form can say what it is about. No two lists of parts have the same.
pub fn digest(parts: &[Option<&str>]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        match part {
            Some(text) => {
                hasher.update([1]);
                hasher.update((text.len() as u64).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            None => hasher.update([0]),
        }
    }
    URL_SAFE_NO_PAD.encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_needs_a_reason_and_an_approval_none() {
        assert_eq!(Decision::parse("approved", "ignored"), Ok(Decision::Approve));
        assert_eq!(
            Decision::parse("rejected", "  Names the wrong person. "),
            Ok(Decision::Reject("Names the wrong person.".into()))
        );
        assert_eq!(Decision::parse("rejected", " \n"), Err(NoDecision::Reason(NoNote::Empty)));
        assert_eq!(Decision::parse("rejected", &"x".repeat(501)), Err(NoDecision::Reason(NoNote::TooLong)));
        for neither in ["", "maybe", "Approved"] {
            assert_eq!(Decision::parse(neither, "x"), Err(NoDecision::Missing));
        }
    }

    #[test]
    fn digests_differ_wherever_the_parts_do() {
        let lists: [&[Option<&str>]; 6] = [
            &[Some("ab"), Some("c")],
            &[Some("a"), Some("bc")],
            &[Some("abc")],
            &[None, Some("abc")],
            &[Some(""), Some("abc")],
            &[],
        ];
        for (i, one) in lists.iter().enumerate() {
            for (j, other) in lists.iter().enumerate() {
                assert_eq!(digest(one) == digest(other), i == j, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_position_survives_its_address_and_nothing_else_is_one() {
        let at = DateTime::from_timestamp_micros(1_795_392_300_123_456).unwrap();
        for ai_generated in [true, false] {
            for kind in MessageKind::ALL {
                let position = QueuePosition { ai_generated, at, kind, id: Uuid::from_u128(7) };
                assert_eq!(QueuePosition::decode(&position.encode()), Some(position));
            }
        }
        for id in ["", "1", "11", "21x", "1900000000-0000-0000-0000-000000000007", "é1", "11é"] {
            assert_eq!(QueuePosition::decode(&Position { at, id: id.to_owned() }.encode()), None, "{id}");
        }
    }
}
