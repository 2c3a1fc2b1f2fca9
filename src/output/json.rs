//! The record of the run, for programs.

use std::io::{self, Write};
use std::path::Path;

use super::Exporter;
use crate::run::Finished;

/// Writes the content of `run.json`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Json;

impl Exporter for Json {
    fn export(&self, run: &Finished, _folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, &run.record)?;
        writeln!(to)
    }
}
