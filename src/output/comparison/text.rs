//! The report for people: the decision first, then what it rests on.

use std::io::{self, Write};

use super::phrases::{earlier, headline, note, rank, runs, shown, visible};
use super::{CompareReport, Exporter};
use crate::analysis::comparison::{Answer, Conclusion, MARGIN, Range};
use crate::output::answers::{change, interval, measured, points};
use crate::output::paint::{Colour, Paint};
use crate::text::figures::share;
use crate::text::{printable, wrapped};

/// Writes the report for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    paint: Paint,
}

/// The width of prose.
const WIDTH: usize = 78;

/// Runs left out that are listed; the others are in the JSON.
const LISTED: usize = 5;

impl Text {
    pub(super) const fn new(paint: Paint) -> Self {
        Self { paint }
    }
}

impl Exporter<CompareReport> for Text {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let colour = match report.answers.conclusion() {
            Conclusion::Regressed => Colour::Red,
            Conclusion::Improved | Conclusion::Unchanged => Colour::Green,
            Conclusion::Unclear | Conclusion::Described => Colour::Yellow,
        };
        for line in wrapped(&headline(report), WIDTH) {
            writeln!(to, "{}", self.paint.paint(colour, &line))?;
        }
        let scenario = printable(&report.scenario);
        prose(to, "  ", &format!("{scenario}: {}", runs(report)))?;
        for difference in &report.differences {
            prose(to, "  ", &printable(difference))?;
        }
        for answer in shown(report) {
            writeln!(to)?;
            figure(answer, report, to)?;
        }
        shares(report, to)?;
        excluded(report, to)
    }
}

/// A block for each figure.
fn figure(answer: &Answer, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
    let (name, role) = (&answer.figure, note(answer.role));
    writeln!(to, "{name}: {} ({role})", answer.decision)?;
    if answer.role.is_decided()
        && let Some(why) = &answer.undecided
        // What holds for all is in the first line.
        && answer.undecided != report.answers.undecided
    {
        prose(to, "  ", &why.to_string())?;
    }
    let base = measured(name, answer.base.median);
    let new = measured(name, answer.new.median);
    match &answer.place {
        None => writeln!(to, "  median {base} -> {new}")?,
        Some(place) => {
            writeln!(to, "  median {base} -> {new}: {}", rank(place))?;
            writeln!(to, "  earlier jobs {}", earlier(name, place))?;
        }
    }
    let Some(estimate) = &answer.estimate else {
        return Ok(());
    };
    let (wide, narrow) = (&estimate.interval, &estimate.narrow);
    let shift = change(estimate.shift);
    let at = |range: &Range| match range.is_attained {
        true => format!("{:.0} %: {}", range.confidence * 100.0, interval(range)),
        false => format!("all: {}", interval(range)),
    };
    let ranges = match wide != narrow && (wide.is_attained || narrow.is_attained) {
        true => format!("{}; {}", at(wide), at(narrow)),
        false => at(wide),
    };
    let p = match answer.place {
        Some(_) => format!("; p {:.3}, one-sided", estimate.p),
        None => String::new(),
    };
    writeln!(to, "  shift {shift} ({ranges}){p}")?;
    let visible = visible(answer).unwrap_or_default();
    prose(
        to,
        "  ",
        &format!("floor {}; {visible}", share(answer.floor)),
    )
}

fn shares(report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
    let shares = &report.answers.shares;
    if shares.is_empty() {
        return Ok(());
    }
    let margin = MARGIN * 100.0;
    writeln!(to, "\nmessages by outcome, margin {margin} points")?;
    for answer in shares {
        let (base, new) = (share(answer.base), share(answer.new));
        let (name, decision) = (&answer.figure, answer.decision);
        writeln!(
            to,
            "  {name}: {decision}, {base} -> {new} ({})",
            points(answer)
        )?;
    }
    Ok(())
}

fn excluded(report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
    if report.excluded.is_empty() {
        return Ok(());
    }
    writeln!(to, "\nleft out")?;
    for each in report.excluded.iter().take(LISTED) {
        let (folder, reason) = (printable(&each.folder), printable(&each.reason));
        prose(to, "  ", &format!("{folder}: {reason}"))?;
    }
    match report.excluded.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(to, "  and {more} more"),
    }
}

/// Wrapped, with later lines indented further.
fn prose(to: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    for (at, line) in wrapped(text, WIDTH - 4).iter().enumerate() {
        let more = if at == 0 { "" } else { "  " };
        writeln!(to, "{indent}{more}{line}")?;
    }
    Ok(())
}
