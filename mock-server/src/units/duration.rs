//! Parses and writes durations: `250ms`, `1.5ms`, `1h 30min`, or a bare `0`.
//!
//! Written with one number and one unit, which is what settings have always
//! recorded. Used by `#[serde(with = "duration")]`.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

use super::InvalidQuantity;

/// Units of writing, and their nanoseconds, the largest first.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

const EXPECTED: &str = "a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min";

/// Units that humantime accepts and that have no fixed length. Users who write
/// `M` more often mean minutes than months.
const NO_FIXED_LENGTH: [&str; 9] = [
    "M", "month", "months", "y", "yr", "yrs", "year", "years", "mo",
];

/// Parses numbers with units, as humantime does: `1.5s`, `1h 30min`.
///
/// # Errors
///
/// If the text is not a duration, or has months or years.
pub fn parse(text: &str) -> Result<Duration, InvalidQuantity> {
    let invalid = |expected| InvalidQuantity::new("duration", text, expected);
    let mut units = text.split(|c: char| !c.is_alphabetic());
    if let Some(unit) = units.find(|unit| NO_FIXED_LENGTH.contains(unit)) {
        return Err(invalid(match unit {
            "M" => "minutes as 1m or 1min: M means months, which have no fixed length",
            _ => "days, such as 30d: months and years have no fixed length",
        }));
    }
    read(text.trim()).ok_or_else(|| invalid(EXPECTED))
}

/// humantime is exact. What it refuses is rounded to the nanosecond: digits beyond
/// it, exponents, and a number without a digit before its point.
fn read(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let one = nanoseconds(text);
    let total = one.or_else(|| terms(text).into_iter().map(nanoseconds).sum())?;
    // humantime panics close to 2^64 s.
    let exact = (total < 1e9 * 2_f64.powi(63)).then(|| humantime::parse_duration(text).ok());
    exact.flatten().or_else(|| rounded(one?))
}

/// Splits behind each unit.
fn terms(mut text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    while let Some(unit) = text.find(char::is_alphabetic) {
        let length = text[unit..].find(|c: char| !c.is_alphabetic());
        let (term, rest) = text.split_at(length.map_or(text.len(), |length| unit + length));
        terms.push(term);
        text = rest;
    }
    terms.extend((!text.is_empty()).then_some(text));
    terms
}

/// The approximate value of one number of 0 or more and one unit.
fn nanoseconds(term: &str) -> Option<f64> {
    let number = term.trim_end_matches(char::is_alphabetic);
    let unit = &term[number.len()..];
    let scale = humantime::parse_duration(&format!("1{unit}")).ok()?;
    let nanos = number.trim().parse::<f64>().ok()? * scale.as_nanos() as f64;
    (nanos.is_finite() && nanos >= 0.0).then_some(nanos)
}

fn rounded(nanos: f64) -> Option<Duration> {
    // 2^63 ns are 292 years.
    (nanos < 9.2e18).then(|| Duration::from_nanos(nanos.round() as u64))
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
/// If the value is neither a text that [`parse`] reads nor the number 0.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_any(Written)
}

struct Written;

impl Visitor<'_> for Written {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration in quotes, such as \"250ms\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).map_err(E::custom)
    }

    /// Only 0 needs no unit.
    fn visit_i64<E: Error>(self, number: i64) -> Result<Duration, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Duration, E> {
        self.visit_str(&number.to_string())
    }
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
            ("1h 30min", 5_400_000_000_000),
            ("5min", 300_000_000_000),
            ("2 weeks", 1_209_600_000_000_000),
            (".5s", 500_000_000),
            ("+5s", 5_000_000_000),
            ("1.23456789ms", 1_234_568),
            ("1e3ms", 1_000_000_000),
            ("+1.5e-3 s", 1_500_000),
            ("1700000000001 ms", 1_700_000_000_001_000_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
        let centuries = Duration::from_secs(200_000 * 86_400);
        assert_eq!(parse("200000d"), Ok(centuries));
    }

    #[test]
    fn refuses_invalid_durations() {
        for text in [
            "",
            "10",
            "fast",
            "-1s",
            "1e30s",
            "ms",
            "NaNs",
            "infs",
            "1h30",
            "+2h 30min",
            ".5h 30min",
            "0.0001h 1s",
            "+2s5m",
            "18446744073709551615s 1000000000ns",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn months_and_years_are_refused_with_what_would_do() {
        for (text, part) in [
            ("1M", "invalid duration \"1M\": expected minutes as 1m"),
            ("1h 2M", "minutes as 1m"),
            ("2 months", "expected days, such as 30d"),
            ("1y", "expected days"),
            ("1d 1year", "expected days"),
            ("soon", "expected a number and a unit"),
        ] {
            let why = parse(text).unwrap_err().to_string();
            assert!(why.contains(part), "{text}: {why}");
        }
        for (text, seconds) in [("1m", 60), ("1min", 60), ("2d", 172_800), ("1w", 604_800)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
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
