//! The e-mails the portal sends, and which of them may go at any hour.

/// A kind of e-mail: one template in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// The personal link, sent by staff.
    Link,
    /// A link in place of one that no longer works, asked for by the person.
    FreshLink,
    /// The six digits of the identity check.
    Code,
    /// A payment was received.
    Receipt,
    /// A case was opened: number, time, and a copy of what was said. Facts: `case_id`.
    CaseOpened,
    /// Staff has answered a case. Facts: `case_id`.
    CaseAnswered,
    /// Choices about contact were changed. Facts: none.
    ChoicesChanged,
    /// Contact data was corrected; goes to the old and the new address. Facts: none.
    ContactChanged,
    /// Consent to electronic notices was given or withdrawn. Facts: `given`, a boolean.
    Esign,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [MailKind; 9] = [
        Self::Link,
        Self::FreshLink,
        Self::Code,
        Self::Receipt,
        Self::CaseOpened,
        Self::CaseAnswered,
        Self::ChoicesChanged,
        Self::ContactChanged,
        Self::Esign,
    ];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailKind::Link => "link",
            MailKind::FreshLink => "fresh_link",
            MailKind::Code => "code",
            MailKind::Receipt => "receipt",
            MailKind::CaseOpened => "case_opened",
            MailKind::CaseAnswered => "case_answered",
            MailKind::ChoicesChanged => "choices_changed",
            MailKind::ContactChanged => "contact_changed",
            MailKind::Esign => "esign",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the person has just done what it answers, so that it goes at any hour: a communication the consumer initiates
    /// is not at a time known to be inconvenient (12 CFR 1006.6(b)(1), comment 6(b)(1)-1).
    pub const fn is_asked_for(self) -> bool {
        match self {
            MailKind::FreshLink
            | MailKind::Code
            | MailKind::Receipt
            | MailKind::CaseOpened
            | MailKind::ChoicesChanged
            | MailKind::ContactChanged
            | MailKind::Esign => true,
            MailKind::Link | MailKind::CaseAnswered => false,
        }
    }
}
