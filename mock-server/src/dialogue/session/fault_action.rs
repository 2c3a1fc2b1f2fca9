//! What rules of `faults` put in the place of a reply, at the moment at which it
//! would have left.

use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, Step};
use crate::faults::{Effect, FaultAction, InjectedFault};
use crate::protocol::{Event, Instant, Stage};

/// Bytes of garbage.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// How a session ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abort {
    Close,
    Reset,
    Stall,
}

impl Abort {
    /// What to do about it at `now`.
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
    /// What takes the place of the reply that `write` writes, at that stage and
    /// due at that moment.
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

    /// Something takes the place of what the stage is for, and of a reply that
    /// would be due at that moment.
    pub(super) fn apply_fault(
        &mut self,
        fault: &InjectedFault,
        stage: Stage,
        due: Instant,
        now: Instant,
    ) {
        self.replace_reply(fault, stage, due, now, |_| {});
    }

    /// Says or does `instead` at the moment `due`.
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

    /// A line that is no reply, as no byte of it is a digit, and no TLS record,
    /// as none has a type above 127.
    fn garbage(&mut self) -> Vec<u8> {
        let noise = (2..GARBAGE).map(|_| 0x80 | self.random.next_u32() as u8);
        noise.chain(*b"\r\n").collect()
    }
}
