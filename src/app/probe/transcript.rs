//! Listens to the one session of a probe and writes down what happens.

use std::sync::Arc;
use std::time::Duration;

use super::result::ProbeResult;
use super::step::{Kind, Step};
use super::view::{Entry, View};
use crate::engine::SessionFailure;
use crate::net::Connector;
use crate::sys::clock::Clock;
use crate::text::printable;
use crate::vocabulary::{Cause, Event, Instant, Lines, Observer, Outcome, Phase, Sending};

/// What happened so far.
pub(super) struct Transcript {
    clock: Clock,
    began: Instant,
    view: View,
    connector: Option<Arc<Connector>>,
    /// When the phase began that ended last.
    phase_began: Instant,
    /// Since when something has been waited for that has not come.
    waits_since: Instant,
    /// Whether the message is what is sent next.
    content_is_next: bool,
    /// Whether QUIT was sent.
    quitting: bool,
    pub(super) steps: Vec<Step>,
    /// In the order they ended; the last may be `session_setup`.
    pub(super) phases: Vec<(&'static str, Duration)>,
    /// None before it is over, or ready.
    pub(super) result: Option<ProbeResult>,
}

impl Transcript {
    /// Begins now; each step is shown at once.
    pub(super) fn new(clock: Clock, view: View) -> Self {
        let now = clock.now();
        Self {
            clock,
            began: now,
            view,
            connector: None,
            phase_began: now,
            waits_since: now,
            content_is_next: false,
            quitting: false,
            steps: Vec::new(),
            phases: Vec::new(),
            result: None,
        }
    }

    /// The name was looked up, since `asked`.
    pub(super) fn resolved(&mut self, asked: Instant) {
        let took = self.clock.now().since(asked);
        self.phases.push((Phase::Resolve.name(), took));
    }

    /// It ended before there was a session.
    pub(super) fn refused(&mut self, refused: SessionFailure) {
        self.step(self.clock.now(), Kind::Failed, refused.to_string());
        self.result = Some(ProbeResult::NoSession(refused));
    }

    /// What connects is known now.
    pub(super) fn connects_by(&mut self, connector: Arc<Connector>) {
        self.connector = Some(connector);
    }

    /// The view, when there is no more to be heard.
    pub(super) fn view(&mut self) -> &mut View {
        &mut self.view
    }

    /// What all times are read from.
    pub(super) const fn clock(&self) -> Clock {
        self.clock
    }

    /// How the server greeted; none if it did not.
    pub(super) fn banner(&self) -> Option<&str> {
        let mut steps = self.steps.iter();
        steps.find_map(|step| step.text.strip_prefix("220 "))
    }

    pub(super) fn note(&mut self, text: String) {
        self.step(self.clock.now(), Kind::Note, text);
    }

    fn step(&mut self, at: Instant, kind: Kind, text: String) {
        let at = at.since(self.began);
        let step = Step { at, kind, text };
        self.view.show(Entry::Step(step.clone()));
        self.steps.push(step);
    }

    fn received(&mut self, at: Instant, reply: &Cause<'_>, lines: Lines<'_>) {
        let code = reply.code.unwrap_or_default();
        let mut lines = lines.iter().peekable();
        while let Some(line) = lines.next() {
            let more = if lines.peek().is_some() { '-' } else { ' ' };
            let line = printable(line);
            let text = format!("{code}{more}{line}").trim_end().to_owned();
            self.step(at, Kind::Received, text);
        }
        self.content_is_next = reply.code == Some(354);
    }

    fn phase_ended(&mut self, at: Instant, phase: Phase, began: Instant) {
        (self.phase_began, self.waits_since) = (began, at);
        self.phases.push((phase.name(), at.since(began)));
        match phase {
            Phase::Connect => self.connected(),
            Phase::Tls => self.secured(),
            _ => {}
        }
    }

    fn opening(&mut self) {
        let first = self.connector.as_ref().map(|by| by.addresses());
        if let Some(first) = first.unwrap_or_default().first() {
            self.note(format!("connecting to {}", first.address));
        }
    }

    fn connected(&mut self) {
        let all = self.connector.as_ref().map(|by| by.addresses());
        let mut all = all.unwrap_or_default().into_iter();
        if let Some(made) = all.find(|each| each.sessions > 0) {
            self.note(format!("connected to {}", made.address));
        }
    }

