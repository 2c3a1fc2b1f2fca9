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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn ticket(index: u64) -> Ticket {
        Ticket::new(index, Instant::from_nanos(index))
    }

    const NOW: Instant = Instant::from_nanos(1_000);

    #[test]
    fn a_message_that_finds_a_free_slot_is_prompt() {
        let mut dispatcher = Dispatcher::new(2, None);
        assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
        let (slot, given) = dispatcher.release(ticket(0), NOW).unwrap();
        assert_eq!(slot, SlotId(1));
        assert!(given.prompt);
    }

    #[test]
    fn a_message_that_waited_is_not_prompt() {
        let mut dispatcher = Dispatcher::new(1, None);
        assert_eq!(dispatcher.release(ticket(0), NOW), None);
        let Dispatch::Take(taken) = dispatcher.freed(SlotId(0), NOW) else {
            panic!("a message waits");
        };
        assert_eq!((taken.index, taken.prompt), (0, false));
    }

    /// Five messages are released together, the first 5 ms late; each of the
    /// two slots takes 3 ms.
    #[test]
    fn messages_queued_behind_a_late_release_inherit_its_delay_and_others_do_not() {
        let at = |micros: u64| Instant::ORIGIN + Duration::from_micros(micros);
        let due = |index: u64| Ticket::new(index, at(index * 1_000));
        let millis = |ticket: Ticket| ticket.delayed / 1_000_000;
        let mut dispatcher = Dispatcher::new(2, None);
        for slot in 0..2 {
            assert_eq!(dispatcher.freed(SlotId(slot), at(0)), Dispatch::Wait);
        }
        let late: Vec<_> = (0..5)
            .map(|index| dispatcher.release(due(index), at(5_000)))
            .collect();
        let prompt: Vec<_> = late.into_iter().flatten().collect();
        let told: Vec<_> = prompt
            .iter()
            .map(|(_, each)| (each.prompt, millis(*each)))
            .collect();
        assert_eq!(told, [(true, 5), (true, 4)]);
        // On time, and behind the late ones.
        assert_eq!(dispatcher.release(due(6), at(6_000)), None);
        let mut waited = Vec::new();
        for (round, slot) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let freed = dispatcher.freed(SlotId(slot), at(8_000 + round * 3_000));
            if let Dispatch::Take(ticket) = freed {
                waited.push((ticket.index, millis(ticket)));
            }
        }
        assert_eq!(waited, [(2, 5), (3, 5), (4, 5), (6, 5)]);
        // No message waits: the slot that is still marked affects only messages
        // that wait.
        assert_eq!(dispatcher.freed(SlotId(0), at(14_000)), Dispatch::Wait);
        let (_, next) = dispatcher.release(due(14), at(14_000)).unwrap();
        assert_eq!(millis(next), 0);
        assert_eq!(dispatcher.freed(SlotId(1), at(14_000)), Dispatch::Wait);
        let (_, next) = dispatcher.release(due(14), at(14_000)).unwrap();
        assert_eq!(millis(next), 0);
        // No message in progress is delayed any more.
        assert_eq!(dispatcher.release(due(14), at(14_000)), None);
        let Dispatch::Take(clean) = dispatcher.freed(SlotId(0), at(15_000)) else {
            panic!("a message waits");
        };
        assert_eq!(millis(clean), 0);
    }

    #[test]
    fn a_message_that_waits_for_a_stalled_thread_inherits_the_stall() {
        let at = |millis: u64| Instant::ORIGIN + Duration::from_millis(millis);
        let mut dispatcher = Dispatcher::new(2, None);
        for slot in 0..2 {
            assert_eq!(dispatcher.freed(SlotId(slot), at(0)), Dispatch::Wait);
        }
        assert!(dispatcher.release(Ticket::new(0, at(0)), at(0)).is_some());
        let all = || (0..2).map(SlotId);
        dispatcher.stalled(all(), Duration::from_millis(300));
        let (second, prompt) = dispatcher
            .release(Ticket::new(1, at(300)), at(300))
            .unwrap();
        assert_eq!((second, prompt.delayed), (SlotId(1), 0));
        assert_eq!(dispatcher.release(Ticket::new(2, at(301)), at(301)), None);
        let Dispatch::Take(third) = dispatcher.freed(SlotId(0), at(302)) else {
            panic!("a message waits");
        };
        assert_eq!(third.delayed, 300_000_000);
    }

    #[test]
    fn a_withdrawn_slot_gets_no_message_until_it_is_free_again() {
        let mut dispatcher = Dispatcher::new(1, None);
        assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
        assert!(dispatcher.withdraw(SlotId(0)));
        assert!(!dispatcher.withdraw(SlotId(0)));
        assert_eq!(dispatcher.release(ticket(0), NOW), None);
        assert!(matches!(
            dispatcher.freed(SlotId(0), NOW),
            Dispatch::Take(_)
        ));
    }

    #[test]
    fn a_message_given_back_goes_first() {
        let mut dispatcher = Dispatcher::new(1, None);
        assert_eq!(dispatcher.release(ticket(7), NOW), None);
        assert_eq!(dispatcher.give_back(ticket(3), NOW), None);
        assert!(matches!(
            dispatcher.freed(SlotId(0), NOW),
            Dispatch::Take(Ticket { index: 3, .. })
        ));
    }

    #[test]
    fn closing_ends_free_slots_and_later_freed_ones() {
        let mut dispatcher = Dispatcher::new(2, None);
        assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
        assert_eq!(dispatcher.close(), [SlotId(0)]);
        assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Quit);
    }

    #[test]
    fn a_backlog_after_a_stall_starts_at_the_rate_of_the_limiter() {
        let gap = Duration::from_millis(100);
        let mut dispatcher = Dispatcher::new(3, Some(Limiter::new(gap)));
        for index in 0..6 {
            assert_eq!(dispatcher.release(ticket(index), NOW), None);
        }
        let Dispatch::Take(first) = dispatcher.freed(SlotId(0), NOW) else {
            panic!("the gate is open");
        };
        let mut seen = vec![(first.index, Duration::ZERO)];
        for slot in 0..3 {
            assert_eq!(dispatcher.freed(SlotId(slot), NOW), Dispatch::Wait);
        }
        while let Some(opens) = dispatcher.opens() {
            let early = opens - Duration::from_nanos(1);
            assert_eq!(dispatcher.next(early), None);
            let (slot, given) = dispatcher.next(opens).unwrap();
            seen.push((given.index, opens.since(NOW)));
            assert_eq!(dispatcher.freed(slot, opens), Dispatch::Wait);
        }
        // The second is early by the limiter's tolerance.
        let expected = [0, 80, 180, 280, 380, 480].map(Duration::from_millis);
        let expected: Vec<_> = (0..6).zip(expected).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_slot_that_dies_while_the_limiter_holds_messages_uses_no_attempt() {
        let mut dispatcher = Dispatcher::new(2, Some(Limiter::new(Duration::from_secs(1))));
        assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
        assert!(dispatcher.release(ticket(0), NOW).is_some());
        let opens = NOW + Duration::from_millis(980);
        for _ in 0..100 {
            assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
            let _ = dispatcher.release(ticket(1), NOW);
            assert!(dispatcher.withdraw(SlotId(1)));
        }
        assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
        assert_eq!(dispatcher.opens(), Some(opens));
    }

    #[test]
    fn a_message_held_by_the_limiter_is_held_and_not_prompt() {
        let mut dispatcher = Dispatcher::new(2, Some(Limiter::new(Duration::from_secs(1))));
        for slot in 0..2 {
            assert_eq!(dispatcher.freed(SlotId(slot), NOW), Dispatch::Wait);
        }
        let (_, first) = dispatcher.release(ticket(0), NOW).unwrap();
        assert_eq!((first.prompt, first.held), (true, false));
        assert_eq!(dispatcher.release(ticket(1), NOW), None);
        let (_, second) = dispatcher.next(dispatcher.opens().unwrap()).unwrap();
        assert_eq!((second.prompt, second.held), (false, true));
        assert_eq!(dispatcher.release(ticket(2), NOW), None);
        let third = dispatcher.take_waiting()[0];
        assert!(!third.held, "no slot was free");
    }

    proptest! {
        /// Whatever happens in whatever order: no message is lost or doubled,
        /// and none waits beside a free slot.
        #[test]
        fn it_is_work_conserving(steps in prop::collection::vec((0_u8..4, 0_u32..5), 0..300)) {
            let mut dispatcher = Dispatcher::new(5, None);
            let mut busy: Vec<Option<u64>> = vec![None; 5];
            let mut free = BTreeSet::new();
            let mut released = 0;
            let mut seen = BTreeSet::new();
            for (step, slot) in steps {
                let slot = SlotId(slot);
                match step {
                    0 => {
                        if let Some((slot, given)) = dispatcher.release(ticket(released), NOW) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.index);
                        }
                        released += 1;
                    }
                    1 if !free.contains(&slot) => {
                        seen.extend(busy[slot.0 as usize].take());
                        match dispatcher.freed(slot, NOW) {
                            Dispatch::Take(given) => busy[slot.0 as usize] = Some(given.index),
                            _ => prop_assert!(free.insert(slot)),
                        }
                    }
                    2 => prop_assert_eq!(dispatcher.withdraw(slot), free.remove(&slot)),
                    3 => if let Some(index) = busy[slot.0 as usize].take()
                        && let Some((slot, given)) = dispatcher.give_back(ticket(index), NOW) {
                            prop_assert!(free.remove(&slot));
                            busy[slot.0 as usize] = Some(given.index);
                    }
                    _ => {}
                }
                prop_assert!(dispatcher.waiting.is_empty() || free.is_empty());
            }
            let waiting = dispatcher.take_waiting().into_iter().map(|ticket| ticket.index);
            let mut all: Vec<u64> = waiting.chain(busy.into_iter().flatten()).chain(seen).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..released).collect::<Vec<_>>());
        }
    }
}
