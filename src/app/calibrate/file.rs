//! Reads and writes calibrated settings as a file, such as for a repository.

use std::fs;
use std::path::Path;

use serde::Serialize;
use sesbench_mock::settings::Latency;
use toml::Table;

use super::Learned;
use crate::run::Record;

#[derive(Serialize)]
struct Settings<'a> {
    latency: &'a Latency,
}

/// Writes the delays, for `--settings` of the mock and `--calibrate` of a run.
pub(crate) fn write(path: &Path, learned: &Learned) -> Result<(), String> {
    let latency = &learned.latency;
    let settings = toml::to_string(&Settings { latency }).map_err(|error| error.to_string())?;
    let text = format!("{}{settings}", origin(&learned.record));
    if let Ok(there) = fs::read_to_string(path)
        && !there.starts_with(ORIGIN)
    {
        return Err(format!(
            "{} exists and is not from an earlier calibration: choose another file, or remove it",
            path.display()
        ));
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The start of such a file. A file without it may be the user's own.
const ORIGIN: &str = "# Delays of ";

fn origin(record: &Record) -> String {
    let target = &record.target;
    format!(
        "{ORIGIN}{} {}:{} ({}), recorded by sesbench {} in run {}{}.\n\
         # Each is a list of quantiles and delays; the mock's own time is subtracted.\n",
        target.kind,
        target.host,
        target.port,
        target.mode,
        record.version,
        record.run_id,
        record
            .start
            .as_deref()
            .map_or_else(String::new, |start| format!(", {start}")),
    )
}

/// Reads such a file.
pub(crate) fn read(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text[..start].matches('\n').count();
        format!("{}:{line}: {}", path.display(), error.message())
    })
}
