//! Tests against real parts: a private PostgreSQL, real HTTP, the sandbox as Stripe.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

mod architecture;
mod binary;
mod body;
mod cases;
mod chaos;
mod choices;
mod compliance;
mod contact_data;
mod contact_meter;
mod crash;
mod debt_search;
mod demo;
mod demo_data;
mod disclosures;
mod documents;
mod esign;
mod faults;
mod figures;
mod fresh_link;
mod history;
mod http;
mod identity;
mod import;
mod letter;
mod locale;
mod logs;
mod mail;
mod money;
mod money_lists;
mod money_pages;
mod pay;
mod pool;
mod private_pg;
mod receipt;
mod reconcile;
mod returns;
mod review;
mod sandbox;
mod schema;
mod session;
mod staff;
mod statement;
mod validation;
