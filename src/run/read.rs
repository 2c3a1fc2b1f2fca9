//! A run folder read back.

use std::fs;
use std::path::Path;

use super::folder::RECORD;
use super::outcomes::{self, OutcomeLine, read_outcomes};
use super::summary::{SUMMARY, SummaryLine, read_summary};
use super::value_error::value_error;
use super::{Error, Record, schema};

/// What a report needs of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
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
        record: parse(&folder.join(RECORD), read_record)?,
        summary: parse(&folder.join(SUMMARY), read_summary)?,
        outcomes: parse(&folder.join(outcomes::FILE), read_outcomes)?,
    })
}

/// Reads one of its files.
pub(super) fn parse<T>(
    path: &Path,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|error| {
        let reason = format!("not text in UTF-8, from byte {} on", error.valid_up_to());
        Error::malformed(path, reason)
    })?;
    read(text).map_err(|reason| Error::malformed(path, reason))
}

fn read_record(text: &str) -> Result<Record, String> {
    let value = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    match value_error(&schema(), &value) {
        Some(value_error) => Err(value_error),
        // The schema does not bound every number as narrowly as a record does.
        None => serde_json::from_value(value)
            .map_err(|_| "not a record of a run: a number is larger than any run has".to_owned()),
    }
}

/// In our own words: the library's are for programmers.
fn not_json(text: &str, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match text.trim().is_empty() {
        true => "the file is empty".to_owned(),
        false if error.is_eof() => {
            format!("line {line}: the file ends in the midst of its JSON; was it cut off?")
        }
        false => format!("line {line}, column {column}: not JSON"),
    }
}
