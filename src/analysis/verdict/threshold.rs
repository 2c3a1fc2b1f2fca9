//! A condition on a run.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Figure, Statistic};
use crate::measure::FigureSource;
use crate::units::share;
use crate::vocabulary::FigureValue;

/// A condition on a run: `response.p99 < 250ms`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    pub(super) figure: Figure,
    pub(super) comparator: Comparator,
    /// In the unit of the subject: microseconds, a share, a count, per second.
    pub(super) limit: f64,
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
        figure: Figure::Outcome(crate::vocabulary::Outcome::Accepted),
        comparator: Comparator::AtLeast,
        limit: 0.99,
    };

    /// What it is about.
    pub const fn figure(&self) -> Figure {
        self.figure
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
        matches!(self.figure, Figure::Latency(_, Statistic::Mean))
    }

    /// Whether a run meets it. Without any measured value it is missed.
    pub fn is_met(&self, run: &dyn FigureSource) -> bool {
        self.admits(self.figure.measure(run))
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

    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::AtMost => value <= limit,
            Self::Greater => value > limit,
            Self::AtLeast => value >= limit,
        }
    }

    const fn sign(self) -> &'static str {
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
        write!(f, "{} {} ", self.figure, self.comparator.sign())?;
        match self.figure {
            Figure::Latency(..) if limit < 1e3 => write!(f, "{limit}us"),
            Figure::Latency(..) if limit < 1e6 => write!(f, "{}ms", limit / 1e3),
            Figure::Latency(..) => write!(f, "{}s", limit / 1e6),
            Figure::Count(_) => write!(f, "{limit}"),
            Figure::Outcome(_) | Figure::Achieved => f.write_str(&share::format(limit)),
            Figure::Goodput => write!(f, "{limit}/s"),
        }
    }
}

impl Serialize for Threshold {
    /// As text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
