//! Decides which rules apply to the figures of a report, and sorts their
//! findings. The rules themselves are in [`super::rules`].

use super::Report;
use super::finding::{Finding, Severity};
use super::rules;

/// One rule: when it applies, and the texts of its finding.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// What was seen; `None` where the rule does not apply.
    pub(super) seen: fn(&Report) -> Option<String>,
    pub(super) ses: &'static str,
    pub(super) change: &'static str,
}

/// The findings of a report, the most severe first.
pub(super) fn examine(report: &Report) -> Vec<Finding> {
    let made = rules::all().filter_map(|rule| {
        Some(Finding {
            code: rule.code,
            severity: rule.severity,
            seen: (rule.seen)(report)?,
            ses: rule.ses,
            change: rule.change,
        })
    });
    let mut findings: Vec<Finding> = made.collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}
