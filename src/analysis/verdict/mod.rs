//! Whether a run passed.
//!
//! A [`Threshold`] is one condition on a run, read from text and shown as
//! text; [`evaluate`] holds a run's [`FigureSource`](crate::measure::FigureSource) against all of them. What could
//! spoil an answer is `health`'s business: it arrives here as [`Severity`].
//! This module reads no files and knows nothing of how a figure was measured.

mod evaluate;
mod figure;
mod parse;
#[cfg(test)]
pub(crate) mod synthetic;
mod threshold;

pub use evaluate::{Check, Decision, Severity, Verdict, evaluate};
pub use figure::{Figure, Statistic, samples_needed};
pub use parse::InvalidThreshold;
pub use threshold::{Comparator, Threshold};
