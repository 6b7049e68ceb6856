//! The staff area: the way in, who may do what, the people, the audit trail.

/// The audit trail.
mod audit;
/// Inviting, disabling, roles.
mod people;
/// The table of routes and roles.
mod roles;
/// Passwords, codes, sessions, and guesses.
mod sign_in;
