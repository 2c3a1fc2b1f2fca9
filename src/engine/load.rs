//! The load: how many messages, how fast, over how many sessions.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use serde::Serialize;

use crate::dispatch::{Connect, SessionLimiter};
use crate::schedule::{Arrivals, Length, Rate, RateUnit, Schedule, Shape, peak_per_s};
use crate::vocabulary::SlotId;

/// The load: how many messages, how fast, over how many sessions.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// What decides when a message starts.
    pub model: Model,
    /// The length of the run, without warm-up.
    pub length: Length,
    /// The maximum rate at which attempts start, in messages; none: no limit
    /// but the target's.
    pub catch_up: Option<Rate>,
    /// Whether a spent daily quota ends the run.
    pub stop_on_quota: bool,
    /// Messages intended within this time are sent but not measured.
    pub warm_up: Duration,
    /// How long messages in progress may take after the end of the schedule.
    pub drain: Duration,
    /// Size of the pool of slots.
    pub sessions: NonZeroU32,
    /// Messages on one session before it is closed and reopened; none: no limit.
    pub messages_per_session: Option<NonZeroU32>,
    /// Whether the first sessions are closed after different numbers of messages, so
    /// that not all are opened again at the same time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub staggered: bool,
    /// Whether set-up counts towards a message's latency.
    pub connect: Connect,
    /// Maximum rate at which sessions are opened; none: no limit.
    pub session_rate: Option<Rate>,
    /// Worker threads; none: as many as the load needs.
    pub workers: Option<NonZeroUsize>,
}

impl Load {
    /// When each message is intended; none in the closed model. `seed` is the
    /// seed of the random number generator for random arrivals.
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

    /// The messages that the first session of a slot carries less than the others: evenly
    /// spread over the slots of a staggered load.
    pub(super) fn head_start(&self, slot: SlotId) -> u32 {
        let Some(limit) = self.messages_per_session.filter(|_| self.staggered) else {
            return 0;
        };
        let (slot, slots) = (u64::from(slot.0), u64::from(self.sessions.get()));
        (slot % slots * u64::from(limit.get()) / slots) as u32
    }

    /// The highest rate of the schedule in messages per second; none in the closed
    /// model.
    pub fn peak_per_s(&self) -> Option<f64> {
        let Model::Open {
            shape, rate_unit, ..
        } = &self.model
        else {
            return None;
        };
        Some(peak_per_s(shape, *rate_unit, self.warm_up, self.length))
    }
}

/// How long it takes to open all sessions ahead, at the rate that applies.
pub(crate) fn opening_time(load: &Load) -> Duration {
    SessionLimiter::opening_time(load.connect, load.session_rate, load.sessions.get())
}

/// What decides when a message starts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// The schedule, whatever the server does.
    Open {
        /// The rate over time.
        #[serde(flatten)]
        shape: Shape,
        /// How arrivals follow from the rate.
        arrivals: Arrivals,
        /// What the rate counts.
        rate_unit: RateUnit,
    },
    /// The server: every slot sends as fast as replies arrive.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    #[test]
    fn the_first_sessions_of_a_staggered_load_end_one_after_the_other() {
        let mut load = plan(&["load.sessions=4", "load.messages_per_session=10"]).load;
        let spread = |load: &Load| [0, 1, 2, 3].map(|slot| load.head_start(SlotId(slot)));
        assert_eq!(spread(&load), [0; 4]);
        load.staggered = true;
        assert_eq!(spread(&load), [0, 2, 5, 7]);
        load.messages_per_session = None;
        assert_eq!(spread(&load), [0; 4]);
    }
}
