//! The status line of a run.

use crate::measure::{Measurements, Second, Window};
use crate::text::words::{count, millis, plural, rate};
use crate::vocabulary::{FigureValue, Span};

/// The expected length of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Expected {
    /// Length of the schedule in seconds, including warm-up, if known.
    pub seconds: Option<u64>,
    /// Number of messages, excluding warm-up, if that ends the schedule.
    pub messages: Option<u64>,
}

/// The achieved and the target rate since the last line.
#[derive(Debug, Default)]
pub(super) struct Pace {
    started: u64,
    target: Option<f64>,
    seconds: u64,
}

impl Pace {
    /// `target`: messages that the schedule asks for in this second; none in the closed model.
    pub(super) fn add(&mut self, second: &Second, target: Option<f64>) {
        self.started += second.counts.messages.started;
        self.target = target.map(|target| self.target.unwrap_or(0.0) + target);
        self.seconds += 1;
    }

    fn take(&mut self) -> (f64, Option<f64>) {
        let Self {
            started,
            target,
            seconds,
        } = std::mem::take(self);
        let seconds = seconds.max(1) as f64;
        (started as f64 / seconds, target.map(|all| all / seconds))
    }
}

/// Rates, outcomes so far, latency of the second, open sessions, backlog.
pub(super) fn line(pace: &mut Pace, second: &Second, measured: &Measurements) -> String {
    let (achieved, target) = pace.take();
    let achieved = rate(achieved);
    let rates = match target {
        // The schedule has ended.
        _ if second.window == Window::Drain => String::new(),
        Some(target) => format!("{achieved}/s of {}/s", rate(target)),
        None => format!("{achieved}/s"),
    };
    let parts = [
        rates,
        outcomes(measured),
        latency(second),
        plural(second.gauges.sessions_open, "session"),
        backlog(second),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" | ")
}

/// Name of the part of the run.
pub(super) fn act(window: Window) -> &'static str {
    match window {
        Window::Warmup => "warm-up",
        Window::Measure => "measuring",
        Window::Drain => "draining",
    }
}

fn outcomes(measured: &Measurements) -> String {
    let ended = measured.counts().messages.ended;
    let some = ended.iter().filter(|(_, number)| *number > 0);
    let texts: Vec<_> = some
        .map(|(outcome, number)| format!("{} {}", count(number), outcome.name()))
        .collect();
    texts.join(", ")
}

/// Latency of this second's messages: response, or service in the closed model.
fn latency(second: &Second) -> String {
    let spans = [Span::Response, Span::Service];
    let Some((span, times)) = spans
        .iter()
        .find_map(|span| Some((span, second.shown(*span)?)))
    else {
        return String::new();
    };
    let at = |q| millis(FigureValue::Value(times.value_at_quantile(q) as f64 / 1e3));
    format!("{} p50 {} p99 {} ms", span.name(), at(0.5), at(0.99))
}

fn backlog(second: &Second) -> String {
    match second.gauges.backlog {
        0 => String::new(),
        waiting => format!("{} waiting", count(waiting)),
    }
}
