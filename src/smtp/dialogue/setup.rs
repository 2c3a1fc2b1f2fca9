//! Session set-up: from connect to ready for MAIL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;

use super::{Dialogue, DialogueState, Doing, StepFailure};
use crate::smtp::capabilities::{self, Capabilities};
use crate::smtp::reply::Reply;
use crate::smtp::{Mechanism, TlsMode};
use crate::vocabulary::{Cause, DialogueFailure, Event, Failure, Instant, Observer, Phase};

impl Dialogue {
    /// Opens the next session.
    pub(crate) fn open(&mut self, now: Instant, events: &mut dyn Observer) {
        self.reader.clear();
        self.failed = None;
        self.ready_since = None;
        self.served = 0;
        self.refused = 0;
        self.parting = None;
        self.domains.clear();
        self.helo = false;
        self.content_failure = None;
        self.session_began = now;
        self.stage = DialogueState::Connect;
        self.doing = Doing::Connecting;
        self.start_phase(Phase::Connect, now);
        let slot = self.slot;
        events.on_event(now, &Event::SessionOpening { slot });
    }

    /// The TCP connection is established.
    pub(crate) fn connected(&mut self, now: Instant, events: &mut dyn Observer) {
        self.end_phase(Phase::Connect, now, events);
        match self.config.tls {
            TlsMode::Wrapper => self.secure(now),
            TlsMode::Starttls | TlsMode::None => self.await_banner(now),
        }
    }

    /// The TLS handshake is done.
    pub(crate) fn secured(&mut self, now: Instant, events: &mut dyn Observer) {
        // `on_starttls` guarantees this: what was received in plaintext is
        // never used as a reply under TLS (CVE-2011-0411 and its client-side
        // variants).
        assert!(self.reader.is_empty(), "plaintext before the TLS handshake");
        self.end_phase(Phase::Tls, now, events);
        match self.config.tls {
            TlsMode::Wrapper => self.await_banner(now),
            TlsMode::Starttls | TlsMode::None => self.ehlo(DialogueState::EhloTls, now),
        }
    }

    pub(super) fn on_setup_reply(
        &mut self,
        reply: &Reply,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        match self.stage {
            DialogueState::Auth(exchange) => return self.on_auth(exchange, reply, now, events),
            DialogueState::Ehlo | DialogueState::EhloTls if self.is_ehlo_unknown(reply) => {
                return self.on_ehlo_unknown(reply, now, events);
            }
            stage => self.end_phase(stage.phase(), now, events),
        }
        if !reply.is_positive() {
            return self.refuse_session(reply, now, events);
        }
        match self.stage {
            DialogueState::Banner if self.config.tls == TlsMode::Wrapper => {
                self.ehlo(DialogueState::EhloTls, now)
            }
            DialogueState::Banner => self.ehlo(DialogueState::Ehlo, now),
            DialogueState::Starttls => self.on_starttls(now, events),
            _ => self.on_ehlo(reply, now, events),
        }
    }

    fn secure(&mut self, now: Instant) {
        self.stage = DialogueState::Tls;
        self.doing = Doing::Securing;
        self.start_phase(Phase::Tls, now);
    }

    fn await_banner(&mut self, now: Instant) {
        self.stage = DialogueState::Banner;
        self.doing = Doing::Receiving;
        self.start_phase(Phase::Banner, now);
    }

    fn ehlo(&mut self, stage: DialogueState, now: Instant) {
        self.helo = false;
        self.greet(b"EHLO ", stage, now);
    }

    /// Whether the server does not know the command (RFC 5321 section 4.2.4).
    fn is_ehlo_unknown(&self, reply: &Reply) -> bool {
        !self.helo && matches!(reply.code(), 500 | 502)
    }

    /// HELO is enough where nothing is needed that only EHLO offers (RFC 5321
    /// section 3.2).
    fn on_ehlo_unknown(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let needs = match (self.stage, self.config.tls, &self.config.sasl) {
            (DialogueState::Ehlo, TlsMode::Starttls, _) => Some("STARTTLS (RFC 3207)"),
            (_, _, Some(_)) => Some("AUTH (RFC 4954)"),
            _ => None,
        };
        let Some(needs) = needs else {
            self.helo = true;
            let (began, deadline) = (self.phase_began, self.deadline);
            self.greet(b"HELO ", self.stage, now);
            // One phase from the first EHLO to the reply that accepts EHLO or
            // HELO.
            self.phase_began = began;
            self.deadline = deadline;
            return;
        };
        self.end_phase(self.phase(), now, events);
        let said = self.said(reply);
        let text = format!(
            "the server does not know EHLO, which {needs} needs: it answered {} {}",
            reply.code(),
            said.text
        );
        let cause = Cause {
            failure: Some(Failure::Dialogue(DialogueFailure::EhloUnknown)),
            text: text.trim_end(),
            ..said
        };
        self.lose(cause, now, events);
    }

