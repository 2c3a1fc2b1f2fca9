//! The result for a pull request or the summary of a job.

use std::io::{self, Write};

use super::phrases::{decision, pairs, title, visible};
use super::sessions::closing;
use super::{AbArm, AbEnd, AbReport, AbSeries};
use crate::output::Exporter;
use crate::output::answers::{change, interval, measured};
use crate::output::markdown::escaped;
use crate::text::figures::share;

/// Writes Markdown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

impl Exporter<AbReport> for Markdown {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        report.series.iter().try_for_each(|each| series(each, to))
    }
}

fn series(series: &AbSeries, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "### {}\n", escaped(&title(series)))?;
    for arm in &series.arms {
        writeln!(
            to,
            "**{}** ({})\n",
            escaped(&decision(series, arm)),
            pairs(series)
        )?;
        table(series, arm, to)?;
    }
    if let AbEnd::Stopped { why } = &series.end {
        writeln!(to, "Stopped: {}\n", escaped(why))?;
    }
    for sentence in closing(series) {
        writeln!(to, "{}\n", escaped(&sentence))?;
    }
    Ok(())
}

fn table(series: &AbSeries, arm: &AbArm, to: &mut dyn Write) -> io::Result<()> {
    let (base, new) = (escaped(&series.base), escaped(&arm.value));
    writeln!(
        to,
        "| figure | {base} | {new} | change | interval | decision | floor | visible |"
    )?;
    writeln!(to, "|---|---:|---:|---:|---:|---|---:|---|")?;
    for answer in &arm.answers.figures {
        let estimate = answer.estimate.as_ref();
        let cells = [
            answer.figure.clone(),
            measured(&answer.figure, answer.base.median),
            measured(&answer.figure, answer.new.median),
            estimate.map_or_else(String::new, |estimate| change(estimate.shift)),
            estimate.map_or_else(String::new, |estimate| interval(&estimate.interval)),
            answer.decision.to_string(),
            share(answer.floor),
            match &answer.undecided {
                Some(undecided) if answer.role.is_decided() => undecided.to_string(),
                _ => visible(answer).unwrap_or_default(),
            },
        ];
        writeln!(to, "| {} |", cells.map(|cell| escaped(&cell)).join(" | "))?;
    }
    for answer in &arm.answers.shares {
        let (base, new) = (share(answer.base), share(answer.new));
        let (figure, decision) = (&answer.figure, answer.decision);
        writeln!(to, "| {figure} | {base} | {new} | | | {decision} | | |")?;
    }
    writeln!(to)
}
