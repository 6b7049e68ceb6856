//! The debtor's pages: one file per page, its struct right above its handler.

pub mod account;
pub mod debt;
pub mod entry;
pub mod home;
pub mod identity;
pub mod pay;
pub mod payment;
pub mod rights;
pub mod sign_out;

use actix_web::HttpRequest;
use uuid::Uuid;

use crate::domain::debt::truncated_account_number;
use crate::web::error::AppError;

/// An id in a path. Anything that is none is a page that does not exist.
fn id(req: &HttpRequest, name: &str) -> Result<Uuid, AppError> {
    let text = req.match_info().query(name);
    // Only the form we write ourselves, so that one page has one address.
    Uuid::try_parse(text).ok().filter(|id| id.hyphenated().to_string() == text).ok_or(AppError::NotFound)
}

/// What names an account on a page: the end of the original creditor's number, and our own reference.
pub struct AccountName {
    /// `••••1234`, if the creditor's number is known.
    pub number: Option<String>,
    /// Our reference, from the debt's id: `Q-1A2B-3C4D`.
    pub reference: String,
}

impl AccountName {
    fn of(debt_id: Uuid, account_number: Option<&str>) -> AccountName {
        let digits = debt_id.simple().to_string().to_uppercase();
        // The end of the id: version 7 ids of one import share their beginning.
        let tail: String = digits.chars().skip(24).collect();
        let (left, right) = tail.split_at_checked(4).unwrap_or((&tail, ""));
        AccountName { number: account_number.map(truncated_account_number), reference: format!("Q-{left}-{right}") }
    }
}
