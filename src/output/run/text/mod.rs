//! The report of a run for people, to be read in ten seconds.
//!
//! The verdict is last, next to the shell prompt.

mod facts;
mod tables;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::Exporter;
use crate::output::paint::{Colour, Paint};
use crate::output::table::{Side, Table};
use crate::run::{Finished, Record, Status};
use crate::text::printable;
use crate::text::words::plural;
pub(super) use facts::facts;
pub(super) use tables::{is_bad, latencies, replies};

/// Number of diagnoses printed; the rest is in `run.json`.
const DIAGNOSES_SHOWN: usize = 5;

/// Writes the report for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    paint: Paint,
}

impl Text {
    pub(super) const fn new(paint: Paint) -> Self {
        Self { paint }
    }
}

impl Exporter<Finished> for Text {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let record = &run.record;
        writeln!(
            to,
            "{}",
            self.paint.paint(Colour::Bold, &record.scenario.name)
        )?;
        indented(to, &facts(record, &run.folder))?;
        section(to, "latency in ms", &latencies(run))?;
        section(
            to,
            "not accepted, warm-up and drain included",
            &replies(&run.outcomes, "message"),
        )?;
        section(
            to,
            "sessions that failed",
            &replies(&run.outcomes, "session"),
        )?;
        self.diagnoses(to, record)?;
        self.findings(to, record)?;
        self.verdict(to, record)
    }
}

impl Text {
    fn diagnoses(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        if !record.diagnoses.is_empty() {
            writeln!(to, "\ndiagnoses")?;
        }
        for each in record.diagnoses.iter().take(DIAGNOSES_SHOWN) {
            let title = self.paint.paint(Colour::Yellow, &each.title);
            writeln!(to, "  {title}: {}", printable(&each.text))?;
        }
        Ok(())
    }

    fn findings(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        if !record.health.is_empty() {
            writeln!(to, "\nfindings")?;
        }
        for finding in &record.health {
            let severity = self.paint.paint(Colour::Yellow, &finding.severity);
            let text = printable(&finding.text);
            writeln!(to, "  {severity} {}: {text}", finding.code)?;
        }
        Ok(())
    }

    fn verdict(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        let Some(verdict) = &record.verdict else {
            return writeln!(to, "\n{}", self.paint.paint(Colour::Yellow, "UNFINISHED"));
        };
        let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
        for check in &verdict.thresholds {
            let doubt = if check.in_doubt { ", in doubt" } else { "" };
            let met = if check.met { "met" } else { "MISSED" };
            table.row([
                format!("{met}{doubt}"),
                check.threshold.clone(),
                check.value.clone(),
            ]);
        }
        section(to, "thresholds", &table)?;
        let colour = match verdict.decision.as_str() {
            "pass" => Colour::Green,
            "fail" => Colour::Red,
            _ => Colour::Yellow,
        };
        let line = self.paint.paint(colour, &verdict.decision.to_uppercase());
        writeln!(to, "\n{line}{}", reason(record))
    }
}

/// The reason for the verdict, in a phrase.
pub(super) fn reason(record: &Record) -> String {
    let Some(verdict) = &record.verdict else {
        return String::new();
    };
    let missed = verdict.thresholds.iter().filter(|check| !check.met).count();
    let of = plural(verdict.thresholds.len() as u64, "threshold");
    let mut reason = match (verdict.decision.as_str(), missed) {
        ("inconclusive", _) => ": see the findings".to_owned(),
        (_, 0) => format!(": {of} met"),
        (_, missed) => format!(": {missed} of {of} missed"),
    };
    match record.status {
        Status::Interrupted => reason += " (interrupted)",
        Status::Aborted => reason += " (aborted)",
        Status::Running | Status::Finished => {}
    }
    reason
}

fn section(to: &mut dyn Write, title: &str, table: &Table) -> io::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    writeln!(to, "\n{title}")?;
    indented(to, table)
}

fn indented(to: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| writeln!(to, "  {line}"))
}
