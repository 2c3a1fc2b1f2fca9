//! The figures a threshold can be about, and how each is read from a run.

use std::fmt;

use crate::analysis::comparison::Better;
use crate::measure::FigureSource;
use crate::text::figures;
use crate::vocabulary::{FigureValue, Metric, Outcome};

/// What a threshold is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A latency: `response.p99`, in microseconds.
    Latency(Metric, Statistic),
    /// How many values a metric has: `tls.count`.
    Count(Metric),
    /// The share of the window's scheduled messages with an outcome: `outcome.accepted`.
    Outcome(Outcome),
    /// `rate.achieved`: first attempts started in time, as a share of those scheduled.
    Achieved,
    /// `goodput`: messages accepted within the window, per second of it.
    Goodput,
    /// `cpu.per_message`: the generator's processor time over the window per message
    /// accepted in it, in microseconds.
    CpuPerMessage,
    /// `cpu.per_session`: the same per session opened in the window.
    CpuPerSession,
}

/// A statistic of a latency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The value below which this share of the values lies; 1 is the maximum.
    Quantile(f64),
    /// The arithmetic mean.
    Mean,
}

/// The statistics and their names.
const STATISTICS: [(&str, Statistic); 8] = [
    ("p50", Statistic::Quantile(0.5)),
    ("p90", Statistic::Quantile(0.9)),
    ("p95", Statistic::Quantile(0.95)),
    ("p99", Statistic::Quantile(0.99)),
    ("p99.9", Statistic::Quantile(0.999)),
    ("p99.99", Statistic::Quantile(0.9999)),
    ("max", Statistic::Quantile(1.0)),
    ("mean", Statistic::Mean),
];

impl Figure {
    /// The subject with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "rate.achieved" => return Some(Self::Achieved),
            "goodput" => return Some(Self::Goodput),
            "cpu.per_message" => return Some(Self::CpuPerMessage),
            "cpu.per_session" => return Some(Self::CpuPerSession),
            _ => {}
        }
        if let Some(outcome) = name.strip_prefix("outcome.") {
            return Outcome::from_name(outcome).map(Self::Outcome);
        }
        if let Some(metric) = name.strip_suffix(".count") {
            return Metric::from_name(metric).map(Self::Count);
        }
        STATISTICS.iter().find_map(|(suffix, statistic)| {
            let metric = name.strip_suffix(suffix)?.strip_suffix('.')?;
            Some(Self::Latency(Metric::from_name(metric)?, *statistic))
        })
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = String> {
        let outcomes = Outcome::ALL.iter().map(|each| Self::Outcome(*each));
        let metrics = Metric::all().flat_map(|metric| {
            let latency = move |(_, each): &(&str, Statistic)| Self::Latency(metric, *each);
            let count = std::iter::once(Self::Count(metric));
            STATISTICS.iter().map(latency).chain(count)
        });
        let others = [
            Self::Achieved,
            Self::Goodput,
            Self::CpuPerMessage,
            Self::CpuPerSession,
        ]
        .into_iter();
        others.chain(outcomes).chain(metrics).map(|s| s.to_string())
    }

    /// Its measured value in a run.
    pub fn measure(self, run: &dyn FigureSource) -> FigureValue {
        match self {
            Self::Latency(metric, Statistic::Quantile(q)) => run.quantile(metric, q),
            Self::Latency(metric, Statistic::Mean) => {
                match (run.mean(metric), run.censored(metric)) {
                    (None, 0) => FigureValue::Empty,
                    (Some(us), 0) => FigureValue::Value(us),
                    (mean, _) => FigureValue::Above(mean.unwrap_or_default()),
                }
            }
            Self::Count(metric) => FigureValue::Value(run.count(metric) as f64),
            Self::Outcome(outcome) => per(run.outcome(outcome), run.scheduled() as f64),
            Self::Achieved => per(run.started_in_time(), run.scheduled() as f64),
            Self::Goodput => per(run.accepted_in_window(), run.seconds()),
            Self::CpuPerMessage => known(run.cpu_per_message()),
            Self::CpuPerSession => known(run.cpu_per_session()),
        }
    }

    /// What is better; none if neither is: of a count that depends on what is counted.
    pub(crate) const fn better(self) -> Option<Better> {
        match self {
            Self::Outcome(Outcome::Accepted) | Self::Achieved | Self::Goodput => {
                Some(Better::Higher)
            }
            Self::Latency(..) | Self::Outcome(_) | Self::CpuPerMessage | Self::CpuPerSession => {
                Some(Better::Lower)
            }
            Self::Count(_) => None,
        }
    }

    /// The unit of its values and limits, as in `run.json`.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Latency(..) | Self::CpuPerMessage | Self::CpuPerSession => "us",
            Self::Count(_) => "count",
            Self::Outcome(_) | Self::Achieved => "share",
            Self::Goodput => "per_second",
        }
    }

    /// A value of this subject, for people.
    pub fn text(self, measured: FigureValue) -> String {
        match measured {
            FigureValue::Empty => "nothing measured".to_owned(),
            FigureValue::Above(us) => format!(">{}", figures::latency(us)),
            FigureValue::Value(value) => match self {
                Self::Latency(..) | Self::CpuPerMessage | Self::CpuPerSession => {
                    figures::latency(value)
                }
                Self::Count(_) => format!("{value:.0}"),
                Self::Outcome(_) | Self::Achieved => figures::share(value),
                Self::Goodput => format!("{}/s", figures::three_digits(value)),
            },
        }
    }
}

/// The number of values that a statistic needs to be meaningful: ten beyond the
/// quantile. `None` if any number is enough.
pub(crate) fn samples_needed(statistic: Statistic) -> Option<u64> {
    match statistic {
        Statistic::Quantile(q) if q < 1.0 => Some((10.0 / (1.0 - q)).round() as u64),
        _ => None,
    }
}

fn known(value: Option<f64>) -> FigureValue {
    value.map_or(FigureValue::Empty, FigureValue::Value)
}

fn per(count: u64, whole: f64) -> FigureValue {
    if whole > 0.0 {
        FigureValue::Value(count as f64 / whole)
    } else {
        FigureValue::Empty
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(metric, statistic) => write!(f, "{}.{statistic}", metric.name()),
            Self::Count(metric) => write!(f, "{}.count", metric.name()),
            Self::Outcome(outcome) => write!(f, "outcome.{}", outcome.name()),
            Self::Achieved => f.write_str("rate.achieved"),
            Self::Goodput => f.write_str("goodput"),
            Self::CpuPerMessage => f.write_str("cpu.per_message"),
            Self::CpuPerSession => f.write_str("cpu.per_session"),
        }
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = STATISTICS.iter().find(|(_, each)| each == self);
        match (row, self) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Self::Quantile(q)) => write!(f, "p{}", q * 100.0),
            (None, Self::Mean) => f.write_str("mean"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_as_it_is_shown() {
        assert!(Figure::names().count() > 200);
        for name in Figure::names() {
            let figure = Figure::from_name(&name);
            assert_eq!(figure.map(|s| s.to_string()), Some(name));
        }
    }

    #[test]
    fn what_is_no_figure_has_no_subject() {
        for name in [
            "response",
            "p99",
            "response.p98",
            "outcome",
            "goodput.p99",
            "cpu.per_recipient",
        ] {
            assert_eq!(Figure::from_name(name), None, "{name}");
        }
    }
}
