//! What runs without a visitor.

pub mod reconcile;
pub mod sweep;