    fn secured(&mut self) {
        let Some(connector) = self.connector.clone() else {
            return;
        };
        if let Some(facts) = connector.tally().tls_facts() {
            let (version, cipher, group) = (facts.version, facts.cipher, facts.key_exchange);
            self.note(format!("TLS {version}, {cipher}, {group}"));
        }
        self.certificates(self.clock.now());
    }

    fn certificates(&mut self, at: Instant) {
        if let Some(connector) = self.connector.clone() {
            let at = at.since(self.began);
            self.view.show(Entry::Certificates(at, connector));
        }
    }

    fn attempt_ended(&mut self, at: Instant, outcome: Outcome, cause: &Cause<'_>) {
        self.result = Some(match outcome {
            Outcome::Accepted => ProbeResult::Accepted(printable(cause.text)),
            _ => {
                let refused = self.refusal(at, outcome, cause);
                self.step(at, Kind::Failed, refused.to_string());
                ProbeResult::NotAccepted(refused)
            }
        });
    }

    fn session_ended(&mut self, at: Instant, outcome: Outcome, cause: &Cause<'_>) {
        if cause.phase == Some(Phase::Quit) && outcome == Outcome::Timeout {
            return self.quitted(at);
        }
        if cause.phase == Some(Phase::Quit) {
            return self.step(at, Kind::Failed, format!("quit: {}", printable(cause.text)));
        }
        if let Some(ProbeResult::Accepted(_) | ProbeResult::NotAccepted(_)) = self.result {
            return;
        }
        if cause.phase == Some(Phase::Tls) {
            self.certificates(at);
        }
        let refused = self.refusal(at, outcome, cause);
        self.step(at, Kind::Failed, refused.to_string());
        self.result = Some(ProbeResult::NoSession(refused));
    }

    /// The session ended as we wished; whether the server answered QUIT is
    /// nobody's outcome, and told all the same.
    fn quitted(&mut self, at: Instant) {
        let answered = self
            .phases
            .iter()
            .any(|(name, _)| *name == Phase::Quit.name());
        if self.quitting && !answered {
            let waited = at.since(self.waits_since);
            self.step(
                at,
                Kind::Failed,
                format!("quit: no answer, after {waited:.1?}"),
            );
        }
    }

    fn refusal(&self, at: Instant, outcome: Outcome, cause: &Cause<'_>) -> SessionFailure {
        SessionFailure {
            outcome,
            phase: cause.phase,
            code: cause.code,
            enhanced: cause.enhanced.map(str::to_owned),
            text: printable(cause.text),
            after: match cause.code {
                Some(_) => at.since(self.phase_began),
                None => at.since(self.waits_since),
            },
        }
    }
}

impl Observer for Transcript {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        match *event {
            Event::SessionOpening { .. } => {
                self.waits_since = at;
                self.opening();
            }
            Event::PhaseEnded { phase, began, .. } => self.phase_ended(at, phase, began),
            Event::Replied {
                ref reply, lines, ..
            } => self.received(at, reply, lines),
            Event::SessionReady { began, .. } => {
                self.phases.push(("session_setup", at.since(began)));
                self.result = Some(ProbeResult::Ready);
            }
            Event::AttemptEnded {
                outcome, ref cause, ..
            } => self.attempt_ended(at, outcome, cause),
            Event::SessionEnded {
                failure: Some((outcome, ref cause)),
                ..
            } => self.session_ended(at, outcome, cause),
            Event::SessionEnded { failure: None, .. } => self.quitted(at),
            _ => {}
        }
    }

    fn sending(&mut self, what: Sending<'_>) {
        let now = self.clock.now();
        self.waits_since = now;
        self.quitting = what.head == b"QUIT\r\n";
        if std::mem::take(&mut self.content_is_next) {
            let bytes = what.head.len() + what.body.len();
            let text = format!("({bytes} bytes: the message and its final dot)");
            return self.step(now, Kind::Sent, text);
        }
        if what.secret {
            let telling = String::from_utf8_lossy(what.head);
            let text = format!("{telling} <secret>").trim_start().to_owned();
            return self.step(now, Kind::Sent, text);
        }
        for part in [what.head, what.body] {
            for line in String::from_utf8_lossy(part).lines() {
                self.step(now, Kind::Sent, printable(line));
            }
        }
    }
}
