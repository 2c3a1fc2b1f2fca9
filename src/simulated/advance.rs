//! Advances a slot after each change: the engine's slot in the simulated world.

use std::time::Duration;

use super::link::Unit;
use super::world::{Due, World};
use crate::dispatch::{Connect, Dispatch};
use crate::smtp::Step;
use crate::vocabulary::{Event, Failure, Instant, Observer, SlotId, Ticket};

/// Delay before a session that could not be opened ahead is tried again.
const BACK_OFF: Duration = Duration::from_millis(100);

impl World {
    /// Takes all steps that are possible now.
    pub(super) fn advance(&mut self, slot: usize) {
        while self.step(slot) {}
        let deadline = self.clients[slot].dialogue.deadline();
        if deadline != Instant::NEVER {
            self.at(deadline, Due::Client(slot));
        }
        self.look_ahead();
        self.close_if_done();
    }

    /// Gives a message to a waiting slot.
    pub(super) fn give(&mut self, SlotId(slot): SlotId, ticket: Ticket) {
        let slot = slot as usize;
        self.clients[slot].waiting = false;
        self.take_up(slot, ticket);
        self.advance(slot);
    }

    pub(super) fn look_at_deadline(&mut self, slot: usize) {
        let client = &mut self.clients[slot];
        if client.backs_off.is_some_and(|until| until <= self.now) {
            client.backs_off = None;
            if !client.leaving {
                self.open(slot);
            }
        } else if client.dialogue.deadline() <= self.now {
            client
                .dialogue
                .failed(Failure::TimedOut.into(), self.now, &mut self.observer);
        }
        self.advance(slot);
    }

    /// Takes one step; false if the slot can only wait.
    fn step(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        match client.dialogue.next() {
            Step::Connect => {
                if client.connection.is_none() {
                    self.dial(slot);
                }
                false
            }
            Step::Secure if !client.securing => {
                client.securing = true;
                self.say_of(slot, Unit::Flight(1));
                true
            }
            Step::Send { head, body, .. } => {
                let bytes = [head, body].concat();
                self.send(slot, bytes)
            }
            Step::Secure | Step::Receive => self.listen(slot),
            Step::Ready => self.rest(slot) || self.listen(slot),
            Step::Close => self.between_sessions(slot),
        }
    }

    /// Handles a ready session, as the engine's `Slot::carry` and `next` do.
    fn rest(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        let declared = client.dialogue.capabilities().limits.mail_max;
        let asked = self.scene.messages_per_session;
        let limit = asked.into_iter().chain(declared).min();
        if std::mem::take(&mut client.carrying) {
            client.carried += 1;
            if limit.is_some_and(|limit| client.carried >= limit) {
                client.dialogue.quit(self.now);
                return true;
            }
        }
        !client.waiting && self.ask_for_more(slot)
    }

    /// Asks the dispatcher for a message; false if there is none yet.
    fn ask_for_more(&mut self, slot: usize) -> bool {
        match self.dispatcher.freed(SlotId(slot as u32), self.now) {
            Dispatch::Take(ticket) => self.take_up(slot, ticket),
            Dispatch::Quit => {
                let client = &mut self.clients[slot];
                client.leaving = true;
                if client.connection.is_some() {
                    client.dialogue.quit(self.now);
                }
            }
            Dispatch::Wait => {
                self.clients[slot].waiting = true;
                return false;
            }
        }
        true
    }

    fn take_up(&mut self, slot: usize, mut message: Ticket) {
        let client = &mut self.clients[slot];
        client.carrying = true;
        let slot = SlotId(slot as u32);
        if message.attempt == 1 {
            message.started = self.now;
            let started = Event::Started { slot, message };
            self.observer.on_event(self.now, &started);
        }
        let (from, recipients) = (self.scene.from, self.scene.recipients);
        let outgoing = client.dialogue.outgoing();
        outgoing.start(from);
        for number in 0..recipients {
            outgoing.recipient(&format!("recipient{number}@example.com"));
        }
        outgoing.head().extend_from_slice(b"Subject: test\r\n\r\n");
        client.dialogue.begin(message, self.now, &mut self.observer);
    }

    /// Handles a slot without a session: the last one ended, or none was opened yet.
    fn between_sessions(&mut self, slot: usize) -> bool {
        self.hang_up(slot);
        let client = &mut self.clients[slot];
        if client.leaving || client.backs_off.is_some() {
            return false;
        }
        if client.dialogue.holds_message() {
            return self.open(slot);
        }
        client.carrying = false;
        if self.scene.connect == Connect::OnDemand {
            return !client.waiting && self.ask_for_more(slot);
        }
        if std::mem::take(&mut client.waiting) {
            assert!(self.dispatcher.withdraw(SlotId(slot as u32)));
        }
        let client = &mut self.clients[slot];
        if client.dialogue.failure().is_some() && !client.dialogue.was_ready() {
            let until = self.now + BACK_OFF;
            client.backs_off = Some(until);
            self.at(until, Due::Client(slot));
            return false;
        }
        self.open(slot)
    }

    fn open(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        client.carried = 0;
        client.dialogue.open(self.now, &mut self.observer);
        true
    }

    fn hang_up(&mut self, slot: usize) {
        let client = &mut self.clients[slot];
        client.securing = false;
        if let Some(number) = client.connection.take() {
            self.say(number, Unit::End);
        }
    }
}
