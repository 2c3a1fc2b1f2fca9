//! Injected replies and actions, at the time at which the stage's own reply would
//! have been sent.

use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, Step};
use crate::faults::{Effect, FaultAction, InjectedFault};
use crate::protocol::{Event, Instant, Stage};

/// Length of garbage, in bytes.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// How a fault ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abort {
    Close,
    Reset,
    Stall,
}

impl Abort {
    /// The next step at `now`.
    pub(super) fn step(self, moment: Instant, now: Instant) -> Step<'static> {
        match self {
            _ if now < moment => Step::Wait(moment),
            Abort::Close => Step::Close { linger: true },
            Abort::Reset => Step::Reset,
            Abort::Stall => Step::Stall,
        }
    }
}

impl Dialogue {
    /// Replaces the reply that `write` writes, at that stage and due at that
    /// time.
    pub(super) fn replace_reply(
        &mut self,
        fault: &InjectedFault,
        stage: Stage,
        due: Instant,
        now: Instant,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let due = due + fault.delay;
        if let Effect::Replace(instead) = &fault.effect {
            if let FaultAction::Reply(text) = instead {
                self.emit(now, &Event::Said { text, stage });
            }
            return self.put(instead, fault.close, due, now);
        }
        let mut reply = Vec::new();
        write(&mut reply);
        self.outbox.add(due, now, |out| {
            out.extend_from_slice(&reply[..reply.len() / 2]);
        });
        let end = if fault.close {
            Abort::Close
        } else {
            Abort::Stall
        };
        self.state = State::Aborting(due, end);
    }

    /// Replaces what the stage does, and a reply that would be due at that time.
    pub(super) fn apply_fault(
        &mut self,
        fault: &InjectedFault,
        stage: Stage,
        due: Instant,
        now: Instant,
    ) {
        self.replace_reply(fault, stage, due, now, |_| {});
    }

    /// Sends or does `instead` at `due`.
    fn put(&mut self, instead: &FaultAction, close: bool, due: Instant, now: Instant) {
        let words = match instead {
            FaultAction::Reply(text) => text.as_bytes().to_vec(),
            FaultAction::Garbage => self.garbage(),
            FaultAction::TlsAlert => HANDSHAKE_FAILURE.to_vec(),
            FaultAction::Stall | FaultAction::Close | FaultAction::Reset => Vec::new(),
        };
        if !words.is_empty() {
            self.outbox.add(due, now, |out| out.extend(words));
        }
        let abort = match instead {
            FaultAction::Stall => Abort::Stall,
            FaultAction::Reset => Abort::Reset,
            FaultAction::Close => Abort::Close,
            _ if close => Abort::Close,
            _ => return,
        };
        self.state = State::Aborting(due, abort);
    }

    /// A line that is neither a reply, because it has no digit, nor a TLS record,
    /// because record types are below 128.
    fn garbage(&mut self) -> Vec<u8> {
        let noise = (2..GARBAGE).map(|_| 0x80 | self.random.next_u32() as u8);
        noise.chain(*b"\r\n").collect()
    }
}
