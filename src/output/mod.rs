//! What is shown of results: their formats, and the progress of a run under way.
//!
//! A kind of result has a folder here, with an exporter a file and a row for each in
//! its list of formats ([`Report`]). An exporter reads only what is stored, so that a
//! report made a year later is the same as the first one. Where the text goes, to a
//! file or to standard output, is decided by the callers.

mod ab;
mod answers;
mod comparison;
mod export;
mod format;
mod junit;
mod markdown;
pub(crate) mod metrics;
pub(crate) mod paint;
mod plan;
pub(crate) mod progress;
mod run;
pub(crate) mod screen;
pub(crate) mod search;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub(crate) use ab::{AbArm, AbEnd, AbPairs, AbReport, AbSeries, Dropped, value as ab_value};
pub(crate) use comparison::{CompareReport, Excluded};
pub(crate) use export::Export;
pub(crate) use format::{Exporter, Format, Report};
pub(crate) use run::Html;
