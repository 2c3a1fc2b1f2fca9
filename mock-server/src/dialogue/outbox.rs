//! Replies on their way out, and the moment from which they may leave.
//!
//! Replies of pipelined commands gather here, so that they leave in one write.
//! The last one may be held until its stage's latency has passed; nothing is
//! said after it before that.

use crate::protocol::Instant;

/// Replies gather up to here; then they must leave before more is read.
const FULL: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    /// This many bytes may leave at any time, the rest from `due` on.
    free: usize,
    due: Instant,
}

/// What to do with the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Post {
    Empty,
    Ready,
    Held(Instant),
}

impl Outbox {
    /// Adds what `write` writes, to leave from `due` on.
    pub(super) fn add(&mut self, due: Instant, now: Instant, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.due = due;
        self.release(now);
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

    /// Whether the last reply had to wait when it was added.
    pub(super) fn held_reply(&self) -> bool {
        self.free < self.bytes.len()
    }

    /// What may leave now.
    pub(super) fn ready(&self) -> &[u8] {
        &self.bytes[..self.free]
    }

    /// Removes what was [`ready`](Self::ready).
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

    #[test]
    fn holds_the_last_reply_and_lets_those_before_it_go() {
        let mut outbox = Outbox::default();
        outbox.add(Instant(5), Instant(5), |out| out.extend(b"a"));
        assert!(outbox.is_open());
        outbox.add(Instant(9), Instant(5), |out| out.extend(b"b"));
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
