//! A delay: constant, or drawn from a distribution.
//!
//! Written `"40ms"`, `{ from = "20ms", to = "60ms" }`,
//! `{ median = "40ms", p99 = "200ms" }`, or
//! `{ recorded = [[0, "18ms"], [0.5, "30ms"], [1, "320ms"]] }`. This module
//! parses and holds the setting; the dialogue draws from it.

use std::fmt;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::gaussian;
use super::recorded::{LONGEST, Recorded};
use crate::units::duration;

/// A fixed duration, or a distribution of durations.
#[derive(Clone, Debug, PartialEq)]
pub enum Delay {
    /// Constant.
    Fixed(Duration),
    /// Uniform: every duration between the two is equally likely.
    Uniform {
        /// Minimum.
        from: Duration,
        /// Maximum.
        to: Duration,
    },
    /// Log-normal, which roughly fits the response times of many servers: a long
    /// tail of slow replies, none of fast ones.
    LogNormal {
        /// Half of the delays are shorter.
        median: Duration,
        /// One delay in a hundred is longer.
        p99: Duration,
    },
    /// A measured distribution.
    Recorded(Recorded),
}

impl Delay {
    /// The duration at `quantile`, from 0 to 1; at most an hour.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Duration {
        match self {
            Delay::Fixed(duration) => *duration,
            Delay::Uniform { from, to } => {
                let width = to.saturating_sub(*from).as_nanos() as f64;
                *from + Duration::from_nanos((width * quantile) as u64)
            }
            Delay::LogNormal { median, p99 } => {
                let sigma = (p99.as_secs_f64() / median.as_secs_f64()).ln() / gaussian::P99;
                let factor = (sigma * gaussian::quantile(quantile)).exp();
                let nanos = median.as_nanos() as f64 * factor;
                // The cast saturates.
                Duration::from_nanos(nanos as u64).min(LONGEST)
            }
            Delay::Recorded(recorded) => recorded.quantile(quantile),
        }
    }

    /// What is required, if the values contradict each other.
    pub(super) fn objection(&self) -> Option<&'static str> {
        match self {
            Delay::Fixed(_) => None,
            Delay::Uniform { from, to } => (from > to).then_some("`from` must be at most `to`"),
            Delay::LogNormal { median, p99 } if median.is_zero() || p99 < median => {
                Some("`median` must be above 0, and `p99` at least `median`")
            }
            Delay::LogNormal { p99, .. } => {
                (*p99 > LONGEST).then_some("`p99` must be at most \"1h\"")
            }
            Delay::Recorded(recorded) => (!recorded.is_sound()).then_some(
                "`recorded` must be pairs of a quantile and a duration, both in rising order, from quantile 0 to 1, durations at most \"1h\"",
            ),
        }
    }
}

impl Default for Delay {
    fn default() -> Self {
        Delay::Fixed(Duration::ZERO)
    }
}

impl From<Duration> for Delay {
    fn from(duration: Duration) -> Self {
        Delay::Fixed(duration)
    }
}

/// As a user writes it; a recorded distribution is shown by its number of pairs.
impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |duration: &Duration| duration::format(*duration);
        match self {
            Delay::Fixed(duration) => write!(f, "\"{}\"", text(duration)),
            Delay::Uniform { from, to } => {
                write!(f, "{{ from = \"{}\", to = \"{}\" }}", text(from), text(to))
            }
            Delay::LogNormal { median, p99 } => {
                write!(
                    f,
                    "{{ median = \"{}\", p99 = \"{}\" }}",
                    text(median),
                    text(p99)
                )
            }
            Delay::Recorded(recorded) => {
                write!(f, "{{ recorded = [{} pairs] }}", recorded.points().len())
            }
        }
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |duration: &Duration| duration::format(*duration);
        match self {
            Delay::Fixed(duration) => duration::serialize(duration, serializer),
            Delay::Uniform { from, to } => {
                serializer.collect_map([("from", text(from)), ("to", text(to))])
            }
            Delay::LogNormal { median, p99 } => {
                serializer.collect_map([("median", text(median)), ("p99", text(p99))])
            }
            Delay::Recorded(recorded) => serializer.collect_map([("recorded", recorded)]),
        }
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// Reads a string or a table.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Delay;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"40ms\", or a table: { from, to }, { median, p99 } or { recorded }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Delay, E> {
        duration::parse(text).map(Delay::Fixed).map_err(E::custom)
    }

    /// The number `0` is a duration that needs no unit.
    fn visit_i64<E: Error>(self, number: i64) -> Result<Delay, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Delay, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Delay, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(map))?
            .delay()
            .ok_or_else(|| {
                A::Error::custom(
                    "invalid distribution: expected { from, to }, { median, p99 } or { recorded }, with all keys of one form and no others",
                )
            })
    }
}

