//! Counts and times of messages.

use super::Recorder;
use crate::measure::outcomes::OutcomeScope;
use crate::vocabulary::{
    Cause, Failure, Instant, Metric, Outcome, Phase, Scope, SlotId, Span, Ticket,
};

/// A stall below this part (1/10) of an attempt is not the reason for a missing reply.
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
        let in_time = at <= self.timeline.window_closes();
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
        // The wait has ended, whatever the outcome of the message.
        if open_model {
            let wait = at.nanos_since(message.intended);
            self.span(message, Span::Wait, wait);
            self.span(
                message,
                Span::WaitNet,
                wait - delay_before_start(message, wait),
            );
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
        stage.attempting = true;
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

    /// Records the end of an attempt; its service time counts by its outcome.
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

    /// Counts each phase of an attempt that ended, whatever the outcome of the message.
    /// For an outcome without a latency, the phase in which the attempt failed counts
    /// as longer than any measured value, and so do the phases that it never reached.
    pub(super) fn phases_of_attempt(&mut self, slot: SlotId, message: Ticket, outcome: Outcome) {
        let in_window = self.in_window(message);
        let stage = self.stages.of(slot);
        stage.attempting = false;
        if !in_window {
            return;
        }
        if outcome.lacks_latency() {
            // A reply read there, if any, was not to the dot.
            stage.attempt.retain(|(phase, _)| *phase != Phase::Accept);
            let recipients = self.timeline.timing().recipients;
            let censored = &mut self.interval.counts.censored;
            for (phase, due) in phases_of_message(recipients) {
                let ended = stage.attempt.iter().filter(|(each, _)| *each == phase);
                censored.count(phase, due.saturating_sub(ended.count() as u64));
            }
        }
        for (phase, nanos) in stage.attempt.drain(..) {
            self.interval.histograms.record(phase, nanos);
        }
        if self.attempt_stalled > 0 && !outcome.lacks_latency() {
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
        // Taken, so that the stall of this attempt never counts for another message.
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
        if outcome == Outcome::Accepted {
            self.accepted(at, message, stalled);
        } else if in_window && outcome.lacks_latency() {
            self.without_latency(never_started);
        }
        // Replies that arrived meanwhile are read before the time-out is checked: only
        // a stall that took a good part of the wait can be the reason.
        let starved = stalled > 0 && stalled >= self.attempt_took / STARVED;
        // If the server closed the connection after the dot, the message ends too,
        // whatever happened on this side.
        let unanswered = match outcome {
            Outcome::Timeout => true,
            Outcome::Unknown => cause.failure == Some(Failure::TimedOut),
            _ => false,
        };
        if unanswered && in_window && starved {
            self.interval.counts.stalls.unanswered += 1;
        }
    }

    fn accepted(&mut self, at: Instant, message: Ticket, stalled: u64) {
        if at >= self.window_opens && at <= self.timeline.window_closes() {
            self.interval.counts.accepted_in_window += 1;
        }
        if self.timeline.timing().open_model {
            let response = at.nanos_since(message.intended);
            let wait = message.started.nanos_since(message.intended);
            let lateness = delay_before_start(message, wait).saturating_add(stalled);
            let lateness = lateness.min(response);
            self.span(message, Span::Response, response);
            self.span(message, Span::Lateness, lateness);
            self.span(message, Span::ResponseNet, response - lateness);
        }
    }

    /// Counts the censored values of a message of the window without a latency. Its
    /// phases are those of its last attempt, if there was one.
    fn without_latency(&mut self, never_started: bool) {
        let timing = self.timeline.timing();
        let censored = &mut self.interval.counts.censored;
        censored.count(Span::Service, 1);
        censored.count(Span::Transaction, 1);
        // Without a schedule there is no wait and no response.
        if timing.open_model {
            censored.count(Span::Response, 1);
            censored.count(Span::ResponseNet, 1);
        }
        if !never_started {
            return;
        }
        if timing.open_model {
            censored.count(Span::Wait, 1);
            censored.count(Span::WaitNet, 1);
        }
        for (phase, due) in phases_of_message(timing.recipients) {
            censored.count(phase, due);
        }
    }

    /// Records a span of a message. Outside the window it is only for `intervals.csv`.
    pub(super) fn span(&mut self, message: Ticket, span: Span, nanos: u64) {
        if self.in_window(message) {
            self.interval.histograms.record(span, nanos);
        } else if matches!(span, Span::Response | Span::Service | Span::Slip) {
            self.interval.outside.record(span, nanos);
        }
    }

    fn in_window(&self, message: Ticket) -> bool {
        (self.window_opens..self.window_closes).contains(&message.intended)
    }
}

/// The phases of a complete attempt, and the number of values of each.
fn phases_of_message(recipients: u32) -> impl Iterator<Item = (Phase, u64)> {
    let phases = Phase::ALL.iter().copied();
    let of_message = phases.filter(|phase| phase.scope() == Scope::Message);
    of_message.map(move |phase| match phase {
        Phase::Rcpt => (phase, recipients.into()),
        _ => (phase, 1),
    })
}

/// The part of a message's wait that may be the generator's own delay: all of it if a
/// slot was free and no limit held the message back.
fn delay_before_start(message: Ticket, wait: u64) -> u64 {
    match message.prompt {
        true => wait,
        false => message.delayed.min(wait),
    }
}
