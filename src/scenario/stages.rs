//! Reads `load.stages`: TOML to the fields of each stage. Which forms a stage may have
//! is in `schedule::forms`; what stages mean together is checked in `resolve`.

use toml::{Table, Value};

use super::keys::{KeyValue, Kind, ValueError};
use crate::schedule::Stage;
use crate::schedule::forms::{self, FieldValue, Fields};

impl KeyValue for Vec<Stage> {
    const KIND: Kind = Kind::Stages;

    fn read(value: &Value) -> Result<Self, ValueError> {
        read(value.as_array().ok_or(ValueError::Type)?)
    }
}

/// Reads a list of stages.
fn read(list: &[Value]) -> Result<Vec<Stage>, ValueError> {
    let numbered = (1..).zip(list);
    numbered
        .map(|(number, value)| {
            let table = value.as_table().ok_or(ValueError::Type)?;
            let stage = forms::read(&fields(table));
            stage.map_err(|why| ValueError::Value(format!("stage {number}: {why}")))
        })
        .collect()
}

/// The keys and values of a stage.
pub(crate) fn fields(table: &Table) -> Fields {
    let fields = table.iter().map(|(key, value)| {
        let value = match value {
            Value::String(text) => FieldValue::Text(text.clone()),
            Value::Integer(number) => FieldValue::Integer(*number),
            other => FieldValue::Other(other.to_string()),
        };
        (key.clone(), value)
    });
    fields.collect()
}
