//! The only door to Stripe: calls, answers, signed events. It never sees a database connection.

pub mod answer;
pub mod checkout;
pub mod client;
pub mod dispute;
pub mod event;
pub mod refund;
pub mod signature;

pub use client::{Stripe, StripeError};
