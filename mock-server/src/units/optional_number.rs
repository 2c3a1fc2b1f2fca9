//! Reads an optional quantity whose unit is fixed: a plain number, or a text with a
//! unit.

use std::fmt;

use serde::de::{Error, Visitor};

use super::InvalidQuantity;

/// A visitor for such a value.
pub(super) struct OptionalNumber {
    /// What is expected, to complete "expected ...".
    pub(super) expected: &'static str,
    /// Parses a text, into the fixed unit.
    pub(super) parse: fn(&str) -> Result<f64, InvalidQuantity>,
}

impl Visitor<'_> for OptionalNumber {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<f64>, E> {
        Ok(Some(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<f64>, E> {
        Ok(Some(number as f64))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<f64>, E> {
        Ok(Some(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<f64>, E> {
        (self.parse)(text).map(Some).map_err(E::custom)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<f64>, E> {
        Ok(None)
    }
}
