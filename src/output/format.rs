//! The formats of a result: one list for each kind of result.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use super::paint::Paint;

/// A kind of result, such as a finished run, and its formats.
pub(crate) trait Report: Clone + fmt::Debug + Sized + 'static {
    /// For people; the default on standard output.
    const TEXT: Format<Self>;
    /// For programs.
    const JSON: Format<Self>;
    /// The formats that only `--export` writes.
    const OTHERS: &'static [Format<Self>];
    /// When its files are written, as a sentence for help.
    const WRITTEN: &'static str;

    /// All its formats, in the order of the help.
    fn formats() -> impl Iterator<Item = Format<Self>> {
        let others = Self::OTHERS.iter().cloned();
        [Self::TEXT, Self::JSON].into_iter().chain(others)
    }
}

/// Writes a result in one format.
pub(crate) trait Exporter<R> {
    /// Writes everything, up to and including the last newline.
    fn export(&self, result: &R, to: &mut dyn Write) -> io::Result<()>;

    /// The same for a file in `folder`: some formats lead from there to other files.
    fn export_in(&self, result: &R, _folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        self.export(result, to)
    }
}

/// A format of one kind of result.
#[derive(Clone, Debug)]
pub(crate) struct Format<R: 'static> {
    /// Its name in `--export`.
    pub(crate) name: &'static str,
    /// What is written, as a phrase for help and docs.
    pub(crate) meaning: &'static str,
    /// Makes the exporter; in colour if the paint has it and the format can show it.
    pub(crate) exporter: fn(Paint) -> Box<dyn Exporter<R>>,
}

impl<R: Report> Format<R> {
    /// The format of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        R::formats().find(|format| format.name == name)
    }

    /// Writes the result; in colour if `paint` has it and the format can show it.
    pub(crate) fn write(&self, result: &R, paint: Paint, to: &mut dyn Write) -> io::Result<()> {
        (self.exporter)(paint).export(result, to)
    }

    /// Writes the result into a file in `folder`.
    pub(crate) fn write_in(&self, result: &R, folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        (self.exporter)(Paint::default()).export_in(result, folder, to)
    }
}

impl<R: Report> Default for Format<R> {
    fn default() -> Self {
        R::TEXT
    }
}
