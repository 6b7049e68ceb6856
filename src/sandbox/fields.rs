//! Reading and setting the fields of a JSON object without a panic and without ceremony.

use serde_json::{Map, Value};

/// Field access on the JSON objects the look-alike keeps; what is missing or of another type reads as empty.
pub(super) trait Fields {
    /// The string in `key`, or "".
    fn text(&self, key: &str) -> &str;
    /// The integer in `key`, or 0.
    fn int(&self, key: &str) -> i64;
    /// Whether `key` is `true`.
    fn flag(&self, key: &str) -> bool;
    /// Whether `key` is absent or null.
    fn lacks(&self, key: &str) -> bool;
    /// Sets `key`; does nothing on a value that is no object.
    fn put(&mut self, key: &str, value: impl Into<Value>);
    /// Sets every field of `fields`.
    fn put_all(&mut self, fields: Value);
}

impl Fields for Value {
    fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn int(&self, key: &str) -> i64 {
        self.get(key).and_then(Value::as_i64).unwrap_or_default()
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    fn lacks(&self, key: &str) -> bool {
        self.get(key).is_none_or(Value::is_null)
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        if let Value::Object(fields) = self {
            fields.insert(key.to_owned(), value.into());
        }
    }

    fn put_all(&mut self, fields: Value) {
        if let (Value::Object(own), Value::Object(new)) = (self, fields) {
            own.extend(new);
        }
    }
}

/// Lays the metadata `changes` over `own` by Stripe's rule: an empty value removes its key.
pub(super) fn merge_metadata(own: &mut Value, changes: Map<String, Value>) {
    if !own.is_object() {
        *own = Value::Object(Map::new());
    }
    if let Value::Object(kept) = own {
        for (key, value) in changes {
            if value.as_str() == Some("") {
                kept.remove(&key);
            } else {
                kept.insert(key, value);
            }
        }
    }
}

/// A string as JSON, or null where there is none.
pub(super) fn or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}
