//! Which message goes when, over which session: decisions without I/O and
//! without a clock, so that the simulated world of the tests stands on the same
//! code as sockets do.
//!
//! [`Handover`] joins waiting messages and free slots, [`Gate`] holds attempts
//! back, [`Retries`] keeps messages between two attempts. `engine` has the
//! threads, takes the locks and reads the clock.

mod bounds;
mod connect;
mod delays;
mod dispatcher;
mod free_slots;
mod limiter;
mod retry;
mod retry_queue;
mod waiting;

pub use bounds::Bounds;
pub use connect::Connect;
pub use dispatcher::{Freed, Handover};
pub use limiter::Gate;
pub use retry::Retry;
pub use retry_queue::{Last, Retries};
pub(crate) use waiting::Rest;
