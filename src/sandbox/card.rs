//! The test cards and bank accounts, by Stripe's own numbers, and how each behaves.

use super::answer::Refusal;

/// What a person can pay with here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instrument {
    /// Card or account number.
    pub(super) number: &'static str,
    /// What happens with it.
    pub(super) behavior: Behavior,
}

/// How an instrument behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behavior {
    /// Pays at once.
    Pays,
    /// Is refused with this code, decline code and sentence.
    Declines(&'static str, &'static str, &'static str),
    /// Asks for 3-D Secure; `always` also for charges without the cardholder after it was set up.
    Authenticates { always: bool },
    /// Pays while the cardholder is there, declines when charged later.
    DeclinesLater,
    /// Pays, and is disputed later (as an inquiry or a chargeback).
    DisputedLater { inquiry: bool },
    /// Pays; a refund succeeds first and fails later.
    RefundFails,
    /// Pays; a refund is pending first and succeeds later.
    RefundPends,
    /// A bank account whose debit settles later.
    BankSettles,
    /// A bank account whose debit fails later.
    BankFails,
}

/// Stripe's Visa debit card; the others are credit cards.
const DEBIT: &str = "4000056655665556";

const INSTRUMENTS: &[Instrument] = &[
    at("4242424242424242", Behavior::Pays),
    at(DEBIT, Behavior::Pays),
    at("4000000000000002", Behavior::Declines("card_declined", "generic_decline", "Your card was declined.")),
    at(
        "4000000000009995",
        Behavior::Declines("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ),
    at("4000000000009987", Behavior::Declines("card_declined", "lost_card", "Your card was declined.")),
    at("4000000000009979", Behavior::Declines("card_declined", "stolen_card", "Your card was declined.")),
    at("4000000000000069", Behavior::Declines("expired_card", "expired_card", "Your card has expired.")),
    at(
        "4000000000000127",
        Behavior::Declines("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    ),
    at(
        "4000000000000119",
        Behavior::Declines(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ),
    at("4000002500003155", Behavior::Authenticates { always: false }),
    at("4000002760003184", Behavior::Authenticates { always: true }),
    at("4000000000000341", Behavior::DeclinesLater),
    at("4000000000000259", Behavior::DisputedLater { inquiry: false }),
    at("4000000000001976", Behavior::DisputedLater { inquiry: true }),
    at("4000000000005126", Behavior::RefundFails),
    at("4000000000007726", Behavior::RefundPends),
    at("000123456789", Behavior::BankSettles),
    at("000222222227", Behavior::BankFails),
];

/// Stripe's ready-made payment methods, for charges without a hosted page.
const READY_MADE: &[(&str, &str)] = &[
    ("pm_card_visa", "4242424242424242"),
    ("pm_card_chargeDeclined", "4000000000000002"),
    ("pm_card_chargeDeclinedInsufficientFunds", "4000000000009995"),
    ("pm_card_chargeDeclinedExpiredCard", "4000000000000069"),
    ("pm_card_authenticationRequired", "4000002760003184"),
    ("pm_card_authenticationRequiredOnSetup", "4000002500003155"),
    ("pm_card_chargeCustomerFail", "4000000000000341"),
    ("pm_card_createDispute", "4000000000000259"),
    ("pm_card_createDisputeInquiry", "4000000000001976"),
    ("pm_card_refundFail", "4000000000005126"),
    ("pm_card_pendingRefund", "4000000000007726"),
];

const fn at(number: &'static str, behavior: Behavior) -> Instrument {
    Instrument { number, behavior }
}

/// The instrument with this number; spaces and dashes in what was typed do not matter.
pub(super) fn instrument(typed: &str) -> Option<Instrument> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    INSTRUMENTS.iter().find(|own| own.number == number).copied()
}

/// The number behind a ready-made payment method such as `pm_card_visa`.
pub(super) fn ready_made(payment_method: &str) -> Option<Instrument> {
    READY_MADE.iter().find(|(name, _)| *name == payment_method).and_then(|(_, number)| instrument(number))
}

/// What the page says to a card that the checkout does not take.
pub(super) fn blocked() -> Refusal {
    Refusal::card("card_declined", Some("card_not_supported"), "This type of card is not accepted here.")
        .param("number")
}

/// What Stripe says to a number that no card has.
pub(super) fn incorrect_number() -> Refusal {
    Refusal::card("incorrect_number", None, "Your card number is incorrect.").param("number")
}

impl Instrument {
    /// `credit` or `debit`, for a card.
    pub(super) fn funding(self) -> &'static str {
        if self.number == DEBIT { "debit" } else { "credit" }
    }

    /// Whether this is a bank account.
    pub(super) fn is_bank_account(self) -> bool {
        matches!(self.behavior, Behavior::BankSettles | Behavior::BankFails)
    }

    /// `card` or `us_bank_account`, as Stripe names the type.
    pub(super) fn kind(self) -> &'static str {
        if self.is_bank_account() { "us_bank_account" } else { "card" }
    }

    /// The last four digits.
    pub(super) fn last4(self) -> &'static str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}
