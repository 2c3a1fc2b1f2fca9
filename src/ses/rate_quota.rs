//! The sending rate of an account in virtual time: the bucket that the mock has.

use sesbench_mock::{Instant as MockInstant, RateBucket};

use crate::vocabulary::Instant;

/// An account's rate, with a burst of one second.
#[derive(Debug)]
pub(crate) struct RateQuota(RateBucket);

impl RateQuota {
    /// `rate_per_s` in recipients; nothing is used yet.
    pub(crate) fn new(rate_per_s: f64) -> Self {
        Self(RateBucket::new(rate_per_s, None))
    }

    /// Whether a message is accepted at `now`; if so, it is counted.
    pub(crate) fn accepts(&mut self, recipients: u32, now: Instant) -> bool {
        let admits = self.0.admits(MockInstant(now.nanos()));
        if admits {
            self.0.take(recipients);
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_the_rate_is_accepted_at_once() {
        let mut quota = RateQuota::new(14.0);
        let now = Instant::from_nanos(5);
        assert_eq!((0..30).filter(|_| quota.accepts(1, now)).count(), 14);
        let later = Instant::from_nanos(500_000_005);
        assert_eq!((0..30).filter(|_| quota.accepts(1, later)).count(), 7);
    }
}