/// The keys of every form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    from: Option<Text>,
    to: Option<Text>,
    median: Option<Text>,
    p99: Option<Text>,
    recorded: Option<Recorded>,
}

#[derive(Deserialize)]
struct Text(#[serde(with = "duration")] Duration);

impl Table {
    fn delay(self) -> Option<Delay> {
        match self {
            Table {
                from: Some(from),
                to: Some(to),
                median: None,
                p99: None,
                recorded: None,
            } => Some(Delay::Uniform {
                from: from.0,
                to: to.0,
            }),
            Table {
                from: None,
                to: None,
                median: Some(median),
                p99: Some(p99),
                recorded: None,
            } => Some(Delay::LogNormal {
                median: median.0,
                p99: p99.0,
            }),
            Table {
                from: None,
                to: None,
                median: None,
                p99: None,
                recorded,
            } => recorded.map(Delay::Recorded),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn read(json: &str) -> Result<Delay, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn survives_json_in_every_form() {
        for json in [
            r#""40ms""#,
            r#"{"from":"20ms","to":"60ms"}"#,
            r#"{"median":"40ms","p99":"200ms"}"#,
            r#"{"recorded":[[0.0,"18ms"],[0.5,"30.5ms"],[1.0,"320ms"]]}"#,
        ] {
            let delay = read(json).unwrap();
            assert_eq!(delay.objection(), None, "{json}");
            assert_eq!(serde_json::to_string(&delay).unwrap(), json);
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn survives_toml_in_every_form() {
        let text = "\
            a = \"40ms\"\n\
            b = { from = \"20ms\", to = \"60ms\" }\n\
            c = { median = \"40ms\", p99 = \"200ms\" }\n\
            d = { recorded = [[0, \"18ms\"], [1, \"320ms\"]] }\n";
        let read: std::collections::BTreeMap<String, Delay> = toml::from_str(text).unwrap();
        let written = toml::to_string(&read).unwrap();
        assert_eq!(read.len(), 4);
        assert_eq!(
            toml::from_str::<std::collections::BTreeMap<_, _>>(&written),
            Ok(read)
        );
    }

    #[test]
    fn refuses_invalid_delays_and_names_what_is_allowed() {
        for (json, part) in [
            (r#""soon""#, "invalid duration"),
            ("40", "invalid duration"),
            ("true", "a duration such as"),
            (r#"{"from":"20ms"}"#, "all keys of one form"),
            (r#"{"median":"1ms","to":"60ms"}"#, "all keys of one form"),
            ("{}", "all keys of one form"),
            (r#"{"medium":"1ms"}"#, "`medium`"),
            (r#"{"recorded":[[0,"soon"]]}"#, "invalid duration"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(part), "{json}: {error}");
        }
    }

    #[test]
    fn objects_to_contradicting_values() {
        for json in [
            r#"{"from":"20ms","to":"10ms"}"#,
            r#"{"median":"0s","p99":"1ms"}"#,
            r#"{"median":"2ms","p99":"1ms"}"#,
            r#"{"median":"2ms","p99":"2h"}"#,
            r#"{"recorded":[]}"#,
            r#"{"recorded":[[0.5,"1ms"],[1,"1ms"]]}"#,
            r#"{"recorded":[[0,"2ms"],[1,"1ms"]]}"#,
            r#"{"recorded":[[0,"1ms"],[0.9,"2ms"],[0.8,"3ms"],[1,"4ms"]]}"#,
        ] {
            assert!(read(json).unwrap().objection().is_some(), "{json}");
        }
    }

    #[test]
    fn has_the_configured_quantiles() {
        let uniform = Delay::Uniform {
            from: ms(20),
            to: ms(60),
        };
        assert_eq!(uniform.quantile(0.25), ms(30));
        let (median, p99) = (ms(40), ms(200));
        let log_normal = Delay::LogNormal { median, p99 };
        assert_eq!(log_normal.quantile(0.5), ms(40));
        let error = log_normal.quantile(0.99).abs_diff(p99);
        assert!(error < Duration::from_nanos(10), "{error:?}");
        assert_eq!(log_normal.quantile(1.0), LONGEST);
        assert_eq!(log_normal.quantile(0.0), Duration::ZERO);
    }
}
