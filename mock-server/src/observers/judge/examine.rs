//! From figures to findings.

use super::Report;
use super::finding::{Finding, Severity};
use super::rules;

/// A finding that may be made.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// What was seen, where it is worth saying.
    pub(super) seen: fn(&Report) -> Option<String>,
    pub(super) ses: &'static str,
    pub(super) change: &'static str,
}

/// What is worth saying, the gravest first.
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
