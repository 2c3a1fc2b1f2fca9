//! Weights: how often one of several comes, against the others.

use toml::{Table, Value};

/// The sum of a hundred million of these is still a number.
const HEAVIEST: f64 = 1e300;

/// Reads the weight in `table`.
pub(super) fn of(table: &Table) -> Result<f64, String> {
    let Some(value) = table.get("weight") else {
        return Err("`weight` is missing: a number above 0".to_owned());
    };
    let number = match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    number
        .filter(|number| fits(*number))
        .ok_or_else(|| format!("weight: {value} is not a number above 0"))
}

/// Whether that can be a weight.
pub(super) fn fits(weight: f64) -> bool {
    weight > 0.0 && weight < HEAVIEST
}

/// A share of `total`, for people.
pub(super) fn percent(weight: f64, total: f64) -> String {
    let percent = (weight / total * 1_000.0).round() / 10.0;
    format!("{percent}%")
}
