//! What all threads recorded in one second.

use super::counts::{Counts, Gauges};
use super::histograms::{Histogram, Histograms};
use super::interval::Interval;
use super::outcomes::OutcomeTable;
use super::timeline::Window;
use crate::vocabulary::{Instant, Metric, Span};

/// The spans in `intervals.csv`, which are of all messages, in the window or not.
const SHOWN: [Span; 3] = [Span::Response, Span::Service, Span::Slip];

/// A complete second of the run.
#[derive(Debug)]
pub struct Second {
    /// Index of the second after the start, from 0; events before the start are in 0.
    pub t_s: u32,
    /// The part of the run in which it begins.
    pub window: Window,
    /// Counters; a message counts as scheduled in the second that it was intended
    /// for.
    pub counts: Counts,
    /// Current numbers at its end.
    pub gauges: Gauges,
    /// Times that belong to the window and ended in this second.
    pub histograms: Histograms,
    /// Response, service and slip of all messages, in the window or not.
    shown: Histograms,
    pub(super) outcomes: OutcomeTable,
    pub(super) latest: Instant,
}

impl Default for Second {
    fn default() -> Self {
        Self {
            t_s: 0,
            window: Window::Warmup,
            counts: Counts::default(),
            gauges: Gauges::default(),
            histograms: Histograms::default(),
            shown: Histograms::default(),
            outcomes: OutcomeTable::default(),
            latest: Instant::ORIGIN,
        }
    }
}

impl Second {
    /// Response, service or slip of all messages that ended in this second,
    /// including warm-up and drain; none without values.
    pub fn shown(&self, span: Span) -> Option<&Histogram> {
        self.shown.of(span)
    }

    /// How messages, attempts and sessions ended in this second.
    pub fn outcomes(&self) -> &OutcomeTable {
        &self.outcomes
    }

    pub(super) fn add(&mut self, interval: &Interval) {
        self.counts += &interval.counts;
        self.histograms.add(&interval.histograms);
        self.shown.add(&interval.outside);
        for span in SHOWN {
            if let Some(histogram) = interval.histograms.of(span) {
                self.shown.add_one(Metric::Span(span), histogram);
            }
        }
        self.outcomes.add(&interval.outcomes);
        self.latest = self.latest.max(interval.latest);
    }

    /// Clears it, and keeps the memory.
    pub(super) fn reset(&mut self) {
        self.counts = Counts::default();
        self.histograms.reset();
        self.shown.reset();
        self.outcomes.reset();
        self.latest = Instant::ORIGIN;
    }
}
