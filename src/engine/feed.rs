//! Where a slot's messages come from: the pacer in the open model, the slot's
//! own readiness in the closed one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::handover::{Freed, Handover};
use super::mailbox::{Mailbox, Post};
use crate::measure::Timeline;
use crate::scenario::Length;
use crate::vocabulary::{Instant, SlotId, Ticket};

/// Where messages come from.
pub(super) enum Feed {
    /// The schedule, through hand-over and mailboxes.
    Open(OpenFeed),
    /// As fast as replies come.
    Closed(ClosedFeed),
}

/// The open model's: hand-over and mailboxes behind one door.
pub(super) struct OpenFeed {
    handover: Mutex<Handover>,
    mailboxes: Vec<Mailbox>,
}

/// The closed model's: every slot makes its own.
pub(super) struct ClosedFeed {
    timeline: Timeline,
    length: Length,
    warm_up: Duration,
    next: AtomicU64,
    measured: AtomicU64,
    stopped: AtomicBool,
}

impl OpenFeed {
    pub(super) fn new(slots: u32) -> Self {
        Self {
            handover: Mutex::new(Handover::new(slots as usize)),
            mailboxes: (0..slots).map(|_| Mailbox::default()).collect(),
        }
    }

    /// A message is due: to a free slot, or to wait.
    pub(super) fn release(&self, ticket: Ticket) {
        self.give(|handover| handover.release(ticket));
    }

    /// The slot's next message; none when nothing more will come.
    pub(super) async fn next(&self, slot: SlotId) -> Option<Ticket> {
        let freed = self.handover().freed(slot);
        match freed {
            Freed::Take(ticket) => Some(ticket),
            Freed::Quit => None,
            Freed::Wait => match self.mailbox(slot).wait().await {
                Post::Message(ticket) => Some(ticket),
                Post::Quit => None,
            },
        }
    }

    /// The slot, which waited for its next message, can't take it any more.
    /// False when it need not come back either: it was told that all is over.
    pub(super) fn withdraw(&self, slot: SlotId) -> bool {
        if self.handover().withdraw(slot) {
            return true;
        }
        match self.mailbox(slot).take() {
            Some(Post::Quit) => false,
            Some(Post::Message(ticket)) => {
                self.give(|handover| handover.give_back(ticket));
                true
            }
            None => true,
        }
    }

    /// A message posted to the slot that it did not take before it was cut off.
    pub(super) fn left_in(&self, slot: SlotId) -> Option<Ticket> {
        match self.mailbox(slot).take() {
            Some(Post::Message(ticket)) => Some(ticket),
            _ => None,
        }
    }

    /// Sends all slots home that have nothing to do.
    pub(super) fn close(&self) {
        let mut handover = self.handover();
        let free = handover.close().into_iter();
        let wakers: Vec<Waker> = free
            .filter_map(|slot| self.mailbox(slot).put(Post::Quit))
            .collect();
        drop(handover);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Takes away what still waits.
    pub(super) fn take_waiting(&self) -> Vec<Ticket> {
        self.handover().take_waiting()
    }

    /// Puts what is given into the slot's mailbox before anyone can see that
    /// the slot is not free any more; wakes it when the lock is gone.
    fn give(&self, give: impl FnOnce(&mut Handover) -> Option<(SlotId, Ticket)>) {
        let mut handover = self.handover();
        let given = give(&mut handover);
        let waker = given.and_then(|(slot, ticket)| self.mailbox(slot).put(Post::Message(ticket)));
        drop(handover);
        if let Some(waker) = waker {
            waker.wake();
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

impl ClosedFeed {
    pub(super) fn new(timeline: Timeline, length: Length, warm_up: Duration) -> Self {
        Self {
            timeline,
            length,
            warm_up,
            next: AtomicU64::new(0),
            measured: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// A message that starts at `now`; none when the run's length is reached.
    pub(super) fn next(&self, now: Instant) -> Option<Ticket> {
        let over = self.stopped.load(Ordering::Relaxed) || !self.is_within_length(now);
        (!over).then(|| Ticket {
            index: self.next.fetch_add(1, Ordering::Relaxed),
            intended: now,
            attempt: 1,
            prompt: false,
        })
    }

    /// Nothing more will come.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether every message of a run measured in messages was given out.
    pub(super) fn is_exhausted(&self) -> bool {
        let Length::Messages(limit) = self.length else {
            return false;
        };
        self.measured.load(Ordering::Relaxed) >= limit
    }

    /// How long the schedule lasts, where that is known beforehand.
    pub(super) fn duration(&self) -> Option<Duration> {
        match self.length {
            Length::Duration(duration) => Some(self.warm_up + duration),
            Length::Messages(_) => None,
        }
    }

    fn is_within_length(&self, now: Instant) -> bool {
        if self.timeline.start().is_none() {
            return false;
        }
        match self.length {
            Length::Duration(_) => now < self.timeline.schedule_end(),
            Length::Messages(_) if now < self.timeline.window_opens() => true,
            Length::Messages(limit) => self.measured.fetch_add(1, Ordering::Relaxed) < limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::atomic::AtomicUsize;
    use std::task::{Context, Poll};

    use super::*;

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
        let feed = OpenFeed::new(2);
        let left = AtomicUsize::new(MESSAGES as usize);
        let mut taken = std::thread::scope(|scope| {
            let (feed, left) = (&feed, &left);
            let slots = [SlotId(0), SlotId(1)]
                .map(|slot| scope.spawn(move || take_until_all_are_taken(feed, slot, left)));
            for index in 0..MESSAGES {
                feed.release(Ticket {
                    index,
                    intended: Instant::ORIGIN,
                    attempt: 1,
                    prompt: false,
                });
            }
            slots.map(|slot| slot.join().unwrap()).concat()
        });
        taken.sort_unstable();
        assert_eq!(taken, (0..MESSAGES).collect::<Vec<_>>());
    }
}
