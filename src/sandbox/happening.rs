//! What happens by itself when its time has come: bank debits settle, disputes arrive, refunds fail, sessions expire.

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::state::Kind;
use super::turn::Turn;
use super::{bank, dispute, refund, session};

/// Something that will happen at a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Due {
    /// Unix seconds.
    pub(super) at: i64,
    /// What it is.
    pub(super) what: Happening,
}

/// The things that happen without anybody asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Happening {
    /// The bank debit of this payment intent succeeds or fails.
    Settle { intent: String },
    /// The cardholder's bank disputes this charge.
    Dispute { charge: String, inquiry: bool },
    /// A refund in flight arrives.
    RefundSucceeds { refund: String },
    /// A refund comes back.
    RefundFails { refund: String },
}

impl Turn<'_> {
    /// Plans `what` for the time after which slow things are done.
    pub(super) fn plan(&mut self, what: Happening) {
        let at = self.settle_at();
        self.state.unsaved = true;
        self.state.due.push(Due { at, what });
    }

    /// Does everything whose time has come.
    pub(super) fn catch_up(&mut self) {
        session::expire_due(self);
        let now = self.now;
        if !self.state.due.iter().any(|due| due.at <= now) {
            return;
        }
        let (ripe, later) = std::mem::take(&mut self.state.due).into_iter().partition(|due| due.at <= now);
        self.state.due = later;
        let ripe: Vec<Due> = ripe;
        for due in ripe {
            self.happen(due.what);
        }
    }

    /// Does what `wanted` picks now instead of at its time; says whether there was anything.
    pub(super) fn hurry(&mut self, wanted: impl Fn(&Happening) -> bool) -> bool {
        let (picked, later) = std::mem::take(&mut self.state.due).into_iter().partition(|due| wanted(&due.what));
        self.state.due = later;
        let picked: Vec<Due> = picked;
        let any = !picked.is_empty();
        for due in picked {
            self.happen(due.what);
        }
        any
    }

    /// Lets what hangs on this session's payment happen now.
    pub(super) fn settle_session(&mut self, session_id: &str) -> bool {
        let session = self.state.get(Kind::Session, session_id).cloned().unwrap_or_default();
        let intent = session.text("payment_intent").to_owned();
        let charge =
            self.state.get(Kind::Intent, &intent).map(|i| i.text("latest_charge").to_owned()).unwrap_or_default();
        let refunds: Vec<String> = self
            .state
            .all(Kind::Refund)
            .iter()
            .filter(|refund| refund.text("payment_intent") == intent)
            .map(|refund| refund.text("id").to_owned())
            .collect();
        self.hurry(|what| match what {
            Happening::Settle { intent: own } => *own == intent,
            Happening::Dispute { charge: own, .. } => *own == charge,
            Happening::RefundSucceeds { refund } | Happening::RefundFails { refund } => refunds.contains(refund),
        })
    }

    fn happen(&mut self, what: Happening) {
        self.state.unsaved = true;
        match what {
            Happening::Settle { intent } => bank::settle(self, &intent),
            Happening::Dispute { charge, inquiry } => dispute::open(self, &charge, inquiry),
            Happening::RefundSucceeds { refund } => refund::succeed(self, &refund),
            Happening::RefundFails { refund } => refund::fail(self, &refund),
        }
    }
}
