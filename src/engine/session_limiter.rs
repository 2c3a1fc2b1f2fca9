//! Limits how fast sessions are opened, so that a server does not get a
//! thousand connections at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Load;
use crate::dispatch::Connect;
use crate::schedule::Rate;
use crate::sys::clock::Clock;
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

/// How long it takes to open all sessions ahead, at the rate that applies.
pub(crate) fn opening_time(load: &Load) -> Duration {
    let sessions = load.sessions.get();
    match (load.connect, load.session_rate) {
        (Connect::OnDemand, _) => Duration::ZERO,
        (Connect::Ahead, Some(rate)) => rate.due(sessions.into()),
        (Connect::Ahead, None) => ahead(sessions).saturating_mul(sessions),
    }
}

/// Time between two sessions opened ahead, unless the scenario sets a rate.
pub(super) fn ahead(sessions: u32) -> Duration {
    AHEAD.min(ALL_AHEAD / sessions.max(1))
}

/// Spaces out the opening of sessions.
pub(super) struct SessionLimiter {
    clock: Clock,
    /// Set by the scenario.
    interval: Option<Duration>,
    /// Applies before the clock starts, unless the scenario sets a rate.
    ahead: Duration,
    /// When the next session may be opened, in nanoseconds since the origin.
    next: AtomicU64,
}

impl SessionLimiter {
    pub(super) fn new(clock: Clock, rate: Option<Rate>, sessions: u32) -> Self {
        Self {
            clock,
            interval: rate.map(|rate| rate.due(1)),
            ahead: ahead(sessions),
            next: AtomicU64::new(0),
        }
    }

    /// Waits until the next session may be opened. Once the clock runs, only
    /// the scenario limits how fast sessions are reopened.
    pub(super) async fn turn(&self, ahead_of_clock: bool) {
        let unless_named = ahead_of_clock.then_some(self.ahead);
        let Some(interval) = self.interval.or(unless_named) else {
            return;
        };
        let now = self.clock.now();
        let turn = self.take_turn(now, interval);
        if turn > now {
            tokio::time::sleep(turn.since(now)).await;
        }
    }

    fn take_turn(&self, now: Instant, interval: Duration) -> Instant {
        let step = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        let taken = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                Some(next.max(now.nanos()).saturating_add(step))
            });
        let next = taken.unwrap_or_else(|next| next);
        Instant::from_nanos(next.max(now.nanos()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_an_interval_apart_and_unused_ones_expire() {
        let session_limiter = SessionLimiter::new(Clock::start(), Rate::per_second(100), 10);
        let step = Duration::from_millis(10);
        let at = |millis: u64| Instant::ORIGIN + Duration::from_millis(millis);
        assert_eq!(session_limiter.take_turn(at(3), step), at(3));
        assert_eq!(session_limiter.take_turn(at(3), step), at(13));
        assert_eq!(session_limiter.take_turn(at(4), step), at(23));
        assert_eq!(session_limiter.take_turn(at(500), step), at(500));
    }
}
