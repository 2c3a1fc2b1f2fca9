//! Where a slot's messages come from: the pacer in the open model, the slot's
//! own readiness in the closed one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::Ingredients;
use super::aftermath::Aftermath;
use super::gate::Gate;
use super::handover::{Freed, Given, Handover};
use super::mailbox::{Mailbox, Post};
use crate::measure::Timeline;
use crate::scenario::{Length, Shard};
use crate::sys::clock::Clock;
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
    clock: Clock,
}

/// The closed model's: every slot makes its own.
pub(super) struct ClosedFeed {
    timeline: Timeline,
    length: Length,
    warm_up: Duration,
    gate: Option<Mutex<Gate>>,
    clock: Clock,
    shard: Shard,
    /// Measured messages that a ceiling has room set aside for.
    allowed: u64,
    next: AtomicU64,
    measured: AtomicU64,
    stopped: AtomicBool,
}

/// A message's place in the length of a closed run.
enum Place {
    /// A ceiling has room set aside for it.
    SetAside,
    /// It takes what room there is.
    Free,
}

/// How often a slot that waits for a retry of the closed model looks whether
/// there still is one.
const GLANCE: Duration = Duration::from_millis(50);

impl OpenFeed {
    pub(super) fn new(slots: u32, gate: Option<Gate>, clock: Clock) -> Self {
        Self {
            handover: Mutex::new(Handover::new(slots as usize, gate)),
            mailboxes: (0..slots).map(|_| Mailbox::default()).collect(),
            clock,
        }
    }

    /// A message is due: to a free slot, or to wait.
    pub(super) fn release(&self, ticket: Ticket) {
        let now = self.clock.now();
        self.give(|handover| handover.release(ticket, now));
    }

    /// The slot's next message; none when nothing more will come. Until it is
    /// returned, [`OpenFeed::withdraw`] has it.
    pub(super) async fn next(&self, slot: SlotId) -> Option<Ticket> {
        loop {
            let now = self.clock.now();
            let freed = self.handover().freed(slot, now);
            match freed {
                Freed::Take(given) if given.from <= now => return Some(given.ticket),
                Freed::Take(given) => drop(self.mailbox(slot).put(Post::Message(given))),
                Freed::Quit => return None,
                Freed::Wait => {}
            }
            let mailbox = self.mailbox(slot);
            if let Post::Message(given) = mailbox.wait().await {
                pause_until(given.from, self.clock).await;
            }
            match mailbox.take() {
                Some(Post::Message(given)) => return Some(given.ticket),
                Some(Post::Quit) => return None,
                // Recalled, before it might start.
                None => {}
            }
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
            Some(Post::Message(given)) => {
                let now = self.clock.now();
                self.give(|handover| handover.give_back(given.ticket, now));
                true
            }
            None => true,
        }
    }

    /// A message posted to the slot that it did not take before it was cut off.
    pub(super) fn left_in(&self, slot: SlotId) -> Option<Ticket> {
        match self.mailbox(slot).take() {
            Some(Post::Message(given)) => Some(given.ticket),
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

    /// Takes away what still waits, for a slot or for its time.
    pub(super) fn take_waiting(&self) -> Vec<Ticket> {
        let now = self.clock.now();
        let mut waiting = self.handover().take_waiting();
        let recalled = self.mailboxes.iter().filter_map(|each| each.recall(now));
        waiting.extend(recalled.map(|given| given.ticket));
        waiting
    }

    /// How many messages were held back by the gate though a slot was free.
    pub(super) fn held(&self) -> u64 {
        self.handover().held()
    }

    /// Puts what is given into the slot's mailbox before anyone can see that
    /// the slot is not free any more; wakes it when the lock is gone.
    fn give(&self, give: impl FnOnce(&mut Handover) -> Option<(SlotId, Given)>) {
        let mut handover = self.handover();
        let given = give(&mut handover);
        let waker = given.and_then(|(slot, given)| self.mailbox(slot).put(Post::Message(given)));
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
    /// Of the measured messages, `allowed` need not be drawn; none: not one.
    pub(super) fn new(
        timeline: Timeline,
        run: &Ingredients,
        gate: Option<Gate>,
        allowed: Option<u64>,
    ) -> Self {
        Self {
            allowed: allowed.unwrap_or(u64::MAX),
            timeline,
            length: run.load.length,
            warm_up: run.load.warm_up,
            gate: gate.map(Mutex::new),
            clock: run.clock,
            shard: run.shard,
            next: AtomicU64::new(0),
            measured: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// A message that may start now, a retry before a new one; none when the
    /// run's length is reached and nothing is to be tried again. Nothing is
    /// lost when it is dropped before it returns.
    pub(super) async fn next(&self, aftermath: &Aftermath) -> Option<Ticket> {
        loop {
            if self.has_more() || self.retry_is_due(aftermath) {
                self.turn().await;
                let now = self.clock.now();
                let retry = aftermath.take_due(now);
                if let Some(ticket) = retry.or_else(|| self.fresh(now, aftermath)) {
                    return Some(ticket);
                }
            }
            let due = aftermath.next_due()?;
            pause_until(due.min(self.clock.now() + GLANCE), self.clock).await;
        }
    }

    /// A new message, unless the run's length is reached.
    fn fresh(&self, now: Instant, aftermath: &Aftermath) -> Option<Ticket> {
        if self.is_stopped() {
            return None;
        }
        let allowed = match self.take_place(now)? {
            Place::SetAside => true,
            Place::Free => aftermath.draw(),
        };
        allowed.then(|| Ticket::new(self.next_index(), now))
    }

    /// Every shard's messages have numbers of their own.
    fn next_index(&self) -> u64 {
        let (index, of) = (self.shard.index(), self.shard.of());
        let own = self.next.fetch_add(1, Ordering::Relaxed);
        own * u64::from(of) + u64::from(index - 1)
    }

    fn retry_is_due(&self, aftermath: &Aftermath) -> bool {
        let due = aftermath.next_due();
        due.is_some_and(|due| due <= self.clock.now())
    }

    /// Waits until the gate lets an attempt through.
    async fn turn(&self) {
        let now = self.clock.now();
        let opens = self.gate.as_ref().map_or(now, |gate| {
            let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
            gate.pass(now)
        });
        pause_until(opens, self.clock).await;
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

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether the run's length is not reached yet.
    fn has_more(&self) -> bool {
        let now = self.clock.now();
        let within = match self.length {
            Length::Duration(_) => now < self.timeline.schedule_end(),
            Length::Messages(_) if now < self.timeline.window_opens() => true,
            Length::Messages(_) => !self.is_exhausted(),
        };
        within && !self.is_stopped() && self.timeline.start().is_some()
    }

    /// Takes one message's place in the run's length; none if that is reached.
    fn take_place(&self, now: Instant) -> Option<Place> {
        self.timeline.start()?;
        match self.length {
            Length::Duration(_) => (now < self.timeline.schedule_end()).then_some(Place::Free),
            Length::Messages(_) if now < self.timeline.window_opens() => Some(Place::Free),
            Length::Messages(limit) => {
                let number = self.measured.fetch_add(1, Ordering::Relaxed);
                let place = match number < self.allowed {
                    true => Place::SetAside,
                    false => Place::Free,
                };
                (number < limit).then_some(place)
            }
        }
    }
}

async fn pause_until(moment: Instant, clock: Clock) {
    let now = clock.now();
    if moment > now {
        tokio::time::sleep(moment.since(now)).await;
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
