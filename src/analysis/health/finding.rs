//! A finding about a run itself: what was observed, what it puts in doubt, and its effect
//! on the verdict.

use std::fmt;

use super::notice::Notice;
use crate::analysis::verdict::{Figure, Severity, Threshold};

/// An observation about the run, and what it puts in doubt.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was observed.
    pub notice: Notice,
    /// The thresholds whose result may be wrong because of it.
    pub in_doubt: Vec<Threshold>,
    /// The figures, of those that a series compares, that measure the generator as much
    /// as the target because of it. They have no effect on the verdict of the run.
    pub distorted: Vec<Figure>,
}

impl Finding {
    /// A finding that puts nothing in doubt.
    pub(super) const fn warning(notice: Notice) -> Self {
        Self {
            notice,
            in_doubt: Vec::new(),
            distorted: Vec::new(),
        }
    }

    /// Its effect on the verdict.
    pub fn severity(&self) -> Severity {
        match (self.notice, self.in_doubt.first()) {
            (Notice::Ledger { .. } | Notice::MockDiffers { .. } | Notice::MockSilent, _) => {
                Severity::Inconclusive { threshold: None }
            }
            (Notice::StoppedEarly { reason }, _) if reason.gives_up() => {
                Severity::Inconclusive { threshold: None }
            }
            (_, Some(threshold)) => Severity::Inconclusive {
                threshold: Some(*threshold),
            },
            (_, None) => Severity::Warning,
        }
    }

    /// Stable identifier, for programs.
    pub const fn code(&self) -> &'static str {
        self.notice.code()
    }
}

/// The effect of `findings` on a verdict: one severity for each threshold in doubt.
pub(crate) fn severities(findings: &[Finding]) -> Vec<Severity> {
    let each = |finding: &Finding| match finding.severity() {
        Severity::Inconclusive { threshold: Some(_) } => {
            let doubts = finding.in_doubt.iter().copied().map(Some);
            doubts
                .map(|threshold| Severity::Inconclusive { threshold })
                .collect()
        }
        whole => vec![whole],
    };
    findings.iter().flat_map(each).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.notice)?;
        for (position, threshold) in self.in_doubt.iter().enumerate() {
            let before = if position == 0 { " In doubt: " } else { ", " };
            write!(f, "{before}{threshold}")?;
        }
        if self.in_doubt.is_empty() {
            return Ok(());
        }
        f.write_str(".")
    }
}
