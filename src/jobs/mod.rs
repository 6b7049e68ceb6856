//! What runs without a visitor.

pub mod import;
pub mod mail;
pub mod reconcile;
pub mod sweep;
