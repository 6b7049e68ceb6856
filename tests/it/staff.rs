//! The staff area: the way in, who may do what, the people, the audit trail.

/// The audit trail.
mod audit;
/// One debt and what is done about it.
mod debt;
/// The way in by passkey.
mod passkeys;
/// Inviting, disabling, roles.
mod people;
/// The table of routes and roles.
mod roles;
/// Passwords, codes, sessions, and guesses.
mod sign_in;
