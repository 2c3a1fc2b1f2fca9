//! The observer of one thread: counts and times from that thread's events.

mod messages;
mod periods;
mod sessions;

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::interval::{Delivery, Interval};
use super::pending_phases::PendingBySlot;
use super::stalls::StallWatch;
use super::timeline::Timeline;
use crate::vocabulary::{Event, Instant, Observer, Outcome, Phase, Scope, SlotId, Span};

/// The observer of one thread.
///
/// Events must arrive approximately in order of time; a late one counts in the
/// current second. Dropping a recorder delivers its last interval.
pub struct Recorder {
    timeline: Timeline,
    source: usize,
    deliveries: Sender<Delivery>,
    returned: Receiver<Box<Interval>>,
    interval: Box<Interval>,
    /// End of the current second; the origin while the start is unknown, so that
    /// every event checks for it.
    rotates_at: Instant,
    window_opens: Instant,
    /// Messages intended from here on do not belong to the window.
    window_closes: Instant,
    stages: PendingBySlot,
    stalls: StallWatch,
    /// Stall time of the thread during the last attempt that ended, in nanoseconds.
    attempt_stalled: u64,
    /// Duration of that attempt, in nanoseconds.
    attempt_took: u64,
    /// A recorder for each part of the window that a threshold is about.
    periods: Vec<Self>,
}

impl Observer for Recorder {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        // First, so that the collector has their seconds before ours.
        if !self.periods.is_empty() {
            self.record_periods(at, event);
        }
        self.advance(match event {
            // However late the event is, it belongs to the intended second.
            Event::Scheduled { message } => message.intended,
            _ => at,
        });
        self.interval.latest = self.interval.latest.max(at);
        // First the stall, which was before the event.
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
            window_closes: Instant::NEVER,
            stages: PendingBySlot::default(),
            stalls: StallWatch::default(),
            attempt_stalled: 0,
            attempt_took: 0,
            periods: Vec::new(),
        }
    }

    /// Advances the time. To be called a few times a second, so that the seconds of an
    /// idle thread are delivered too. The pacer calls it only after the events of
    /// everything due by `now`.
    pub fn tick(&mut self, now: Instant) {
        self.periods.iter_mut().for_each(|each| each.tick(now));
        self.advance(now);
        self.hear(now);
    }

    /// From now on the thread ticks at this interval; a longer pause is a stall.
    pub fn expect_ticks(&mut self, every: Duration) {
        let periods = self.periods.iter_mut();
        periods.for_each(|each| each.expect_ticks(every));
        self.stalls.expect_ticks(every);
    }

    /// The stall time of the thread since the last call.
    pub fn take_stall(&mut self) -> Option<Duration> {
        self.stalls.take()
    }

    fn hear(&mut self, at: Instant) {
        if self.stalls.hear(at).is_some() {
            self.interval.counts.stalls.times += 1;
        }
    }

    /// Advances to the second that contains `at`, if it is a later one.
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
        self.window_closes = self.timeline.last_intended();
        let second = u32::try_from(at.since(start).as_secs()).unwrap_or(u32::MAX - 1);
        if second > self.interval.second {
            self.deliver(second);
        }
        self.interval.second = second;
        self.rotates_at = start + Duration::from_secs(u64::from(second) + 1);
    }

    /// Sends the current second; `reached` is the next that this thread may add to.
    fn deliver(&mut self, reached: u32) {
        let next = self.returned.try_recv().unwrap_or_default();
        let interval = std::mem::replace(&mut self.interval, next);
        // Fails only without a collector; then the interval is not needed.
        let _ = self.deliveries.send(Delivery {
            source: self.source,
            interval,
            reached,
        });
    }

    fn phase_ended(&mut self, slot: SlotId, phase: Phase, nanos: u64) {
        let stage = self.stages.of(slot);
        match phase.scope() {
            // The name is resolved once for all sessions, before any of them.
            _ if phase == Phase::Resolve => self.interval.histograms.record(phase, nanos),
            Scope::Message if stage.attempting => stage.attempt.push((phase, nanos)),
            // The rest of a pipelined group after a refusal: without pipelining, these
            // commands would not have been sent.
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
        self.periods.clear();
        self.deliver(u32::MAX);
    }
}
