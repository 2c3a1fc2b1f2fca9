//! Parses and writes bytes per second: `"40MB/s"`, `"512 KiB/s"`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{InvalidQuantity, size};

const EXPECTED: &str = "bytes per second above 0, such as \"40MB/s\" or \"512KiB/s\"";

/// Units and their bytes, in the order in which they are tried for writing.
const UNITS: [(&str, u64); 7] = [
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// A number of bytes per second, above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth(u64);

impl Bandwidth {
    /// That many bytes per second; `None` for zero.
    #[must_use]
    pub fn new(bytes_per_second: u64) -> Option<Bandwidth> {
        (bytes_per_second > 0).then_some(Bandwidth(bytes_per_second))
    }

    /// Bytes per second.
    #[must_use]
    pub fn bytes_per_second(self) -> u64 {
        self.0
    }

    /// Parses a size per second.
    ///
    /// # Errors
    ///
    /// If the text is not one, or is zero.
    pub fn parse(text: &str) -> Result<Bandwidth, InvalidQuantity> {
        parse(text).ok_or_else(|| InvalidQuantity::new("bandwidth", text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Bandwidth> {
    let (amount, unit) = text.trim().rsplit_once('/')?;
    (unit.trim() == "s").then_some(())?;
    let amount = amount.trim_end();
    // Without a unit, a number could be meant in bits.
    amount
        .ends_with(|c: char| c.is_ascii_alphabetic())
        .then_some(())?;
    let (number, factor) = size::number_and_factor(amount)?;
    let bytes = (number.parse::<f64>().ok()? * factor as f64).round();
    // More than a terabyte per second is a typing error.
    (1.0..=1e12)
        .contains(&bytes)
        .then_some(Bandwidth(bytes as u64))
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS
            .iter()
            .find(|(_, scale)| self.0.is_multiple_of(*scale));
        let (unit, scale) = whole.copied().unwrap_or(("B", 1));
        write!(f, "{}{unit}/s", self.0 / scale)
    }
}

impl Serialize for Bandwidth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bandwidth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Bandwidth::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_units_and_reads_what_it_writes() {
        for (text, bytes, written) in [
            ("40MB/s", 40_000_000, "40MB/s"),
            ("1.5 MB/s", 1_500_000, "1500kB/s"),
            ("512KiB/s", 524_288, "512KiB/s"),
            ("1 GiB/s", 1 << 30, "1GiB/s"),
            ("77B/s", 77, "77B/s"),
            ("40 mb/s", 40_000_000, "40MB/s"),
            ("40MB /s", 40_000_000, "40MB/s"),
            ("+40 MB / s", 40_000_000, "40MB/s"),
        ] {
            let bandwidth = Bandwidth::parse(text).unwrap();
            assert_eq!(bandwidth.bytes_per_second(), bytes, "{text}");
            assert_eq!(bandwidth.to_string(), written);
            assert_eq!(Bandwidth::parse(written), Ok(bandwidth));
        }
    }

    #[test]
    fn refuses_invalid_bandwidths() {
        for text in [
            "", "40", "40MB", "MB/s", "0B/s", "-1MB/s", "0.1B/s", "fast/s", "NaNB/s", "1e30B/s",
            "40Mbit/s",
        ] {
            let error = Bandwidth::parse(text).unwrap_err().to_string();
            assert!(error.contains("40MB/s"), "{text}: {error}");
        }
    }
}
