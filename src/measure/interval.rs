//! What one thread saw in one second.

use super::counts::Counts;
use super::histograms::Histograms;
use super::outcomes::OutcomeTable;
use crate::vocabulary::Instant;

/// What one thread saw in one second; it goes whole to the collector and
/// comes back cleared, its memory kept.
#[derive(Debug, Default)]
pub(super) struct Interval {
    /// Which second after the start, from 0; what came before the start is in 0.
    pub(super) second: u32,
    /// The moment of the latest event.
    pub(super) latest: Instant,
    /// How many of everything.
    pub(super) counts: Counts,
    /// Times that count in the window.
    pub(super) histograms: Histograms,
    /// Response, service and slip of messages outside the window: interval
    /// rows show them, the summary does not.
    pub(super) outside: Histograms,
    /// How messages, attempts and sessions ended.
    pub(super) outcomes: OutcomeTable,
}

impl Interval {
    /// Makes it as new for `second`.
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
    /// Which recorder it comes from.
    pub(super) source: usize,
    /// What it saw.
    pub(super) interval: Box<Interval>,
    /// The first second the recorder may still add to; [`u32::MAX`] when it is done.
    pub(super) reached: u32,
}
