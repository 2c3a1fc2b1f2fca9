//! Pages of several runs: those of `report A B`, and the parts that the pages of
//! `compare`, `ab` and `search` share.
//!
//! The order is that of a reader's questions: what is decided, which runs it rests on,
//! in what they differ, and how much; then the same charts as of one run, overlaid. A
//! file decides each section; which runs belong together is decided by the callers.

mod curves;
mod differences;
mod forest;
mod link;
mod medians;
mod order;
mod over_time;
mod run_set;
mod runs;
mod set_up;
mod table;
#[cfg(test)]
mod tests;

use super::page::section::Section;
use crate::analysis::comparison::Conclusion;
use crate::analysis::verdict::Figure;
pub(crate) use differences::{Difference, differences};
pub(crate) use forest::{Change, forest, in_words};
pub(crate) use run_set::{Arm, Member, ReadRun, RunSet, Source, names};
pub(crate) use runs::Runs;
pub(crate) use table::{quantiles, table};

/// The charts of all runs: the figure in the order of the runs, and those of one run,
/// overlaid.
pub(crate) fn overlaid(set: &RunSet, figure: Figure) -> Vec<Section> {
    let mut sections = vec![order::order(set, figure)];
    sections.extend(charts(set));
    sections
}

/// The charts of one run, overlaid.
pub(crate) fn charts(set: &RunSet) -> Vec<Section> {
    vec![
        curves::percentiles(set),
        over_time::p99(set),
        set_up::set_up(set),
    ]
}

/// How the page marks a conclusion.
pub(crate) const fn class(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Regressed => "fail",
        Conclusion::Improved | Conclusion::Unchanged => "pass",
        Conclusion::Unclear | Conclusion::Described => "doubt",
    }
}
