//! The result as a page: the answer, its steps, and their charts.

use std::io::{self, Write};
use std::path::Path;

use super::Exporter;
use super::words::{decision, facts, load, outcome};
use crate::output::page::Page;
use crate::output::page::axes::{linear, log, numbers, seconds};
use crate::output::page::canvas::{Axis, Colour, GREEN, GREY, RED, SHADE, Shape, draw};
use crate::output::page::mark::Mark;
use crate::output::page::section::{Cell, Chart, Grid, Key, Section, shown};
use crate::output::paint;
use crate::output::several::{Arm, Member, ReadRun, RunSet, Source, charts, quantiles};
use crate::run::{SearchRecord, SearchResult, StepRecord};
use crate::text::words::{count, millis, rate};
use crate::vocabulary::FigureValue;

const HEIGHT: u32 = 480;

/// Loads that differ by more are drawn on a logarithmic axis.
const LINEAR_UP_TO: f64 = 20.0;

/// Writes the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Html;

impl Exporter<SearchResult> for Html {
    fn export(&self, search: &SearchResult, to: &mut dyn Write) -> io::Result<()> {
        self.export_in(search, Path::new("."), to)
    }

    fn export_in(
        &self,
        search: &SearchResult,
        folder: &Path,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        page(search, folder).write(to)
    }
}

fn page(search: &SearchResult, folder: &Path) -> Page {
    let record = &search.record;
    let (word, colour, rest) = decision(record);
    let mut asked = Grid::new(&["", ""], &[0, 1]);
    for (name, text) in facts(record) {
        asked.row([name.to_owned(), text]);
    }
    let mut sections = vec![Section::new("Asked and found").table(asked)];
    if !record.steps.is_empty() {
        let set = set(search, folder);
        sections.push(steps(record, &set));
        sections.push(backlog(&set));
        sections.extend(charts(&set));
    }
    Page {
        title: shown(&format!("{}: search of sesbench", record.scenario.name)),
        class: match colour {
            paint::Colour::Green => "pass",
            paint::Colour::Red => "fail",
            _ => "doubt",
        },
        word: shown(word),
        sentence: shown(&format!(": {rest}.")),
        notes: Vec::new(),
        sections,
    }
}

/// How a step is marked, by how it ended.
fn look(step: &StepRecord) -> (usize, Colour, Mark) {
    match step.outcome.as_str() {
        "held" => (0, GREEN, Mark::Circle),
        "failed" => (1, RED, Mark::Triangle),
        _ => (2, GREY, Mark::Diamond),
    }
}

/// The steps as runs, by how they ended.
fn set(search: &SearchResult, folder: &Path) -> RunSet {
    let arm = |name: &str, colour, mark| Arm {
        name: name.to_owned(),
        colour,
        mark,
    };
    let mut arms = vec![
        arm("held", GREEN, Mark::Circle),
        arm("failed", RED, Mark::Triangle),
    ];
    let steps = search.record.steps.iter();
    if steps.clone().any(|step| look(step).0 > 1) {
        arms.push(arm("not decided", GREY, Mark::Diamond));
    }
    let sources = steps.map(|step| Source {
        path: search.folder.join(&step.folder),
        arm: look(step).0,
        left_out: None,
    });
    let sources: Vec<Source> = sources.collect();
    let mut set = RunSet::read(arms, &sources, None, folder);
    set.is_alike = false;
    set
}

/// The load of each step against its outcome, with the bracket.
fn steps(record: &SearchRecord, set: &RunSet) -> Section {
    let arguments = &record.arguments;
    let is_rate = arguments.over != "sessions";
    let number = record.steps.len();
    let mut shapes = Vec::new();
    if let (Some(held), Some(failed)) = (record.answer.held, record.answer.failed) {
        let ends = [held.load, failed.load];
        let range = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        shapes.push(Shape::Patch((0.5, number as f64 + 0.5), range));
    }
    let path = record.steps.iter().enumerate();
    let path = path.map(|(at, step)| (at as f64 + 1.0, Some(step.load)));
    shapes.push(Shape::Thin(GREY, path.collect()));
    for (at, step) in record.steps.iter().enumerate() {
        let (x, (_, colour, mark)) = (at as f64 + 1.0, look(step));
        if is_rate {
            let accepted = step.accepted_per_s;
            let line = [(x, Some(step.load)), (x, Some(accepted))];
            shapes.push(Shape::Line(colour, 2, line.to_vec()));
            shapes.push(Shape::Point(GREY, Mark::Square, true, (x, accepted)));
        }
        shapes.push(Shape::Point(colour, mark, false, (x, step.load)));
    }
    let x = numbers("steps in their order", number);
    let drawing = draw(&x, &loads(record), HEIGHT, &shapes);
    let mut keys: Vec<Key> = set.arms.iter().map(key).collect();
    if is_rate {
        let accepted = Key::point(GREY, Mark::Square, true, "accepted per second");
        keys.push(accepted);
    }
    keys.push(Key::from((SHADE, "shaded: the bracket")));
    Section::new("Steps")
        .chart(Chart::new("The load of each step", keys, drawing))
        .table(as_table(record, set))
}

