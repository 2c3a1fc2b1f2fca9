//! Searches for the highest load that holds: the highest rate at which a run passes
//! its thresholds, or the fewest sessions with which it does at a fixed rate.
//!
//! A search is a state machine without I/O and clock. [`Search::next`] returns the
//! step to carry out, a run at one load, and [`Search::observe`] takes its result, in
//! turn, until there is an [`Answer`]. The same results make the same steps, so a
//! search is resumed by observing its stored steps again. Running the steps, waiting
//! between them and storing them is left to others.
//!
//! Loads are classified as in RFC 9971 with an exceed ratio of 0.5: a load is a lower
//! bound when more of its steps held than failed, an upper bound when more failed,
//! and otherwise undecided. A failed step is repeated, a third step decides a
//! disagreement, and a lower bound is tested again before it is part of the answer.

mod answer;
mod axis;
mod backlog;
mod length;
mod limit;
mod loads;
mod quota;
mod state;
mod step;
mod tally;
#[cfg(test)]
mod tests;

pub(crate) use answer::{Answer, Bound, Ending};
pub(crate) use axis::{Axis, Vary};
pub(crate) use backlog::Backlog;
pub(crate) use length::StepLength;
pub(crate) use quota::{Throttled, Throttling};
pub(crate) use state::{Next, Question, Search};
pub(crate) use step::{Doubt, Step, StepOutcome, StepResult};

#[cfg(test)]
pub(crate) use answer::NotMonotone;
#[cfg(test)]
pub(crate) use limit::Limit;
#[cfg(test)]
pub(crate) use step::Purpose;
