//! Where a slot's messages come from: the pacer in the open model, the slot's
//! own readiness in the closed one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::Ingredients;
use super::aftermath::Aftermath;
use super::gate::Gate;
use super::handover::{Freed, Handover};
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
    /// Whether there is a gate, and so a thread that minds it.
    gated: bool,
    /// Something waits for the gate alone, or nothing will any more.
    changed: Condvar,
}

/// The closed model's: every slot makes its own.
pub(super) struct ClosedFeed {
    timeline: Timeline,
    length: Length,
    warm_up: Duration,
    /// Slots wait at it in line.
    gate: Option<tokio::sync::Mutex<Gate>>,
    clock: Clock,
    shard: Shard,
    /// Measured messages that a ceiling has room set aside for.
    allowed: u64,
    ceiling_reached: AtomicBool,
    next: AtomicU64,
    measured: AtomicU64,
    stopped: AtomicBool,
}

/// Whether a closed run has something to send.
enum Prospect {
    Now,
    /// Not before then.
    Later(Instant),
    Never,
}

/// A message's place in the length of a closed run.
enum Place {
    /// A ceiling has room set aside for it.
    SetAside,
    /// It takes what room there is.
    Free,
}

/// How often those who wait for something look whether it will still come.
const GLANCE: Duration = Duration::from_millis(50);

impl OpenFeed {
    pub(super) fn new(slots: u32, gate: Option<Gate>, clock: Clock) -> Self {
        Self {
            gated: gate.is_some(),
            changed: Condvar::new(),
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
    pub(super) fn mind_gate(&self) {
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

    /// Whether a thread has to mind the gate.
    pub(super) const fn is_gated(&self) -> bool {
        self.gated
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
                let now = self.clock.now();
                self.give(|handover| handover.give_back(ticket, now));
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
        self.changed.notify_all();
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
            gate: gate.map(tokio::sync::Mutex::new),
            clock: run.clock,
            shard: run.shard,
            ceiling_reached: AtomicBool::new(false),
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
            let waits_for = match self.prospect(aftermath) {
                Prospect::Now => {
                    self.turn().await;
                    let now = self.clock.now();
                    let retry = aftermath.take_due(now);
                    if let Some(ticket) = retry.or_else(|| self.fresh(now, aftermath)) {
                        return Some(ticket);
                    }
                    continue;
                }
                Prospect::Later(moment) => moment,
                Prospect::Never => return None,
            };
            pause_until(waits_for.min(self.clock.now() + GLANCE), self.clock).await;
        }
    }

    /// Whether there is something to send.
    fn prospect(&self, aftermath: &Aftermath) -> Prospect {
        let now = self.clock.now();
        let retry = aftermath.next_due();
        if retry.is_some_and(|due| due <= now) {
            return Prospect::Now;
        }
        let fresh = match self.place(now) {
            Some(Place::SetAside) => return Prospect::Now,
            Some(Place::Free) if aftermath.has_room() => return Prospect::Now,
            // The measured messages have room of their own.
            Some(Place::Free) if self.is_warming_up(now) => Some(self.timeline.window_opens()),
            Some(Place::Free) => {
                self.ceiling_reached.store(true, Ordering::Relaxed);
                None
            }
            None => None,
        };
        match retry.into_iter().chain(fresh).min() {
            Some(moment) => Prospect::Later(moment),
            None => Prospect::Never,
        }
    }

    /// A new message, unless the run's length or a ceiling is reached.
    fn fresh(&self, now: Instant, aftermath: &Aftermath) -> Option<Ticket> {
        let room = match self.place(now)? {
            Place::SetAside => true,
            Place::Free => aftermath.draw(),
        };
        (room && self.takes_number(now)).then(|| Ticket::new(self.next_index(), now))
    }

    /// Every shard's messages have numbers of their own.
    fn next_index(&self) -> u64 {
        let (index, of) = (self.shard.index(), self.shard.of());
        let own = self.next.fetch_add(1, Ordering::Relaxed);
        own * u64::from(of) + u64::from(index - 1)
    }

    /// Waits until the gate lets an attempt through.
    async fn turn(&self) {
        let Some(gate) = &self.gate else {
            return;
        };
        let mut gate = gate.lock().await;
        while !gate.pass(self.clock.now()) {
            pause_until(gate.opens(), self.clock).await;
        }
    }

    /// Whether a ceiling left no room for a message that was still wanted.
    pub(super) fn is_at_ceiling(&self) -> bool {
        self.ceiling_reached.load(Ordering::Relaxed)
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

    /// The place that the next message would have in the run's length; none if
    /// that is reached.
    fn place(&self, now: Instant) -> Option<Place> {
        self.timeline.start()?;
        let measured = self.measured.load(Ordering::Relaxed);
        let (within, place) = match self.length {
            Length::Duration(_) => (now < self.timeline.schedule_end(), Place::Free),
            Length::Messages(_) if self.is_warming_up(now) => (true, Place::Free),
            Length::Messages(limit) if measured < self.allowed => {
                (measured < limit, Place::SetAside)
            }
            Length::Messages(limit) => (measured < limit, Place::Free),
        };
        let stopped = self.stopped.load(Ordering::Relaxed);
        (within && !stopped).then_some(place)
    }

    /// Counts a measured message; false if others were faster.
    fn takes_number(&self, now: Instant) -> bool {
        match self.length {
            Length::Messages(limit) if !self.is_warming_up(now) => {
                self.measured.fetch_add(1, Ordering::Relaxed) < limit.min(self.allowed)
            }
            _ => true,
        }
    }

    fn is_warming_up(&self, now: Instant) -> bool {
        now < self.timeline.window_opens()
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
