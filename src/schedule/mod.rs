//! Decides when each message is intended.
//!
//! A schedule is a pure function of the plan: it knows no sessions, servers or
//! clocks, and does not slow down. A shape is a curve of the rate over time.
//! Arrivals, evenly spaced or random, follow from its integral. So the number of
//! evenly spaced arrivals in any window is the integral of the rate over it,
//! within one.

mod curve;
pub(crate) mod forms;
mod gaps;
mod length;
mod level;
mod piece;
mod pieces;
mod rate;
mod shape;
mod shard;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use forms::{Segment, Stage, segments};
pub(crate) use length::Length;
pub(crate) use level::Level;
pub(crate) use rate::{COARSE_DECIMALS, Rate};
pub(crate) use shape::{Arrivals, RateUnit, Shape};
pub(crate) use shard::Shard;
pub(crate) use walk::{Arrival, Walk};

use std::num::NonZeroU32;
use std::time::Duration;

use curve::Curve;

/// When each message is intended, relative to the start of the run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schedule {
    curve: Curve,
    /// The seed of random arrivals; `None`: evenly spaced.
    seed: Option<u64>,
    /// The maximum number of arrivals, those of other shards included.
    limit: u64,
    end: Duration,
    shard: Shard,
}

impl Schedule {
    /// The warm-up at the first rate of the shape, then the shape for the length.
    /// `seed` is for random arrivals.
    pub fn new(
        shape: &Shape,
        arrivals: Arrivals,
        rate_unit: RateUnit,
        warm_up: Duration,
        length: Length,
        seed: u64,
    ) -> Self {
        let curve = curve_of(shape, rate_unit, warm_up, length);
        let seed = match arrivals {
            Arrivals::Constant => None,
            Arrivals::Poisson => Some(seed),
        };
        Self::along(curve, seed, warm_up, length)
    }

    /// Evenly spaced arrivals: the warm-up, then the length.
    pub fn constant(rate: Rate, warm_up: Duration, length: Length) -> Self {
        let curve = curve_of(&Shape::Rate(rate), RateUnit::Messages, warm_up, length);
        Self::along(curve, None, warm_up, length)
    }

    fn along(curve: Curve, seed: Option<u64>, warm_up: Duration, length: Length) -> Self {
        let mut schedule = Self {
            end: curve.end(),
            curve,
            seed,
            limit: u64::MAX,
            shard: Shard::WHOLE,
        };
        if let Length::Messages(messages) = length {
            schedule.limit_to(messages, warm_up);
        }
        schedule
    }

    /// Ends the schedule where the first message beyond the number would be due.
    fn limit_to(&mut self, messages: u64, warm_up: Duration) {
        let before = match self.seed {
            None => self.curve.count_before(warm_up),
            Some(_) => self
                .arrivals()
                .take_while(|arrival| arrival.due < warm_up)
                .count() as u64,
        };
        let limit = before.saturating_add(messages);
        let end = match self.seed {
            None => self
                .curve
                .when(self.curve.arrival().saturating_mul(limit.into())),
            Some(_) => self
                .arrivals()
                .find(|arrival| arrival.index == limit)
                .map(|arrival| arrival.due),
        };
        self.limit = limit;
        self.end = end.unwrap_or(self.end);
    }

    /// A shard's part: every n-th arrival. All shards together are the schedule.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = shard;
        self
    }

    /// All arrivals in order of time.
    pub fn arrivals(&self) -> Walk {
        Walk::new(self)
    }

    /// The number of arrivals. Random ones are counted one by one.
    pub fn count(&self) -> u64 {
        if self.seed.is_some() {
            return self.arrivals().count() as u64;
        }
        self.count_before(self.end)
    }

    /// The maximum number of arrivals. One seed in a billion exceeds it where they
    /// are random (six standard deviations of a Poisson count).
    pub fn most(&self) -> u64 {
        let all = self.curve.count_before(self.end);
        let spread = match self.seed {
            Some(_) => (6.0 * (all as f64).sqrt()).ceil() as u64,
            None => 0,
        };
        self.shard.share(all.saturating_add(spread).min(self.limit))
    }

    /// The number of arrivals before `at`; the average where they are random.
    pub fn count_before(&self, at: Duration) -> u64 {
        let all = self.curve.count_before(at).min(self.limit);
        self.shard.share(all)
    }

    /// Whether there is an arrival after the warm-up. Random ones are searched only
    /// if the average is so low that there may be none (a Poisson count of mean 100
    /// is 0 for one seed in 10^43).
    pub fn has_any_after(&self, warm_up: Duration) -> bool {
        if self.seed.is_none() {
            return self.count_before(self.end) > self.count_before(warm_up);
        }
        self.expected(warm_up, self.end) > 100.0
            || self.arrivals().any(|arrival| arrival.due >= warm_up)
    }

    /// The expected number between two times: the integral of the rate.
    pub fn expected(&self, from: Duration, to: Duration) -> f64 {
        let (from, to) = (from.min(self.end), to.min(self.end));
        self.curve.expected(from, to) / f64::from(self.shard.of())
    }

    /// The end: of the last stage, or of the last message's interval.
    pub fn end(&self) -> Duration {
        self.end
    }

    /// The target rate at `at`, in messages per second.
    pub fn rate_at(&self, at: Duration) -> f64 {
        if at >= self.end {
            return 0.0;
        }
        self.curve.rate_at(at) / f64::from(self.shard.of())
    }

    /// The mean target rate from `from` to `to`, in messages per second; 0 after the
    /// end.
    pub fn mean_rate(&self, from: Duration, to: Duration) -> f64 {
        let to = to.min(self.end);
        if from >= to {
            return 0.0;
        }
        self.curve.mean_rate(from, to) / f64::from(self.shard.of())
    }
}

/// The highest rate of a load, in messages per second: that of the pieces of its
/// curve. A [`Schedule`] is not needed for it, which would look for its end arrival by
/// arrival where they are random and their number is given.
pub(crate) fn peak_per_s(
    shape: &Shape,
    rate_unit: RateUnit,
    warm_up: Duration,
    length: Length,
) -> f64 {
    curve_of(shape, rate_unit, warm_up, length).peak()
}

fn curve_of(shape: &Shape, rate_unit: RateUnit, warm_up: Duration, length: Length) -> Curve {
    let per_arrival = match rate_unit {
        RateUnit::Messages => NonZeroU32::MIN,
        RateUnit::Recipients { per_message } => per_message,
    };
    let pieces = pieces::pieces(shape, warm_up, length);
    Curve::new(pieces, pieces::decimals(shape), per_arrival.get())
}
