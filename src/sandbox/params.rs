//! Strict reading of form bodies and queries: every parameter must be one Stripe knows, of the right kind.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::answer::Refusal;

/// What Stripe's API description allows, one tree of names for each operation ("POST /v1/refunds").
static OPERATIONS: LazyLock<BTreeMap<String, Node>> = LazyLock::new(|| read_table(include_str!("parameters.txt")));

/// Metadata has at most this many keys.
const METADATA_KEYS: usize = 50;
const METADATA_KEY_CHARS: usize = 40;
const METADATA_VALUE_CHARS: usize = 500;

/// What one name in the table allows.
#[derive(Debug, Default)]
struct Node {
    kinds: Vec<Kind>,
    required: bool,
    children: BTreeMap<String, Node>,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Text,
    Integer,
    Boolean,
    Number,
    OneOf(Vec<String>),
    Object,
    List,
}

/// The parameters of one request, in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// Name as path segments, and value.
    pairs: Vec<(Vec<String>, String)>,
}

impl Form {
    /// Reads decoded pairs such as `("line_items[0][quantity]", "1")`.
    pub(super) fn new(pairs: &[(String, String)]) -> Self {
        Self { pairs: pairs.iter().map(|(name, value)| (segments(name), value.clone())).collect() }
    }

    /// Checks every parameter against the operation's table.
    ///
    /// # Errors
    /// A 400 in Stripe's words for the first parameter that is unknown, missing or of the wrong kind.
    pub(super) fn check(&self, operation: &str) -> Result<(), Refusal> {
        let Some(root) = OPERATIONS.get(operation) else {
            return Err(Refusal::invalid(format!("Unrecognized operation {operation}.")));
        };
        for (path, value) in &self.pairs {
            check_pair(root, path, value)?;
        }
        let paths: Vec<&[String]> = self.pairs.iter().map(|(path, _)| path.as_slice()).collect();
        check_required(root, &paths, "")?;
        self.check_metadata()
    }

    fn check_metadata(&self) -> Result<(), Refusal> {
        let metadata = |path: &[String]| path.len() > 1 && path.iter().rev().nth(1).is_some_and(|s| s == "metadata");
        if self.pairs.iter().filter(|(path, _)| metadata(path)).count() > METADATA_KEYS {
            return Err(Refusal::invalid("You can have at most 50 metadata keys.").param("metadata"));
        }
        for (path, value) in self.pairs.iter().filter(|(path, _)| metadata(path)) {
            let key = path.last().map(String::as_str).unwrap_or_default();
            if key.chars().count() > METADATA_KEY_CHARS {
                return Err(Refusal::invalid("Metadata keys can have up to 40 characters.").param(&name_of(path)));
            }
            if value.chars().count() > METADATA_VALUE_CHARS {
                return Err(Refusal::invalid("Metadata values can have up to 500 characters.").param(&name_of(path)));
            }
        }
        Ok(())
    }

    /// The last value given for `name`, such as `payment_intent_data[description]`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let path = segments(name);
        self.pairs.iter().rev().find(|(own, _)| *own == path).map(|(_, value)| value.as_str())
    }

    /// The integer given for `name`; the check has made sure that it is one.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The boolean given for `name`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value == "true")
    }

    /// Whether `name` or anything below it was given.
    pub(super) fn has(&self, name: &str) -> bool {
        let path = segments(name);
        self.pairs.iter().any(|(own, _)| own.starts_with(&path))
    }

    /// The values of a list of plain values, such as `expand[]`.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let path = segments(name);
        let direct = |own: &[String]| own.len() == path.len() + 1 && own.starts_with(&path);
        self.pairs.iter().filter(|(own, _)| direct(own)).map(|(_, value)| value.as_str()).collect()
    }

    /// The items of a list of objects, such as `line_items`, in the order of their indexes.
    pub(super) fn items(&self, name: &str) -> Vec<Form> {
        let path = segments(name);
        let mut items: BTreeMap<u64, Form> = BTreeMap::new();
        for (own, value) in &self.pairs {
            let below = own.strip_prefix(path.as_slice()).and_then(<[String]>::split_first);
            if let Some((index, rest)) = below {
                let item = items.entry(index.parse().unwrap_or(0)).or_default();
                item.pairs.push((rest.to_vec(), value.clone()));
            }
        }
        items.into_values().collect()
    }

    /// The keys and values below `name`, such as `metadata`.
    pub(super) fn map(&self, name: &str) -> Map<String, Value> {
        let path = segments(name);
        let below = |own: &[String]| own.strip_prefix(path.as_slice()).and_then(|rest| rest.first().cloned());
        self.pairs.iter().filter_map(|(own, value)| below(own).map(|key| (key, value.clone().into()))).collect()
    }

    /// The same text for the same parameters in whatever order, to compare two requests.
    pub(super) fn fingerprint(&self) -> String {
        let mut lines: Vec<String> =
            self.pairs.iter().map(|(path, value)| format!("{}={value}", name_of(path))).collect();
        lines.sort();
        lines.join("\n")
    }
}

