//! A payment's life: its states, what may happen to it, and the one table that says what becomes of it.

use std::fmt;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use crate::domain::money::Cents;

/// The four values of `payments.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum PaymentStatus {
    /// No money has arrived, and it still may.
    Pending,
    /// The money has arrived.
    Completed,
    /// No money will arrive by this attempt.
    Failed,
    /// All of the money went back.
    Refunded,
}

impl PaymentStatus {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentStatus::Pending => "pending",
            PaymentStatus::Completed => "completed",
            PaymentStatus::Failed => "failed",
            PaymentStatus::Refunded => "refunded",
        }
    }

    /// The status of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Completed, Self::Failed, Self::Refunded].into_iter().find(|s| s.as_str() == text)
    }
}

impl FromSql<Text, Pg> for PaymentStatus {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(bytes.as_bytes())?;
        Self::parse(text).ok_or_else(|| "an unknown payment status".into())
    }
}

impl ToSql<Text, Pg> for PaymentStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), &mut out.reborrow())
    }
}

/// Where a payment truly stands: the status together with the columns beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentState {
    /// A checkout the debtor can still finish.
    Open,
    /// The checkout ended without payment: expired, canceled or replaced.
    Expired,
    /// A bank debit is on its way; days may pass.
    Processing,
    /// A bank debit came back unpaid.
    Declined,
    /// The money has arrived.
    Completed,
    /// All of it went back.
    Refunded,
}

/// What Stripe tells of a checkout, whichever way it reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentSignal {
    /// The checkout ended without payment.
    Expired,
    /// The checkout is complete and a bank debit is on its way.
    Processing,
    /// The bank debit came back unpaid.
    Declined,
    /// The money has arrived.
    Paid,
}

/// What a signal does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// The payment moves on.
    To(PaymentState),
    /// Nothing new: a repetition, or an older signal that came late.
    Stay,
    /// Two facts that cannot both be true. The state keeps what moved money; staff must look.
    Illegal,
}

impl PaymentState {
    /// Every state, in the order of precedence that makes the order of arrival irrelevant.
    pub const ALL: [PaymentState; 6] = [
        PaymentState::Open,
        PaymentState::Expired,
        PaymentState::Processing,
        PaymentState::Declined,
        PaymentState::Completed,
        PaymentState::Refunded,
    ];

    /// The state that the columns of a row tell.
    pub fn of(status: PaymentStatus, processing: bool, failure_code: Option<&str>) -> PaymentState {
        match status {
            PaymentStatus::Pending if processing => PaymentState::Processing,
            PaymentStatus::Pending => PaymentState::Open,
            PaymentStatus::Completed => PaymentState::Completed,
            PaymentStatus::Refunded => PaymentState::Refunded,
            PaymentStatus::Failed => match failure_code.and_then(FailureCode::parse) {
                Some(
                    FailureCode::Expired
                    | FailureCode::Canceled
                    | FailureCode::Replaced
                    | FailureCode::Withdrawn
                    | FailureCode::NotStarted
                    | FailureCode::Lost,
                ) => PaymentState::Expired,
                Some(FailureCode::BankDeclined) | None => PaymentState::Declined,
            },
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<PaymentState> {
        Self::ALL.into_iter().find(|state| state.name() == text)
    }

    /// The word for it in locale keys and addresses.
    pub const fn name(self) -> &'static str {
        match self {
            PaymentState::Open => "open",
            PaymentState::Expired => "expired",
            PaymentState::Processing => "processing",
            PaymentState::Declined => "declined",
            PaymentState::Completed => "completed",
            PaymentState::Refunded => "refunded",
        }
    }

    /// The value of `payments.status` for this state.
    pub const fn status(self) -> PaymentStatus {
        match self {
            PaymentState::Open | PaymentState::Processing => PaymentStatus::Pending,
            PaymentState::Expired | PaymentState::Declined => PaymentStatus::Failed,
            PaymentState::Completed => PaymentStatus::Completed,
            PaymentState::Refunded => PaymentStatus::Refunded,
        }
    }

    /// The one table of what a signal does. Later states win over earlier ones, so the end does not depend on the order
    /// in which facts arrive; a success after a failure counts, because money moved.
    pub const fn on(self, signal: PaymentSignal) -> Transition {
        use {PaymentSignal as Signal, PaymentState as State, Transition::*};
        match (self, signal) {
            (State::Open, Signal::Expired) => To(State::Expired),
            (State::Open, Signal::Processing) => To(State::Processing),
            (State::Open, Signal::Declined) => To(State::Declined),
            (State::Open, Signal::Paid) => To(State::Completed),

            (State::Expired, Signal::Expired) => Stay,
            (State::Expired, Signal::Processing) => To(State::Processing),
            (State::Expired, Signal::Declined) => To(State::Declined),
            (State::Expired, Signal::Paid) => To(State::Completed),

            (State::Processing, Signal::Expired) => Illegal,
            (State::Processing, Signal::Processing) => Stay,
            (State::Processing, Signal::Declined) => To(State::Declined),
            (State::Processing, Signal::Paid) => To(State::Completed),

            (State::Declined, Signal::Expired) => Illegal,
            (State::Declined, Signal::Processing | Signal::Declined) => Stay,
            (State::Declined, Signal::Paid) => To(State::Completed),

            (State::Completed, Signal::Expired | Signal::Declined) => Illegal,
            (State::Completed, Signal::Processing | Signal::Paid) => Stay,

            (State::Refunded, Signal::Expired | Signal::Declined) => Illegal,
            (State::Refunded, Signal::Processing | Signal::Paid) => Stay,
        }
    }
}

impl PaymentSignal {
    /// Every signal.
    pub const ALL: [PaymentSignal; 4] =
        [PaymentSignal::Expired, PaymentSignal::Processing, PaymentSignal::Declined, PaymentSignal::Paid];
}

/// What of a payment's money that has arrived is still ours, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What was paid.
    pub amount: Cents,
    /// Given back in all.
    pub refunded: Cents,
    /// Taken back by the bank in all.
    pub charged_back: Cents,
}

