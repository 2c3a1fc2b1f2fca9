//! What is shown of a run: the registry of exporters of a finished run, and the
//! progress of one under way.
//!
//! An exporter is a file and a row in [`FORMATS`]. It reads only what the run folder
//! holds ([`Finished`]), so that a report made a year later is the same as the one at
//! the end of the run. Where the text goes, to a file or to standard output, is
//! decided by its callers.

mod asked;
mod csv;
mod export;
mod json;
pub(crate) mod paint;
pub(crate) mod progress;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use export::Export;

use std::io::{self, Write};

use crate::run::Finished;
use paint::Paint;

/// The formats of a finished run, in the order of the help.
pub(crate) const FORMATS: [Format; 3] = [
    Format::TEXT,
    Format::JSON,
    Format {
        name: "csv",
        meaning: "the latencies, as in summary.csv",
        exporter: |_| Box::new(csv::SummaryCsv),
    },
];

/// Writes a finished run in one format.
pub(crate) trait Exporter {
    /// Writes everything, up to and including the last newline.
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()>;
}

/// A format of a finished run: a row of [`FORMATS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Its name in `--export`.
    pub(crate) name: &'static str,
    /// What is written, as a phrase for help and docs.
    pub(crate) meaning: &'static str,
    exporter: fn(Paint) -> Box<dyn Exporter>,
}

impl Format {
    /// For people; the default on standard output.
    pub(crate) const TEXT: Self = Self {
        name: "text",
        meaning: "the report for people, without colour",
        exporter: |paint| Box::new(text::Text::new(paint)),
    };
    /// For programs.
    pub(crate) const JSON: Self = Self {
        name: "json",
        meaning: "the record of the run, as in run.json",
        exporter: |_| Box::new(json::Json),
    };

    /// The format of that name.
    fn from_name(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }

    /// Writes the run; in colour if `paint` has it and the format can show it.
    pub(crate) fn write(self, run: &Finished, paint: Paint, to: &mut dyn Write) -> io::Result<()> {
        (self.exporter)(paint).export(run, to)
    }
}

impl Default for Format {
    fn default() -> Self {
        Self::TEXT
    }
}
