//! The sections with a chart over time: rate, outcomes, response, sessions, and the
//! generator itself.

use super::axes::{linear, log_millis, seconds};
use super::canvas::{
    Axis, BLUE, BROWN, Colour, GREEN, GREY, ORANGE, PINK, PURPLE, RED, SHADE, Shape, TEAL, YELLOW,
    draw,
};
use super::section::{Chart, Grid, Section};
use crate::measure::Window;
use crate::run::{Details, TimeColumn};
use crate::text::words::{count, millis, rate};
use crate::vocabulary::{FigureValue, Outcome};

const HEIGHT: u32 = 520;
const LOW: u32 = 400;

type Value = fn(&TimeColumn) -> Option<f64>;

/// A line of a chart: its colour, its name, and its value in a column.
type Series = (Colour, &'static str, Value);

const RATES: &[Series] = &[
    (GREY, "asked for", |column| column.target_rate),
    (BLUE, "started", |column| {
        Some(per_second(column, column.started))
    }),
    (GREEN, "accepted", |column| {
        Some(per_second(column, column.ended.of(Outcome::Accepted)))
    }),
];

const RESPONSES: &[Series] = &[
    (ORANGE, "max", |column| column.response_max),
    (PURPLE, "p99", |column| column.response_p99),
    (BLUE, "p50", |column| column.response_p50),
];

const LOADS: &[Series] = &[
    (BLUE, "sessions open", |column| {
        Some(column.sessions_open as f64)
    }),
    (GREEN, "attempts in flight", |column| {
        Some(column.in_flight as f64)
    }),
    (RED, "backlog", |column| Some(column.backlog as f64)),
];

const CPU: &[Series] = &[
    (GREY, "machine, of all cores", |column| {
        column.machine_percent
    }),
    (BLUE, "generator, of one core", |column| column.cpu_percent),
];

const SLIP: &[Series] = &[(TEAL, "slip p99", |column| column.slip_p99)];

/// The rate asked for, and what was started and accepted.
pub(super) fn rates(details: &Details) -> Chart {
    let top = linear("", highest(details, RATES), "/s");
    chart(
        "Messages per second: asked for, started, accepted",
        details,
        RATES,
        &top,
    )
}

/// The table behind [`rates`].
pub(super) fn rates_table(details: &Details) -> Grid {
    table(details, RATES, "messages per second, as a table", rate)
}

/// What became of the messages, stacked.
pub(super) fn outcomes(details: &Details) -> Section {
    let used: Vec<Outcome> = Outcome::ALL
        .iter()
        .copied()
        .filter(|each| {
            details
                .columns
                .iter()
                .any(|column| column.ended.of(*each) > 0)
        })
        .collect();
    let mut shapes = shades(details);
    let mut floor = vec![0.0; details.columns.len()];
    for outcome in &used {
        let mut area = Vec::new();
        for (column, low) in details.columns.iter().zip(&mut floor) {
            let high = *low + per_second(column, column.ended.of(*outcome));
            let (from, to) = edges(column);
            area.extend([(from, *low, high), (to, *low, high)]);
            *low = high;
        }
        if !area.is_empty() {
            shapes.push(Shape::Area(colour(*outcome), area));
        }
    }
    let top = linear("", floor.into_iter().fold(0.0, f64::max), "/s");
    let drawing = draw(&time(details), &top, HEIGHT, &shapes);
    let legend = used.iter().map(|each| (colour(*each), each.name()));
    let mut head = vec!["seconds"];
    head.extend(used.iter().map(|each| each.name()));
    let mut grid = Grid::folded("outcomes, as a table of counts", &head, &[]);
    for column in &details.columns {
        let counts = used.iter().map(|each| count(column.ended.of(*each)));
        grid.row(std::iter::once(span(column)).chain(counts));
    }
    Section::new("Outcomes per second")
        .text("Each message in the second in which it ended, warm-up and drain included.")
        .chart(Chart::new("Outcomes per second, stacked", legend, drawing))
        .table(grid)
}

/// The response over time.
pub(super) fn response(details: &Details) -> Section {
    let mut section = Section::new("Response over time");
    if details.seconds_per_column > 1 {
        section = section.text(&format!(
            "A column is {} seconds; its p50 and p99 are those of all its messages together. \
             They are of the measured window, the maximum of the whole run.",
            details.seconds_per_column
        ));
        if let Some(missing) = &details.missing_log {
            section = section.text(&format!(
                "{missing}: without it only the maximum of several seconds is known."
            ));
        }
    }
    let scale = log_millis(values(details, RESPONSES));
    section
        .chart(chart(
            "Response p50, p99 and max over time",
            details,
            RESPONSES,
            &scale,
        ))
        .table(table(
            details,
            RESPONSES,
            "response in ms, as a table",
            in_millis,
        ))
}

/// Sessions, attempts in flight, backlog.
pub(super) fn sessions(details: &Details) -> Section {
    let top = linear("", highest(details, LOADS), "");
    Section::new("Sessions, in flight, backlog")
        .text("At the end of a second; of several seconds, the largest.")
        .chart(chart(
            "Sessions open, attempts in flight, backlog",
            details,
            LOADS,
            &top,
        ))
        .table(table(
            details,
            LOADS,
            "sessions, in flight and backlog, as a table",
            rate,
        ))
}

/// How busy and how late the generator was.
pub(super) fn generator(details: &Details) -> Section {
    let top = linear("", highest(details, CPU), " %");
    let scale = log_millis(values(details, SLIP));
    Section::new("The generator itself")
        .text(
            "Slip is the generator's own lateness: from the moment at which a message was \
             intended to its first byte, where a session was free.",
        )
        .chart(chart(
            "Processor time of the generator and the machine",
            details,
            CPU,
            &top,
        ))
        .table(table(
            details,
            CPU,
            "processor time in percent, as a table",
            rate,
        ))
        .chart(chart("Slip of the generator, p99", details, SLIP, &scale))
        .table(table(details, SLIP, "slip in ms, as a table", in_millis))
}

fn chart(label: &'static str, details: &Details, series: &[Series], y: &Axis) -> Chart {
    let mut shapes = shades(details);
    // Those behind are wider, so that they are seen where lines coincide.
    for ((colour, _, value), width) in series.iter().zip([8, 6, 4]) {
        let points = details.columns.iter().flat_map(|column| {
            let ((from, to), value) = (edges(column), value(column));
            [(from, value), (to, value)]
        });
        shapes.push(Shape::Line(*colour, width, points.collect()));
    }
    let height = if series.len() < 3 { LOW } else { HEIGHT };
    let drawing = draw(&time(details), y, height, &shapes);
    let mut legend: Vec<_> = series
        .iter()
        .map(|(colour, name, _)| (*colour, *name))
        .collect();
    if shapes.iter().any(|shape| matches!(shape, Shape::Shade(..))) {
        legend.push((SHADE, "shaded: warm-up and drain"));
    }
    Chart::new(label, legend, drawing)
}

fn table(
    details: &Details,
    series: &[Series],
    title: &'static str,
    text: fn(f64) -> String,
) -> Grid {
    let mut head = vec!["seconds", "part"];
    head.extend(series.iter().map(|(_, name, _)| *name));
    let mut grid = Grid::folded(title, &head, &[1]);
    for column in &details.columns {
        let values = series
            .iter()
            .map(|(_, _, value)| value(column).map_or_else(String::new, text));
        let first = [span(column), column.window.name().to_owned()];
        grid.row(first.into_iter().chain(values));
    }
    grid
}

fn in_millis(us: f64) -> String {
    millis(FigureValue::Value(us))
}

/// Warm-up and drain.
fn shades(details: &Details) -> Vec<Shape> {
    let mut shades: Vec<(f64, f64)> = Vec::new();
    for column in &details.columns {
        let (from, to) = edges(column);
        match shades.last_mut() {
            _ if column.window == Window::Measure => {}
            Some(last) if last.1 >= from => last.1 = to,
            _ => shades.push((from, to)),
        }
    }
    shades
        .into_iter()
        .map(|(from, to)| Shape::Shade(from, to))
        .collect()
}

fn time(details: &Details) -> Axis {
    let first = details
        .columns
        .first()
        .map_or(0.0, |column| edges(column).0);
    let last = details.columns.last().map_or(1.0, |column| edges(column).1);
    seconds(first, last)
}

fn edges(column: &TimeColumn) -> (f64, f64) {
    (
        f64::from(column.seconds.start),
        f64::from(column.seconds.end),
    )
}

fn span(column: &TimeColumn) -> String {
    let (from, to) = (column.seconds.start, column.seconds.end);
    match to - from {
        0 | 1 => from.to_string(),
        _ => format!("{from} to {to}"),
    }
}

fn per_second(column: &TimeColumn, count: u64) -> f64 {
    count as f64 / f64::from((column.seconds.end - column.seconds.start).max(1))
}

fn values(details: &Details, series: &[Series]) -> Vec<f64> {
    let of = |column| series.iter().filter_map(move |(_, _, value)| value(column));
    details.columns.iter().flat_map(of).collect()
}

fn highest(details: &Details, series: &[Series]) -> f64 {
    values(details, series).into_iter().fold(0.0, f64::max)
}

const fn colour(outcome: Outcome) -> Colour {
    match outcome {
        Outcome::Accepted => GREEN,
        Outcome::Throttled => ORANGE,
        Outcome::Quota => BROWN,
        Outcome::Rejected => RED,
        Outcome::Auth => PURPLE,
        Outcome::Deferred => YELLOW,
        Outcome::Timeout => PINK,
        Outcome::Lost => TEAL,
        Outcome::Unknown => BLUE,
        Outcome::Unsent => GREY,
    }
}
