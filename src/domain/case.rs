//! What a person may ask of us and staff owes an answer to.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use crate::domain::letter;

/// A new number of a case, such as `C-7KQ2M-91XMD`: 50 random bits, short enough to be read out. It opens nothing by itself.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn draw_number() -> Result<String, rand::rngs::SysError> {
    let drawn = letter::draw::<10>()?;
    let (left, right) = drawn.split_at_checked(5).unwrap_or((&drawn, ""));
    Ok(format!("C-{left}-{right}"))
}

/// The values of `cases.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum CaseKind {
    /// The debt or a part of it is disputed (12 CFR 1006.38(d)).
    Dispute,
    /// The name and address of the original creditor are asked for (12 CFR 1006.38(c)).
    OriginalCreditor,
    /// A complaint about us.
    Complaint,
    /// Paying is not possible for a while.
    Hardship,
    /// A message to staff.
    Message,
    /// A call is asked for.
    Callback,
    /// The portal's own: the debt was shown without validation information, which is due five days after (12 CFR 1006.34(a)(1)).
    ValidationInformation,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [CaseKind; 7] = [
        Self::Dispute,
        Self::OriginalCreditor,
        Self::Complaint,
        Self::Hardship,
        Self::Message,
        Self::Callback,
        Self::ValidationInformation,
    ];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            CaseKind::Dispute => "dispute",
            CaseKind::OriginalCreditor => "original_creditor",
            CaseKind::Complaint => "complaint",
            CaseKind::Hardship => "hardship",
            CaseKind::Message => "message",
            CaseKind::Callback => "callback",
            CaseKind::ValidationInformation => "validation_information",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the person knows of it.
    pub const fn is_of_the_person(self) -> bool {
        !matches!(self, CaseKind::ValidationInformation)
    }

    /// Whether the law gives it, so that it is never turned away.
    pub const fn is_a_right(self) -> bool {
        matches!(self, CaseKind::Dispute | CaseKind::OriginalCreditor)
    }

    /// Days until staff must have answered; the law names them for none but the validation information, so the others are what a
    /// person may expect of a well-kept office. A timely dispute stops collection until it is answered, however long that takes.
    pub const fn days(self) -> i64 {
        match self {
            CaseKind::Dispute | CaseKind::OriginalCreditor => 30,
            CaseKind::Complaint => 15,
            CaseKind::Hardship | CaseKind::ValidationInformation => 5,
            CaseKind::Message => 3,
            CaseKind::Callback => 1,
        }
    }
}

/// Whether nothing is collected while such a case waits for its answer: a dispute always, a request for the original creditor unless
/// it is known to have come after the validation period (12 CFR 1006.38(c), (d)(2)). The database's trigger says the same.
pub const fn stops_collection(kind: CaseKind, within_validation_period: Option<bool>) -> bool {
    match kind {
        CaseKind::Dispute => true,
        CaseKind::OriginalCreditor => !matches!(within_validation_period, Some(false)),
        CaseKind::Complaint
        | CaseKind::Hardship
        | CaseKind::Message
        | CaseKind::Callback
        | CaseKind::ValidationInformation => false,
    }
}

/// The values of `cases.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum CaseStatus {
    /// Staff owes an answer.
    Open,
    /// The person was answered and nothing is owed.
    Answered,
    /// Done.
    Closed,
}

impl CaseStatus {
    /// Every status.
    pub const ALL: [CaseStatus; 3] = [Self::Open, Self::Answered, Self::Closed];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            CaseStatus::Open => "open",
            CaseStatus::Answered => "answered",
            CaseStatus::Closed => "closed",
        }
    }

    /// The status of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What staff may do in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answers; of a dispute, asks back without deciding it.
    Reply,
    /// Sends verification of a disputed debt (12 CFR 1006.38(d)(2)).
    Verify,
    /// Corrects what a dispute is about.
    Correct,
    /// Notes something that only staff reads.
    Note,
    /// Closes it with a word to the person.
    Close,
    /// Closes a dispute and the debt with it: it is not collected any more.
    CloseDebt,
    /// Opens it again.
    Reopen,
}

