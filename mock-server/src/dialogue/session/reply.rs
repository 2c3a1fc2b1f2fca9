//! Puts replies into the outbox, and emits events.

use std::io::Write;
use std::time::Duration;

use super::{Dialogue, State};
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
        let due = from + self.config.latency(stage, self.link.is_secure());
        Turn { stage, due, now }
    }

    pub(super) fn emit(&self, now: Instant, event: &Event<'_>) {
        self.observers.on_event(self.link.number(), now, event);
    }

    /// Ends the session when all replies are sent.
    pub(super) fn close(&mut self, by: ClosedBy) {
        self.link.close(by);
        self.state = State::Command;
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
}

pub(super) fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}
