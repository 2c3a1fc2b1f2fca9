//! Limits a rate: that at which attempts start, whether the schedule, a backlog
//! or a retry made them due, and that at which sessions are opened.
//!
//! Pure. It is the generic cell rate algorithm (ITU-T I.371, annex A). An
//! attempt that is refused asks again later, and no place is reserved for it;
//! a session takes the next place and waits for it.

use std::time::Duration;

use crate::vocabulary::Instant;

/// By how much attempts may lag behind even spacing and catch up at once.
/// Shorter than any relevant stall, and longer than the wake-up latency of a
/// busy machine, so that the limiter does not slow down a schedule at exactly
/// its own rate because of timer jitter.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Limits the rate of attempts: in any time `t` at most `(t + 20 ms) / gap + 1`
/// attempts start. Sessions have no tolerance.
#[derive(Clone, Debug)]
pub struct Limiter {
    gap: Duration,
    tolerance: Duration,
    /// When the next attempt would be due if all before it had been evenly
    /// spaced.
    due: Instant,
}

impl Limiter {
    /// A limiter that lets an attempt start every `gap`.
    pub const fn new(gap: Duration) -> Self {
        Self {
            gap,
            tolerance: TOLERANCE,
            due: Instant::ORIGIN,
        }
    }

    /// A limiter without tolerance: each start is at least `gap` after the one
    /// before.
    pub(super) const fn exact(gap: Duration) -> Self {
        Self {
            tolerance: Duration::ZERO,
            ..Self::new(gap)
        }
    }

    /// Whether an attempt may start now; if so, counts it.
    #[must_use]
    pub fn pass(&mut self, now: Instant) -> bool {
        let open = now >= self.opens();
        if open {
            self.due = self.due.max(now) + self.gap;
        }
        open
    }

    /// The time from which the next attempt may start.
    pub fn opens(&self) -> Instant {
        self.due - self.tolerance
    }

    /// Takes the next place: returns its time, which is `now` or later.
    pub(super) fn take_turn(&mut self, now: Instant) -> Instant {
        let turn = self.opens().max(now);
        self.due = self.due.max(now) + self.gap;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    /// The start time of each attempt, if they arrive at these times and wait
    /// in order.
    fn starts(limiter: &mut Limiter, come: impl IntoIterator<Item = Instant>) -> Vec<Instant> {
        let each = come.into_iter().map(|now| {
            let at = now.max(limiter.opens());
            assert!(limiter.pass(at));
            assert!(at == now || !limiter.clone().pass(now));
            at
        });
        each.collect()
    }

    #[test]
    fn simultaneous_attempts_are_spaced_out_in_order() {
        let mut limiter = Limiter::new(Duration::from_millis(100));
        let expected = [ms(1_000), ms(1_080), ms(1_180), ms(1_280)];
        assert_eq!(starts(&mut limiter, [ms(1_000); 4]), expected);
    }

    #[test]
    fn occasional_lateness_does_not_slow_a_schedule_at_the_rate_of_the_limiter() {
        let mut limiter = Limiter::new(Duration::from_millis(10));
        let late = [0, 3, 7, 15].into_iter().cycle();
        let come: Vec<_> = (0..1_000)
            .zip(late)
            .map(|(i, late)| ms(i * 10 + late))
            .collect();
        assert_eq!(starts(&mut limiter, come.clone()), come);
    }

    proptest! {
        /// Whatever the arrivals, no time window has more attempts than
        /// allowed.
        #[test]
        fn no_time_window_has_more_attempts_than_allowed(
            gap in 1_u64..200,
            steps in prop::collection::vec(0_u64..50, 1..200),
        ) {
            let mut limiter = Limiter::new(Duration::from_millis(gap));
            let come = steps.iter().scan(0, |now, step| {
                *now += step;
                Some(ms(*now))
            });
            let passed = starts(&mut limiter, come);
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
