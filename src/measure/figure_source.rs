//! The figures of a run, as thresholds, findings and tables ask for them.

use crate::vocabulary::{FigureValue, Metric, Outcome};

/// The measured window of a run, as far as thresholds and tables quote it.
pub trait FigureSource {
    /// The value below which a share `q` (0 to 1) of them lie; 1 is the maximum.
    fn quantile(&self, metric: Metric, q: f64) -> FigureValue;
    /// The mean in microseconds of the values there are; none if nothing was measured.
    fn mean(&self, metric: Metric) -> Option<f64>;
    /// How many values the metric has.
    fn count(&self, metric: Metric) -> u64;
    /// How many values it lacks, each of which counts as longer than any.
    fn censored(&self, metric: Metric) -> u64;
    /// Messages scheduled in the window.
    fn scheduled(&self) -> u64;
    /// Messages of the window that ended so.
    fn outcome(&self, outcome: Outcome) -> u64;
    /// Messages accepted between the opening of the window and the end of the
    /// schedule, whenever they were intended.
    fn accepted_in_window(&self) -> u64;
    /// First attempts of the window's messages started before the schedule ended.
    fn started_in_time(&self) -> u64;
    /// Length of the window in seconds, as it was.
    fn seconds(&self) -> f64;
}
