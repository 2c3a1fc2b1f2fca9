//! The keys of a stage and their values. The types are its own: nothing in this
//! folder depends on TOML.
//!
//! A form reads its own keys here; which keys belong to a form is checked before.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::expected;
use crate::schedule::Level;
use crate::units::duration;

/// The keys of a stage, each with its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, FieldValue>);

/// The value of a key.
#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Anything else, as it is written; no form accepts it.
    Other(String),
}

impl FromIterator<(String, FieldValue)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, FieldValue)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl Fields {
    /// The keys, in alphabetical order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A rate, or `0/s`.
    pub(super) fn rate(&self, key: &str) -> Result<Level, String> {
        let read = self.text(key)?.parse();
        read.map_err(|error| format!("{key}: {error}"))
    }

    pub(super) fn duration(&self, key: &str) -> Result<Duration, String> {
        // As everywhere, 0 needs no unit and no quotes.
        if let FieldValue::Integer(0) = self.value(key)? {
            return Ok(Duration::ZERO);
        }
        duration::parse(self.text(key)?).map_err(|error| format!("{key}: {error}"))
    }

    pub(super) fn duration_above_zero(&self, key: &str) -> Result<Duration, String> {
        let time = self.duration(key)?;
        match time.is_zero() {
            true => Err(format!("{key}: must be above zero")),
            false => Ok(time),
        }
    }

    /// A whole number in `range`.
    pub(super) fn number(&self, key: &str, range: RangeInclusive<u32>) -> Result<u32, String> {
        let value = self.value(key)?;
        let number = match value {
            FieldValue::Integer(number) => u32::try_from(*number).ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (min, max) = (range.start(), range.end());
            format!("{key}: invalid number {value}: expected a whole number from {min} to {max}")
        })
    }

    fn text(&self, key: &str) -> Result<&str, String> {
        match self.value(key)? {
            FieldValue::Text(text) => Ok(text),
            other => Err(format!(
                "{key}: invalid value {other}: expected a text in quotes"
            )),
        }
    }

    /// The value, or an error if the key is missing.
    pub(in crate::schedule) fn value(&self, key: &str) -> Result<&FieldValue, String> {
        let value = self.0.get(key);
        value.ok_or_else(|| format!("`{key}` is missing: {}", expected()))
    }
}

impl fmt::Display for FieldValue {
    /// As it is written in a scenario.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Integer(number) => number.fmt(f),
            Self::Other(written) => f.write_str(written),
        }
    }
}
