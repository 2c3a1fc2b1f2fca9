//! What all threads together saw in one second.

use super::counts::{Counts, Gauges};
use super::histograms::{Histogram, Histograms};
use super::interval::Interval;
use super::outcomes::OutcomeTable;
use super::timeline::Window;
use crate::vocabulary::{Instant, Metric, Span};

/// The spans that interval rows show of every message, in the window or not.
const SHOWN: [Span; 3] = [Span::Response, Span::Service, Span::Slip];

/// A complete second of the run.
#[derive(Debug)]
pub struct Second {
    /// Which second after the start, from 0; what came before the start is in 0.
    pub t_s: u32,
    /// The part of the run it begins in.
    pub window: Window,
    /// How many of everything happened in it; messages are scheduled in the
    /// second they were intended for.
    pub counts: Counts,
    /// What was under way at its end.
    pub gauges: Gauges,
    /// Times that count in the window, of what ended in this second.
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
    /// warm-up and drain included; none if there were none.
    pub fn shown(&self, span: Span) -> Option<&Histogram> {
        self.shown.of(span)
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

    /// Makes it as new, and keeps the memory.
    pub(super) fn reset(&mut self) {
        self.counts = Counts::default();
        self.histograms.reset();
        self.shown.reset();
        self.outcomes.reset();
        self.latest = Instant::ORIGIN;
    }
}
