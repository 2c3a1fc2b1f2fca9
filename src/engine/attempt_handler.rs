//! What the end of an attempt leads to: another one, the message's end, or the
//! end of the run.
//!
//! All threads share it. Messages that are accepted at the first try, which is
//! most of them, never touch its lock, unless the closed model has retries or a
//! ceiling to look for.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::stop::Stop;
use crate::dispatch::{CauseBuf, RetryQueue};
use crate::smtp::is_suspension;
use crate::sys::clock::Clock;
use crate::vocabulary::{Cause, Instant, Outcome, StopReason, Ticket};

/// Somebody looks again after this long, when nothing is due.
const RETRY_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What the end of an attempt leads to.
pub(super) struct AttemptHandler {
    retry_queue: Mutex<RetryQueue>,
    /// Something became due sooner, or nothing will any more.
    changed: Condvar,
    /// Whether anything is ever tried again.
    retrying: bool,
    /// Whether there is a ceiling.
    bounded: bool,
    stop: Arc<Stop>,
    stop_on_quota: bool,
}

impl AttemptHandler {
    pub(super) fn new(retry_queue: RetryQueue, stop: Arc<Stop>, stop_on_quota: bool) -> Self {
        Self {
            retrying: retry_queue.is_possible(),
            bounded: retry_queue.is_bounded(),
            retry_queue: Mutex::new(retry_queue),
            changed: Condvar::new(),
            stop,
            stop_on_quota,
        }
    }

    /// An attempt ended so: returns the next one and when it is due, or none
    /// when that was the message's end.
    pub(super) fn of(
        &self,
        attempt: Ticket,
        outcome: Outcome,
        cause: &Cause<'_>,
        now: Instant,
    ) -> Option<(Ticket, Instant)> {
        if outcome == Outcome::Accepted && attempt.attempt == 1 {
            return None;
        }
        if let Some(reason) = self.stops(outcome, cause) {
            self.stop.request(reason);
        }
        let next = self.retry_queue().after(attempt, outcome, cause, now);
        if next.is_some() {
            self.changed.notify_one();
        }
        next
    }

    /// Takes one of the attempts that may still be begun.
    pub(super) fn draw(&self) -> bool {
        !self.bounded || self.retry_queue().draw()
    }

    /// Whether there is such an attempt.
    pub(super) fn has_room(&self) -> bool {
        !self.bounded || self.retry_queue().has_room()
    }

    /// How many retries were not made for want of room.
    pub(super) fn refused(&self) -> u64 {
        self.retry_queue().refused()
    }

    /// How many messages back off until after that moment, if all of them do.
    pub(super) fn backing_off_beyond(&self, moment: Instant) -> u64 {
        let retry_queue = self.retry_queue();
        match retry_queue.next_due() {
            Some(due) if due > moment => retry_queue.backing_off(),
            _ => 0,
        }
    }

    /// When the next retry is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.retrying.then(|| self.retry_queue().next_due())?
    }

    /// A retry that is due.
    pub(super) fn take_due(&self, now: Instant) -> Option<Ticket> {
        self.retrying.then(|| self.retry_queue().take_due(now))?
    }

    /// Blocks until a retry is due; none when there will be none any more.
    pub(super) fn wait_for_due(&self, clock: Clock) -> Option<Ticket> {
        let mut retry_queue = self.retry_queue();
        loop {
            let now = clock.now();
            if let Some(ticket) = retry_queue.take_due(now) {
                return Some(ticket);
            }
            if retry_queue.is_closed() {
                return None;
            }
            let wait = retry_queue
                .next_due()
                .map_or(RETRY_POLL_INTERVAL, |due| due.since(now));
            let woken = self.changed.wait_timeout(retry_queue, wait);
            retry_queue = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// No further attempt: returns the messages that were waiting for one.
    pub(super) fn close(&self) -> Vec<Ticket> {
        let waiting = self.retry_queue().close();
        self.changed.notify_all();
        waiting
    }

    /// How the attempt before this one ended, if there was one.
    pub(super) fn take_last(&self, message: Ticket) -> Option<CauseBuf> {
        (message.attempt > 1).then(|| self.retry_queue().take_last(message))?
    }

    /// What makes going on useless, or a harm to the account.
    fn stops(&self, outcome: Outcome, cause: &Cause<'_>) -> Option<StopReason> {
        match outcome {
            Outcome::Quota if self.stop_on_quota => Some(StopReason::QuotaSpent),
            Outcome::Rejected | Outcome::Auth if is_suspension(cause.text) => {
                Some(StopReason::AccountSuspended)
            }
            _ => None,
        }
    }

    fn retry_queue(&self) -> MutexGuard<'_, RetryQueue> {
        // Nothing panics under this lock; if it did, what it guards is whole.
        self.retry_queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
