//! Holding a run against its thresholds.

use std::fmt;

use serde::Serialize;

use super::{Figures, Threshold};
use crate::vocabulary::ExitCode;

/// What a finding about a run's health does to its verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    /// It is told, and changes nothing.
    Warning,
    /// The verdict is inconclusive: because of this threshold, which might
    /// have gone the other way; or altogether.
    Inconclusive {
        /// The threshold in doubt; none: the whole run is.
        threshold: Option<Threshold>,
    },
}

/// What is said of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Every threshold was met.
    Pass,
    /// A threshold was missed.
    Fail,
    /// The generator or the machine was the limit.
    Inconclusive,
}

/// A run held against its thresholds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What is said of the run.
    pub decision: Decision,
    /// Every threshold, in the order they were given.
    pub checks: Vec<Check>,
}

/// A run held against one threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The threshold.
    pub threshold: Threshold,
    /// What the run shows, for people: `12.3 ms`; `>48.1 ms` where messages
    /// without a latency count as longer than any; `nothing measured`.
    pub measured: String,
    /// Whether it was met.
    pub met: bool,
    /// Whether a finding puts it in doubt.
    pub in_doubt: bool,
}

/// Holds a run against `thresholds`, in the light of what was found about its health.
pub fn evaluate(thresholds: &[Threshold], run: &dyn Figures, health: &[Severity]) -> Verdict {
    let checks: Vec<Check> = thresholds
        .iter()
        .map(|threshold| check(threshold, run, health))
        .collect();
    let spoiled = health.iter().any(|each| *each != Severity::Warning);
    let decision = if spoiled {
        Decision::Inconclusive
    } else if checks.iter().all(|check| check.met) {
        Decision::Pass
    } else {
        Decision::Fail
    };
    Verdict { decision, checks }
}

fn check(threshold: &Threshold, run: &dyn Figures, health: &[Severity]) -> Check {
    let measured = threshold.subject().measure(run);
    let in_doubt = health.iter().any(|each| match each {
        Severity::Warning => false,
        Severity::Inconclusive { threshold: doubted } => {
            doubted.is_none_or(|doubted| doubted == *threshold)
        }
    });
    Check {
        threshold: *threshold,
        measured: threshold.subject().text(measured),
        met: threshold.admits(measured),
        in_doubt,
    }
}

impl Decision {
    /// The name used in `run.json` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// What the process tells its caller.
    pub const fn exit_code(self) -> ExitCode {
        match self {
            Self::Pass => ExitCode::Pass,
            Self::Fail => ExitCode::Missed,
            Self::Inconclusive => ExitCode::Inconclusive,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
