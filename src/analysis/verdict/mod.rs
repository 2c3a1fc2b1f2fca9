//! Decides whether a run passed.
//!
//! A [`Threshold`] is one condition on a run, parsed from text and printed as
//! text. [`evaluate`] checks a run's [`FigureSource`](crate::measure::FigureSource) against
//! all of them. What puts a result in doubt is decided in `health` and passed in
//! as [`Severity`]. This module reads no files and does not depend on how a figure
//! was measured.

mod evaluate;
mod figure;
mod parse;
#[cfg(test)]
pub(crate) mod synthetic;
mod threshold;

#[cfg(test)]
pub(crate) use evaluate::Decision;
pub(crate) use evaluate::{Severity, Verdict, evaluate};
pub use figure::Figure;
pub(crate) use figure::{Statistic, samples_needed};
pub(crate) use threshold::{Comparator, Threshold};
