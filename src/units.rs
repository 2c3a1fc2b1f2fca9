//! Parses durations and sizes from scenarios and flags.

use std::fmt;
use std::time::Duration;

/// Why a duration could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration {text:?}: {why}")]
pub(crate) struct InvalidDuration {
    text: String,
    why: String,
}

const NOT_A_DURATION: &str = "expected a number and a unit, such as 30s, 250ms, 5min or 1h 30min";

/// Units that humantime accepts and that have no fixed length. Users who write
/// `M` more often mean minutes than months.
const NO_FIXED_LENGTH: [&str; 9] = [
    "M", "month", "months", "y", "yr", "yrs", "year", "years", "mo",
];

/// Reads `30s`, `250ms`, `1h 30min`.
pub(crate) fn duration(text: &str) -> Result<Duration, InvalidDuration> {
    let invalid = |why: String| InvalidDuration {
        text: text.to_owned(),
        why,
    };
    let mut units = text.split(|c: char| !c.is_alphabetic());
    if let Some(unit) = units.find(|unit| NO_FIXED_LENGTH.contains(unit)) {
        let why = match unit {
            "M" => "expected minutes as 1m or 1min: M means months, which have no fixed length",
            _ => "expected days, such as 30d: months and years have no fixed length",
        };
        return Err(invalid(why.to_owned()));
    }
    humantime::parse_duration(text.trim()).map_err(|_| invalid(NOT_A_DURATION.to_owned()))
}

/// A number of bytes, written `4 KiB`, `1KiB`, `10 MB` or `41943040`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub u64);

/// Why a size could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid size {0:?}: expected a number with B, KiB, MiB, kB or MB, such as 4 KiB")]
pub(crate) struct InvalidSize(String);

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
];

impl std::str::FromStr for Size {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, InvalidSize> {
        parse(text).ok_or_else(|| InvalidSize(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Size> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && !"._".contains(c));
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let number = number.replace('_', "");
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(*factor).map(Size);
    }
    let bytes = number.parse::<f64>().ok()? * *factor as f64;
    (bytes.fract() == 0.0 && bytes < 9e15).then_some(Size(bytes as u64))
}

impl fmt::Display for Size {
    /// In the largest binary unit that divides it: `4 KiB`, `1500 bytes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
            if self.0 >= factor && self.0.is_multiple_of(factor) {
                return write!(f, "{} {unit}", self.0 / factor);
            }
        }
        write!(f, "{} bytes", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_binary_and_decimal_units() {
        for (text, bytes) in [
            ("4 KiB", 4_096),
            ("1KiB", 1_024),
            ("41943040", 41_943_040),
            ("40 MiB", 41_943_040),
            ("10 MB", 10_000_000),
            ("1.5 KiB", 1_536),
            ("1_000 b", 1_000),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in [
            "",
            "big",
            "4 KiX",
            "-1",
            "1.0001 KiB",
            "99999999999 GiB",
            "KiB",
        ] {
            assert!(text.parse::<Size>().is_err(), "{text}");
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
            let why = duration(text).unwrap_err().to_string();
            assert!(why.contains(part), "{text}: {why}");
        }
        for (text, seconds) in [("1m", 60), ("1min", 60), ("2d", 172_800), ("1w", 604_800)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_size_is_shown_in_the_unit_that_divides_it() {
        assert_eq!(Size(4_096).to_string(), "4 KiB");
        assert_eq!(Size(41_943_040).to_string(), "40 MiB");
        assert_eq!(Size(1_500).to_string(), "1500 bytes");
    }
}
