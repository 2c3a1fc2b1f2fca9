//! The record of the run, for programs.

use std::io::{self, Write};

use super::Exporter;
use crate::run::Finished;

/// Writes the content of `run.json`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Exporter<Finished> for Json {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, &run.record)?;
        writeln!(to)
    }
}
