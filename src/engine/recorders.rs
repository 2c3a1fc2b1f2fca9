//! The recorders of a run, by the thread that each belongs to.

use crate::measure::{Collector, Recorder, Timeline, Timing, Trace, channel_with_periods};
use crate::vocabulary::Period;

/// The consumers of a run's events.
pub(crate) struct Recorders {
    /// One for each worker.
    pub workers: Vec<Recorder>,
    /// That of the pacer's thread.
    pub pacer: Recorder,
    /// That of the run controller, and of what is before the run.
    pub controller: Recorder,
    /// The moments that the recorders use: start, window, end.
    pub timeline: Timeline,
    /// `--trace`.
    pub trace: Option<Trace>,
}

impl Recorders {
    /// Recorders for a run with that many workers, and their collector;
    /// `periods` are measured besides the whole.
    pub(crate) fn new(workers: usize, timing: Timing, periods: &[Period]) -> (Collector, Self) {
        let (collector, mut recorders, timeline) =
            channel_with_periods(workers + 2, timing, periods);
        let mut last = || {
            recorders
                .pop()
                .expect("there is a recorder for each source")
        };
        let (controller, pacer) = (last(), last());
        let recorders = Self {
            workers: recorders,
            pacer,
            controller,
            timeline,
            trace: None,
        };
        (collector, recorders)
    }
}
