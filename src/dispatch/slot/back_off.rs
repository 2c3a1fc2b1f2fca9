//! Exponential back-off between two tries of a slot.

use std::time::Duration;

use crate::vocabulary::SlotId;

/// The first wait, while no message waits for the slot: otherwise see
/// [`crate::dispatch::Scout`].
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait, before it is randomized.
const LONGEST: Duration = Duration::from_secs(5);

/// Doubles the wait with each failure, and spreads it over the slots.
#[derive(Debug)]
pub(super) struct BackOff {
    /// Spreads the waits.
    slot: SlotId,
    /// Consecutive failures.
    failures: u32,
}

impl BackOff {
    pub(super) const fn new(slot: SlotId) -> Self {
        Self { slot, failures: 0 }
    }

    /// A try failed: how long to wait before the next.
    pub(super) fn next(&mut self) -> Duration {
        let doubled = FIRST * 2_u32.saturating_pow(self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        let spread = 1.0 + f64::from(self.slot.0 % 16) / 16.0;
        doubled.min(LONGEST).mul_f64(spread)
    }

    /// A try succeeded.
    pub(super) const fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_again_after_a_success() {
        let ms = Duration::from_millis;
        let mut back_off = BackOff::new(SlotId(0));
        let waits: Vec<_> = (0..8).map(|_| back_off.next()).collect();
        let expected = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000].map(ms);
        assert_eq!(waits, expected);
        back_off.reset();
        assert_eq!(back_off.next(), ms(100));
        assert_eq!(BackOff::new(SlotId(24)).next(), ms(150));
    }
}