impl Act {
    /// Every act, in the order they are offered.
    pub const ALL: [Act; 7] =
        [Self::Reply, Self::Verify, Self::Correct, Self::Close, Self::CloseDebt, Self::Reopen, Self::Note];

    /// The value in forms, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::Reply => "reply",
            Act::Verify => "verify",
            Act::Correct => "correct",
            Act::Note => "note",
            Act::Close => "close",
            Act::CloseDebt => "close_debt",
            Act::Reopen => "reopen",
        }
    }

    /// The act of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// The value of `case_steps.kind` it leaves.
    pub const fn step(self) -> &'static str {
        match self {
            Act::Reply => "reply",
            Act::Verify => "verification",
            Act::Correct => "correction",
            Act::Note => "internal",
            Act::Close | Act::CloseDebt => "closed",
            Act::Reopen => "reopened",
        }
    }

    /// Whether it may be done to a case of that kind in that status.
    pub const fn is_possible(self, kind: CaseKind, status: CaseStatus) -> bool {
        let is_dispute = matches!(kind, CaseKind::Dispute);
        match (self, status) {
            (Act::Note, _) => true,
            (Act::Reopen, CaseStatus::Open) => false,
            (Act::Reopen, CaseStatus::Answered | CaseStatus::Closed) => true,
            (_, CaseStatus::Closed) => false,
            (Act::Verify | Act::Correct | Act::CloseDebt, CaseStatus::Open | CaseStatus::Answered) => is_dispute,
            // The portal's own task has nobody to answer to.
            (Act::Reply, CaseStatus::Open | CaseStatus::Answered) => kind.is_of_the_person(),
            // A dispute ends with verification, a correction, or the debt itself.
            (Act::Close, CaseStatus::Open) => !is_dispute,
            (Act::Close, CaseStatus::Answered) => true,
        }
    }

    /// The status it leaves.
    pub const fn leads_to(self, kind: CaseKind, status: CaseStatus) -> CaseStatus {
        match (self, kind) {
            (Act::Note, _) => status,
            // A question back decides nothing: the dispute stands until it is verified, corrected or closed.
            (Act::Reply, CaseKind::Dispute) => status,
            (Act::Reply | Act::Verify | Act::Correct, _) => CaseStatus::Answered,
            (Act::Close | Act::CloseDebt, _) => CaseStatus::Closed,
            (Act::Reopen, _) => CaseStatus::Open,
        }
    }

    /// Whether the person is told of it.
    pub const fn is_told(self) -> bool {
        !matches!(self, Act::Note)
    }
}

impl FromSql<Text, Pg> for CaseStatus {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(bytes.as_bytes())?;
        Self::parse(text).ok_or_else(|| "an unknown status of a case".into())
    }
}

impl ToSql<Text, Pg> for CaseStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

impl FromSql<Text, Pg> for CaseKind {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(bytes.as_bytes())?;
        Self::parse(text).ok_or_else(|| "an unknown kind of case".into())
    }
}

impl ToSql<Text, Pg> for CaseKind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispute_stays_open_until_it_is_verified_corrected_or_closed() {
        let after = |act: Act| act.leads_to(CaseKind::Dispute, CaseStatus::Open);
        for act in Act::ALL {
            let stays = matches!(act, Act::Reply | Act::Note | Act::Reopen);
            assert_eq!(after(act) == CaseStatus::Open, stays, "{act:?}");
        }
        assert_eq!(Act::Reply.leads_to(CaseKind::Message, CaseStatus::Open), CaseStatus::Answered);
    }

    #[test]
    fn a_closed_case_takes_notes_and_may_be_opened_again() {
        for kind in CaseKind::ALL {
            let possible: Vec<Act> =
                Act::ALL.into_iter().filter(|act| act.is_possible(kind, CaseStatus::Closed)).collect();
            assert_eq!(possible, [Act::Reopen, Act::Note], "{kind:?}");
            assert_eq!(Act::Verify.is_possible(kind, CaseStatus::Open), kind == CaseKind::Dispute, "{kind:?}");
        }
    }

    #[test]
    fn a_number_can_be_read_out() {
        let number = draw_number().unwrap();
        assert_eq!(number.len(), 13);
        assert!(number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-'), "{number}");
        assert!(!number.contains(['I', 'L', 'O', 'U']), "{number}");
    }
}
