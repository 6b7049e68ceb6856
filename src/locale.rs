//! Every sentence a visitor or staff reads, from `locales/` (Project Fluent): the debtor's in one file per language, with
//! the later parts, and all of the staff area, in one file per part and language.
//!
//! Messages without variables are formatted once at start, and those that only name variables are cut into pieces, so that
//! a page costs look-ups, not the interpreting of messages: a history has a date and a time in each of its lines.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::sync::OnceLock;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

/// A language that pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Lang {
    /// Every language, in the order of the switch.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Es];

    /// The code for `lang` attributes, cookies and Stripe.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Es => "es",
        }
    }

    /// Its own name.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Es => "Español",
        }
    }

    /// The Fluent source of this language.
    pub const fn source(self) -> &'static str {
        match self {
            Lang::En => concat!(
                include_str!("../locales/en.ftl"),
                include_str!("../locales/debtor/cases.en.ftl"),
                include_str!("../locales/mail.en.ftl"),
                include_str!("../locales/debtor/links.en.ftl"),
                include_str!("../locales/debtor/validation.en.ftl"),
                include_str!("../locales/debtor/choices.en.ftl"),
                include_str!("../locales/debtor/esign.en.ftl"),
                include_str!("../locales/debtor/contact_data.en.ftl"),
                include_str!("../locales/debtor/documents.en.ftl"),
                include_str!("../locales/staff/choices.en.ftl"),
                include_str!("../locales/staff/frame.en.ftl"),
                include_str!("../locales/staff/dashboard.en.ftl"),
                include_str!("../locales/staff/debts.en.ftl"),
                include_str!("../locales/staff/account.en.ftl"),
                include_str!("../locales/staff/cases.en.ftl"),
                include_str!("../locales/staff/review.en.ftl"),
                include_str!("../locales/staff/money.en.ftl"),
                include_str!("../locales/staff/mail.en.ftl"),
                include_str!("../locales/staff/imports.en.ftl"),
                include_str!("../locales/staff/notices.en.ftl"),
            ),
            Lang::Es => concat!(
                include_str!("../locales/es.ftl"),
                include_str!("../locales/debtor/cases.es.ftl"),
                include_str!("../locales/mail.es.ftl"),
                include_str!("../locales/debtor/links.es.ftl"),
                include_str!("../locales/debtor/validation.es.ftl"),
                include_str!("../locales/debtor/choices.es.ftl"),
                include_str!("../locales/debtor/esign.es.ftl"),
                include_str!("../locales/debtor/contact_data.es.ftl"),
                include_str!("../locales/debtor/documents.es.ftl"),
                include_str!("../locales/staff/choices.es.ftl"),
                include_str!("../locales/staff/frame.es.ftl"),
                include_str!("../locales/staff/dashboard.es.ftl"),
                include_str!("../locales/staff/debts.es.ftl"),
                include_str!("../locales/staff/account.es.ftl"),
                include_str!("../locales/staff/cases.es.ftl"),
                include_str!("../locales/staff/review.es.ftl"),
                include_str!("../locales/staff/money.es.ftl"),
                include_str!("../locales/staff/mail.es.ftl"),
                include_str!("../locales/staff/imports.es.ftl"),
                include_str!("../locales/staff/notices.es.ftl"),
            ),
        }
    }

    /// The language of that code.
    pub fn parse(code: &str) -> Option<Lang> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// The first language of an `Accept-Language` header that we speak, by its weights.
    pub fn preferred(accept_language: &str) -> Option<Lang> {
        let weighted = accept_language.split(',').filter_map(|part| {
            let (tag, params) = part.trim().split_once(';').unwrap_or((part.trim(), ""));
            let weight: f32 = match params.trim().strip_prefix("q=") {
                Some(q) => q.parse().ok()?,
                None => 1.0,
            };
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            let lang = if primary == "*" { Lang::En } else { Lang::parse(&primary)? };
            (weight > 0.0).then_some((lang, weight))
        });
        let mut best: Option<(Lang, f32)> = None;
        for (lang, weight) in weighted {
            if best.is_none_or(|(_, w)| weight > w) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    /// The message `key`. A missing one shows its key, which a test looks for.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        let catalog = catalog(self);
        match catalog.plain.get(key) {
            Some(text) => Cow::Borrowed(text.as_str()),
            None => Cow::Owned(catalog.format(key, None)),
        }
    }

    /// The message whose key is put together from a prefix and a name.
    pub fn tx(self, prefix: &str, name: &str) -> Cow<'static, str> {
        self.t(&format!("{prefix}{name}"))
    }

    /// The message `key` with its variables.
    pub fn with(self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        if let Some(pieces) = catalog(self).cut.get(key) {
            return join(pieces, values);
        }
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, FluentValue::from(value.to_string()));
        }
        catalog(self).format(key, Some(&args))
    }

    /// The message `key` with a whole number that its plural forms look at.
    pub fn count(self, key: &str, count: i64) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set("count", FluentValue::from(count));
        catalog(self).format(key, Some(&args))
    }

    /// A day: "November 22, 2026".
    pub fn date(self, date: NaiveDate) -> String {
        let month = self.t(MONTHS.get(date.month0() as usize).copied().unwrap_or_default());
        self.with("date", &[("month", &month), ("day", &date.day()), ("year", &date.year())])
    }

    /// A moment at the company's place: "November 22, 2026, 4:05 PM PST".
    pub fn date_time(self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        let (pm, hour) = local.hour12();
        let half = self.t(if pm { "time-pm" } else { "time-am" });
        let date = self.date(local.date_naive());
        let (minute, zone) = (local.minute(), local.offset());
        let minute = format_args!("{minute:02}");
        self.with(
            "date-time",
            &[("date", &date), ("hour", &hour), ("minute", &minute), ("half", &half), ("zone", &zone)],
        )
    }
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

