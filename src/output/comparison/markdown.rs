//! The result for a pull request or the summary of a job.

use std::io::{self, Write};

use super::phrases::{headline, runs, shown, visible};
use super::{CompareReport, Exporter};
use crate::output::answers::{change, interval, measured, points};
use crate::output::markdown::escaped;
use crate::text::figures::share;

/// Writes Markdown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

/// Runs left out that are listed: a job's summary is limited.
const LISTED: usize = 20;

impl Exporter<CompareReport> for Markdown {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "### {}\n", escaped(&report.scenario))?;
        writeln!(
            to,
            "**{}** ({})\n",
            escaped(&headline(report)),
            runs(report)
        )?;
        for difference in &report.differences {
            writeln!(to, "- {}", escaped(difference))?;
        }
        if !report.differences.is_empty() {
            writeln!(to)?;
        }
        table(report, to)?;
        let listed = report.excluded.iter().take(LISTED);
        for each in listed {
            let (folder, reason) = (escaped(&each.folder), escaped(&each.reason));
            writeln!(to, "- left out: {folder}: {reason}")?;
        }
        Ok(())
    }
}

/// Its columns; a history has one more.
fn table(report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
    let (base, new, place) = match report.history {
        Some(_) => ("earlier jobs", "new job", " rank |"),
        None => ("base", "new", ""),
    };
    let line = match place.is_empty() {
        true => "",
        false => "---|",
    };
    writeln!(
        to,
        "| figure | {base} | {new} |{place} shift | interval | decision | floor | visible |"
    )?;
    writeln!(to, "|---|---:|---:|{line}---:|---:|---|---:|---|")?;
    let mut row = |mut cells: Vec<String>, rank: String| {
        if report.history.is_some() {
            cells.insert(3, rank);
        }
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        writeln!(to, "| {} |", cells.join(" | "))
    };
    for answer in shown(report) {
        let estimate = answer.estimate.as_ref();
        let cells = vec![
            answer.figure.clone(),
            measured(&answer.figure, answer.base.median),
            measured(&answer.figure, answer.new.median),
            estimate.map_or_else(String::new, |estimate| change(estimate.shift)),
            estimate.map_or_else(String::new, |estimate| interval(&estimate.interval)),
            answer.decision.to_string(),
            share(answer.floor),
            visible(answer).unwrap_or_default(),
        ];
        let place = answer.place.as_ref();
        let rank = place.map(|place| format!("{} of {}", place.rank, place.of));
        row(cells, rank.unwrap_or_default())?;
    }
    for answer in &report.answers.shares {
        let cells = vec![
            answer.figure.clone(),
            share(answer.base),
            share(answer.new),
            points(answer),
            String::new(),
            answer.decision.to_string(),
            "0.1 points".to_owned(),
            String::new(),
        ];
        row(cells, String::new())?;
    }
    writeln!(to)
}
