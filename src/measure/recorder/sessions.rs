//! What is counted and timed of a session.

use super::Recorder;
use crate::measure::outcomes::OutcomeScope;
use crate::vocabulary::{Cause, Instant, Outcome, Phase, SlotId, Span};

/// A session that we ended has no outcome: that word is about messages.
const CLOSED_BY_US: Cause<'static> = Cause {
    phase: Some(Phase::Quit),
    code: None,
    enhanced: None,
    text: "closed by QUIT",
};

impl Recorder {
    pub(super) fn session_opening(&mut self, at: Instant, slot: SlotId) {
        let in_window = at >= self.window_opens && at <= self.timeline.schedule_end();
        let stage = self.stages.of(slot);
        stage.setup.clear();
        stage.ready = false;
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
        stage.setup.clear();
        stage.ready = false;
        // One that did not answer QUIT was ended by us.
        let by_us = |cause: &Cause<'_>| cause.phase == Some(Phase::Quit);
        stage.severed = ready && failure.is_some_and(|(_, cause)| !by_us(&cause));
        let sessions = &mut self.interval.counts.sessions;
        if ready {
            sessions.ended += 1;
        }
        // One that the end of the run cut off has not failed.
        let failed = failure.is_some_and(|(outcome, _)| outcome != Outcome::Unsent);
        if !ready && failed {
            sessions.failed += 1;
        }
        let (outcome, cause) = match failure {
            Some((outcome, cause)) => (Some(outcome), cause),
            None => (None, CLOSED_BY_US),
        };
        self.interval
            .outcomes
            .count(at, OutcomeScope::Session, outcome, &cause);
    }
}
