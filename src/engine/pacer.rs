//! Releases messages at their intended times.
//!
//! A dedicated thread that sleeps until absolute times, because tokio's timers
//! have a resolution of 1 ms. If it is late for whatever reason, each message
//! keeps its own intended time.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::Shared;
use super::feed::OpenFeed;
use super::observer::EngineObserver;
use crate::schedule::{Arrival, Schedule};
use crate::sys::clock;
use crate::vocabulary::{Event, Instant, Observer, Ticket};

/// The longest sleep before it checks whether the run was stopped, and passes
/// the time on to its recorder.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// Releases the whole schedule from `start` on, unless the run is stopped.
pub(super) fn run(
    schedule: &Schedule,
    start: Instant,
    shared: &Arc<Shared>,
    feed: &OpenFeed,
    observer: &mut EngineObserver,
) {
    clock::wake_exactly();
    let allowed = shared.firsts.unwrap_or(u64::MAX);
    let as_message = move |Arrival { index, due }: Arrival| Ticket::new(index, start + due);
    let (mut arrivals, mut number) = (schedule.arrivals(), 0);
    while let Some(message) = arrivals.next().map(as_message) {
        if number >= allowed {
            return shared.at_ceiling.store(true, Ordering::Release);
        }
        number += 1;
        let intended = message.intended;
        if !sleep_until(intended, shared, observer) {
            return;
        }
        // Counted first: the message may end before `release` returns.
        count(message, shared, observer);
        feed.release_next(message, || Box::new(arrivals.clone().map(as_message)));
    }
}

/// Counts a message as scheduled.
fn count(message: Ticket, shared: &Shared, observer: &mut EngineObserver) {
    let unreleased = Unreleased {
        observer,
        message,
        shared,
    };
    let event = Event::Scheduled { message };
    unreleased.observer.on_event(message.intended, &event);
}

/// A message that is counted and not yet released. If a defect ends the thread
/// at this point, dropping this ends the message.
struct Unreleased<'a> {
    observer: &'a mut EngineObserver,
    message: Ticket,
    shared: &'a Shared,
}

impl Drop for Unreleased<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let now = self.shared.run.clock.now();
            self.observer.left_over(self.message, now);
        }
    }
}

/// False if the run was stopped first.
fn sleep_until(moment: Instant, shared: &Shared, observer: &EngineObserver) -> bool {
    loop {
        if shared.run.stop.is_stopped() {
            return false;
        }
        let now = shared.run.clock.now();
        if now >= moment {
            return true;
        }
        observer.tick(now);
        shared
            .run
            .clock
            .sleep_until(moment.min(now + LONGEST_SLEEP));
    }
}