fn key(arm: &Arm) -> Key {
    Key::point(arm.colour, arm.mark, false, &arm.name)
}

fn loads(record: &SearchRecord) -> Axis {
    let unit = match record.arguments.over.as_str() {
        "sessions" => "",
        _ => "/s",
    };
    let loads = record.steps.iter().map(|step| step.load);
    let (low, high) = loads
        .clone()
        .fold((f64::MAX, 0.0_f64), |(low, high), load| {
            (low.min(load), high.max(load))
        });
    match high <= low * LINEAR_UP_TO {
        true => linear("", high, unit),
        false => log(loads, |load| format!("{}{unit}", rate(load))),
    }
}

fn as_table(record: &SearchRecord, set: &RunSet) -> Grid {
    let span = set.span();
    let (p50, p99) = (
        format!("{} p50", span.name()),
        format!("{} p99", span.name()),
    );
    let head = [
        "step", "load", "time", "accepted", "result", &p50, &p99, "backlog", "reason",
    ];
    let mut grid = Grid::new(&head, &[4, 8]);
    for (step, member) in record.steps.iter().zip(&set.members) {
        let run = member.run.as_ref();
        let [p50, p99] = run.map_or([FigureValue::Empty; 2], |run| quantiles(run, span));
        let reason = match run {
            Ok(_) => step.reason.clone(),
            Err(why) => format!("{}; {why}", step.reason),
        };
        let name = Cell {
            text: step.number.to_string(),
            link: member.link.clone(),
        };
        let texts = [
            load(&record.arguments, step.load),
            format!("{} s", rate(step.length_s)),
            format!("{}/s", rate(step.accepted_per_s)),
            outcome(&step.outcome).to_owned(),
            millis(p50),
            millis(p99),
            run.map_or_else(|_| "-".to_owned(), |run| count(largest_backlog(run))),
            reason,
        ];
        let texts = texts.into_iter().map(Cell::from);
        grid.row(std::iter::once(name).chain(texts));
    }
    grid
}

fn largest_backlog(run: &ReadRun) -> u64 {
    let columns = run.details.columns.iter();
    columns.map(|column| column.backlog).max().unwrap_or(0)
}

/// The backlog over the time of each step: that of a load that does not hold grows.
fn backlog(set: &RunSet) -> Section {
    let line = |(member, run): (&Member, &ReadRun)| {
        let points = run.details.columns.iter().map(|column| {
            let middle = f64::midpoint(column.seconds.start.into(), column.seconds.end.into());
            (middle, Some(column.backlog as f64))
        });
        Shape::Line(set.arm(member).colour, 3, points.collect())
    };
    let shapes: Vec<Shape> = set.counted().map(line).collect();
    let end = set.counted().flat_map(|(_, run)| &run.details.columns);
    let end = end.map(|column| column.seconds.end).max().unwrap_or(1);
    let highest = set.counted().map(|(_, run)| largest_backlog(run));
    let highest = highest.max().unwrap_or(0);
    let section = Section::new("Backlog of each step");
    if highest == 0 {
        return section.text("No message waited for a free session at the end of a second.");
    }
    let drawing = draw(
        &seconds(0.0, end.into()),
        &linear("", highest as f64, ""),
        HEIGHT,
        &shapes,
    );
    let keys = set.arms.iter().map(|arm| (arm.colour, arm.name.as_str()));
    section
        .text("Messages released that wait for a free session, at the end of each second.")
        .chart(Chart::new("Backlog over time, by step", keys, drawing))
}
