//! Makes a run happen: workers, pacer, hand-over, slots, stop and drain.
//!
//! Worker threads each have a runtime of their own, their own slots and their
//! own recorder; a pacer thread releases messages at their intended times; the
//! conductor sees the run through its acts. What is sent when is the
//! schedule's, what is said the dialogue's, what is recorded the recorder's.

mod attempt_handler;
mod feed;
mod lifecycle;
mod load;
mod mailbox;
mod messages;
mod observer;
mod opening;
mod pacer;
mod preflight;
mod run_controller;
mod scout;
mod session_limiter;
mod slot;
mod stop;
#[cfg(test)]
mod tests;
mod threads;
mod worker;
mod worker_count;

pub use load::{Load, Model};
pub use messages::Messages;
pub use preflight::{SessionFailure, preflight};
pub use run_controller::{Finished, Progress, Recorders, RunController};
pub use session_limiter::opening_time;
pub use stop::Stop;
pub use worker_count::{Demand, worker_count};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::dispatch::{Bounds, Limiter, Retry, RetryQueue};
use crate::net::Connector;
use crate::schedule::{Length, Schedule, Shard};
use crate::smtp;
use crate::sys::clock::Clock;
use crate::vocabulary::Instant;
use attempt_handler::AttemptHandler;
use feed::{ClosedFeed, Feed, OpenFeed};
use observer::RunCounts;
use opening::OpeningProgress;
use scout::Scout;
use session_limiter::SessionLimiter;

/// What a run is made of.
pub struct EngineConfig {
    /// How much, how fast, over how many sessions.
    pub load: Load,
    /// When each message is intended; none in the closed model.
    pub schedule: Option<Schedule>,
    /// What becomes of a message that was throttled or deferred.
    pub retry: Option<Retry>,
    /// How fast attempts may start, and how many of them.
    pub bounds: Bounds,
    /// Of random waits.
    pub seed: u64,
    /// The part of the plan that this is.
    pub shard: Shard,
    /// What all sessions have in common.
    pub config: Arc<smtp::Config>,
    /// Makes the connections.
    pub connector: Arc<Connector>,
    /// What is sent.
    pub messages: Messages,
    /// The run's clock.
    pub clock: Clock,
    /// When the clock is to start; none: as soon as sessions are open.
    pub start_at: Option<Instant>,
    /// Asked by whoever wants the run to end early.
    pub stop: Arc<Stop>,
}

/// What all threads of a run share. On the path of a phase none of it is
/// written to.
struct Shared {
    run: EngineConfig,
    feed: Feed,
    session_limiter: SessionLimiter,
    scout: Scout,
    opening: OpeningProgress,
    counts: Arc<RunCounts>,
    attempt_handler: Arc<AttemptHandler>,
    /// As many messages as the schedule may release; none: all.
    firsts: Option<u64>,
    /// Whether the schedule wanted more than that.
    at_ceiling: AtomicBool,
}

impl Shared {
    fn new(run: EngineConfig, timeline: &crate::measure::Timeline) -> Self {
        let (load, clock) = (&run.load, run.clock);
        let limiter = run.bounds.gap.map(Limiter::new);
        let (firsts, left) = run.allowed();
        let feed = match load.model {
            Model::Open { .. } => Feed::Open(OpenFeed::new(load.sessions.get(), limiter, clock)),
            Model::Closed => {
                let feed = ClosedFeed::new(timeline.clone(), &run, limiter, firsts);
                Feed::Closed(feed)
            }
        };
        let retry_queue = RetryQueue::new(run.retry, run.seed, left);
        let attempt_handler =
            AttemptHandler::new(retry_queue, run.stop.clone(), load.stop_on_quota);
        Self {
            feed,
            session_limiter: SessionLimiter::new(clock, load.session_rate, load.sessions.get()),
            scout: Scout::new(clock, session_limiter::ahead(load.sessions.get())),
            opening: OpeningProgress::new(load.sessions.get()),
            counts: Arc::default(),
            attempt_handler: Arc::new(attempt_handler),
            firsts,
            at_ceiling: AtomicBool::new(false),
            run,
        }
    }
}

impl Shared {
    /// Whether messages wait that only another session could carry.
    fn wants_sessions(&self) -> bool {
        match &self.feed {
            Feed::Open(feed) => feed.wants_slots(),
            Feed::Closed(feed) => feed.wants_slots(&self.attempt_handler),
        }
    }

    /// Whether a ceiling left no room for a message that was still wanted.
    fn is_at_ceiling(&self) -> bool {
        match &self.feed {
            Feed::Open(_) => self.at_ceiling.load(Ordering::Acquire),
            Feed::Closed(feed) => feed.is_at_ceiling(),
        }
    }
}

impl EngineConfig {
    /// How many of the messages that were asked for are allowed, and how many
    /// attempts that leaves for all else: what was asked for goes before retries.
    fn allowed(&self) -> (Option<u64>, Option<u64>) {
        let Some(attempts) = self.bounds.attempts else {
            return (None, None);
        };
        let asked = match (&self.schedule, self.load.length) {
            (Some(schedule), _) => schedule.most(),
            (None, Length::Messages(messages)) => messages,
            (None, Length::Duration(_)) => 0,
        };
        let firsts = asked.min(attempts);
        (Some(firsts), Some(attempts - firsts))
    }
}
