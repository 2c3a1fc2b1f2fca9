//! Diagnoses, findings and verdict in `run.json`.

use serde::{Deserialize, Serialize};

use crate::analysis::{diagnosis, health, verdict};

/// A diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiagnosisRecord {
    /// Stable identifier, for programs.
    pub id: String,
    /// What it is, in a phrase.
    pub title: String,
    /// What happened and what to do, for people.
    pub text: String,
    /// Messages with this diagnosis.
    pub messages: u64,
    /// Sessions with this diagnosis.
    pub sessions: u64,
}

/// A finding about the run itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingRecord {
    /// Stable identifier, for programs.
    pub code: String,
    /// `warning` or `inconclusive`.
    #[cfg_attr(test, schemars(extend("enum" = ["warning", "inconclusive"])))]
    pub severity: String,
    /// What it means and what to do, for people.
    pub text: String,
}

/// Whether a run passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerdictRecord {
    /// `pass`, `fail` or `inconclusive`.
    #[cfg_attr(test, schemars(extend("enum" = ["pass", "fail", "inconclusive"])))]
    pub decision: String,
    /// All thresholds.
    pub thresholds: Vec<CheckRecord>,
}

/// A threshold, and the measured value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckRecord {
    /// The threshold.
    pub threshold: String,
    /// The measured value, with its unit.
    pub value: String,
    /// Whether it was met.
    pub met: bool,
    /// Whether a finding puts it in doubt.
    pub in_doubt: bool,
}

impl From<&verdict::Verdict> for VerdictRecord {
    fn from(verdict: &verdict::Verdict) -> Self {
        let checks = verdict.checks.iter().map(|check| CheckRecord {
            threshold: check.threshold.to_string(),
            value: check.measured.clone(),
            met: check.met,
            in_doubt: check.in_doubt,
        });
        Self {
            decision: verdict.decision.name().to_owned(),
            thresholds: checks.collect(),
        }
    }
}

impl From<&diagnosis::Diagnosed> for DiagnosisRecord {
    fn from(found: &diagnosis::Diagnosed) -> Self {
        Self {
            id: found.diagnosis.id.to_owned(),
            title: found.diagnosis.title.to_owned(),
            text: found.text(),
            messages: 0,
            sessions: 0,
        }
    }
}

impl From<&health::Finding> for FindingRecord {
    fn from(finding: &health::Finding) -> Self {
        let severity = match finding.severity() {
            verdict::Severity::Warning => "warning",
            verdict::Severity::Inconclusive { .. } => "inconclusive",
        };
        Self {
            code: finding.code().to_owned(),
            severity: severity.to_owned(),
            text: finding.to_string(),
        }
    }
}
