//! A search for the highest load that holds: each step is a run in a folder of its
//! own, drained before the next one begins.
//!
//! Which step comes next, and when the search is over, is decided in
//! `analysis::search`. This folder carries the steps out, keeps the ceilings over all
//! of them, stores the record after each, and delivers the result however the search
//! ended.

mod carry_out;
mod judge;
mod open;
mod progress;
mod question;
mod recipients;
mod step_plan;
mod stop;
mod watch;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::report as pages;
use super::{ResultOptions, deliver};
use crate::analysis::search::{Ending, Vary};
use crate::output::progress::Mode;
use crate::output::screen::print_message;
use crate::run::{REPORT, SEARCH, SearchResult};
use crate::scenario::{Plan, Source};
use crate::schedule::Rate;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;
use carry_out::Searching;
pub(super) use judge::{Asked, Judged, judge};
pub(super) use watch::StepWatch;

/// What to search.
pub(crate) struct Request {
    /// The plan of which the steps vary the load.
    pub(crate) plan: Plan,
    /// The source of the plan.
    pub(crate) source: Source,
    /// How to search.
    pub(crate) options: Options,
    /// The user's secret access key, to diagnose refused credentials.
    pub(crate) secret: Option<SecretString>,
}

/// How to search.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// What is varied.
    pub(crate) over: Vary,
    /// The lowest rate; none: a hundredth of the first one.
    pub(crate) min_rate: Option<Rate>,
    /// The most sessions; none: as many as the rate keeps from idling.
    pub(crate) max_sessions: Option<u32>,
    /// The width of the bracket, as a share.
    pub(crate) precision: f64,
    /// The measured time of each step; none: as long as the thresholds need.
    pub(crate) step_duration: Option<Duration>,
    /// The minimum pause between steps.
    pub(crate) cool_down: Duration,
    /// The folder of a new search; none: one named after it.
    pub(crate) out: Option<PathBuf>,
    /// No page there.
    pub(crate) no_report: bool,
    /// The folder of an earlier search to go on with.
    pub(crate) resume: Option<PathBuf>,
    /// How progress is shown on standard error.
    pub(crate) progress: Mode,
    /// How the result is shown.
    pub(crate) result: ResultOptions<SearchResult>,
}

/// How a search ended.
#[derive(Debug)]
struct Ended {
    ending: Ending,
    code: ExitCode,
    /// Why it was stopped; none if it was decided.
    reason: Option<String>,
}

/// Searches, prints the result to `report`, writes the exports, and returns the exit
/// code. `interrupts` ends the search early.
pub(crate) fn search(
    request: Request,
    interrupts: &Interrupts,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    let question = question::build(&request)?;
    check_files(&request)?;
    let opened = open::open(&request, question)?;
    let result = request.options.result.clone();
    let no_report = request.options.no_report;
    let quiet = request.options.progress.is_none();
    let mut searching = Searching::new(request, opened, interrupts);
    let ended = searching.carry_out();
    let code = searching.finish(&ended);
    if let Some(reason) = &ended.reason
        && code != ExitCode::Interrupted
    {
        print_message(reason);
    }
    let finished = searching.result();
    // A target that was never reached is an error, not a result.
    let is_empty = finished.record.steps.is_empty() && ended.code == ExitCode::Unreachable;
    if is_empty {
        return Ok(code);
    }
    let code = deliver(&finished, &result, code, report);
    if !no_report {
        pages::of_series(&finished, &finished.folder, quiet);
    }
    Ok(code)
}

/// Fails if the plan cannot be searched like that.
pub(crate) fn check(request: &Request) -> Result<(), AppError> {
    question::build(request).map(|_| ())
}

/// The exit code of a search that was decided.
const fn exit_code(ending: Ending) -> ExitCode {
    match ending {
        Ending::Found | Ending::CeilingHeld => ExitCode::Pass,
        Ending::NoneHolds => ExitCode::Missed,
        Ending::GeneratorLimit | Ending::FewSamples | Ending::Stopped => ExitCode::Inconclusive,
    }
}

/// Fails if an export could not be written, or has another use.
fn check_files(request: &Request) -> Result<(), AppError> {
    let inputs = files::inputs(&request.source, &request.plan);
    let options = &request.options;
    let folder = options.out.as_deref().or(options.resume.as_deref());
    let names = [SEARCH.record, REPORT];
    let others = OtherFiles {
        inputs: &inputs,
        folder: folder.map(|folder| (folder, &names[..])),
        trace: None,
    };
    files::check(&options.result.exports, others)
}
