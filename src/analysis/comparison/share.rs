//! Shares of messages, held to an absolute margin: mail that is lost is a regression
//! too, however fast the rest is.

use super::answer::Decision;
use super::decide::{Procedure, in_groups};
use super::question::Better;
use super::undecided::Undecided;

/// The largest change of a share that does not matter: 0.1 percentage points.
pub(crate) const MARGIN: f64 = 0.001;

/// The share of messages with an outcome, in the runs of both groups.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    /// Name of the figure, such as `outcome.lost`.
    pub(crate) figure: String,
    /// What is better.
    pub(crate) better: Better,
    /// Of each run of the base.
    pub(crate) base: Vec<f64>,
    /// Of each run that is compared with it; of pairs, in the same order.
    pub(crate) new: Vec<f64>,
    /// Why it is not decided, if the caller knows a reason.
    pub(crate) undecided: Option<Undecided>,
}

/// What is decided about a share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShareAnswer {
    /// Name of the figure.
    pub(crate) figure: String,
    /// What is better.
    pub(crate) better: Better,
    /// The mean share of the base.
    pub(crate) base: f64,
    /// The mean share of what is compared with it.
    pub(crate) new: f64,
    /// The decision.
    pub(crate) decision: Decision,
    /// Why it is only described; none if it is decided.
    pub(crate) undecided: Option<Undecided>,
}

impl ShareAnswer {
    /// The change of the share.
    pub(crate) fn change(&self) -> f64 {
        self.new - self.base
    }
}

/// Decides about a share. A change above the margin counts if the runs are told apart
/// by their ranks, or if the better group has no such message at all: where none were
/// lost before, that some are lost now is not chance.
pub(crate) fn decide_share(share: &Share, procedure: &Procedure) -> ShareAnswer {
    let mut answer = ShareAnswer {
        figure: share.figure.clone(),
        better: share.better,
        base: mean(&share.base),
        new: mean(&share.new),
        decision: Decision::Described,
        undecided: share.undecided.clone(),
    };
    if answer.undecided.is_none() {
        answer.decision = decision(share, answer.change(), procedure);
    }
    answer
}

fn decision(share: &Share, change: f64, procedure: &Procedure) -> Decision {
    // A rounding error must not exceed the margin.
    if change.abs() <= MARGIN * (1.0 + 1e-9) {
        return Decision::Unchanged;
    }
    let is_worse = share.better.is_worse(change);
    let best = match share.better {
        Better::Lower => 0.0,
        Better::Higher => 1.0,
    };
    let better = match is_worse {
        true => &share.base,
        false => &share.new,
    };
    let is_flawless = better.iter().all(|each| *each == best);
    match (
        is_flawless || is_told_apart(share, change, procedure),
        is_worse,
    ) {
        (false, _) => Decision::Unclear,
        (true, true) => Decision::Regressed,
        (true, false) => Decision::Improved,
    }
}

/// One-sided: the direction is that of the change.
fn is_told_apart(share: &Share, change: f64, procedure: &Procedure) -> bool {
    let groups = in_groups(share.base.clone(), share.new.clone(), procedure.is_paired);
    let tails = groups.tails();
    let p = match change > 0.0 {
        true => tails.upper,
        false => tails.lower,
    };
    p < procedure.alpha
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
