//! A finished run, told to somebody: one exporter a file.
//!
//! Exporters read what the run folder holds and nothing else, so that a report
//! made a year later says the same as the one at the end of the run.

mod asked;
mod json;
pub(crate) mod paint;
pub mod progress;
pub(crate) mod table;
mod text;

pub use json::Json;
pub use text::Text;

use std::io::{self, Write};
use std::path::Path;

use crate::run::Finished;

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// To be read by people.
    #[default]
    Human,
    /// To be read by programs.
    Json,
}

/// A way to tell a finished run.
pub trait Exporter {
    /// Writes the run that lies in `folder`.
    fn export(&self, run: &Finished, folder: &Path, to: &mut dyn Write) -> io::Result<()>;
}
