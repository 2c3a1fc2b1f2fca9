//! `outcomes.csv`: how messages, attempts and sessions ended, and with what reply.

use std::cmp::Reverse;
use std::io::Write;

use super::columns::{Column, columns, header, read_rows};
use super::numbers::number;
use crate::measure::{Measurements, OutcomeRow};

pub(super) const FILE: &str = "outcomes.csv";

/// A row of `outcomes.csv`, with its cells as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeLine {
    /// `message`, `attempt` or `session`.
    pub scope: String,
    /// The phase it ended in; empty for a message that never started.
    pub phase: String,
    /// Outcome; empty for a session that sesbench closed.
    pub outcome: String,
    /// Reply code; empty where no reply was read.
    pub code: String,
    /// Enhanced status code; empty where there was none.
    pub enhanced: String,
    /// The reply or error, with the parts that vary per message replaced.
    pub text: String,
    /// How often.
    pub count: u64,
}

pub(super) fn outcome_columns() -> Vec<Column> {
    columns(&[
        (
            "scope",
            "`message`, `attempt` or `session`; message rows add up to `totals`",
        ),
        (
            "phase",
            "the phase it ended in; empty for a message that never started",
        ),
        (
            "outcome",
            "how it ended; empty for a session that ended with QUIT from sesbench",
        ),
        ("code", "reply code; empty where no reply was read"),
        (
            "enhanced",
            "enhanced status code (RFC 3463), where the reply had one",
        ),
        (
            "text",
            "the reply, or the error, with the parts that vary per message replaced: ids by `<id>`, mail addresses by `<address>`, IP addresses by `<ip>`, clock times and countdowns (with their date) by `<time>`, dates by `<date>`, durations by `<duration>`, and in the reply that accepts a message its size by `<size>` and the speed by `<rate>`; other numbers, such as limits, are kept. `<other> first: ...` stands for replies beyond the first 300 different rows of a scope and an outcome: a row for each phase, code and enhanced code, with the first of their texts",
        ),
        ("count", "number of occurrences"),
        (
            "first_s",
            "time of the first one, in seconds since the start; 0 if before the start",
        ),
        ("last_s", "time of the last one"),
    ])
}

/// Writes all rows, by scope, the most frequent first.
pub(super) fn write_outcomes(measured: &Measurements, to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(header(&outcome_columns()))?;
    let mut rows: Vec<_> = measured.outcomes().rows().collect();
    rows.sort_by_key(|row| (row.scope as u8, Reverse(row.count)));
    for row in rows {
        writer.write_record(cells(measured, row))?;
    }
    Ok(writer.flush()?)
}

fn cells(measured: &Measurements, row: &OutcomeRow) -> [String; 9] {
    let name = |name: Option<&'static str>| name.unwrap_or_default().to_owned();
    let cause = &row.cause;
    [
        row.scope.name().to_owned(),
        name(cause.phase.map(|phase| phase.name())),
        name(row.outcome.map(|outcome| outcome.name())),
        cause.code.map(|code| code.to_string()).unwrap_or_default(),
        cause.enhanced.clone().unwrap_or_default(),
        cause.text.clone(),
        row.count.to_string(),
        number(measured.seconds_at(row.first)),
        number(measured.seconds_at(row.last)),
    ]
}

/// Reads the rows back; the error names the line and what is wrong with it.
pub(super) fn read_outcomes(text: &str) -> Result<Vec<OutcomeLine>, String> {
    read_rows(text, read_line)
}

fn read_line(header: &csv::StringRecord, row: &csv::StringRecord) -> Option<OutcomeLine> {
    let cell = |name| row.get(header.iter().position(|column| column == name)?);
    let text = |name| cell(name).map(str::to_owned);
    Some(OutcomeLine {
        scope: text("scope")?,
        phase: text("phase")?,
        outcome: text("outcome")?,
        code: text("code")?,
        enhanced: text("enhanced")?,
        text: text("text")?,
        count: cell("count")?.parse().ok()?,
    })
}
