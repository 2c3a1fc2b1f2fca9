//! Decides which thresholds might have the opposite result with a perfect generator, and
//! which figures that a series compares are the generator's rather than the target's.
//! Both follow from the range in which the true figure lies.

use super::order_statistics::Ranks;
use super::{Finding, Notice};
use crate::analysis::comparison::MARGIN;
use crate::analysis::verdict::{Figure, Statistic, Threshold};
use crate::measure::FigureSource;
use crate::vocabulary::{FigureValue, Metric, Outcome, Span};

/// The range in which the true figure lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// What is asked of a run.
pub(super) struct Asked<'a> {
    /// Its thresholds.
    pub(super) thresholds: &'a [Threshold],
    /// The figures that a series compares with those of other runs.
    pub(super) compared: &'a [Figure],
    /// The run.
    pub(super) run: &'a dyn FigureSource,
}

impl Asked<'_> {
    /// A finding, with what it puts in doubt. `range` returns `None` for a figure that is
    /// not affected; it gets the run, or the part of it that a threshold is about.
    pub(super) fn finding(
        &self,
        notice: Notice,
        range: impl Fn(&dyn FigureSource, Figure) -> Option<Range>,
    ) -> Finding {
        Finding {
            notice,
            distorted: distorted(self.compared, self.run, &range),
            in_doubt: in_doubt(self.thresholds, self.run, range),
        }
    }
}

/// Of a latency or a rate, the part that may be the generator's own from which on it
/// measures the generator as much as the target.
const DISTORTED: f64 = 0.5;

/// Those of `figures` of which the range is half of the value or more; of a share, the
/// margin that shares are held to. No threshold is needed for that: a comparison has
/// none. A smaller part is alike in the runs of a pair, and costs a comparison some of its
/// power, but does not mislead it.
fn distorted(
    figures: &[Figure],
    run: &dyn FigureSource,
    range: impl Fn(&dyn FigureSource, Figure) -> Option<Range>,
) -> Vec<Figure> {
    let is_distorted = |figure: &&Figure| {
        let both = range(run, **figure).zip(value(run, **figure));
        both.is_some_and(|(range, value)| {
            let width = range.high - range.low;
            match figure {
                // A rounding error must not exceed the margin.
                Figure::Outcome(_) => width > MARGIN * (1.0 + 1e-9),
                _ => width >= DISTORTED * value && width > 0.0,
            }
        })
    };
    figures.iter().filter(is_distorted).copied().collect()
}

/// Those of `thresholds` that are met at one end of the range and missed at the
/// other.
pub(super) fn in_doubt(
    thresholds: &[Threshold],
    run: &dyn FigureSource,
    range: impl Fn(&dyn FigureSource, Figure) -> Option<Range>,
) -> Vec<Threshold> {
    let doubtful = |threshold: &&Threshold| {
        let part = threshold.subject().source(run);
        let range = part.and_then(|part| range(part, threshold.figure()));
        range.is_some_and(|range| {
            threshold.admits(FigureValue::Value(range.low))
                != threshold.admits(FigureValue::Value(range.high))
        })
    };
    thresholds.iter().filter(doubtful).copied().collect()
}

/// The range without the generator's lateness. Response and wait contain all of
/// it, and because of it some messages may have been started, or accepted, only
/// after the end of the schedule.
pub(super) fn without_lateness(run: &dyn FigureSource, figure: Figure) -> Option<Range> {
    let slip = Metric::Span(Span::Slip);
    let value = value(run, figure)?;
    match figure {
        Figure::Latency(Metric::Span(Span::Response | Span::Wait), statistic) => {
            let slip = match statistic {
                Statistic::Quantile(q) => quantile(run, slip, q)?,
                Statistic::Mean => run.mean(slip)?,
            };
            Some(Range {
                low: (value - slip).max(0.0),
                high: value,
            })
        }
        Figure::Achieved => {
            let longest = quantile(run, slip, 1.0)? / 1e6;
            Some(Range {
                low: value,
                high: (value + longest / run.seconds()).min(1.0),
            })
        }
        Figure::Goodput => {
            let longest = quantile(run, slip, 1.0)? / 1e6;
            let most = most_goodput(run, value);
            Some(Range {
                low: value,
                high: (value * (1.0 + longest / run.seconds())).min(most),
            })
        }
        _ => None,
    }
}

