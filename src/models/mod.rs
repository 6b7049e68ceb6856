//! One file per noun: the row, its questions, its changes. All SQL of the application is here.
//!
//! Functions take a connection and `now`; SQL failures are errors, business outcomes are values.

pub mod account;
pub mod attorney;
pub mod audit;
pub mod backlog;
pub mod books;
pub mod by;
pub mod case;
pub mod chargeback;
pub mod choice;
pub mod contact;
pub mod contact_meter;
pub mod debt;
pub mod debt_search;
pub mod debtor;
pub mod disclosure;
pub mod esign;
pub mod event;
pub mod excess;
pub mod figure;
pub mod flag;
pub mod history;
pub mod hold;
pub mod identity;
pub mod identity_code;
pub mod import;
pub mod invariant;
pub mod ledger;
pub mod letter;
pub mod link_request;
pub mod listing;
pub mod outbox;
pub mod passkey;
pub mod payment;
pub mod refund;
pub mod refund_request;
pub mod review;
pub mod session;
pub mod staff;
pub mod staff_search;
pub mod statement;
pub mod sweep;
pub mod validation;
