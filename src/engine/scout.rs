//! Lets slots in back-off queue, and sends the first ahead when it is time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::dispatch;
use crate::sys::clock::Clock;

use super::feed::pause_until;

/// Sends slots ahead, one at a time.
pub(super) struct Scout {
    clock: Clock,
    scout: Mutex<dispatch::Scout>,
    /// Slots queue at this lock.
    queue: tokio::sync::Mutex<()>,
}

impl Scout {
    pub(super) fn new(clock: Clock, following: Duration) -> Self {
        Self {
            clock,
            scout: Mutex::new(dispatch::Scout::new(following)),
            queue: tokio::sync::Mutex::new(()),
        }
    }

    /// A slot tried to open a session.
    pub(super) fn tried(&self, ready: bool) {
        self.scout().tried(ready);
    }

    /// Waits until this slot should try at once; never returns while
    /// `is_needed` reports that no message waits for a session. A slot that
    /// stops waiting gives its turn to the next.
    pub(super) async fn turn(&self, is_needed: impl Fn() -> bool) {
        let _first = self.queue.lock().await;
        loop {
            let turn = self.scout().turn(self.clock.now(), &is_needed);
            match turn {
                Ok(()) => return,
                Err(later) => pause_until(later, self.clock).await,
            }
        }
    }

    fn scout(&self) -> MutexGuard<'_, dispatch::Scout> {
        // No code panics while it holds this lock, so the data is consistent
        // even if poisoned.
        self.scout.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn one_slot_goes_at_a_time_and_only_if_it_is_needed() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let _guard = runtime.enter();
        let mut cx = Context::from_waker(Waker::noop());
        let scout = Scout::new(Clock::start(), Duration::ZERO);
        let mut idle = Box::pin(scout.turn(|| false));
        assert_eq!(idle.as_mut().poll(&mut cx), Poll::Pending);
        let mut next = pin!(scout.turn(|| true));
        assert_eq!(next.as_mut().poll(&mut cx), Poll::Pending);
        // The slot whose own back-off is over gives its turn to the next.
        drop(idle);
        assert_eq!(next.as_mut().poll(&mut cx), Poll::Ready(()));
    }
}
