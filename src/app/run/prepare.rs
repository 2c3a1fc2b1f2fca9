//! What a run makes from its plan before it starts: its first record with the command
//! line, the file of the trace, and a note about credentials.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::Options;
use crate::app::error::AppError;
use crate::measure::Trace;
use crate::run::{Record, RunId, ScenarioRecord, ShardRecord};
use crate::scenario::{Plan, Source, plan_hash};
use crate::smtp::{Capabilities, Secrets};
use crate::text::command_line::without_secrets;
use crate::text::printable;

pub(super) fn record(
    plan: &Plan,
    id: &RunId,
    source: &Source,
    secret: Option<&SecretString>,
) -> Result<Record, AppError> {
    let written = ScenarioRecord {
        name: plan.name.clone(),
        text: source.text().ok(),
    };
    let value = serde_json::to_value(plan)
        .map_err(|error| AppError::unwritable(format!("run.json: {error}")))?;
    let mut record = Record::new(id, written, value, plan_hash(plan), plan.seed);
    record.command_line = command_line(plan, secret);
    record.shard = plan.shard.map(|shard| ShardRecord {
        index: shard.index(),
        of: shard.of(),
    });
    record.rate.target_per_s = plan
        .schedule()
        .map(|schedule| schedule.mean_rate(plan.load.warm_up, schedule.end()));
    Ok(record)
}

/// The command line of this process, without secrets: neither those that it knows nor
/// what may be one.
fn command_line(plan: &Plan, secret: Option<&SecretString>) -> Vec<String> {
    let login = plan.auth.as_ref();
    let credentials = login.and_then(|login| login.credentials.as_ref());
    let known = credentials.map(Secrets::of);
    let arguments = std::env::args_os().enumerate().map(|(at, argument)| {
        let argument = argument.to_string_lossy().into_owned();
        let argument = match known.as_ref() {
            Some(known) => known.redact(&argument),
            None => argument,
        };
        let key = secret.map(ExposeSecret::expose_secret);
        let argument = match key.filter(|key| !key.is_empty()) {
            Some(key) => argument.replace(key, "<secret>"),
            None => argument,
        };
        match (at, Path::new(&argument).file_name()) {
            // Where the program lies says nothing about the run.
            (0, Some(name)) => name.to_string_lossy().into_owned(),
            _ => argument,
        }
    });
    without_secrets(arguments)
}

pub(super) fn trace(options: &Options) -> Result<Option<Trace>, AppError> {
    let Some(path) = &options.trace else {
        return Ok(None);
    };
    let unwritable =
        |error: io::Error| AppError::unwritable(format!("{}: {error}", path.display()));
    let file = File::create(path).map_err(unwritable)?;
    Ok(Some(Trace::new(BufWriter::new(file))))
}

/// A note if the server offers AUTH and there are no credentials: many such
/// servers refuse every message then.
pub(super) fn log_in_note(plan: &Plan, offers: &Capabilities) -> Option<String> {
    if offers.auth.is_empty() || plan.auth.is_some() || plan.log_in_declined {
        return None;
    }
    let mechanisms = offers.auth.join(", ");
    Some(format!(
        "the server offers AUTH ({}), but there are no credentials: if it requires a login, it \
         refuses every message; set SESBENCH_USERNAME and SESBENCH_PASSWORD, or use \
         --set auth.mechanism=none",
        printable(&mechanisms)
    ))
}
