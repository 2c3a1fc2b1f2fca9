//! What rules of `faults` put in the place of a reply, at the moment at which it
//! would have left.

use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, Step};
use crate::faults::{Effect, Instead, Stroke};
use crate::protocol::{Event, Nanos, Stage};

/// Bytes of garbage.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// How a session ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doom {
    Close,
    Reset,
    Stall,
}

impl Doom {
    /// What to do about it at `now`.
    pub(super) fn step(self, moment: Nanos, now: Nanos) -> Step<'static> {
        match self {
            _ if now < moment => Step::Wait(moment),
            Doom::Close => Step::Close { linger: true },
            Doom::Reset => Step::Reset,
            Doom::Stall => Step::Stall,
        }
    }
}

impl Dialogue {
    /// What takes the place of the reply that `write` writes, at that stage and
    /// due at that moment.
    pub(super) fn say_otherwise(
        &mut self,
        stroke: &Stroke,
        stage: Stage,
        due: Nanos,
        now: Nanos,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let due = due + stroke.delay;
        if let Effect::Instead(instead) = &stroke.effect {
            if let Instead::Reply(text) = instead {
                self.tell(now, &Event::Said { text, stage });
            }
            return self.put(instead, stroke.close, due, now);
        }
        let mut reply = Vec::new();
        write(&mut reply);
        self.outbox.add(due, now, |out| {
            out.extend_from_slice(&reply[..reply.len() / 2]);
        });
        let end = if stroke.close {
            Doom::Close
        } else {
            Doom::Stall
        };
        self.state = State::Doomed(due, end);
    }

    /// Something takes the place of what the stage is for, and of a reply that
    /// would be due at that moment.
    pub(super) fn suffer(&mut self, stroke: &Stroke, stage: Stage, due: Nanos, now: Nanos) {
        self.say_otherwise(stroke, stage, due, now, |_| {});
    }

    /// Says or does `instead` at the moment `due`.
    fn put(&mut self, instead: &Instead, close: bool, due: Nanos, now: Nanos) {
        let words = match instead {
            Instead::Reply(text) => text.as_bytes().to_vec(),
            Instead::Garbage => self.garbage(),
            Instead::TlsAlert => HANDSHAKE_FAILURE.to_vec(),
            Instead::Stall | Instead::Close | Instead::Reset => Vec::new(),
        };
        if !words.is_empty() {
            self.outbox.add(due, now, |out| out.extend(words));
        }
        let doom = match instead {
            Instead::Stall => Doom::Stall,
            Instead::Reset => Doom::Reset,
            Instead::Close => Doom::Close,
            _ if close => Doom::Close,
            _ => return,
        };
        self.state = State::Doomed(due, doom);
    }

    /// A line that is no reply, as no byte of it is a digit, and no TLS record,
    /// as none has a type above 127.
    fn garbage(&mut self) -> Vec<u8> {
        let noise = (2..GARBAGE).map(|_| 0x80 | self.random.next_u32() as u8);
        noise.chain(*b"\r\n").collect()
    }
}
