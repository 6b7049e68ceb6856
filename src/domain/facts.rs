//! What Stripe tells about money, whichever way it reached us.

use crate::domain::checkout::CheckoutFacts;
use crate::domain::returns::{ChargeFacts, ChargebackFacts, RefundFacts};

/// One message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// About a checkout.
    Checkout(CheckoutFacts),
    /// About a refund.
    Refund(RefundFacts),
    /// About all refunds of a charge together.
    Charge(ChargeFacts),
    /// About a chargeback or an inquiry.
    Chargeback(ChargebackFacts),
}
