//! Releases messages at their intended times.
//!
//! A dedicated thread that sleeps until absolute times, because tokio's timers
//! have a resolution of 1 ms. If it is late for whatever reason, each message
//! keeps its own intended time. Nothing can wake it: it looks for a stop at
//! least 20 times a second.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::Shared;
use super::feed::{Feed, OpenFeed};
use super::observer::EngineObserver;
use crate::measure::{Recorder, Trace};
use crate::schedule::{Arrival, Schedule};
use crate::sys::clock;
use crate::vocabulary::{Event, Instant, Observer, Ticket};

/// The longest sleep before it checks whether the run was stopped, and passes
/// the time on to its recorder.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// What the pacer's thread owns.
pub(super) struct Pacer {
    pub(super) schedule: Schedule,
    pub(super) start: Instant,
    pub(super) shared: Arc<Shared>,
    pub(super) recorder: Recorder,
    pub(super) trace: Option<Trace>,
}

impl Pacer {
    /// Releases the whole schedule, unless the run is stopped.
    pub(super) fn run(self) {
        let mut observer = EngineObserver::new(self.recorder, self.trace, &self.shared);
        if let Feed::Open(feed) = &self.shared.feed {
            let (schedule, start) = (&self.schedule, self.start);
            release_all(schedule, start, &self.shared, feed, &mut observer);
        }
    }
}

fn release_all(
    schedule: &Schedule,
    start: Instant,
    shared: &Shared,
    feed: &OpenFeed,
    observer: &mut EngineObserver,
) {
    clock::wake_exactly();
    let allowed = shared.firsts.unwrap_or(u64::MAX);
    let as_message = move |Arrival { index, due }: Arrival| Ticket::new(index, start + due);
    let (mut arrivals, mut number) = (schedule.arrivals(), 0);
    while let Some(message) = arrivals.next().map(as_message) {
        if number >= allowed {
            return shared.state.reach_ceiling();
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
        if shared.state.stop().is_stopped() {
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
