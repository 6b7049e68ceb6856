//! The receipt: what was paid, what went back of it since, and what of it counts.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::documents::{Block, Document};
use crate::domain::disclosure::Page;
use crate::domain::money::{Cents, Change};
use crate::domain::payment::Standing;
use crate::domain::returns::{Origin, RefundState};
use crate::models::chargeback::Chargeback;
use crate::models::debt::Debt;
use crate::models::payment::Payment;
use crate::models::refund::Refund;
use crate::web::debtor::{AccountName, chargeback_story, pdf};
use crate::web::page::Chrome;
use crate::web::visitor::Visit;

/// See `templates/debtor/receipt.html`.
#[derive(Template)]
#[template(path = "debtor/receipt.html")]
pub struct ReceiptPage {
    chrome: Chrome,
    payment: Payment,
    debt: Debt,
    account: AccountName,
    /// Names the heading in `locales/`.
    story: &'static str,
    /// Whether anything happened to the payment since, even where no money moved.
    has_returns: bool,
    returns: Vec<ReturnLine>,
    /// What of the payment counts now: what was paid with every line's effect.
    counts: Cents,
}

impl ReceiptPage {
    /// The same as a letter; its fields are those that California asks for (Civ. 1788.54), for everybody.
    pub fn document(&self) -> Document {
        let (chrome, debt) = (&self.chrome, &self.debt);
        let term = |key: &str| chrome.t(key).into_owned();
        let mut facts = vec![(term("receipt-amount"), self.payment.amount.to_string())];
        if let Some(at) = &self.payment.completed_at {
            facts.push((term("fact-date"), chrome.date_time(at)));
        }
        let paid_to: Vec<&str> = chrome.company().lines().collect();
        facts.push((term("fact-paid-to"), paid_to.join(", ")));
        facts.push((term("fact-reference"), self.account.reference.clone()));
        facts.push((term("fact-charge-off"), debt.original_creditor.clone()));
        facts.extend(self.account.number.clone().map(|number| (term("fact-account"), number)));
        if let Some(method) = &self.payment.payment_method {
            facts.push((term("fact-method"), chrome.method(method).into_owned()));
        }
        facts.push((term("fact-receipt"), self.payment.id.to_string()));
        let remaining = debt.status.owed(debt.figures.balance()).to_string();
        facts.push((chrome.t1("fact-remaining", "date", chrome.today()), remaining));
        let mut blocks = vec![Block::Paragraph(chrome.tx("receipt-heading-", self.story).into_owned())];
        if self.story != "paid" {
            blocks.push(Block::Paragraph(chrome.tx("receipt-lead-", self.story).into_owned()));
        }
        blocks.push(Block::Facts(facts));
        if self.has_returns {
            blocks.push(Block::Heading(term("receipt-since")));
            let paid = (term("receipt-amount"), self.payment.amount.to_string());
            let counts = (term("receipt-counts"), self.counts.to_string());
            let lines = self.returns.iter().map(|line| (line.term(chrome), line.effect.to_string()));
            blocks.push(Block::Facts(std::iter::once(paid).chain(lines).chain([counts]).collect()));
            blocks.extend(self.returns.iter().filter_map(|line| line.hint(chrome)).map(Block::Note));
        }
        if debt.figures.overpaid().is_positive() {
            blocks.push(Block::Paragraph(chrome.overpaid(debt.figures.overpaid())));
        }
        pdf::letter(chrome, term("receipt-title"), blocks)
    }
}

impl ReturnLine {
    fn term(&self, chrome: &Chrome) -> String {
        let title = match &self.what {
            What::Refund(state, _) => chrome.tx("refund-title-", state.name()),
            What::Chargeback(story) => chrome.tx("chargeback-title-", story),
            What::OtherRefunds => return chrome.t("fact-refunded").into_owned(),
            What::OtherChargebacks => return chrome.t("fact-charged-back").into_owned(),
            What::Beyond => return chrome.t("fact-beyond").into_owned(),
        };
        format!("{title}: {}, {}", self.amount, chrome.day(&self.at))
    }

