//! `intervals.csv`: one row per second.

use std::fs::File;
use std::path::Path;

use super::Error;
use super::columns::{Column, columns, header};
use super::numbers::{nanos, optional};
use crate::measure::{Histogram, Second};
use crate::vocabulary::{Outcome, Span};

/// The values of a row that are not in the stream of events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    /// Mean rate of the schedule in this second; none in the closed model.
    pub target_rate: Option<f64>,
    /// Processor time of the generator in this second, as a percentage of one core.
    pub cpu_percent: Option<f64>,
    /// Processor time of all processes in this second, as a percentage of all cores.
    pub machine_percent: Option<f64>,
}

/// `intervals.csv`, being written.
pub(super) struct Intervals {
    writer: csv::Writer<File>,
}

impl Intervals {
    pub(super) const FILE: &str = "intervals.csv";

    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create_new(path).map_err(Error::io(path))?;
        let mut writer = csv::Writer::from_writer(file);
        let columns = Self::columns();
        writer
            .write_record(header(&columns))
            .map_err(Error::io(path))?;
        writer.flush().map_err(Error::io(path))?;
        Ok(Self { writer })
    }

    /// Appends the row of one second, and flushes it to the operating system.
    pub(super) fn append(&mut self, second: &Second, sample: Sample) -> std::io::Result<()> {
        self.writer.write_record(row(second, sample))?;
        self.writer.flush()
    }

    pub(super) fn columns() -> Vec<Column> {
        let outcomes = Outcome::ALL.iter().map(|outcome| Column {
            name: outcome.name().into(),
            meaning: format!(
                "messages with this outcome in this second: {}",
                outcome.meaning()
            )
            .into(),
        });
        let mut all = columns(FIRST);
        all.extend(outcomes);
        all.extend(columns(LAST));
        all
    }
}

const FIRST: &[(&str, &str)] = &[
    (
        "t_s",
        "seconds since the start; events before the start are in 0",
    ),
    (
        "window",
        "`warmup`, `measure` or `drain`: the part of the run in which the second begins",
    ),
    (
        "target_rate",
        "mean rate of the schedule in this second; empty in the closed model",
    ),
    ("scheduled", "messages intended for this second"),
    (
        "started",
        "messages started: taken up by a slot for the first time",
    ),
];

const LAST: &[(&str, &str)] = &[
    ("retries", "attempts started, other than a message's first"),
    (
        "retrying",
        "messages that wait for their next attempt, at the end of the second",
    ),
    (
        "in_flight",
        "attempts in progress, at the end of the second",
    ),
    (
        "backlog",
        "messages released that wait for a slot, at the end of the second",
    ),
    (
        "sessions_open",
        "sessions ready for MAIL or in a transaction, at the end of the second",
    ),
    (
        "response_p50_us",
        "median response of the messages accepted in this second, warm-up and drain included",
    ),
    ("response_p99_us", "99th percentile of the same"),
    ("response_max_us", "maximum of the same"),
    ("service_p99_us", "99th percentile of their service"),
    (
        "slip_p99_us",
        "99th percentile of the slip of attempts started in this second",
    ),
    (
        "cpu_percent",
        "processor time of the generator, as a percentage of one core",
    ),
    (
        "machine_percent",
        "processor time of all processes on the machine, as a percentage of all cores",
    ),
];

fn row(second: &Second, sample: Sample) -> Vec<String> {
    let (messages, gauges) = (&second.counts.messages, second.gauges);
    let mut row = vec![
        second.t_s.to_string(),
        second.window.name().to_owned(),
        optional(sample.target_rate),
        messages.scheduled.to_string(),
        messages.started.to_string(),
    ];
    row.extend(messages.ended.iter().map(|(_, count)| count.to_string()));
    row.extend([
        second.counts.attempts.retries.to_string(),
        gauges.retrying.to_string(),
        gauges.in_flight.to_string(),
        gauges.backlog.to_string(),
        gauges.sessions_open.to_string(),
        at(second.shown(Span::Response), 0.5),
        at(second.shown(Span::Response), 0.99),
        at(second.shown(Span::Response), 1.0),
        at(second.shown(Span::Service), 0.99),
        at(second.shown(Span::Slip), 0.99),
        percentage(sample.cpu_percent),
        percentage(sample.machine_percent),
    ]);
    row
}

/// Rounded to a tenth, the resolution of the kernel's ticks.
fn percentage(percent: Option<f64>) -> String {
    optional(percent.map(|percent| (percent * 10.0).round() / 10.0))
}

fn at(histogram: Option<&Histogram>, q: f64) -> String {
    histogram
        .map(|histogram| nanos(histogram.value_at_quantile(q)))
        .unwrap_or_default()
}
