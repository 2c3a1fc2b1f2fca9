//! The figures that a scrape reads, added up second by second.

use super::buckets::Buckets;
use super::replies::Replies;
use super::{Findings, Load};
use crate::measure::{Counts, Gauges, Second};
use crate::vocabulary::{Phase, Span};

/// Spans with a histogram.
pub(super) const SPANS: [Span; 4] = [
    Span::Response,
    Span::Service,
    Span::Slip,
    Span::SessionSetup,
];

/// Everything that is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    pub(super) counts: Counts,
    pub(super) gauges: Gauges,
    pub(super) load: Load,
    /// None while the run is under way.
    pub(super) findings: Option<Findings>,
    pub(super) replies: Replies,
    /// Times of [`SPANS`] in the measured window.
    pub(super) spans: [Buckets; SPANS.len()],
    /// Times of each phase in the measured window.
    pub(super) phases: [Buckets; Phase::COUNT],
}

impl Snapshot {
    pub(super) fn add(&mut self, second: &Second, load: Load) {
        self.counts += &second.counts;
        self.gauges = second.gauges;
        self.load = load;
        let outcomes = second.outcomes();
        outcomes.rows().for_each(|row| self.replies.add(row));
        for (buckets, span) in self.spans.iter_mut().zip(SPANS) {
            buckets.add(second.histograms.of(span));
        }
        for (buckets, phase) in self.phases.iter_mut().zip(Phase::ALL) {
            buckets.add(second.histograms.of(*phase));
        }
    }

    /// The run is over: nothing more is asked for.
    pub(super) fn found(&mut self, findings: Findings) {
        self.findings = Some(findings);
        self.load = Load {
            target_rate: self.load.target_rate.map(|_| 0.0),
            ..Load::default()
        };
    }
}
