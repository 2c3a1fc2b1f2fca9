//! The observer of events in the simulated world. It writes the log, and handles the
//! end of an attempt as the engine's observer does.

use super::log::Log;
use crate::dispatch::{RetryQueue, stop_rules};
use crate::vocabulary::{Event, Instant, Observer, StopReason, Ticket};

pub(crate) struct SimulatedObserver {
    pub(crate) log: Log,
    pub(super) retries: RetryQueue,
    stop_on_quota: bool,
    /// Why the run has to stop; the first reason counts.
    pub(super) stopped: Option<StopReason>,
}

impl Default for SimulatedObserver {
    /// For a run without retries.
    fn default() -> Self {
        Self::new(RetryQueue::new(None, 0, None), false)
    }
}

impl SimulatedObserver {
    pub(super) fn new(retries: RetryQueue, stop_on_quota: bool) -> Self {
        Self {
            log: Log::default(),
            retries,
            stop_on_quota,
            stopped: None,
        }
    }

    pub(super) fn stop(&mut self, reason: StopReason) {
        self.stopped.get_or_insert(reason);
    }

    /// The run ended before this message's next attempt.
    pub(super) fn left_over(&mut self, message: Ticket, at: Instant) {
        match self.retries.take_last(message) {
            None => self.log.unsent(message, at),
            Some((outcome, cause)) => {
                let cause = cause.as_cause();
                let event = Event::Ended {
                    message,
                    outcome,
                    cause,
                };
                self.log.on_event(at, &event);
            }
        }
    }
}

impl Observer for SimulatedObserver {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        self.log.on_event(at, event);
        let Event::AttemptEnded {
            message,
            outcome,
            cause,
            ..
        } = *event
        else {
            return;
        };
        if let Some(reason) = stop_rules::after_attempt(outcome, &cause, self.stop_on_quota) {
            self.stop(reason);
        }
        let next = match self.retries.after(message, outcome, &cause, at) {
            Some((message, until)) => Event::BackingOff { message, until },
            None => Event::Ended {
                message,
                outcome,
                cause,
            },
        };
        self.log.on_event(at, &next);
    }
}
