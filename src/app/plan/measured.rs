//! Takes transaction and set-up times and the processor time of a message from run
//! folders. Histograms of several runs are added; quantiles are not averaged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::analysis::capacity::Durations;
use crate::measure::Distributions;
use crate::run;
use crate::text::printable;
use crate::text::words::plural;
use crate::vocabulary::Span;

/// What the runs measured.
#[derive(Debug)]
pub(super) struct RunTimes {
    pub(super) transaction: Durations,
    pub(super) setup: Durations,
    /// Of the generator; none if the runs were too short to measure it.
    pub(super) cpu_per_message_s: Option<f64>,
    /// In words.
    pub(super) source: String,
}

/// Reads the runs. The error is one line with the folder.
pub(super) fn read(folders: &[PathBuf]) -> Result<RunTimes, String> {
    let mut distributions = Vec::new();
    let mut cpu = Vec::new();
    for folder in folders {
        let finished = run::read(folder).map_err(|error| error.to_string())?;
        distributions.push(run::read_distributions(folder).map_err(|error| error.to_string())?);
        let used = finished.record.cpu.generator;
        cpu.extend(used.and_then(|used| used.message_us.or(used.per_message_us)));
    }
    let pooled = |span, what| {
        let all = distributions.iter().flat_map(|each| counts(each, span));
        Durations::from_counts(all).ok_or_else(|| format!("{}: {what}", names(folders)))
    };
    let transaction = pooled(
        Span::Transaction,
        "no message was accepted: expected a run with transaction times",
    )?;
    let setup = pooled(
        Span::SessionSetup,
        "no session was set up in the measured window: expected a run with \
         messages_per_session, or give --transaction and --setup",
    )?;
    let runs = folders.len() as u64;
    let messages = plural(transaction.count(), "message");
    Ok(RunTimes {
        source: format!("measured in {}, {messages}", plural(runs, "run")),
        transaction,
        setup,
        cpu_per_message_s: (!cpu.is_empty())
            .then(|| cpu.iter().sum::<f64>() / cpu.len() as f64 / 1e6),
    })
}

fn counts(all: &Distributions, span: Span) -> impl Iterator<Item = (Duration, u64)> + '_ {
    all.of(span).iter().copied()
}

fn names(folders: &[PathBuf]) -> String {
    let shown = |folder: &PathBuf| printable(&Path::display(folder).to_string());
    folders.iter().map(shown).collect::<Vec<_>>().join(", ")
}
