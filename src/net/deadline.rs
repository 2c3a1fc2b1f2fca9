//! A deadline whose timer costs nothing unless it fires.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::Sleep;

use crate::sys::clock::Clock;
use crate::vocabulary::Instant;

/// A session's one timer. Most deadlines move later with every reply, so the
/// timer stays armed for an earlier deadline and is armed again when it fires
/// too soon: a wait that ends in time never touches it.
pub(super) struct Deadline {
    clock: Clock,
    sleep: Pin<Box<Sleep>>,
    armed_for: Option<Instant>,
}

impl Deadline {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            sleep: Box::pin(tokio::time::sleep(std::time::Duration::ZERO)),
            armed_for: None,
        }
    }

    /// Ready once `deadline` has passed; otherwise wakes the task at the latest then.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        if deadline == Instant::NEVER {
            return Poll::Pending;
        }
        loop {
            match self.armed_for {
                Some(armed) if armed <= deadline && !self.sleep.is_elapsed() => {
                    return Poll::Pending;
                }
                _ => {}
            }
            let now = self.clock.now();
            if now >= deadline {
                return Poll::Ready(());
            }
            let left = deadline.since(now);
            self.sleep
                .as_mut()
                .reset(tokio::time::Instant::now() + left);
            self.armed_for = Some(deadline);
            // Polled once to register the waker; it is always the same task.
            if self.sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}
