//! How much, how fast, over how many sessions.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use serde::Serialize;

use crate::dispatch::Connect;
use crate::schedule::{Arrivals, Length, Rate, RateUnit, Schedule, Shape};

/// How much, how fast, over how many sessions.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// What decides when a message starts.
    pub model: Model,
    /// How long it lasts, warm-up excluded.
    pub length: Length,
    /// The fastest that attempts may start, in messages; none: no bound but
    /// the target's.
    pub catch_up: Option<Rate>,
    /// Whether a spent daily quota ends the run.
    pub stop_on_quota: bool,
    /// Messages intended before this much time has passed are sent but not measured.
    pub warm_up: Duration,
    /// How long messages under way may still take when the schedule is over.
    pub drain: Duration,
    /// Size of the pool of slots.
    pub sessions: NonZeroU32,
    /// Messages on one session before it is closed and reopened; none: no limit.
    pub messages_per_session: Option<NonZeroU32>,
    /// Whether set-up is on a message's clock.
    pub connect: Connect,
    /// Bound on sessions opened per second; none: no bound.
    pub session_rate: Option<Rate>,
    /// Worker threads; none: as many as the load needs.
    pub workers: Option<NonZeroUsize>,
}

impl Load {
    /// When each message is intended; none in the closed model. `seed` is for
    /// random arrivals.
    pub fn schedule(&self, seed: u64) -> Option<Schedule> {
        let Model::Open {
            shape,
            arrivals,
            rate_unit,
        } = &self.model
        else {
            return None;
        };
        let (warm_up, length) = (self.warm_up, self.length);
        let schedule = Schedule::new(shape, *arrivals, *rate_unit, warm_up, length, seed);
        Some(schedule)
    }
}

/// What decides when a message starts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// The schedule, whatever the server does.
    Open {
        /// How the rate goes over time.
        #[serde(flatten)]
        shape: Shape,
        /// How arrivals follow from it.
        arrivals: Arrivals,
        /// What it counts.
        rate_unit: RateUnit,
    },
    /// The server: every slot sends as fast as replies come.
    Closed,
}
