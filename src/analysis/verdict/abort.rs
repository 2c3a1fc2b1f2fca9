//! `abort_on_fail`: which threshold a run is sure to miss, while it goes on.
//!
//! A threshold on a quantile or on a share of outcomes is one on the share of values,
//! or of messages, on the wrong side of its limit. The run ends when that share is too
//! large by a sequential test (`sequential`), and not because of one bad second alone:
//! what a pause of the server spoils, the rest of the run can make good. What no
//! message so far can decide, such as a mean or a rate, ends no run.

use std::time::Duration;

use super::parse::InvalidThreshold;
use super::sequential::is_above;
use super::{Figure, Statistic, Threshold};
use crate::measure::FigureSource;
use crate::vocabulary::{FigureValue, Metric, Outcome, Scope, Span};

/// The thresholds that may end a run. To be asked once a second.
#[derive(Debug)]
pub(crate) struct AbortOnFail {
    rules: Vec<Rule>,
}

/// A threshold that a run is sure to miss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Missed {
    /// The threshold.
    pub threshold: Threshold,
    /// When it was found, after the start of the schedule.
    pub at: Duration,
    /// Values, or messages, on the wrong side of the limit.
    pub beyond: u64,
    /// Of so many.
    pub of: u64,
}

#[derive(Debug)]
struct Rule {
    threshold: Threshold,
    /// Not before this time after the start of the schedule.
    from: Duration,
    /// Those on the wrong side when it was last asked.
    beyond: u64,
    /// The most that one second added.
    worst_second: u64,
}

/// How many are on the wrong side of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tail {
    beyond: u64,
    of: u64,
    /// The share that may be.
    allowed: f64,
}

impl AbortOnFail {
    /// Those of `thresholds` that may end a run; `warm_up` is not measured.
    pub(crate) fn new(thresholds: &[Threshold], warm_up: Duration) -> Self {
        let rules = thresholds.iter().filter_map(|threshold| {
            let from = threshold.period().and_then(|period| period.from);
            Some(Rule {
                threshold: *threshold,
                from: from.unwrap_or_default().max(warm_up) + threshold.abort_after()?,
                beyond: 0,
                worst_second: 0,
            })
        });
        Self {
            rules: rules.collect(),
        }
    }

    /// The first threshold that the run is sure to miss, by its figures up to `at`
    /// after the start.
    pub(crate) fn check(&mut self, at: Duration, run: &dyn FigureSource) -> Option<Missed> {
        let mut missed = self.rules.iter_mut().filter_map(|rule| rule.check(at, run));
        // Every rule counts its seconds.
        let first = missed.next();
        missed.for_each(drop);
        first
    }
}

impl Rule {
    fn check(&mut self, at: Duration, run: &dyn FigureSource) -> Option<Missed> {
        let source = self.threshold.subject().source(run)?;
        let Tail {
            beyond,
            of,
            allowed,
        } = tail(&self.threshold, source)?;
        let added = beyond.saturating_sub(self.beyond);
        self.beyond = beyond;
        self.worst_second = self.worst_second.max(added);
        let without_worst = match allowed > 0.0 {
            true => beyond - self.worst_second.min(beyond),
            // The first one decides.
            false => beyond,
        };
        (at >= self.from && is_above(allowed, without_worst, of)).then_some(Missed {
            threshold: self.threshold,
            at,
            beyond,
            of,
        })
    }
}

impl Threshold {
    /// The same, and a run ends when it is sure to miss it, `delay` after the start of
    /// what is measured at the earliest.
    pub fn aborting_after(self, delay: Duration) -> Result<Self, InvalidThreshold> {
        match self.undecided_until_the_end() {
            None => Ok(Self {
                abort_after: Some(delay),
                ..self
            }),
            Some(why) => Err(InvalidThreshold::NoAbort {
                subject: self.subject().to_string(),
                why,
            }),
        }
    }

    fn undecided_until_the_end(&self) -> Option<&'static str> {
        match self.figure() {
            Figure::Achieved => {
                Some("messages that are late can still be started until the schedule ends")
            }
            Figure::Goodput => Some("what was not accepted yet can be until the schedule ends"),
            Figure::CpuPerMessage | Figure::CpuPerSession => {
                Some("processor time is read when the schedule ends")
            }
            Figure::Count(_) => Some("a count is known at the end; use a quantile or a share"),
            Figure::Latency(_, Statistic::Mean) => {
                Some("the rest of the run can change a mean by any amount; use a quantile")
            }
            Figure::Latency(_, Statistic::Quantile(q)) if q >= 1.0 && !self.is_upper_bound() => {
                Some("one more message can be longer than all before; use a quantile")
            }
            Figure::Latency(..) | Figure::Outcome(_) => None,
        }
    }
}

fn tail(threshold: &Threshold, run: &dyn FigureSource) -> Option<Tail> {
    match threshold.figure() {
        Figure::Latency(metric, Statistic::Quantile(q)) => {
            Some(of_latency(threshold, run, metric, q))
        }
        Figure::Outcome(outcome) => Some(of_outcome(threshold, run, outcome)),
        _ => None,
    }
}

fn of_latency(threshold: &Threshold, run: &dyn FigureSource, metric: Metric, q: f64) -> Tail {
    let (values, all) = (run.count(metric), run.count(metric) + run.censored(metric));
    let is_upper = threshold.is_upper_bound();
    // Half a rank less, so that rounding never selects the next rank.
    let of_rank = |rank: u64| run.quantile(metric, (rank as f64 - 0.5) / all as f64);
    let is_low = |rank: u64| match of_rank(rank) {
        FigureValue::Value(us) => threshold.comparator().holds(us, threshold.limit()) == is_upper,
        FigureValue::Empty | FigureValue::Above(_) => false,
    };
    let low = number_of_low(values, is_low);
    let (beyond, allowed) = match is_upper {
        true => (all - low, 1.0 - q),
        false => (low, q),
    };
    Tail {
        beyond,
        of: all.max(expected(metric, run)),
        allowed,
    }
}

/// How many of the ranks from 1 to `ranks` are low; the low ones come first.
fn number_of_low(ranks: u64, is_low: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, ranks);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        match is_low(middle) {
            true => low = middle,
            false => high = middle - 1,
        }
    }
    low
}

/// The values that messages under way will have are on neither side yet.
fn expected(metric: Metric, run: &dyn FigureSource) -> u64 {
    match metric {
        Metric::Phase(phase) if phase.scope() == Scope::Message => run.scheduled(),
        Metric::Span(span) if span != Span::SessionSetup => run.scheduled(),
        _ => 0,
    }
}

fn of_outcome(threshold: &Threshold, run: &dyn FigureSource, outcome: Outcome) -> Tail {
    let these = run.outcome(outcome);
    let ended: u64 = Outcome::ALL.iter().map(|each| run.outcome(*each)).sum();
    let (beyond, allowed) = match threshold.is_upper_bound() {
        true => (these, threshold.limit()),
        false => (ended - these, 1.0 - threshold.limit()),
    };
    Tail {
        beyond,
        of: run.scheduled(),
        allowed,
    }
}

#[cfg(test)]
mod tests;