fn check_pair(root: &Node, path: &[String], value: &str) -> Result<(), Refusal> {
    let mut node = root;
    for segment in path {
        let is_index = segment.is_empty() || segment.bytes().all(|b| b.is_ascii_digit());
        let next = node
            .children
            .get(segment)
            .or_else(|| if is_index { node.children.get("#") } else { None })
            .or_else(|| node.children.get("*"));
        let Some(next) = next else {
            let name = name_of(path);
            let message = format!("Received unknown parameter: {name}");
            return Err(Refusal::invalid(message).code("parameter_unknown").param(&name));
        };
        node = next;
    }
    check_value(node, path, value)
}

fn check_value(node: &Node, path: &[String], value: &str) -> Result<(), Refusal> {
    if node.kinds.iter().any(|kind| kind.takes(value)) {
        return Ok(());
    }
    let name = name_of(path);
    if node.kinds.contains(&Kind::Text) || (value.is_empty() && !node.kinds.contains(&Kind::Object)) {
        let parent_takes_anything = path.len() > 1 && path.iter().rev().nth(1).is_some_and(|s| s == "metadata");
        if parent_takes_anything {
            return Ok(());
        }
        let message = format!(
            "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however \
             '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty value."
        );
        return Err(Refusal::invalid(message).code("parameter_invalid_empty").param(&name));
    }
    Err(match node.kinds.first() {
        Some(Kind::Integer) => {
            Refusal::invalid(format!("Invalid integer: {value}")).code("parameter_invalid_integer").param(&name)
        }
        Some(Kind::Boolean) => Refusal::invalid(format!("Invalid boolean: {value}")).param(&name),
        Some(Kind::Number) => Refusal::invalid(format!("Invalid decimal: {value}")).param(&name),
        Some(Kind::OneOf(choices)) => {
            let last = path.last().map(String::as_str).unwrap_or_default();
            Refusal::invalid(format!("Invalid {last}: must be one of {}", choices.join(", "))).param(&name)
        }
        Some(Kind::List) => Refusal::invalid("Invalid array").param(&name),
        _ => Refusal::invalid("Invalid object").param(&name),
    })
}

impl Kind {
    fn takes(&self, value: &str) -> bool {
        match self {
            Kind::Text => !value.is_empty(),
            Kind::Integer => value.parse::<i64>().is_ok(),
            Kind::Boolean => matches!(value, "true" | "false"),
            Kind::Number => value.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::OneOf(choices) => choices.iter().any(|choice| choice == value),
            Kind::Object | Kind::List => false,
        }
    }
}

/// Looks for required names below every object that was given; `prefix` is the object's own name.
fn check_required(node: &Node, paths: &[&[String]], prefix: &str) -> Result<(), Refusal> {
    let mut given: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for (first, rest) in paths.iter().filter_map(|path| path.split_first()) {
        given.entry(first.as_str()).or_default().push(rest);
    }
    let inside = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") };
    for name in node.children.iter().filter(|(_, child)| child.required).map(|(name, _)| name) {
        if !given.contains_key(name.as_str()) {
            let name = inside(name);
            let message = format!("Missing required param: {name}.");
            return Err(Refusal::invalid(message).code("parameter_missing").param(&name));
        }
    }
    for (name, below) in given {
        let child = node.children.get(name).or_else(|| node.children.get("#"));
        if let Some(child) = child.filter(|_| below.iter().any(|path| !path.is_empty())) {
            check_required(child, &below, &inside(name))?;
        }
    }
    Ok(())
}

