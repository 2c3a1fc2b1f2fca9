//! Writes the run folder during a run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

pub(crate) use super::intervals::Sample;

use super::columns::{Column, write_header};
use super::hlog::Hlog;
use super::intervals::Intervals;
use super::outcomes::{self, outcome_columns, write_outcomes};
use super::replace::replace;
use super::summary::{
    HISTOGRAM, SUMMARY, histogram_columns, summary, summary_columns, write_histogram, write_summary,
};
use super::{Error, Record, Status};
use crate::measure::{Measurements, Second};
use crate::vocabulary::Instant;

/// Parent of run folders without `--out`.
const RUNS: &str = "results/runs";

/// Seconds between two rewrites of the files that are not appended to. Except
/// `histogram.csv`: writing it takes longer than all others together would, on a
/// machine that measures, and after a kill `latency.hlog` has the same content.
const REWRITE_EVERY: u32 = 5;

/// The name of the file that holds the record.
pub(super) const RECORD: &str = "run.json";

/// The report of the run as a page, beside the files that it is made from.
pub(crate) const REPORT: &str = "report.html";

/// A run folder being written.
pub(crate) struct Folder {
    path: PathBuf,
    /// Wall clock at the run's origin.
    origin: SystemTime,
    intervals: Intervals,
    hlog: Hlog,
    /// Whether `run.json` has the final status.
    is_over: bool,
    /// Content of `run.json`; [`Folder`] fills in counts and rates.
    pub record: Record,
}

impl Folder {
    /// Creates the folder, by default under `results/runs/`, with all its files, so
    /// that a run whose results cannot be written fails before it sends anything.
    /// `origin` is the wall clock at the run's origin.
    pub(crate) fn create(
        out: Option<PathBuf>,
        record: Record,
        origin: SystemTime,
    ) -> Result<Self, Error> {
        let path = out.unwrap_or_else(|| Path::new(RUNS).join(&record.run_id));
        fs::create_dir_all(&path).map_err(Error::io(&path))?;
        if fs::read_dir(&path)
            .map_err(Error::io(&path))?
            .next()
            .is_some()
        {
            return Err(Error::Occupied(path));
        }
        let folder = Self {
            intervals: Intervals::create(&path.join(Intervals::FILE))?,
            hlog: Hlog::create(&path.join(Hlog::FILE))?,
            path,
            origin,
            is_over: false,
            record,
        };
        for (name, columns) in rewritten() {
            replace(&folder.path.join(name), |file| write_header(&columns, file))?;
        }
        folder.write_record()?;
        Ok(folder)
    }

    /// Path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Records a complete second: its interval row and histograms are written to the
    /// operating system when this returns. Every few seconds it also rewrites the
    /// summary, the outcomes and the record.
    pub(crate) fn second(
        &mut self,
        second: &Second,
        measured: &Measurements,
        sample: Sample,
    ) -> Result<(), Error> {
        let (path, hlog_path) = (self.path.join(Intervals::FILE), self.path.join(Hlog::FILE));
        self.intervals
            .append(second, sample)
            .map_err(Error::io(&path))?;
        let start = self.start(measured);
        self.hlog
            .append(second, start)
            .map_err(Error::io(&hlog_path))?;
        if second.t_s % REWRITE_EVERY == REWRITE_EVERY - 1 {
            self.rewrite(measured)?;
        }
        Ok(())
    }

    /// Writes the final state of every file. The caller has filled in the parts of
    /// [`Folder::record`] that are not measured.
    pub(crate) fn finish(&mut self, measured: &Measurements) -> Result<(), Error> {
        let path = self.path.join(HISTOGRAM);
        replace(&path, |file| write_histogram(measured, file))?;
        self.rewrite(measured)?;
        self.is_over = true;
        Ok(())
    }

    /// Records that the run was aborted before it started. Errors are ignored.
    pub(crate) fn abandon(&mut self) {
        self.abandon_as(Status::Aborted);
    }

    /// The same with another status.
    pub(crate) fn abandon_as(&mut self, status: Status) {
        self.record.status = status;
        self.is_over = true;
        let _ = self.write_record();
    }

    fn rewrite(&mut self, measured: &Measurements) -> Result<(), Error> {
        self.record.measure(measured, self.origin);
        let path = |name| self.path.join(name);
        let lines = summary(measured);
        replace(&path(SUMMARY), |file| write_summary(&lines, file))?;
        replace(&path(outcomes::FILE), |file| write_outcomes(measured, file))?;
        self.write_record()
    }

    fn write_record(&self) -> Result<(), Error> {
        replace(&self.path.join(RECORD), |file| {
            serde_json::to_writer_pretty(&mut *file, &self.record)?;
            file.write_all(b"\n")
        })
    }

    fn start(&self, measured: &Measurements) -> SystemTime {
        let start = measured.timeline().start().unwrap_or(Instant::ORIGIN);
        self.origin + start.since(Instant::ORIGIN)
    }
}

impl Drop for Folder {
    /// A run that ends with a panic is recorded as aborted, and its files are kept.
    fn drop(&mut self) {
        if thread::panicking() && !self.is_over {
            self.abandon();
        }
    }
}

/// The names of all files of a run folder.
pub(crate) const FILES: [&str; 6] = [
    RECORD,
    SUMMARY,
    HISTOGRAM,
    outcomes::FILE,
    Intervals::FILE,
    Hlog::FILE,
];

/// The CSV files that are rewritten as a whole, and their columns.
fn rewritten() -> [(&'static str, Vec<Column>); 3] {
    [
        (SUMMARY, summary_columns()),
        (HISTOGRAM, histogram_columns()),
        (outcomes::FILE, outcome_columns()),
    ]
}
