//! Parses and writes durations: `"250ms"`, `"1.5ms"`, `"10s"`, `"2m"`.
//!
//! One number and one unit (ns, us, ms, s, m, h), or a bare `0`. Used by
//! `#[serde(with = "duration")]`.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Units and their nanoseconds, the largest first.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Parses one number and one unit.
///
/// # Errors
///
/// A text with the value and what is expected.
pub fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let expected = || {
        format!(
            "invalid duration \"{text}\": expected a number and a unit, such as \"250ms\" or \"1.5s\""
        )
    };
    let split = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(split.ok_or_else(expected)?);
    let (_, scale) = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(expected)?;
    let value: f64 = number.trim().parse().map_err(|_| expected())?;
    let nanos = (value * *scale as f64).round();
    // 2^63 ns are 292 years; the check also refuses NaN and negative values.
    if !(0.0..9.2e18).contains(&nanos) {
        return Err(expected());
    }
    Ok(Duration::from_nanos(nanos as u64))
}

/// Writes `duration` so that [`parse`] returns the same value, in the largest
/// unit that needs at most three decimals.
#[must_use]
pub fn format(duration: Duration) -> String {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    if nanos == 0 {
        return "0s".to_owned();
    }
    UNITS
        .iter()
        .find(|(_, scale)| {
            nanos >= *scale && (u128::from(nanos) * 1000).is_multiple_of(u128::from(*scale))
        })
        .map_or_else(
            || format!("{nanos}ns"),
            |(unit, scale)| format!("{}{unit}", nanos as f64 / *scale as f64),
        )
}

/// For `#[serde(with)]`.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*duration))
}

/// For `#[serde(with)]`.
///
/// # Errors
///
/// When the value is not a string, or [`parse`] refuses it.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The same for an optional duration:
/// `#[serde(with = "duration::optional", default)]`.
pub mod optional {
    use std::time::Duration;

    use serde::{Deserializer, Serializer};

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// For `#[serde(with)]`. A value that is present must be a duration.
    ///
    /// # Errors
    ///
    /// As [`deserialize`](super::deserialize).
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_units() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("1.5ms", 1_500_000),
            ("10s", 10_000_000_000),
            ("2 m", 120_000_000_000),
            ("100us", 100_000),
            ("7ns", 7),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn refuses_invalid_durations() {
        for text in ["", "10", "fast", "-1s", "1 week", "1e30s", "ms", "NaNs"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for nanos in [
            0,
            1,
            999,
            1_500,
            1_500_000,
            1_234_567,
            60_000_000_000,
            3_700_000_000_000,
            6000 * 3_600_000_000_000,
        ] {
            let duration = Duration::from_nanos(nanos);
            assert_eq!(
                parse(&format(duration)),
                Ok(duration),
                "{}",
                format(duration)
            );
        }
        assert_eq!(format(Duration::from_micros(1500)), "1.5ms");
    }
}
