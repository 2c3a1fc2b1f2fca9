//! Runs side by side, of which nothing is decided: what `sesbench report A B` writes.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use super::differences::{Difference, differences};
use super::run_set::{Arm, Member, RunSet, Source, names};
use super::{overlaid, table};
use crate::analysis::verdict::{Figure, Statistic};
use crate::output::page::section::shown;
use crate::output::page::{Page, part_in_words};
use crate::output::run::verdict_words;
use crate::output::table::{Side, Table};
use crate::output::{Exporter, Format, Report};
use crate::run::Finished;
use crate::text::printable;
use crate::text::words::{millis, plural, rate};
use crate::vocabulary::{Metric, Span};

/// Runs, and what is known of them together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Runs {
    /// In the order of the command line.
    pub(crate) runs: Vec<Finished>,
    /// The names of the arms: of the runs themselves, or of groups with one plan.
    pub(crate) arms: Vec<String>,
    /// The number of each run's arm.
    pub(crate) arm_of: Vec<usize>,
    /// Whether the runs of an arm have one plan.
    pub(crate) is_alike: bool,
    /// In what the plans of the arms differ.
    pub(crate) differences: Vec<Difference>,
    /// The seconds that charts show; all if none are given.
    pub(crate) part: Option<Range<u32>>,
}

impl Report for Runs {
    const TEXT: Format<Self> = Format {
        name: "text",
        meaning: "a line for each run",
        exporter: |_| Box::new(Text),
    };
    const JSON: Format<Self> = Format {
        name: "json",
        meaning: "the records of the runs, as in run.json",
        exporter: |_| Box::new(Json),
    };
    const OTHERS: &'static [Format<Self>] = &[Format {
        name: "html",
        meaning: "the runs side by side, as a page with charts",
        exporter: |_| Box::new(Html),
    }];
    const WRITTEN: &'static str = "Nothing is decided: see compare and ab.";
}

/// Runs whose verdict is in the first lines of the page; the table has all.
const LISTED: usize = 12;

/// What to do for a decision.
const ADVICE: &str = "Nothing is decided here: runs differ by chance, and by what else the \
                      machine did. For a decision compare several runs of each kind, made in turn: \
                      sesbench compare, or sesbench ab, which makes them.";

/// Writes the page.
#[derive(Clone, Copy, Debug)]
struct Html;

impl Exporter<Runs> for Html {
    fn export(&self, runs: &Runs, to: &mut dyn Write) -> io::Result<()> {
        self.export_in(runs, Path::new("."), to)
    }

    fn export_in(&self, runs: &Runs, folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        page(runs, folder).write(to)
    }
}

fn page(runs: &Runs, folder: &Path) -> Page {
    let sources = runs.runs.iter().zip(&runs.arm_of).map(|(run, arm)| Source {
        path: run.folder.clone(),
        arm: *arm,
        left_out: None,
    });
    let sources: Vec<Source> = sources.collect();
    let mut set = RunSet::read(Arm::named(&runs.arms), &sources, runs.part.as_ref(), folder);
    set.is_alike = runs.is_alike;
    let mut notes = verdicts(&set, runs);
    if let Some(part) = &runs.part {
        notes.push(format!(
            "The charts over time and the curves are of {}; the tables of the runs and of the \
             set-up, and the verdicts, are of the whole runs.",
            part_in_words(part)
        ));
    }
    notes.push(ADVICE.to_owned());
    let figure = Figure::Latency(Metric::Span(set.span()), Statistic::Quantile(0.5));
    let mut sections = vec![table(&set), differences(&set, &runs.differences)];
    sections.extend(overlaid(&set, figure));
    Page {
        title: shown(&format!("{}: report of sesbench", scenarios(runs))),
        class: "plain",
        word: shown(&plural(runs.runs.len() as u64, "run")),
        sentence: " side by side.".to_owned(),
        notes: notes.iter().map(|note| shown(note)).collect(),
        sections,
    }
}

/// A line for each run; of many, only for those that did not pass.
fn verdicts(set: &RunSet, runs: &Runs) -> Vec<String> {
    let all = set.members.iter().zip(&runs.runs);
    if runs.runs.len() <= LISTED {
        return all.map(line).collect();
    }
    let has_passed = |run: &Finished| {
        let verdict = run.record.verdict.as_ref();
        verdict.is_some_and(|verdict| verdict.decision == "pass")
    };
    let passed = runs.runs.iter().filter(|run| has_passed(run)).count();
    let others = all.filter(|(_, run)| !has_passed(run));
    let mut lines = vec![format!("{passed} of {} passed.", runs.runs.len())];
    lines.extend(others.take(LISTED).map(line));
    if let more @ 1.. = runs.runs.len().saturating_sub(passed + LISTED) {
        lines.push(format!("{more} more are in the table."));
    }
    lines
}

/// `a1: PASS: 3 thresholds met`, or the findings that made it inconclusive.
fn line((member, run): (&Member, &Finished)) -> String {
    let (word, mut reason) = verdict_words(&run.record);
    let deciding = run.record.health.iter();
    let deciding = deciding.filter(|finding| finding.severity == "inconclusive");
    let codes: Vec<&str> = deciding.map(|finding| finding.code.as_str()).collect();
    if !codes.is_empty() {
        reason = format!(": {}", codes.join(", "));
    }
    let shard = run.record.shard.map(|shard| {
        format!(
            " (shard {} of {}, not the whole plan)",
            shard.index, shard.of
        )
    });
    format!(
        "{}: {word}{reason}{}",
        member.name,
        shard.unwrap_or_default()
    )
}

/// The names of the scenarios, each once.
fn scenarios(runs: &Runs) -> String {
    let names = runs
        .runs
        .iter()
        .map(|run| run.record.scenario.name.as_str());
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(3);
    names.join(", ")
}

/// Writes a line for each run.
#[derive(Clone, Copy, Debug)]
struct Text;

impl Exporter<Runs> for Text {
    fn export(&self, runs: &Runs, to: &mut dyn Write) -> io::Result<()> {
        let paths: Vec<&Path> = runs.runs.iter().map(|run| run.folder.as_path()).collect();
        let sides = [
            Side::Left,
            Side::Left,
            Side::Right,
            Side::Right,
            Side::Right,
        ];
        let mut table = Table::new(&sides);
        table.row(["run", "verdict", "goodput", "p50 in ms", "p99 in ms"].map(str::to_owned));
        for (run, name) in runs.runs.iter().zip(names(&paths)) {
            let record = &run.record;
            let line = [Span::Response, Span::Service];
            let line = line.iter().find_map(|span| {
                let line = run.line(Metric::Span(*span));
                line.filter(|line| line.count > 0)
            });
            let [p50, p99] = match line {
                Some(line) => [line.p50, line.p99].map(millis),
                None => ["-", "-"].map(str::to_owned),
            };
            table.row([
                printable(&name),
                verdict_words(record).0,
                format!("{}/s", rate(record.rate.goodput_per_s)),
                p50,
                p99,
            ]);
        }
        table.lines().try_for_each(|line| writeln!(to, "{line}"))
    }
}

/// Writes a list of records.
#[derive(Clone, Copy, Debug)]
struct Json;

impl Exporter<Runs> for Json {
    fn export(&self, runs: &Runs, to: &mut dyn Write) -> io::Result<()> {
        let records: Vec<_> = runs.runs.iter().map(|run| &run.record).collect();
        serde_json::to_writer_pretty(&mut *to, &records)?;
        writeln!(to)
    }
}
