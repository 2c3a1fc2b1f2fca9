//! The generator's own delays: which matter, and which thresholds they put in doubt.
//!
//! The pacer releases a message late, or its thread stalls, or it queues
//! behind such a message: each time the message is done later than it could have
//! been. `measure` bounds that delay for each message (`lateness`) and keeps the
//! times without it (`response_net`, `wait_net`): the true figure lies between the
//! two. For phases and other spans, only the number that a stall overlapped is
//! known: any of them may have been shorter.

use super::doubt::{Asked, Range, quantile, samples, value};
use super::{Finding, Notice};
use crate::analysis::verdict::{Figure, Statistic};
use crate::measure::FigureSource;
use crate::vocabulary::{Metric, Outcome, Scope, Span};

/// Stalls of the generator's threads in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stalls {
    /// How many there were.
    pub times: u64,
    /// Accepted attempts that they overlapped.
    pub attempts: u64,
    /// Sum of the delays that those may have had, in microseconds.
    pub held_up_us: f64,
    /// Messages without a reply in time, where a stall took a tenth of the attempt
    /// or more.
    pub unanswered: u64,
    /// Sessions whose set-up they overlapped.
    pub sessions: u64,
}

/// A stall below this share of the 99th percentile is not reported.
const WORTH_A_WARNING: f64 = 0.1;

/// A lateness below this is not reported unless a threshold is in doubt.
const LATE_US: f64 = 10_000.0;

/// The finding about stalls, if they matter.
pub(super) fn stalled(stalls: &Stalls, asked: &Asked<'_>) -> Option<Finding> {
    let lateness = Metric::Span(Span::Lateness);
    let longest_us = quantile(asked.run, lateness, 1.0).unwrap_or_default();
    let notice = Notice::Stalled {
        longest_us,
        times: stalls.times,
        unanswered: stalls.unanswered,
    };
    let finding = asked.finding(notice, |part, figure| without_stalls(stalls, part, figure));
    let worth_it = stalls.unanswered > 0 || (longest_us > LATE_US && distorts(asked.run));
    (worth_it || !finding.in_doubt.is_empty()).then_some(finding)
}

/// Whether the lateness makes the 99th percentile of the response noticeably longer.
fn distorts(run: &dyn FigureSource) -> bool {
    let p99 = |span| quantile(run, Metric::Span(span), 0.99);
    let both = p99(Span::Response).zip(p99(Span::ResponseNet));
    both.is_some_and(|(response, net)| response - net > WORTH_A_WARNING * response)
}

/// The range of a figure if no thread had stalled and no message had been
/// released late.
fn without_stalls(stalls: &Stalls, run: &dyn FigureSource, figure: Figure) -> Option<Range> {
    let high = value(run, figure)?;
    let share = stalls.unanswered as f64 / (run.scheduled() as f64).max(1.0);
    let low_at = |low: f64| Range {
        low: low.min(high),
        high,
    };
    let high_at = |other: f64| Range {
        low: high,
        high: other,
    };
    match figure {
        Figure::Latency(Metric::Span(Span::Slip | Span::Lateness), _)
        | Figure::Count(_)
        | Figure::CpuPerMessage
        | Figure::CpuPerSession => None,
        Figure::Latency(metric, statistic) => latency(stalls, run, metric, statistic).map(low_at),
        Figure::Outcome(Outcome::Accepted) => Some(high_at((high + share).min(1.0))),
        Figure::Outcome(_) => (share > 0.0).then(|| Range {
            low: (high - share).max(0.0),
            high: (high + share).min(1.0),
        }),
        Figure::Achieved => {
            let longest = quantile(run, Metric::Span(Span::Lateness), 1.0)? / 1e6;
            Some(high_at((high + longest / run.seconds()).min(1.0)))
        }
        Figure::Goodput => Some(high_at(high + stalls.unanswered as f64 / run.seconds())),
    }
}

