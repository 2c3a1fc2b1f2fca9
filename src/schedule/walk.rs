//! Iterates over the arrivals of a schedule without storing them.

use std::time::Duration;

use super::Schedule;
use super::curve::Curve;
use super::gaps::Gaps;
use super::piece::Amount;

/// When a message is intended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The number of the message in the plan, from 0; shards skip those of others.
    pub index: u64,
    /// When it is intended, since the start of the run.
    pub due: Duration,
}

/// Iterates in order. It holds its own copy of the schedule, which is small.
#[derive(Clone, Debug)]
pub struct Walk {
    curve: Curve,
    /// None: evenly spaced.
    gaps: Option<Gaps>,
    index: u64,
    /// The amount at which the next arrival is due.
    amount: Amount,
    limit: u64,
    step: u64,
}

impl Walk {
    pub(super) fn new(schedule: &Schedule) -> Self {
        let mut walk = Self {
            curve: schedule.curve.clone(),
            gaps: schedule.seed.map(Gaps::new),
            index: 0,
            amount: 0,
            limit: schedule.limit,
            step: u64::from(schedule.shard.of()),
        };
        // An evenly spaced schedule starts at once, a random one with a gap.
        walk.amount = walk.gap();
        if walk.gaps.is_none() {
            walk.amount = 0;
        }
        walk.skip_arrivals(u64::from(schedule.shard.index() - 1));
        walk
    }

    fn skip_arrivals(&mut self, number: u64) {
        self.index = self.index.saturating_add(number);
        if self.gaps.is_none() {
            let gaps = self.gap().saturating_mul(number.into());
            self.amount = self.amount.saturating_add(gaps);
            return;
        }
        for _ in 0..number {
            self.amount = self.amount.saturating_add(self.gap());
        }
    }

    fn gap(&mut self) -> Amount {
        let arrival = self.curve.arrival();
        match &mut self.gaps {
            Some(gaps) => (gaps.next() * arrival as f64) as Amount,
            None => arrival,
        }
    }
}

impl Iterator for Walk {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.index >= self.limit {
            return None;
        }
        let due = self.curve.when(self.amount)?;
        let index = self.index;
        self.skip_arrivals(self.step);
        Some(Arrival { index, due })
    }
}
