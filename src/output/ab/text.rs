//! The report for people: the decision first, then what it rests on.

use std::io::{self, Write};

use super::phrases::{decision, pairs, title, visible};
use super::sessions::{closing, overhead, phases};
use super::{AbArm, AbEnd, AbReport, AbSeries};
use crate::analysis::comparison::{Answer, Conclusion, Decision, ShareAnswer};
use crate::output::Exporter;
use crate::output::answers::{change, interval, measured};
use crate::output::paint::{Colour, Paint};
use crate::output::table::{Side, Table};
use crate::text::figures::share;
use crate::text::{printable, wrapped};

/// Writes the report for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    paint: Paint,
}

/// The dropped runs that are listed; the others are in `ab.json`.
const LISTED: usize = 5;

/// The width of prose.
const WIDTH: usize = 78;

impl Text {
    pub(super) const fn new(paint: Paint) -> Self {
        Self { paint }
    }
}

impl Exporter<AbReport> for Text {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        for (at, series) in report.series.iter().enumerate() {
            if at > 0 {
                writeln!(to)?;
            }
            self.series(series, to)?;
        }
        Ok(())
    }
}

impl Text {
    fn series(self, series: &AbSeries, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "{}", self.paint.paint(Colour::Bold, &title(series)))?;
        for arm in &series.arms {
            let colour = match arm.answers.conclusion() {
                Conclusion::Regressed => Colour::Red,
                Conclusion::Improved | Conclusion::Unchanged => Colour::Green,
                Conclusion::Unclear | Conclusion::Described => Colour::Yellow,
            };
            let decision = self.paint.paint(colour, &decision(series, arm));
            writeln!(to, "{decision}")?;
        }
        writeln!(to, "  {}", pairs(series))?;
        if let AbEnd::Stopped { why } = &series.end {
            prose(to, &format!("stopped: {}", printable(why)))?;
        }
        match series.pairs.used {
            0 => writeln!(to, "  no pair can be compared")?,
            _ => series
                .arms
                .iter()
                .try_for_each(|arm| figures(series, arm, to))?,
        }
        dropped(series, to)?;
        if let Some(cost) = &series.sessions {
            writeln!(to, "\na session, medians in ms")?;
            lines(to, &phases(cost))?;
            writeln!(
                to,
                "\nset-up per message in ms; difference as a share of a transaction"
            )?;
            lines(to, &overhead(cost))?;
            for sentence in closing(series) {
                prose(to, &sentence)?;
            }
        }
        writeln!(
            to,
            "\n  {}",
            printable(&series.folder.display().to_string())
        )
    }
}

/// The figures of an arm, what they could have told, and its shares.
fn figures(series: &AbSeries, arm: &AbArm, to: &mut dyn Write) -> io::Result<()> {
    let (new, base) = (printable(&arm.value), printable(&series.base));
    let confidence = share(1.0 - series.alpha);
    writeln!(to, "\n{new} against {base}, intervals at {confidence}")?;
    let mut table = Table::new(&[
        Side::Left,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Left,
    ]);
    arm.answers
        .figures
        .iter()
        .for_each(|answer| table.row(row(answer)));
    lines(to, &table)?;
    for answer in arm
        .answers
        .figures
        .iter()
        .filter(|each| each.role.is_decided())
    {
        let parts = [
            Some(format!("floor {}", share(answer.floor))),
            visible(answer),
            answer.undecided.as_ref().map(ToString::to_string),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        prose(to, &format!("{}: {}", answer.figure, parts.join("; ")))?;
    }
    if let Some(undecided) = &arm.answers.undecided {
        prose(to, &format!("shares: {undecided}"))?;
    }
    arm.answers
        .shares
        .iter()
        .filter(|share| is_shown(share))
        .try_for_each(|share| prose(to, &of_share(share)))
}

fn row(answer: &Answer) -> [String; 6] {
    let estimate = answer.estimate.as_ref();
    [
        answer.figure.clone(),
        measured(&answer.figure, answer.base.median),
        measured(&answer.figure, answer.new.median),
        estimate.map_or_else(String::new, |estimate| change(estimate.shift)),
        estimate.map_or_else(String::new, |estimate| interval(&estimate.interval)),
        answer.decision.to_string(),
    ]
}

/// The accepted share always; others if they changed.
fn is_shown(answer: &ShareAnswer) -> bool {
    answer.figure == "outcome.accepted" || answer.decision != Decision::Unchanged
}

fn of_share(answer: &ShareAnswer) -> String {
    format!(
        "{}: {} and {}, {}",
        answer.figure,
        share(answer.base),
        share(answer.new),
        answer.decision
    )
}

fn dropped(series: &AbSeries, to: &mut dyn Write) -> io::Result<()> {
    if series.dropped.is_empty() {
        return Ok(());
    }
    writeln!(to, "\ndropped, because a run of the pair is in doubt")?;
    for each in series.dropped.iter().take(LISTED) {
        let value = printable(&each.value);
        let text = format!(
            "pair {}, run {} ({value}): {}",
            each.pair,
            each.run,
            printable(&each.why)
        );
        prose(to, &text)?;
    }
    match series.dropped.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(to, "  and {more} more: see ab.json"),
    }
}

fn lines(to: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| writeln!(to, "  {line}"))
}

/// Wrapped, with later lines indented further.
fn prose(to: &mut dyn Write, text: &str) -> io::Result<()> {
    let indented = wrapped(text, WIDTH - 4);
    for (at, line) in indented.iter().enumerate() {
        let indent = if at == 0 { "  " } else { "    " };
        writeln!(to, "{indent}{line}")?;
    }
    Ok(())
}
