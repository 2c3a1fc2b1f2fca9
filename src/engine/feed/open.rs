//! The open model's feed: messages that the schedule released, for any free
//! slot.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use crate::dispatch::{Dispatch, Dispatcher, Limiter, Post, Rest};
use crate::engine::mailbox::Mailbox;
use crate::sys::clock::Clock;
use crate::vocabulary::{SlotId, Ticket};

/// The open model's feed: dispatcher and mailboxes behind one interface.
pub(in crate::engine) struct OpenFeed {
    dispatcher: Mutex<Dispatcher>,
    mailboxes: Vec<Mailbox>,
    clock: Clock,
    /// Whether there is a limiter, and so a limiter thread.
    gated: bool,
    /// Signals that a message waits for the limiter alone, or that no more will
    /// come.
    changed: Condvar,
}

impl OpenFeed {
    pub(in crate::engine) fn new(slots: u32, limiter: Option<Limiter>, clock: Clock) -> Self {
        Self {
            gated: limiter.is_some(),
            changed: Condvar::new(),
            dispatcher: Mutex::new(Dispatcher::new(slots as usize, limiter)),
            mailboxes: (0..slots).map(|_| Mailbox::default()).collect(),
            clock,
        }
    }

    /// A message is due: hands it to a free slot, or lets it wait.
    pub(in crate::engine) fn release(&self, ticket: Ticket) {
        let now = self.clock.now();
        self.give(|dispatcher| dispatcher.release(ticket, now));
    }

    /// Releases the schedule's next message; `rest` is what follows it.
    pub(in crate::engine) fn release_next(&self, ticket: Ticket, rest: impl FnOnce() -> Rest) {
        let now = self.clock.now();
        self.give(|dispatcher| dispatcher.release_next(ticket, now, rest));
    }

    /// The slot's next message; none when no more will come. If the future is
    /// dropped before it returns, [`OpenFeed::withdraw`] accounts for the
    /// message.
    pub(in crate::engine) async fn next(&self, slot: SlotId) -> Option<Ticket> {
        let now = self.clock.now();
        let freed = self.dispatcher().freed(slot, now);
        match freed {
            Dispatch::Take(ticket) => Some(ticket),
            Dispatch::Quit => None,
            Dispatch::Wait => {
                self.wake_limiter();
                match self.mailbox(slot).wait().await {
                    Post::Message(ticket) => Some(ticket),
                    Post::Quit => None,
                }
            }
        }
    }

    /// Runs the limiter thread: hands out messages that wait for the limiter
    /// alone, until the feed is closed. Blocks its thread.
    pub(in crate::engine) fn release_at_limit(&self) {
        let mut dispatcher = self.dispatcher();
        while !dispatcher.is_closed() {
            let now = self.clock.now();
            if let Some((slot, ticket)) = dispatcher.next(now) {
                let waker = self.mailbox(slot).put(Post::Message(ticket));
                drop(dispatcher);
                waker.into_iter().for_each(Waker::wake);
                dispatcher = self.dispatcher();
                continue;
            }
            dispatcher = match dispatcher.opens() {
                Some(opens) => {
                    let woken = self.changed.wait_timeout(dispatcher, opens.since(now));
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.changed.wait(dispatcher);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// The threads of these slots were stalled for that long.
    pub(in crate::engine) fn stalled(&self, slots: impl Iterator<Item = SlotId>, by: Duration) {
        self.dispatcher().stalled(slots, by);
    }

    /// Whether messages wait for a slot.
    pub(in crate::engine) fn wants_slots(&self) -> bool {
        self.dispatcher().wants_slots()
    }

    /// Whether a limiter thread is needed.
    pub(in crate::engine) const fn is_limited(&self) -> bool {
        self.gated
    }

    /// Removes a waiting slot whose session was lost. If it is not waiting any
    /// more, returns what was posted to it.
    pub(in crate::engine) fn withdraw(&self, slot: SlotId) -> Option<Post> {
        if self.dispatcher().withdraw(slot) {
            return None;
        }
        self.mailbox(slot).take()
    }

    /// Takes back a message that a slot could not send.
    pub(in crate::engine) fn give_back(&self, ticket: Ticket) {
        let now = self.clock.now();
        self.give(|dispatcher| dispatcher.give_back(ticket, now));
    }

    /// A message that was posted to the slot and not taken before the slot was
    /// aborted.
    pub(in crate::engine) fn left_in(&self, slot: SlotId) -> Option<Ticket> {
        match self.mailbox(slot).take() {
            Some(Post::Message(ticket)) => Some(ticket),
            _ => None,
        }
    }

    /// Closes the feed: every idle slot ends.
    pub(in crate::engine) fn close(&self) {
        let mut dispatcher = self.dispatcher();
        let free = dispatcher.close().into_iter();
        let wakers: Vec<Waker> = free
            .filter_map(|slot| self.mailbox(slot).put(Post::Quit))
            .collect();
        drop(dispatcher);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Removes waiting messages, some at a time; empty when none waits.
    pub(in crate::engine) fn take_waiting(&self) -> Vec<Ticket> {
        self.dispatcher().take_waiting()
    }

    /// Puts the message into the slot's mailbox while the lock is held, so that
    /// no other thread sees the slot as neither free nor occupied; wakes the
    /// slot after the lock is released.
    fn give(&self, give: impl FnOnce(&mut Dispatcher) -> Option<(SlotId, Ticket)>) {
        let mut dispatcher = self.dispatcher();
        let given = give(&mut dispatcher);
        let waits = given.is_none();
        let waker = given.and_then(|(slot, ticket)| self.mailbox(slot).put(Post::Message(ticket)));
        drop(dispatcher);
        match waker {
            Some(waker) => waker.wake(),
            None if waits => self.wake_limiter(),
            None => {}
        }
    }

    fn wake_limiter(&self) {
        if self.gated {
            self.changed.notify_one();
        }
    }

    fn mailbox(&self, slot: SlotId) -> &Mailbox {
        &self.mailboxes[slot.0 as usize]
    }

    fn dispatcher(&self) -> MutexGuard<'_, Dispatcher> {
        // A panic under this lock is a defect that ends the run by itself.
        self.dispatcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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

    /// A slot whose session dies whenever it has to wait for a message.
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
                    if let Some(Post::Message(ticket)) = feed.withdraw(slot) {
                        feed.give_back(ticket);
                    }
                    idle += 1;
                    assert!(idle < 100_000_000, "a message is lost");
                    std::thread::yield_now();
                }
            }
        }
        taken
    }

    #[test]
    fn no_message_is_lost_or_duplicated_when_a_session_dies_as_it_gets_one() {
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
