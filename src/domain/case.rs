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
