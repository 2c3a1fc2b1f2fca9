//! Observes the session of a probe and records its steps.

use std::sync::Arc;
use std::time::Duration;

use super::result::ProbeResult;
use super::step::{Kind, Step};
use super::view::{Entry, View};
use crate::engine::SessionFailure;
use crate::net::Connector;
use crate::sys::clock::Clock;
use crate::text::printable;
use crate::vocabulary::{
    Cause, CauseBuf, Event, Instant, Lines, Observer, Outcome, Phase, Sending,
};

/// The steps so far.
pub(super) struct Transcript {
    clock: Clock,
    began: Instant,
    view: View,
    connector: Option<Arc<Connector>>,
    /// When the phase that ended last started.
    phase_began: Instant,
    /// When the session started to wait for what comes next.
    waits_since: Instant,
    /// Whether the next bytes sent are the message.
    content_is_next: bool,
    /// Whether QUIT was sent.
    quitting: bool,
    /// The last line of the banner that opened the session.
    banner: Option<String>,
    pub(super) steps: Vec<Step>,
    /// In the order in which they ended; may include `session_setup`.
    pub(super) phases: Vec<(&'static str, Duration)>,
    /// `None` until the session is ready or has ended.
    pub(super) result: Option<ProbeResult>,
}

impl Transcript {
    /// Starts now; each step is shown at once.
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
            banner: None,
            steps: Vec::new(),
            phases: Vec::new(),
            result: None,
        }
    }

    /// The name is resolved; the look-up started at `asked`.
    pub(super) fn resolved(&mut self, asked: Instant) {
        let took = self.clock.now().since(asked);
        self.phases.push((Phase::Resolve.name(), took));
    }

    /// The probe failed before a session was open.
    pub(super) fn refused(&mut self, refused: SessionFailure) {
        self.step(self.clock.now(), Kind::Failed, refused.to_string());
        self.result = Some(ProbeResult::NoSession(refused));
    }

    /// Sets the connector.
    pub(super) fn connects_by(&mut self, connector: Arc<Connector>) {
        self.connector = Some(connector);
    }

    /// The view, to finish it after the last event.
    pub(super) fn view(&mut self) -> &mut View {
        &mut self.view
    }

    /// The clock of all times.
    pub(super) const fn clock(&self) -> Clock {
        self.clock
    }

    /// The banner of the server, if any.
    pub(super) fn banner(&self) -> Option<&str> {
        self.banner.as_deref()
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
        if (reply.phase, code) == (Some(Phase::Banner), 220) {
            self.banner = lines.iter().last().map(printable);
        }
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

    /// The session ended by QUIT. A missing answer to it changes no outcome, but is
    /// shown.
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
            cause: CauseBuf {
                text: printable(cause.text),
                ..CauseBuf::from(*cause)
            },
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
