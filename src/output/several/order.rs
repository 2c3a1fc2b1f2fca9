//! A figure of each run in the order in which the runs were made: what drifts, and what
//! differs only because it was made later.

use super::medians::median;
use super::run_set::{Arm, Member, ReadRun, RunSet};
use crate::analysis::verdict::Figure;
use crate::output::page::axes::{around, numbers};
use crate::output::page::canvas::{Shape, draw};
use crate::output::page::section::{Chart, Grid, Key, Section};
use crate::text::words::{millis, plural, rate};
use crate::vocabulary::FigureValue;

const HEIGHT: u32 = 480;

/// The section with the chart.
pub(super) fn order(set: &RunSet, figure: Figure) -> Section {
    let section = Section::new(&format!("{figure} in the order of the runs"));
    let runs = in_order(set);
    if runs.is_empty() {
        return section.text("No run has a start.");
    }
    let value = |run: &ReadRun| run.finished.figure(figure);
    let drawn: Vec<(usize, &Member, f64)> = (runs.iter().enumerate())
        .filter_map(|(at, (member, run))| Some((at + 1, *member, scaled(figure, value(run))?)))
        .collect();
    let section = match runs.len() - drawn.len() {
        0 => section,
        without => section.text(&format!(
            "{} no value that can be drawn: none was measured, or it falls among messages \
             without a latency.",
            match without {
                1 => "1 run has".to_owned(),
                _ => format!("{} have", plural(without as u64, "run")),
            }
        )),
    };
    let x = numbers("runs in the order of their start", runs.len());
    let y = around("", drawn.iter().map(|(_, _, value)| *value), unit(figure));
    let mut shapes = Vec::new();
    for (at, arm) in set.arms.iter().enumerate() {
        let middle = median(set.of_arm(at).map(value));
        if let Some(middle) = scaled(figure, middle).filter(|_| set.is_grouped()) {
            let line = [0.5, runs.len() as f64 + 0.5].map(|x| (x, Some(middle)));
            shapes.push(Shape::Thin(arm.colour, line.to_vec()));
        }
    }
    for (at, member, value) in &drawn {
        let (Arm { colour, mark, .. }, is_hollow) = (set.arm(member), member.left_out.is_some());
        shapes.push(Shape::Point(
            *colour,
            *mark,
            is_hollow,
            (*at as f64, *value),
        ));
    }
    let mut grid = Grid::folded(
        "the values, as a table",
        &["", "run", "arm", "value"],
        &[1, 2],
    );
    for (at, (member, run)) in runs.iter().enumerate() {
        grid.row([
            (at + 1).to_string(),
            member.name.clone(),
            set.arm(member).name.clone(),
            text(figure, value(run)),
        ]);
    }
    let drawing = draw(&x, &y, HEIGHT, &shapes);
    section
        .text(match set.is_grouped() {
            true => "A line is the median of an arm.",
            false => "A point is a run.",
        })
        .chart(Chart::new(
            "A figure of each run, in the order of the runs",
            keys(set),
            drawing,
        ))
        .table(grid)
}

/// The arms, and what is left out.
fn keys(set: &RunSet) -> Vec<Key> {
    let point =
        |arm: &Arm, is_hollow, name: &str| Key::point(arm.colour, arm.mark, is_hollow, name);
    let mut keys: Vec<Key> = (set.arms.iter())
        .map(|arm| point(arm, false, &arm.name))
        .collect();
    let hollow = set.members.iter().find(|member| member.left_out.is_some());
    keys.extend(hollow.map(|member| point(set.arm(member), true, "hollow: not compared")));
    keys
}

/// The runs that have a start, by it.
fn in_order(set: &RunSet) -> Vec<(&Member, &ReadRun)> {
    let start = |run: &ReadRun| {
        let start = run.finished.record.start.as_ref()?;
        humantime::parse_rfc3339(start).ok()
    };
    let with_start = set
        .readable()
        .filter_map(|each| Some((start(each.1)?, each)));
    let mut runs: Vec<_> = with_start.collect();
    runs.sort_by_key(|(start, _)| *start);
    runs.into_iter().map(|(_, each)| each).collect()
}

/// The number that is drawn.
fn scaled(figure: Figure, value: FigureValue) -> Option<f64> {
    let number = value.number().filter(|number| number.is_finite())?;
    Some(match figure {
        Figure::Latency(..) | Figure::CpuPerMessage | Figure::CpuPerSession => number / 1e3,
        Figure::Outcome(_) | Figure::Achieved => number * 100.0,
        _ => number,
    })
}

const fn unit(figure: Figure) -> &'static str {
    match figure {
        Figure::Latency(..) | Figure::CpuPerMessage | Figure::CpuPerSession => " ms",
        Figure::Outcome(_) | Figure::Achieved => " %",
        Figure::Goodput => "/s",
        _ => "",
    }
}

/// The value as in the tables: latencies in ms.
fn text(figure: Figure, value: FigureValue) -> String {
    match figure {
        Figure::Latency(..) => format!("{} ms", millis(value)),
        _ => match scaled(figure, value) {
            Some(number) => format!("{}{}", rate(number), unit(figure)),
            None => "-".to_owned(),
        },
    }
}
