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
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|error| {
        let reason = format!(
            "invalid UTF-8 at byte {}: expected text",
            error.valid_up_to()
        );
        Error::malformed(path, reason)
    })?;
    read(text).map_err(|reason| Error::malformed(path, reason))
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
    serde_json::from_str(text).map_err(|error| not_json(text, &error))
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

/// An error for users: the library's text is for programmers.
fn not_json(text: &str, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match text.trim().is_empty() {
        true => "the file is empty".to_owned(),
        false if error.is_eof() => {
            format!("line {line}: incomplete JSON: the file may be truncated")
        }
        false => format!("line {line}, column {column}: invalid JSON"),
    }
}
