//! What one thread recorded in one second.

use super::counts::Counts;
use super::histograms::Histograms;
use super::outcomes::OutcomeTable;
use crate::vocabulary::Instant;

/// What one thread recorded in one second. It is sent to the collector as a whole,
/// and returned for reuse.
#[derive(Debug, Default)]
pub(super) struct Interval {
    /// Index of the second after the start, from 0; events before the start are in 0.
    pub(super) second: u32,
    /// Time of the latest event.
    pub(super) latest: Instant,
    /// Counters.
    pub(super) counts: Counts,
    /// Times that belong to the window.
    pub(super) histograms: Histograms,
    /// Response, service and slip of messages outside the window: for
    /// `intervals.csv`, not for the summary.
    pub(super) outside: Histograms,
    /// How messages, attempts and sessions ended.
    pub(super) outcomes: OutcomeTable,
}

impl Interval {
    /// Clears it for `second`.
    pub(super) fn reset(&mut self) {
        self.second = 0;
        self.latest = Instant::ORIGIN;
        self.counts = Counts::default();
        self.histograms.reset();
        self.outside.reset();
        self.outcomes.reset();
    }
}

/// An interval on its way to the collector.
pub(super) struct Delivery {
    /// Index of its recorder.
    pub(super) source: usize,
    /// The interval.
    pub(super) interval: Box<Interval>,
    /// The first second that the recorder may still add to; [`u32::MAX`] if none.
    pub(super) reached: u32,
}
