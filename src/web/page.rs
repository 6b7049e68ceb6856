//! What every page knows besides its own fields: language, company, addresses of files.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::config::Company;
use crate::domain::debt::{DebtStatus, Figures};
use crate::domain::disclosure::{self, Disclosure, Key, Page};
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
    texts: Arc<Vec<Disclosure>>,
    page: Page,
    place: Option<String>,
}

/// A text that the law wants said, as a page shows it.
pub struct Text {
    /// Its row; `None` for the program's own words.
    pub id: Option<Uuid>,
    /// Where it is not the page's language: nobody has translated it yet, and it must be said.
    pub lang: Option<String>,
    /// Whether it tells licence numbers, which have a least size.
    pub is_licence: bool,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
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
        let texts = state.disclosures.texts();
        Chrome { state, lang, languages, signed_in, csrf, texts, page: Page::All, place: None }
    }

    /// The frame of an error page, for whoever may read it. With a query, the page can be asked for again in another
    /// language; the answer to a form cannot.
    pub fn outside(state: Data<AppState>, lang: Lang, query: Option<&str>) -> Chrome {
        match query {
            Some(query) => Chrome::new(state, lang, query, false, String::new()),
            None => Chrome { languages: Vec::new(), ..Chrome::new(state, lang, "", false, String::new()) },
        }
    }

    /// The frame of a page of that kind for a person of that state, which decides what the law wants said on it. Without this, a
    /// page says what is said everywhere.
    pub fn about(self, page: Page, state: Option<&str>) -> Chrome {
        Chrome { page, place: state.map(str::to_owned), ..self }
    }

    fn chosen(&self) -> Vec<&Disclosure> {
        let today = self.state.today();
        disclosure::of_page(&self.texts, self.page, self.place.as_deref(), self.lang.code(), today)
    }

    /// What the law wants said on this page. That we are a debt collector is said even where no text is stored.
    pub fn disclosures(&self) -> Vec<Text> {
        let chosen = self.chosen();
        let says_collector = chosen.iter().any(|text| text.key == Key::Collector);
        let own = (!says_collector).then(|| Text {
            id: None,
            lang: None,
            is_licence: false,
            paragraphs: vec![self.t("disclosure-collector").into_owned()],
        });
        own.into_iter().chain(chosen.into_iter().map(|text| self.text(text))).collect()
    }

    /// The ids of these texts, to be noted beside what is started from this page.
    pub fn disclosure_ids(&self) -> Vec<Uuid> {
        self.chosen().iter().map(|text| text.id).collect()
    }

    /// The notice that must be passed before a debt is paid whose time limit for suing has passed.
    pub fn time_barred(&self) -> Option<&Disclosure> {
        let (place, today) = (self.place.as_deref(), self.state.today());
        disclosure::find(&self.texts, Key::TimeBarred, Page::Payment, place, self.lang.code(), today)
    }

    /// A stored text as it is shown. What is to be filled in and is not known leaves its paragraph out.
    pub fn text(&self, text: &Disclosure) -> Text {
        let company = self.company();
        let licenses = company.licenses.join(", ");
        let known = [("{company}", &company.name), ("{phone}", &company.phone), ("{licenses}", &licenses)];
        let fill = |paragraph: &str| {
            let mut filled = paragraph.to_owned();
            for (mark, value) in known.iter().filter(|(mark, _)| paragraph.contains(mark)) {
                if value.is_empty() {
                    return None;
                }
                filled = filled.replace(mark, value);
            }
            Some(filled)
        };
        let lang = (text.language != self.lang.code()).then(|| text.language.clone());
        let paragraphs = text.paragraphs().filter_map(fill).collect();
        Text { id: Some(text.id), lang, is_licence: text.key == Key::Licence, paragraphs }
    }

    /// Whether the checkout takes no credit cards.
    pub fn takes_debit_only(&self) -> bool {
        self.state.settings.takes_debit_only()
    }

    /// The language's code.
    pub fn lang(&self) -> &'static str {
        self.lang.code()
    }

    /// The language.
    pub fn language(&self) -> Lang {
        self.lang
    }

    /// Who writes: the company's name, address and telephone number, in lines.
    pub fn sender(&self) -> Vec<String> {
        let company = self.company();
        let phone = Some(&company.phone).filter(|phone| !phone.is_empty());
        std::iter::once(&company.name).chain(&company.address).chain(phone).cloned().collect()
    }

    /// This moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
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
