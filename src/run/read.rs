//! Reads a run folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::RECORD;
use super::outcomes::{self, OutcomeLine, read_outcomes};
use super::record::SCHEMA_VERSION;
use super::summary::{SUMMARY, SummaryLine, read_summary};
use super::value_error::{UnknownKeys, value_error};
use super::{Error, Record, schema};
use crate::text::{encoding, json_error};

/// The content of a run folder that reports need. Everything that is printed or
/// exported of a run comes from here.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The folder it was read from.
    pub folder: PathBuf,
    /// `run.json`.
    pub record: Record,
    /// `summary.csv`.
    pub summary: Vec<SummaryLine>,
    /// `outcomes.csv`.
    pub outcomes: Vec<OutcomeLine>,
}

/// Whether the folder has the record of a run.
pub(crate) fn is_run_folder(folder: &Path) -> bool {
    folder.join(RECORD).exists()
}

/// Reads a run folder.
pub fn read(folder: &Path) -> Result<Finished, Error> {
    Ok(Finished {
        folder: folder.to_owned(),
        record: parse(&folder.join(RECORD), read_record)?,
        summary: parse(&folder.join(SUMMARY), read_summary)?,
        outcomes: parse(&folder.join(outcomes::FILE), read_outcomes)?,
    })
}

/// Reads and parses one file of a run folder.
pub(super) fn parse<T>(
    path: &Path,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    let text = encoding::utf8(&bytes);
    text.and_then(read)
        .map_err(|reason| Error::malformed(path, reason))
}

fn read_record(text: &str) -> Result<Record, String> {
    let value = read_json(text)?;
    newer_version(&value)?;
    match value_error(&schema(), &value, UnknownKeys::Allowed) {
        Some(value_error) => Err(value_error),
        // The record has narrower limits for some numbers than the schema.
        None => serde_json::from_value(value)
            .map_err(|_| "a number is too large: expected the record of a run".to_owned()),
    }
}

/// Parses JSON.
pub(super) fn read_json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| json_error(text, &error))
}

/// Fails if a newer version of the program wrote the record: its fields may have
/// another meaning.
fn newer_version(record: &Value) -> Result<(), String> {
    let version = record.get("schema_version").and_then(Value::as_u64);
    match version {
        Some(version) if version > u64::from(SCHEMA_VERSION) => Err(format!(
            "schema_version {version}: written by a newer sesbench; \
             this one reads up to {SCHEMA_VERSION}"
        )),
        _ => Ok(()),
    }
}
