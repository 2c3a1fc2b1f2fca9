//! Was it the generator, or the machine, rather than the target?
//!
//! Observations in, findings out. A [`Finding`] says what was noticed, what it
//! means and what to do about it. It makes a verdict inconclusive only where
//! the truth might lie on the other side of a limit that was asked for: one
//! millisecond of lateness spoils an answer about two, not one about two
//! hundred. Measuring is left to others; this module has no clock and no files.

mod busy;
mod doubt;
mod examine;
mod finding;
mod order_statistics;
mod stall;

pub use busy::Busy;
pub use examine::{Observations, examine};
pub use finding::{Finding, Notice, severities};
pub use stall::Stalls;
