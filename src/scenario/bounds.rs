//! What holds attempts back, first ones and retries alike.

use std::time::Duration;

use serde::Serialize;

use super::{Load, Model, Plan, RateUnit};

/// How fast attempts may start, and how many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The least time from one attempt's start to the next; none: no bound.
    pub gap: Option<Duration>,
    /// The most attempts that may be begun; none: no bound.
    pub attempts: Option<u64>,
}

impl Plan {
    /// The bounds on all of it, or on its shard's part.
    pub fn bounds(&self) -> Bounds {
        let shards = self.shard.map_or(1, super::Shard::of);
        let gap = catch_up(&self.load);
        Bounds {
            gap: gap.map(|gap| gap.saturating_mul(shards)),
            attempts: None,
        }
    }
}

/// The gap that goes with the rate of catching up.
fn catch_up(load: &Load) -> Option<Duration> {
    let per_message = match load.model {
        Model::Open {
            rate_unit: RateUnit::Recipients { per_message },
            ..
        } => per_message.get(),
        _ => 1,
    };
    load.catch_up.map(|rate| rate.due(per_message.into()))
}
