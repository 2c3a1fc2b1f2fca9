//! Replies to be sent, and the time from which they can be sent.
//!
//! Replies to pipelined commands are collected, so that they are sent in one
//! write. The last one can be delayed by the latency of its stage; no reply is
//! added after it until then.

use super::turn::Turn;
use crate::protocol::Instant;

/// Maximum bytes of collected replies; then they are sent before more is read.
const FULL: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    /// This many bytes can be sent immediately, the rest from `due` on.
    free: usize,
    due: Instant,
}

/// State of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Post {
    Empty,
    Ready,
    Held(Instant),
}

impl Outbox {
    /// Adds what `write` writes, to be sent when the turn is due.
    pub(super) fn add(&mut self, turn: Turn, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.due = turn.due;
        self.release(turn.now);
    }

    /// Whether more can be added.
    pub(super) fn is_open(&self) -> bool {
        self.free == self.bytes.len() && self.bytes.len() < FULL
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn look(&mut self, now: Instant) -> Post {
        self.release(now);
        match self.free {
            0 if self.bytes.is_empty() => Post::Empty,
            0 => Post::Held(self.due),
            _ => Post::Ready,
        }
    }

    /// Whether the last reply is delayed.
    pub(super) fn held_reply(&self) -> bool {
        self.free < self.bytes.len()
    }

    /// The bytes that can be sent now.
    pub(super) fn ready(&self) -> &[u8] {
        &self.bytes[..self.free]
    }

    /// Removes the [`ready`](Self::ready) bytes.
    pub(super) fn sent(&mut self) {
        self.bytes.drain(..self.free);
        self.free = 0;
    }

    fn release(&mut self, now: Instant) {
        if now >= self.due {
            self.free = self.bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(due: u64) -> Turn {
        Turn {
            stage: None,
            due: Instant(due),
            now: Instant(5),
        }
    }

    #[test]
    fn holds_the_last_reply_and_lets_those_before_it_go() {
        let mut outbox = Outbox::default();
        outbox.add(due(5), |out| out.extend(b"a"));
        assert!(outbox.is_open());
        outbox.add(due(9), |out| out.extend(b"b"));
        assert!(!outbox.is_open());
        assert_eq!(outbox.look(Instant(5)), Post::Ready);
        assert_eq!(outbox.ready(), b"a");
        outbox.sent();
        assert_eq!(outbox.look(Instant(8)), Post::Held(Instant(9)));
        assert_eq!(outbox.look(Instant(9)), Post::Ready);
        assert_eq!(outbox.ready(), b"b");
        outbox.sent();
        assert_eq!(outbox.look(Instant(9)), Post::Empty);
    }
}
