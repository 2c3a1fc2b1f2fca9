//! The dispatcher: assigns waiting messages to free slots.
//!
//! It is work-conserving over all workers: no message waits while a slot is
//! free, and no slot is free while a message waits, except where a [`Limiter`]
//! holds attempts back. In that case [`Dispatcher::opens`] is the time to ask for
//! [`Dispatcher::next`]. Pure; the engine keeps it behind one lock, which is
//! taken twice a message and never within a phase.

use std::time::Duration;

use super::delays::Delays;
use super::free_slots::FreeSlots;
use super::limiter::Limiter;
use super::waiting::{Rest, Waiting};
use crate::vocabulary::{Instant, SlotId, Ticket};

/// What a slot that has become free has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// Send this message.
    Take(Ticket),
    /// Wait; a message will be posted.
    Wait,
    /// End the session by QUIT: no more messages will come.
    Quit,
}

/// Free slots and waiting messages. Unless the limiter holds attempts back, at
/// least one of the two is always empty.
#[derive(Debug, Default)]
pub struct Dispatcher {
    waiting: Waiting,
    free: FreeSlots,
    delays: Delays,
    limiter: Option<Limiter>,
    closed: bool,
}

impl Dispatcher {
    /// A dispatcher for that many slots, none of them free yet.
    pub fn new(slots: usize, limiter: Option<Limiter>) -> Self {
        Self {
            free: FreeSlots::new(slots),
            delays: Delays::new(slots),
            limiter,
            ..Self::default()
        }
    }

    /// A message is due. Returns it with the free slot that has to send it, or
    /// keeps it waiting, for a slot or for the limiter.
    #[must_use]
    pub fn release(&mut self, ticket: Ticket, now: Instant) -> Option<(SlotId, Ticket)> {
        self.release_or(ticket, now, Waiting::push_back)
    }

    /// Like [`Dispatcher::release`], for the schedule's next message, which is
    /// followed by `rest`: this way any number of messages can wait in bounded
    /// memory.
    #[must_use]
    pub fn release_next(
        &mut self,
        ticket: Ticket,
        now: Instant,
        rest: impl FnOnce() -> Rest,
    ) -> Option<(SlotId, Ticket)> {
        self.release_or(ticket, now, |waiting, ticket| {
            waiting.push_next(ticket, rest);
        })
    }

    fn release_or(
        &mut self,
        mut ticket: Ticket,
        now: Instant,
        keep: impl FnOnce(&mut Waiting, Ticket),
    ) -> Option<(SlotId, Ticket)> {
        // A retry was not intended for now: its lateness is that of its first
        // attempt.
        if ticket.attempt == 1 {
            ticket.delayed = now.nanos_since(ticket.intended);
        }
        ticket.held = !self.free.is_empty() && (!self.waiting.is_empty() || !self.may_start(now));
        let slot = match ticket.held {
            true => None,
            false => self.free.pop_front(),
        };
        let Some(slot) = slot else {
            keep(&mut self.waiting, ticket);
            return None;
        };
        ticket.prompt = true;
        self.delays.taken(slot, ticket.delayed);
        Some((slot, ticket))
    }

    /// A slot has become free.
    #[must_use]
    pub fn freed(&mut self, slot: SlotId, now: Instant) -> Dispatch {
        let inherited = self.delays.freed(slot);
        if !self.waiting.is_empty()
            && self.may_start(now)
            && let Some(ticket) = self.waiting.pop_front()
        {
            return Dispatch::Take(self.taken(slot, ticket, inherited));
        }
        if self.closed {
            return Dispatch::Quit;
        }
        self.free.push_back(slot);
        Dispatch::Wait
    }

    /// The next message that may start, with the slot that has to send it.
    #[must_use]
    pub fn next(&mut self, now: Instant) -> Option<(SlotId, Ticket)> {
        if self.free.is_empty() || self.waiting.is_empty() || !self.may_start(now) {
            return None;
        }
        // The message last: once it is removed from the queue, it must have a
        // slot.
        let slot = self.free.pop_front()?;
        let ticket = self.waiting.pop_front();
        debug_assert!(ticket.is_some(), "a message waits");
        let inherited = self.delays.inherited();
        ticket.map(|ticket| (slot, self.taken(slot, ticket, inherited)))
    }

    /// The threads of these slots were stalled for a while, which may have
    /// delayed the messages that they carry and those that wait for them.
    pub fn stalled(&mut self, slots: impl Iterator<Item = SlotId>, by: Duration) {
        let busy = slots.filter(|slot| !self.free.contains(*slot));
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.delays.stalled(busy, nanos);
    }

    /// Whether messages wait only because no slot is free.
    pub fn wants_slots(&self) -> bool {
        self.free.is_empty() && !self.waiting.is_empty()
    }

    /// When to ask for the next message; none unless a message waits for the
    /// limiter alone.
    pub fn opens(&self) -> Option<Instant> {
        let limiter = self.limiter.as_ref()?;
        (!self.free.is_empty() && !self.waiting.is_empty()).then(|| limiter.opens())
    }

    /// A free slot lost its session. False if it is not free any more: a
    /// message has been posted to it.
    #[must_use]
    pub fn withdraw(&mut self, slot: SlotId) -> bool {
        self.free.remove(slot)
    }

    /// Takes back a message that a dead slot could not send, to go before all
    /// others. Returns it with the free slot that has to send it, if there is
    /// one.
    #[must_use]
    pub fn give_back(&mut self, mut ticket: Ticket, now: Instant) -> Option<(SlotId, Ticket)> {
        // Its lateness is caused by the dead session, not by the pacer.
        ticket.prompt = false;
        self.waiting.push_front(ticket);
        self.next(now)
    }

    /// No more messages will be released: returns the free slots, which have to
    /// be notified. Slots that become free later get [`Dispatch::Quit`].
    pub fn close(&mut self) -> Vec<SlotId> {
        self.closed = true;
        std::iter::from_fn(|| self.free.pop_front()).collect()
    }

    /// Removes waiting messages: a first part of them if there are many; empty
    /// when none waits.
    pub fn take_waiting(&mut self) -> Vec<Ticket> {
        self.waiting.take_some()
    }

    /// Whether no more messages will be released.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    fn taken(&mut self, slot: SlotId, mut ticket: Ticket, inherited: u64) -> Ticket {
        ticket.delayed = ticket.delayed.max(inherited);
        self.delays.taken(slot, ticket.delayed);
        ticket
    }

    fn may_start(&mut self, now: Instant) -> bool {
        self.limiter
            .as_mut()
            .is_none_or(|limiter| limiter.pass(now))
    }
}

#[cfg(test)]
mod tests;
