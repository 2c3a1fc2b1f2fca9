//! The figures of the live view, and how they follow from the seconds of a run: rates
//! and quantiles of the last seconds, a p99 for each second of the last minute.

use std::collections::VecDeque;

use super::super::status::Expected;
use crate::measure::{Gauges, Histogram, Measurements, Second, Tally, Window};
use crate::vocabulary::{Outcome, Span};

/// Seconds that rates and quantiles are of: short enough to follow a change, long
/// enough for a p99 at 20 messages a second.
const RECENT: usize = 5;
/// Seconds in the sparkline.
const MINUTE: usize = 60;

/// What the view shows.
#[derive(Clone, Debug, Default)]
pub(super) struct ViewState {
    /// What the run is part of, such as a step of a search.
    pub(super) heading: Option<String>,
    /// The scenario.
    pub(super) name: String,
    pub(super) stage: Stage,
    /// Seconds of the run so far.
    pub(super) elapsed_s: u64,
    /// Seconds of the schedule, if they are known.
    pub(super) total_s: Option<u64>,
    /// Messages that have ended, of so many, if those end the schedule.
    pub(super) messages: Option<(u64, u64)>,
    /// Messages per second that the schedule asks for; none in the closed model and
    /// after its end.
    pub(super) asked: Option<f64>,
    /// Messages per second that ended.
    pub(super) done: f64,
    /// Of those, the accepted ones.
    pub(super) accepted: f64,
    /// Seconds that rates and latency are of.
    pub(super) recent_s: u64,
    /// The latency of the last seconds.
    pub(super) latency: Option<Latency>,
    /// The p99 of each of the last seconds, in microseconds.
    pub(super) p99s: Vec<Option<f64>>,
    /// Messages of the whole run by outcome.
    pub(super) outcomes: Tally,
    pub(super) gauges: Gauges,
    /// Whether more messages wait than some seconds ago.
    pub(super) backlog_grows: bool,
    /// Findings so far.
    pub(super) findings: Vec<String>,
}

/// The part of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is known yet.
    #[default]
    Waiting,
    /// Sessions are opened.
    Opening { ready: u32, of: u32 },
    /// The schedule has started.
    Started,
    /// A part of the schedule.
    In(Window),
}

/// Quantiles of a span, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Latency {
    pub(super) span: Span,
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// A second of the last few.
#[derive(Debug)]
struct Recent {
    asked: Option<f64>,
    done: u64,
    accepted: u64,
    backlog: u64,
    times: Option<(Span, Histogram)>,
}

/// Follows the seconds of a run.
#[derive(Debug, Default)]
pub(super) struct Follower {
    recent: VecDeque<Recent>,
    p99s: VecDeque<Option<f64>>,
}

impl Follower {
    /// Adds a second, for which the schedule asked for `asked` messages, to the figures.
    pub(super) fn second(
        &mut self,
        figures: &mut ViewState,
        (second, measured): (&Second, &Measurements),
        asked: Option<f64>,
        expected: Expected,
    ) {
        let times = times(second);
        push(
            &mut self.p99s,
            MINUTE,
            times.as_ref().map(|(_, times)| quantile(times, 0.99)),
        );
        let recent = Recent {
            asked: asked.filter(|_| second.window != Window::Drain),
            done: second.counts.messages.ended.sum(),
            accepted: second.counts.messages.ended.of(Outcome::Accepted),
            backlog: second.gauges.backlog,
            times,
        };
        push(&mut self.recent, RECENT, recent);
        figures.stage = Stage::In(second.window);
        figures.elapsed_s = u64::from(second.t_s) + 1;
        let ended = measured.counts().window.ended.sum();
        figures.messages = expected.messages.map(|all| (ended.min(all), all));
        figures.outcomes = measured.counts().messages.ended;
        figures.gauges = second.gauges;
        figures.p99s = self.p99s.iter().copied().collect();
        figures.asked = self.asked();
        figures.done = self.mean(|recent| recent.done as f64);
        figures.accepted = self.mean(|recent| recent.accepted as f64);
        figures.recent_s = self.recent.len() as u64;
        figures.latency = self.latency();
        figures.backlog_grows = self.backlog_grows();
    }

    /// Of the seconds of the schedule, if the last one is such a second.
    fn asked(&self) -> Option<f64> {
        let last = self.recent.back()?.asked;
        let asked: Vec<f64> = self
            .recent
            .iter()
            .filter_map(|recent| recent.asked)
            .collect();
        last.map(|_| asked.iter().sum::<f64>() / asked.len() as f64)
    }

