//! Decides when a slot tries to reconnect before its back-off is over.
//!
//! Slots whose sessions can't be opened back off for seconds, so that they do
//! not hammer a server in trouble. While messages wait for a session, that
//! would make an outage look longer than it was: so one slot after another, the
//! scout, tries earlier. The slot itself decides how long it backs off
//! otherwise, and `load.session_rate` applies to scouts, too. Pure: the engine
//! lets the slots queue, and sends the first.

use std::time::Duration;

use crate::vocabulary::Instant;

/// Time between two tries while they fail: the most that it adds to the length
/// of an outage, and at most seven connections a second from all slots together.
const INTERVAL: Duration = Duration::from_millis(150);

/// Sends slots ahead, one at a time.
#[derive(Debug)]
pub(crate) struct Scout {
    /// Time between two tries while they succeed: the other slots then follow
    /// at the rate at which sessions are opened ahead of the clock.
    following: Duration,
    /// Whether the last try to open a session failed, of any slot.
    failing: bool,
    /// When the last scout was sent.
    sent: Instant,
}

impl Scout {
    /// While tries succeed, scouts go `following` apart.
    pub(crate) const fn new(following: Duration) -> Self {
        Self {
            following,
            failing: false,
            sent: Instant::ORIGIN,
        }
    }

    /// A slot tried to open a session.
    pub(crate) const fn tried(&mut self, ready: bool) {
        self.failing = !ready;
    }

    /// Whether the first slot in the queue should try at once. If not, when to
    /// ask again; `is_needed` is whether messages wait for a session.
    pub(crate) fn turn(
        &mut self,
        now: Instant,
        is_needed: impl FnOnce() -> bool,
    ) -> Result<(), Instant> {
        let next = self.next();
        if next > now {
            return Err(next);
        }
        if !is_needed() {
            return Err(now + INTERVAL);
        }
        self.sent = now;
        Ok(())
    }

    fn next(&self) -> Instant {
        let interval = match self.failing {
            true => INTERVAL,
            false => self.following,
        };
        self.sent + interval
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_tries_fail_they_are_an_interval_apart_and_then_the_others_follow() {
        let following = Duration::from_millis(5);
        let mut scout = Scout::new(following);
        let at = Instant::ORIGIN + Duration::from_secs(1);
        scout.tried(false);
        assert_eq!(scout.turn(at, || true), Ok(()));
        assert_eq!(scout.turn(at, || true), Err(at + INTERVAL));
        scout.tried(true);
        assert_eq!(scout.turn(at, || true), Err(at + following));
        assert_eq!(scout.turn(at + following, || true), Ok(()));
    }

    #[test]
    fn no_slot_is_sent_while_no_message_waits() {
        let mut scout = Scout::new(Duration::ZERO);
        let at = Instant::ORIGIN + Duration::from_secs(1);
        assert_eq!(scout.turn(at, || false), Err(at + INTERVAL));
        assert_eq!(scout.turn(at, || true), Ok(()));
    }
}
