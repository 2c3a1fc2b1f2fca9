//! The closed model's feed: every slot that is ready creates its next message
//! itself, as long as the run's length and its limits allow.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::POLL_INTERVAL;
use crate::dispatch::Limiter;
use crate::engine::EngineConfig;
use crate::engine::attempt_handler::AttemptHandler;
use crate::measure::Timeline;
use crate::schedule::{Length, Shard};
use crate::sys::clock::Clock;
use crate::vocabulary::{Instant, Ticket};

/// The closed model's feed: every slot creates its own messages.
pub(in crate::engine) struct ClosedFeed {
    timeline: Timeline,
    length: Length,
    warm_up: Duration,
    /// Slots queue at this lock.
    limiter: Option<tokio::sync::Mutex<Limiter>>,
    clock: Clock,
    shard: Shard,
    /// Measured messages for which the ceiling reserves attempts.
    allowed: u64,
    ceiling_reached: AtomicBool,
    next: AtomicU64,
    measured: AtomicU64,
    stopped: AtomicBool,
}

/// Whether a closed run has something to send.
enum Prospect {
    Now,
    /// Not before this moment.
    Later(Instant),
    Never,
}

/// How a message counts towards the length of a closed run.
enum Place {
    /// The ceiling has reserved an attempt for it.
    SetAside,
    /// It takes an attempt that is left.
    Free,
}

impl ClosedFeed {
    /// The first `allowed` measured messages have attempts reserved and draw none
    /// from the ceiling; none: all of them have.
    pub(in crate::engine) fn new(
        timeline: Timeline,
        run: &EngineConfig,
        limiter: Option<Limiter>,
        allowed: Option<u64>,
    ) -> Self {
        Self {
            allowed: allowed.unwrap_or(u64::MAX),
            timeline,
            length: run.load.length,
            warm_up: run.load.warm_up,
            limiter: limiter.map(tokio::sync::Mutex::new),
            clock: run.clock,
            shard: run.shard,
            ceiling_reached: AtomicBool::new(false),
            next: AtomicU64::new(0),
            measured: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// A message that may start now, a retry before a new one; none when the
    /// run's length is reached and no retry is left. Dropping the future loses
    /// no message.
    pub(in crate::engine) async fn next(&self, attempt_handler: &AttemptHandler) -> Option<Ticket> {
        loop {
            let waits_for = match self.prospect(attempt_handler) {
                Prospect::Now => {
                    self.turn().await;
                    let now = self.clock.now();
                    let retry = attempt_handler.take_due(now);
                    if let Some(ticket) = retry.or_else(|| self.fresh(now, attempt_handler)) {
                        return Some(ticket);
                    }
                    continue;
                }
                Prospect::Later(moment) => moment,
                Prospect::Never => return None,
            };
            pause_until(waits_for.min(self.clock.now() + POLL_INTERVAL), self.clock).await;
        }
    }

    /// Whether there is something to send.
    fn prospect(&self, attempt_handler: &AttemptHandler) -> Prospect {
        let now = self.clock.now();
        let retry = attempt_handler.next_due();
        if retry.is_some_and(|due| due <= now) {
            return Prospect::Now;
        }
        let fresh = match self.place(now) {
            Some(Place::SetAside) => return Prospect::Now,
            Some(Place::Free) if attempt_handler.has_room() => return Prospect::Now,
            // Measured messages have attempts of their own reserved.
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
    fn fresh(&self, now: Instant, attempt_handler: &AttemptHandler) -> Option<Ticket> {
        let room = match self.place(now)? {
            Place::SetAside => true,
            Place::Free => attempt_handler.draw(),
        };
        (room && self.takes_number(now)).then(|| Ticket::new(self.next_index(), now))
    }

    /// Each shard numbers its messages differently.
    fn next_index(&self) -> u64 {
        let (index, of) = (self.shard.index(), self.shard.of());
        let own = self.next.fetch_add(1, Ordering::AcqRel);
        own * u64::from(of) + u64::from(index - 1)
    }

    /// Waits until the limiter lets an attempt start.
    async fn turn(&self) {
        let Some(limiter) = &self.limiter else {
            return;
        };
        let mut limiter = limiter.lock().await;
        while !limiter.pass(self.clock.now()) {
            pause_until(limiter.opens(), self.clock).await;
        }
    }

    /// Whether a ceiling left no room for a message that was still wanted.
    pub(in crate::engine) fn is_at_ceiling(&self) -> bool {
        self.ceiling_reached.load(Ordering::Relaxed)
    }

    /// Hands out no more messages.
    pub(in crate::engine) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether a run that is measured in messages has handed out all of them.
    pub(in crate::engine) fn is_exhausted(&self) -> bool {
        let Length::Messages(limit) = self.length else {
            return false;
        };
        self.measured.load(Ordering::Relaxed) >= limit
    }

    /// Whether another slot would have something to send.
    pub(in crate::engine) fn wants_slots(&self, attempt_handler: &AttemptHandler) -> bool {
        let now = self.clock.now();
        let retry = attempt_handler.next_due().is_some_and(|due| due <= now);
        retry || self.place(now).is_some()
    }

    /// How many new messages were handed out. A message counts as released only
    /// when its slot takes it up.
    pub(in crate::engine) fn given(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    /// How long the schedule lasts, where that is known in advance.
    pub(in crate::engine) fn duration(&self) -> Option<Duration> {
        match self.length {
            Length::Duration(duration) => Some(self.warm_up + duration),
            Length::Messages(_) => None,
        }
    }

    /// How the next message would count towards the run's length; none if that
    /// is reached.
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

    /// Counts a measured message; false if other slots took the last ones.
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
