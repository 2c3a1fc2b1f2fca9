//! Before the first command: the connection, the handshake, and the banner or the
//! 421 above the connection limit.

use std::time::Duration;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::Dialogue;
use crate::dialogue::link::{ClosedBy, Handshaking};
use crate::dialogue::turn::Turn;
use crate::faults::InjectedFault;
use crate::protocol::{Instant, Reply, Stage};

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
            self.context.config.rtt
        };
        let start = turn.delayed_by(way);
        let next = match self.match_fault(Stage::Tls, None, now) {
            None => Handshaking::Latency(start.due),
            Some(fault) if fault.sends_instead() => {
                // The fault replaces the reply to that flight, so it waits for it.
                let delay = (turn.due + fault.delay).since(now);
                Handshaking::Fault(Box::new(InjectedFault { delay, ..fault }))
            }
            Some(fault) if fault.lets_pass() => Handshaking::Latency(start.due + fault.delay),
            Some(fault) => return self.apply_fault(&fault, start),
        };
        self.link.expect_handshake(next);
    }

    /// The client has begun a handshake that a fault replaces.
    pub(super) fn refuse_handshake(&mut self, now: Instant) {
        if let Some(fault) = self.link.refuse_handshake() {
            self.apply_fault(&fault, Turn::at_once(Stage::Tls, now));
        }
    }

    /// Sends the banner or the 421. Its latency counts from `from`.
    pub(super) fn greet(&mut self, from: Instant, now: Instant) {
        if !self.link.is_admitted() {
            self.close(ClosedBy::LastReply);
            let turn = self.turn_from(from, Stage::Banner, now);
            return self.reply(Reply::TooManyConnections, turn);
        }
        if self.spoils_at(Stage::Banner, None, from, now) {
            return;
        }
        let turn = self.turn_from(from, Stage::Banner, now);
        let mut random = self.random.clone();
        self.say(Reply::Banner, turn, |out| {
            let random = &mut random;
            out.extend_from_slice(b"220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-");
            put_random(out, random, 9, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
            out.push(b' ');
            put_random(
                out,
                random,
                20,
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            );
            out.extend_from_slice(b"\r\n");
        });
        self.random = random;
    }
}

fn put_random(out: &mut Vec<u8>, random: &mut Pcg64Mcg, length: usize, alphabet: &[u8]) {
    for _ in 0..length {
        let pick = random.next_u32() as usize % alphabet.len();
        out.push(alphabet[pick]);
    }
}
