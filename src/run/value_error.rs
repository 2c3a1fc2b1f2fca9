//! Checks a JSON value against its schema, with errors for the user of a file that
//! is damaged or was made by another program.
//!
//! It supports only what [`super::schema`] uses of JSON Schema, which a test holds;
//! the peer tests compare it with another implementation.

use serde_json::Value;

use crate::text::printable;

/// Maximum length of a value in an error, in characters.
const SHOWN: usize = 60;

/// What is done with keys that the schema does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnknownKeys {
    /// Ignored: newer versions may write them.
    Allowed,
    /// Refused, as the schema demands of what this version writes.
    Refused,
}

/// The first place where `value` does not fit, and what is expected there.
pub(super) fn value_error(schema: &Value, value: &Value, unknown: UnknownKeys) -> Option<String> {
    check(schema, value, "", unknown).err()
}

fn check(schema: &Value, value: &Value, path: &str, unknown: UnknownKeys) -> Result<(), String> {
    if let Some(expected) = schema.get("const").filter(|expected| *expected != value) {
        return Err(wrong(path, value, &format!("expected {expected}")));
    }
    if let Some(words) = words(schema).filter(|words| !words.contains(&value)) {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        let expected = format!("expected one of {}", words.join(", "));
        return Err(wrong(path, value, &expected));
    }
    let kinds = kinds(schema);
    let of_kind = kinds.is_empty() || kinds.iter().any(|kind| is(kind, value));
    if !of_kind || !in_range(schema, value) {
        let names = kinds.iter().map(|kind| match *kind {
            "integer" | "number" => name(kind).to_owned() + &range(schema),
            kind => name(kind).to_owned(),
        });
        let expected = format!("expected {}", names.collect::<Vec<_>>().join(" or "));
        return Err(wrong(path, value, &expected));
    }
    let required = schema.get("required").and_then(Value::as_array);
    for key in required.into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(key).is_none() {
            return Err(format!("`{}` is missing", inside(path, key)));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (key, schema) in properties.into_iter().flatten() {
        if let Some(value) = value.get(key) {
            check(schema, value, &inside(path, key), unknown)?;
        }
    }
    if let (Some(known), Some(values)) = (properties, value.as_object())
        && unknown == UnknownKeys::Refused
        && let Some(key) = values.keys().find(|key| !known.contains_key(*key))
    {
        return Err(format!("`{}` is unknown", printable(&inside(path, key))));
    }
    if let (Some(schema), Some(values)) = (schema.get("items"), value.as_array()) {
        for (at, value) in values.iter().enumerate() {
            check(schema, value, &format!("{path}[{at}]"), unknown)?;
        }
    }
    Ok(())
}

/// The only values that fit, if the schema lists them: as `enum`, or each with its
/// description.
fn words(schema: &Value) -> Option<Vec<&Value>> {
    if let Some(words) = schema.get("enum") {
        return Some(words.as_array()?.iter().collect());
    }
    let described = schema.get("oneOf")?.as_array()?.iter();
    described.map(|word| word.get("const")).collect()
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        _ => value.is_null(),
    }
}

fn name(kind: &str) -> &'static str {
    match kind {
        "object" => "an object",
        "array" => "a list",
        "string" => "text in quotes",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "null",
    }
}

fn bound(schema: &Value, name: &str) -> Option<f64> {
    schema.get(name).and_then(Value::as_f64)
}

fn in_range(schema: &Value, value: &Value) -> bool {
    let Some(value) = value.as_f64() else {
        return true;
    };
    bound(schema, "minimum").is_none_or(|min| value >= min)
        && bound(schema, "maximum").is_none_or(|max| value <= max)
}

fn range(schema: &Value) -> String {
    match (bound(schema, "minimum"), bound(schema, "maximum")) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of at least {min}"),
        (None, _) => String::new(),
    }
}

fn inside(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

fn wrong(path: &str, value: &Value, expected: &str) -> String {
    let shown = match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        value => shown(value),
    };
    match path {
        "" => format!("the file holds {shown}: {expected}"),
        path => format!("`{path}` is {shown}: {expected}"),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push_str("...");
    }
    printable(&start)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Of a schema and those within it.
    fn keywords(schema: &Value, found: &mut Vec<String>) {
        let Some(map) = schema.as_object() else {
            return;
        };
        for (key, value) in map {
            found.push(key.clone());
            match (key.as_str(), value) {
                ("properties", Value::Object(inner)) => {
                    inner.values().for_each(|each| keywords(each, found));
                }
                ("oneOf", Value::Array(inner)) => {
                    inner.iter().for_each(|each| keywords(each, found));
                }
                ("items", inner) => keywords(inner, found),
                _ => {}
            }
        }
    }

    /// `oneOf` only as a list of words; `additionalProperties` is always false.
    #[test]
    fn every_keyword_of_the_schema_is_supported() {
        let mut found = Vec::new();
        keywords(&super::super::schema(), &mut found);
        found.sort();
        found.dedup();
        let checked = [
            "additionalProperties",
            "const",
            "enum",
            "items",
            "maximum",
            "minimum",
            "oneOf",
            "properties",
            "required",
            "type",
        ];
        let remarks = ["$schema", "default", "description", "title"];
        found.retain(|key| !remarks.contains(&key.as_str()));
        assert_eq!(found, checked);
    }

    #[test]
    fn every_keyword_refuses_what_it_should() {
        for (schema, fits, refused) in [
            (json!({ "const": 1 }), json!(1), json!(2)),
            (json!({ "enum": ["a", "b"] }), json!("b"), json!("c")),
            (
                json!({ "oneOf": [{ "const": "a" }] }),
                json!("a"),
                json!("b"),
            ),
            (json!({ "minimum": 0 }), json!(0), json!(-1)),
            (json!({ "maximum": 1 }), json!(1), json!(1.5)),
            (
                json!({ "required": ["a"] }),
                json!({ "a": 1 }),
                json!({ "b": 1 }),
            ),
            (json!({ "type": "integer" }), json!(1), json!(1.5)),
            (json!({ "type": "number" }), json!(1.5), json!("1")),
            (json!({ "type": "string" }), json!("1"), json!(1)),
            (json!({ "type": "boolean" }), json!(true), json!(0)),
            (json!({ "type": "object" }), json!({}), json!([])),
            (json!({ "type": "array" }), json!([]), json!({})),
            (json!({ "type": ["null", "string"] }), json!(null), json!(0)),
            (
                json!({ "items": { "type": "null" } }),
                json!([null]),
                json!([0]),
            ),
            (
                json!({ "properties": { "a": { "type": "null" } } }),
                json!({ "b": 0 }),
                json!({ "a": 0 }),
            ),
        ] {
            let found = |value| value_error(&schema, value, UnknownKeys::Allowed);
            assert_eq!(found(&fits), None, "{schema}");
            assert!(found(&refused).is_some(), "{schema}");
        }
    }

    #[test]
    fn a_key_too_many_is_refused_only_on_demand() {
        let object = json!({
            "type": "object",
            "properties": { "a": { "type": "integer", "minimum": 0 } },
            "additionalProperties": false,
        });
        let schema = json!({ "type": "array", "items": object });
        let value = json!([{ "a": 1 }, { "a": 1, "b": 2 }]);
        assert_eq!(value_error(&schema, &value, UnknownKeys::Allowed), None);
        assert_eq!(
            value_error(&schema, &value, UnknownKeys::Refused).as_deref(),
            Some("`[1].b` is unknown")
        );
    }
}