    fn greet(&mut self, verb: &[u8], stage: DialogueState, now: Instant) {
        let line = &mut self.line.0;
        line.clear();
        line.extend_from_slice(verb);
        line.extend_from_slice(self.config.ehlo_name.as_bytes());
        line.extend_from_slice(b"\r\n");
        self.send(stage, now);
    }

    fn on_ehlo(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        self.capabilities = match self.helo {
            true => Capabilities::of_helo(reply),
            false => Capabilities::of(reply),
        };
        if self.stage == DialogueState::Ehlo && self.config.tls == TlsMode::Starttls {
            return self.starttls(now, events);
        }
        match self.config.sasl.as_ref().map(|sasl| sasl.mechanism) {
            None => self.become_ready(now, events),
            Some(mechanism) if self.capabilities.offers(mechanism) => self.log_in(0, now),
            Some(mechanism) => {
                let failure = not_offered(mechanism, &self.capabilities);
                self.lose(failure.cause(self.phase_told()), now, events);
            }
        }
    }

    fn starttls(&mut self, now: Instant, events: &mut dyn Observer) {
        if self.capabilities.starttls {
            return self.send(DialogueState::Starttls, now);
        }
        self.stage = DialogueState::Starttls;
        let failure = Failure::Dialogue(DialogueFailure::StarttlsNotOffered);
        self.lose(self.local(failure), now, events);
    }

    fn on_starttls(&mut self, now: Instant, events: &mut dyn Observer) {
        if self.reader.is_empty() {
            return self.secure(now);
        }
        let failure = Failure::Dialogue(DialogueFailure::PlaintextAfterStarttls);
        self.lose(self.local(failure), now, events);
    }

    /// Sends this step of the AUTH exchange.
    fn log_in(&mut self, exchange: usize, now: Instant) {
        self.line.0.clear();
        self.write_exchange(exchange);
        self.line.0.extend_from_slice(b"\r\n");
        let (began, deadline) = (self.phase_began, self.deadline);
        self.send(DialogueState::Auth(exchange), now);
        if exchange > 0 {
            // One phase from the first AUTH command to the final reply.
            self.phase_began = began;
            self.deadline = deadline;
        }
    }

    fn on_auth(&mut self, exchange: usize, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        match reply.code() {
            334 if exchange + 1 < self.exchanges() => self.log_in(exchange + 1, now),
            235 => {
                self.end_phase(Phase::Auth, now, events);
                self.become_ready(now, events);
            }
            _ => {
                self.end_phase(Phase::Auth, now, events);
                self.refuse_session(reply, now, events);
            }
        }
    }

    fn exchanges(&self) -> usize {
        match self.config.sasl.as_ref() {
            Some(sasl) if sasl.mechanism == Mechanism::Login => 3,
            Some(sasl) if sasl.initial_response => 1,
            Some(_) => 2,
            None => 0,
        }
    }

    fn write_exchange(&mut self, exchange: usize) {
        let Some(sasl) = self.config.sasl.as_ref() else {
            return;
        };
        let username = sasl.credentials.username.expose_secret();
        let password = sasl.credentials.password.expose_secret();
        let plain = || STANDARD.encode(format!("\0{username}\0{password}"));
        let line = match (sasl.mechanism, exchange) {
            (Mechanism::Plain, 0) if sasl.initial_response => format!("AUTH PLAIN {}", plain()),
            (Mechanism::Plain, 0) => "AUTH PLAIN".to_owned(),
            (Mechanism::Plain, _) => plain(),
            (Mechanism::Login, 0) => "AUTH LOGIN".to_owned(),
            (Mechanism::Login, 1) => STANDARD.encode(username),
            (Mechanism::Login, _) => STANDARD.encode(password),
        };
        self.line.0.extend_from_slice(line.as_bytes());
    }

    fn become_ready(&mut self, now: Instant, events: &mut dyn Observer) {
        let (slot, began) = (self.slot, self.session_began);
        events.on_event(now, &Event::SessionReady { slot, began });
        self.rest(now);
        if self.attempt.is_some() {
            self.start_transaction(now, events);
        }
    }
}

fn not_offered(mechanism: Mechanism, offers: &Capabilities) -> StepFailure {
    if offers.auth.is_empty() {
        return Failure::Dialogue(DialogueFailure::AuthNotOffered).into();
    }
    let text = format!(
        "AUTH {} is not offered by the server; it offers {}",
        capabilities::name(mechanism),
        offers.auth.join(", ")
    );
    StepFailure::new(
        Failure::Dialogue(DialogueFailure::MechanismNotOffered),
        text,
    )
}
