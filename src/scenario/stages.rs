//! Reads `load.stages`: TOML to the fields of each stage. Which forms a stage may have
//! is in `schedule::forms`; what stages mean together is checked in `resolve`.

use serde::{Deserialize, Deserializer, de};
use toml::{Table, Value};

use super::kind::ValueError;
use crate::schedule::Stage;
use crate::schedule::forms::{self, FieldValue, Fields};

/// `load.stages`.
#[derive(Clone, Debug)]
pub(super) struct Stages(pub(super) Vec<Stage>);

impl<'de> Deserialize<'de> for Stages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<Value>::deserialize(deserializer)?;
        read(&list).map(Self).map_err(|misfit| match misfit {
            ValueError::Value(why) => de::Error::custom(why),
            ValueError::Type => de::Error::custom(forms::expected()),
        })
    }
}

/// Reads a list of stages.
pub(super) fn read(list: &[Value]) -> Result<Vec<Stage>, ValueError> {
    let numbered = (1..).zip(list);
    numbered
        .map(|(number, value)| {
            let table = value.as_table().ok_or(ValueError::Type)?;
            let stage = forms::read(&fields(table));
            stage.map_err(|why| ValueError::Value(format!("stage {number}: {why}")))
        })
        .collect()
}

fn fields(table: &Table) -> Fields {
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
