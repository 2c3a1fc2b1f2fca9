//! How fast attempts may start, whatever made them due: the schedule, a
//! backlog, or a retry.
//!
//! Pure. It is the generic cell rate algorithm (ITU-T I.371, annex A). Who
//! finds it closed comes again when it opens; nobody holds a place.

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
pub struct Limiter {
    gap: Duration,
    /// When the next would be due if all before had been spaced evenly.
    due: Instant,
}

impl Limiter {
    /// One that lets an attempt through every `gap`.
    pub const fn new(gap: Duration) -> Self {
        Self {
            gap,
            due: Instant::ORIGIN,
        }
    }

    /// Lets an attempt through, if it may start now.
    #[must_use]
    pub fn pass(&mut self, now: Instant) -> bool {
        let open = now >= self.opens();
        if open {
            self.due = self.due.max(now) + self.gap;
        }
        open
    }

    /// The moment from which the next attempt may start.
    pub fn opens(&self) -> Instant {
        self.due - TOLERANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    /// When each attempt starts, of such as come at those moments and wait in line.
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
    fn a_crowd_is_spaced_out_and_keeps_its_order() {
        let mut limiter = Limiter::new(Duration::from_millis(100));
        let expected = [ms(1_000), ms(1_080), ms(1_180), ms(1_280)];
        assert_eq!(starts(&mut limiter, [ms(1_000); 4]), expected);
    }

    #[test]
    fn a_schedule_at_the_rate_of_the_gate_is_not_slowed_by_being_late_now_and_then() {
        let mut limiter = Limiter::new(Duration::from_millis(10));
        let late = [0, 3, 7, 15].into_iter().cycle();
        let come: Vec<_> = (0..1_000)
            .zip(late)
            .map(|(i, late)| ms(i * 10 + late))
            .collect();
        assert_eq!(starts(&mut limiter, come.clone()), come);
    }

    proptest! {
        /// However they come, no window of time sees more than its share.
        #[test]
        fn no_window_has_more_than_its_share(
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
