//! The p99 of the response over the time of each run, overlaid.

use super::run_set::{ReadRun, RunSet};
use crate::output::page::axes::{log_millis, seconds};
use crate::output::page::canvas::{Shape, draw};
use crate::output::page::section::{Chart, Grid, Key, Section};
use crate::run::TimeColumn;
use crate::text::words::millis;
use crate::vocabulary::{FigureValue, Span};

const HEIGHT: u32 = 520;
/// Points of all lines together: what keeps the page small and the lines apart.
const MAX_POINTS: usize = 12_000;
/// Runs whose lines are told apart.
const MAX_LINES: usize = 12;
/// Points of the line of a single run, so that colour is not all that tells it apart.
const MARKS: usize = 12;
/// Rows of the table: as many as a chart of one run has columns.
const MAX_ROWS: usize = 600;
/// Runs that have a column of their own in the table.
const MAX_COLUMNS: usize = 8;

/// The section with the chart.
pub(super) fn p99(set: &RunSet) -> Section {
    let section = Section::new("Response p99 over time");
    if set.span() == Span::Service {
        return section.text("In the closed model there is no response.");
    }
    let columns = set.counted().map(|(_, run)| run.details.columns.len());
    let mut left = MAX_POINTS;
    let number = columns
        .take_while(|columns| {
            let is_within = *columns <= left;
            left = left.saturating_sub(*columns);
            is_within
        })
        .count();
    let drawn: Vec<_> = set.counted().take(number).collect();
    let all = drawn.iter().flat_map(|(_, run)| &run.details.columns);
    let ends = all.clone().map(|column| column.seconds.end);
    let begin = all.clone().map(|column| column.seconds.start).min();
    let (Some(begin), Some(end)) = (begin, ends.max()) else {
        return section.text("No run has a whole second.");
    };
    let is_single = !set.is_grouped();
    let mut shapes = Vec::new();
    for (member, run) in &drawn {
        let arm = set.arm(member);
        let points = run.details.columns.iter().map(|column| {
            let (from, to) = (column.seconds.start, column.seconds.end);
            (f64::midpoint(from.into(), to.into()), column.response_p99)
        });
        let points: Vec<_> = points.collect();
        if !is_single {
            shapes.push(match drawn.len() > MAX_LINES {
                true => Shape::Thin(arm.colour, points),
                false => Shape::Line(arm.colour, 3, points),
            });
            continue;
        }
        let marks = points.iter().step_by(points.len().div_ceil(MARKS).max(1));
        let marks = marks.filter_map(|(x, y)| Some((*x, (*y)?)));
        let marks: Vec<_> = marks.collect();
        shapes.push(Shape::Line(arm.colour, 4, points));
        let mark = |place| Shape::Point(arm.colour, arm.mark, false, place);
        shapes.extend(marks.into_iter().map(mark));
    }
    let y = log_millis(all.filter_map(|column| column.response_p99));
    let x = seconds(begin.into(), end.into());
    let keys = set.arms.iter().map(|arm| match is_single {
        true => Key::point(arm.colour, arm.mark, false, &arm.name),
        false => Key::from((arm.colour, arm.name.as_str())),
    });
    let drawing = draw(&x, &y, HEIGHT, &shapes);
    let mut section = section
        .text("Of the messages that ended in each second, warm-up and drain included.")
        .chart(Chart::new("Response p99 over time", keys, drawing));
    let counted = set.counted().count();
    if number < counted {
        section = section.text(&format!("The first {number} of {counted} runs."));
    }
    if drawn.iter().any(|(_, run)| lacks_quantiles(run)) {
        section = section.text(
            "A run has several seconds in a column and lacks latency.hlog, without which their \
             p99 is not known.",
        );
    }
    let rows = match is_single && drawn.len() <= MAX_COLUMNS {
        true => starts(set),
        false => Vec::new(),
    };
    match (1..=MAX_ROWS).contains(&rows.len()) {
        true => section.table(as_table(set, &rows)),
        false => section.text("The numbers are in intervals.csv of each run."),
    }
}

/// Whether a column of several seconds has no p99: that takes the log.
fn lacks_quantiles(run: &ReadRun) -> bool {
    let mut columns = run.details.columns.iter();
    columns.any(|column| column.response_max.is_some() && column.response_p99.is_none())
}

/// The seconds at which a column of any run begins.
fn starts(set: &RunSet) -> Vec<u32> {
    let columns = set.counted().flat_map(|(_, run)| &run.details.columns);
    let mut starts: Vec<u32> = columns.map(|column| column.seconds.start).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// A column for each run, a row for each of these seconds.
fn as_table(set: &RunSet, starts: &[u32]) -> Grid {
    let runs: Vec<_> = set.counted().collect();
    let names = runs.iter().map(|(member, _)| set.arm(member).name.as_str());
    let head: Vec<&str> = std::iter::once("seconds").chain(names).collect();
    let mut grid = Grid::folded("p99 in ms, as a table", &head, &[]);
    for start in starts {
        let of = |run: &ReadRun| {
            let mut columns = run.details.columns.iter();
            let found = columns.find(|column: &&TimeColumn| column.seconds.start == *start);
            let p99 = found.and_then(|column| column.response_p99);
            p99.map_or_else(String::new, |us| millis(FigureValue::Value(us)))
        };
        let values = runs.iter().map(|(_, run)| of(run));
        grid.row(std::iter::once(start.to_string()).chain(values));
    }
    grid
}
