//! Puts replies into the outbox, and emits events.

use std::io::Write;
use std::time::Duration;

use super::{Dialogue, State};
use crate::protocol::{Event, Instant, Observer, Reply, Stage};

impl Dialogue {
    /// The latency of `stage`: each call is a new draw.
    pub(super) fn latency(&self, stage: Stage) -> Duration {
        self.config.latency(stage, self.secure)
    }

    pub(super) fn told(&self, reply: Reply, stage: Stage, now: Instant) {
        self.emit(now, &Event::Replied { reply, stage });
    }

    pub(super) fn emit(&self, now: Instant, event: &Event<'_>) {
        self.observers.on_event(self.number, now, event);
    }

    pub(super) fn close(&mut self, linger: bool) {
        if !matches!(self.state, State::Aborting(..)) {
            self.state = State::Closing { linger };
        }
    }

    /// Sends a reply without variable parts.
    pub(super) fn reply(&mut self, reply: Reply, stage: Stage, now: Instant) {
        self.say(reply, stage, now, |out| {
            out.extend_from_slice(reply.text().as_bytes());
            out.extend_from_slice(b"\r\n");
        });
    }

    pub(super) fn say(
        &mut self,
        reply: Reply,
        stage: Stage,
        now: Instant,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.say_from(now, reply, stage, now, write);
    }

    /// Sends a reply whose latency counts from `from`.
    pub(super) fn say_from(
        &mut self,
        from: Instant,
        reply: Reply,
        stage: Stage,
        now: Instant,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.say_at(from + self.latency(stage), reply, stage, now, write);
    }

    /// Sends a reply at `due`, or the fault in its place.
    pub(super) fn say_at(
        &mut self,
        due: Instant,
        reply: Reply,
        stage: Stage,
        now: Instant,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        match self.fault.take() {
            Some(fault) if fault.replaces() => {
                self.replace_reply(&fault, stage, due, now, write);
            }
            fault => {
                let delay = fault.map_or(Duration::ZERO, |fault| fault.delay);
                self.told(reply, stage, now);
                self.outbox.add(due + delay, now, write);
            }
        }
    }
}

pub(super) fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}
