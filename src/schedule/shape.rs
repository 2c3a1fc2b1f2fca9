//! The shape of a load: the rate over time, as a plan defines it.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{COARSE_DECIMALS, Rate};
use crate::units::InvalidQuantity;

/// The rate over time, warm-up excluded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A constant rate.
    Rate(Rate),
    /// Stages, from 0/s.
    Stages(Vec<Stage>),
}

/// A part of a shape. It starts at the rate at which the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A linear ramp to another rate.
    Ramp {
        /// The final rate.
        to: Level,
        /// Its duration; zero for a step.
        over: Duration,
    },
    /// The same rate for a time.
    Hold {
        /// Its duration.
        hold: Duration,
    },
    /// Repeated bursts of another rate.
    Burst {
        /// The rate in a burst.
        burst: Level,
        /// The duration of each burst.
        over: Duration,
        /// The time from the start of one burst to the next, and from the last one
        /// to the end of the stage.
        every: Duration,
        /// The number of bursts.
        times: u32,
    },
}

impl Stage {
    /// Its duration.
    pub fn length(&self) -> Duration {
        match *self {
            Self::Ramp { over, .. } => over,
            Self::Hold { hold } => hold,
            Self::Burst { every, times, .. } => every.saturating_mul(times),
        }
    }

    /// The rate that it sets, if any.
    pub fn level(&self) -> Option<Level> {
        match *self {
            Self::Ramp { to, .. } => Some(to),
            Self::Burst { burst, .. } => Some(burst),
            Self::Hold { .. } => None,
        }
    }

    /// Its keys and values, as in a scenario.
    fn written(&self) -> Vec<(&'static str, String)> {
        let time = |time: Duration| humantime::format_duration(time).to_string();
        match *self {
            Self::Ramp { to, over } => vec![("to", to.to_string()), ("over", time(over))],
            Self::Hold { hold } => vec![("hold", time(hold))],
            Self::Burst {
                burst,
                over,
                every,
                times,
            } => vec![
                ("burst", burst.to_string()),
                ("over", time(over)),
                ("every", time(every)),
                ("times", times.to_string()),
            ],
        }
    }
}

impl fmt::Display for Stage {
    /// Such as `to 200/s over 1m`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ramp { to, over } if over.is_zero() => return write!(f, "at once to {to}"),
            Self::Burst { times: 1, .. } => {
                let words = self.written();
                return write!(f, "burst {} over {}", words[0].1, words[1].1);
            }
            _ => {}
        }
        let words = self.written().into_iter();
        let words: Vec<_> = words.map(|(key, value)| format!("{key} {value}")).collect();
        f.write_str(&words.join(" "))
    }
}

impl Serialize for Stage {
    /// The text of `Display`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A rate, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Option<Rate>);

impl Level {
    /// A rate of zero.
    pub const NOTHING: Self = Self(None);

    /// The decimals of its number.
    pub fn decimals(self) -> u32 {
        self.0.map_or(COARSE_DECIMALS, Rate::decimals)
    }

    /// In `10^-decimals` of an event per day: exact with at least the decimals that
    /// the rate has.
    pub fn parts_a_day(self, decimals: u32) -> u128 {
        self.0.map_or(0, |rate| rate.parts_a_day(decimals))
    }

    /// Events per second.
    pub fn hertz(self) -> f64 {
        self.0.map_or(0.0, Rate::hertz)
    }
}

impl From<Rate> for Level {
    fn from(rate: Rate) -> Self {
        Self(Some(rate))
    }
}

impl std::str::FromStr for Level {
    type Err = InvalidQuantity;

    /// Parses a rate, or `0/s`.
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        Rate::parse_or_zero(text).map(Self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => rate.fmt(f),
            None => f.write_str("0/s"),
        }
    }
}

/// How arrivals follow from the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrivals {
    /// Evenly spaced.
    Constant,
    /// Random and independent, as from many unrelated senders.
    Poisson,
}

/// What rates count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RateUnit {
    /// Messages.
    Messages,
    /// Recipients, as SES's quotas do.
    Recipients {
        /// Recipients of each message.
        per_message: NonZeroU32,
    },
}
