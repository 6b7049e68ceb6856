//! What runs without a visitor.

pub mod import;
pub mod reconcile;
pub mod sweep;
