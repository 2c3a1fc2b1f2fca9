//! Diagnoses, findings and verdict in `run.json`.

use serde::{Deserialize, Serialize};

use crate::analysis::{diagnosis, health, verdict};
use crate::vocabulary::{FigureValue, Period};

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingRecord {
    /// Stable identifier, for programs.
    pub code: String,
    /// `warning` or `inconclusive`.
    #[cfg_attr(test, schemars(extend("enum" = ["warning", "inconclusive"])))]
    pub severity: String,
    /// What it means and what to do, for people.
    pub text: String,
    /// The thresholds that it puts in doubt; none in runs of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("default" = [])))]
    pub in_doubt: Vec<String>,
    /// Of the figures that `sesbench ab` compares, those that measure the generator as
    /// much as the target because of it; none in other runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("default" = [])))]
    pub distorted: Vec<String>,
}

/// Whether a run passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerdictRecord {
    /// `pass`, `fail` or `inconclusive`.
    #[cfg_attr(test, schemars(extend("enum" = ["pass", "fail", "inconclusive"])))]
    pub decision: String,
    /// All thresholds.
    pub thresholds: Vec<CheckRecord>,
}

/// A threshold, and the measured value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Its parts and the value as numbers; none in runs of older versions.
    #[serde(flatten)]
    pub parts: Option<CheckParts>,
}

/// The parts of a threshold, and the measured value as a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
// In the schema only: a record of an older version has none of them.
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default))]
pub struct CheckParts {
    /// The figure: `response.p99`.
    pub figure: String,
    /// The part of the window that it is of; none if it is of all of it.
    pub window: Option<PeriodRecord>,
    /// `<`, `<=`, `>` or `>=`.
    pub comparator: String,
    /// The limit, in the unit.
    pub limit: f64,
    /// The measured value, in the unit; none if nothing was measured.
    pub measured: Option<f64>,
    /// Whether the true value is above `measured` by an unknown amount, because it falls
    /// among messages without a latency.
    pub above: bool,
    /// `us` (microseconds), `share` (0 to 1), `count` or `per_second`.
    pub unit: String,
    /// Seconds after the start of what is measured from which on it could end the run;
    /// none if it could not.
    pub abort_after_s: Option<f64>,
}

/// A part of the schedule, in seconds from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeriodRecord {
    /// Its start; none: the end of the warm-up.
    pub from_s: Option<f64>,
    /// Its end; none: the end of the schedule.
    pub to_s: Option<f64>,
}

impl From<&verdict::Check> for CheckRecord {
    fn from(check: &verdict::Check) -> Self {
        let threshold = &check.threshold;
        let (measured, above) = match check.value {
            FigureValue::Empty => (None, false),
            FigureValue::Value(value) => (Some(value), false),
            FigureValue::Above(value) => (Some(value), true),
        };
        Self {
            threshold: threshold.to_string(),
            value: check.measured.clone(),
            met: check.met,
            in_doubt: check.in_doubt,
            parts: Some(CheckParts {
                figure: threshold.figure().to_string(),
                window: threshold.period().map(PeriodRecord::from),
                comparator: threshold.comparator().sign().to_owned(),
                limit: threshold.limit(),
                measured,
                above,
                unit: threshold.figure().unit().to_owned(),
                abort_after_s: threshold.abort_after().map(|delay| delay.as_secs_f64()),
            }),
        }
    }
}

impl From<Period> for PeriodRecord {
    fn from(period: Period) -> Self {
        Self {
            from_s: period.from.map(|time| time.as_secs_f64()),
            to_s: period.to.map(|time| time.as_secs_f64()),
        }
    }
}

impl From<&verdict::Verdict> for VerdictRecord {
    fn from(verdict: &verdict::Verdict) -> Self {
        Self {
            decision: verdict.decision.name().to_owned(),
            thresholds: verdict.checks.iter().map(CheckRecord::from).collect(),
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
            in_doubt: finding.in_doubt.iter().map(ToString::to_string).collect(),
            distorted: finding.distorted.iter().map(ToString::to_string).collect(),
        }
    }
}
