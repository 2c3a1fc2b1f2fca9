//! The set-up of a session phase by phase, the arms side by side.

use super::medians::median;
use super::run_set::{ReadRun, RunSet};
use crate::output::page::axes::linear;
use crate::output::page::canvas::{Shape, draw};
use crate::output::page::section::{Chart, Grid, Section};
use crate::output::page::set_up::{in_millis, line, phases};
use crate::text::words::millis;
use crate::vocabulary::{FigureValue, Metric, Phase, Span};

/// Arms that are drawn: more bars of a phase are not told apart.
const MAX_ARMS: usize = 8;

/// p50 and p99 of a phase in an arm.
type Times = [FigureValue; 2];

/// The section with the chart.
pub(super) fn set_up(set: &RunSet) -> Section {
    let section = Section::new("Session set-up by phase");
    let arms: Vec<Vec<&ReadRun>> = (0..set.arms.len())
        .map(|arm| set.of_arm(arm).collect())
        .collect();
    // In the order of STARTTLS, which has every phase.
    let rows: Vec<Phase> = phases("starttls")
        .iter()
        .copied()
        .filter(|phase| arms.iter().flatten().any(|run| has(run, *phase)))
        .collect();
    if rows.is_empty() {
        return section.text("No phase of a set-up has ended.");
    }
    let names = set.arms.iter().flat_map(|arm| {
        let name = &arm.name;
        [format!("{name} p50"), format!("{name} p99")]
    });
    let head: Vec<String> = std::iter::once("phase".to_owned()).chain(names).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut grid = Grid::folded("phases in ms, as a table", &head, &[0]);
    for phase in &rows {
        grid.row(cells(&arms, Metric::Phase(*phase)));
    }
    grid.row(cells(&arms, Metric::Span(Span::SessionSetup)));
    let section = section.text(match set.is_grouped() {
        true => {
            "Full bars are p50, light ones p99; of an arm, the median of its runs. Each phase \
             begins where those before it end at the median."
        }
        false => {
            "Full bars are p50, light ones p99. Each phase begins where those before it end at \
             the median."
        }
    });
    let section = match arms.len() > MAX_ARMS {
        true => section.text(&format!("The first {MAX_ARMS}; all are in the table.")),
        false => section,
    };
    section.chart(chart(set, &arms, &rows)).table(grid)
}

fn has(run: &ReadRun, phase: Phase) -> bool {
    line(&run.finished, phase).is_some()
}

/// The medians of the runs of an arm.
fn times(runs: &[&ReadRun], metric: Metric) -> Times {
    let lines = || runs.iter().filter_map(|run| line(&run.finished, metric));
    [
        median(lines().map(|line| line.p50)),
        median(lines().map(|line| line.p99)),
    ]
}

fn cells(arms: &[Vec<&ReadRun>], metric: Metric) -> Vec<String> {
    let values = arms.iter().flat_map(|runs| times(runs, metric)).map(millis);
    std::iter::once(metric.name()).chain(values).collect()
}

fn chart(set: &RunSet, arms: &[Vec<&ReadRun>], rows: &[Phase]) -> Chart {
    let shown = arms.len().min(MAX_ARMS);
    let (mut shapes, mut end) = (Vec::new(), 0.0_f64);
    let middle = |row: usize| rows.len() as f64 - row as f64 - 0.5;
    let thickness = 0.76 / shown as f64;
    for (at, (arm, runs)) in set.arms.iter().zip(arms).take(shown).enumerate() {
        let mode = runs
            .first()
            .map_or("", |run| run.finished.record.target.mode.as_str());
        let mut begin = 0.0;
        for phase in phases(mode) {
            let Some(row) = rows.iter().position(|each| each == phase) else {
                continue;
            };
            let [p50, p99] = times(runs, Metric::Phase(*phase));
            if p50 == FigureValue::Empty {
                continue;
            }
            let [p50, p99] = [p50, p99].map(in_millis);
            let top = middle(row) + 0.38 - at as f64 * thickness;
            let y = (top - thickness * 0.85, top);
            let long = begin + p99.max(p50);
            shapes.push(Shape::Block(arm.colour, (begin, long), y, 0.35));
            shapes.push(Shape::Block(arm.colour, (begin, begin + p50), y, 1.0));
            end = end.max(long);
            begin += p50;
        }
    }
    let x = linear("ms since the session began", end, "");
    let mut y = linear("", rows.len() as f64, "");
    (y.from, y.to) = (0.0, rows.len() as f64);
    let marks = rows.iter().enumerate();
    y.marks = marks
        .map(|(row, phase)| (middle(row), phase.name().to_owned()))
        .collect();
    let each = 36 + 24 * u32::try_from(shown).unwrap_or(1);
    let height = 130 + each * u32::try_from(rows.len()).unwrap_or(1);
    let drawing = draw(&x, &y, height, &shapes);
    let keys = set.arms.iter().take(shown);
    let keys = keys.map(|arm| (arm.colour, arm.name.as_str()));
    Chart::new("Session set-up by phase", keys, drawing)
}
