//! The rows of the live view: figures and a width in, text out.
//!
//! Every row is at most as wide as asked. What does not fit beside the rest of its row
//! continues in the next one; only a single part that is wider than a row is cut.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::look::Look;
use super::sparkline::{highest, sparkline};
use super::view_state::{Stage, ViewState};
use crate::measure::Window;
use crate::output::paint::Colour;
use crate::text::figures::latency;
use crate::text::words::{count, rate};
use crate::vocabulary::Outcome;

/// The names of rows take this many columns.
const LABEL: usize = 9;
/// The narrowest and the widest bar, in columns.
const BAR: std::ops::RangeInclusive<usize> = 8..=40;
/// Findings shown; the end of the run has all of them.
const FINDINGS: usize = 4;
/// The longest name of a scenario, in columns.
const NAME: usize = 24;
/// The top of a scale takes this many columns: `<99.9 ms`.
const SCALE: usize = 9;
/// A narrower terminal has no room for figures.
const NARROWEST: usize = 24;
/// A longer time is not worth an estimate, in seconds.
const FORESEEABLE: f64 = 100.0 * 86_400.0;

/// A part of a row.
struct Part {
    text: String,
    colour: Option<Colour>,
}

impl Part {
    fn new(text: impl Into<String>) -> Self {
        let (text, colour) = (text.into(), None);
        Self { text, colour }
    }

    fn coloured(text: String, colour: Colour, is: bool) -> Self {
        let colour = is.then_some(colour);
        Self { text, colour }
    }
}

/// Rows of at most `width` columns.
pub(super) fn rows(figures: &ViewState, width: usize, look: Look) -> Vec<String> {
    if width < NARROWEST {
        return vec![look.cut(stage(figures.stage), width)];
    }
    let mut rows = Vec::new();
    if let Some(heading) = &figures.heading {
        rows.push(look.cut(&look.plain(heading), width));
    }
    rows.push(position(figures, width, look));
    if let Stage::In(_) = figures.stage {
        rows.extend(flow("rate", rates(figures), width, look));
        rows.extend(flow("latency", latencies(figures), width, look));
        rows.extend(p99s(figures, width, look));
        rows.extend(flow("messages", outcomes(figures), width, look));
        rows.extend(flow("sessions", sessions(figures), width, look));
    }
    for finding in figures.findings.iter().take(FINDINGS) {
        let finding = look.cut(&format!("! {}", look.plain(finding)), width);
        rows.push(look.paint.paint(Colour::Yellow, &finding));
    }
    rows
}

/// Scenario, part of the run, bar, time left.
fn position(figures: &ViewState, width: usize, look: Look) -> String {
    let name = look.cut(&look.plain(&figures.name), NAME.min(width / 2));
    let stage = stage(figures.stage);
    let length = name.chars().count() + 2 + stage.len();
    let room = |tail: &String| width.checked_sub(length + tail.chars().count() + 4);
    let tails = tails(figures);
    let mut with_bar = tails.iter().filter_map(|tail| Some((tail, room(tail)?)));
    let with_bar = with_bar.find(|(_, room)| *room >= *BAR.start());
    let head = format!("{}  {stage}", look.paint.paint(Colour::Bold, &name));
    if let (Some((tail, room)), Some(share)) = (with_bar, share(figures)) {
        let bar = bar(share, room.min(*BAR.end()), look);
        return format!("{head}  {bar}  {tail}").trim_end().to_owned();
    }
    let fits = |tail: &&String| length + 2 + tail.chars().count() <= width;
    match tails.iter().find(fits) {
        Some(tail) => format!("{head}  {tail}").trim_end().to_owned(),
        None => look.cut(&format!("{name}  {stage}"), width),
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "connecting",
        Stage::Opening { .. } => "opening sessions",
        Stage::Started => "started",
        Stage::In(Window::Warmup) => "warm-up",
        Stage::In(Window::Measure) => "measuring",
        Stage::In(Window::Drain) => "draining",
    }
}

/// The part of the schedule, or of the sessions to open, that is done.
fn share(figures: &ViewState) -> Option<f64> {
    let part = |part: u64, of: u64| (part as f64 / of.max(1) as f64).min(1.0);
    match (figures.stage, figures.messages, figures.total_s) {
        (Stage::Opening { ready, of }, ..) => Some(part(ready.into(), of.into())),
        (Stage::In(Window::Drain), ..) => Some(1.0),
        (Stage::In(_), Some((done, all)), _) => Some(part(done, all)),
        (Stage::In(_), None, Some(total)) => Some(part(figures.elapsed_s, total)),
        _ => None,
    }
}

