//! Replies to be sent, the time from which they can be sent, and which of them
//! are 250s for messages.
//!
//! Replies to pipelined commands are collected, so that they are sent in one
//! write. The last one can be delayed by the latency of its stage; no reply is
//! added after it until then.
//!
//! A reply is [added](Outbox::add), and marked if it is the 250 for a message
//! ([`track_delivery`](Outbox::track_delivery)). Then [`look`](Outbox::look)
//! returns whether something can be sent, [`ready`](Outbox::ready) returns that,
//! and [`sent`](Outbox::sent) removes it.

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
    undelivered: Undelivered,
}

/// State of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Post {
    Empty,
    Ready,
    Held(Instant),
}

/// The 250s for messages that have not been sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Undelivered {
    #[default]
    None,
    /// All of them can be sent.
    Ready(u32),
    /// The last of them is delayed.
    Held(u32),
}

impl Outbox {
    /// Adds what `write` writes, to be sent when the turn is due.
    pub(super) fn add(&mut self, turn: Turn, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.due = turn.due;
        self.release(turn.now);
    }

    /// The last reply is the 250 for a message, whose delivery matters.
    pub(super) fn track_delivery(&mut self) {
        let count = self.undelivered().saturating_add(1);
        self.undelivered = if self.free < self.bytes.len() {
            Undelivered::Held(count)
        } else {
            Undelivered::Ready(count)
        };
    }

    /// How many 250s for messages have not been sent.
    pub(super) fn undelivered(&self) -> u32 {
        match self.undelivered {
            Undelivered::None => 0,
            Undelivered::Ready(count) | Undelivered::Held(count) => count,
        }
    }

    /// The same, when none of them will be delivered. Returns each of them once.
    pub(super) fn take_undelivered(&mut self) -> u32 {
        let count = self.undelivered();
        self.undelivered = Undelivered::None;
        count
    }

    /// Whether it is of interest if the client receives the current bytes: they
    /// contain the 250 for a message.
    pub(super) fn must_be_heard(&self) -> bool {
        self.undelivered != Undelivered::None
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

    /// The bytes that can be sent now.
    pub(super) fn ready(&self) -> &[u8] {
        &self.bytes[..self.free]
    }

    /// Removes the [`ready`](Self::ready) bytes.
    pub(super) fn sent(&mut self) {
        self.bytes.drain(..self.free);
        self.free = 0;
        self.undelivered = match self.undelivered {
            Undelivered::Held(_) if !self.is_empty() => Undelivered::Held(1),
            _ => Undelivered::None,
        };
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

    /// At 5, due then or later.
    fn due(due: u64) -> Turn {
        Turn {
            stage: None,
            due: Instant(due),
            now: Instant(5),
        }
    }

    /// With the 250 for a message.
    fn accept(outbox: &mut Outbox, turn: Turn) {
        outbox.add(turn, |out| out.extend(b"250 Ok"));
        outbox.track_delivery();
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

    #[test]
    fn a_250_is_undelivered_until_it_is_sent() {
        let mut outbox = Outbox::default();
        outbox.add(due(5), |out| out.extend(b"354"));
        assert!(!outbox.must_be_heard());
        accept(&mut outbox, due(5));
        accept(&mut outbox, due(5));
        accept(&mut outbox, due(9));
        assert!(outbox.must_be_heard());
        assert_eq!(outbox.undelivered(), 3);
        assert_eq!(outbox.look(Instant(5)), Post::Ready);
        outbox.sent();
        assert!(outbox.must_be_heard());
        assert_eq!(outbox.undelivered(), 1, "the one that is held");
        assert_eq!(outbox.look(Instant(9)), Post::Ready);
        outbox.sent();
        assert!(!outbox.must_be_heard());
        assert_eq!(outbox.undelivered(), 0);
    }

    #[test]
    fn an_undelivered_250_is_taken_once_even_if_it_is_held() {
        let mut outbox = Outbox::default();
        accept(&mut outbox, due(5));
        accept(&mut outbox, due(9));
        assert_eq!(outbox.look(Instant(5)), Post::Ready);
        assert_eq!(outbox.take_undelivered(), 2);
        outbox.sent();
        assert_eq!(outbox.look(Instant(9)), Post::Ready);
        assert!(!outbox.must_be_heard());
        assert_eq!(outbox.take_undelivered(), 0);
    }
}
