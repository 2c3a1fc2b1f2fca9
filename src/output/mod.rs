//! Exporters of a finished run, one per file, and the progress of a run.
//!
//! Exporters read only the content of the run folder, so that a report made a year
//! later is the same as the one at the end of the run.

mod asked;
mod json;
pub(crate) mod paint;
pub(crate) mod progress;
pub(crate) mod table;
mod text;

pub(crate) use json::Json;
pub(crate) use text::Text;

use std::io::{self, Write};
use std::path::Path;

use crate::run::Finished;

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Writes a finished run in one format.
pub(crate) trait Exporter {
    /// Writes the run in `folder`.
    fn export(&self, run: &Finished, folder: &Path, to: &mut dyn Write) -> io::Result<()>;
}
