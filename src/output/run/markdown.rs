//! The result for a pull request or the summary of a job: the verdict first, what is
//! long folded away. Its size is limited: a summary over 1 MB is not shown, and one
//! over 60 KB is not read.

use std::io::{self, Write};

use super::text::{facts, latencies, reason, replies, state, word};
use super::{Exporter, asked};
use crate::output::markdown::escaped;
use crate::output::table::Table;
use crate::run::{Finished, Record};
use crate::text::command_line::shell_line;

/// Diagnoses and findings listed.
const LISTED: usize = 10;

/// Maximum length of one text of others, in characters: sixteen of them escaped stay
/// far below the limit of the whole.
const LONGEST: usize = 600;

/// Writes Markdown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

impl Exporter<Finished> for Markdown {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let record = &run.record;
        writeln!(to, "**{}{}**\n", word(record), shown(&reason(record)))?;
        writeln!(
            to,
            "{}: {}, {}\n",
            shown(&record.scenario.name),
            shown(&asked::load(record)),
            shown(&asked::target(record))
        )?;
        thresholds(record, to)?;
        notes(record, to)?;
        folded("Latency in ms", Some(latencies(run)), to)?;
        let refused = ["message", "session"].map(|scope| replies(&run.outcomes, scope));
        let [messages, sessions] = refused;
        let titled = |table: Table| {
            let mut titled = Table::new(&[]);
            titled.row(["count", "outcome", "phase", "reply"].map(str::to_owned));
            table.rows().for_each(|row| titled.row(row.iter().cloned()));
            titled
        };
        let titled = |table: Table| (!table.is_empty()).then(|| titled(table));
        folded("Messages not accepted", titled(messages), to)?;
        folded("Sessions that failed", titled(sessions), to)?;
        let mut all = Table::new(&[]);
        all.row(["", ""].map(str::to_owned));
        let facts = facts(record, &run.folder);
        facts.rows().for_each(|row| all.row(row.iter().cloned()));
        if !record.command_line.is_empty() {
            let line = shell_line(&record.command_line);
            all.row(["command line".to_owned(), line]);
        }
        folded("Facts", Some(all), to)
    }
}

fn thresholds(record: &Record, to: &mut dyn Write) -> io::Result<()> {
    let verdict = record.verdict.iter();
    let checks: Vec<_> = verdict.flat_map(|verdict| &verdict.thresholds).collect();
    if checks.is_empty() {
        return Ok(());
    }
    writeln!(to, "| threshold | measured | |\n|---|---:|---|")?;
    for check in checks {
        let state = state(record, check).replace("MISSED", "**missed**");
        let (threshold, value) = (shown(&check.threshold), shown(&check.value));
        writeln!(to, "| {threshold} | {value} | {state} |")?;
    }
    writeln!(to)
}

fn notes(record: &Record, to: &mut dyn Write) -> io::Result<()> {
    let findings = record.health.iter().map(|finding| {
        let head = format!("{} {}", finding.severity, finding.code);
        (head, &finding.text)
    });
    let diagnoses = record.diagnoses.iter();
    let diagnoses = diagnoses.map(|each| (each.title.clone(), &each.text));
    let all = findings.take(LISTED).chain(diagnoses.take(LISTED));
    let mut any = false;
    for (head, text) in all {
        writeln!(to, "- **{}**: {}", shown(&head), shown(text))?;
        any = true;
    }
    if any { writeln!(to) } else { Ok(()) }
}

/// A table that opens on a click; its first row is the head.
fn folded(title: &str, table: Option<Table>, to: &mut dyn Write) -> io::Result<()> {
    let Some(table) = table else {
        return Ok(());
    };
    writeln!(to, "<details><summary>{title}</summary>\n")?;
    for (at, row) in table.rows().enumerate() {
        let cells: Vec<_> = row.iter().map(|cell| shown(cell)).collect();
        writeln!(to, "| {} |", cells.join(" | "))?;
        if at == 0 {
            writeln!(to, "|{}", "---|".repeat(cells.len()))?;
        }
    }
    writeln!(to, "\n</details>\n")
}

fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short += "...";
    }
    escaped(&short)
}
