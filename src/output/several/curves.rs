//! The response by percentile, of all arms on one axis.

use std::time::Duration;

use super::run_set::{ReadRun, RunSet};
use crate::output::page::axes::{log_millis, nines};
use crate::output::page::canvas::{Shape, draw};
use crate::output::page::percentiles::{at_rank, curve, merged, nines_of, total};
use crate::output::page::section::{Chart, Grid, Key, Section};
use crate::run::SummaryLine;
use crate::text::words::{millis, plural};
use crate::vocabulary::{FigureValue, Metric, Span};

const HEIGHT: u32 = 560;
/// Points of the curve of an arm, and of one of its runs.
const POINTS: u32 = 300;
const THIN_POINTS: u32 = 100;
/// Runs whose curves are told apart without the one of their arm.
const MAX_LINES: usize = 12;
/// Runs whose own curves are drawn: of more, those of the arms alone.
const MAX_THIN: usize = 60;

/// A percentile of the table, and where `summary.csv` has it.
type Row = (f64, &'static str, fn(&SummaryLine) -> FigureValue);

const ROWS: [Row; 7] = [
    (0.5, "50", |line| line.p50),
    (0.9, "90", |line| line.p90),
    (0.95, "95", |line| line.p95),
    (0.99, "99", |line| line.p99),
    (0.999, "99.9", |line| line.p99_9),
    (0.9999, "99.99", |line| line.p99_99),
    (1.0, "100", |line| line.max),
];

/// All messages of an arm.
struct Together<'a> {
    runs: Vec<&'a ReadRun>,
    values: Vec<(Duration, u64)>,
    is_part: bool,
    /// Messages without a latency, which count as longer than any.
    without: u64,
}

impl<'a> Together<'a> {
    fn new(set: &'a RunSet, arm: usize, span: Span) -> Self {
        let runs: Vec<&ReadRun> = set.of_arm(arm).collect();
        // Those of a part are not known.
        let counted = runs.iter().filter(|_| !set.is_part);
        let without = counted.map(|run| {
            let outcomes = &run.finished.record.window.outcomes;
            outcomes.without_latency()
        });
        Self {
            is_part: set.is_part,
            without: without.fold(0, u64::saturating_add),
            values: merged(runs.iter().map(|run| run.details.distributions.of(span))),
            runs,
        }
    }

    /// The quantile of all messages; of one run as in its `summary.csv`.
    fn quantile(&self, span: Span, row: &Row) -> FigureValue {
        if let [run] = self.runs.as_slice()
            && !self.is_part
            && let Some(line) = run.finished.line(Metric::Span(span))
        {
            return (row.2)(line);
        }
        let known = total(&self.values);
        let all = known.saturating_add(self.without);
        let rank = (all as f64 * row.0).ceil() as u64;
        match at_rank(&self.values, rank) {
            None => FigureValue::Empty,
            Some(longest) if rank > known => FigureValue::Above(longest),
            Some(value) => FigureValue::Value(value),
        }
    }
}

/// The section with the chart.
pub(super) fn percentiles(set: &RunSet) -> Section {
    let span = set.span();
    let title = match span {
        Span::Service => "Service by percentile",
        _ => "Response by percentile",
    };
    let section = Section::new(title);
    let arms = (0..set.arms.len()).map(|arm| Together::new(set, arm, span));
    let arms: Vec<Together> = arms.collect();
    let longest = arms.iter().map(|arm| match set.is_alike {
        true => total(&arm.values),
        false => longest_run(arm, span),
    });
    let longest = longest.max().unwrap_or(0);
    if longest == 0 {
        return section.text("No message has a latency.");
    }
    let to = nines_of(longest);
    let mut shapes = Vec::new();
    let is_few = set.members.len() <= MAX_THIN;
    let is_thin = set.is_alike || set.members.len() > MAX_LINES;
    if !set.is_alike || (set.is_grouped() && is_few) {
        for (member, run) in set.counted().take(MAX_THIN) {
            let values = run.details.distributions.of(span);
            // No further than its own messages reach.
            let to = nines_of(total(values)).min(to);
            let points = curve(values, to, THIN_POINTS);
            let colour = set.arm(member).colour;
            shapes.push(match is_thin {
                true => Shape::Thin(colour, points),
                false => Shape::Line(colour, 3, points),
            });
        }
    }
    if set.is_alike {
        for (arm, together) in set.arms.iter().zip(&arms) {
            let to = nines_of(total(&together.values)).min(to);
            let points = curve(&together.values, to, POINTS);
            let marks = points.iter().step_by(POINTS as usize / 6);
            let marks = marks.filter_map(|(x, y)| Some((*x, (*y)?)));
            let marks: Vec<_> = marks.collect();
            shapes.push(Shape::Line(arm.colour, 5, points));
            let mark = |place| Shape::Point(arm.colour, arm.mark, false, place);
            shapes.extend(marks.into_iter().map(mark));
        }
    }
    let values = shapes.iter().flat_map(|shape| match shape {
        Shape::Line(_, _, points) | Shape::Thin(_, points) => points.as_slice(),
        _ => &[],
    });
    let y = log_millis(values.filter_map(|(_, value)| *value));
    let keys = set.arms.iter().zip(&arms);
    let keys = keys.map(|(arm, together)| {
        let runs = match (set.is_grouped(), set.is_alike) {
            (true, true) => format!(": {} together", plural(together.runs.len() as u64, "run")),
            (true, false) => format!(": {}", plural(together.runs.len() as u64, "run")),
            (false, _) => String::new(),
        };
        let name = format!("{}{runs}", arm.name);
        match set.is_alike {
            true => Key::point(arm.colour, arm.mark, false, &name),
            false => Key::from((arm.colour, name)),
        }
    });
    let drawing = draw(&nines(to), &y, HEIGHT, &shapes);
    let chart = Chart::new(title, keys, drawing);
    let section = match (set.is_grouped(), set.is_alike) {
        (true, true) => section.text(
            "A thick curve is of all messages of an arm: the histograms of its runs are added. \
             Thin ones are single runs.",
        ),
        (true, false) => section.text("Each curve is a run."),
        (false, _) => section,
    };
    let without = arms
        .iter()
        .map(|arm| arm.without)
        .fold(0, u64::saturating_add);
    let section = match without {
        0 => section,
        without => section.text(&format!(
            "The curves are of the accepted messages; {} without a latency would lie to the right.",
            plural(without, "message")
        )),
    };
    match set.is_alike {
        true => section
            .chart(chart)
            .table(percentile_table(set, &arms, span)),
        false => section.chart(chart),
    }
}

fn longest_run(arm: &Together, span: Span) -> u64 {
    let runs = arm.runs.iter();
    let totals = runs.map(|run| total(run.details.distributions.of(span)));
    totals.max().unwrap_or(0)
}

fn percentile_table(set: &RunSet, arms: &[Together], span: Span) -> Grid {
    let names = set.arms.iter().map(|arm| arm.name.as_str());
    let head: Vec<&str> = std::iter::once("percentile").chain(names).collect();
    let mut grid = Grid::folded("percentiles in ms, as a table", &head, &[]);
    for row in ROWS {
        let values = arms.iter().map(|arm| millis(arm.quantile(span, &row)));
        grid.row(std::iter::once(row.1.to_owned()).chain(values));
    }
    grid
}
