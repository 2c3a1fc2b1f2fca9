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
mod free_slots;
mod gate;
mod handover;
mod retries;
mod retry;
mod waiting;

pub use bounds::Bounds;
pub use connect::Connect;
pub use gate::Gate;
pub use handover::{Freed, Handover};
pub use retries::{Last, Retries};
pub use retry::Retry;
pub(crate) use waiting::Rest;
