//! When each message is intended.
//!
//! A schedule is a pure function from a message's index to its moment; it
//! knows nothing of sessions, servers or clocks, and does not slow down. A new
//! shape is a new file here and a new arm of [`Schedule`].

mod constant;

pub use constant::Constant;

use std::time::Duration;

use crate::scenario::{Length, Rate};

/// When each message is intended, relative to the start of the run.
#[derive(Clone, Copy, Debug)]
pub enum Schedule {
    /// Evenly spaced.
    Constant(Constant),
}

impl Schedule {
    /// Evenly spaced arrivals: through the warm-up, and then for the length.
    pub fn constant(rate: Rate, warm_up: Duration, length: Length) -> Self {
        Self::Constant(Constant::new(rate, warm_up, length))
    }

    /// When message `index`, counted from 0, is intended; none when the
    /// schedule is over. Never decreases with `index`.
    pub fn due(&self, index: u64) -> Option<Duration> {
        match self {
            Self::Constant(constant) => constant.due(index),
        }
    }

    /// How many messages there are in all.
    pub fn count(&self) -> u64 {
        match self {
            Self::Constant(constant) => constant.count(),
        }
    }

    /// When the schedule is over: the end of the last message's share of time.
    pub fn end(&self) -> Duration {
        match self {
            Self::Constant(constant) => constant.end(),
        }
    }

    /// Messages per second asked for at `at`.
    pub fn rate_at(&self, at: Duration) -> f64 {
        match self {
            Self::Constant(constant) => constant.rate_at(at),
        }
    }
}
