//! Parses and writes shares as percentages: `99.9%`.

use serde::Deserializer;

use super::InvalidQuantity;
use super::optional_number::OptionalNumber;

/// Parses a percentage; returns the share, such as 0.999.
///
/// # Errors
///
/// If the text is not a number of 0 or more with a percent sign.
pub fn parse(text: &str) -> Result<f64, InvalidQuantity> {
    text.trim()
        .strip_suffix('%')
        .and_then(|number| hundredths(number.trim()))
        .filter(|share| share.is_finite() && *share >= 0.0)
        .ok_or_else(|| InvalidQuantity::new("percentage", text, "a number and %, such as 99.9%"))
}

/// The decimal number with its point moved: 99.9 / 100 is not 0.999 in binary,
/// and 999 of 1000 would be less than it.
fn hundredths(number: &str) -> Option<f64> {
    let percent: f64 = number.parse().ok()?;
    Some(format!("{number}e-2").parse().unwrap_or(percent / 100.0))
}

/// Writes `share` as a percentage with at most six decimals.
#[must_use]
pub fn format(share: f64) -> String {
    // 0.999 * 100 is not exactly 99.9 in binary.
    format!("{}%", (share * 1e8).round() / 1e6)
}

/// For `#[serde(deserialize_with)]` of an optional share: a plain number, or a
/// text such as `"10%"`.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    deserializer.deserialize_any(OptionalNumber {
        expected: "a number from 0 to 1, or a text such as \"10%\"",
        parse,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_read_as_a_share_and_written_back() {
        for (text, share, written) in [
            ("99.9%", 0.999, "99.9%"),
            ("0 %", 0.0, "0%"),
            ("100%", 1.0, "100%"),
            ("0.05%", 0.0005, "0.05%"),
            ("1e1%", 0.1, "10%"),
        ] {
            assert_eq!(parse(text), Ok(share), "{text}");
            assert_eq!(format(share), written);
            assert_eq!(parse(written), Ok(share));
        }
        assert_eq!(parse("99.9%"), Ok(999.0 / 1000.0));
        for text in ["", "%", "0.99", "-1%", "NaN%", "inf%", "ten%"] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("expected a number and %"), "{text}: {error}");
        }
    }
}