/// What is done and left, in fewer and fewer words.
fn tails(figures: &ViewState) -> Vec<String> {
    let elapsed = seconds(figures.elapsed_s);
    match (figures.stage, figures.messages, figures.total_s) {
        (Stage::Opening { ready, of }, ..) => {
            vec![format!("{} of {}", count(ready.into()), count(of.into()))]
        }
        (Stage::In(Window::Drain), ..) => {
            let gauges = &figures.gauges;
            let pending = gauges.in_flight.saturating_add(gauges.retrying);
            vec![format!("{} pending", count(pending)), String::new()]
        }
        (Stage::In(_), Some((done, all)), _) => {
            let of = format!("{} of {}", count(done), count(all));
            let left = Some((all - done) as f64 / figures.done);
            let left = left.filter(|left| *left < FORESEEABLE);
            let left = left.map(|left| format!(", about {} left", seconds(left.ceil() as u64)));
            let long = left.map(|left| format!("{of}{left}"));
            long.into_iter().chain([of]).collect()
        }
        (Stage::In(_), None, Some(total)) => {
            let left = seconds(total.saturating_sub(figures.elapsed_s));
            vec![
                format!("{elapsed} of {}, {left} left", seconds(total)),
                format!("{left} left"),
            ]
        }
        (Stage::In(_), None, None) => vec![elapsed],
        (Stage::Waiting | Stage::Started, ..) => vec![String::new()],
    }
}

fn bar(share: f64, width: usize, look: Look) -> String {
    let done = (share * width as f64).round() as usize;
    let (full, empty) = if look.unicode {
        ("━", "╌")
    } else {
        ("=", ".")
    };
    let full = look.paint.paint(Colour::Green, &full.repeat(done));
    let empty = look.paint.paint(Colour::Dim, &empty.repeat(width - done));
    format!("{full}{empty}")
}

fn rates(figures: &ViewState) -> Vec<Part> {
    let asked = figures
        .asked
        .map(|asked| format!("asked {}/s", rate(asked)));
    let done = format!("done {}/s", rate(figures.done));
    let accepted = format!("accepted {}/s", rate(figures.accepted));
    let all = asked.into_iter().chain([done, accepted]);
    all.map(Part::new).collect()
}

fn latencies(figures: &ViewState) -> Vec<Part> {
    let Some(times) = figures.latency else {
        return vec![Part::new("no reply in the last seconds")];
    };
    let at = |name, us| format!("{name} {}", latency(us));
    vec![
        Part::new(times.span.name()),
        Part::new(at("p50", times.p50)),
        Part::new(at("p99", times.p99)),
        Part::new(format!("last {} s", figures.recent_s)),
    ]
}

/// The p99 of as many seconds as fit, and the top of the scale.
fn p99s(figures: &ViewState, width: usize, look: Look) -> Option<String> {
    let all = &figures.p99s;
    let room = width.checked_sub(LABEL + 1 + SCALE)?;
    let values = &all[all.len().saturating_sub(room)..];
    let below = if look.unicode { "≤" } else { "<" };
    let top = format!("{below}{}", latency(highest(values)?));
    let label = label(&format!("p99 {}s", values.len()), look);
    Some(format!("{label}{} {top}", sparkline(values, look)))
}

fn outcomes(figures: &ViewState) -> Vec<Part> {
    let shown = figures.outcomes.iter();
    let shown = shown.filter(|(outcome, number)| *outcome == Outcome::Accepted || *number > 0);
    let part = |(outcome, number): (Outcome, u64)| {
        let text = format!("{} {}", count(number), outcome.name());
        let colour = match outcome {
            Outcome::Throttled | Outcome::Deferred | Outcome::Unsent => Colour::Yellow,
            _ => Colour::Red,
        };
        Part::coloured(text, colour, outcome != Outcome::Accepted)
    };
    shown.map(part).collect()
}

fn sessions(figures: &ViewState) -> Vec<Part> {
    let gauges = &figures.gauges;
    let grows = if figures.backlog_grows {
        ", growing"
    } else {
        ""
    };
    let mut parts = vec![
        Part::new(format!("{} open", count(gauges.sessions_open))),
        Part::new(format!("{} in flight", count(gauges.in_flight))),
        Part::coloured(
            format!("backlog {}{grows}", count(gauges.backlog)),
            Colour::Yellow,
            figures.backlog_grows,
        ),
    ];
    if gauges.retrying > 0 {
        parts.push(Part::new(format!("{} to retry", count(gauges.retrying))));
    }
    parts
}

/// The parts in rows, two spaces between them, below each other beside the label.
fn flow(name: &str, parts: Vec<Part>, width: usize, look: Look) -> Vec<String> {
    let (mut rows, mut row, mut length) = (Vec::new(), label(name, look), LABEL);
    for part in parts {
        let text = look.cut(&part.text, width.saturating_sub(LABEL));
        let own = text.chars().count();
        if length > LABEL && length + 2 + own > width {
            rows.push(std::mem::replace(&mut row, " ".repeat(LABEL)));
            length = LABEL;
        }
        if length > LABEL {
            row += "  ";
            length += 2;
        }
        length += own;
        row += &match part.colour {
            Some(colour) => look.paint.paint(colour, &text),
            None => text,
        };
    }
    rows.push(row);
    rows
}

fn label(name: &str, look: Look) -> String {
    look.paint.paint(Colour::Dim, &format!("{name:<LABEL$}"))
}

fn seconds(seconds: u64) -> String {
    humantime::format_duration(Duration::from_secs(seconds)).to_string()
}