/// A part of a message that only names variables.
#[derive(Debug)]
enum Piece {
    Text(String),
    Variable(String),
}

/// The message's pieces; `None` when it also chooses, refers or computes, which is Fluent's business.
fn cut(pattern: &Pattern<&str>) -> Option<Vec<Piece>> {
    let piece = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => Some(Piece::Text((*value).to_owned())),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
            Some(Piece::Variable(id.name.to_owned()))
        }
        PatternElement::Placeable { .. } => None,
    };
    pattern.elements.iter().map(piece).collect()
}

fn join(pieces: &[Piece], values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(48);
    for piece in pieces {
        // Writing to a String fails only where a value's own Display does, and ours do not.
        let _ = match piece {
            Piece::Text(text) => out.write_str(text),
            Piece::Variable(name) => match values.iter().find(|(given, _)| given == name) {
                Some((_, value)) => write!(out, "{value}"),
                None => write!(out, "{{${name}}}"),
            },
        };
    }
    out
}

struct Catalog {
    plain: HashMap<String, String>,
    cut: HashMap<String, Vec<Piece>>,
    bundle: FluentBundle<FluentResource>,
}

impl Catalog {
    fn load(lang: Lang) -> Catalog {
        let id: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate variables are for mixed scripts; here they would only stand in copied amounts.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(resource, _)| resource);
        let messages: Vec<(String, Option<Vec<Piece>>)> = resource
            .entries()
            .filter_map(|entry| match entry {
                Entry::Message(message) => Some((message.id.name.to_owned(), message.value.as_ref().and_then(cut))),
                _ => None,
            })
            .collect();
        bundle.add_resource_overriding(resource);
        let mut catalog = Catalog { plain: HashMap::new(), cut: HashMap::new(), bundle };
        for (key, pieces) in messages {
            if let Some(text) = catalog.format_strict(&key) {
                catalog.plain.insert(key, text);
            } else if let Some(pieces) = pieces {
                catalog.cut.insert(key, pieces);
            }
        }
        catalog
    }

    /// The text of a message that needs no variables; `None` for one that does.
    fn format_strict(&self, key: &str) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, None, &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return format!("[{key}]");
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

fn catalog(lang: Lang) -> &'static Catalog {
    static EN: OnceLock<Catalog> = OnceLock::new();
    static ES: OnceLock<Catalog> = OnceLock::new();
    match lang {
        Lang::En => EN.get_or_init(|| Catalog::load(lang)),
        Lang::Es => ES.get_or_init(|| Catalog::load(lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_preference_is_weighed() {
        for (header, expected) in [
            ("es", Some(Lang::Es)),
            ("es-MX,es;q=0.9,en;q=0.8", Some(Lang::Es)),
            ("fr-CH, fr;q=0.9, en;q=0.8, es;q=0.7", Some(Lang::En)),
            ("de, es;q=0.2", Some(Lang::Es)),
            ("en;q=0, es;q=0.1", Some(Lang::Es)),
            ("fr", None),
            ("", None),
            ("es;q=abc", None),
        ] {
            assert_eq!(Lang::preferred(header), expected, "{header}");
        }
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let at = DateTime::from_timestamp(1_795_392_300, 0).unwrap();
        let zone = chrono_tz::America::Los_Angeles;
        assert_eq!(Lang::En.date_time(at, zone), "November 22, 2026, 4:05 PM PST");
        assert_eq!(Lang::Es.date_time(at, zone), "22 de noviembre de 2026, 4:05 p.\u{a0}m. PST");
    }

    #[test]
    fn cut_messages_read_as_fluent_formats_them() {
        for lang in Lang::ALL {
            let catalog = catalog(lang);
            assert!(catalog.cut.contains_key("date-time"), "{lang:?}");
            for (key, pieces) in &catalog.cut {
                let names = pieces.iter().filter_map(|piece| match piece {
                    Piece::Variable(name) => Some(name.as_str()),
                    Piece::Text(_) => None,
                });
                let values: Vec<(&str, String)> = names.map(|name| (name, format!("<{name}> & 5"))).collect();
                let mut args = FluentArgs::new();
                for (name, value) in &values {
                    args.set(*name, FluentValue::from(value.clone()));
                }
                let shown: Vec<(&str, &dyn Display)> = values.iter().map(|(n, v)| (*n, v as &dyn Display)).collect();
                assert_eq!(lang.with(key, &shown), catalog.format(key, Some(&args)), "{lang:?} {key}");
            }
        }
    }
}
