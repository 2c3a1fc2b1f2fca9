//! Decides what follows the end of an attempt: a retry, the end of the message,
//! or the end of the run.
//!
//! All threads share it. Messages that are accepted at the first attempt, which
//! is most of them, never take its lock, unless the closed model has to check
//! for retries or a ceiling.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::stop::Stop;
use crate::dispatch::RetryQueue;
use crate::smtp::is_suspension;
use crate::sys::clock::Clock;
use crate::vocabulary::{Cause, CauseBuf, Instant, Outcome, StopReason, Ticket};

/// How often a waiting thread looks again while no retry is due.
const RETRY_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Decides what follows the end of an attempt.
pub(super) struct AttemptHandler {
    retry_queue: Mutex<RetryQueue>,
    /// Signals that a retry became due earlier, or that there will be no more.
    changed: Condvar,
    /// Whether the run retries at all.
    retrying: bool,
    /// Whether the number of attempts has a ceiling.
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

    /// Handles the end of an attempt: returns the next attempt and when it is
    /// due, or none if the message has ended.
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

    /// How many messages back off until after `moment`; none unless all of them
    /// do.
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
            let wait = retry_queue
                .next_due()
                .map_or(RETRY_POLL_INTERVAL, |due| due.since(now));
            let woken = self.changed.wait_timeout(retry_queue, wait);
            retry_queue = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends all retries: returns the messages that were waiting for one.
    pub(super) fn close(&self) -> Vec<Ticket> {
        let waiting = self.retry_queue().close();
        self.changed.notify_all();
        waiting
    }

    /// How the attempt before this one ended, if there was one.
    pub(super) fn take_last(&self, message: Ticket) -> Option<(Outcome, CauseBuf)> {
        (message.attempt > 1).then(|| self.retry_queue().take_last(message))?
    }

    /// The reason to stop the run, if this outcome makes it pointless or
    /// harmful to the account to go on.
    fn stops(&self, outcome: Outcome, cause: &Cause<'_>) -> Option<StopReason> {
        let suspended = || cause.reply_text().is_some_and(is_suspension);
        match outcome {
            Outcome::Quota if self.stop_on_quota => Some(StopReason::QuotaSpent),
            Outcome::Rejected | Outcome::Auth if suspended() => Some(StopReason::AccountSuspended),
            _ => None,
        }
    }

    fn retry_queue(&self) -> MutexGuard<'_, RetryQueue> {
        // No code panics while it holds this lock, so the data is consistent
        // even if poisoned.
        self.retry_queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
