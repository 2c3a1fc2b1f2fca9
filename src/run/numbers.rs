//! Format of numbers in CSV files.

use crate::vocabulary::FigureValue;

/// Nanoseconds as microseconds with up to 3 decimals, exactly.
pub(super) fn nanos(nanos: u64) -> String {
    decimals(format!("{}.{:03}", nanos / 1_000, nanos % 1_000))
}

/// A number with up to 3 decimals.
pub(super) fn number(value: f64) -> String {
    decimals(format!("{value:.3}"))
}

/// A number, or an empty cell.
pub(super) fn optional(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

/// Microseconds; `>x` if it is longer than any measured value.
pub(super) fn quantile(quantile: FigureValue) -> String {
    match quantile {
        FigureValue::Empty => String::new(),
        FigureValue::Value(us) => number(us),
        FigureValue::Above(us) => format!(">{}", number(us)),
    }
}

/// Parses what [`quantile`] wrote; `None` if it is invalid.
pub(super) fn read_quantile(text: &str) -> Option<FigureValue> {
    if text.is_empty() {
        return Some(FigureValue::Empty);
    }
    match text.strip_prefix('>') {
        Some(value) => Some(FigureValue::Above(finite(value)?)),
        None => Some(FigureValue::Value(finite(text)?)),
    }
}

/// Parses what [`optional`] wrote; `None` if it is invalid.
pub(super) fn read_optional(text: &str) -> Option<Option<f64>> {
    match text {
        "" => Some(None),
        text => Some(Some(finite(text)?)),
    }
}

/// A number of 0 or more: no measurement is `nan`, `inf` or negative, and a decision
/// about such a value would be none.
fn finite(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// Removes trailing zeros.
fn decimals(mut text: String) -> String {
    let kept = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(kept);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_have_up_to_three_decimals() {
        assert_eq!(nanos(0), "0");
        assert_eq!(nanos(1_000), "1");
        assert_eq!(nanos(1_230), "1.23");
        assert_eq!(nanos(100_000_007), "100000.007");
        assert_eq!(number(10.0), "10");
        assert_eq!(number(2.0 / 3.0), "0.667");
    }

    #[test]
    fn a_quantile_is_read_as_it_was_written() {
        for each in [
            FigureValue::Empty,
            FigureValue::Value(1.5),
            FigureValue::Above(20.0),
        ] {
            assert_eq!(read_quantile(&quantile(each)), Some(each));
        }
        for invalid in ["fast", "nan", "inf", ">inf", "-1", "1e999"] {
            assert_eq!(read_quantile(invalid), None, "{invalid}");
            assert_eq!(read_optional(invalid), None, "{invalid}");
        }
    }
}
