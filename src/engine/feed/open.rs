//! The open model's: what the schedule released, to whichever slot is free.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::GLANCE;
use crate::dispatch::{Freed, Gate, Handover, Rest};
use crate::engine::mailbox::{Mailbox, Post};
use crate::sys::clock::Clock;
use crate::vocabulary::{SlotId, Ticket};

/// The open model's: hand-over and mailboxes behind one door.
pub(in crate::engine) struct OpenFeed {
    handover: Mutex<Handover>,
    mailboxes: Vec<Mailbox>,
    clock: Clock,
    /// Whether there is a gate, and so a thread that minds it.
    gated: bool,
    /// Something waits for the gate alone, or nothing will any more.
    changed: Condvar,
}

impl OpenFeed {
    pub(in crate::engine) fn new(slots: u32, gate: Option<Gate>, clock: Clock) -> Self {
        Self {
            gated: gate.is_some(),
            changed: Condvar::new(),
            handover: Mutex::new(Handover::new(slots as usize, gate)),
            mailboxes: (0..slots).map(|_| Mailbox::default()).collect(),
            clock,
        }
    }

    /// A message is due: to a free slot, or to wait.
    pub(in crate::engine) fn release(&self, ticket: Ticket) {
        let now = self.clock.now();
        self.give(|handover| handover.release(ticket, now));
    }

    /// The schedule's next message is due; `rest` gives those that follow it.
    pub(in crate::engine) fn release_next(&self, ticket: Ticket, rest: impl FnOnce() -> Rest) {
        let now = self.clock.now();
        self.give(|handover| handover.release_next(ticket, now, rest));
    }

    /// The slot's next message; none when nothing more will come. Until it is
    /// returned, [`OpenFeed::withdraw`] has it.
    pub(in crate::engine) async fn next(&self, slot: SlotId) -> Option<Ticket> {
        let now = self.clock.now();
        let freed = self.handover().freed(slot, now);
        match freed {
            Freed::Take(ticket) => Some(ticket),
            Freed::Quit => None,
            Freed::Wait => {
                self.tell_doorman();
                match self.mailbox(slot).wait().await {
                    Post::Message(ticket) => Some(ticket),
                    Post::Quit => None,
                }
            }
        }
    }

    /// Hands out what waits for the gate alone, whenever it opens, until the
    /// feed is closed. Blocks its thread.
    pub(in crate::engine) fn mind_gate(&self) {
        let mut handover = self.handover();
        while !handover.is_closed() {
            let now = self.clock.now();
            if let Some((slot, ticket)) = handover.next(now) {
                let waker = self.mailbox(slot).put(Post::Message(ticket));
                drop(handover);
                waker.into_iter().for_each(Waker::wake);
                handover = self.handover();
                continue;
            }
            let wait = handover.opens().map_or(GLANCE, |opens| opens.since(now));
            let woken = self.changed.wait_timeout(handover, wait);
            handover = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The threads of these slots stood still for so long.
    pub(in crate::engine) fn stalled(&self, slots: impl Iterator<Item = SlotId>, by: Duration) {
        self.handover().stalled(slots, by);
    }

    /// Whether messages wait for a slot.
    pub(in crate::engine) fn wants_slots(&self) -> bool {
        self.handover().wants_slots()
    }

    /// Whether a thread has to mind the gate.
    pub(in crate::engine) const fn is_gated(&self) -> bool {
        self.gated
    }

    /// The slot, which waited for its next message, can't take it any more.
    /// False when it need not come back either: it was told that all is over.
    pub(in crate::engine) fn withdraw(&self, slot: SlotId) -> bool {
        if self.handover().withdraw(slot) {
            return true;
        }
        match self.mailbox(slot).take() {
            Some(Post::Quit) => false,
            Some(Post::Message(ticket)) => {
                let now = self.clock.now();
                self.give(|handover| handover.give_back(ticket, now));
                true
            }
            None => true,
        }
    }

    /// A message posted to the slot that it did not take before it was cut off.
    pub(in crate::engine) fn left_in(&self, slot: SlotId) -> Option<Ticket> {
        match self.mailbox(slot).take() {
            Some(Post::Message(ticket)) => Some(ticket),
            _ => None,
        }
    }

    /// Sends all slots home that have nothing to do.
    pub(in crate::engine) fn close(&self) {
        let mut handover = self.handover();
        let free = handover.close().into_iter();
        let wakers: Vec<Waker> = free
            .filter_map(|slot| self.mailbox(slot).put(Post::Quit))
            .collect();
        drop(handover);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Takes away what still waits, some at a time: none when nothing does.
    pub(in crate::engine) fn take_waiting(&self) -> Vec<Ticket> {
        self.handover().take_waiting()
    }

    /// Puts what is given into the slot's mailbox before anyone can see that
    /// the slot is not free any more; wakes it when the lock is gone.
    fn give(&self, give: impl FnOnce(&mut Handover) -> Option<(SlotId, Ticket)>) {
        let mut handover = self.handover();
        let given = give(&mut handover);
        let waits = given.is_none();
        let waker = given.and_then(|(slot, ticket)| self.mailbox(slot).put(Post::Message(ticket)));
        drop(handover);
        match waker {
            Some(waker) => waker.wake(),
            None if waits => self.tell_doorman(),
            None => {}
        }
    }

    fn tell_doorman(&self) {
        if self.gated {
            self.changed.notify_one();
        }
    }

    fn mailbox(&self, slot: SlotId) -> &Mailbox {
        &self.mailboxes[slot.0 as usize]
    }

    fn handover(&self) -> MutexGuard<'_, Handover> {
        // A panic under this lock is a defect that ends the run by itself.
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll};

    use super::*;
    use crate::vocabulary::Instant;

    const MESSAGES: u64 = 20_000;

    /// One slot whose session dies whenever it has to wait for a message.
    fn take_until_all_are_taken(feed: &OpenFeed, slot: SlotId, left: &AtomicUsize) -> Vec<u64> {
        let mut taken = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        let mut idle = 0_u64;
        while left.load(Ordering::Relaxed) > 0 {
            let polled = pin!(feed.next(slot)).poll(&mut cx);
            match polled {
                Poll::Ready(ticket) => {
                    taken.extend(ticket.map(|ticket| ticket.index));
                    left.fetch_sub(1, Ordering::Relaxed);
                }
                Poll::Pending => {
                    assert!(feed.withdraw(slot));
                    idle += 1;
                    assert!(idle < 100_000_000, "a message is lost");
                    std::thread::yield_now();
                }
            }
        }
        taken
    }

    #[test]
    fn no_message_is_lost_or_doubled_when_sessions_die_while_they_are_handed_one() {
        let feed = OpenFeed::new(2, None, Clock::start());
        let left = AtomicUsize::new(MESSAGES as usize);
        let mut taken = std::thread::scope(|scope| {
            let (feed, left) = (&feed, &left);
            let slots = [SlotId(0), SlotId(1)]
                .map(|slot| scope.spawn(move || take_until_all_are_taken(feed, slot, left)));
            for index in 0..MESSAGES {
                feed.release(Ticket::new(index, Instant::ORIGIN));
            }
            slots.map(|slot| slot.join().unwrap()).concat()
        });
        taken.sort_unstable();
        assert_eq!(taken, (0..MESSAGES).collect::<Vec<_>>());
    }
}
