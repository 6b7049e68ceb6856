//! Rules without input or output: no web, no SQL statement, no clock, no Stripe client.

pub mod calendar;
pub mod checkout;
pub mod color;
pub mod contact_meter;
pub mod csv;
pub mod debt;
pub mod debt_filter;
pub mod debt_text;
pub mod facts;
pub mod figures;
pub mod hold;
pub mod import;
pub mod letter;
pub mod listing;
pub mod money;
pub mod note;
pub mod payment;
pub mod place;
pub mod postal_code;
pub mod returns;
pub mod review;
pub mod staff;
pub mod statement;
pub mod states;
pub mod timeline;
pub mod token;
