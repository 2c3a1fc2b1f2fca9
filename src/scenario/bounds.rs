//! The bounds that the ceilings and `load.catch_up` set on attempts. The limiter
//! enforces them.

use std::time::Duration;

use super::Plan;
use crate::dispatch::Bounds;
use crate::engine::{Load, Model};
use crate::schedule::{RateUnit, Shard};

impl Plan {
    /// The bounds of the plan, or of a shard after `take_share`. The rates are not
    /// divided: a shard takes every n-th attempt, so that the gap is exact.
    pub fn bounds(&self) -> Bounds {
        let ceilings = &self.target.ceilings;
        let recipients = u64::from(self.message.recipients.get());
        let shards = u64::from(self.shard.map_or(1, Shard::of));
        let by_rate = ceilings.max_rate.map(|rate| rate.due(recipients * shards));
        Bounds {
            gap: catch_up(&self.load, shards).max(by_rate),
            attempts: ceilings.max_recipients.map(|most| most / recipients),
        }
    }
}

/// The gap between attempts at the rate of `load.catch_up`.
fn catch_up(load: &Load, shards: u64) -> Option<Duration> {
    let per_message = match load.model {
        Model::Open {
            rate_unit: RateUnit::Recipients { per_message },
            ..
        } => per_message.get(),
        _ => 1,
    };
    load.catch_up
        .map(|rate| rate.due(u64::from(per_message) * shards))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    fn bounds(assignments: &[&str], shard: Option<&str>) -> Bounds {
        let least = ["load.rate=1/s", "load.messages=10", "load.warm_up=0s"];
        let mut plan = plan(least.iter().chain(assignments));
        plan.shard = shard.map(|text| text.parse().unwrap());
        plan.take_share();
        plan.bounds()
    }

    fn ms(millis: u64) -> Option<Duration> {
        Some(Duration::from_millis(millis))
    }

    #[test]
    fn without_a_ceiling_nothing_is_bounded() {
        assert_eq!(bounds(&[], None), Bounds::default());
    }

    #[test]
    fn the_slower_of_catching_up_and_the_ceiling_holds() {
        let catch_up = "load.catch_up=100/s";
        assert_eq!(bounds(&[catch_up], None).gap, ms(10));
        let both = [catch_up, "target.max_rate=20/s"];
        assert_eq!(bounds(&both, None).gap, ms(50));
        let unhurried = ["load.catch_up=5/s", "target.max_rate=20/s"];
        assert_eq!(bounds(&unhurried, None).gap, ms(200));
    }

    #[test]
    fn ceilings_count_recipients_and_catching_up_what_the_rate_does() {
        let ten = ["message.recipients=10", "load.catch_up=100/s"];
        assert_eq!(bounds(&ten, None).gap, ms(10));
        let of_recipients = [ten[0], ten[1], "load.rate_unit=recipients"];
        assert_eq!(bounds(&of_recipients, None).gap, ms(100));
        let ceilings = [ten[0], "target.max_rate=20/s", "target.max_recipients=109"];
        let expected = Bounds {
            gap: ms(500),
            attempts: Some(10),
        };
        assert_eq!(bounds(&ceilings, None), expected);
    }

    #[test]
    fn shards_share_their_bounds() {
        let ceilings = ["target.max_rate=20/s", "target.max_recipients=11"];
        let [first, second] = ["1/2", "2/2"].map(|shard| bounds(&ceilings, Some(shard)));
        assert_eq!((first.gap, second.gap), (ms(100), ms(100)));
        assert_eq!((first.attempts, second.attempts), (Some(6), Some(5)));
    }
}
