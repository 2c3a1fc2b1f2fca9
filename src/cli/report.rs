//! `sesbench report`: reports of finished runs, from their folders. One run has the
//! formats of a run, several have those of runs side by side.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::args::OUTPUT;
use crate::app::AppError;
use crate::app::report::{self as one, report as of_one};
use crate::app::several::{self, several as of_several};
use crate::output::{Export, Format, Report, Runs};
use crate::run::Finished;
use crate::units;
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench report results/runs/20261122T120000Z-steady-1f2e
      Its report.html again, from its files.
  sesbench report runs/before runs/after
      The same, and runs/runs.html with both side by side.
  sesbench report runs/* --export html=all.html";

/// Arguments of `report`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// Folders of runs; each gets a report.html
    ///
    /// Several also get a runs.html with all of them side by side, in the
    /// folder that holds them.
    #[arg(value_name = "RUN", required = true, verbatim_doc_comment)]
    pub runs: Vec<PathBuf>,
    /// Result on stdout: text, json, csv, html
    ///
    /// Of several runs: text, json, html.
    #[arg(long, value_name = "FORMAT", help_heading = OUTPUT)]
    format: Option<String>,
    /// Write the result to a file; repeatable
    ///
    /// Of several runs: text, json, html.
    /// [e.g. html=steady.html]
    #[arg(
        long,
        value_name = "FORMAT=FILE",
        help_heading = OUTPUT,
        conflicts_with_all = ["from", "to"]
    )]
    export: Vec<String>,
    /// Charts begin this long after the start of the run
    ///
    /// [default: its start; e.g. 30s]
    #[arg(long, value_name = "TIME", value_parser = units::duration::parse, help_heading = OUTPUT)]
    from: Option<Duration>,
    /// Charts end this long after the start of the run
    ///
    /// [default: its end; e.g. 60s]
    #[arg(long, value_name = "TIME", value_parser = units::duration::parse, help_heading = OUTPUT)]
    to: Option<Duration>,
}

impl ReportArgs {
    fn carry_out(&self) -> Result<ExitCode, AppError> {
        let part = self.part()?;
        match self.runs.as_slice() {
            [folder] => {
                let request = one::Request {
                    folder: folder.clone(),
                    format: self.format::<Finished>()?,
                    exports: self.exports::<Finished>()?,
                    part,
                };
                of_one(&request, &mut io::stdout())
            }
            folders => {
                let request = several::Request {
                    folders: folders.to_vec(),
                    format: self.format::<Runs>()?,
                    exports: self.exports::<Runs>()?,
                    part,
                };
                of_several(&request, &mut io::stdout())
            }
        }
    }

    fn format<R: Report>(&self) -> Result<Option<Format<R>>, AppError> {
        let format = self.format.as_deref().map(|name| {
            Format::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = R::formats().map(|format| format.name).collect();
                let known = known.join(", ");
                let of = if self.runs.len() > 1 {
                    " of several runs"
                } else {
                    ""
                };
                let why = format!("--format: unknown format {name:?}{of}: expected one of {known}");
                AppError::new(ExitCode::Usage, why)
            })
        });
        format.transpose()
    }

    fn exports<R: Report>(&self) -> Result<Vec<Export<R>>, AppError> {
        let exports = self.export.iter().map(|text| {
            Export::parse(text)
                .map_err(|why| AppError::new(ExitCode::Usage, format!("--export: {why}")))
        });
        exports.collect()
    }

    /// The seconds of `--from` and `--to`.
    fn part(&self) -> Result<Option<Range<u32>>, AppError> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let whole = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        let from = self.from.map_or(0, whole);
        let to = self.to.map_or(u32::MAX, whole);
        match from < to {
            true => Ok(Some(from..to)),
            false => {
                let why = "--from and --to: expected at least one second between them";
                Err(AppError::new(ExitCode::Usage, why))
            }
        }
    }
}

/// Runs the command; returns its exit code.
pub(super) fn report(args: &ReportArgs) -> ExitCode {
    args.carry_out().unwrap_or_else(AppError::report)
}
