//! The threads of a run: what each owns, and how it is started.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::feed::Feed;
use super::lifecycle::LifecycleReceiver;
use super::observer::EngineObserver;
use super::{Shared, pacer, worker};
use crate::measure::{Recorder, Trace};
use crate::schedule::Schedule;
use crate::sys::clock;
use crate::vocabulary::{Instant, SlotId, StopReason};

/// Whether the thread of that name serves messages. The CPU of all other
/// threads does not depend on the number of messages.
pub(super) fn serves_messages(thread: &str) -> bool {
    thread.starts_with("worker ") || ["pacer", "retrier", "limiter"].contains(&thread)
}

/// What a worker's thread owns.
pub(super) struct Worker {
    pub(super) number: usize,
    pub(super) of: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) recorder: Recorder,
    pub(super) trace: Option<Trace>,
    pub(super) lifecycle: LifecycleReceiver,
}

impl Worker {
    /// Starts the thread, which begins to open sessions.
    pub(super) fn start(self) -> io::Result<JoinHandle<io::Result<()>>> {
        start(format!("worker {}", self.number), move || self.run())
    }

    fn run(self) -> io::Result<()> {
        let _alarm = Alarm(self.shared.clone());
        let mut observer = EngineObserver::new(self.recorder, self.trace, &self.shared);
        let all = 0..self.shared.run.load.sessions.get();
        // Slots are dealt out in rotation, so that every worker has its share
        // of any number.
        let slots = all.map(SlotId).skip(self.number).step_by(self.of);
        let (shared, held_up) = (self.shared.clone(), slots.clone());
        observer.expect_ticks(worker::TICK, move |stall| {
            if let Feed::Open(feed) = &shared.feed {
                feed.stalled(held_up.clone(), stall);
            }
        });
        let run = worker::run(slots, &self.shared, &observer, &self.lifecycle);
        if run.is_err() {
            self.shared.run.stop.request(StopReason::WorkerLost);
        }
        run
    }
}

/// Stops the run when its thread panics: messages that it holds would never
/// end.
struct Alarm(Arc<Shared>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.run.stop.request(StopReason::WorkerLost);
        }
    }
}

/// What the pacer's thread owns.
pub(super) struct Pacer {
    pub(super) schedule: Schedule,
    pub(super) start: Instant,
    pub(super) shared: Arc<Shared>,
    pub(super) recorder: Recorder,
    pub(super) trace: Option<Trace>,
}

impl Pacer {
    /// Starts the thread, which releases the first message at the start of the
    /// clock.
    pub(super) fn start(self) -> io::Result<JoinHandle<()>> {
        start("pacer".to_owned(), move || self.run())
    }

    fn run(self) {
        let _alarm = Alarm(self.shared.clone());
        let mut observer = EngineObserver::new(self.recorder, self.trace, &self.shared);
        if let Feed::Open(feed) = &self.shared.feed {
            pacer::run(
                &self.schedule,
                self.start,
                &self.shared,
                feed,
                &mut observer,
            );
        }
    }
}

/// Releases retries whose back-off is over.
pub(super) struct Retrier(pub(super) Arc<Shared>);

impl Retrier {
    /// Starts the thread, unless it would have nothing to do: in the closed
    /// model the slots take retries themselves.
    pub(super) fn start(self) -> io::Result<Option<JoinHandle<()>>> {
        if self.0.run.retry.is_none() || matches!(self.0.feed, Feed::Closed(_)) {
            return Ok(None);
        }
        start("retrier".to_owned(), move || self.run()).map(Some)
    }

    fn run(self) {
        let Feed::Open(feed) = &self.0.feed else {
            return;
        };
        let _alarm = Alarm(self.0.clone());
        while let Some(ticket) = self.0.attempt_handler.wait_for_due(self.0.run.clock) {
            feed.release(ticket);
        }
    }
}

/// The limiter thread: hands out messages that wait for the limiter.
pub(super) struct LimiterThread(pub(super) Arc<Shared>);

impl LimiterThread {
    /// Starts the thread, if there is a limiter: in the closed model the slots
    /// wait for it themselves.
    pub(super) fn start(self) -> io::Result<Option<JoinHandle<()>>> {
        let gated = matches!(&self.0.feed, Feed::Open(feed) if feed.is_limited());
        if !gated {
            return Ok(None);
        }
        start("limiter".to_owned(), move || self.run()).map(Some)
    }

    fn run(self) {
        let _alarm = Alarm(self.0.clone());
        if let Feed::Open(feed) = &self.0.feed {
            clock::wake_exactly();
            feed.release_at_limit();
        }
    }
}

/// Starts a thread. The error names the thread, and what may help.
fn start<T: Send + 'static>(
    name: String,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let thread = thread::Builder::new().name(name.clone());
    thread.spawn(run).map_err(|error| {
        let reason = format!(
            "the thread `{name}` could not start: {error}; lower load.workers, or raise the limits \
             on threads and memory (ulimit -u, ulimit -v)"
        );
        io::Error::new(error.kind(), reason)
    })
}
