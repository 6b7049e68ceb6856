//! Money that goes back: refunds, and what the cardholder's bank takes back (chargebacks, and inquiries before them).
//!
//! Stripe calls a chargeback a dispute. Here a dispute is what a consumer says of a debt, so Stripe's has the card
//! networks' own name.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::money::Cents;

/// Where a refund stands, in the order of precedence that makes the order of arrival irrelevant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundState {
    /// Written down here; Stripe has not answered yet.
    Requested,
    /// Stripe refused it, so no money left.
    Refused,
    /// Stripe has it and the money is on its way.
    Pending,
    /// The money is with the debtor.
    Succeeded,
    /// Stopped before it arrived: the money is ours again.
    Canceled,
    /// It came back: the money is ours again.
    Failed,
}

/// What Stripe tells of a refund, whichever way it reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundSignal {
    /// It was refused when it was asked for.
    Refused,
    /// It is on its way.
    Pending,
    /// It has arrived.
    Succeeded,
    /// It was stopped.
    Canceled,
    /// It came back.
    Failed,
}

impl RefundSignal {
    /// Every signal.
    pub const ALL: [RefundSignal; 5] = [Self::Refused, Self::Pending, Self::Succeeded, Self::Canceled, Self::Failed];

    const fn state(self) -> RefundState {
        match self {
            RefundSignal::Refused => RefundState::Refused,
            RefundSignal::Pending => RefundState::Pending,
            RefundSignal::Succeeded => RefundState::Succeeded,
            RefundSignal::Canceled => RefundState::Canceled,
            RefundSignal::Failed => RefundState::Failed,
        }
    }
}

impl RefundState {
    /// Every state, in order.
    pub const ALL: [RefundState; 6] =
        [Self::Requested, Self::Refused, Self::Pending, Self::Succeeded, Self::Canceled, Self::Failed];

    /// The state that the columns of a row tell.
    pub fn of(status: &str, at_stripe: bool) -> Option<RefundState> {
        match (status, at_stripe) {
            ("pending", false) => Some(RefundState::Requested),
            ("pending", true) => Some(RefundState::Pending),
            // Without Stripe's id: recorded from the charge's own sum, see `Origin::Recorded`.
            ("succeeded", _) => Some(RefundState::Succeeded),
            ("failed", false) => Some(RefundState::Refused),
            ("failed", true) => Some(RefundState::Failed),
            ("canceled", _) => Some(RefundState::Canceled),
            _ => None,
        }
    }

    /// The value of `refunds.status`.
    pub const fn status(self) -> &'static str {
        match self {
            RefundState::Requested | RefundState::Pending => "pending",
            RefundState::Succeeded => "succeeded",
            RefundState::Canceled => "canceled",
            RefundState::Refused | RefundState::Failed => "failed",
        }
    }

    /// The word for it in locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            RefundState::Requested => "requested",
            RefundState::Refused => "refused",
            RefundState::Pending => "pending",
            RefundState::Succeeded => "succeeded",
            RefundState::Canceled => "canceled",
            RefundState::Failed => "failed",
        }
    }

    /// Whether its amount has left our books: from the moment Stripe has it until it comes back.
    pub const fn counts(self) -> bool {
        match self {
            RefundState::Pending | RefundState::Succeeded => true,
            RefundState::Requested | RefundState::Refused | RefundState::Canceled | RefundState::Failed => false,
        }
    }

    /// Whether its amount may not be asked for once more: it has left, or is about to.
    pub const fn reserves(self) -> bool {
        match self {
            RefundState::Requested | RefundState::Pending | RefundState::Succeeded => true,
            RefundState::Refused | RefundState::Canceled | RefundState::Failed => false,
        }
    }

    /// The one table of what a signal does. Later states win, so the order of arrival does not matter; a refund that failed
    /// after it had succeeded puts the money back (<https://docs.stripe.com/refunds#failed-refunds>).
    pub fn on(self, signal: RefundSignal) -> RefundState {
        self.max(signal.state())
    }
}

