//! Decides which slot tries to reconnect during its back-off, and when.
//!
//! Slots whose sessions can't be opened back off for seconds, so that they do
//! not hammer a server in trouble. While messages wait for a session, that
//! would make an outage look longer than it was: so one slot after another, the
//! scout, tries earlier. The slot itself decides how long it backs off
//! otherwise, and `load.session_rate` applies to scouts, too.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use crate::sys::clock::Clock;
use crate::vocabulary::Instant;

/// Time between two tries while they fail: the most that it adds to the length
/// of an outage, and at most seven connections a second from all slots together.
const INTERVAL: Duration = Duration::from_millis(150);

/// Sends slots ahead, one at a time.
pub(super) struct Scout {
    clock: Clock,
    /// Time between two tries while they succeed: the other slots then follow
    /// at the rate at which sessions are opened ahead of the clock.
    following: Duration,
    /// Whether the last try to open a session failed, of any slot.
    failing: AtomicBool,
    /// When the last scout was sent. Slots queue at this lock.
    sent: Mutex<Instant>,
}

impl Scout {
    pub(super) fn new(clock: Clock, following: Duration) -> Self {
        Self {
            clock,
            following,
            failing: AtomicBool::new(false),
            sent: Mutex::new(Instant::ORIGIN),
        }
    }

    /// A slot tried to open a session.
    pub(super) fn tried(&self, ready: bool) {
        self.failing.store(!ready, Ordering::Relaxed);
    }

    /// Waits until this slot should try at once; never returns while
    /// `is_needed` reports that no message waits for a session. A slot that
    /// stops waiting gives its turn to the next.
    pub(super) async fn turn(&self, is_needed: impl Fn() -> bool) {
        let mut sent = self.sent.lock().await;
        loop {
            let now = self.clock.now();
            let next = self.next(*sent);
            if next > now {
                tokio::time::sleep(next.since(now)).await;
            } else if is_needed() {
                *sent = now;
                return;
            } else {
                tokio::time::sleep(INTERVAL).await;
            }
        }
    }

    /// When the next scout may go, after one that was sent at `sent`.
    fn next(&self, sent: Instant) -> Instant {
        let failing = self.failing.load(Ordering::Relaxed);
        sent + if failing { INTERVAL } else { self.following }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn while_tries_fail_they_are_an_interval_apart_and_then_the_others_follow() {
        let following = Duration::from_millis(5);
        let scout = Scout::new(Clock::start(), following);
        let at = Instant::ORIGIN + Duration::from_secs(1);
        scout.tried(false);
        assert_eq!(scout.next(at), at + INTERVAL);
        scout.tried(true);
        assert_eq!(scout.next(at), at + following);
    }

    #[test]
    fn one_slot_goes_at_a_time_and_only_if_it_is_needed() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let _guard = runtime.enter();
        let mut cx = Context::from_waker(Waker::noop());
        let scout = Scout::new(Clock::start(), Duration::ZERO);
        let mut idle = Box::pin(scout.turn(|| false));
        assert_eq!(idle.as_mut().poll(&mut cx), Poll::Pending);
        let mut next = pin!(scout.turn(|| true));
        assert_eq!(next.as_mut().poll(&mut cx), Poll::Pending);
        // The slot whose own back-off is over gives its turn to the next.
        drop(idle);
        assert_eq!(next.as_mut().poll(&mut cx), Poll::Ready(()));
    }
}
