//! Parses numbers per unit of time, exactly: `14/s`, `200/min`, `50000/d`.

use serde::Deserializer;

use super::decimal::{Decimal, NotDecimal};
use super::optional_number::OptionalNumber;
use super::{InvalidQuantity, MAX_DECIMALS};

const SYNTAX: &str = "a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d";
const TOO_FINE: &str = "at most 9 decimals; for a slower rate use a longer unit: /min, /h or /d";
const TOO_LARGE: &str = "at most 9000000000000, with at most 9 decimals and 19 digits in all";

// The text above names it.
const _: () = assert!(MAX_DECIMALS == 9);

/// A number per unit of time, without rounding. May be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerTime {
    /// The number.
    pub number: Decimal,
    /// The unit of time.
    pub unit: TimeUnit,
}

/// The unit of time of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// `/s`
    Second,
    /// `/min`
    Minute,
    /// `/h`
    Hour,
    /// `/d`
    Day,
}

impl TimeUnit {
    const ALL: [(TimeUnit, &'static str, u64); 4] = [
        (TimeUnit::Second, "s", 1),
        (TimeUnit::Minute, "min", 60),
        (TimeUnit::Hour, "h", 3_600),
        (TimeUnit::Day, "d", 86_400),
    ];

    fn row(self) -> (TimeUnit, &'static str, u64) {
        TimeUnit::ALL[self as usize]
    }

    /// Its name behind the slash.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.row().2
    }
}

impl PerTime {
    /// Parses a number, a slash and a unit; `m` and `min` are minutes.
    ///
    /// # Errors
    ///
    /// If the text has another form, or more digits than are exact.
    pub fn parse(text: &str) -> Result<PerTime, InvalidQuantity> {
        let invalid = |expected| InvalidQuantity::new("rate", text, expected);
        let (number, unit) = text.split_once('/').ok_or_else(|| invalid(SYNTAX))?;
        let unit = match unit.trim() {
            "s" | "sec" | "second" => TimeUnit::Second,
            "m" | "min" | "minute" => TimeUnit::Minute,
            "h" | "hour" => TimeUnit::Hour,
            "d" | "day" => TimeUnit::Day,
            _ => return Err(invalid(SYNTAX)),
        };
        let number = number.trim().parse().map_err(|error| {
            invalid(match error {
                NotDecimal::Syntax => SYNTAX,
                NotDecimal::TooFine => TOO_FINE,
                NotDecimal::TooLarge => TOO_LARGE,
            })
        })?;
        Ok(PerTime { number, unit })
    }

    /// The error for a rate of `text` above the highest that is counted exactly.
    #[must_use]
    pub fn too_large(text: &str) -> InvalidQuantity {
        InvalidQuantity::new("rate", text, TOO_LARGE)
    }

    /// The number per second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.number.value() / self.unit.seconds() as f64
    }
}

/// For `#[serde(deserialize_with)]` of an optional number per second: a plain
/// number, or a text with a unit of time.
pub(crate) fn optional_per_second<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    deserializer.deserialize_any(OptionalNumber {
        expected: "a number per second, or a text with its unit, such as \"14/s\"",
        parse: |text| PerTime::parse(text).map(PerTime::per_second),
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn a_rate_has_a_number_and_a_unit_of_time() {
        for (text, per_second) in [
            ("14/s", 14.0),
            ("14.5 / sec", 14.5),
            ("200/min", 200.0 / 60.0),
            ("7200/h", 2.0),
            ("86400/d", 1.0),
            ("0/s", 0.0),
            ("1e3/s", 1000.0),
        ] {
            let rate = PerTime::parse(text).unwrap();
            assert_eq!(rate.per_second(), per_second, "{text}");
        }
        for (text, part) in [
            (
                "14",
                "invalid rate \"14\": expected a number above 0 and a unit",
            ),
            ("fast/s", "a number above 0 and a unit"),
            ("-1/s", "a number above 0 and a unit"),
            ("1/week", "a number above 0 and a unit"),
            ("0.0000000001/s", "at most 9 decimals"),
            ("99999999999999999999/s", "at most 9000000000000"),
        ] {
            let error = PerTime::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn where_the_unit_is_fixed_a_plain_number_is_per_second() {
        #[derive(Deserialize)]
        struct Settings {
            #[serde(deserialize_with = "optional_per_second", default)]
            rate: Option<f64>,
        }
        let rate = |json: &str| serde_json::from_str::<Settings>(json).map(|s| s.rate);
        for (json, per_second) in [
            (r#"{"rate":14}"#, Some(14.0)),
            (r#"{"rate":14.5}"#, Some(14.5)),
            (r#"{"rate":"14/s"}"#, Some(14.0)),
            (r#"{"rate":"120/min"}"#, Some(2.0)),
            (r#"{"rate":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(rate(json).unwrap(), per_second, "{json}");
        }
        for (json, part) in [
            (r#"{"rate":"fast"}"#, "invalid rate \"fast\""),
            (
                r#"{"rate":true}"#,
                "a number per second, or a text with its unit",
            ),
        ] {
            let error = rate(json).unwrap_err().to_string();
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
