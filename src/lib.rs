//! Quittance: a portal where a person who owes money reads, understands and pays a debt.
//!
//! The rooms of the house, from the ground up; each may use those above it.

/// Stripe and the ledger in turn.
pub mod cashier;
/// The subcommands.
pub mod cli;
/// The current time, held still by tests.
pub mod clock;
/// Every setting; the only reader of the environment.
pub mod config;
/// What staff signs in with.
pub mod credentials;
/// The only door to PostgreSQL.
pub mod db;
/// Letters as PDF.
pub mod documents;
/// Rules without input or output: money, tokens, states.
pub mod domain;
/// What runs without a visitor.
pub mod jobs;
/// Settings as the limits that models go by.
pub mod limits;
/// Every sentence a visitor reads.
pub mod locale;
/// E-mails: what they say, and handing them to a mail server.
pub mod mail;
/// The steps that lead to the schema, embedded.
pub mod migrations;
/// One file per noun; all SQL.
pub mod models;
/// A private PostgreSQL from the machine's own binaries, for the demo and the tests.
pub mod private_pg;
/// A local look-alike of Stripe and the demo's data; `serve` never mounts it.
pub mod sandbox;
/// The tables, as `diesel print-schema` prints them.
#[allow(missing_docs)]
pub mod schema;
/// Randomness, and hashes of what is secret.
pub mod secrets;
/// The only door to Stripe.
pub mod stripe;
/// Logs, and what is never in them.
pub mod telemetry;
/// HTTP: routes, pages, webhook.
pub mod web;
