//! Recorder and collector together, driven by synthetic events.

mod messages;
mod periods;
mod seconds;
mod sessions;
mod stalls;
mod window;

use std::convert::Infallible;
use std::time::Duration;

use super::{FigureSource, *};
use crate::vocabulary::{
    Cause, Event, Failure, FigureValue, Instant, Metric, Observer, Outcome, Phase, SlotId, Span,
    Ticket,
};

/// Milliseconds since the origin.
fn ms(millis: u64) -> Instant {
    Instant::ORIGIN + Duration::from_millis(millis)
}

/// In these tests the clock starts one second after the origin.
const START: u64 = 1_000;

fn reply(phase: Phase, code: u16, text: &str) -> Cause<'_> {
    Cause {
        phase: Some(phase),
        code: Some(code),
        enhanced: None,
        failure: None,
        detail: None,
        text,
    }
}

const NEVER_STARTED: Cause<'static> = Cause {
    phase: None,
    code: None,
    enhanced: None,
    failure: Some(Failure::NeverStarted),
    detail: None,
    text: "the run ended first",
};

/// Recorders, and the collector to evaluate after them.
struct Bench {
    collector: Collector,
    recorders: Vec<Recorder>,
    timeline: Timeline,
}

/// The data of an interval row.
#[derive(Debug)]
struct Row {
    t_s: u32,
    window: Window,
    counts: Counts,
    gauges: Gauges,
    responses: u64,
}

impl Bench {
    fn new(sources: usize, warm_up_ms: u64, open_model: bool) -> Self {
        Self::with_recipients(sources, warm_up_ms, open_model, 1)
    }

    fn with_recipients(sources: usize, warm_up_ms: u64, open_model: bool, recipients: u32) -> Self {
        let warm_up = Duration::from_millis(warm_up_ms);
        let timing = Timing {
            warm_up,
            open_model,
            recipients,
        };
        let (collector, recorders, timeline) = channel(sources, timing);
        Self {
            collector,
            recorders,
            timeline,
        }
    }

    fn begun(sources: usize, warm_up_ms: u64) -> Self {
        let bench = Self::new(sources, warm_up_ms, true);
        bench.timeline.begin(ms(START));
        bench
    }

    fn on_event(&mut self, at_ms: u64, event: Event<'_>) {
        self.recorders[0].on_event(ms(at_ms), &event);
    }

    fn finish(self) -> (Measurements, Vec<Row>) {
        drop(self.recorders);
        let mut rows = Vec::new();
        let (measured, result) = self.collector.run(|second, _| {
            rows.push(Row {
                t_s: second.t_s,
                window: second.window,
                counts: second.counts,
                gauges: second.gauges,
                responses: second.shown(Span::Response).map_or(0, Histogram::len),
            });
            Ok::<_, Infallible>(())
        });
        assert_eq!(result, Ok(()));
        (measured, rows)
    }
}

/// A message: its outcome and times, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Story {
    index: u64,
    intended: u64,
    started: u64,
    ended: u64,
    outcome: Outcome,
}

impl Story {
    fn ticket(&self) -> Ticket {
        Ticket {
            prompt: self.started == self.intended,
            started: ms(self.started),
            ..Ticket::new(self.index, ms(self.intended))
        }
    }

    /// Emits its events to one recorder: MAIL takes 1 ms, the rest is the reply to the dot.
    fn play(&self, bench: &mut Bench) {
        let (slot, message) = (SlotId(0), self.ticket());
        let (began, outcome) = (ms(self.started), self.outcome);
        bench.on_event(self.intended, Event::Scheduled { message });
        if outcome == Outcome::Unsent {
            let cause = NEVER_STARTED;
            return bench.on_event(
                self.ended,
                Event::Ended {
                    message,
                    outcome,
                    cause,
                },
            );
        }
        let cause = reply(Phase::Accept, 250, "Ok 0100019dec617b98-1b2c3d4e");
        bench.on_event(self.started, Event::Started { slot, message });
        bench.on_event(self.started, Event::AttemptStarted { slot, message });
        bench.on_event(self.started, Event::TransactionStarted { slot, message });
        let phase = Phase::Mail;
        bench.on_event(self.started + 1, Event::PhaseEnded { slot, phase, began });
        let transaction = Some(began);
        bench.on_event(
            self.ended,
            Event::AttemptEnded {
                slot,
                message,
                outcome,
                cause,
                began,
                transaction,
            },
        );
        bench.on_event(
            self.ended,
            Event::Ended {
                message,
                outcome,
                cause,
            },
        );
    }
}

fn story(index: u64, intended: u64, outcome: Outcome) -> Story {
    Story {
        index,
        intended,
        started: intended,
        ended: intended + 10,
        outcome,
    }
}

fn value(measured: &Measurements, metric: impl Into<Metric>) -> u64 {
    let histogram = measured.histograms().of(metric).unwrap();
    assert_eq!(histogram.len(), 1);
    histogram.max() / 1_000_000
}
