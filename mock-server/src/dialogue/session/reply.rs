//! Puts replies into the outbox, ends the session, and emits events.

use std::io::Write;
use std::time::Duration;

use super::Dialogue;
use crate::dialogue::link::ClosedBy;
use crate::dialogue::turn::Turn;
use crate::protocol::{Event, Instant, Observer, Reply, Stage};

impl Dialogue {
    /// The turn of a reply at `stage`.
    pub(super) fn turn(&self, stage: impl Into<Option<Stage>>, now: Instant) -> Turn {
        self.turn_from(now, stage, now)
    }

    /// The turn of a reply at `stage` whose latency counts from `from`.
    pub(super) fn turn_from(
        &self,
        from: Instant,
        stage: impl Into<Option<Stage>>,
        now: Instant,
    ) -> Turn {
        let stage = stage.into();
        let latency = self.context.config.latency(stage, self.link.is_secure());
        let due = from + latency;
        Turn { stage, due, now }
    }

    /// Sends a reply without variable parts.
    pub(super) fn reply(&mut self, reply: Reply, turn: Turn) {
        self.say(reply, turn, |out| {
            out.extend_from_slice(reply.text().as_bytes());
            out.extend_from_slice(b"\r\n");
        });
    }

    /// Sends the reply that `write` writes, or the fault in its place.
    pub(super) fn say(&mut self, reply: Reply, turn: Turn, write: impl FnOnce(&mut Vec<u8>)) {
        match self.faults.take_pending() {
            Some(fault) if fault.replaces() => self.replace_reply(&fault, turn, write),
            fault => {
                let delay = fault.map_or(Duration::ZERO, |fault| fault.delay);
                let stage = turn.stage;
                self.emit(turn.now, &Event::Replied { reply, stage });
                self.outbox.add(turn.delayed_by(delay), write);
            }
        }
    }

    /// Ends the session when all replies are sent. What was received of a message
    /// is freed now.
    pub(super) fn close(&mut self, by: ClosedBy) {
        self.link.close(by);
        self.transaction.reset();
    }

    /// Reports 250s that will never be sent, if there are any.
    pub(super) fn report_undelivered_replies(&mut self, now: Instant) {
        let messages = self.outbox.take_undelivered();
        if messages > 0 {
            self.emit(now, &Event::ReplyUndelivered { messages });
        }
    }

    pub(super) fn emit(&self, now: Instant, event: &Event<'_>) {
        let session = self.link.number();
        self.context.observers.on_event(session, now, event);
    }
}

pub(super) fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}
