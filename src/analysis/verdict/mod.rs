//! Decides whether a run passed.
//!
//! A [`Threshold`] is one condition on a run, parsed from text and printed as
//! text. [`evaluate`] checks a run's [`FigureSource`](crate::measure::FigureSource) against
//! all of them. What puts a result in doubt is decided in `health` and passed in
//! as [`Severity`]. [`AbortOnFail`] decides while a run goes on whether a threshold is
//! sure to be missed. This module reads no files and does not depend on how a figure
//! was measured.

mod abort;
mod evaluate;
mod figure;
mod parse;
mod sequential;
mod subject;
#[cfg(test)]
pub(crate) mod synthetic;
mod threshold;

pub(crate) use abort::{AbortOnFail, Missed};
#[cfg(test)]
pub(crate) use evaluate::Decision;
pub(crate) use evaluate::{Check, Severity, Verdict, evaluate};
pub use figure::Figure;
pub(crate) use figure::{Statistic, samples_needed};
pub(crate) use parse::InvalidThreshold;
pub(crate) use subject::Subject;
pub(crate) use threshold::{Comparator, Threshold};
