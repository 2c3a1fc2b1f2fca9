//! Faults at a connection, a handshake and the start of a message: stages without
//! a reply of their own.

use std::mem;
use std::time::Duration;

use super::{Dialogue, State};
use crate::dialogue::link::Handshaking;
use crate::dialogue::turn::Turn;
use crate::faults::InjectedFault;
use crate::protocol::{Instant, Stage};

impl Dialogue {
    /// The client has connected: returns when the server continues, unless a fault
    /// replaces the session.
    pub(super) fn meet(&mut self, now: Instant) -> Option<Instant> {
        let turn = self.turn(Stage::Connect, now);
        let Some(mut fault) = self.match_fault(Stage::Connect, None, now) else {
            return Some(turn.due);
        };
        if fault.lets_pass() {
            return Some(turn.due + fault.delay);
        }
        // After a reply in place of a handshake nothing can follow.
        fault.close |= self.link.is_wrapper();
        self.apply_fault(&fault, turn);
        None
    }

    /// TLS is next. Its latency counts from `from`.
    pub(super) fn expect_handshake(&mut self, from: Instant, now: Instant) {
        let turn = self.turn_from(from, Stage::Tls, now);
        // After the 220 the client's first flight takes a round trip; with the
        // wrapper it arrived with the connection.
        let way = if self.link.is_wrapper() {
            Duration::ZERO
        } else {
            self.config.rtt
        };
        let start = turn.delayed_by(way);
        let Some(fault) = self.match_fault(Stage::Tls, None, now) else {
            let start = Handshaking::Latency(start.due);
            return self.link.expect_handshake(start);
        };
        if fault.sends_instead() {
            // The fault replaces the reply to that flight, so it waits for it.
            let delay = (turn.due + fault.delay).since(now);
            let fault = InjectedFault { delay, ..fault };
            let handshaking = Handshaking::Fault(Box::new(fault));
            self.link.expect_handshake(handshaking);
        } else if fault.lets_pass() {
            let start = Handshaking::Latency(start.due + fault.delay);
            self.link.expect_handshake(start);
        } else {
            self.apply_fault(&fault, start);
        }
    }

    /// The client has begun a handshake that a fault replaces.
    pub(super) fn refuse_handshake(&mut self, now: Instant) {
        if let Some(fault) = self.link.refuse_handshake() {
            self.apply_fault(&fault, Turn::at_once(Stage::Tls, now));
        }
    }

    /// The first bytes of a message have arrived.
    pub(super) fn open_message(&mut self, now: Instant) {
        let State::Opening(message) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("the state is Opening");
        };
        match self.match_fault(Stage::Body, None, now) {
            None => self.state = State::Body(message),
            Some(fault) if fault.lets_pass() => {
                self.state = State::Paused(now + fault.delay, Box::new(message));
            }
            Some(fault) => self.apply_fault(&fault, Turn::at_once(Stage::Dot, now)),
        }
    }

    /// Continues with a delayed message.
    pub(super) fn end_pause(&mut self, now: Instant) {
        if matches!(self.state, State::Paused(until, _) if now >= until)
            && let State::Paused(_, message) = mem::replace(&mut self.state, State::Command)
        {
            self.state = State::Body(*message);
        }
    }
}
