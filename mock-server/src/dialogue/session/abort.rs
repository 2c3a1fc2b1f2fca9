//! What rules of `faults` do to a connection, a handshake and a message on its
//! way in: stages that have no reply of their own.

use std::mem;
use std::time::Duration;

use super::{Dialogue, State};
use crate::faults::{Effect, FaultAction, InjectedFault};
use crate::protocol::{FaultStage, Instant, Stage};

impl Dialogue {
    /// The client has connected: when the server turns to it, unless something
    /// else becomes of it.
    pub(super) fn meet(&mut self, now: Instant) -> Option<Instant> {
        let met = now + self.latency(Stage::Connect);
        let Some(mut fault) = self.match_fault(FaultStage::Connect, None, now) else {
            return Some(met);
        };
        if fault.lets_pass() {
            return Some(met + fault.delay);
        }
        // In place of a handshake there is nothing that could follow.
        fault.close |= self.wrapper;
        self.state = State::Command;
        self.apply_fault(&fault, Stage::Connect, met, now);
        None
    }

    /// TLS is next. `from` is when the server turns to it.
    pub(super) fn expect_handshake(&mut self, from: Instant, now: Instant) {
        let turned = from + self.latency(Stage::Tls);
        // After the 220 the client's first flight has to come all the way; with
        // the wrapper it came with the connection.
        let way = if self.wrapper {
            Duration::ZERO
        } else {
            self.config.rtt
        };
        let start = turned + way;
        let Some(fault) = self.match_fault(FaultStage::Tls, None, now) else {
            self.state = State::Handshake(Some(start));
            return;
        };
        let late = start + fault.delay;
        match &fault.effect {
            Effect::Replace(
                FaultAction::Reply(_) | FaultAction::Garbage | FaultAction::TlsAlert,
            ) => {
                // That flight is waited for, and so is its way.
                let delay = (turned + fault.delay).since(now);
                self.state = State::Hello(Box::new(InjectedFault { delay, ..fault }));
            }
            Effect::Replace(_) => self.apply_fault(&fault, Stage::Tls, start, now),
            Effect::Show(certificate) => {
                self.certificate = *certificate;
                self.state = State::Handshake(Some(late));
            }
            _ => self.state = State::Handshake(Some(late)),
        }
    }

    /// The client has begun a handshake that is not to be.
    pub(super) fn refuse_handshake(&mut self, now: Instant) {
        if let State::Hello(fault) = mem::replace(&mut self.state, State::Command) {
            self.apply_fault(&fault, Stage::Tls, now, now);
        }
    }

    /// The first bytes of a message are here.
    pub(super) fn open_message(&mut self, now: Instant) {
        let State::Opening(message) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("only what has not begun can begin");
        };
        match self.match_fault(FaultStage::Body, None, now) {
            None => self.state = State::Body(message),
            Some(fault) if fault.lets_pass() => {
                self.state = State::Paused(now + fault.delay, Box::new(message));
            }
            Some(fault) => self.apply_fault(&fault, Stage::Dot, now, now),
        }
    }

    /// Goes on with a message that had to wait.
    pub(super) fn end_pause(&mut self, now: Instant) {
        if matches!(self.state, State::Paused(until, _) if now >= until)
            && let State::Paused(_, message) = mem::replace(&mut self.state, State::Command)
        {
            self.state = State::Body(*message);
        }
    }
}
