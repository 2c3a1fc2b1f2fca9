//! The listener of one thread: counts and times what that thread tells.

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::interval::{Delivery, Interval};
use super::outcomes::OutcomeScope;
use super::stage::Stages;
use super::timeline::Timeline;
use crate::vocabulary::{
    Cause, Event, Instant, Metric, Observe, Outcome, Phase, Scope, SlotId, Span, Ticket,
};

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
    stages: Stages,
}

impl Observe for Recorder {
    fn observe(&mut self, at: Instant, event: &Event<'_>) {
        self.advance(match event {
            // However late it is told, it belongs to the second it was meant for.
            Event::Scheduled { message } => message.intended,
            _ => at,
        });
        self.interval.latest = self.interval.latest.max(at);
        match *event {
            Event::Scheduled { message } => self.scheduled(message),
            Event::Started { slot, message } => self.started(at, slot, message),
            Event::AttemptStarted { slot, message } => self.attempt_started(slot, message),
            Event::TransactionStarted { slot, message } => {
                self.transaction_started(at, slot, message);
            }
            Event::PhaseEnded { slot, phase, began } => {
                self.phase_ended(slot, phase, at.nanos_since(began));
            }
            Event::Replied { .. } => {}
            Event::SessionOpening { slot } => self.session_opening(slot),
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
                self.interval
                    .outcomes
                    .count(at, OutcomeScope::Attempt, Some(outcome), &cause);
                self.interval.counts.attempts.ended.count(outcome);
                self.service(at, message, outcome, began);
                if outcome == Outcome::Accepted {
                    self.attempt_accepted(at, slot, message, transaction);
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
            stages: Stages::default(),
        }
    }

    /// Says what time it is: to be called a few times a second, so that the
    /// seconds of an idle thread are delivered too. The pacer calls it only
    /// when everything due by `now` has been told.
    pub fn tick(&mut self, now: Instant) {
        self.advance(now);
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

    fn in_window(&self, message: Ticket) -> bool {
        message.intended >= self.window_opens
    }

    /// A span of a message. Those outside the window are for interval rows only.
    fn span(&mut self, message: Ticket, span: Span, nanos: u64) {
        if self.in_window(message) {
            self.interval.histograms.record(span, nanos);
        } else if matches!(span, Span::Response | Span::Service | Span::Slip) {
            self.interval.outside.record(span, nanos);
        }
    }

    fn scheduled(&mut self, message: Ticket) {
        let in_window = self.in_window(message);
        let counts = &mut self.interval.counts;
        counts.messages.scheduled += 1;
        counts.window.scheduled += u64::from(in_window);
    }

    fn started(&mut self, at: Instant, slot: SlotId, message: Ticket) {
        let in_window = u64::from(self.in_window(message));
        let in_time = u64::from(at <= self.timeline.schedule_end());
        let counts = &mut self.interval.counts;
        counts.messages.started += 1;
        counts.messages.started_in_time += in_time;
        counts.window.started += in_window;
        counts.window.started_in_time += in_window * in_time;
        self.stages.of(slot).wait = Some(at.nanos_since(message.intended));
    }

    fn attempt_started(&mut self, slot: SlotId, message: Ticket) {
        let attempts = &mut self.interval.counts.attempts;
        attempts.started += 1;
        attempts.retries += u64::from(message.attempt > 1);
        let stage = self.stages.of(slot);
        stage.attempt.clear();
        stage.set_up_in_attempt = false;
        if message.attempt > 1 {
            stage.wait = None;
        }
    }

    fn transaction_started(&mut self, at: Instant, slot: SlotId, message: Ticket) {
        let first = message.attempt == 1 && message.prompt;
        let open_model = self.timeline.timing().open_model;
        if first && open_model && !self.stages.of(slot).set_up_in_attempt {
            self.span(message, Span::Slip, at.nanos_since(message.intended));
        }
    }

    fn phase_ended(&mut self, slot: SlotId, phase: Phase, nanos: u64) {
        let stage = self.stages.of(slot);
        match phase.scope() {
            // The name is looked up once for all sessions, before any of them.
            _ if phase == Phase::Resolve => self.interval.histograms.record(phase, nanos),
            Scope::Message => stage.attempt.push((phase, nanos)),
            Scope::Session if stage.ready => self.interval.histograms.record(phase, nanos),
            Scope::Session => stage.setup.push((phase, nanos)),
        }
    }

    fn session_opening(&mut self, slot: SlotId) {
        let stage = self.stages.of(slot);
        stage.setup.clear();
        stage.ready = false;
        stage.set_up_in_attempt = true;
        let reconnect = std::mem::take(&mut stage.severed);
        let sessions = &mut self.interval.counts.sessions;
        sessions.opened += 1;
        sessions.reconnects += u64::from(reconnect);
    }

    fn session_ready(&mut self, at: Instant, slot: SlotId, began: Instant) {
        let stage = self.stages.of(slot);
        stage.ready = true;
        for (phase, nanos) in stage.setup.drain(..) {
            self.interval.histograms.record(phase, nanos);
        }
        let histograms = &mut self.interval.histograms;
        histograms.record(Span::SessionSetup, at.nanos_since(began));
        self.interval.counts.sessions.ready += 1;
    }

    fn session_ended(
        &mut self,
        at: Instant,
        slot: SlotId,
        ready: bool,
        failure: Option<(Outcome, Cause<'_>)>,
    ) {
        let stage = self.stages.of(slot);
        stage.setup.clear();
        stage.ready = false;
        stage.severed = ready && failure.is_some();
        let sessions = &mut self.interval.counts.sessions;
        sessions.ended += u64::from(ready);
        sessions.failed += u64::from(!ready);
        let (outcome, cause) = match failure {
            Some((outcome, cause)) => (Some(outcome), cause),
            None => (None, CLOSED_BY_US),
        };
        self.interval
            .outcomes
            .count(at, OutcomeScope::Session, outcome, &cause);
    }

    fn service(&mut self, at: Instant, message: Ticket, outcome: Outcome, began: Instant) {
        let nanos = at.nanos_since(began);
        if outcome == Outcome::Accepted {
            self.span(message, Span::Service, nanos);
        } else if self.in_window(message) {
            self.interval
                .histograms
                .record(Metric::Service(outcome), nanos);
        }
    }

    fn attempt_accepted(
        &mut self,
        at: Instant,
        slot: SlotId,
        message: Ticket,
        transaction: Option<Instant>,
    ) {
        if !self.in_window(message) {
            return;
        }
        let open_model = self.timeline.timing().open_model;
        let histograms = &mut self.interval.histograms;
        let stage = self.stages.of(slot);
        for (phase, nanos) in stage.attempt.drain(..) {
            histograms.record(phase, nanos);
        }
        if let Some(began) = transaction {
            histograms.record(Span::Transaction, at.nanos_since(began));
        }
        if let Some(wait) = stage.wait.take().filter(|_| open_model) {
            histograms.record(Span::Wait, wait);
        }
    }

    fn ended(&mut self, at: Instant, message: Ticket, outcome: Outcome, cause: &Cause<'_>) {
        self.interval
            .outcomes
            .count(at, OutcomeScope::Message, Some(outcome), cause);
        let in_window = self.in_window(message);
        let never_started = u64::from(outcome == Outcome::Unsent && cause.phase.is_none());
        let counts = &mut self.interval.counts;
        counts.messages.ended.count(outcome);
        counts.messages.never_started += never_started;
        if in_window {
            counts.window.ended.count(outcome);
            counts.window.never_started += never_started;
        }
        if outcome == Outcome::Accepted && self.timeline.timing().open_model {
            self.span(message, Span::Response, at.nanos_since(message.intended));
        }
    }
}

/// A session that we ended has no outcome: that word is about messages.
const CLOSED_BY_US: Cause<'static> = Cause {
    phase: Some(Phase::Quit),
    code: None,
    enhanced: None,
    text: "closed by QUIT",
};

impl Drop for Recorder {
    fn drop(&mut self) {
        self.deliver(u32::MAX);
    }
}
