//! The results measured so far.

use std::time::Duration;

use super::FigureSource;
use super::counts::Counts;
use super::histograms::{Histograms, microseconds};
use super::outcomes::OutcomeTable;
use super::second::Second;
use super::timeline::Timeline;
use crate::vocabulary::{FigureValue, Instant, Metric, Outcome, Period};

/// Everything measured, up to the end of a second or of the run.
#[derive(Debug)]
pub struct Measurements {
    timeline: Timeline,
    counts: Counts,
    histograms: Histograms,
    outcomes: OutcomeTable,
    /// Everything up to this time is included.
    latest: Instant,
    latest_event: Instant,
    /// The same for each part of the window that a threshold is about.
    periods: Vec<(Period, Self)>,
    processor: ProcessorTime,
}

/// Processor time that the generator used over the window, in microseconds; none
/// where it is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessorTime {
    /// Per message accepted within the window.
    pub per_message_us: Option<f64>,
    /// Per session opened in the window.
    pub per_session_us: Option<f64>,
}

impl Measurements {
    pub(super) fn new(timeline: Timeline) -> Self {
        Self {
            timeline,
            counts: Counts::default(),
            histograms: Histograms::default(),
            outcomes: OutcomeTable::default(),
            latest: Instant::ORIGIN,
            latest_event: Instant::ORIGIN,
            periods: Vec::new(),
            processor: ProcessorTime::default(),
        }
    }

    /// Adds a part of the window, still empty.
    pub(super) fn add_period(&mut self, period: Period) {
        let part = Self::new(self.timeline.within(period));
        self.periods.push((period, part));
    }

    /// The parts of the window, in the order in which they were added.
    pub(super) fn periods_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.periods.iter_mut().map(|(_, part)| part)
    }

    /// Sets the processor time, which is known only when the run is over.
    pub fn set_processor_time(&mut self, used: ProcessorTime) {
        self.processor = used;
    }

    pub(super) fn add(&mut self, second: &Second) {
        self.counts += &second.counts;
        self.histograms.add(&second.histograms);
        self.outcomes.add(&second.outcomes);
        let end = Duration::from_secs(u64::from(second.t_s) + 1);
        let end = self.timeline.start().map(|start| start + end);
        self.latest = self
            .latest
            .max(second.latest)
            .max(end.unwrap_or(Instant::ORIGIN));
        self.latest_event = self.latest_event.max(second.latest);
    }

    /// Counters of the whole run and of the window.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Times that belong to the window.
    pub fn histograms(&self) -> &Histograms {
        &self.histograms
    }

    /// How messages, attempts and sessions ended.
    pub fn outcomes(&self) -> &OutcomeTable {
        &self.outcomes
    }

    /// Start, window and end of the run.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Seconds from the start to `at`; 0 if `at` is before the start.
    pub fn seconds_at(&self, at: Instant) -> f64 {
        self.timeline
            .start()
            .map_or(0.0, |start| at.since(start).as_secs_f64())
    }

    /// Time from the start to the last event.
    pub fn duration(&self) -> Duration {
        let start = self.timeline.start();
        start.map_or(Duration::ZERO, |start| self.latest_event.since(start))
    }

    /// First attempts of the window's messages started in time, per second.
    pub fn achieved_rate(&self) -> f64 {
        per_second(self.started_in_time(), self.seconds())
    }

    /// Messages accepted within the window, per second.
    pub fn goodput(&self) -> f64 {
        per_second(self.accepted_in_window(), self.seconds())
    }
}

impl FigureSource for Measurements {
    fn quantile(&self, metric: Metric, q: f64) -> FigureValue {
        let (values, censored) = (self.count(metric), self.censored(metric));
        if values + censored == 0 {
            return FigureValue::Empty;
        }
        let rank = (q * (values + censored) as f64).ceil().max(1.0) as u64;
        let Some(histogram) = self.histograms.of(metric) else {
            return FigureValue::Above(0.0);
        };
        if rank > values {
            return FigureValue::Above(microseconds(histogram.max()));
        }
        // Half a rank less, so that rounding never selects the next rank.
        let within = (rank as f64 - 0.5) / values as f64;
        FigureValue::Value(microseconds(histogram.value_at_quantile(within)))
    }

    fn mean(&self, metric: Metric) -> Option<f64> {
        Some(self.histograms.of(metric)?.mean() / 1e3)
    }

    fn count(&self, metric: Metric) -> u64 {
        self.histograms
            .of(metric)
            .map_or(0, |histogram| histogram.len())
    }

    fn censored(&self, metric: Metric) -> u64 {
        let certain = self.counts.censored.of(metric);
        // A phase is known to be part of the set-up once a session has reached it.
        if certain + self.count(metric) == 0 {
            return 0;
        }
        certain + self.counts.unreached.of(metric)
    }

    fn scheduled(&self) -> u64 {
        self.counts.window.scheduled
    }

    fn outcome(&self, outcome: Outcome) -> u64 {
        self.counts.window.ended.of(outcome)
    }

    fn accepted_in_window(&self) -> u64 {
        self.counts.accepted_in_window
    }

    fn started_in_time(&self) -> u64 {
        self.counts.window.started_in_time
    }

    fn seconds(&self) -> f64 {
        let end = self.latest.min(self.timeline.window_closes());
        end.since(self.timeline.window_opens()).as_secs_f64()
    }

    fn cpu_per_message(&self) -> Option<f64> {
        self.processor.per_message_us
    }

    fn cpu_per_session(&self) -> Option<f64> {
        self.processor.per_session_us
    }

    fn within(&self, period: Period) -> Option<&dyn FigureSource> {
        let part = self.periods.iter().find(|(each, _)| *each == period);
        part.map(|(_, part)| part as &dyn FigureSource)
    }
}

fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}
