//! The figures of a run that thresholds, findings and tables use.

use crate::vocabulary::{FigureValue, Metric, Outcome, Period};

/// Figures of the measured window of a run.
pub trait FigureSource {
    /// The value below which a share `q` (0 to 1) of the values lies; 1 is the maximum.
    fn quantile(&self, metric: Metric, q: f64) -> FigureValue;
    /// The mean of the measured values in microseconds; none without values.
    fn mean(&self, metric: Metric) -> Option<f64>;
    /// Number of measured values of a metric.
    fn count(&self, metric: Metric) -> u64;
    /// Number of its censored values; each counts as longer than any measured value.
    fn censored(&self, metric: Metric) -> u64;
    /// Messages scheduled in the window.
    fn scheduled(&self) -> u64;
    /// Messages of the window with an outcome.
    fn outcome(&self, outcome: Outcome) -> u64;
    /// Messages accepted between the start of the window and the end of the
    /// schedule, whenever they were intended.
    fn accepted_in_window(&self) -> u64;
    /// First attempts of the window's messages started before the schedule ended.
    fn started_in_time(&self) -> u64;
    /// Actual length of the window, in seconds.
    fn seconds(&self) -> f64;
    /// Processor time of the generator over the window per message accepted in it, in
    /// microseconds; none if unknown.
    fn cpu_per_message(&self) -> Option<f64>;
    /// The same per session opened in the window.
    fn cpu_per_session(&self) -> Option<f64>;
    /// The figures of a part of the window; none if it was not recorded.
    fn within(&self, period: Period) -> Option<&dyn FigureSource>;
}
