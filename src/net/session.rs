//! A single session: a dialogue with its driver. For sessions outside of the
//! engine's slots, which decide by themselves when the next one is opened.
//!
//! It is aborted by dropping it at any point: the dialogue is notified, so that
//! a message in progress still gets an outcome.

use std::sync::Arc;
use std::time::Duration;

use super::connector::Connector;
use super::driver::Driver;
use crate::smtp::{Dialogue, Outgoing};
use crate::sys::clock::Clock;
use crate::vocabulary::{Failure, Observer, Ticket};

/// One session at a time, with the observer of its events.
pub(crate) struct Session<O: Observer> {
    dialogue: Dialogue,
    driver: Driver,
    clock: Clock,
    events: O,
}

impl<O: Observer> Session<O> {
    /// A session that is not open yet.
    pub(crate) fn new(
        dialogue: Dialogue,
        connector: Arc<Connector>,
        clock: Clock,
        events: O,
    ) -> Self {
        Self {
            dialogue,
            driver: Driver::new(connector, clock),
            clock,
            events,
        }
    }

    /// Whether it is ready for a message.
    pub(crate) fn is_ready(&self) -> bool {
        self.dialogue.is_ready()
    }

    /// The dialogue.
    pub(crate) fn dialogue(&self) -> &Dialogue {
        &self.dialogue
    }

    /// Opens it and sends the current message, if there is one; returns when it
    /// is ready for the next message, or over.
    pub(crate) async fn open(&mut self) {
        let now = self.clock.now();
        self.dialogue.open(now, &mut self.events);
        self.advance().await;
    }

    /// Gives it a message. It is sent by [`Session::advance`] if the session is
    /// ready, otherwise by [`Session::open`].
    pub(crate) fn begin(&mut self, ticket: Ticket, fill: impl FnOnce(&mut Outgoing)) {
        fill(self.dialogue.outgoing());
        // The clock is read after the message is written, so that writing it is
        // not part of any phase.
        let now = self.clock.now();
        self.dialogue.begin(ticket, now, &mut self.events);
    }

    /// Performs steps until it is ready for the next message, or over.
    pub(crate) async fn advance(&mut self) {
        let (dialogue, events) = (&mut self.dialogue, &mut self.events);
        self.driver.advance(dialogue, events).await;
    }

    /// Ends it by QUIT.
    pub(crate) async fn quit(&mut self) {
        if self.is_ready() {
            self.dialogue.quit(self.clock.now());
            self.advance().await;
        }
    }

    /// Ends it by QUIT and waits at most `patience` for the reply.
    pub(crate) async fn quit_within(&mut self, patience: Duration) {
        if self.is_ready() {
            self.dialogue.quit_within(patience, self.clock.now());
            self.advance().await;
        }
    }
}

impl<O: Observer> Drop for Session<O> {
    /// Aborted: what was in progress still gets its outcome.
    fn drop(&mut self) {
        let now = self.clock.now();
        self.dialogue
            .failed(Failure::Cut.into(), now, &mut self.events);
    }
}
