//! Reads durations and sizes from TOML values.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use toml::Value;

use crate::units::{InvalidSize, Size, duration};

/// Reads a size; `None` if the value is neither a string nor an integer.
pub(super) fn size(value: &Value) -> Option<Result<Size, String>> {
    match value {
        Value::Integer(number) => Some(match u64::try_from(*number) {
            Ok(bytes) => Ok(Size(bytes)),
            Err(_) => Err(format!("invalid number {number}: expected 0 or more")),
        }),
        Value::String(text) => Some(text.parse().map_err(|error: InvalidSize| error.to_string())),
        _ => None,
    }
}

/// A duration in a raw scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time(pub(super) Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        duration(&text).map(Self).map_err(de::Error::custom)
    }
}
