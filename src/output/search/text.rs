//! The report of a search for people: the decision first, then the steps.

use std::io::{self, Write};
use std::path::Path;

use super::Exporter;
use super::words::{decision, facts, load, outcome};
use crate::output::paint::{Colour, Paint};
use crate::output::table::{Side, Table};
use crate::run::{SearchRecord, SearchResult};
use crate::text::printable;
use crate::text::words::rate;

/// Columns of a terminal.
const WIDTH: usize = 80;

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

impl Exporter<SearchResult> for Text {
    fn export(&self, search: &SearchResult, to: &mut dyn Write) -> io::Result<()> {
        let record = &search.record;
        let (word, colour, rest) = decision(record);
        let (rest, limit) = folded(word, &rest);
        writeln!(to, "{}: {rest}", self.paint.paint(colour, word))?;
        if let Some(limit) = limit {
            writeln!(to, "  {limit}")?;
        }
        lines(to, &facts_table(record, &search.folder))?;
        if record.steps.is_empty() {
            return Ok(());
        }
        let name = printable(&record.scenario.name);
        let title = self.paint.paint(Colour::Bold, &name);
        writeln!(to, "\nsteps of {title}")?;
        lines(to, &steps(record))
    }
}

/// The decision, and its limit for a line of its own where one line is too short.
fn folded<'a>(word: &str, rest: &'a str) -> (&'a str, Option<&'a str>) {
    let is_long = word.chars().count() + 2 + rest.chars().count() > WIDTH;
    match rest.split_once(" (limit: ") {
        Some((bracket, _)) if is_long => (bracket, Some(rest[bracket.len()..].trim_start())),
        _ => (rest, None),
    }
}

fn facts_table(record: &SearchRecord, folder: &Path) -> Table {
    let mut table = Table::new(&[Side::Left, Side::Left]);
    for (name, text) in facts(record) {
        table.row([name.to_owned(), printable(&text)]);
    }
    let folder = printable(&folder.display().to_string());
    if record.answer.ending == "stopped" {
        let how = format!("by the same command with --resume {folder}");
        table.row(["to go on".to_owned(), how]);
    }
    table.row(["files".to_owned(), folder]);
    table
}

fn steps(record: &SearchRecord) -> Table {
    let mut table = Table::new(&[
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Left,
        Side::Left,
    ]);
    let header = ["", "load", "time", "accepted", "result", "reason"];
    table.row(header.map(str::to_owned));
    for step in &record.steps {
        table.row([
            step.number.to_string(),
            load(&record.arguments, step.load),
            format!("{} s", rate(step.length_s)),
            format!("{}/s", rate(step.accepted_per_s)),
            outcome(&step.outcome).to_owned(),
            printable(&step.reason),
        ]);
    }
    table
}

/// The lines of a table, indented; what does not fit is cut off, except names of
/// files, which are last in their line.
fn lines(to: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| {
        let is_path = ["files", "to go on"]
            .iter()
            .any(|name| line.starts_with(name));
        let is_long = line.chars().count() + 2 > WIDTH && !is_path;
        match is_long {
            true => {
                let kept: String = line.chars().take(WIDTH - 5).collect();
                writeln!(to, "  {}...", kept.trim_end())
            }
            false => writeln!(to, "  {line}"),
        }
    })
}
