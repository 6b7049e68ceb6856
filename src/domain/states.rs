//! The states of money as pictures and a table, made from the very functions that decide, so that they cannot drift.

use std::fmt::Write;

use crate::domain::debt::{DebtStatus, MoneyMove};
use crate::domain::money::Cents;
use crate::domain::payment::{PaymentSignal, PaymentState, Standing, Transition};
use crate::domain::returns::{ChargebackState, RefundSignal, RefundState};

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For Markdown: <https://mermaid.js.org>.
    Mermaid,
    /// For Graphviz: <https://graphviz.org>.
    Dot,
}

/// A state diagram: its name and its arrows, `(from, to, why)`.
struct Picture {
    name: &'static str,
    arrows: Vec<(String, String, String)>,
}

/// All pictures and the table of effects, as one text.
pub fn all(format: Format) -> String {
    let mut text = String::new();
    for picture in [payments(), refunds(), chargebacks(), debts()] {
        // Writing to a String does not fail.
        let _ = match format {
            Format::Mermaid => write!(text, "## {}\n\n```mermaid\n{}```\n\n", picture.name, picture.mermaid()),
            Format::Dot => writeln!(text, "{}", picture.dot()),
        };
    }
    if format == Format::Mermaid {
        let _ = write!(text, "## Effects\n\n{}", effects());
    }
    text
}

impl Picture {
    /// Arrows between the same two states become one, with all its reasons.
    fn merged(&self) -> Vec<(String, String, String)> {
        let mut merged: Vec<(String, String, String)> = Vec::new();
        for (from, to, why) in &self.arrows {
            match merged.iter_mut().find(|(f, t, _)| f == from && t == to) {
                Some((_, _, reasons)) => {
                    reasons.push_str(" / ");
                    reasons.push_str(why);
                }
                None => merged.push((from.clone(), to.clone(), why.clone())),
            }
        }
        merged
    }

    fn mermaid(&self) -> String {
        let arrows = self.merged().into_iter().map(|(from, to, why)| format!("    {from} --> {to}: {why}\n"));
        std::iter::once("stateDiagram-v2\n".to_owned()).chain(arrows).collect()
    }

    fn dot(&self) -> String {
        let arrows =
            self.merged().into_iter().map(|(from, to, why)| format!("    {from} -> {to} [label=\"{why}\"];\n"));
        let head = format!("digraph {} {{\n    rankdir=LR;\n", self.name.to_lowercase());
        std::iter::once(head).chain(arrows).chain(std::iter::once("}\n".to_owned())).collect()
    }
}

fn arrow(from: impl std::fmt::Debug, to: impl std::fmt::Debug, why: impl std::fmt::Debug) -> (String, String, String) {
    (format!("{from:?}"), format!("{to:?}"), format!("{why:?}"))
}

fn payments() -> Picture {
    let mut arrows = Vec::new();
    for from in PaymentState::ALL {
        for signal in PaymentSignal::ALL {
            if let Transition::To(to) = from.on(signal) {
                arrows.push(arrow(from, to, signal));
            }
        }
    }
    let (whole, part) = (Cents::new(100), Cents::new(40));
    for (before, after, why) in [(Cents::ZERO, whole, "AllRefunded"), (whole, part, "RefundCameBack")] {
        let state = |refunded| Standing::of(whole, refunded, Cents::ZERO).0.state();
        let (from, to) = (format!("{:?}", state(before)), format!("{:?}", state(after)));
        arrows.push((from, to, why.to_owned()));
    }
    Picture { name: "Payments", arrows }
}

fn refunds() -> Picture {
    let mut arrows = Vec::new();
    for from in RefundState::ALL {
        for signal in RefundSignal::ALL {
            let to = from.on(signal);
            if to != from {
                arrows.push(arrow(from, to, signal));
            }
        }
    }
    Picture { name: "Refunds", arrows }
}

fn chargebacks() -> Picture {
    let mut arrows = Vec::new();
    for from in ChargebackState::ALL {
        for told in ChargebackState::ALL {
            let to = from.on(told);
            if to != from {
                arrows.push(arrow(from, to, told));
            }
        }
    }
    Picture { name: "Chargebacks", arrows }
}

fn debts() -> Picture {
    let mut arrows = Vec::new();
    for from in DebtStatus::ALL {
        for (moved, way) in [(MoneyMove::In, "money comes"), (MoneyMove::Out, "money goes")] {
            for (balance, left) in [(Cents::ZERO, "nothing is left"), (Cents::new(1), "something is left")] {
                let to = from.after(moved, balance);
                if to != from {
                    arrows.push((format!("{from:?}"), format!("{to:?}"), format!("{way}, {left}")));
                }
            }
        }
    }
    for from in DebtStatus::ALL {
        for to in DebtStatus::ALL.into_iter().filter(|to| from.may_be_set_to(*to)) {
            arrows.push((format!("{from:?}"), format!("{to:?}"), "staff sets it".to_owned()));
        }
    }
    for from in [DebtStatus::Active, DebtStatus::Dispute] {
        arrows.push((format!("{from:?}"), "Hold".to_owned(), "a hold is placed".to_owned()));
        arrows.push(("Hold".to_owned(), format!("{from:?}"), "the last hold is lifted".to_owned()));
    }
    Picture { name: "Debts", arrows }
}

