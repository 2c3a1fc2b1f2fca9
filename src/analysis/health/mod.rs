//! Decides whether the generator or the machine, rather than the target, was the
//! bottleneck.
//!
//! Takes observations and returns findings. A [`Finding`] states what was
//! observed, what it means and what to do. It makes a verdict inconclusive only if
//! the true figure may lie on the other side of a threshold: a lateness of 1 ms
//! matters to a limit of 2 ms, not to one of 200 ms. Measuring is left to others;
//! this module has no clock and no files.

mod busy;
mod doubt;
mod examine;
mod finding;
mod in_doubt;
mod notice;
mod order_statistics;
mod stall;

pub(crate) use busy::Busy;
pub(crate) use examine::{Observations, examine};
pub(crate) use finding::{Finding, severities};
pub(crate) use in_doubt::{InDoubt, StoredFinding, ended_by_threshold, figures_in_doubt};
pub(crate) use notice::Notice;
pub(crate) use stall::Stalls;
