//! The structure of JSON, without its values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The types of the values at each path, for several documents together.
#[derive(Default)]
pub(super) struct Shape(BTreeMap<String, BTreeSet<&'static str>>);

impl Shape {
    pub(super) fn add(&mut self, json: &Value) {
        self.put(json, String::new());
    }

    /// Reduces a path and everything below it to its presence: its type is not
    /// the same on every machine.
    pub(super) fn blur(&mut self, path: &str, word: &'static str) {
        let below = |other: &String| {
            let rest = other.strip_prefix(path);
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        self.0.retain(|other, _| !below(other));
        let types = self.0.get_mut(path);
        *types.unwrap_or_else(|| panic!("nothing at {path}")) = [word].into();
    }

    /// A line for each path, sorted.
    pub(super) fn lines(&self) -> String {
        let lines = self.0.iter().map(|(path, types)| {
            let types: Vec<_> = types.iter().copied().collect();
            format!("{path} {}\n", types.join("|"))
        });
        lines.collect()
    }

    fn put(&mut self, json: &Value, path: String) {
        let kind = match json {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(list) => {
                for each in list {
                    self.put(each, format!("{path}[]"));
                }
                "array"
            }
            Value::Object(map) => {
                for (key, value) in map {
                    self.put(value, format!("{path}.{key}"));
                }
                "object"
            }
        };
        self.0.entry(path).or_default().insert(kind);
    }
}
