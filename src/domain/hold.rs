//! Why a debt is not to be worked for a while: the kinds of `debt_holds.kind` and what each of them stops.

/// A kind of hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldKind {
    /// A legal hold: evidence is kept, nothing moves.
    Legal,
    /// The consumer is represented: contact goes to the attorney (12 CFR 1006.6(b)(2)).
    Attorney,
    /// A bankruptcy petition: the automatic stay (11 USC 362).
    Bankruptcy,
    /// The consumer has died.
    Deceased,
    /// The consumer wants no more contact (12 CFR 1006.6(c)); who wants to pay still may.
    CeaseContact,
}

impl HoldKind {
    /// Every kind.
    pub const ALL: [HoldKind; 5] = [Self::Legal, Self::Attorney, Self::Bankruptcy, Self::Deceased, Self::CeaseContact];

    /// The value in the database, and the end of locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            HoldKind::Legal => "legal",
            HoldKind::Attorney => "attorney",
            HoldKind::Bankruptcy => "bankruptcy",
            HoldKind::Deceased => "deceased",
            HoldKind::CeaseContact => "cease_contact",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the portal takes no payment meanwhile, so that the debt's status is `hold`.
    pub const fn stops_payment(self) -> bool {
        match self {
            HoldKind::Legal | HoldKind::Attorney | HoldKind::Bankruptcy | HoldKind::Deceased => true,
            HoldKind::CeaseContact => false,
        }
    }

    /// Whether the person is not to be written to unasked meanwhile.
    pub const fn stops_contact(self) -> bool {
        match self {
            HoldKind::Attorney | HoldKind::Bankruptcy | HoldKind::Deceased | HoldKind::CeaseContact => true,
            HoldKind::Legal => false,
        }
    }
}