    /// What it means, where there is more to say.
    fn hint(&self, chrome: &Chrome) -> Option<String> {
        match &self.what {
            What::Refund(state, of_overpayment) => {
                let text = chrome.tx("refund-text-", state.name());
                let why = of_overpayment.then(|| chrome.t1("refund-of-overpayment", "amount", self.amount));
                Some(why.into_iter().chain([text.into_owned()]).collect::<Vec<_>>().join(" "))
            }
            What::Chargeback(story) => Some(chrome.tx("chargeback-text-", story).into_owned()),
            What::OtherRefunds | What::OtherChargebacks | What::Beyond => None,
        }
    }
}

/// A refund or a chargeback of the payment.
struct ReturnLine {
    what: What,
    at: DateTime<Utc>,
    amount: Cents,
    /// What it does to what counts: nothing, or less.
    effect: Change,
}

enum What {
    /// Its state, and whether it gives back what was paid beyond the debt.
    Refund(RefundState, bool),
    /// Names its sentences in `locales/`.
    Chargeback(&'static str),
    /// What another program recorded without a row of its own.
    OtherRefunds,
    OtherChargebacks,
    /// A bank took back what was refunded already: more than was paid cannot count against the debt.
    Beyond,
}

/// The receipt of a payment whose money has arrived, with all that became of it since.
pub fn page(
    visit: &Visit,
    payment: Payment,
    debt: Debt,
    refunds: &[Refund],
    chargebacks: &[Chargeback],
) -> ReceiptPage {
    let returns = returns(&payment, refunds, chargebacks);
    let standing = Standing {
        amount: payment.amount,
        refunded: payment.amount_refunded,
        charged_back: payment.amount_charged_back,
    };
    let counts = standing.counts();
    let story = match (counts.is_positive(), standing.charged_back.is_positive()) {
        (true, _) if counts == standing.amount => "paid",
        (true, _) => "part",
        (false, true) => "charged-back",
        (false, false) => "refunded",
    };
    let account = AccountName::of(debt.id, debt.account_number.as_deref());
    ReceiptPage {
        chrome: visit.chrome().about(Page::Payment, debt.state),
        payment,
        debt,
        account,
        story,
        has_returns: !returns.is_empty(),
        returns,
        counts,
    }
}

/// Every refund and chargeback, oldest first, and what no row explains. Refused refunds never left us and are not shown.
fn returns(payment: &Payment, refunds: &[Refund], chargebacks: &[Chargeback]) -> Vec<ReturnLine> {
    let less = |amount: Cents| Change(Cents::new(amount.get().saturating_neg()));
    let mut lines: Vec<ReturnLine> = refunds
        .iter()
        .filter(|refund| refund.state() != RefundState::Refused)
        .map(|refund| {
            let (state, amount) = (refund.state(), refund.amount);
            let what = What::Refund(state, refund.origin == Origin::Overpayment.as_str());
            let effect = if state.counts() { less(amount) } else { Change(Cents::ZERO) };
            ReturnLine { what, at: refund.created_at, amount, effect }
        })
        .chain(chargebacks.iter().map(|taken| {
            let what = What::Chargeback(chargeback_story(&taken.state(), &taken.withdrawn));
            ReturnLine { what, at: taken.created_at, amount: taken.amount, effect: less(taken.withdrawn) }
        }))
        .collect();
    lines.sort_by_key(|line| line.at);
    let told = |is_refund: bool| -> i64 {
        let of_kind = lines.iter().filter(|line| matches!(line.what, What::Refund(..)) == is_refund);
        of_kind.map(|line| -line.effect.0.get()).sum()
    };
    let at = payment.completed_at.unwrap_or(payment.created_at);
    let others = [
        (What::OtherRefunds, payment.amount_refunded.minus_floor_zero(Cents::new(told(true)))),
        (What::OtherChargebacks, payment.amount_charged_back.minus_floor_zero(Cents::new(told(false)))),
    ];
    let gone = payment.amount_refunded.plus(payment.amount_charged_back);
    let beyond = Cents::new(told(true) + told(false)).minus_floor_zero(gone);
    let others = others.into_iter().filter(|(_, amount)| amount.is_positive());
    lines.extend(others.map(|(what, amount)| ReturnLine { what, at, amount, effect: less(amount) }));
    if beyond.is_positive() {
        lines.push(ReturnLine { what: What::Beyond, at, amount: beyond, effect: Change(beyond) });
    }
    lines
}
