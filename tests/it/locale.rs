//! Both languages say everything, and no template says anything by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use quittance::locale::Lang;

/// Every message with the variables it uses.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let resource =
        fluent_syntax::parser::parse(lang.source()).unwrap_or_else(|(_, errors)| panic!("{lang:?}: {errors:?}"));
    let mut all = BTreeMap::new();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let mut variables = BTreeSet::new();
                collect(message.value.as_ref().unwrap(), &mut variables);
                assert!(
                    all.insert(message.id.name.to_owned(), variables).is_none(),
                    "{} stands twice",
                    message.id.name
                );
            }
            Entry::Junk { content } => panic!("{lang:?}: {content}"),
            _ => {}
        }
    }
    all
}

fn collect(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let selector = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                variants.iter().for_each(|variant| collect(&variant.value, variables));
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = selector {
            variables.insert(id.name.to_owned());
        }
    }
}

#[test]
fn every_message_stands_in_every_language_with_the_same_variables() {
    let (english, spanish) = (messages(Lang::En), messages(Lang::Es));
    assert_eq!(english.keys().collect::<Vec<_>>(), spanish.keys().collect::<Vec<_>>());
    for (key, variables) in &english {
        assert_eq!(variables, &spanish[key], "{key}");
    }
    // Names of products, units, and words that are the same in both.
    let same = [
        "method-",
        "history-call-length",
        "history-call-minutes",
        "history-call-seconds",
        "time-",
        "date-time",
        "form-error-prefix",
        "dashboard-axis-month",
        "case-file-",
    ];
    let alike: Vec<&String> = english
        .keys()
        .filter(|key| Lang::En.t(key) == Lang::Es.t(key) && !same.iter().any(|prefix| key.starts_with(prefix)))
        .collect();
    assert!(alike.is_empty(), "not translated: {alike:?}");
}

fn files(dir: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(path.to_str().unwrap(), ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The practice checkout is Stripe's page, not ours; it keeps its own words.
fn is_ours(path: &Path) -> bool {
    !path.starts_with("templates/sandbox") && !path.starts_with("src/sandbox")
}

/// The keys that code and templates name: whole ones, and beginnings of those that are put together.
fn used() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut whole, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
    for path in files("templates", ".html").into_iter().chain(files("src", ".rs")).filter(|p| is_ours(p)) {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in [".t(\"", ".t1(\"", ".t2(\"", ".count(\"", ".with(\""] {
            whole.extend(text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
        beginnings.extend(text.split(".tx(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        if path.ends_with("locale.rs") {
            whole.extend((1..=12).map(|m| format!("month-{m}")));
            whole.extend(["time-am", "time-pm", "date-time"].map(str::to_owned));
        }
    }
    (whole, beginnings)
}

#[test]
fn every_key_in_use_exists_and_every_key_is_in_use() {
    let (whole, beginnings) = used();
    let known = messages(Lang::En);
    let missing: Vec<_> = whole.iter().filter(|key| !known.contains_key(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unused: Vec<_> = known
        .keys()
        .filter(|key| !whole.contains(*key) && !beginnings.iter().any(|b| key.starts_with(b.as_str())))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn keys_that_are_put_together_exist_for_every_value() {
    use quittance::domain::debt::DebtStatus;
    use quittance::domain::payment::PaymentState;
    use quittance::domain::returns::{ChargebackState, RefundState};
    use quittance::domain::statement::LineKind;
    let known = messages(Lang::En);
    let mut keys: Vec<String> = Vec::new();
    for status in DebtStatus::ALL {
        keys.extend([format!("debt-status-{}", status.as_str()), format!("debt-status-text-{}", status.as_str())]);
    }
    keys.extend(PaymentState::ALL.map(|state| format!("history-payment-{}", state.name())));
    for state in RefundState::ALL.into_iter().filter(|state| *state != RefundState::Refused) {
        keys.extend(["title", "text"].map(|part| format!("refund-{part}-{}", state.name())));
    }
    for state in ChargebackState::ALL {
        keys.extend(["title", "text"].map(|part| format!("chargeback-{part}-{}", state.as_str())));
    }
    keys.extend(LineKind::ALL.map(|kind| format!("statement-line-{}", kind.name())));
    keys.push("receipt-heading-paid".to_owned());
    for story in ["part", "refunded", "charged-back"] {
        keys.extend(["heading", "lead"].map(|part| format!("receipt-{part}-{story}")));
    }
    for story in [
        "processing",
        "open",
        "declined",
        "bank-declined",
        "canceled",
        "replaced",
        "expired",
        "not-started",
        "lost",
        "unknown",
    ] {
        keys.extend(["title", "lead", "money"].map(|part| format!("payment-{part}-{story}")));
    }
    keys.extend(["answered", "voicemail", "busy", "no_answer", "failed"].map(|o| format!("history-call-{o}")));
    keys.extend(["all", "emails", "calls", "sms", "letters", "payments"].map(|t| format!("history-tab-{t}")));
    let missing: Vec<_> = keys.iter().filter(|key| !known.contains_key(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn templates_hold_no_literal_text() {
    for path in files("templates", ".html").into_iter().filter(|p| is_ours(p)) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(literals(&text), Vec::<String>::new(), "{} says what belongs in locales/", path.display());
    }
}

/// Words between tags, and in attributes that are read aloud, once everything of the template language is gone.
fn literals(template: &str) -> Vec<String> {
    // A block that fills an attribute of the layout holds a class, not a sentence.
    let mut text = template.replace("{% block page_class %}page-narrow{% endblock %}", "");
    text = text.replace("{% block page_class %}page-wide{% endblock %}", "");
    for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
        while let Some(start) = text.find(open) {
            let end = text[start..].find(close).map_or(text.len(), |end| start + end + 2);
            text.replace_range(start..end, "");
        }
    }
    let mut found = Vec::new();
    for attribute in ["alt=\"", "title=\"", "aria-label=\"", "placeholder=\""] {
        found.extend(text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    let mut outside = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                outside.push('\n');
            }
            _ if !in_tag => outside.push(c),
            _ => {}
        }
    }
    found.extend(outside.lines().map(str::to_owned));
    found.retain(|text| text.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    found
}

#[test]
fn the_search_for_literals_finds_them() {
    assert_eq!(literals("<p>{{ x }} Pay {% if a %}now{% endif %}</p>"), [" Pay now"]);
    assert_eq!(literals("<img alt=\"Logo\">{# note #}"), ["Logo"]);
    assert!(literals("<p>{{ t }} · $ %</p>").is_empty());
}
