//! The latencies and the thresholds, for spreadsheets and scripts.

use std::io::{self, Write};

use super::Exporter;
use crate::run::{Finished, write_latencies_and_thresholds};

/// Writes the rows of `summary.csv`, and one for each threshold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csv;

impl Exporter<Finished> for Csv {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        Ok(write_latencies_and_thresholds(run, to)?)
    }
}
