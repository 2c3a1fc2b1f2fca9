//! `sesbench report`: reports of finished runs, from their folders.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::args::OUTPUT;
use crate::app::AppError;
use crate::app::report::{Request, report as carry_out};
use crate::output::{Export, Format, Report};
use crate::run::Finished;
use crate::units;
use crate::vocabulary::ExitCode;

/// Arguments of `report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// Folders of runs; each gets a report.html
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// Result on stdout: text, json, csv, html
    ///
    /// Of one run.
    #[arg(long, value_name = "FORMAT", value_parser = format, help_heading = OUTPUT)]
    format: Option<Format<Finished>>,
    /// Write the result to a file; repeatable
    ///
    /// Of one run.
    /// [e.g. html=steady.html]
    #[arg(
        long,
        value_name = "FORMAT=FILE",
        value_parser = Export::<Finished>::parse,
        help_heading = OUTPUT,
        conflicts_with_all = ["from", "to"]
    )]
    export: Vec<Export<Finished>>,
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
    fn request(&self) -> Result<Request, AppError> {
        Ok(Request {
            folders: self.runs.clone(),
            format: self.format.clone(),
            exports: self.export.clone(),
            part: self.part()?,
        })
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

fn format(name: &str) -> Result<Format<Finished>, String> {
    Format::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Finished::formats().map(|format| format.name).collect();
        format!(
            "unknown format {name:?}: expected one of {}",
            known.join(", ")
        )
    })
}

/// Runs the command; returns its exit code.
pub(super) fn report(args: &ReportArgs) -> ExitCode {
    args.request()
        .and_then(|request| carry_out(&request, &mut io::stdout()))
        .unwrap_or_else(AppError::report)
}
