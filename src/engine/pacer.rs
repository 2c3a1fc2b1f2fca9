//! Releases messages at their intended times.
//!
//! A thread of its own that sleeps to absolute times: tokio's timers are 1 ms
//! coarse. Whatever makes it late, each message keeps its own intended time.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use super::feed::OpenFeed;
use super::listener::Listener;
use crate::schedule::{Arrival, Schedule};
use crate::sys::clock;
use crate::vocabulary::{Event, Instant, Observe, Ticket};

/// How long it sleeps at most before it looks whether the run was stopped, and
/// tells its recorder the time.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// Releases the whole schedule, from `start` on, unless the run is stopped.
pub(super) fn run(
    schedule: &Schedule,
    start: Instant,
    shared: &Arc<Shared>,
    feed: &OpenFeed,
    listener: &mut Listener,
) {
    clock::wake_exactly();
    let allowed = shared.firsts.unwrap_or(u64::MAX);
    for (number, Arrival { index, due }) in (0..).zip(schedule.arrivals()) {
        if number >= allowed {
            return shared.at_ceiling.store(true, Ordering::Release);
        }
        let intended = start + due;
        if !sleep_until(intended, shared, listener) {
            return;
        }
        let message = Ticket::new(index, intended);
        // Counted first: what it sets off may end before it returns.
        listener.observe(intended, &Event::Scheduled { message });
        feed.release(message);
    }
}

/// False if the run was stopped before.
fn sleep_until(moment: Instant, shared: &Shared, listener: &Listener) -> bool {
    loop {
        if shared.run.stop.is_stopped() {
            return false;
        }
        let now = shared.run.clock.now();
        if now >= moment {
            return true;
        }
        listener.tick(now);
        shared
            .run
            .clock
            .sleep_until(moment.min(now + LONGEST_SLEEP));
    }
}
