//! Who takes which message: free slots and waiting messages.
//!
//! It is work-conserving over all workers: no message waits while a slot is
//! free, and no slot is free while a message waits. Where attempts may start
//! no faster than a [`Gate`] lets them, a slot is given its message together
//! with the moment from which it may start. Pure; the engine holds it behind
//! one lock, which is taken twice a message and never in a phase.

use std::collections::VecDeque;

use super::gate::Gate;
use crate::vocabulary::{Instant, SlotId, Ticket};

/// A message in the hands of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The message.
    pub ticket: Ticket,
    /// From when on it may start.
    pub from: Instant,
}

/// What a slot that has become free is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freed {
    /// Carry this message.
    Take(Given),
    /// Wait; a message will be posted.
    Wait,
    /// Say goodbye: nothing more will come.
    Quit,
}

/// Free slots and waiting messages. At most one of the two is ever not empty.
#[derive(Debug, Default)]
pub struct Handover {
    waiting: VecDeque<Ticket>,
    /// Slots with the number of their registration; one whose registration is
    /// not the slot's current one was withdrawn.
    free: VecDeque<(SlotId, u64)>,
    /// For each slot the number of its registration while it is free.
    registered: Vec<Option<u64>>,
    registrations: u64,
    gate: Option<Gate>,
    /// Messages that a free slot was given before they might start.
    held: u64,
    closed: bool,
}

impl Handover {
    /// For so many slots, none of them free yet.
    pub fn new(slots: usize, gate: Option<Gate>) -> Self {
        Self {
            registered: vec![None; slots],
            gate,
            ..Self::default()
        }
    }

    /// A message is due. Returns it with the free slot that is to have it, or
    /// keeps it waiting. Its `prompt` says whether it may start at once.
    #[must_use]
    pub fn release(&mut self, mut ticket: Ticket, now: Instant) -> Option<(SlotId, Given)> {
        match self.pop_free() {
            Some(slot) => {
                let from = self.pass(now);
                ticket.prompt = from <= now;
                Some((slot, Given { ticket, from }))
            }
            None => {
                ticket.prompt = false;
                self.waiting.push_back(ticket);
                None
            }
        }
    }

    /// A slot has become free.
    #[must_use]
    pub fn freed(&mut self, slot: SlotId, now: Instant) -> Freed {
        if let Some(ticket) = self.waiting.pop_front() {
            let from = self.pass(now);
            return Freed::Take(Given { ticket, from });
        }
        if self.closed {
            return Freed::Quit;
        }
        self.registrations += 1;
        self.registered[slot.0 as usize] = Some(self.registrations);
        self.free.push_back((slot, self.registrations));
        Freed::Wait
    }

    /// A free slot lost its session. False when it is not free any more: a
    /// message has been posted to it.
    #[must_use]
    pub fn withdraw(&mut self, slot: SlotId) -> bool {
        self.registered[slot.0 as usize].take().is_some()
    }

    /// A message that a dead slot could not carry comes back, and goes before
    /// all others. Returns it with the free slot that is to have it, if one is.
    #[must_use]
    pub fn give_back(&mut self, mut ticket: Ticket, now: Instant) -> Option<(SlotId, Given)> {
        // Its lateness is the dead session's, not the pacer's.
        ticket.prompt = false;
        match self.pop_free() {
            Some(slot) => {
                let from = self.pass(now);
                Some((slot, Given { ticket, from }))
            }
            None => {
                self.waiting.push_front(ticket);
                None
            }
        }
    }

    /// Nothing more will be released: returns the free slots, to be told so.
    /// Slots freed later are told as they come.
    pub fn close(&mut self) -> Vec<SlotId> {
        self.closed = true;
        std::iter::from_fn(|| self.pop_free()).collect()
    }

    /// Takes the waiting messages away.
    pub fn take_waiting(&mut self) -> Vec<Ticket> {
        self.waiting.drain(..).collect()
    }

    /// How many messages were held back by the gate though a slot was free.
    pub const fn held(&self) -> u64 {
        self.held
    }

    /// From when on the next message may start.
    fn pass(&mut self, now: Instant) -> Instant {
        let Some(gate) = &mut self.gate else {
            return now;
        };
        let from = gate.pass(now);
        self.held += u64::from(from > now);
        from
    }

