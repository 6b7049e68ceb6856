//! What the tests stand on.

pub mod app;
pub mod builders;
pub mod client;
pub mod db;
pub mod pdf;
pub mod process;
pub mod proxy;
pub mod staff;

pub use app::{TestApp, spawn};
pub use builders::Debt;
pub use client::Client;
