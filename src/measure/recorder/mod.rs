//! The listener of one thread: counts and times what that thread tells.

mod messages;
mod sessions;

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::interval::{Delivery, Interval};
use super::pending_phases::PendingBySlot;
use super::stalls::StallWatch;
use super::timeline::Timeline;
use crate::vocabulary::{Event, Instant, Observer, Outcome, Phase, Scope, SlotId, Span};

/// The listener of one thread, and of no other.
///
/// Events must come in order of time, give or take; one that is late counts in
/// the current second. Dropping a recorder delivers what it holds.
pub struct Recorder {
    timeline: Timeline,
    source: usize,
    deliveries: Sender<Delivery>,
    returned: Receiver<Box<Interval>>,
    interval: Box<Interval>,
    /// When the current second is over; the origin while the start is unknown,
    /// so that every event asks for it.
    rotates_at: Instant,
    window_opens: Instant,
    stages: PendingBySlot,
    stalls: StallWatch,
    /// How long the thread stood still while the attempt was under way that
    /// ended last, in nanoseconds.
    attempt_stalled: u64,
    /// How long that attempt took, in nanoseconds.
    attempt_took: u64,
}

impl Observer for Recorder {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        self.advance(match event {
            // However late it is told, it belongs to the second it was meant for.
            Event::Scheduled { message } => message.intended,
            _ => at,
        });
        self.interval.latest = self.interval.latest.max(at);
        // Before what happened is counted: the stall was before it.
        self.hear(at);
        match *event {
            Event::Scheduled { message } => self.scheduled(message),
            Event::Started { message, .. } => self.started(at, message),
            Event::AttemptStarted { slot, message } => self.attempt_started(slot, message),
            Event::TransactionStarted { slot, message } => {
                self.transaction_started(at, slot, message);
            }
            Event::PhaseEnded { slot, phase, began } => {
                self.phase_ended(slot, phase, at.nanos_since(began));
            }
            Event::Replied { .. } | Event::BackingOff { .. } => {}
            Event::SessionOpening { slot } => self.session_opening(at, slot),
            Event::SessionReady { slot, began } => self.session_ready(at, slot, began),
            Event::SessionEnded {
                slot,
                ready,
                failure,
            } => {
                self.session_ended(at, slot, ready, failure);
            }
            Event::AttemptEnded {
                slot,
                message,
                outcome,
                cause,
                began,
                transaction,
            } => {
                self.attempt_stalled = self.stalls.total() - self.stages.of(slot).stalls_before;
                self.attempt_took = at.nanos_since(began);
                self.attempt_ended(at, message, outcome, &cause, began);
                self.phases_of_attempt(slot, message, outcome);
                if let (Outcome::Accepted, Some(began)) = (outcome, transaction) {
                    self.span(message, Span::Transaction, at.nanos_since(began));
                }
            }
            Event::Ended {
                message,
                outcome,
                cause,
            } => self.ended(at, message, outcome, &cause),
        }
    }
}

impl Recorder {
    pub(super) fn new(
        source: usize,
        timeline: Timeline,
        deliveries: Sender<Delivery>,
        returned: Receiver<Box<Interval>>,
    ) -> Self {
        Self {
            timeline,
            source,
            deliveries,
            returned,
            interval: Box::default(),
            rotates_at: Instant::ORIGIN,
            window_opens: Instant::NEVER,
            stages: PendingBySlot::default(),
            stalls: StallWatch::default(),
            attempt_stalled: 0,
            attempt_took: 0,
        }
    }

    /// Says what time it is: to be called a few times a second, so that the
    /// seconds of an idle thread are delivered too. The pacer calls it only
    /// when everything due by `now` has been told.
    pub fn tick(&mut self, now: Instant) {
        self.advance(now);
        self.hear(now);
    }

    /// From now on the thread ticks every so often, or it stood still.
    pub fn expect_ticks(&mut self, every: Duration) {
        self.stalls.expect_ticks(every);
    }

    /// How long the thread stood still since this was last asked.
    pub fn take_stall(&mut self) -> Option<Duration> {
        self.stalls.take()
    }

    fn hear(&mut self, at: Instant) {
        if self.stalls.hear(at).is_some() {
            self.interval.counts.stalls.times += 1;
        }
    }

    /// Goes on to the second that `at` lies in, if that is a later one.
    fn advance(&mut self, at: Instant) {
        if at >= self.rotates_at {
            self.rotate(at);
        }
    }

    #[cold]
    fn rotate(&mut self, at: Instant) {
        let Some(start) = self.timeline.start() else {
            return;
        };
        self.window_opens = self.timeline.window_opens();
        let second = u32::try_from(at.since(start).as_secs()).unwrap_or(u32::MAX - 1);
        if second > self.interval.second {
            self.deliver(second);
        }
        self.interval.second = second;
        self.rotates_at = start + Duration::from_secs(u64::from(second) + 1);
    }

    /// Hands over the current second; `reached` is the next this thread may add to.
    fn deliver(&mut self, reached: u32) {
        let next = self.returned.try_recv().unwrap_or_default();
        let interval = std::mem::replace(&mut self.interval, next);
        // Without a collector nobody wants to know.
        let _ = self.deliveries.send(Delivery {
            source: self.source,
            interval,
            reached,
        });
    }

    fn phase_ended(&mut self, slot: SlotId, phase: Phase, nanos: u64) {
        let stage = self.stages.of(slot);
        match phase.scope() {
            // The name is looked up once for all sessions, before any of them.
            _ if phase == Phase::Resolve => self.interval.histograms.record(phase, nanos),
            Scope::Message if stage.attempting => stage.attempt.push((phase, nanos)),
            // The rest of a group of commands, after one of them was refused: sent
            // one by one they would not have been.
            Scope::Message => {}
            Scope::Session if stage.ready => {
                stage.quit |= phase == Phase::Quit;
                self.interval.histograms.record(phase, nanos);
            }
            Scope::Session => stage.setup.push((phase, nanos)),
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.deliver(u32::MAX);
    }
}
