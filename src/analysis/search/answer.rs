//! The answer of a search: both ends of the bracket, and what the limit is.

use super::limit::Limit;
use super::quota::Throttling;
use super::tally::Tally;

/// The answer of a search, or what is known when it ends early.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Answer {
    /// How the search ended.
    pub(crate) ending: Ending,
    /// The hardest load that holds.
    pub(crate) held: Option<Bound>,
    /// The easiest load that does not.
    pub(crate) failed: Option<Bound>,
    /// What limits the load; none where it is not known.
    pub(crate) limit: Option<Limit>,
    /// The quota and the burst, if a step was throttled.
    pub(crate) throttling: Option<Throttling>,
    /// A load that held although an easier one failed twice.
    pub(crate) not_monotone: Option<NotMonotone>,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Both ends of the bracket are known.
    Found,
    /// The hardest load that may be used holds.
    CeilingHeld,
    /// The easiest load that may be used does not hold.
    NoneHolds,
    /// The generator is the limit before the server is.
    GeneratorLimit,
    /// A threshold needs more messages than the steps have.
    FewSamples,
    /// It is not decided: the search was stopped.
    Stopped,
}

impl Ending {
    /// The name in results.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::CeilingHeld => "ceiling_held",
            Self::NoneHolds => "none_holds",
            Self::GeneratorLimit => "generator_limit",
            Self::FewSamples => "few_samples",
            Self::Stopped => "stopped",
        }
    }
}

/// One end of the bracket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    /// The load.
    pub(crate) load: f64,
    /// The steps made at it.
    pub(crate) tally: Tally,
}

/// Two loads in the wrong order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NotMonotone {
    /// A load that held at least once.
    pub(crate) held: f64,
    /// An easier load that failed at least twice.
    pub(crate) failed: f64,
}
