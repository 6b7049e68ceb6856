//! What every page knows besides its own fields: language, company, addresses of files.

use std::borrow::Cow;
use std::fmt::Display;

use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

use crate::config::Company;
use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::money::Cents;
use crate::locale::Lang;
use crate::web::state::AppState;

/// A link of the language switch.
pub struct LanguageLink {
    /// `en`, `es`.
    pub code: &'static str,
    /// In its own language.
    pub name: &'static str,
    /// Whether the page is in it.
    pub current: bool,
    /// This page in that language.
    pub href: String,
}

/// The frame around a page. Its methods are the words templates are written in.
pub struct Chrome {
    state: Data<AppState>,
    lang: Lang,
    /// The language switch.
    pub languages: Vec<LanguageLink>,
    /// Whether the visitor has shown who they are.
    pub signed_in: bool,
    /// The anti-forgery value for forms.
    pub csrf: String,
}

impl Chrome {
    /// The frame for a visitor.
    pub fn new(state: Data<AppState>, lang: Lang, query: &str, signed_in: bool, csrf: String) -> Chrome {
        let languages = Lang::ALL
            .into_iter()
            .map(|other| LanguageLink {
                code: other.code(),
                name: other.name(),
                current: other == lang,
                href: format!("?{}", with_language(query, other)),
            })
            .collect();
        Chrome { state, lang, languages, signed_in, csrf }
    }

    /// The frame of an error page, for whoever may read it. With a query, the page can be asked for again in another
    /// language; the answer to a form cannot.
    pub fn outside(state: Data<AppState>, lang: Lang, query: Option<&str>) -> Chrome {
        match query {
            Some(query) => Chrome::new(state, lang, query, false, String::new()),
            None => Chrome { state, lang, languages: Vec::new(), signed_in: false, csrf: String::new() },
        }
    }

    /// The language's code.
    pub fn lang(&self) -> &'static str {
        self.lang.code()
    }

    /// A message.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.lang.t(key)
    }

    /// A message whose key has a part that varies: `debt-status-` and `active`.
    pub fn tx(&self, prefix: &str, name: &str) -> Cow<'static, str> {
        self.lang.t(&format!("{prefix}{name}"))
    }

    /// A message with one variable.
    pub fn t1(&self, key: &str, name: &str, value: impl Display) -> String {
        self.lang.with(key, &[(name, &value)])
    }

    /// A message with two variables.
    pub fn t2(&self, key: &str, name1: &str, value1: impl Display, name2: &str, value2: impl Display) -> String {
        self.lang.with(key, &[(name1, &value1), (name2, &value2)])
    }

    /// A message that counts something.
    pub fn count(&self, key: &str, count: i64) -> String {
        self.lang.count(key, count)
    }

    /// A debt's status in a word or two.
    pub fn debt_status(&self, status: &DebtStatus, figures: &Figures) -> Cow<'static, str> {
        match status {
            DebtStatus::Resolved if figures.balance().is_positive() => self.t("debt-settled"),
            status => self.tx("debt-status-", status.as_str()),
        }
    }

    /// What was paid with, in words.
    pub fn method(&self, method: &str) -> Cow<'static, str> {
        match method {
            "card" | "bank" | "apple_pay" | "google_pay" | "link" | "cashapp" | "prior" | "check" | "money_order"
            | "cash" => self.tx("method-", method),
            _ => self.t("method-other"),
        }
    }

    /// Why a payment brought no money, in words. Stripe has a hundred codes; the debtor needs the few that lead somewhere.
    pub fn failure(&self, code: &str) -> Cow<'static, str> {
        match code {
            "expired"
            | "canceled"
            | "replaced"
            | "withdrawn"
            | "lost"
            | "not_started"
            | "bank_declined"
            | "insufficient_funds"
            | "expired_card"
            | "incorrect_cvc"
            | "payment_intent_authentication_failure" => self.tx("failure-", code),
            _ => self.t("failure-card_declined"),
        }
    }

    /// What happens to money paid beyond the debt; who returns it, a setting says.
    pub fn overpaid(&self, amount: Cents) -> String {
        if self.state.settings.args.stripe.refund_overpayments {
            self.t1("debt-overpaid-goes-back", "amount", amount)
        } else {
            self.t1("debt-overpaid", "amount", amount)
        }
    }

    /// A balance, which is below zero where more was paid than owed.
    pub fn balance(&self, balance: &Cents) -> String {
        match balance.get() {
            0.. => balance.to_string(),
            below => self.t1("statement-overpaid", "amount", Cents::new(below.saturating_neg())),
        }
    }

    /// The length of a call: "4 min 12 s".
    pub fn call_length(&self, seconds: &i64) -> String {
        match (seconds / 60, seconds % 60) {
            (0, seconds) => self.t1("history-call-seconds", "seconds", seconds),
            (minutes, seconds) => self.t2("history-call-minutes", "minutes", minutes, "seconds", seconds),
        }
    }

    /// The size of a file: "12 KB", "1.4 MB".
    pub fn file_size(&self, bytes: &i32) -> String {
        match bytes / 1024 {
            kilobytes @ 0..1024 => self.t1("case-file-kb", "size", kilobytes.max(1)),
            _ => self.t1("case-file-mb", "size", format!("{:.1}", f64::from(*bytes) / 1_048_576.0)),
        }
    }

    /// A day in words.
    pub fn date(&self, date: &NaiveDate) -> String {
        self.lang.date(*date)
    }

    /// A moment in words, at the company's place.
    pub fn date_time(&self, at: &DateTime<Utc>) -> String {
        self.lang.date_time(*at, self.company().time_zone)
    }

    /// A moment in words, at another place.
    pub fn date_time_in(&self, at: &DateTime<Utc>, zone: &Tz) -> String {
        self.lang.date_time(*at, *zone)
    }

    /// The day of a moment, at the company's place.
    pub fn day(&self, at: &DateTime<Utc>) -> String {
        self.lang.date(at.with_timezone(&self.company().time_zone).date_naive())
    }

    /// A moment for a `datetime` attribute.
    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        format!("{}T{:02}:{:02}:{:02}Z", at.date_naive(), at.hour(), at.minute(), at.second())
    }

    /// Today in words.
    pub fn today(&self) -> String {
        self.day(&self.state.clock.now())
    }

    /// The address of a file.
    pub fn asset(&self, name: &str) -> String {
        self.state.assets.url(name)
    }

    /// The company.
    pub fn company(&self) -> &Company {
        &self.state.settings.company
    }

    /// Whether there is a logo.
    pub fn has_logo(&self) -> bool {
        self.company().logo.is_some()
    }
}

fn with_language(query: &str, lang: Lang) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang").take(16) {
        out.append_pair(&name, &value);
    }
    out.append_pair("lang", lang.code());
    out.finish()
}
