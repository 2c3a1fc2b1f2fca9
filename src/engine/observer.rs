//! Handles each event of a thread: records and traces it, and at the end of an
//! attempt schedules the retry or ends the message.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Shared;
use super::attempt_handler::AttemptHandler;
use crate::measure::{Recorder, Trace};
use crate::vocabulary::{Cause, Event, Failure, Instant, Observer, Outcome, Ticket};

/// Messages released and ended so far, and open sessions, over all threads.
#[derive(Debug, Default)]
pub(super) struct RunCounts {
    released: AtomicU64,
    ended: AtomicU64,
    sessions: AtomicU64,
    /// When the latest ended message ended, in nanoseconds since the origin.
    last_end: AtomicU64,
}

impl RunCounts {
    /// Messages released so far.
    pub(super) fn released(&self) -> u64 {
        self.released.load(Ordering::Acquire)
    }

    /// When the latest ended message ended; none before the first one.
    pub(super) fn last_end(&self) -> Option<Instant> {
        let nanos = self.last_end.load(Ordering::Acquire);
        (nanos > 0).then(|| Instant::from_nanos(nanos))
    }

    /// Messages that have not ended yet.
    pub(super) fn outstanding(&self) -> u64 {
        let ended = self.ended.load(Ordering::Acquire);
        self.released.load(Ordering::Acquire).saturating_sub(ended)
    }

    /// Sessions that are ready or at work.
    pub(super) fn sessions(&self) -> u64 {
        self.sessions.load(Ordering::Relaxed)
    }
}

/// The observer of one thread; a clone shares its state.
#[derive(Clone)]
pub(super) struct EngineObserver {
    recorder: Rc<RefCell<Recorder>>,
    trace: Option<Trace>,
    counts: Arc<RunCounts>,
    attempt_handler: Arc<AttemptHandler>,
    /// Called when the thread is found to have been stalled.
    on_stall: Option<Rc<dyn Fn(Duration)>>,
}

const NEVER_STARTED: Cause<'static> = Cause::local(None, Failure::NeverStarted);

impl EngineObserver {
    pub(super) fn new(recorder: Recorder, trace: Option<Trace>, shared: &Shared) -> Self {
        Self {
            recorder: Rc::new(RefCell::new(recorder)),
            trace,
            counts: shared.counts.clone(),
            attempt_handler: shared.attempt_handler.clone(),
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
        match self.attempt_handler.take_last(message) {
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
        match event {
            Event::Scheduled { .. } => self.counts.released.fetch_add(1, Ordering::AcqRel),
            Event::Ended { .. } => {
                // Before the counter: a thread that sees the count also sees
                // the moment.
                self.counts.last_end.fetch_max(at.nanos(), Ordering::AcqRel);
                self.counts.ended.fetch_add(1, Ordering::AcqRel)
            }
            Event::SessionReady { .. } => self.counts.sessions.fetch_add(1, Ordering::Relaxed),
            Event::SessionEnded { ready: true, .. } => {
                self.counts.sessions.fetch_sub(1, Ordering::Relaxed)
            }
            _ => 0,
        };
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
                .attempt_handler
                .on_attempt_ended(message, outcome, &cause, at)
            {
                Some((message, until)) => self.record(at, &Event::BackingOff { message, until }),
                None => self.end(message, outcome, cause, at),
            }
        }
    }
}