/// The lower bound of a latency. If only the number of delayed messages is known,
/// each of them may have been shorter than any other.
fn latency(
    stalls: &Stalls,
    run: &dyn FigureSource,
    metric: Metric,
    statistic: Statistic,
) -> Option<f64> {
    let net = match metric {
        Metric::Span(Span::Response) => Some(Metric::Span(Span::ResponseNet)),
        Metric::Span(Span::Wait) => Some(Metric::Span(Span::WaitNet)),
        _ => None,
    };
    let of_sessions = match metric {
        Metric::Phase(phase) => phase.scope() == Scope::Session,
        Metric::Span(span) => span == Span::SessionSetup,
        Metric::Service(_) => false,
    };
    let (least, held_up) = match (net, of_sessions) {
        (Some(net), _) => (net, stalls.unanswered),
        (None, true) => (metric, stalls.sessions),
        (None, false) => (metric, stalls.attempts + stalls.unanswered),
    };
    let count = (samples(run, metric) as f64).max(1.0);
    let answered_but_for_stalls = match of_sessions {
        true => stalls.sessions,
        false => stalls.unanswered,
    };
    match statistic {
        Statistic::Mean if run.censored(metric) > answered_but_for_stalls => Some(f64::INFINITY),
        Statistic::Quantile(q) => {
            let q = (q - held_up as f64 / count).max(0.0);
            quantile(run, least, q)
        }
        Statistic::Mean if net.is_some() => run.mean(least),
        Statistic::Mean if of_sessions && held_up > 0 => Some(0.0),
        Statistic::Mean if of_sessions => run.mean(metric),
        Statistic::Mean => Some((run.mean(metric)? - stalls.held_up_us / count).max(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::verdict::Threshold;
    use crate::analysis::verdict::synthetic::Synthetic;

    /// 1,000 messages of 1 ms; the generator stalled for 300 ms, and released 30
    /// of them late.
    fn run() -> Synthetic {
        let late = (1..=30).map(|n| n * 10_000);
        Synthetic {
            outcomes: [(Outcome::Accepted, 1_000)].into(),
            started_in_time: 1_000,
            seconds: 1.0,
            ..Synthetic::default()
        }
        .with(Span::Lateness, (0..970).map(|_| 0).chain(late.clone()))
        .with(
            Span::Response,
            (0..970).map(|_| 1_000).chain(late.map(|us| us + 1_000)),
        )
        .with(Span::ResponseNet, (0..1_000).map(|_| 1_000))
        .with(
            Span::Transaction,
            (0..990).map(|_| 900).chain([300_900; 10]),
        )
    }

    fn doubts(stalls: &Stalls, asked: &[&str]) -> Vec<String> {
        let asked: Vec<Threshold> = asked.iter().map(|text| text.parse().unwrap()).collect();
        let asked = Asked {
            thresholds: &asked,
            compared: &[],
            run: &run(),
        };
        let finding = stalled(stalls, &asked);
        let doubts = finding.map(|finding| finding.in_doubt).unwrap_or_default();
        doubts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_stall_of_the_generator_is_not_charged_to_the_target() {
        let asked = [
            "response.p99 < 50ms",
            "response.p99 < 500us",
            "response.mean < 2ms",
        ];
        let expected = ["response.p99 < 50ms", "response.mean < 2ms"];
        assert_eq!(doubts(&Stalls::default(), &asked), expected);
    }

    #[test]
    fn as_many_of_the_longest_times_may_have_been_shorter_as_it_overlapped() {
        let asked = ["transaction.p99.9 < 50ms", "transaction.p50 < 50us"];
        assert!(doubts(&Stalls::default(), &asked).is_empty());
        let overlapped = |attempts| Stalls {
            times: 1,
            attempts,
            ..Stalls::default()
        };
        assert!(doubts(&overlapped(8), &asked).is_empty());
        assert_eq!(doubts(&overlapped(10), &asked), asked[..1]);
    }

    #[test]
    fn messages_that_got_no_answer_because_of_it_put_their_outcome_in_doubt() {
        let stalls = Stalls {
            times: 1,
            unanswered: 20,
            ..Stalls::default()
        };
        let asked = ["outcome.timeout > 1%", "outcome.timeout > 3%"];
        assert_eq!(doubts(&stalls, &asked), asked[..1]);
    }
}
