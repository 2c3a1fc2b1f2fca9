//! One step: a run at one load, and what the search takes from its result.

use super::quota::Throttling;

/// A run to carry out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// Its rate, or its sessions.
    pub(crate) load: f64,
    /// Its measured time, in seconds.
    pub(crate) length_s: f64,
    /// The pause before it, in seconds.
    pub(crate) cool_down_s: f64,
    /// Why it is made.
    pub(crate) purpose: Purpose,
}

/// Why a step is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One end of the bracket is open.
    Explore,
    /// Between the ends of the bracket.
    Bisect,
    /// Beside the quota that a throttled step has shown.
    Quota,
    /// A step at the same load failed, or the steps there disagree.
    Repeat,
    /// The load held once, and is an end of the bracket.
    Confirm,
}

impl Purpose {
    /// The name in results.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Explore => "explore",
            Self::Bisect => "bisect",
            Self::Quota => "quota",
            Self::Repeat => "repeat",
            Self::Confirm => "confirm",
        }
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepOutcome {
    /// Every threshold was met, and the schedule was kept.
    Held,
    /// A threshold was missed, or the backlog grew.
    Failed,
    /// The step cannot decide.
    Inconclusive(Doubt),
}

/// Why a step cannot decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The generator or the machine was the limit.
    Generator,
    /// There were too few messages for a threshold.
    FewSamples,
}

impl StepOutcome {
    /// Every outcome, with its name in results.
    const NAMES: [(Self, &'static str); 4] = [
        (Self::Held, "held"),
        (Self::Failed, "failed"),
        (Self::Inconclusive(Doubt::Generator), "generator"),
        (Self::Inconclusive(Doubt::FewSamples), "few_samples"),
    ];

    /// The name in results.
    pub(crate) fn name(self) -> &'static str {
        let row = Self::NAMES.iter().find(|(outcome, _)| *outcome == self);
        row.map_or("", |(_, name)| name)
    }

    /// The outcome with that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let row = Self::NAMES.iter().find(|(_, known)| *known == name);
        row.map(|(outcome, _)| *outcome)
    }
}

/// What the search takes from the result of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StepResult {
    /// How it ended.
    pub(crate) outcome: StepOutcome,
    /// Quota and burst, if it was throttled by rate and long enough to read them.
    pub(crate) throttling: Option<Throttling>,
    /// Whether any message was throttled by rate.
    pub(crate) throttled: bool,
    /// Whether messages waited for a free session.
    pub(crate) waited: bool,
    /// Whether the server refused sessions.
    pub(crate) sessions_refused: bool,
    /// Median of the service time of accepted messages, in microseconds.
    pub(crate) service_us: Option<f64>,
}
