//! Weights: how often one of several alternatives is drawn, relative to the others.

use toml::{Table, Value};

use crate::message::is_weight;

/// Reads the weight in `table`.
pub(super) fn of(table: &Table) -> Result<f64, String> {
    let Some(value) = table.get("weight") else {
        return Err("`weight` is missing: expected a number above 0".to_owned());
    };
    let number = match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    number
        .filter(|number| is_weight(*number))
        .ok_or_else(|| format!("weight: invalid value {value}: expected a number above 0"))
}
