//! A run folder read back.

use std::fs;
use std::path::Path;

use super::folder::RECORD;
use super::outcomes::{self, OutcomeLine, read_outcomes};
use super::summary::{SUMMARY, SummaryLine, read_summary};
use super::{Error, Record};

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
    let record = parse(&folder.join(RECORD), |text| {
        serde_json::from_str(text).map_err(|error| error.to_string())
    })?;
    Ok(Finished {
        record,
        summary: parse(&folder.join(SUMMARY), read_summary)?,
        outcomes: parse(&folder.join(outcomes::FILE), read_outcomes)?,
    })
}

fn parse<T>(path: &Path, read: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    read(&text).map_err(|reason| Error::malformed(path, reason))
}
