//! Executes a run: workers, pacer, dispatcher, slots, stop and drain.
//!
//! Each worker thread has its own runtime, slots and recorder; the pacer thread
//! releases messages at their intended times; the run controller starts and
//! ends the run. What they share is the [`run_state`]. `schedule` decides what is sent when, the dialogue what is
//! written to the server, the recorder what is recorded.

mod attempt_handler;
mod cpu_window;
mod feed;
mod limiter;
mod load;
mod mailbox;
mod messages;
mod observer;
mod pacer;
mod preflight;
mod recorders;
mod retrier;
mod run_controller;
mod run_state;
mod scout;
mod slot;
#[cfg(test)]
mod tests;
mod threads;
mod worker;
mod worker_count;

pub(crate) use load::{Load, Model, opening_time};
pub(crate) use messages::Messages;
pub(crate) use preflight::{SessionFailure, preflight};
pub(crate) use recorders::Recorders;
pub(crate) use run_controller::{Finished, Progress, RunController};
pub(crate) use run_state::Stop;
pub(crate) use worker_count::{Demand, worker_count};

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::dispatch::{self, Bounds, Lifecycle, Limiter, Retry, RetryQueue, SessionLimiter};
use crate::net::Connector;
use crate::schedule::{Length, Schedule, Shard};
use crate::smtp;
use crate::sys::clock::Clock;
use crate::vocabulary::{Instant, SlotId, Ticket};
use attempt_handler::AttemptHandler;
use feed::{ClosedFeed, Feed, OpenFeed};
use run_state::RunState;
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

/// What all threads of a run share. Of this, a message changes the counts of the
/// state, and the feed.
struct Shared {
    run: EngineConfig,
    feed: Feed,
    state: RunState,
    session_limiter: Mutex<SessionLimiter>,
    scout: Scout,
    attempt_handler: AttemptHandler,
    /// How many messages the schedule may release; none: all.
    firsts: Option<u64>,
}

impl Shared {
    fn new(run: EngineConfig, timeline: &crate::measure::Timeline) -> Self {
        let (load, clock) = (&run.load, run.clock);
        let limiter = run.bounds.gap.map(Limiter::new);
        let (firsts, left) = run.allowed();
        let sessions = load.sessions.get();
        let state = RunState::new(run.stop.clone(), sessions);
        let waiting = Arc::new(Notify::new());
        let feed = match load.model {
            Model::Open { .. } => Feed::Open(OpenFeed::new(sessions, limiter, clock)),
            Model::Closed => {
                let messages =
                    dispatch::ClosedFeed::new(timeline.clone(), load.length, run.shard, firsts);
                let bell = state.bell().clone();
                let feed = ClosedFeed::new(messages, limiter, clock, waiting.clone(), bell);
                Feed::Closed(feed)
            }
        };
        let retry_queue = RetryQueue::new(run.retry, run.seed, left);
        let attempt_handler =
            AttemptHandler::new(retry_queue, run.stop.clone(), load.stop_on_quota, waiting);
        Self {
            feed,
            state,
            session_limiter: Mutex::new(SessionLimiter::new(load.session_rate, sessions)),
            scout: Scout::new(clock, dispatch::ahead(sessions)),
            attempt_handler,
            firsts,
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
            Feed::Open(_) => self.state.is_at_ceiling(),
            Feed::Closed(feed) => feed.messages().is_at_ceiling(),
        }
    }

    /// The clock runs: slots of the closed model may begin.
    fn begin(&self) {
        self.state.advance_to(Lifecycle::Running);
        if let Feed::Closed(feed) = &self.feed {
            feed.wake();
        }
    }

    /// No more messages will come: slots that wait for one end.
    fn close(&self) {
        match &self.feed {
            Feed::Open(feed) => feed.close(),
            Feed::Closed(feed) => feed.stop(),
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