impl Standing {
    /// From what refunds and chargebacks add up to. More cannot go back than came: what is beyond that is the excess, for
    /// staff to look at.
    pub fn of(amount: Cents, refunds: Cents, chargebacks: Cents) -> (Standing, Cents) {
        let refunded = refunds.min(amount);
        let charged_back = chargebacks.min(amount.minus_floor_zero(refunded));
        let excess = refunds.plus(chargebacks).minus_floor_zero(refunded.plus(charged_back));
        (Standing { amount, refunded, charged_back }, excess)
    }

    /// What counts towards the debt.
    pub fn counts(&self) -> Cents {
        self.amount.minus_floor_zero(self.refunded.plus(self.charged_back))
    }

    /// Completed, or refunded when all of it was given back. What a bank takes back is no refund.
    pub fn state(&self) -> PaymentState {
        if self.refunded.is_positive() && self.refunded >= self.amount {
            PaymentState::Refunded
        } else {
            PaymentState::Completed
        }
    }
}

/// Why no money came: the values we write to `payments.failure_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureCode {
    /// The checkout's time ran out.
    Expired,
    /// The debtor canceled it.
    Canceled,
    /// The debtor chose another amount, and the first checkout was closed.
    Replaced,
    /// The debt may no longer be paid, or not so much, and the checkout was closed.
    Withdrawn,
    /// Stripe never opened a checkout for it.
    NotStarted,
    /// Stripe knows its checkout no longer.
    Lost,
    /// The bank returned the debit.
    BankDeclined,
}

impl FailureCode {
    /// The value in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            FailureCode::Expired => "expired",
            FailureCode::Canceled => "canceled",
            FailureCode::Replaced => "replaced",
            FailureCode::Withdrawn => "withdrawn",
            FailureCode::NotStarted => "not_started",
            FailureCode::Lost => "lost",
            FailureCode::BankDeclined => "bank_declined",
        }
    }

    /// Every code.
    pub const ALL: [FailureCode; 7] = [
        Self::Expired,
        Self::Canceled,
        Self::Replaced,
        Self::Withdrawn,
        Self::NotStarted,
        Self::Lost,
        Self::BankDeclined,
    ];

    /// The code of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// The table of [`PaymentState::on`] as text, for documentation and for the test that watches it.
pub fn state_table() -> String {
    let mut table = format!("{:<12}", "state");
    for signal in PaymentSignal::ALL {
        table += &format!("{:<16}", format!("{signal:?}"));
    }
    table.truncate(table.trim_end().len());
    for state in PaymentState::ALL {
        let mut line = format!("{:<12}", format!("{state:?}"));
        for signal in PaymentSignal::ALL {
            line += &format!("{:<16}", state.on(signal).to_string());
        }
        table += "\n";
        table += line.trim_end();
    }
    table
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Transition::To(state) => write!(f, "{state:?}"),
            Transition::Stay => f.write_str("-"),
            Transition::Illegal => f.write_str("flag"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(signals: &[PaymentSignal]) -> PaymentState {
        signals.iter().fold(PaymentState::Open, |state, signal| match state.on(*signal) {
            Transition::To(next) => next,
            Transition::Stay | Transition::Illegal => state,
        })
    }

    #[test]
    fn the_table_is_what_it_was_decided_to_be() {
        insta::assert_snapshot!(state_table(), @r"
        state       Expired         Processing      Declined        Paid
        Open        Expired         Processing      Declined        Completed
        Expired     -               Processing      Declined        Completed
        Processing  flag            -               Declined        Completed
        Declined    flag            -               -               Completed
        Completed   flag            -               flag            -
        Refunded    flag            -               flag            -
        ");
    }

    #[test]
    fn columns_and_states_agree() {
        for state in PaymentState::ALL {
            let code = match state {
                PaymentState::Expired => Some("expired"),
                PaymentState::Declined => Some("bank_declined"),
                _ => None,
            };
            assert_eq!(PaymentState::of(state.status(), state == PaymentState::Processing, code), state);
        }
    }

    fn signals() -> impl Strategy<Value = Vec<PaymentSignal>> {
        proptest::collection::vec(prop::sample::select(PaymentSignal::ALL.to_vec()), 0..8)
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter((sent, arrived) in signals().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))) {
            prop_assert_eq!(after(&sent), after(&arrived));
        }

        #[test]
        fn repetition_changes_nothing(sent in signals()) {
            let twice: Vec<_> = sent.iter().chain(&sent).copied().collect();
            prop_assert_eq!(after(&sent), after(&twice));
        }

        #[test]
        fn money_that_moved_is_never_dropped(sent in signals()) {
            prop_assert_eq!(after(&sent) == PaymentState::Completed, sent.contains(&PaymentSignal::Paid));
        }
    }
}
