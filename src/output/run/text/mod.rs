//! The report of a run for people, to be read in ten seconds: a screen of 80 columns.
//!
//! The order is that of the page, `report.html`: the verdict, its thresholds, what was
//! asked and what happened, findings, what was not accepted, latencies with what
//! matters most first, files. The verdict is repeated at the end, next to the shell
//! prompt. What a format for another medium shows of the same (facts, latencies,
//! replies, the verdict in words) is shared with it.

mod facts;
mod tables;
#[cfg(test)]
mod tests;
mod verdict;

use std::io::{self, Write};

use super::Exporter;
use crate::output::paint::{Colour, Paint};
use crate::output::table::{Side, Table};
use crate::run::{Finished, Record};
use crate::text::{cut_words, printable};
pub(super) use facts::facts;
use tables::{folded_phases, latencies_by_weight};
pub(super) use tables::{is_bad, latencies, replies};
pub(super) use verdict::{reason, state, word};

/// The width of every line whose words allow it.
const WIDTH: usize = 80;

/// Number of diagnoses printed; the rest is in `run.json`.
const DIAGNOSES_SHOWN: usize = 5;

/// Maximum length of a diagnosis or finding, in characters: they quote servers.
const LONGEST_NOTE: usize = 1_000;

/// Maximum length of a reply, in characters; the rest is in `outcomes.csv`.
const LONGEST_REPLY: usize = 240;

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
        self.verdict(to, record)?;
        thresholds(to, record)?;
        self.facts(to, run)?;
        self.findings(to, record)?;
        refused(to, run)?;
        self.diagnoses(to, record)?;
        latency(to, run)?;
        writeln!(to, "\n{}  {}\n", facts::FILES, run.folder.display())?;
        self.verdict(to, record)
    }
}

impl Text {
    fn verdict(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        let decision = record.verdict.as_ref();
        let colour = match decision.map(|verdict| verdict.decision.as_str()) {
            Some("pass") => Colour::Green,
            Some("fail") => Colour::Red,
            _ => Colour::Yellow,
        };
        let word = self.paint.paint(colour, &word(record));
        writeln!(to, "{word}{}", reason(record))
    }

    fn facts(self, to: &mut dyn Write, run: &Finished) -> io::Result<()> {
        let name = printable(&run.record.scenario.name);
        writeln!(to, "\n{}", self.paint.paint(Colour::Bold, &name))?;
        let facts = facts(&run.record, &run.folder);
        let rows: Vec<_> = facts
            .rows()
            .filter_map(|row| Some((row.first()?, row.get(1)?)))
            .filter(|(name, _)| *name != facts::FILES)
            .collect();
        let widths = rows.iter().map(|(name, _)| name.chars().count());
        let width = widths.max().unwrap_or(0);
        for (name, text) in rows {
            hanging(to, &format!("  {name:width$}  "), &printable(text))?;
        }
        Ok(())
    }

    fn findings(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        if !record.health.is_empty() {
            writeln!(to, "\nfindings")?;
        }
        for finding in &record.health {
            let head = format!("{} {}", finding.severity, finding.code);
            self.note(to, &head, &finding.severity, &finding.text)?;
        }
        Ok(())
    }

    fn diagnoses(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        if !record.diagnoses.is_empty() {
            writeln!(to, "\ndiagnoses")?;
        }
        for each in record.diagnoses.iter().take(DIAGNOSES_SHOWN) {
            self.note(to, &each.title, &each.title, &each.text)?;
        }
        Ok(())
    }

    /// `head: text` in lines of which all but the first are indented further. Its
    /// beginning is in colour.
    fn note(self, to: &mut dyn Write, head: &str, coloured: &str, text: &str) -> io::Result<()> {
        let text = printable(&format!("{head}: {text}"));
        let text = shortened(&text, LONGEST_NOTE);
        for (at, line) in paragraph(&text).enumerate() {
            let start = format!("  {coloured}");
            match (at, line.strip_prefix(&start)) {
                (0, Some(rest)) => {
                    let start = self.paint.paint(Colour::Yellow, coloured);
                    writeln!(to, "  {start}{rest}")?;
                }
                _ => writeln!(to, "{line}")?,
            }
        }
        Ok(())
    }
}

fn thresholds(to: &mut dyn Write, record: &Record) -> io::Result<()> {
    let verdict = record.verdict.iter();
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
    for check in verdict.flat_map(|verdict| &verdict.thresholds) {
        let (threshold, value) = (check.threshold.clone(), check.value.clone());
        table.row([state(record, check), threshold, value]);
    }
    indented(to, &table)
}

/// Replies and errors in place of acceptance, in columns. The last one, the text of a
/// server, is wrapped.
fn refused(to: &mut dyn Write, run: &Finished) -> io::Result<()> {
    for (title, scope) in [
        ("not accepted, warm-up and drain included", "message"),
        ("sessions that failed", "session"),
    ] {
        let table = replies(&run.outcomes, scope);
        if table.is_empty() {
            continue;
        }
        writeln!(to, "\n{title}")?;
        let mut heads = Table::new(&[Side::Right, Side::Left, Side::Left]);
        for row in table.rows() {
            heads.row(row.iter().take(3).cloned());
        }
        let widest = heads.lines().map(|line| line.chars().count());
        let width = widest.max().unwrap_or(0);
        for (head, row) in heads.lines().zip(table.rows()) {
            let text = row.get(3).map_or("", String::as_str);
            let text = shortened(text, LONGEST_REPLY);
            hanging(to, &format!("  {head:width$}  "), &text)?;
        }
    }
    Ok(())
}

/// The latencies that matter, and the others in a phrase.
fn latency(to: &mut dyn Write, run: &Finished) -> io::Result<()> {
    let table = latencies_by_weight(run);
    if table.is_empty() {
        return Ok(());
    }
    writeln!(to)?;
    table.lines().try_for_each(|line| writeln!(to, "{line}"))?;
    let mut others = folded_phases(run).into_iter();
    let Some(first) = others.next() else {
        return Ok(());
    };
    // A name stays with its figure.
    let mut line = format!("  p50 of others: {first}");
    for other in others {
        line.push(',');
        if line.chars().count() + other.chars().count() + 2 > WIDTH {
            writeln!(to, "{line}")?;
            line = "   ".to_owned();
        }
        line += &format!(" {other}");
    }
    writeln!(to, "{line}")
}

/// Lines of which all but the first are indented further.
fn paragraph(text: &str) -> impl Iterator<Item = String> {
    let lines = cut_words(text, WIDTH - 4).into_iter().enumerate();
    lines.map(|(at, line)| match at {
        0 => format!("  {line}"),
        _ => format!("    {line}"),
    })
}

/// Text beside its head, in lines below each other.
fn hanging(to: &mut dyn Write, head: &str, text: &str) -> io::Result<()> {
    let indent = head.chars().count();
    let lines = cut_words(text, WIDTH.saturating_sub(indent).max(WIDTH / 4));
    for (at, line) in lines.iter().enumerate() {
        match at {
            0 => writeln!(to, "{head}{line}")?,
            _ => writeln!(to, "{:indent$}{line}", "")?,
        }
    }
    match lines.is_empty() {
        true => writeln!(to, "{}", head.trim_end()),
        false => Ok(()),
    }
}

/// At most that many characters, and a mark where there were more.
fn shortened(text: &str, longest: usize) -> String {
    let mut short: String = text.chars().take(longest).collect();
    if short.len() < text.len() {
        short += "...";
    }
    short
}

fn indented(to: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| writeln!(to, "  {line}"))
}
