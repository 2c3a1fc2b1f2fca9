//! Decides which message goes when, over which session. It has no I/O and no
//! clock, so that the simulated world of the tests runs the same code as real
//! sockets.
//!
//! [`Slot`] holds sessions and sends messages, [`Dispatcher`] assigns waiting
//! messages to free slots, [`ClosedFeed`] creates those of the closed model,
//! [`Limiter`] limits rates, [`Scout`] shortens outages, [`RetryQueue`] keeps
//! messages between two attempts, and [`Remainder`] decides how a run ends.
//! `engine` has the threads, takes the locks and reads the clock.

mod bounds;
mod closed_feed;
mod connect;
mod delays;
mod dispatcher;
mod drain;
mod free_slots;
mod lifecycle;
mod limiter;
mod retry;
mod retry_queue;
mod scout;
mod session_limiter;
mod slot;
pub(crate) mod stop_rules;
mod waiting;

pub(crate) use bounds::Bounds;
pub(crate) use closed_feed::{ClosedFeed, Prospect};
pub(crate) use connect::Connect;
pub use dispatcher::{Dispatch, Dispatcher};
pub(crate) use drain::{Drain, QUIT_GRACE, Remainder};
pub(crate) use lifecycle::Lifecycle;
pub(crate) use limiter::Limiter;
pub(crate) use retry::Retry;
pub(crate) use retry_queue::RetryQueue;
pub(crate) use scout::Scout;
pub(crate) use session_limiter::{SessionLimiter, ahead};
pub(crate) use slot::{Post, SessionTried, Slot, SlotRules, SlotStep, Taken};
pub(crate) use waiting::Rest;
