//! The closed model's feed: lets slots wait for their next message.
//!
//! `dispatch` decides whether there is one. A slot waits for the start of the
//! clock, for a retry or for the end of the warm-up, and at the limiter.

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};

use crate::dispatch::{self, Limiter, Prospect};
use crate::engine::attempt_handler::AttemptHandler;
use crate::sys::bell::Bell;
use crate::sys::clock::Clock;
use crate::vocabulary::{Instant, Ticket};

/// The closed model's feed: every slot creates its own messages.
pub(in crate::engine) struct ClosedFeed {
    messages: dispatch::ClosedFeed,
    /// Slots queue at this lock.
    limiter: Option<Mutex<Limiter>>,
    clock: Clock,
    /// Wakes slots that wait: there may be a message earlier than they expect,
    /// or none any more.
    changed: Arc<Notify>,
    /// Wakes the run controller when all messages are handed out.
    bell: Bell,
}

impl ClosedFeed {
    pub(in crate::engine) fn new(
        messages: dispatch::ClosedFeed,
        limiter: Option<Limiter>,
        clock: Clock,
        changed: Arc<Notify>,
        bell: Bell,
    ) -> Self {
        Self {
            messages,
            limiter: limiter.map(Mutex::new),
            clock,
            changed,
            bell,
        }
    }

    /// What was decided so far.
    pub(in crate::engine) const fn messages(&self) -> &dispatch::ClosedFeed {
        &self.messages
    }

    /// A message that may start now, a retry before a new one; none when the
    /// run's length is reached and no retry is left. Dropping the future loses
    /// no message.
    pub(in crate::engine) async fn next(&self, attempt_handler: &AttemptHandler) -> Option<Ticket> {
        loop {
            match self.prospect(attempt_handler) {
                Prospect::Now => {
                    if let Some(limiter) = &self.limiter {
                        // Boxed: most runs have no limiter, and its waits would
                        // take space in every slot.
                        Box::pin(self.turn(limiter)).await;
                    }
                    let now = self.clock.now();
                    let retry = attempt_handler.take_due(now);
                    if let Some(ticket) = retry.or_else(|| self.fresh(now, attempt_handler)) {
                        return Some(ticket);
                    }
                }
                Prospect::Later(_) => Box::pin(self.pause(attempt_handler)).await,
                Prospect::Never => {
                    self.bell.ring();
                    return None;
                }
            }
        }
    }

    /// Wakes all slots that wait.
    pub(in crate::engine) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// Hands out no more messages.
    pub(in crate::engine) fn stop(&self) {
        self.messages.stop();
        self.wake();
    }

    /// Whether another slot would have something to send.
    pub(in crate::engine) fn wants_slots(&self, attempt_handler: &AttemptHandler) -> bool {
        let now = self.clock.now();
        let retry = attempt_handler.next_due().is_some_and(|due| due <= now);
        retry || self.messages.has_more(now)
    }

    fn prospect(&self, attempt_handler: &AttemptHandler) -> Prospect {
        let retry = attempt_handler.next_due();
        let has_room = || attempt_handler.has_room();
        self.messages.prospect(self.clock.now(), retry, has_room)
    }

    fn fresh(&self, now: Instant, attempt_handler: &AttemptHandler) -> Option<Ticket> {
        let fresh = self.messages.fresh(now, || attempt_handler.draw());
        if fresh.is_some() && self.messages.is_exhausted() {
            self.bell.ring();
        }
        fresh
    }

    /// Waits until there may be something to send.
    async fn pause(&self, attempt_handler: &AttemptHandler) {
        let changed = self.changed.notified();
        // Only now: a change before this is not missed.
        if let Prospect::Later(moment) = self.prospect(attempt_handler) {
            if self.messages.is_at_ceiling() {
                self.bell.ring();
            }
            tokio::select! {
                () = changed => {}
                () = pause_until(moment, self.clock) => {}
            }
        }
    }

    /// Waits until the limiter lets an attempt start.
    async fn turn(&self, limiter: &Mutex<Limiter>) {
        let mut limiter = limiter.lock().await;
        while !limiter.pass(self.clock.now()) {
            pause_until(limiter.opens(), self.clock).await;
        }
    }
}

/// Waits until that moment.
pub(in crate::engine) async fn pause_until(moment: Instant, clock: Clock) {
    let now = clock.now();
    if moment > now {
        tokio::time::sleep(moment.since(now)).await;
    }
}
