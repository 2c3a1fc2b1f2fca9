//! How fast attempts may start, whatever made them due: the schedule, a
//! backlog, or a retry.
//!
//! Pure. It is the generic cell rate algorithm (ITU-T I.371, annex A): each
//! attempt is given the moment from which it may start, in the order in which
//! they asked, and the moment is its own whether it uses it or not.

use std::time::Duration;

use crate::vocabulary::Instant;

/// How far attempts may lag behind their even spacing and make up for it at
/// once. Less than a stall that anyone would call one, and more than a busy
/// machine's wake-up, so that a schedule at the very rate of the gate is not
/// slowed down by its own timer.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Lets attempts start at a bounded rate: in any time `t` at most
/// `(t + 20 ms) / gap + 1` of them.
#[derive(Clone, Debug)]
pub struct Gate {
    gap: Duration,
    /// When the next would be due if all before had been spaced evenly.
    due: Instant,
}

impl Gate {
    /// One that lets an attempt through every `gap`.
    pub const fn new(gap: Duration) -> Self {
        Self {
            gap,
            due: Instant::ORIGIN,
        }
    }

    /// The moment, not before `now`, from which the next attempt may start.
    #[must_use]
    pub fn pass(&mut self, now: Instant) -> Instant {
        let opens = (self.due - TOLERANCE).max(now);
        self.due = self.due.max(opens) + self.gap;
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    #[test]
    fn a_crowd_is_spaced_out_and_keeps_its_order() {
        let mut gate = Gate::new(Duration::from_millis(100));
        let passed: Vec<_> = (0..4).map(|_| gate.pass(ms(1_000))).collect();
        assert_eq!(passed, [ms(1_000), ms(1_080), ms(1_180), ms(1_280)]);
    }

    #[test]
    fn a_schedule_at_the_rate_of_the_gate_is_not_slowed_by_being_late_now_and_then() {
        let mut gate = Gate::new(Duration::from_millis(10));
        for index in 0..1_000 {
            let late = [0, 3, 7, 15][index as usize % 4];
            let now = ms(index * 10 + late);
            assert_eq!(gate.pass(now), now);
        }
    }

    proptest! {
        /// However they come, no window of time sees more than its share.
        #[test]
        fn no_window_has_more_than_its_share(
            gap in 1_u64..200,
            steps in prop::collection::vec(0_u64..50, 1..200),
        ) {
            let mut gate = Gate::new(Duration::from_millis(gap));
            let mut now = 0;
            let mut passed = Vec::new();
            for step in steps {
                now += step;
                let at = gate.pass(ms(now));
                prop_assert!(at >= ms(now));
                prop_assert!(passed.last().is_none_or(|last| at >= *last));
                passed.push(at);
            }
            for (first, from) in passed.iter().enumerate() {
                for (last, to) in passed.iter().enumerate().skip(first) {
                    let window = to.since(*from) + TOLERANCE;
                    let most = window.as_nanos() / u128::from(gap * 1_000_000) + 1;
                    prop_assert!((last - first + 1) as u128 <= most);
                }
            }
        }
    }
}
