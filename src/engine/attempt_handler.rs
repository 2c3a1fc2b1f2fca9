//! Decides what follows the end of an attempt: a retry, the end of the message,
//! or the end of the run.
//!
//! All threads share it. Messages that are accepted at the first attempt, which
//! is most of them, never take its lock, unless the closed model has to check
//! for retries or a ceiling.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::run_state::Stop;
use crate::dispatch::{RetryQueue, stop_rules};
use crate::sys::clock::Clock;
use crate::vocabulary::{Cause, CauseBuf, Instant, Outcome, Ticket};

/// Decides what follows the end of an attempt.
pub(super) struct AttemptHandler {
    retry_queue: Mutex<RetryQueue>,
    /// Signals that a retry became due earlier, or that there will be no more:
    /// to the retrier, and in the closed model to the slots.
    changed: Condvar,
    slots: Arc<Notify>,
    /// Whether the run retries at all.
    retrying: bool,
    /// Whether the number of attempts has a ceiling.
    bounded: bool,
    stop: Arc<Stop>,
    stop_on_quota: bool,
}

impl AttemptHandler {
    /// `slots` wakes slots that wait for a retry.
    pub(super) fn new(
        retry_queue: RetryQueue,
        stop: Arc<Stop>,
        stop_on_quota: bool,
        slots: Arc<Notify>,
    ) -> Self {
        Self {
            retrying: retry_queue.is_possible(),
            bounded: retry_queue.is_bounded(),
            retry_queue: Mutex::new(retry_queue),
            changed: Condvar::new(),
            slots,
            stop,
            stop_on_quota,
        }
    }

    /// Handles the end of an attempt: returns the next attempt and when it is
    /// due, or none if the message has ended.
    pub(super) fn on_attempt_ended(
        &self,
        attempt: Ticket,
        outcome: Outcome,
        cause: &Cause<'_>,
        now: Instant,
    ) -> Option<(Ticket, Instant)> {
        if outcome == Outcome::Accepted && attempt.attempt == 1 {
            return None;
        }
        if let Some(reason) = stop_rules::after_attempt(outcome, cause, self.stop_on_quota) {
            self.stop.request(reason);
        }
        let mut retry_queue = self.retry_queue();
        let next = retry_queue.after(attempt, outcome, cause, now);
        let due = next.map(|(_, due)| due);
        let is_earlier = due.is_some() && retry_queue.next_due() == due;
        drop(retry_queue);
        if is_earlier {
            self.wake();
        }
        next
    }

    /// Takes one of the attempts that the ceiling still allows.
    pub(super) fn draw(&self) -> bool {
        !self.bounded || self.retry_queue().draw()
    }

    /// Whether the ceiling still allows an attempt.
    pub(super) fn has_room(&self) -> bool {
        !self.bounded || self.retry_queue().has_room()
    }

    /// How many retries the ceiling left no room for.
    pub(super) fn refused(&self) -> u64 {
        self.retry_queue().refused()
    }

    /// When the next retry is due, and how many messages wait for one.
    pub(super) fn backing_off(&self) -> Option<(Instant, u64)> {
        let retry_queue = self.retry_queue();
        retry_queue
            .next_due()
            .map(|due| (due, retry_queue.backing_off()))
    }

    /// When the next retry is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.retrying.then(|| self.retry_queue().next_due())?
    }

    /// A retry that is due, if any.
    pub(super) fn take_due(&self, now: Instant) -> Option<Ticket> {
        self.retrying.then(|| self.retry_queue().take_due(now))?
    }

    /// Blocks until a retry is due; none when there will be no more.
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
            retry_queue = match retry_queue.next_due() {
                Some(due) => {
                    let woken = self.changed.wait_timeout(retry_queue, due.since(now));
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.changed.wait(retry_queue);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Ends all retries: returns the messages that were waiting for one.
    pub(super) fn close(&self) -> Vec<Ticket> {
        let waiting = self.retry_queue().close();
        self.wake();
        waiting
    }

    /// How the attempt before this one ended, if there was one.
    pub(super) fn take_last(&self, message: Ticket) -> Option<(Outcome, CauseBuf)> {
        (message.attempt > 1).then(|| self.retry_queue().take_last(message))?
    }

    fn wake(&self) {
        self.changed.notify_all();
        self.slots.notify_waiters();
    }

    fn retry_queue(&self) -> MutexGuard<'_, RetryQueue> {
        // No code panics while it holds this lock, so the data is consistent
        // even if poisoned.
        self.retry_queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
