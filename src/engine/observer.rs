//! Handles each event of a thread: records and traces it, and at the end of an
//! attempt schedules the retry or ends the message.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::measure::{Recorder, Trace};
use crate::vocabulary::{Cause, Event, Failure, Instant, Observer, Outcome, Ticket};

/// The observer of one thread; a clone shares its state.
#[derive(Clone)]
pub(super) struct EngineObserver {
    recorder: Rc<RefCell<Recorder>>,
    trace: Option<Trace>,
    shared: Arc<Shared>,
    /// Called when the thread is found to have been stalled.
    on_stall: Option<Rc<dyn Fn(Duration)>>,
}

const NEVER_STARTED: Cause<'static> = Cause::local(None, Failure::NeverStarted);

impl EngineObserver {
    pub(super) fn new(recorder: Recorder, trace: Option<Trace>, shared: &Arc<Shared>) -> Self {
        Self {
            recorder: Rc::new(RefCell::new(recorder)),
            trace,
            shared: shared.clone(),
            on_stall: None,
        }
    }

    /// Sets the thread's tick interval: if nothing is observed for longer, the
    /// thread was stalled.
    pub(super) fn expect_ticks(&mut self, every: Duration, on_stall: impl Fn(Duration) + 'static) {
        self.recorder.borrow_mut().expect_ticks(every);
        self.on_stall = Some(Rc::new(on_stall));
    }

    /// Passes the time on to the recorder, for seconds without events.
    pub(super) fn tick(&self, now: Instant) {
        self.recorder.borrow_mut().tick(now);
        self.look_for_stall();
    }

    /// Ends a message because the run ended before its next attempt: with the
    /// outcome of its last attempt, or unsent.
    pub(super) fn left_over(&mut self, message: Ticket, now: Instant) {
        match self.shared.attempt_handler.take_last(message) {
            Some((outcome, cause)) => self.end(message, outcome, cause.as_cause(), now),
            None => self.end(message, Outcome::Unsent, NEVER_STARTED, now),
        }
    }

    fn look_for_stall(&self) {
        if let Some(on_stall) = &self.on_stall
            && let Some(stall) = self.recorder.borrow_mut().take_stall()
        {
            on_stall(stall);
        }
    }

    fn end(&mut self, message: Ticket, outcome: Outcome, cause: Cause<'_>, now: Instant) {
        let event = Event::Ended {
            message,
            outcome,
            cause,
        };
        self.record(now, &event);
    }

    fn record(&mut self, at: Instant, event: &Event<'_>) {
        self.recorder.borrow_mut().on_event(at, event);
        self.look_for_stall();
        self.shared.state.on_event(at, event);
        // Last: if the trace has a defect, all counts are still consistent.
        if let Some(trace) = &mut self.trace {
            trace.on_event(at, event);
        }
    }
}

impl Observer for EngineObserver {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        self.record(at, event);
        if let Event::AttemptEnded {
            message,
            outcome,
            cause,
            ..
        } = *event
        {
            match self
                .shared
                .attempt_handler
                .on_attempt_ended(message, outcome, &cause, at)
            {
                Some((message, until)) => self.record(at, &Event::BackingOff { message, until }),
                None => self.end(message, outcome, cause, at),
            }
        }
    }
}
