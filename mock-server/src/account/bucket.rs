//! The sending rate as a token bucket.
//!
//! It admits a message while at least one token is left, and may then go below
//! zero: 15 recipients at 14/s are admitted, and the next message waits longer. A
//! refusal uses no token. Amazon only states that the rate may be exceeded "for
//! short bursts, but not for sustained periods" (SES Developer Guide, "Managing
//! your sending limits"); the bucket is a guess that fits observations.

use crate::protocol::Instant;

/// Tolerance, so that rounding does not refuse a message that arrives exactly
/// when its token does: less than one recipient in a billion.
const ROUNDING: f64 = 1e-6;

/// A sending rate with a burst, in recipients; it reads no clock.
#[derive(Debug)]
pub struct Bucket {
    rate: f64,
    capacity: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// `rate` in recipients per second; `capacity` in recipients, by default
    /// one second of the rate and at least 1.
    #[must_use]
    pub fn new(rate: f64, capacity: Option<f64>) -> Bucket {
        let capacity = capacity.unwrap_or(rate).max(1.0);
        Bucket {
            rate,
            capacity,
            tokens: capacity,
            at: Instant(0),
        }
    }

    /// Whether a message would be admitted at `now`.
    #[must_use]
    pub fn admits(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.tokens >= 1.0 - ROUNDING
    }

    /// Takes what [`admits`](Self::admits) allowed.
    pub fn take(&mut self, recipients: u32) {
        self.tokens -= f64::from(recipients);
    }

    /// Changes rate and capacity from `now` on. Tokens stay, up to the new
    /// capacity.
    pub(super) fn change(&mut self, rate: f64, capacity: Option<f64>, now: Instant) {
        self.refill(now);
        self.rate = rate;
        self.capacity = capacity.unwrap_or(rate).max(1.0);
        self.tokens = self.tokens.min(self.capacity);
    }

    /// Tokens left.
    pub(super) fn tokens(&mut self, now: Instant) -> f64 {
        self.refill(now);
        self.tokens
    }

    /// Fills it completely.
    pub(super) fn fill(&mut self) {
        self.tokens = self.capacity;
    }

    /// Workers read the clock before they take the lock, so `now` can be slightly
    /// before the last call; then no time has passed.
    fn refill(&mut self, now: Instant) {
        let gained = now.since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.capacity);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of admitted attempts at `offered`/s for `seconds`.
    fn admitted(bucket: &mut Bucket, offered: f64, seconds: f64) -> (u32, u32) {
        let attempts = (offered * seconds) as u32;
        let admitted = (0..attempts).filter(|n| {
            let now = Instant((f64::from(*n) / offered * 1e9) as u64);
            let admits = bucket.admits(now);
            if admits {
                bucket.take(1);
            }
            admits
        });
        (admitted.count() as u32, attempts)
    }

    #[test]
    fn just_below_the_rate_nothing_is_refused() {
        let (admitted, attempts) = admitted(&mut Bucket::new(14.0, None), 13.5, 60.0);
        assert_eq!(admitted, attempts);
    }

    #[test]
    fn at_twice_the_rate_half_is_refused() {
        let (admitted, attempts) = admitted(&mut Bucket::new(14.0, None), 28.0, 60.0);
        let share = f64::from(admitted) / f64::from(attempts);
        assert!((0.49..=0.51).contains(&share), "{share}");
    }

    #[test]
    fn a_message_may_take_more_than_is_left() {
        let mut bucket = Bucket::new(14.0, None);
        assert!(bucket.admits(Instant(0)));
        bucket.take(15);
        assert!(!bucket.admits(Instant(0)));
        assert!(
            !bucket.admits(Instant(100_000_000)),
            "still paying: -1 + 1.4"
        );
        assert!(bucket.admits(Instant(142_857_143)), "2 tokens later");
    }

    #[test]
    fn a_low_rate_still_admits() {
        let mut bucket = Bucket::new(0.1, None);
        assert!(bucket.admits(Instant(0)));
        bucket.take(1);
        assert!(!bucket.admits(Instant(9_000_000_000)));
        assert!(bucket.admits(Instant(10_000_000_000)));
    }
}
