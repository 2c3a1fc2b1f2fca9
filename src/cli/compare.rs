//! `sesbench compare`: its flags.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ResultArgs;
use crate::analysis::verdict::Figure;
use crate::app::AppError;
use crate::app::compare::{Base, Request, compare as carry_out, figure};
use crate::output::CompareReport;
use crate::units::share;
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench compare runs/a1 runs/a2 runs/a3 runs/a4 runs/a5 \\
      --with runs/b1 runs/b2 runs/b3 runs/b4 runs/b5
      Is the new relay slower, or does it lose mail? The runs were made in
      turn: a1 b1 b2 a2 a3 b3 ...
  sesbench compare runs/a* --with runs/b* --factor load.sessions \\
      --export markdown=summary.md --export junit=compare.xml
      The groups differ in this key, and in no other.
  sesbench compare --history jobs --with runs/today
      Is this job slower than the earlier ones? It takes 19 of them: a folder
      in jobs/ for each, with its run folders.

Exit codes:
  0  unchanged or improved
  2  the runs cannot be compared
  4  not decided: unclear, too few runs or jobs, or runs in blocks
  5  regression: slower, or mail was lost
  7  results could not be written";

/// Heading of the help.
const COMPARISON: &str = "Comparison";

/// Arguments of `compare`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct CompareArgs {
    /// Run folders to compare with
    #[arg(required_unless_present = "history", value_name = "BASE")]
    pub base: Vec<PathBuf>,
    /// Folder of earlier jobs, in place of BASE
    ///
    /// A folder in it is a job, with its run folders. The new job is
    /// compared by its place among them: 19 earlier jobs decide.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "base",
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub history: Option<PathBuf>,
    /// Run folders that are compared with them
    #[arg(
        long,
        required = true,
        num_args = 1..,
        value_name = "NEW",
        help_heading = COMPARISON
    )]
    pub with: Vec<PathBuf>,
    /// Key in which the plans may differ; repeatable
    ///
    /// A table stands for all its keys. With --history: in which jobs may
    /// differ.
    /// [e.g. target.tls]
    #[arg(long, value_name = "KEY", help_heading = COMPARISON, verbatim_doc_comment)]
    pub factor: Vec<String>,
    /// Also decide about this figure; repeatable
    ///
    /// A latency, goodput, rate.achieved, or CPU, as in thresholds.
    /// [default: response.p50, and a regression of response.p99;
    /// e.g. session_setup.p50]
    #[arg(
        long,
        value_name = "FIGURE",
        value_parser = figure,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub(crate) metric: Vec<Figure>,
    /// Smallest change that matters
    ///
    /// [default: 2% for medians, with --history 5%; 20% for tails and
    /// set-ups, 10% for CPU; e.g. 5%]
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = at_least,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub at_least: Option<f64>,
    /// Compare runs that differ in this: machine
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "WHAT",
        help_heading = COMPARISON
    )]
    pub allow_different: Vec<Different>,
    /// How the result is shown.
    #[command(flatten)]
    pub(crate) result: ResultArgs<CompareReport>,
}

/// What may differ between the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Different {
    /// The kind of machine
    Machine,
}

fn at_least(text: &str) -> Result<f64, String> {
    let part = share::parse(text).map_err(|error| error.to_string())?;
    match part > 0.0 {
        true => Ok(part),
        false => Err("expected more than 0%".to_owned()),
    }
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn compare(args: &CompareArgs) -> ExitCode {
    let request = Request {
        base: match &args.history {
            Some(folder) => Base::History(folder.clone()),
            None => Base::Runs(args.base.clone()),
        },
        new: args.with.clone(),
        factors: args.factor.clone(),
        metrics: args.metric.clone(),
        at_least: args.at_least,
        allow_different_machine: args.allow_different.contains(&Different::Machine),
        result: args.result.options(),
    };
    carry_out(&request, &mut io::stdout()).unwrap_or_else(AppError::report)
}
