//! A condition on a run.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Figure, Statistic, Subject};
use crate::measure::FigureSource;
use crate::units::{duration, share};
use crate::vocabulary::{FigureValue, Period};

/// A condition on a run: `response.p99 < 250ms`, or `response.p99[30s..60s] < 250ms`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    pub(super) subject: Subject,
    pub(super) comparator: Comparator,
    /// In the unit of the subject: microseconds, a share, a count, per second.
    pub(super) limit: f64,
    /// Whether a run ends as soon as it is sure to miss this: how long after the start
    /// of what is measured, at the earliest.
    pub(super) abort_after: Option<Duration>,
}

/// How a figure is compared with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Threshold {
    /// The threshold of a scenario that sets none: the share of accepted messages.
    pub const DEFAULT: Self = Self {
        subject: Subject {
            figure: Figure::Outcome(crate::vocabulary::Outcome::Accepted),
            period: None,
        },
        comparator: Comparator::AtLeast,
        limit: 0.99,
        abort_after: None,
    };

    /// What it is about.
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// The figure that it is about.
    pub const fn figure(&self) -> Figure {
        self.subject.figure
    }

    /// The part of the window that it is about; none: all of it.
    pub const fn period(&self) -> Option<Period> {
        self.subject.period
    }

    /// How the figure is compared with the limit.
    pub(crate) const fn comparator(&self) -> Comparator {
        self.comparator
    }

    /// How long after the start of what is measured it may end the run; none if it
    /// does not.
    pub const fn abort_after(&self) -> Option<Duration> {
        self.abort_after
    }

    /// In the unit of its subject: microseconds, a share, a count, per second.
    pub const fn limit(&self) -> f64 {
        self.limit
    }

    /// Whether it limits the figure from above: `<` or `<=`.
    pub const fn is_upper_bound(&self) -> bool {
        matches!(self.comparator, Comparator::Less | Comparator::AtMost)
    }

    const fn is_of_a_mean(&self) -> bool {
        matches!(self.subject.figure, Figure::Latency(_, Statistic::Mean))
    }

    /// Whether a run meets it. Without any measured value it is missed.
    pub fn is_met(&self, run: &dyn FigureSource) -> bool {
        self.admits(self.subject.measure(run))
    }

    /// Whether this value meets it.
    pub fn admits(&self, measured: FigureValue) -> bool {
        match measured {
            FigureValue::Empty => false,
            FigureValue::Value(value) => self.comparator.holds(value, self.limit),
            // The mean is longer by an unknown amount: it meets a lower limit only
            // if the known part does.
            FigureValue::Above(us) if self.is_of_a_mean() => {
                !self.is_upper_bound() && self.comparator.holds(us, self.limit)
            }
            FigureValue::Above(_) => self.comparator.holds(f64::INFINITY, self.limit),
        }
    }
}

impl Comparator {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        // Two characters first: the parser takes the first one that it finds.
        (Self::AtMost, "<="),
        (Self::AtLeast, ">="),
        (Self::Less, "<"),
        (Self::Greater, ">"),
    ];

    pub(super) fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::AtMost => value <= limit,
            Self::Greater => value > limit,
            Self::AtLeast => value >= limit,
        }
    }

    /// Its sign, as in scenarios.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit;
        write!(f, "{} {} ", self.subject, self.comparator.sign())?;
        match self.subject.figure {
            Figure::Latency(..) | Figure::CpuPerMessage | Figure::CpuPerSession => time(limit, f),
            Figure::Count(_) => write!(f, "{limit}"),
            Figure::Outcome(_) | Figure::Achieved => f.write_str(&share::format(limit)),
            Figure::Goodput => write!(f, "{limit}/s"),
        }
    }
}

fn time(us: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match us {
        us if us < 1e3 => write!(f, "{us}us"),
        us if us < 1e6 => write!(f, "{}ms", us / 1e3),
        us => write!(f, "{}s", us / 1e6),
    }
}

impl Serialize for Threshold {
    /// As text, with what it does to a run that misses it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.abort_after {
            None => serializer.collect_str(self),
            Some(delay) => {
                let delay = duration::format(delay);
                serializer.collect_str(&format_args!("{self}, abort on fail after {delay}"))
            }
        }
    }
}
