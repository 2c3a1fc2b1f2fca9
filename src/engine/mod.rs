//! Makes a run happen: workers, pacer, hand-over, slots, stop and drain.
//!
//! Worker threads each have a runtime of their own, their own slots and their
//! own recorder; a pacer thread releases messages at their intended times; the
//! conductor sees the run through its acts. What is sent when is the
//! schedule's, what is said the dialogue's, what is recorded the recorder's.

mod conductor;
mod crew;
mod curtain;
mod feed;
mod governor;
// Public for its benchmark.
pub mod handover;
mod listener;
mod mailbox;
mod messages;
mod opening;
mod pacer;
mod preflight;
mod slot;
mod stop;
#[cfg(test)]
mod tests;
mod worker;

pub use conductor::{Audit, Conductor, Finished, Progress};
pub use crew::worker_count;
pub use messages::Messages;
pub use preflight::{Refused, preflight};
pub use stop::{Stop, StopReason};

use std::sync::Arc;

use crate::net::Connector;
use crate::scenario::{Load, Model};
use crate::schedule::Schedule;
use crate::smtp;
use crate::sys::clock::Clock;
use feed::{ClosedFeed, Feed, OpenFeed};
use governor::Governor;
use listener::Census;
use opening::Opening;

/// What a run is made of.
pub struct Ingredients {
    /// How much, how fast, over how many sessions.
    pub load: Load,
    /// When each message is intended; none in the closed model.
    pub schedule: Option<Schedule>,
    /// What all sessions have in common.
    pub config: Arc<smtp::Config>,
    /// Makes the connections.
    pub connector: Arc<Connector>,
    /// What is sent.
    pub messages: Messages,
    /// The run's clock.
    pub clock: Clock,
    /// Asked by whoever wants the run to end early.
    pub stop: Arc<Stop>,
}

/// What all threads of a run share. On the path of a phase none of it is
/// written to.
struct Shared {
    run: Ingredients,
    feed: Feed,
    governor: Governor,
    opening: Opening,
    census: Arc<Census>,
}

impl Shared {
    fn new(run: Ingredients, timeline: &crate::measure::Timeline) -> Self {
        let (load, clock) = (&run.load, run.clock);
        let feed = match load.model {
            Model::Open { .. } => Feed::Open(OpenFeed::new(load.sessions.get())),
            Model::Closed => {
                let (length, warm_up) = (load.length, load.warm_up);
                Feed::Closed(ClosedFeed::new(timeline.clone(), length, warm_up))
            }
        };
        Self {
            feed,
            governor: Governor::new(clock, load.session_rate, load.sessions.get()),
            opening: Opening::new(load.sessions.get()),
            census: Arc::default(),
            run,
        }
    }
}
