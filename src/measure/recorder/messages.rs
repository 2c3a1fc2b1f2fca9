//! What is counted and timed of a message.

use super::Recorder;
use crate::measure::outcomes::OutcomeScope;
use crate::vocabulary::{Cause, Instant, Metric, Outcome, Phase, Scope, SlotId, Span, Ticket};

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
        // It is over, whatever becomes of the message.
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

    /// Each phase of an attempt counts that ended, whatever became of the message.
    /// Of one without a latency, the phase in which it was lost counts as longer
    /// than any, and so do those that it never reached.
    pub(super) fn phases_of_attempt(&mut self, slot: SlotId, message: Ticket, outcome: Outcome) {
        let in_window = self.in_window(message);
        let stage = self.stages.of(slot);
        stage.attempting = false;
        if !in_window {
            return;
        }
        if outcome.lacks_latency() {
            // What was read there, if anything, did not answer the dot.
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
        if outcome == Outcome::Accepted {
            self.accepted(at, message, stalled);
        } else if in_window && outcome.lacks_latency() {
            self.without_latency(never_started);
        }
        // What had come meanwhile is read before a time-out is looked at: only a
        // good part of the wait could have cost the answer.
        let starved = stalled > 0 && stalled >= self.attempt_took / STARVED;
        // A connection that the server closed behind the dot ends the message,
        // too, whatever this side did meanwhile.
        let unanswered = match outcome {
            Outcome::Timeout => true,
            Outcome::Unknown => cause.timed_out,
            _ => false,
        };
        if unanswered && in_window && starved {
            self.interval.counts.stalls.unanswered += 1;
        }
    }

    fn accepted(&mut self, at: Instant, message: Ticket, stalled: u64) {
        if at >= self.window_opens && at <= self.timeline.schedule_end() {
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

    /// What a message of the window lacks that has no latency. Its phases are
    /// those of its last attempt, if there was one.
    fn without_latency(&mut self, never_started: bool) {
        let timing = self.timeline.timing();
        let censored = &mut self.interval.counts.censored;
        censored.count(Span::Service, 1);
        censored.count(Span::Transaction, 1);
        // Without a schedule there is nothing to be late for.
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

    /// A span of a message. Those outside the window are for interval rows only.
    pub(super) fn span(&mut self, message: Ticket, span: Span, nanos: u64) {
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

/// The phases of an attempt that is completed, and how many values each has.
fn phases_of_message(recipients: u32) -> impl Iterator<Item = (Phase, u64)> {
    let phases = Phase::ALL.iter().copied();
    let of_message = phases.filter(|phase| phase.scope() == Scope::Message);
    of_message.map(move |phase| match phase {
        Phase::Rcpt => (phase, recipients.into()),
        _ => (phase, 1),
    })
}

/// How much of a message's wait may be the generator's own: all of it where a
/// slot was free, and nothing held it back.
fn delay_before_start(message: Ticket, wait: u64) -> u64 {
    match message.prompt {
        true => wait,
        false => message.delayed.min(wait),
    }
}
