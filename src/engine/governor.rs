//! How fast sessions may be opened: a thousand at once is a storm.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::scenario::Rate;
use crate::sys::clock::Clock;
use crate::vocabulary::Instant;

/// Most sessions being set up at the same time before the clock starts, where
/// the scenario names no rate: enough to keep a far server's round trips
/// overlapped, few enough not to trip its connection limits or our time-outs.
const SET_UP_AT_ONCE: usize = 100;

/// Spaces out the opening of sessions.
pub(super) struct Governor {
    clock: Clock,
    interval: Option<Duration>,
    /// When the next session may be opened, in nanoseconds since the origin.
    next: AtomicU64,
    ahead: Semaphore,
}

impl Governor {
    pub(super) fn new(clock: Clock, rate: Option<Rate>) -> Self {
        let at_once = match rate {
            Some(_) => Semaphore::MAX_PERMITS,
            None => SET_UP_AT_ONCE,
        };
        Self {
            clock,
            interval: rate.map(|rate| rate.due(1)),
            next: AtomicU64::new(0),
            ahead: Semaphore::new(at_once),
        }
    }

    /// Waits for this session's turn under the scenario's rate.
    pub(super) async fn turn(&self) {
        let Some(interval) = self.interval else {
            return;
        };
        let now = self.clock.now();
        let turn = self.take_turn(now, interval);
        if turn > now {
            tokio::time::sleep(turn.since(now)).await;
        }
    }

    /// A place among the sessions being set up ahead; to be kept until ready.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.ahead.acquire().await.ok()
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
