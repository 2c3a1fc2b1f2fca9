//! The steps of the search, for spreadsheets and scripts.

use std::io::{self, Write};

use super::Exporter;
use crate::run::SearchResult;

/// Writes a row for each step.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepsCsv;

/// The columns; the unit of `load` is that of the search: per second, or sessions.
const COLUMNS: [&str; 13] = [
    "step",
    "folder",
    "load",
    "length_s",
    "cool_down_s",
    "purpose",
    "outcome",
    "reason",
    "accepted_per_s",
    "recipients",
    "throttled",
    "service_p50_us",
    "quota_per_s",
];

impl Exporter<SearchResult> for StepsCsv {
    fn export(&self, search: &SearchResult, to: &mut dyn Write) -> io::Result<()> {
        let mut rows = ::csv::Writer::from_writer(to);
        rows.write_record(COLUMNS)?;
        for step in &search.record.steps {
            let optional = |value: Option<f64>| value.map_or(String::new(), |it| it.to_string());
            rows.write_record([
                step.number.to_string(),
                step.folder.clone(),
                step.load.to_string(),
                step.length_s.to_string(),
                step.cool_down_s.to_string(),
                step.purpose.clone(),
                step.outcome.clone(),
                step.reason.clone(),
                step.accepted_per_s.to_string(),
                step.recipients.to_string(),
                step.throttled.to_string(),
                optional(step.service_p50_us),
                optional(step.quota.map(|read| read.per_s)),
            ])?;
        }
        rows.flush()
    }
}
