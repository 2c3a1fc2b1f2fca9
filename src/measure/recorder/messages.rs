//! What is counted and timed of a message.

use super::Recorder;
use crate::measure::outcomes::OutcomeScope;
use crate::vocabulary::{Cause, Instant, Metric, Outcome, SlotId, Span, Ticket};

/// A thread that stood still for less than this part of an attempt did not cost
/// it its answer.
const STARVED: u64 = 10;

impl Recorder {
    pub(super) fn scheduled(&mut self, message: Ticket) {
        let in_window = self.in_window(message);
        let counts = &mut self.interval.counts;
        counts.messages.scheduled += 1;
        if in_window {
            counts.window.scheduled += 1;
        }
    }

    pub(super) fn started(&mut self, at: Instant, message: Ticket) {
        let in_window = self.in_window(message);
        let open_model = self.timeline.timing().open_model;
        let waited = open_model && !message.prompt && !message.held;
        let in_time = at <= self.timeline.schedule_end();
        let counts = &mut self.interval.counts;
        let window = in_window.then_some(&mut counts.window);
        for messages in [&mut counts.messages].into_iter().chain(window) {
            messages.started += 1;
            if in_time {
                messages.started_in_time += 1;
            }
            if waited {
                messages.waited += 1;
            }
            if message.held {
                messages.held += 1;
            }
        }
    }

    pub(super) fn attempt_started(&mut self, slot: SlotId, message: Ticket) {
        let attempts = &mut self.interval.counts.attempts;
        attempts.started += 1;
        if message.attempt > 1 {
            attempts.retries += 1;
        }
        let stage = self.stages.of(slot);
        stage.attempt.clear();
        stage.stalls_before = self.stalls.total();
        stage.set_up_in_attempt = false;
    }

    pub(super) fn transaction_started(&mut self, at: Instant, slot: SlotId, message: Ticket) {
        let first = message.attempt == 1 && message.prompt;
        let open_model = self.timeline.timing().open_model;
        if first && open_model && !self.stages.of(slot).set_up_in_attempt {
            self.span(message, Span::Slip, at.nanos_since(message.intended));
        }
    }

    /// Notes how an attempt ended, and when; what it took counts by its outcome.
    pub(super) fn attempt_ended(
        &mut self,
        at: Instant,
        message: Ticket,
        outcome: Outcome,
        cause: &Cause<'_>,
        began: Instant,
    ) {
        let interval = &mut self.interval;
        interval
            .outcomes
            .count(at, OutcomeScope::Attempt, Some(outcome), cause);
        interval.counts.attempts.ended.count(outcome);
        let nanos = at.nanos_since(began);
        if outcome == Outcome::Accepted {
            self.span(message, Span::Service, nanos);
        } else if self.in_window(message) {
            self.interval
                .histograms
                .record(Metric::Service(outcome), nanos);
        }
    }

    pub(super) fn attempt_accepted(
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
        if open_model {
            let wait = message.started.nanos_since(message.intended);
            let net = wait.saturating_sub(delay_before_start(message));
            histograms.record(Span::Wait, wait);
            histograms.record(Span::WaitNet, net);
        }
        if self.attempt_stalled > 0 {
            let stalls = &mut self.interval.counts.stalls;
            stalls.attempts += 1;
            stalls.held_up_nanos += self.attempt_stalled;
        }
    }

    pub(super) fn ended(
        &mut self,
        at: Instant,
        message: Ticket,
        outcome: Outcome,
        cause: &Cause<'_>,
    ) {
        self.interval
            .outcomes
            .count(at, OutcomeScope::Message, Some(outcome), cause);
        // Of an attempt that ended before this message was another's.
        let stalled = std::mem::take(&mut self.attempt_stalled);
        let in_window = self.in_window(message);
        let never_started = outcome == Outcome::Unsent && cause.phase.is_none();
        let counts = &mut self.interval.counts;
        let window = in_window.then_some(&mut counts.window);
        for messages in [&mut counts.messages].into_iter().chain(window) {
            messages.ended.count(outcome);
            if never_started {
                messages.never_started += 1;
            }
        }
        if outcome == Outcome::Accepted && self.timeline.timing().open_model {
            let response = at.nanos_since(message.intended);
            let lateness = delay_before_start(message).saturating_add(stalled);
            let lateness = lateness.min(response);
            self.span(message, Span::Response, response);
            self.span(message, Span::Lateness, lateness);
            self.span(message, Span::ResponseNet, response - lateness);
        }
        // What had come meanwhile is read before a time-out is looked at: only a
        // good part of the wait could have cost the answer.
        let starved = stalled > 0 && stalled >= self.attempt_took / STARVED;
        let unanswered = matches!(outcome, Outcome::Timeout | Outcome::Unknown);
        if unanswered && in_window && starved {
            self.interval.counts.stalls.unanswered += 1;
        }
    }

    /// A span of a message. Those outside the window are for interval rows only.
    fn span(&mut self, message: Ticket, span: Span, nanos: u64) {
        if self.in_window(message) {
            self.interval.histograms.record(span, nanos);
        } else if matches!(span, Span::Response | Span::Service | Span::Slip) {
            self.interval.outside.record(span, nanos);
        }
    }

    fn in_window(&self, message: Ticket) -> bool {
        message.intended >= self.window_opens
    }
}

/// How much of a message's wait may be the generator's own: all of it where a
/// slot was free, and nothing held it back.
fn delay_before_start(message: Ticket) -> u64 {
    let wait = message.started.nanos_since(message.intended);
    match message.prompt {
        true => wait,
        false => message.delayed.min(wait),
    }
}
