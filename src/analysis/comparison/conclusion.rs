//! What the answers mean together.

use std::fmt;

use super::answer::Decision;
use super::questions::Answers;
use crate::vocabulary::ExitCode;

/// What a comparison concludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conclusion {
    /// A question, a guard or a share regressed.
    Regressed,
    /// A question was not decided, and nothing regressed.
    Unclear,
    /// Nothing was decided.
    Described,
    /// A question or a share improved, and all others are unchanged.
    Improved,
    /// All questions are unchanged.
    Unchanged,
}

impl Answers {
    /// What they mean together. A regression that was decided is not hidden by a
    /// question that was not: lost mail fails the comparison although its latency is
    /// unclear. Of a guard only a regression counts.
    pub(crate) fn conclusion(&self) -> Conclusion {
        if self.undecided.is_some() {
            return Conclusion::Described;
        }
        let figures = self
            .figures
            .iter()
            .filter(|figure| figure.role.is_decided());
        let shares = self.shares.iter().map(|share| share.decision);
        let all: Vec<Decision> = figures
            .map(|figure| figure.decision)
            .chain(shares.clone())
            .collect();
        let essential = self
            .figures
            .iter()
            .filter(|figure| figure.role.is_essential());
        let counted: Vec<Decision> = essential
            .map(|figure| figure.decision)
            .chain(shares)
            .collect();
        let is_open = |each: &Decision| matches!(each, Decision::Unclear | Decision::Described);
        if all.contains(&Decision::Regressed) {
            Conclusion::Regressed
        } else if counted.iter().any(is_open) {
            Conclusion::Unclear
        } else if counted.contains(&Decision::Improved) {
            Conclusion::Improved
        } else {
            Conclusion::Unchanged
        }
    }
}

impl Conclusion {
    /// The name used in exports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Unclear => "unclear",
            Self::Described => "described",
            Self::Improved => "improved",
            Self::Unchanged => "unchanged",
        }
    }

    /// Exit code of the process.
    pub(crate) const fn exit_code(self) -> ExitCode {
        match self {
            Self::Regressed => ExitCode::Regression,
            Self::Unclear | Self::Described => ExitCode::Inconclusive,
            Self::Improved | Self::Unchanged => ExitCode::Pass,
        }
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
