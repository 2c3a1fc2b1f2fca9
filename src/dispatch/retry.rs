//! How messages that the server refused for now are retried.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Serialize;

/// Exponential back-off with full jitter: before the n-th retry a message waits
/// for a random time between zero and `base * factor^(n - 1)`, or `cap` if that
/// is less. ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015,
/// describes full jitter, and finds that it causes the least work.)
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Retry {
    /// Upper bound of the first wait.
    pub base: Duration,
    /// Factor by which the bound grows from one wait to the next; at least 1.
    pub factor: f64,
    /// Maximum of the bound.
    pub cap: Duration,
    /// Attempts at one message, the first included; at least 2.
    pub attempts: NonZeroU32,
}

impl Retry {
    /// Upper bound of the wait after the attempt with that number, counted from
    /// 1; none if that was the last attempt.
    pub fn bound(&self, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts.get() {
            return None;
        }
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.base.as_secs_f64() * self.factor.powi(exponent);
        // Without the cap it may be infinite, which is not a valid duration.
        let within = grown < self.cap.as_secs_f64();
        Some(match within {
            true => Duration::from_secs_f64(grown),
            false => self.cap,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_grows_by_the_factor_up_to_the_cap_for_as_many_attempts_as_there_are() {
        let retry = Retry {
            base: Duration::from_secs(1),
            factor: 3.0,
            cap: Duration::from_secs(20),
            attempts: NonZeroU32::new(5).unwrap(),
        };
        let bounds: Vec<_> = (1..=6).map(|attempt| retry.bound(attempt)).collect();
        let seconds = |s| Some(Duration::from_secs(s));
        let expected = [seconds(1), seconds(3), seconds(9), seconds(20), None, None];
        assert_eq!(bounds, expected);
    }

    #[test]
    fn a_bound_too_large_for_any_clock_is_the_cap() {
        let retry = Retry {
            base: Duration::from_secs(1),
            factor: 100.0,
            cap: Duration::from_secs(30),
            attempts: NonZeroU32::new(1_000).unwrap(),
        };
        assert_eq!(retry.bound(999), Some(retry.cap));
    }
}
