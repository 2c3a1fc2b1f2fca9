//! Counts and times of sessions.

use super::Recorder;
use crate::measure::outcomes::OutcomeScope;
use crate::vocabulary::{Cause, Instant, Outcome, Phase, Scope, SlotId, Span};

/// A session that sesbench ended has no outcome: outcomes are of messages.
const CLOSED_BY_US: Cause<'static> = Cause {
    phase: Some(Phase::Quit),
    code: None,
    enhanced: None,
    failure: None,
    detail: None,
    text: "closed by QUIT",
};

/// The phases that a set-up may have; the scenario (TLS, credentials) determines
/// which of them it has.
const SETUP: [Phase; 7] = [
    Phase::Connect,
    Phase::Banner,
    Phase::Ehlo,
    Phase::Starttls,
    Phase::Tls,
    Phase::EhloTls,
    Phase::Auth,
];

impl Recorder {
    pub(super) fn session_opening(&mut self, at: Instant, slot: SlotId) {
        let in_window = at >= self.window_opens && at <= self.timeline.window_closes();
        let stage = self.stages.of(slot);
        stage.setup.clear();
        stage.ready = false;
        stage.quit = false;
        stage.stalls_before_session = self.stalls.total();
        stage.set_up_in_attempt = true;
        let reconnect = std::mem::take(&mut stage.severed);
        let sessions = &mut self.interval.counts.sessions;
        sessions.opened += 1;
        if in_window {
            sessions.opened_in_window += 1;
        }
        if reconnect {
            sessions.reconnects += 1;
        }
    }

    pub(super) fn session_ready(&mut self, at: Instant, slot: SlotId, began: Instant) {
        let stage = self.stages.of(slot);
        stage.ready = true;
        for (phase, nanos) in stage.setup.drain(..) {
            self.interval.histograms.record(phase, nanos);
        }
        let histograms = &mut self.interval.histograms;
        histograms.record(Span::SessionSetup, at.nanos_since(began));
        let counts = &mut self.interval.counts;
        counts.sessions.ready += 1;
        if self.stalls.total() > stage.stalls_before_session {
            counts.stalls.sessions += 1;
        }
    }

    pub(super) fn session_ended(
        &mut self,
        at: Instant,
        slot: SlotId,
        ready: bool,
        failure: Option<(Outcome, Cause<'_>)>,
    ) {
        let stage = self.stages.of(slot);
        stage.ready = false;
        // Without a reply to QUIT, sesbench ended the session.
        let by_us = |cause: &Cause<'_>| cause.phase == Some(Phase::Quit);
        stage.severed = ready && failure.is_some_and(|(_, cause)| !by_us(&cause));
        // A session interrupted by the end of the run has not failed.
        let failed_in = failure
            .filter(|(outcome, _)| *outcome != Outcome::Unsent)
            .map(|(_, cause)| cause);
        let sessions = &mut self.interval.counts.sessions;
        match (ready, failed_in) {
            (false, None) => stage.setup.clear(),
            (false, Some(cause)) => {
                sessions.failed += 1;
                self.set_up_failed(slot, cause.phase);
            }
            (true, failed_in) => {
                sessions.ended += 1;
                let unanswered = match failed_in {
                    None if failure.is_none() && !stage.quit => Some(Phase::Quit),
                    Some(cause) if cause.code.is_none() => cause.phase,
                    _ => None,
                };
                // A phase of a message is counted with its attempt.
                if let Some(phase) = unanswered.filter(|phase| phase.scope() == Scope::Session) {
                    self.interval.counts.censored.count(phase, 1);
                }
            }
        }
        let (outcome, cause) = match failure {
            Some((outcome, cause)) => (Some(outcome), cause),
            None => (None, CLOSED_BY_US),
        };
        self.interval
            .outcomes
            .count(at, OutcomeScope::Session, outcome, &cause);
    }

    /// Counts each phase of the set-up that ended, except the one that failed. That one
    /// counts as longer than any measured value, however fast the server refused, and
    /// so do the whole set-up and the phases that were never reached.
    fn set_up_failed(&mut self, slot: SlotId, failed_in: Option<Phase>) {
        let stage = self.stages.of(slot);
        let counts = &mut self.interval.counts;
        counts.censored.count(Span::SessionSetup, 1);
        if let Some(phase) = failed_in {
            counts.censored.count(phase, 1);
        }
        stage.setup.retain(|(phase, _)| Some(*phase) != failed_in);
        for phase in SETUP.iter().filter(|phase| Some(**phase) != failed_in) {
            if !stage.setup.iter().any(|(each, _)| each == phase) {
                counts.unreached.count(*phase, 1);
            }
        }
        for (phase, nanos) in stage.setup.drain(..) {
            self.interval.histograms.record(phase, nanos);
        }
    }
}
