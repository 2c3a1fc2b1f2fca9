//! The runs as a table: what became of each, with the way to its own report.

use super::medians::median;
use super::run_set::{Member, ReadRun, RunSet};
use crate::output::page::section::{Cell, Grid, Section};
use crate::output::run::verdict_words;
use crate::text::words::{millis, plural, rate};
use crate::vocabulary::{FigureValue, Metric, Span};

/// A longer table is folded, with one of the arms before it.
const OPEN_ROWS: usize = 12;

/// What is in doubt of a run that cannot be read.
const UNREADABLE: &str = "UNREADABLE";

/// The section with the table.
pub(crate) fn table(set: &RunSet) -> Section {
    let span = set.span();
    let name = span.name();
    let (p50, p99) = (format!("{name} p50"), format!("{name} p99"));
    let mut section = Section::new("Runs");
    if set.is_grouped() {
        section = section.table(of_arms(set, span, [&p50, &p99]));
    }
    // A run that is an arm has its name.
    let arm = set.is_grouped().then_some("arm");
    let head = [Some("run"), Some("start, UTC"), arm];
    let rest = ["verdict", "goodput", &p50, &p99, "findings"];
    let head: Vec<&str> = head.into_iter().flatten().chain(rest).collect();
    let texts: &'static [usize] = match arm {
        Some(_) => &[0, 2, 3, 7],
        None => &[0, 2, 6],
    };
    let is_long = set.members.len() > OPEN_ROWS;
    let mut grid = match is_long {
        true => Grid::folded("each run", &head, texts),
        false => Grid::new(&head, texts),
    };
    for member in &set.members {
        grid.row(row(set, member, span));
    }
    if set.more > 0 {
        section = section.text(&format!(
            "The first {}; {} more are in the folder.",
            plural(set.members.len() as u64, "run"),
            set.more
        ));
    }
    section
        .text("Times in ms, goodput in accepted messages per second, both of the measured window.")
        .table(grid)
}

fn row(set: &RunSet, member: &Member, span: Span) -> Vec<Cell> {
    let name = Cell {
        text: member.name.clone(),
        link: member.link.clone(),
    };
    let left_out = member.left_out.iter();
    let left_out = left_out.map(|why| format!("not compared: {why}"));
    let texts = match &member.run {
        Err(why) => [
            "-".to_owned(),
            UNREADABLE.to_owned(),
            "-".to_owned(),
            "-".to_owned(),
            "-".to_owned(),
            left_out.chain([why.clone()]).collect::<Vec<_>>().join("; "),
        ],
        Ok(run) => {
            let record = &run.finished.record;
            let codes = record.health.iter().map(|finding| finding.code.clone());
            let shard = record.shard.iter();
            let shard = shard.map(|shard| format!("shard {} of {}", shard.index, shard.of));
            let log = run.details.missing_log.iter().map(ToString::to_string);
            let notes: Vec<String> = left_out.chain(shard).chain(log).chain(codes).collect();
            let [p50, p99] = quantiles(run, span).map(millis);
            [
                record.start.as_deref().map_or("-".to_owned(), in_seconds),
                verdict_words(record).0,
                rate(record.rate.goodput_per_s),
                p50,
                p99,
                match notes.is_empty() {
                    true => "none".to_owned(),
                    false => notes.join("; "),
                },
            ]
        }
    };
    let [start, rest @ ..] = texts;
    let arm = set.is_grouped().then(|| set.arm(member).name.clone());
    let texts = std::iter::once(start).chain(arm).chain(rest);
    std::iter::once(name).chain(texts.map(Cell::from)).collect()
}

/// `2026-11-28 11:02:11` of a time with milliseconds.
fn in_seconds(start: &str) -> String {
    let (whole, _) = start.split_once('.').unwrap_or((start, ""));
    whole.trim_end_matches('Z').replacen('T', " ", 1)
}

/// p50 and p99 as in `summary.csv`.
pub(crate) fn quantiles(run: &ReadRun, span: Span) -> [FigureValue; 2] {
    let line = run.finished.line(Metric::Span(span));
    line.map_or([FigureValue::Empty; 2], |line| [line.p50, line.p99])
}

/// A row for each arm: the medians of its runs.
fn of_arms(set: &RunSet, span: Span, [p50, p99]: [&str; 2]) -> Grid {
    let head = ["arm", "runs", "compared", "verdicts", "goodput", p50, p99];
    let mut grid = Grid::new(&head, &[0, 3]);
    for (at, arm) in set.arms.iter().enumerate() {
        let all = set.members.iter().filter(|member| member.arm == at).count();
        let counted: Vec<&ReadRun> = set.of_arm(at).collect();
        let of = |value: fn(&ReadRun, Span) -> FigureValue| {
            median(counted.iter().map(|run| value(run, span)))
        };
        let goodput = of(|run, _| FigureValue::Value(run.finished.record.rate.goodput_per_s));
        grid.row([
            arm.name.clone(),
            all.to_string(),
            counted.len().to_string(),
            verdicts(&counted),
            goodput.number().map_or_else(|| "-".to_owned(), rate),
            millis(of(|run, span| quantiles(run, span)[0])),
            millis(of(|run, span| quantiles(run, span)[1])),
        ]);
    }
    grid
}

/// `18 PASS, 2 FAIL`.
fn verdicts(runs: &[&ReadRun]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for run in runs {
        let word = verdict_words(&run.finished.record).0;
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let texts = counts.iter().map(|(word, count)| format!("{count} {word}"));
    texts.collect::<Vec<_>>().join(", ")
}