/// `a[b][0]` as `["a", "b", "0"]`.
fn segments(name: &str) -> Vec<String> {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let mut path = vec![first.to_owned()];
    if !rest.is_empty() {
        path.extend(rest.trim_end_matches(']').split("][").map(str::to_owned));
    }
    path
}

/// `["a", "b", "0"]` as `a[b][0]`.
fn name_of(path: &[String]) -> String {
    let mut parts = path.iter();
    let first = parts.next().cloned().unwrap_or_default();
    parts.fold(first, |name, part| format!("{name}[{part}]"))
}

/// Reads the table: an operation stands at the margin, its parameters below it, each level one space deeper.
fn read_table(table: &str) -> BTreeMap<String, Node> {
    let mut operations = BTreeMap::new();
    let mut lines = table.lines().filter(|line| !line.starts_with('#')).peekable();
    while let Some(line) = lines.next() {
        let mut root = Node::default();
        read_children(&mut root, 1, &mut lines);
        operations.insert(line.to_owned(), root);
    }
    operations
}

fn read_children<'a>(parent: &mut Node, depth: usize, lines: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) {
    while let Some(line) = lines.next_if(|line| depth_of(line) == depth) {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let mut node = Node::default();
        for word in words {
            match word {
                "!" => node.required = true,
                "s" => node.kinds.push(Kind::Text),
                "i" => node.kinds.push(Kind::Integer),
                "b" => node.kinds.push(Kind::Boolean),
                "n" => node.kinds.push(Kind::Number),
                "{}" => node.kinds.push(Kind::Object),
                "[]" => node.kinds.push(Kind::List),
                _ => node.kinds.push(Kind::OneOf(word.trim_start_matches('=').split('|').map(str::to_owned).collect())),
            }
        }
        read_children(&mut node, depth + 1, lines);
        parent.children.insert(name, node);
    }
}

fn depth_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(operation: &str, pairs: &[(&str, &str)]) -> Option<String> {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let error = Form::new(&pairs).check(operation).err()?.error();
        Some(format!("{} {}", error["code"].as_str().unwrap_or("-"), error["param"].as_str().unwrap_or("-")))
    }

    #[test]
    fn every_operation_of_the_table_is_read() {
        assert!(OPERATIONS.len() > 30);
        assert!(OPERATIONS["POST /v1/checkout/sessions"].children.contains_key("line_items"));
        assert!(OPERATIONS["POST /v1/checkout/sessions/{session}/expire"].children.contains_key("expand"));
    }

    #[test]
    fn a_wrong_parameter_is_named_as_stripe_names_it() {
        let refunds = "POST /v1/refunds";
        assert_eq!(refusal(refunds, &[("charge", "ch_1"), ("metadata[a]", "b"), ("metadata[c]", "")]), None);
        assert_eq!(refusal(refunds, &[("chargee", "x")]).unwrap(), "parameter_unknown chargee");
        assert_eq!(refusal(refunds, &[("amount", "1.5")]).unwrap(), "parameter_invalid_integer amount");
        assert_eq!(refusal(refunds, &[("amount", "")]).unwrap(), "parameter_invalid_empty amount");
        assert_eq!(refusal(refunds, &[("reason", "boredom")]).unwrap(), "- reason");
        let sessions = "POST /v1/checkout/sessions";
        let missing = refusal(sessions, &[("line_items[0][price_data][unit_amount]", "100")]).unwrap();
        assert_eq!(missing, "parameter_missing line_items[0][price_data][currency]");
    }

    #[test]
    fn items_keep_their_order_and_fingerprints_do_not_depend_on_it() {
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
        };
        let one = Form::new(&pairs(&[("l[1][q]", "2"), ("l[0][q]", "1"), ("e[]", "x")]));
        let other = Form::new(&pairs(&[("e[]", "x"), ("l[0][q]", "1"), ("l[1][q]", "2")]));
        let quantities: Vec<_> = one.items("l").iter().map(|item| item.int("q").unwrap()).collect();
        assert_eq!(quantities, [1, 2]);
        assert_eq!(one.list("e"), ["x"]);
        assert_eq!(one.fingerprint(), other.fingerprint());
    }
}
