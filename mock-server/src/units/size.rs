//! Parses and writes numbers of bytes: `4 KiB`, `10 MB`, `41943040`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use super::InvalidQuantity;

/// Units in lower case, and their bytes.
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

const EXPECTED: &str =
    "a whole number of bytes, or a number with B, KiB, MiB, GiB, kB, MB or GB, such as 4 KiB";

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = InvalidQuantity;

    /// Parses a whole number of bytes, with or without a unit, in upper or lower
    /// case.
    fn from_str(text: &str) -> Result<Size, InvalidQuantity> {
        parse(text).ok_or_else(|| InvalidQuantity::new("size", text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Size> {
    let (number, factor) = number_and_factor(text)?;
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor).map(Size);
    }
    let bytes = number.parse::<f64>().ok()? * factor as f64;
    (bytes.fract() == 0.0 && bytes < 9e15).then_some(Size(bytes as u64))
}

/// The number, without `_`, and the bytes of its unit.
pub(super) fn number_and_factor(text: &str) -> Option<(String, u64)> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.find(|c: char| !c.is_ascii_digit() && !"._".contains(c));
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some((number.replace('_', ""), *factor))
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

impl<'de> Deserialize<'de> for Size {
    /// Reads a number of bytes, or a text with a unit.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Size, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl Visitor<'_> for Written {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size: a whole number of bytes, or a text such as \"4 KiB\"")
    }

    fn visit_u64<E: Error>(self, bytes: u64) -> Result<Size, E> {
        Ok(Size(bytes))
    }

    fn visit_i64<E: Error>(self, bytes: i64) -> Result<Size, E> {
        self.visit_str(&bytes.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Size, E> {
        text.parse().map_err(E::custom)
    }
}

/// For `#[serde(deserialize_with)]` of a number of bytes.
pub(crate) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Size::deserialize(deserializer).map(|size| size.0)
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
            ("40mib", 41_943_040),
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
    fn a_size_is_shown_in_the_unit_that_divides_it() {
        assert_eq!(Size(4_096).to_string(), "4 KiB");
        assert_eq!(Size(41_943_040).to_string(), "40 MiB");
        assert_eq!(Size(1_500).to_string(), "1500 bytes");
    }

    #[test]
    fn a_number_and_a_text_are_a_size() {
        for (json, bytes) in [("4096", 4_096), ("\"4096\"", 4_096), ("\"4 KiB\"", 4_096)] {
            let size: Size = serde_json::from_str(json).unwrap();
            assert_eq!(size, Size(bytes), "{json}");
        }
        for (json, part) in [
            (
                "-1",
                "invalid size \"-1\": expected a whole number of bytes",
            ),
            ("\"big\"", "invalid size \"big\""),
            (
                "true",
                "expected a size: a whole number of bytes, or a text",
            ),
        ] {
            let error = serde_json::from_str::<Size>(json).unwrap_err().to_string();
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
