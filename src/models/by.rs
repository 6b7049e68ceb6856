//! Who changes a record: somebody of the staff, or the person it is about.

use uuid::Uuid;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody of the staff.
    Staff(Uuid),
    /// The person, on the portal.
    Person,
}

impl By {
    /// Who of the staff.
    pub const fn staff_id(self) -> Option<Uuid> {
        match self {
            By::Staff(id) => Some(id),
            By::Person => None,
        }
    }

    /// The value of a `…_from` column: where somebody who is not of the staff did it.
    pub const fn from(self) -> Option<&'static str> {
        match self {
            By::Staff(_) => None,
            By::Person => Some("portal"),
        }
    }
}

impl From<Uuid> for By {
    fn from(staff_id: Uuid) -> By {
        By::Staff(staff_id)
    }
}