/// Where a chargeback stands, in the order of precedence that makes the order of arrival irrelevant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChargebackState {
    /// The bank asks; no money has moved.
    Inquiry,
    /// The bank was satisfied with the answer, or asked no further.
    InquiryClosed,
    /// A chargeback was opened; its money is about to be taken.
    Opened,
    /// The money was taken.
    Withdrawn,
    /// Decided for the cardholder: the money stays taken.
    Lost,
    /// The money came back.
    Reinstated,
    /// Decided for us: the money is ours again.
    Won,
}

impl ChargebackState {
    /// Every state, in order.
    pub const ALL: [ChargebackState; 7] =
        [Self::Inquiry, Self::InquiryClosed, Self::Opened, Self::Withdrawn, Self::Lost, Self::Reinstated, Self::Won];

    /// The value of `chargebacks.status`, and the word for it in locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChargebackState::Inquiry => "inquiry",
            ChargebackState::InquiryClosed => "inquiry_closed",
            ChargebackState::Opened => "opened",
            ChargebackState::Withdrawn => "withdrawn",
            ChargebackState::Lost => "lost",
            ChargebackState::Reinstated => "reinstated",
            ChargebackState::Won => "won",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// The one table of what is learned: the further state wins.
    pub fn on(self, told: ChargebackState) -> ChargebackState {
        self.max(told)
    }

    /// Whether no refund can be made beside it: Stripe refuses one on a disputed charge, and an inquiry may be answered by one
    /// (<https://docs.stripe.com/disputes/responding#refund>).
    pub const fn bars_refund(self) -> bool {
        match self {
            ChargebackState::Opened | ChargebackState::Withdrawn | ChargebackState::Lost => true,
            ChargebackState::Inquiry
            | ChargebackState::InquiryClosed
            | ChargebackState::Reinstated
            | ChargebackState::Won => false,
        }
    }

    /// Whether it may still change.
    pub const fn is_open(self) -> bool {
        match self {
            ChargebackState::Inquiry
            | ChargebackState::Opened
            | ChargebackState::Withdrawn
            | ChargebackState::Reinstated => true,
            ChargebackState::InquiryClosed | ChargebackState::Lost | ChargebackState::Won => false,
        }
    }

    /// What is taken from us now. `transactions` and `net` are Stripe's balance transactions, which tell exactly; where it has
    /// sent none, or only the first, the state itself tells.
    pub fn withdrawn(self, amount: Cents, transactions: i16, net: Cents) -> Cents {
        match self {
            ChargebackState::Inquiry | ChargebackState::InquiryClosed | ChargebackState::Opened => net,
            ChargebackState::Withdrawn | ChargebackState::Lost if transactions == 0 => amount,
            ChargebackState::Withdrawn | ChargebackState::Lost => net,
            ChargebackState::Reinstated | ChargebackState::Won if transactions < 2 => Cents::ZERO,
            ChargebackState::Reinstated | ChargebackState::Won => net,
        }
    }
}

