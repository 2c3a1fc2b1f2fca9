//! The sections about latency: the table, the curves of response and service, and the
//! set-up of a session.

use super::axes::{linear, log_millis, nines};
use super::canvas::{BLUE, ORANGE, Shape, draw};
use super::percentiles::{Values, at, curve, nines_of, total};
use super::section::{Chart, Grid, Section};
use super::set_up::{in_millis, line, phases};
use crate::run::{Details, Finished, SummaryLine};
use crate::text::words::{count, millis, plural};
use crate::vocabulary::{FigureValue, Metric, Span};

const HEIGHT: u32 = 560;
/// A column of the summary.
type Quantile = fn(&SummaryLine) -> FigureValue;

/// Points of a curve.
const POINTS: u32 = 300;

/// The table of `summary.csv`.
pub(super) fn table(run: &Finished) -> Section {
    let head = [
        "", "count", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max",
    ];
    let mut grid = Grid::new(&head, &[0]);
    for line in &run.summary {
        if line.count > 0 || line.max != FigureValue::Empty {
            let first = [line.metric.name(), count(line.count)];
            let SummaryLine {
                p50,
                p90,
                p95,
                p99,
                p99_9,
                p99_99,
                max,
                ..
            } = *line;
            let quantiles = [p50, p90, p95, p99, p99_9, p99_99, max].map(millis);
            grid.row(first.into_iter().chain(quantiles));
        }
    }
    Section::new("Latency in ms")
        .text(
            "Of the measured window. >x: the quantile falls among messages without a latency \
             (timeout, lost, unknown, unsent), which count as longer than any other.",
        )
        .table(grid)
}

/// The curves of response and service on one axis.
pub(super) fn curves(run: &Finished, details: &Details, is_part: bool) -> Section {
    let section = Section::new("Response and service by percentile");
    let (response, service) = (
        details.distributions.of(Span::Response),
        details.distributions.of(Span::Service),
    );
    let longest = total(response).max(total(service));
    if longest == 0 {
        return section.text(&match &details.missing_log {
            None => "No message has a latency.".to_owned(),
            Some(missing) => format!("{missing}, and histogram.csv has no latency of a message."),
        });
    }
    let to = nines_of(longest);
    let (of_response, of_service) = (curve(response, to, POINTS), curve(service, to, POINTS));
    let all = of_response
        .iter()
        .chain(&of_service)
        .filter_map(|(_, value)| *value);
    let scale = log_millis(all);
    let mut legend = vec![(
        BLUE,
        "service: from the session that took it to the last reply",
    )];
    if !response.is_empty() {
        legend.push((ORANGE, "response: from the moment it was intended"));
    }
    let shapes = [
        Shape::Line(ORANGE, 6, of_response),
        Shape::Line(BLUE, 4, of_service),
    ];
    let drawing = draw(&nines(to), &scale, HEIGHT, &shapes);
    let mut grid = Grid::folded(
        "percentiles in ms, as a table",
        &["percentile", "response", "service"],
        &[],
    );
    let summary = |span: Span| {
        run.summary
            .iter()
            .find(|line| line.metric == Metric::Span(span))
    };
    let rows: [(f64, &str, Quantile); 7] = [
        (0.5, "50", |line| line.p50),
        (0.9, "90", |line| line.p90),
        (0.95, "95", |line| line.p95),
        (0.99, "99", |line| line.p99),
        (0.999, "99.9", |line| line.p99_9),
        (0.9999, "99.99", |line| line.p99_99),
        (1.0, "100", |line| line.max),
    ];
    for (q, name, of) in rows {
        // What is in summary.csv counts messages without a latency, too.
        let value = |span: Span| match summary(span).filter(|_| !is_part) {
            Some(line) => millis(of(line)),
            None => at(details.distributions.of(span), q)
                .map_or_else(String::new, |us| millis(FigureValue::Value(us))),
        };
        grid.row([name.to_owned(), value(Span::Response), value(Span::Service)]);
    }
    let section = section.text(&gap(response, service));
    let section = match run.record.window.outcomes.without_latency() {
        0 => section,
        lost => section.text(&format!(
            "The curves are of the accepted messages; {} without a latency would lie to the right.",
            plural(lost, "message")
        )),
    };
    section
        .chart(Chart::new(
            "Response and service by percentile",
            legend,
            drawing,
        ))
        .table(grid)
}

/// What the distance of the curves is, in a sentence.
fn gap(response: &Values, service: &Values) -> String {
    let (Some(response), Some(service)) = (at(response, 0.99), at(service, 0.99)) else {
        return "In the closed model a message is sent when a session is free: there is no \
                response, only service."
            .to_owned();
    };
    format!(
        "The gap between the curves is the time that messages waited before a session took them, \
         and between attempts: what a tool that waits for each reply does not see (coordinated \
         omission). At p99 the response is {} ms, the service {} ms.",
        millis(FigureValue::Value(response)),
        millis(FigureValue::Value(service))
    )
}

/// The set-up of a session, phase by phase.
pub(super) fn set_up(run: &Finished) -> Section {
    let section = Section::new("Session set-up by phase");
    let phases = phases(&run.record.target.mode).iter();
    let lines: Vec<_> = phases.filter_map(|phase| line(run, *phase)).collect();
    if lines.is_empty() {
        return section.text("No phase of a set-up has ended.");
    }
    let mut grid = Grid::folded(
        "phases in ms, as a table",
        &["phase", "count", "p50", "p99"],
        &[0],
    );
    let (mut shapes, mut names, mut begin, mut end) = (Vec::new(), Vec::new(), 0.0, 0.0_f64);
    for (row, line) in lines.iter().enumerate() {
        let (p50, p99) = (in_millis(line.p50), in_millis(line.p99));
        shapes.push(Shape::Bar(BLUE, begin, begin + p99.max(p50), row, 0.35));
        shapes.push(Shape::Bar(BLUE, begin, begin + p50, row, 1.0));
        names.push(line.metric.name());
        end = end.max(begin + p99.max(p50));
        begin += p50;
        grid.row([
            line.metric.name(),
            count(line.count),
            millis(line.p50),
            millis(line.p99),
        ]);
    }
    let x = linear(
        "ms; each phase begins where the medians of those before it end",
        end,
        "",
    );
    let rows = names.len();
    let mut y = linear("", rows as f64, "");
    (y.from, y.to) = (0.0, rows as f64);
    let places = names.into_iter().enumerate();
    y.marks = places
        .map(|(row, name)| (rows as f64 - row as f64 - 0.5, name))
        .collect();
    let height = 130 + 56 * u32::try_from(rows).unwrap_or(1);
    let drawing = draw(&x, &y, height, &shapes);
    let whole = line(run, Span::SessionSetup).map(|line| {
        format!(
            "Of {} that became ready: session_setup p50 {} ms, p99 {} ms. Full bars are p50, light ones p99.",
            plural(line.count, "session"), millis(line.p50), millis(line.p99)
        )
    });
    section
        .text(&whole.unwrap_or_else(|| "No session became ready.".to_owned()))
        .chart(Chart::new(
            "Session set-up by phase",
            [(BLUE, "p50; light: p99")],
            drawing,
        ))
        .table(grid)
}
