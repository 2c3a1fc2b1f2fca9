//! The JSON Schema of `run.json`.
//!
//! It is published as `results/run.schema.json`, and that file is what the program
//! checks a record with. A test generates it from [`super::Record`] and its parts,
//! with their doc comments as descriptions, so that the program itself ships no
//! generator; another test validates real output with it.

use serde_json::Value;

use super::value_error::{UnknownKeys, value_error};

const PUBLISHED: &str = include_str!("../../results/run.schema.json");

/// The JSON Schema (2020-12) of `run.json`.
pub(crate) fn schema() -> Value {
    serde_json::from_str(PUBLISHED).expect("a test compares it with what it generates")
}

/// Where a record does not fit the schema, keys that are not in it included; for the
/// tests of what the program writes.
pub fn schema_error(record: &Value) -> Option<String> {
    value_error(&schema(), record, UnknownKeys::Refused)
}

/// The schema that the types have.
#[cfg(test)]
pub(super) fn generated() -> Value {
    use schemars::generate::SchemaSettings;
    use schemars::transform::RecursiveTransform;

    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(exact));
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<super::Record>();
    schema.insert("title".to_owned(), "run.json of sesbench".into());
    schema.to_value()
}

/// Allows the known properties only, and requires each of them, except those with a
/// default: older versions did not write them. Removes formats such as `uint64`,
/// which JSON Schema does not define, and the line breaks of doc comments.
#[cfg(test)]
fn exact(schema: &mut schemars::Schema) {
    schema.remove("format");
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let required = properties.iter();
    let required = required.filter(|(_, property)| property.get("default").is_none());
    let required: Vec<_> = required.map(|(name, _)| name.as_str().into()).collect();
    schema.insert("required".to_owned(), Value::Array(required));
    schema.insert("additionalProperties".to_owned(), false.into());
}