impl fmt::Display for ChargebackState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who asked for a refund: the value of `refunds.origin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody of the operator, here.
    Staff,
    /// Quittance itself, for money paid beyond the debt.
    Overpayment,
    /// Somebody at Stripe's dashboard, or another program of the same account.
    Stripe,
    /// Known only as a part of the charge's refunded sum; its own record has not come yet.
    Recorded,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Origin; 4] = [Origin::Staff, Origin::Overpayment, Origin::Stripe, Origin::Recorded];

    /// The origin of that name.
    pub fn parse(text: &str) -> Option<Origin> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }

    /// One that asks here, by its name.
    pub fn parse_own(text: &str) -> Option<Origin> {
        [Origin::Staff, Origin::Overpayment].into_iter().find(|origin| origin.as_str() == text)
    }

    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Origin::Staff => "staff",
            Origin::Overpayment => "overpayment",
            Origin::Stripe => "stripe",
            Origin::Recorded => "recorded",
        }
    }
}

/// How Stripe's object says which payment it belongs to; any of these may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongs {
    /// Our payment, from the metadata.
    pub payment_id: Option<Uuid>,
    /// The payment intent.
    pub intent_id: Option<String>,
    /// The charge.
    pub charge_id: Option<String>,
}

/// The facts about one refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFacts {
    /// Stripe's id.
    pub refund_id: String,
    /// Our own row, from the metadata; `None` for one that was not made here.
    pub own_id: Option<Uuid>,
    /// Who asked for it, from the metadata; `None` for one that was not made here.
    pub origin: Option<Origin>,
    /// Whose money it was.
    pub belongs: Belongs,
    /// In cents.
    pub amount: Cents,
    /// Lower-case ISO currency.
    pub currency: String,
    /// Whether real money moved, where this message tells.
    pub livemode: Option<bool>,
    /// What happened.
    pub signal: RefundSignal,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What a charge says of all its refunds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeFacts {
    /// Whose money it was.
    pub belongs: Belongs,
    /// Refunded in all, in cents: cumulative, so it is compared and never added.
    pub refunded: Cents,
    /// Lower-case ISO currency.
    pub currency: String,
    /// Whether real money moved; `None` where it is not told, or told both ways.
    pub livemode: Option<bool>,
}

/// The facts about one chargeback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargebackFacts {
    /// Stripe's id of what it calls a dispute.
    pub chargeback_id: String,
    /// Whose money it was.
    pub belongs: Belongs,
    /// What the bank claims, in cents.
    pub amount: Cents,
    /// Lower-case ISO currency.
    pub currency: String,
    /// Whether it is about real money; `None` where it is not told, or told both ways.
    pub livemode: Option<bool>,
    /// Where it stands.
    pub state: ChargebackState,
    /// How many balance transactions Stripe has made for it: the taking, then the giving back.
    pub transactions: i16,
    /// What they take from us in all, in cents; never below zero.
    pub net: Cents,
    /// The bank's reason (`fraudulent`, `duplicate`...).
    pub reason: Option<String>,
    /// Until when evidence can be sent.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_and_refund_states_agree() {
        for state in RefundState::ALL {
            let at_stripe = !matches!(state, RefundState::Requested | RefundState::Refused);
            assert_eq!(RefundState::of(state.status(), at_stripe), Some(state));
        }
    }

    #[test]
    fn a_refund_that_fails_late_puts_the_money_back_and_one_that_moved_is_never_dropped() {
        let after = |signals: &[RefundSignal]| signals.iter().fold(RefundState::Requested, |s, signal| s.on(*signal));
        assert!(after(&[RefundSignal::Pending]).counts());
        assert!(after(&[RefundSignal::Pending, RefundSignal::Succeeded]).counts());
        assert!(!after(&[RefundSignal::Succeeded, RefundSignal::Failed]).counts());
        // The failure came first, the success it undid came late.
        assert!(!after(&[RefundSignal::Failed, RefundSignal::Succeeded]).counts());
        assert!(after(&[RefundSignal::Refused, RefundSignal::Succeeded]).counts());
    }

    #[test]
    fn a_chargeback_takes_what_stripe_took() {
        let (amount, nothing) = (Cents::new(10_000), Cents::ZERO);
        for (state, transactions, net, taken) in [
            (ChargebackState::Inquiry, 0, nothing, nothing),
            (ChargebackState::InquiryClosed, 0, nothing, nothing),
            (ChargebackState::Opened, 0, nothing, nothing),
            (ChargebackState::Opened, 1, amount, amount),
            (ChargebackState::Withdrawn, 0, nothing, amount),
            (ChargebackState::Lost, 0, nothing, amount),
            (ChargebackState::Lost, 2, Cents::new(4_000), Cents::new(4_000)),
            (ChargebackState::Reinstated, 1, amount, nothing),
            (ChargebackState::Won, 1, amount, nothing),
            (ChargebackState::Won, 2, nothing, nothing),
            (ChargebackState::Won, 2, Cents::new(1_000), Cents::new(1_000)),
        ] {
            assert_eq!(state.withdrawn(amount, transactions, net), taken, "{state} {transactions} {net}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            (sent, arrived) in proptest::collection::vec(prop::sample::select(RefundSignal::ALL.to_vec()), 0..8)
                .prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))
        ) {
            let after = |signals: &[RefundSignal]| signals.iter().fold(RefundState::Requested, |s, signal| s.on(*signal));
            prop_assert_eq!(after(&sent), after(&arrived));
        }
    }
}
