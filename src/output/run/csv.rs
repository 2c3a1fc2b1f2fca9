//! The summary of latencies, for spreadsheets and scripts.

use std::io::{self, Write};

use super::Exporter;
use crate::run::{Finished, write_summary};

/// Writes the content of `summary.csv`.
#[derive(Clone, Copy, Debug)]
pub(super) struct SummaryCsv;

impl Exporter<Finished> for SummaryCsv {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        Ok(write_summary(&run.summary, to)?)
    }
}
