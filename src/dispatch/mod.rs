//! Decides which message goes when, over which session. It has no I/O and no
//! clock, so that the simulated world of the tests runs the same code as real
//! sockets.
//!
//! [`Dispatcher`] assigns waiting messages to free slots, [`Limiter`] limits the
//! rate of attempts, [`RetryQueue`] keeps messages between two attempts. `engine`
//! has the threads, takes the locks and reads the clock.

mod bounds;
mod connect;
mod delays;
mod dispatcher;
mod free_slots;
mod limiter;
mod retry;
mod retry_queue;
mod waiting;

pub(crate) use bounds::Bounds;
pub(crate) use connect::Connect;
pub use dispatcher::{Dispatch, Dispatcher};
pub(crate) use limiter::Limiter;
pub(crate) use retry::Retry;
pub(crate) use retry_queue::RetryQueue;
pub(crate) use waiting::Rest;