    fn mean(&self, of: impl Fn(&Recent) -> f64) -> f64 {
        let sum: f64 = self.recent.iter().map(of).sum();
        sum / self.recent.len().max(1) as f64
    }

    fn latency(&self) -> Option<Latency> {
        let times = self
            .recent
            .iter()
            .filter_map(|recent| recent.times.as_ref());
        let mut merged: Option<(Span, Histogram)> = None;
        for (span, times) in times {
            match &mut merged {
                Some((_, merged)) => {
                    // Cannot fail: the histogram grows to the range of the other one.
                    let _ = merged.add(times);
                }
                None => merged = Some((*span, times.clone())),
            }
        }
        merged.map(|(span, times)| Latency {
            span,
            p50: quantile(&times, 0.5),
            p99: quantile(&times, 0.99),
        })
    }

    fn backlog_grows(&self) -> bool {
        let backlog = |recent: Option<&Recent>| recent.map_or(0, |recent| recent.backlog);
        self.recent.len() > 1 && backlog(self.recent.back()) > backlog(self.recent.front())
    }
}

/// Response, or service in the closed model, of the messages that ended in the second.
fn times(second: &Second) -> Option<(Span, Histogram)> {
    let spans = [Span::Response, Span::Service];
    let mut known = spans
        .iter()
        .filter_map(|span| Some((*span, second.shown(*span)?.clone())));
    known.next()
}

fn quantile(times: &Histogram, q: f64) -> f64 {
    times.value_at_quantile(q) as f64 / 1e3
}

/// Appends, and forgets what is older than `longest` values.
fn push<T>(values: &mut VecDeque<T>, longest: usize, value: T) {
    if values.len() == longest {
        values.pop_front();
    }
    values.push_back(value);
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;
    use crate::measure::{self, Recorder, Timing};
    use crate::vocabulary::{Cause, Event, Instant, Observer, SlotId, Ticket};

    /// Two messages a second for 70 seconds; each is accepted after 100 ms, those of the
    /// last 3 seconds never.
    fn observe(recorder: &mut Recorder) {
        let slot = SlotId(0);
        let cause = Cause {
            phase: None,
            code: None,
            enhanced: None,
            failure: None,
            detail: None,
            text: "",
        };
        for index in 0..140 {
            let intended = Instant::ORIGIN + Duration::from_millis(index * 500);
            let message = Ticket {
                prompt: true,
                ..Ticket::new(index, intended)
            };
            recorder.on_event(intended, &Event::Scheduled { message });
            if index < 134 {
                let (done, outcome) = (intended + Duration::from_millis(100), Outcome::Accepted);
                recorder.on_event(intended, &Event::Started { slot, message });
                let ended = Event::Ended {
                    message,
                    outcome,
                    cause,
                };
                recorder.on_event(done, &ended);
            }
        }
    }

    #[test]
    fn rates_and_quantiles_are_of_the_last_seconds() {
        let timing = Timing {
            warm_up: Duration::from_secs(2),
            open_model: true,
            recipients: 1,
        };
        let (collector, mut recorders, timeline) = measure::channel(1, timing);
        timeline.begin(Instant::ORIGIN);
        observe(&mut recorders[0]);
        drop(recorders);
        let (mut follower, mut seconds) = (Follower::default(), Vec::new());
        let mut figures = ViewState::default();
        let expected = Expected {
            seconds: None,
            messages: Some(136),
        };
        let (_, result) = collector.run(|second, measured| {
            follower.second(&mut figures, (second, measured), Some(2.0), expected);
            seconds.push(figures.clone());
            Ok::<_, Infallible>(())
        });
        assert_eq!(result, Ok(()));
        assert_eq!(seconds[0].stage, Stage::In(Window::Warmup));
        assert_eq!((seconds[0].asked, seconds[0].done), (Some(2.0), 2.0));
        assert_eq!(seconds[0].messages, Some((0, 136)));
        let usual = &seconds[60];
        assert_eq!(
            (usual.done, usual.elapsed_s, usual.backlog_grows),
            (2.0, 61, false)
        );
        assert_eq!(usual.latency.map(|times| times.span), Some(Span::Response));
        assert!(usual.p99s.iter().all(Option::is_some));
        assert_eq!(usual.p99s.len(), 60);
        assert_eq!(usual.messages, Some((118, 136)));
        // Two of the last five seconds have replies.
        let last = &seconds[69];
        assert_eq!((last.done, last.accepted), (0.8, 0.8));
        assert_eq!((last.recent_s, last.gauges.backlog), (5, 6));
        assert!(last.backlog_grows && last.latency.is_some());
        assert_eq!(last.p99s.iter().filter(|p99| p99.is_none()).count(), 3);
    }
}
