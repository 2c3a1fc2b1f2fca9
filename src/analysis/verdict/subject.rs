//! What a threshold is about: a figure, of the whole window or of a part of it.

use std::fmt;
use std::time::Duration;

use super::Figure;
use crate::measure::FigureSource;
use crate::units::duration;
use crate::vocabulary::{FigureValue, Metric, Period, Scope, Span};

/// A figure, of the whole window or of a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject {
    /// The figure.
    pub figure: Figure,
    /// The part of the window; none: all of it.
    pub period: Option<Period>,
}

impl Subject {
    /// Its figures in a run; none if they were not recorded.
    pub fn source<'a>(&self, run: &'a dyn FigureSource) -> Option<&'a dyn FigureSource> {
        match self.period {
            None => Some(run),
            Some(period) => run.within(period),
        }
    }

    /// Its measured value in a run.
    pub fn measure(&self, run: &dyn FigureSource) -> FigureValue {
        let source = self.source(run);
        source.map_or(FigureValue::Empty, |run| self.figure.measure(run))
    }
}

impl Figure {
    /// Whether it can be of a part of the window: only what belongs to messages, which
    /// count by their intended time.
    pub fn has_periods(self) -> bool {
        match self {
            Self::Latency(metric, _) | Self::Count(metric) => is_of_messages(metric),
            Self::Outcome(_) | Self::Achieved | Self::Goodput => true,
            Self::CpuPerMessage | Self::CpuPerSession => false,
        }
    }
}

/// Whether a metric is of messages, not of sessions.
fn is_of_messages(metric: Metric) -> bool {
    match metric {
        Metric::Phase(phase) => phase.scope() == Scope::Message,
        Metric::Span(span) => span != Span::SessionSetup,
        Metric::Service(_) => true,
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.figure)?;
        self.period.map_or(Ok(()), |period| show(period, f))
    }
}

fn show(period: Period, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "[{}..{}]", time(period.from), time(period.to))
}

/// In whole seconds where they are: `[90s..120s]` is easier to compare than `[1.5m..2m]`.
fn time(time: Option<Duration>) -> String {
    match time {
        None => String::new(),
        Some(time) if time.subsec_nanos() == 0 => format!("{}s", time.as_secs()),
        Some(time) => duration::format(time),
    }
}
