//! Who of the staff may do what, and what a password must be.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use thiserror::Error;

/// The values of `staff.role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and acts on debts.
    Agent,
    /// Reads, and decides what debtors get to read.
    Compliance,
    /// Everything, people and imports included.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Self::Viewer, Self::Agent, Self::Compliance, Self::Administrator];

    /// The value in the database, and the word for it in locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Agent => "agent",
            Role::Compliance => "compliance",
            Role::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

impl FromSql<Text, Pg> for Role {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Self::parse(std::str::from_utf8(bytes.as_bytes())?).ok_or_else(|| "an unknown role".into())
    }
}

impl ToSql<Text, Pg> for Role {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

/// Why a password is not accepted. Each has its own sentence in `locales/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Fewer than [`MIN_PASSWORD_CHARS`] characters.
    #[error("too short")]
    TooShort,
    /// So long that hashing it would be work for nothing.
    #[error("too long")]
    TooLong,
    /// Among the first that somebody would try.
    #[error("easily guessed")]
    Common,
}

/// NIST SP 800-63B asks for 8 at least and for no rules of composition; with more characters fewer are guessed.
pub const MIN_PASSWORD_CHARS: usize = 12;
const MAX_PASSWORD_CHARS: usize = 200;

/// Checks a new password. Everything may be in it; what is common, or the person's own name or address, is refused.
///
/// # Errors
/// [`PasswordError`].
pub fn check_password(password: &str, about: &[&str]) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < MIN_PASSWORD_CHARS {
        return Err(PasswordError::TooShort);
    }
    if length > MAX_PASSWORD_CHARS {
        return Err(PasswordError::TooLong);
    }
    let parts: Vec<&str> =
        about.iter().flat_map(|text| text.split(['@', '.', ' ', '-', '_'])).chain(about.iter().copied()).collect();
    // What is left without the person's own names must be hard to guess by itself.
    let mut rest = password.to_lowercase();
    for part in parts.iter().filter(|part| part.chars().count() >= 3) {
        rest = rest.replace(&part.to_lowercase(), "");
    }
    if rest.chars().count() < MIN_PASSWORD_CHARS / 2 {
        return Err(PasswordError::Common);
    }
    match zxcvbn::zxcvbn(password, &parts).score() {
        zxcvbn::Score::Zero | zxcvbn::Score::One | zxcvbn::Score::Two => Err(PasswordError::Common),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_and_personal_passwords_are_refused() {
        let about = ["dana.whitfield@harborlane.example", "Dana Whitfield"];
        for (password, wanted) in [
            ("short", Err(PasswordError::TooShort)),
            ("password1234", Err(PasswordError::Common)),
            ("qwertyuiop123", Err(PasswordError::Common)),
            ("aaaaaaaaaaaaaaaa", Err(PasswordError::Common)),
            ("danawhitfield1", Err(PasswordError::Common)),
            ("123456789012", Err(PasswordError::Common)),
            ("lantern-otter-gravel-plum", Ok(())),
            ("Straße und Brücke 42", Ok(())),
        ] {
            assert_eq!(check_password(password, &about), wanted, "{password}");
        }
        assert_eq!(check_password(&"x1".repeat(150), &about), Err(PasswordError::TooLong));
    }
}
