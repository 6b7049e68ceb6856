//! The debtor's pages: one file per page, its struct right above its handler.

pub mod account;
pub mod ask;
pub mod case;
pub mod choices;
pub mod contact_data;
pub mod debt;
pub mod entry;
pub mod esign;
pub mod help;
pub mod home;
pub mod identity;
pub mod letter;
pub mod new_link;
pub mod pay;
pub mod payment;
pub mod pdf;
pub mod receipt;
pub mod sign_out;
pub mod statement;
pub mod time_barred;
pub mod validation;

use std::borrow::Cow;

use uuid::Uuid;

use crate::domain::debt::{DebtStatus, Figures, truncated_account_number};
use crate::domain::money::Cents;
use crate::domain::returns::ChargebackState;
use crate::web::page::Chrome;

pub(crate) use crate::web::path_id as id;

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

/// Names the sentences about a chargeback in `locales/`: its state, except that a bank may have taken the money before it told
/// so, and a page must not say that nothing was taken.
fn chargeback_story(state: &ChargebackState, withdrawn: &Cents) -> &'static str {
    match state {
        ChargebackState::Inquiry | ChargebackState::InquiryClosed | ChargebackState::Opened
            if withdrawn.is_positive() =>
        {
            ChargebackState::Withdrawn.as_str()
        }
        // Decided, and then the money went the other way after all.
        ChargebackState::Reinstated | ChargebackState::Won if withdrawn.is_positive() => ChargebackState::Lost.as_str(),
        ChargebackState::Lost if !withdrawn.is_positive() => ChargebackState::Reinstated.as_str(),
        state => state.as_str(),
    }
}

/// What can be done about a debt now, in one sentence.
fn situation(chrome: &Chrome, status: DebtStatus, figures: &Figures) -> Cow<'static, str> {
    let payable = figures.payable();
    match status {
        DebtStatus::Active if payable >= Cents::STRIPE_MINIMUM => chrome.t("debt-status-text-active"),
        DebtStatus::Active if payable.is_positive() => chrome.t("debt-text-too-small"),
        DebtStatus::Active if figures.balance().is_positive() => chrome.t("debt-text-on-its-way"),
        DebtStatus::Active => chrome.t("debt-text-nothing"),
        DebtStatus::Resolved if figures.balance().is_positive() => chrome.t("debt-text-settled"),
        status => chrome.tx("debt-status-text-", status.as_str()),
    }
}
