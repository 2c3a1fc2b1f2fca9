//! The shape of a load: the rate over time, as a plan defines it.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Level, Rate};

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
