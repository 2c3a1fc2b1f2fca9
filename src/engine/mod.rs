//! Executes a run: workers, pacer, dispatcher, slots, stop and drain.
//!
//! Each worker thread has its own runtime, slots and recorder; the pacer thread
//! releases messages at their intended times; the run controller starts and
//! ends the run. `schedule` decides what is sent when, the dialogue what is
//! written to the server, the recorder what is recorded.

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
mod slot;
mod stop;
#[cfg(test)]
mod tests;
mod threads;
mod worker;
mod worker_count;

pub(crate) use load::{Load, Model, opening_time};
pub(crate) use messages::Messages;
pub(crate) use preflight::{SessionFailure, preflight};
pub(crate) use run_controller::{Finished, Progress, Recorders, RunController};
pub(crate) use stop::Stop;
pub(crate) use worker_count::{Demand, worker_count};

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::dispatch::{self, Bounds, Limiter, Retry, RetryQueue, SessionLimiter};
use crate::net::Connector;
use crate::schedule::{Length, Schedule, Shard};
use crate::smtp;
use crate::sys::clock::Clock;
use crate::vocabulary::{Instant, SlotId, Ticket};
use attempt_handler::AttemptHandler;
use feed::{ClosedFeed, Feed, OpenFeed};
use observer::RunCounts;
use opening::OpeningProgress;
use scout::Scout;

/// The configuration of a run.
pub(crate) struct EngineConfig {
    /// How many messages, how fast, over how many sessions.
    pub load: Load,
    /// When each message is intended; none in the closed model.
    pub schedule: Option<Schedule>,
    /// How messages that were throttled or deferred are retried.
    pub retry: Option<Retry>,
    /// How fast attempts may start, and how many of them.
    pub bounds: Bounds,
    /// Seed of the random number generator for random waits.
    pub seed: u64,
    /// The shard of the plan that this run executes.
    pub shard: Shard,
    /// Settings that all sessions share.
    pub config: Arc<smtp::Config>,
    /// Makes the connections.
    pub connector: Arc<Connector>,
    /// What is sent.
    pub messages: Messages,
    /// The run's clock.
    pub clock: Clock,
    /// When the clock has to start; none: as soon as sessions are open.
    pub start_at: Option<Instant>,
    /// Requests to end the run early are made here.
    pub stop: Arc<Stop>,
}

/// What all threads of a run share. None of it is written on the path of a
/// phase.
struct Shared {
    run: EngineConfig,
    feed: Feed,
    session_limiter: Mutex<SessionLimiter>,
    scout: Scout,
    opening: OpeningProgress,
    counts: Arc<RunCounts>,
    attempt_handler: Arc<AttemptHandler>,
    /// How many messages the schedule may release; none: all.
    firsts: Option<u64>,
    /// Whether the schedule asked for more than that.
    at_ceiling: AtomicBool,
}

impl Shared {
    fn new(run: EngineConfig, timeline: &crate::measure::Timeline) -> Self {
        let (load, clock) = (&run.load, run.clock);
        let limiter = run.bounds.gap.map(Limiter::new);
        let (firsts, left) = run.allowed();
        let waiting = Arc::new(Notify::new());
        let feed = match load.model {
            Model::Open { .. } => Feed::Open(OpenFeed::new(load.sessions.get(), limiter, clock)),
            Model::Closed => {
                let messages =
                    dispatch::ClosedFeed::new(timeline.clone(), load.length, run.shard, firsts);
                Feed::Closed(ClosedFeed::new(messages, limiter, clock, waiting.clone()))
            }
        };
        let retry_queue = RetryQueue::new(run.retry, run.seed, left);
        let attempt_handler =
            AttemptHandler::new(retry_queue, run.stop.clone(), load.stop_on_quota, waiting);
        let sessions = load.sessions.get();
        Self {
            feed,
            session_limiter: Mutex::new(SessionLimiter::new(load.session_rate, sessions)),
            scout: Scout::new(clock, dispatch::ahead(sessions)),
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
    /// Whether messages wait that need another session.
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
            Feed::Closed(feed) => feed.messages().is_at_ceiling(),
        }
    }

    /// The slot's next message; none when no more will come.
    async fn next_message(&self, slot: SlotId) -> Option<Ticket> {
        match &self.feed {
            Feed::Open(feed) => feed.next(slot).await,
            Feed::Closed(feed) => feed.next(&self.attempt_handler).await,
        }
    }

    /// Takes the next turn to open a session, which may be later than now.
    fn session_turn(&self, clock_runs: bool) -> Instant {
        let limiter = self.session_limiter.lock();
        // No code panics while it holds this lock.
        let mut limiter = limiter.unwrap_or_else(PoisonError::into_inner);
        limiter.take_turn(self.run.clock.now(), clock_runs)
    }
}

impl EngineConfig {
    /// How many of the scheduled messages the ceiling allows, and how many
    /// attempts that leaves for everything else: scheduled messages go before
    /// retries.
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
