//! Reads a run folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::RECORD;
use super::outcomes::{self, OutcomeLine, read_outcomes};
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
    let value = serde_json::from_str(text).map_err(|error| json_error(text, &error))?;
    match value_error(&schema(), &value, UnknownKeys::Allowed) {
        Some(value_error) => Err(value_error),
        // The record has narrower limits for some numbers than the schema.
        None => serde_json::from_value(value)
            .map_err(|_| "a number is too large: expected the record of a run".to_owned()),
    }
}
