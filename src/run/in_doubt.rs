//! What of a finished run is in doubt, by the findings in its record.

use super::Finished;
use crate::analysis::health::{InDoubt, StoredFinding, ended_by_threshold, figures_in_doubt};
use crate::analysis::verdict::{Severity, Threshold};

impl Finished {
    /// What a comparison cannot take from the run.
    pub(crate) fn in_doubt(&self) -> InDoubt<'_> {
        let verdict = self.record.verdict.iter();
        let checks = verdict.flat_map(|verdict| &verdict.thresholds);
        let doubted = checks.filter(|check| check.in_doubt);
        let thresholds = doubted.filter_map(|check| check.threshold.parse::<Threshold>().ok());
        figures_in_doubt(&self.stored_findings(), thresholds)
    }

    /// Whether a threshold ended the run, as its scenario asks.
    pub(crate) fn is_ended_by_threshold(&self) -> bool {
        ended_by_threshold(&self.stored_findings())
    }

    /// The findings as `analysis::health` takes them.
    pub(crate) fn stored_findings(&self) -> Vec<StoredFinding<'_>> {
        let inconclusive = Severity::Inconclusive { threshold: None }.name();
        let findings = self.record.health.iter().map(|finding| StoredFinding {
            code: &finding.code,
            is_inconclusive: finding.severity == inconclusive,
        });
        findings.collect()
    }
}