/// What each thing that happens to money writes: a payment of $100.00, the whole debt.
fn effects() -> String {
    let whole = Cents::new(10_000);
    let part = Cents::new(4_000);
    let taken = |state: ChargebackState| state.withdrawn(whole, 0, Cents::ZERO);
    let (opened, withdrawn) = (taken(ChargebackState::Opened), taken(ChargebackState::Withdrawn));
    let (lost, reinstated, won) =
        (taken(ChargebackState::Lost), taken(ChargebackState::Reinstated), taken(ChargebackState::Won));
    let none = Cents::ZERO;
    let rows = [
        ("a part is refunded", (none, none), (part, none)),
        ("all is refunded", (none, none), (whole, none)),
        ("that refund fails or is stopped", (whole, none), (none, none)),
        ("an inquiry or a chargeback is opened", (none, none), (none, opened)),
        ("its money is taken", (none, opened), (none, withdrawn)),
        ("it is lost", (none, withdrawn), (none, lost)),
        ("its money comes back", (none, withdrawn), (none, reinstated)),
        ("it is won", (none, withdrawn), (none, won)),
    ];
    let mut table = String::from(
        "| what happens | `payments.status` | `amount_refunded` | `amount_charged_back` | `debts.amount_paid` | `debts.status` |\n\
         | --- | --- | --: | --: | --: | --- |\n",
    );
    table += &format!(
        "| the money arrives | pending -> {} | $0.00 | $0.00 | +{whole} | {} |\n",
        PaymentState::Completed.status().as_str(),
        status_change(DebtStatus::Active, MoneyMove::In, none),
    );
    for (what, before, after) in rows {
        let (was, _) = Standing::of(whole, before.0, before.1);
        let (is, _) = Standing::of(whole, after.0, after.1);
        let change = is.counts().get() - was.counts().get();
        let moved = if change < 0 { MoneyMove::Out } else { MoneyMove::In };
        let owed = |standing: &Standing| whole.minus_floor_zero(standing.counts());
        let status = DebtStatus::Active.after(MoneyMove::In, owed(&was));
        table += &format!(
            "| {what} | {} | {} | {} | {} | {} |\n",
            changed(was.state().status().as_str(), is.state().status().as_str()),
            is.refunded,
            is.charged_back,
            if change == 0 {
                "-".to_owned()
            } else {
                format!("{}{}", if change > 0 { "+" } else { "" }, Cents::new(change))
            },
            if change == 0 { "-".to_owned() } else { status_change(status, moved, owed(&is)) },
        );
    }
    table
}

fn status_change(from: DebtStatus, moved: MoneyMove, balance: Cents) -> String {
    changed(from.as_str(), from.after(moved, balance).as_str())
}

fn changed(from: &str, to: &str) -> String {
    if from == to { "-".to_owned() } else { format!("{from} -> {to}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_payment_and_a_refund_is_in_its_picture() {
        let text = all(Format::Mermaid);
        for state in
            PaymentState::ALL.map(|s| format!("{s:?}")).iter().chain(&RefundState::ALL.map(|s| format!("{s:?}")))
        {
            assert!(text.contains(state.as_str()), "{state}");
        }
        assert!(all(Format::Dot).starts_with("digraph payments {\n"));
    }

    #[test]
    fn effects_are_what_they_were_decided_to_be() {
        insta::assert_snapshot!(effects(), @r"
        | what happens | `payments.status` | `amount_refunded` | `amount_charged_back` | `debts.amount_paid` | `debts.status` |
        | --- | --- | --: | --: | --: | --- |
        | the money arrives | pending -> completed | $0.00 | $0.00 | +$100.00 | active -> resolved |
        | a part is refunded | - | $40.00 | $0.00 | -$40.00 | resolved -> active |
        | all is refunded | completed -> refunded | $100.00 | $0.00 | -$100.00 | resolved -> active |
        | that refund fails or is stopped | refunded -> completed | $0.00 | $0.00 | +$100.00 | active -> resolved |
        | an inquiry or a chargeback is opened | - | $0.00 | $0.00 | - | - |
        | its money is taken | - | $0.00 | $100.00 | -$100.00 | resolved -> active |
        | it is lost | - | $0.00 | $100.00 | - | - |
        | its money comes back | - | $0.00 | $0.00 | +$100.00 | active -> resolved |
        | it is won | - | $0.00 | $0.00 | +$100.00 | active -> resolved |
        ");
    }
}