/// The range with enough processor time, where `share` of the messages (0 to 1)
/// lacked it: each of their times may be shorter and every rate higher, by an
/// unknown amount.
pub(super) fn without_want_of_cpu(
    run: &dyn FigureSource,
    figure: Figure,
    share: f64,
) -> Option<Range> {
    let value = value(run, figure)?;
    match figure {
        // At best they were the longest, and would have been the shortest.
        Figure::Latency(metric, Statistic::Quantile(q)) if share < q => Some(Range {
            low: quantile(run, metric, q - share)?,
            high: value,
        }),
        Figure::Latency(..) => Some(Range {
            low: 0.0,
            high: value,
        }),
        Figure::Goodput => Some(Range {
            low: value,
            high: most_goodput(run, value),
        }),
        Figure::Achieved => Some(Range {
            low: value,
            high: 1.0,
        }),
        // The others measure it right. What these took is unknown: waiting threads
        // lose their caches, but do more at each wake-up.
        Figure::CpuPerMessage | Figure::CpuPerSession => Some(Range {
            low: 0.0,
            high: value / (1.0 - share),
        }),
        Figure::Outcome(_) | Figure::Count(_) => None,
    }
}

/// The maximum goodput. In the open model it is bounded by what was accepted, in
/// the window or later, plus the messages without a reply: messages with another
/// reply keep it. In the closed model, where nothing waits, it is unknown.
fn most_goodput(run: &dyn FigureSource, value: f64) -> f64 {
    if run.count(Metric::Span(Span::Wait)) == 0 {
        return f64::INFINITY;
    }
    let accepted = run.outcome(Outcome::Accepted);
    let unanswered = Outcome::ALL.iter().copied().filter(|o| o.lacks_latency());
    let unanswered: u64 = unanswered.map(|outcome| run.outcome(outcome)).sum();
    value.max((accepted + unanswered) as f64 / run.seconds())
}

/// The range if `times` sessions had not failed on this side: each may have changed
/// the outcome of one message, and left one latency unmeasured.
pub(super) fn without_failures(
    run: &dyn FigureSource,
    figure: Figure,
    times: u64,
) -> Option<Range> {
    let value = value(run, figure)?;
    let per_second = times as f64 / run.seconds();
    let share = times as f64 / run.scheduled() as f64;
    match figure {
        Figure::Outcome(_) => Some(Range {
            low: (value - share).max(0.0),
            high: (value + share).min(1.0),
        }),
        Figure::Achieved => Some(Range {
            low: value,
            high: (value + share).min(1.0),
        }),
        Figure::Goodput => Some(Range {
            low: value,
            high: value + per_second,
        }),
        Figure::Latency(metric, statistic) => {
            let low = without_missing(run, metric, statistic, times)?;
            Some(Range { low, high: value })
        }
        Figure::Count(_) | Figure::CpuPerMessage | Figure::CpuPerSession => None,
    }
}

/// A latency without `times` of the messages that count as longer than any value.
fn without_missing(
    run: &dyn FigureSource,
    metric: Metric,
    statistic: Statistic,
    times: u64,
) -> Option<f64> {
    let (all, censored) = (samples(run, metric), run.censored(metric));
    let left = all - times.min(censored);
    match statistic {
        Statistic::Quantile(q) if left > 0 => quantile(run, metric, q * left as f64 / all as f64),
        Statistic::Mean if times < censored => Some(f64::INFINITY),
        // No value is left: any latency is possible.
        _ => run.mean(metric).or(Some(0.0)),
    }
}

/// The range of a quantile that follows from its few values. Beyond the largest of
/// them nothing is known: without an upper rank the bound is infinite.
pub(super) fn within_samples(run: &dyn FigureSource, figure: Figure) -> Option<Range> {
    let Figure::Latency(metric, Statistic::Quantile(q)) = figure else {
        return None;
    };
    let count = samples(run, metric);
    let ranks = Ranks::of_quantile(count, q);
    // Half a rank less, so that rounding never selects the next rank.
    let of_rank = |rank: u64| quantile(run, metric, (rank as f64 - 0.5) / count as f64);
    Some(Range {
        low: ranks.low.map_or(Some(0.0), of_rank)?,
        high: ranks.high.map_or(Some(f64::INFINITY), of_rank)?,
    })
}

/// The number of values behind a quantile of the metric, including those known
/// only to be longer than any measured.
pub(super) fn samples(run: &dyn FigureSource, metric: Metric) -> u64 {
    run.count(metric) + run.censored(metric)
}

pub(super) fn value(run: &dyn FigureSource, figure: Figure) -> Option<f64> {
    match figure.measure(run) {
        FigureValue::Empty => None,
        FigureValue::Value(value) => Some(value),
        FigureValue::Above(_) => Some(f64::INFINITY),
    }
}

pub(super) fn quantile(run: &dyn FigureSource, metric: Metric, q: f64) -> Option<f64> {
    match run.quantile(metric, q) {
        FigureValue::Empty => None,
        FigureValue::Value(us) => Some(us),
        FigureValue::Above(_) => Some(f64::INFINITY),
    }
}
