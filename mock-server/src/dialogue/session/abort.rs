//! What rules of `faults` do to a connection, a handshake and a message on its
//! way in: stages that have no reply of their own.

use std::mem;
use std::time::Duration;

use super::{Dialogue, State};
use crate::faults::{Effect, Instead, Stroke};
use crate::protocol::{At, Nanos, Stage};

impl Dialogue {
    /// The client has connected: when the server turns to it, unless something
    /// else becomes of it.
    pub(super) fn meet(&mut self, now: Nanos) -> Option<Nanos> {
        let met = now + self.latency(Stage::Connect);
        let Some(mut stroke) = self.strike(At::Connect, None, now) else {
            return Some(met);
        };
        if stroke.lets_pass() {
            return Some(met + stroke.delay);
        }
        // In place of a handshake there is nothing that could follow.
        stroke.close |= self.wrapper;
        self.state = State::Command;
        self.suffer(&stroke, Stage::Connect, met, now);
        None
    }

    /// TLS is next. `from` is when the server turns to it.
    pub(super) fn expect_handshake(&mut self, from: Nanos, now: Nanos) {
        let turned = from + self.latency(Stage::Tls);
        // After the 220 the client's first flight has to come all the way; with
        // the wrapper it came with the connection.
        let way = if self.wrapper {
            Duration::ZERO
        } else {
            self.config.rtt
        };
        let start = turned + way;
        let Some(stroke) = self.strike(At::Tls, None, now) else {
            self.state = State::Handshake(Some(start));
            return;
        };
        let late = start + stroke.delay;
        match &stroke.effect {
            Effect::Instead(Instead::Reply(_) | Instead::Garbage | Instead::TlsAlert) => {
                // That flight is waited for, and so is its way.
                let delay = (turned + stroke.delay).since(now);
                self.state = State::Hello(Box::new(Stroke { delay, ..stroke }));
            }
            Effect::Instead(_) => self.suffer(&stroke, Stage::Tls, start, now),
            Effect::Show(certificate) => {
                self.certificate = *certificate;
                self.state = State::Handshake(Some(late));
            }
            _ => self.state = State::Handshake(Some(late)),
        }
    }

    /// The client has begun a handshake that is not to be.
    pub(super) fn refuse_handshake(&mut self, now: Nanos) {
        if let State::Hello(stroke) = mem::replace(&mut self.state, State::Command) {
            self.suffer(&stroke, Stage::Tls, now, now);
        }
    }

    /// The first bytes of a message are here.
    pub(super) fn open_message(&mut self, now: Nanos) {
        let State::Opening(message) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("only what has not begun can begin");
        };
        match self.strike(At::Body, None, now) {
            None => self.state = State::Body(message),
            Some(stroke) if stroke.lets_pass() => {
                self.state = State::Paused(now + stroke.delay, Box::new(message));
            }
            Some(stroke) => self.suffer(&stroke, Stage::Dot, now, now),
        }
    }

    /// Goes on with a message that had to wait.
    pub(super) fn end_pause(&mut self, now: Nanos) {
        if matches!(self.state, State::Paused(until, _) if now >= until)
            && let State::Paused(_, message) = mem::replace(&mut self.state, State::Command)
        {
            self.state = State::Body(*message);
        }
    }
}
