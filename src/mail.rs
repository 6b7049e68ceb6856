//! E-mails: what they say, and handing them to a mail server.
//!
//! Everybody may see an e-mail: who shares the address, who looks over a shoulder, the provider. So none of them says whom it is
//! about, that somebody owes money, to whom or how much (12 CFR 1006.6(d)(1)); they lead to where that is said.

/// Writing one.
pub mod compose;
/// Handing one over.
pub mod smtp;

pub use compose::{Composed, Secrets, compose};
pub use smtp::{Connection, Trouble};
