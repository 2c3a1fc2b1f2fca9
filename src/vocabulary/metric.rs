//! The metrics: everything that has a histogram.

use super::{Outcome, Phase, Span};

/// The subject of a histogram: a phase, a span of accepted messages and ready
/// sessions, or the service time of attempts with another outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// A phase that has ended, whatever the outcome of its message or session.
    Phase(Phase),
    /// A span. Those of messages count accepted ones, except wait and slip.
    Span(Span),
    /// Service time of the attempts with this outcome (never
    /// [`Outcome::Accepted`]: that is [`Span::Service`]).
    Service(Outcome),
}

impl Metric {
    /// How many there are: the length of an array indexed by [`Metric::index`].
    pub const COUNT: usize = Phase::COUNT + Span::COUNT + Outcome::COUNT;

    /// Every metric, in the order of `summary.csv`.
    pub fn all() -> impl Iterator<Item = Self> {
        let phases = Phase::ALL.iter().copied().map(Self::Phase);
        let spans = Span::ALL.iter().copied().map(Self::Span);
        let others = Outcome::ALL.iter().copied();
        let others = others.filter(|outcome| *outcome != Outcome::Accepted);
        phases.chain(spans).chain(others.map(Self::Service))
    }

    /// A dense index below [`Metric::COUNT`].
    pub const fn index(self) -> usize {
        match self {
            Self::Phase(phase) => phase as usize,
            Self::Span(span) => Phase::COUNT + span as usize,
            Self::Service(outcome) => Phase::COUNT + Span::COUNT + outcome as usize,
        }
    }

    /// The name in CSV files and the tag in `latency.hlog`.
    pub fn name(self) -> String {
        match self {
            Self::Phase(phase) => phase.name().to_owned(),
            Self::Span(span) => span.name().to_owned(),
            Self::Service(outcome) => format!("service.{}", outcome.name()),
        }
    }

    /// The metric of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|metric| metric.name() == name)
    }
}

impl From<Phase> for Metric {
    fn from(phase: Phase) -> Self {
        Self::Phase(phase)
    }
}

impl From<Span> for Metric {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}
