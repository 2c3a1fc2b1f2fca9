//! Who takes which message: free slots and waiting messages.
//!
//! It is work-conserving over all workers: no message waits while a slot is
//! free, and no slot is free while a message waits. Pure; the engine holds it
//! behind one lock, which is taken twice a message and never in a phase.

use std::collections::VecDeque;

use crate::vocabulary::{SlotId, Ticket};

/// What a slot that has become free is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freed {
    /// Carry this message.
    Take(Ticket),
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
    closed: bool,
}

impl Handover {
    /// For so many slots, none of them free yet.
    pub fn new(slots: usize) -> Self {
        Self {
            registered: vec![None; slots],
            ..Self::default()
        }
    }

    /// A message is due. Returns it with the free slot that is to have it, or
    /// keeps it waiting. Its `prompt` says which it was.
    #[must_use]
    pub fn release(&mut self, mut ticket: Ticket) -> Option<(SlotId, Ticket)> {
        match self.pop_free() {
            Some(slot) => {
                ticket.prompt = true;
                Some((slot, ticket))
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
    pub fn freed(&mut self, slot: SlotId) -> Freed {
        if let Some(ticket) = self.waiting.pop_front() {
            return Freed::Take(ticket);
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
    pub fn give_back(&mut self, mut ticket: Ticket) -> Option<(SlotId, Ticket)> {
        // Its lateness is the dead session's, not the pacer's.
        ticket.prompt = false;
        match self.pop_free() {
            Some(slot) => Some((slot, ticket)),
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
    use crate::vocabulary::Instant;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn ticket(index: u64) -> Ticket {
        Ticket {
            index,
            intended: Instant::from_nanos(index),
            attempt: 1,
            prompt: false,
        }
    }

    #[test]
    fn a_free_slot_gets_the_message_and_it_was_prompt() {
        let mut handover = Handover::new(2);
        assert_eq!(handover.freed(SlotId(1)), Freed::Wait);
        let (slot, given) = handover.release(ticket(0)).unwrap();
        assert_eq!(slot, SlotId(1));
        assert!(given.prompt);
    }

    #[test]
    fn a_message_that_waited_is_not_prompt() {
        let mut handover = Handover::new(1);
        assert_eq!(handover.release(ticket(0)), None);
        assert_eq!(handover.freed(SlotId(0)), Freed::Take(ticket(0)));
    }

    #[test]
    fn a_withdrawn_slot_gets_nothing_until_it_is_free_again() {
        let mut handover = Handover::new(1);
        assert_eq!(handover.freed(SlotId(0)), Freed::Wait);
        assert!(handover.withdraw(SlotId(0)));
        assert!(!handover.withdraw(SlotId(0)));
        assert_eq!(handover.release(ticket(0)), None);
        assert!(matches!(handover.freed(SlotId(0)), Freed::Take(_)));
    }

    #[test]
    fn a_message_given_back_goes_first() {
        let mut handover = Handover::new(1);
        assert_eq!(handover.release(ticket(7)), None);
        assert_eq!(handover.give_back(ticket(3)), None);
        assert_eq!(handover.freed(SlotId(0)), Freed::Take(ticket(3)));
    }

    #[test]
    fn closing_sends_the_free_home_and_lets_the_waiting_be_carried() {
        let mut handover = Handover::new(2);
        assert_eq!(handover.freed(SlotId(0)), Freed::Wait);
        assert_eq!(handover.close(), [SlotId(0)]);
        assert_eq!(handover.freed(SlotId(1)), Freed::Quit);
    }

    proptest! {
        /// Whatever happens in whatever order: no message is lost or doubled,
        /// and none waits beside a free slot.
        #[test]
        fn it_is_work_conserving(steps in prop::collection::vec((0_u8..4, 0_u32..5), 0..300)) {
            let mut handover = Handover::new(5);
            let mut busy: Vec<Option<u64>> = vec![None; 5];
            let mut free = BTreeSet::new();
            let mut released = 0;
            let mut seen = BTreeSet::new();
            for (step, slot) in steps {
                let slot = SlotId(slot);
                match step {
                    0 => {
                        if let Some((slot, given)) = handover.release(ticket(released)) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.index);
                        }
                        released += 1;
                    }
                    1 if !free.contains(&slot) => {
                        seen.extend(busy[slot.0 as usize].take());
                        match handover.freed(slot) {
                            Freed::Take(given) => busy[slot.0 as usize] = Some(given.index),
                            _ => prop_assert!(free.insert(slot)),
                        }
                    }
                    2 => prop_assert_eq!(handover.withdraw(slot), free.remove(&slot)),
                    3 => if let Some(index) = busy[slot.0 as usize].take()
                        && let Some((slot, given)) = handover.give_back(ticket(index)) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.index);
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
