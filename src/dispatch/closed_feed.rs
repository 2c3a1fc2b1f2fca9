//! The closed model's feed: every slot that is ready creates its next message
//! itself, as long as the run's length and its limits allow.
//!
//! It decides whether there is something to send, and numbers the messages. The
//! caller keeps the retries and the limiter, and lets slots wait. Pure. All
//! workers share it without a lock: it is asked once a message.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::measure::Timeline;
use crate::schedule::{Length, Shard};
use crate::vocabulary::{Instant, Ticket};

/// The messages of a closed run.
#[derive(Debug)]
pub(crate) struct ClosedFeed {
    timeline: Timeline,
    length: Length,
    shard: Shard,
    /// Measured messages for which the ceiling reserves attempts.
    allowed: u64,
    ceiling_reached: AtomicBool,
    next: AtomicU64,
    measured: AtomicU64,
    stopped: AtomicBool,
}

/// Whether a closed run has something to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prospect {
    /// A retry or a new message.
    Now,
    /// Not before this moment; [`Instant::NEVER`] while the clock does not run.
    Later(Instant),
    /// The run's length is reached, and no retry is left.
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
    pub(crate) fn new(
        timeline: Timeline,
        length: Length,
        shard: Shard,
        allowed: Option<u64>,
    ) -> Self {
        Self {
            timeline,
            length,
            shard,
            allowed: allowed.unwrap_or(u64::MAX),
            ceiling_reached: AtomicBool::new(false),
            next: AtomicU64::new(0),
            measured: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Whether there is something to send. `retry` is when the next retry is
    /// due, and `has_room` whether the ceiling allows an attempt that is not
    /// reserved.
    pub(crate) fn prospect(
        &self,
        now: Instant,
        retry: Option<Instant>,
        has_room: impl FnOnce() -> bool,
    ) -> Prospect {
        if self.timeline.start().is_none() && !self.is_stopped() {
            return Prospect::Later(Instant::NEVER);
        }
        if retry.is_some_and(|due| due <= now) {
            return Prospect::Now;
        }
        let fresh = match self.place(now) {
            Some(Place::SetAside) => return Prospect::Now,
            Some(Place::Free) if has_room() => return Prospect::Now,
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

    /// A new message, unless the run's length is reached, or `draw` gets none of
    /// the attempts that the ceiling still allows.
    pub(crate) fn fresh(&self, now: Instant, draw: impl FnOnce() -> bool) -> Option<Ticket> {
        let room = match self.place(now)? {
            Place::SetAside => true,
            Place::Free => draw(),
        };
        (room && self.takes_number(now)).then(|| Ticket::new(self.next_index(), now))
    }

    /// Whether a new message would be due for another slot.
    pub(crate) fn has_more(&self, now: Instant) -> bool {
        self.place(now).is_some()
    }

    /// Hands out no more messages.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether a ceiling left no room for a message that was still wanted.
    pub(crate) fn is_at_ceiling(&self) -> bool {
        self.ceiling_reached.load(Ordering::Relaxed)
    }

    /// Whether all messages of a run that is measured in messages are handed
    /// out.
    pub(crate) fn is_exhausted(&self) -> bool {
        let Length::Messages(limit) = self.length else {
            return false;
        };
        self.measured.load(Ordering::Relaxed) >= limit
    }

    /// How many new messages were handed out. A message counts as released only
    /// when its slot takes it up.
    pub(crate) fn given(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    /// How long the schedule lasts, where that is known in advance.
    pub(crate) fn duration(&self) -> Option<Duration> {
        match self.length {
            Length::Duration(duration) => Some(self.timeline.timing().warm_up + duration),
            Length::Messages(_) => None,
        }
    }

    /// Each shard numbers its messages differently.
    fn next_index(&self) -> u64 {
        let (index, of) = (self.shard.index(), self.shard.of());
        let own = self.next.fetch_add(1, Ordering::AcqRel);
        own * u64::from(of) + u64::from(index - 1)
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
        (within && !self.is_stopped()).then_some(place)
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

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
