//! The answer to one question.

use std::fmt;

use serde::Serialize;

use super::{Better, Role, Undecided};

/// The answer to one question. Changes are relative to the base: 0.05 is 5 % more.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// Name of the figure.
    pub(crate) figure: String,
    /// What is better.
    pub(crate) better: Better,
    /// What it means for the conclusion.
    pub(crate) role: Role,
    /// The smallest change that matters.
    pub(crate) floor: f64,
    /// The runs of the base.
    pub(crate) base: Side,
    /// The runs that are compared with it.
    pub(crate) new: Side,
    /// None where the runs have no values to compare.
    pub(crate) estimate: Option<Estimate>,
    /// None where there is no estimate.
    pub(crate) visibility: Option<Visibility>,
    /// In a history, where the new job stands; none where there is no estimate.
    pub(crate) place: Option<Place>,
    /// The decision.
    pub(crate) decision: Decision,
    /// Why it is only described; none if it is decided.
    pub(crate) undecided: Option<Undecided>,
}

/// One group of runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Side {
    /// Runs with a value.
    pub(crate) runs: usize,
    /// The median of their values, in the figure's unit.
    pub(crate) median: Option<f64>,
}

/// The estimated change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// The change (Hodges and Lehmann).
    pub(crate) shift: f64,
    /// The interval of the test for a difference.
    pub(crate) interval: Range,
    /// The interval that must lie within the floor for `unchanged`.
    pub(crate) narrow: Range,
    /// The p-value of the exact test for a difference; in a history for a change for the
    /// worse.
    pub(crate) p: f64,
    /// The same, corrected for the number of questions; none if it is not decided.
    pub(crate) adjusted_p: Option<f64>,
}

/// What so many runs of this spread find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Visibility {
    /// The smallest change that they find with 80 % probability. None where so few runs
    /// find none, however large.
    pub(crate) smallest: Option<f64>,
    /// The runs on each side, or the pairs, that make a change of the floor visible.
    pub(crate) runs_needed: Option<u64>,
}

/// Where a new job stands among the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Place {
    /// Its rank from 1, the worst; among equal values the last of theirs.
    pub(crate) rank: usize,
    /// Of so many jobs, itself included.
    pub(crate) of: usize,
    /// The smallest value of the earlier jobs, in the figure's unit.
    pub(crate) low: f64,
    /// The largest one.
    pub(crate) high: f64,
    /// How the earlier jobs changed; none if they are too few to tell.
    pub(crate) drift: Option<Drift>,
}

/// A change within a history: from its earlier half to its later half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Drift {
    /// The change (Hodges and Lehmann).
    pub(crate) shift: f64,
    /// The p-value of the exact test for a difference.
    pub(crate) p: f64,
}

/// An interval of a change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Range {
    /// Its lower end.
    pub(crate) low: f64,
    /// Its upper end.
    pub(crate) high: f64,
    /// The confidence that was asked for.
    pub(crate) confidence: f64,
    /// Whether so many runs can give that confidence.
    pub(crate) is_attained: bool,
}

/// What is decided about a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decision {
    /// Different, for the better, by the floor at least.
    Improved,
    /// Different, for the worse, by the floor at least.
    Regressed,
    /// Not different by as much as the floor.
    Unchanged,
    /// These runs cannot tell.
    Unclear,
    /// Not decided.
    Described,
}

impl Range {
    /// Whether it lies within `floor` on either side of no change.
    pub(super) fn is_within(&self, floor: f64) -> bool {
        self.is_attained && -floor <= self.low && self.high <= floor
    }
}

impl Decision {
    /// The name used in exports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Regressed => "regressed",
            Self::Unchanged => "unchanged",
            Self::Unclear => "unclear",
            Self::Described => "described",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