    fn pop_free(&mut self) -> Option<SlotId> {
        // Longest free first: no session of the pool is left to idle.
        while let Some((slot, registration)) = self.free.pop_front() {
            let current = &mut self.registered[slot.0 as usize];
            if *current == Some(registration) {
                *current = None;
                return Some(slot);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::time::Duration;

    fn ticket(index: u64) -> Ticket {
        Ticket::new(index, Instant::from_nanos(index))
    }

    const NOW: Instant = Instant::from_nanos(1_000);

    fn given(index: u64) -> Given {
        Given {
            ticket: ticket(index),
            from: NOW,
        }
    }

    #[test]
    fn a_free_slot_gets_the_message_and_it_was_prompt() {
        let mut handover = Handover::new(2, None);
        assert_eq!(handover.freed(SlotId(1), NOW), Freed::Wait);
        let (slot, given) = handover.release(ticket(0), NOW).unwrap();
        assert_eq!(slot, SlotId(1));
        assert!(given.ticket.prompt);
    }

    #[test]
    fn a_message_that_waited_is_not_prompt() {
        let mut handover = Handover::new(1, None);
        assert_eq!(handover.release(ticket(0), NOW), None);
        assert_eq!(handover.freed(SlotId(0), NOW), Freed::Take(given(0)));
    }

    #[test]
    fn a_withdrawn_slot_gets_nothing_until_it_is_free_again() {
        let mut handover = Handover::new(1, None);
        assert_eq!(handover.freed(SlotId(0), NOW), Freed::Wait);
        assert!(handover.withdraw(SlotId(0)));
        assert!(!handover.withdraw(SlotId(0)));
        assert_eq!(handover.release(ticket(0), NOW), None);
        assert!(matches!(handover.freed(SlotId(0), NOW), Freed::Take(_)));
    }

    #[test]
    fn a_message_given_back_goes_first() {
        let mut handover = Handover::new(1, None);
        assert_eq!(handover.release(ticket(7), NOW), None);
        assert_eq!(handover.give_back(ticket(3), NOW), None);
        assert_eq!(handover.freed(SlotId(0), NOW), Freed::Take(given(3)));
    }

    #[test]
    fn closing_sends_the_free_home_and_lets_the_waiting_be_carried() {
        let mut handover = Handover::new(2, None);
        assert_eq!(handover.freed(SlotId(0), NOW), Freed::Wait);
        assert_eq!(handover.close(), [SlotId(0)]);
        assert_eq!(handover.freed(SlotId(1), NOW), Freed::Quit);
    }

    #[test]
    fn what_waited_through_a_stall_is_let_out_at_the_pace_of_the_gate() {
        let gap = Duration::from_millis(100);
        let mut handover = Handover::new(3, Some(Gate::new(gap)));
        for index in 0..6 {
            assert_eq!(handover.release(ticket(index), NOW), None);
        }
        let mut froms = Vec::new();
        for round in 0..6 {
            let Freed::Take(given) = handover.freed(SlotId(round % 3), NOW) else {
                panic!("a message waits");
            };
            assert_eq!(given.ticket.index, u64::from(round));
            froms.push(given.from.since(NOW));
        }
        // The first at once, the second sooner by the gate's tolerance.
        let expected = [0, 80, 180, 280, 380, 480].map(Duration::from_millis);
        assert_eq!(froms, expected);
        assert_eq!(handover.held(), 5);
    }

    #[test]
    fn a_message_that_the_gate_holds_is_not_prompt_though_a_slot_is_free() {
        let gate = Gate::new(Duration::from_secs(1));
        let mut handover = Handover::new(2, Some(gate));
        for slot in 0..2 {
            assert_eq!(handover.freed(SlotId(slot), NOW), Freed::Wait);
        }
        let prompt = [0, 1].map(|index| handover.release(ticket(index), NOW).unwrap().1);
        assert_eq!(prompt.map(|given| given.ticket.prompt), [true, false]);
    }

    proptest! {
        /// Whatever happens in whatever order: no message is lost or doubled,
        /// and none waits beside a free slot.
        #[test]
        fn it_is_work_conserving(steps in prop::collection::vec((0_u8..4, 0_u32..5), 0..300)) {
            let mut handover = Handover::new(5, None);
            let mut busy: Vec<Option<u64>> = vec![None; 5];
            let mut free = BTreeSet::new();
            let mut released = 0;
            let mut seen = BTreeSet::new();
            for (step, slot) in steps {
                let slot = SlotId(slot);
                match step {
                    0 => {
                        if let Some((slot, given)) = handover.release(ticket(released), NOW) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.ticket.index);
                        }
                        released += 1;
                    }
                    1 if !free.contains(&slot) => {
                        seen.extend(busy[slot.0 as usize].take());
                        match handover.freed(slot, NOW) {
                            Freed::Take(given) => busy[slot.0 as usize] = Some(given.ticket.index),
                            _ => prop_assert!(free.insert(slot)),
                        }
                    }
                    2 => prop_assert_eq!(handover.withdraw(slot), free.remove(&slot)),
                    3 => if let Some(index) = busy[slot.0 as usize].take()
                        && let Some((slot, given)) = handover.give_back(ticket(index), NOW) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.ticket.index);
                    }
                    _ => {}
                }
                prop_assert!(handover.waiting.is_empty() || free.is_empty());
            }
            let waiting = handover.take_waiting().into_iter().map(|ticket| ticket.index);
            let mut all: Vec<u64> = waiting.chain(busy.into_iter().flatten()).chain(seen).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..released).collect::<Vec<_>>());
        }
    }
}
