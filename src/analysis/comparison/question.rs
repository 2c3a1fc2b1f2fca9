//! What is asked about one figure.

use serde::Serialize;

use super::Undecided;
use crate::vocabulary::FigureValue;

/// A question about one figure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    /// Name of the figure, such as `response.p50`.
    pub(crate) figure: String,
    /// What is better.
    pub(crate) better: Better,
    /// What its answer means for the conclusion.
    pub(crate) role: Role,
    /// The smallest relative change that matters.
    pub(crate) floor: f64,
    /// Its value in each run of the base.
    pub(crate) base: Vec<FigureValue>,
    /// Its value in each run of what is compared with it; of pairs, in the same order.
    pub(crate) new: Vec<FigureValue>,
    /// Why it is not decided, if the caller knows a reason.
    pub(crate) undecided: Option<Undecided>,
}

/// What is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// A smaller value: times.
    Lower,
    /// A larger value: goodput, accepted messages.
    Higher,
}

/// What an answer means for the conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// The question of the comparison.
    Primary,
    /// Only a regression counts.
    Guard,
    /// Asked for by the user.
    Asked,
    /// Described, not decided.
    Context,
}

impl Question {
    /// Whether it takes part in the decision.
    pub(super) fn is_asked(&self) -> bool {
        self.role.is_decided() && self.undecided.is_none()
    }
}

impl Better {
    /// Whether a change in this direction is for the worse.
    pub(super) fn is_worse(self, change: f64) -> bool {
        match self {
            Self::Lower => change > 0.0,
            Self::Higher => change < 0.0,
        }
    }
}

impl Role {
    /// The name used in exports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Guard => "guard",
            Self::Asked => "asked",
            Self::Context => "context",
        }
    }

    /// Whether its question takes part in the decision.
    pub(crate) const fn is_decided(self) -> bool {
        !matches!(self, Self::Context)
    }

    /// Whether the comparison has no result without its answer.
    pub(crate) const fn is_essential(self) -> bool {
        matches!(self, Self::Primary | Self::Asked)
    }
}
