//! Limits how fast sessions are opened, so that a server does not get a
//! thousand connections at once. Pure.

use std::time::Duration;

use super::{Connect, Limiter};
use crate::schedule::Rate;
use crate::vocabulary::Instant;

/// Time between two sessions opened ahead, where the scenario sets no rate: 200
/// a second, or more with many sessions. A full handshake costs client and
/// server together about a millisecond of CPU, so at this rate sessions on one
/// machine do not compete with each other while their set-up is measured.
const AHEAD: Duration = Duration::from_millis(5);

/// All sessions are opened within this time, whatever their number, so that the
/// server does not close the first for idling (SES: after 10 s) before the last
/// is open.
const ALL_AHEAD: Duration = Duration::from_secs(5);

/// Time between two sessions opened ahead, unless the scenario sets a rate.
pub(crate) fn ahead(sessions: u32) -> Duration {
    AHEAD.min(ALL_AHEAD / sessions.max(1))
}

/// Spaces out the opening of sessions.
#[derive(Debug)]
pub(crate) struct SessionLimiter {
    limiter: Limiter,
    /// Whether the scenario sets the rate. If not, sessions are limited before
    /// the clock starts, and not after it.
    named: bool,
}

impl SessionLimiter {
    /// A limiter for that many sessions, opened at most at `rate`.
    pub(crate) fn new(rate: Option<Rate>, sessions: u32) -> Self {
        let interval = rate.map(|rate| rate.due(1));
        Self {
            limiter: Limiter::exact(interval.unwrap_or_else(|| ahead(sessions))),
            named: rate.is_some(),
        }
    }

    /// How long it takes to open all sessions ahead.
    pub(crate) fn opening_time(connect: Connect, rate: Option<Rate>, sessions: u32) -> Duration {
        match (connect, rate) {
            (Connect::OnDemand, _) => Duration::ZERO,
            (Connect::Ahead, Some(rate)) => rate.due(sessions.into()),
            (Connect::Ahead, None) => ahead(sessions).saturating_mul(sessions),
        }
    }

    /// Takes the next turn: returns when the session may be opened. Once the
    /// clock runs, only the scenario limits how fast sessions are reopened.
    pub(crate) fn take_turn(&mut self, now: Instant, clock_runs: bool) -> Instant {
        match self.named || !clock_runs {
            true => self.limiter.take_turn(now),
            false => now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    #[test]
    fn openings_are_an_interval_apart_and_unused_ones_expire() {
        let mut sessions = SessionLimiter::new(Rate::per_second(100), 10);
        let mut turn = |millis| sessions.take_turn(at(millis), true);
        assert_eq!(turn(3), at(3));
        assert_eq!(turn(3), at(13));
        assert_eq!(turn(4), at(23));
        assert_eq!(turn(500), at(500));
    }

    #[test]
    fn without_a_rate_only_sessions_opened_before_the_clock_are_spaced_out() {
        let mut sessions = SessionLimiter::new(None, 10);
        let mut turn = |clock_runs| sessions.take_turn(at(3), clock_runs);
        assert_eq!([turn(false), turn(false)], [at(3), at(8)]);
        assert_eq!([turn(true), turn(true)], [at(3), at(3)]);
    }
}
