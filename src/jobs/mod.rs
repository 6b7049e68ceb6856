//! What runs without a visitor.

pub mod sweep;
