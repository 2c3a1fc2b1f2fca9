//! Compares the values of one key of a scenario: runs them in pairs, in turn, until the
//! question is decided, and reports what was decided.
//!
//! The steps, in order: check what can be checked before anything is sent; create the
//! folder of the series, or lock and read that of an earlier one; let `analysis::ab`
//! decide which run is next, carry it out as `sesbench run` does, in a folder of its
//! own; report. Each ending still has its report: [`ending`] says which exit code.

mod carry_out;
mod check;
mod decide;
mod doubt;
mod ending;
mod folder;
mod forecast;
mod progress;
mod questions;
mod session_cost;

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::report;
use super::results::{ResultOptions, deliver};
use super::run::salt;
use crate::analysis::verdict::Figure;
use crate::output::AbReport;
use crate::output::progress::Mode;
use crate::run::{AB, REPORT, RunId};
use crate::scenario::{Plan, Source};
use crate::sys::interrupts::Interrupts;
use crate::units::share;
use crate::vocabulary::ExitCode;
use carry_out::carry_out;
pub(crate) use check::check_question;
use ending::Ending;
use folder::SeriesFolder;
pub(crate) use forecast::forecast;

/// What to compare.
pub(crate) struct Request {
    /// The series, one after the other. Several have names.
    pub(crate) conditions: Vec<Condition>,
    /// The source of all plans.
    pub(crate) source: Source,
    /// The question.
    pub(crate) question: Question,
    /// Options that do not change what is compared.
    pub(crate) options: Options,
    /// The user's secret access key, to diagnose refused credentials.
    pub(crate) secret: Option<SecretString>,
}

/// The arms of one series.
pub(crate) struct Condition {
    /// Its name, also that of its folder; none if it is the only one.
    pub(crate) name: Option<&'static str>,
    /// The key that differs.
    pub(crate) factor: String,
    /// Its values, the first being the one that the others are compared with.
    pub(crate) arms: Vec<Arm>,
    /// Whether the exit code depends on it.
    pub(crate) is_question: bool,
}

/// One value of the factor.
#[derive(Clone)]
pub(crate) struct Arm {
    /// The value, as it was written.
    pub(crate) value: String,
    /// The plan with it.
    pub(crate) plan: Plan,
}

/// What is asked of the series.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question {
    /// The figures to decide; empty: the usual ones.
    pub(crate) metrics: Vec<Figure>,
    /// The smallest relative change that matters; none: the usual one of the figure.
    pub(crate) at_least: Option<f64>,
    /// Pairs at most.
    pub(crate) pairs: usize,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the usual figures")?;
        for figure in &self.metrics {
            write!(f, ", {figure}")?;
        }
        match self.at_least {
            Some(part) => write!(f, ", at least {}", share::format(part)),
            None => Ok(()),
        }
    }
}

/// Options that do not change what is compared.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Where the runs go.
    pub(crate) place: Place,
    /// No page there.
    pub(crate) no_report: bool,
    /// The time between two runs.
    pub(crate) cool_down: Duration,
    /// How progress is shown on standard error.
    pub(crate) progress: Mode,
    /// How the result is shown.
    pub(crate) result: ResultOptions<AbReport>,
}

/// The folder of a series.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A new one, or one named after the series.
    New(Option<PathBuf>),
    /// That of an earlier series, which goes on.
    Resume(PathBuf),
}

/// Carries out the series, and delivers the report to `to`, however they ended.
pub(crate) fn ab(
    request: &Request,
    interrupts: &Interrupts,
    to: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    check_files(request)?;
    let now = SystemTime::now();
    let id = RunId::new(&request.conditions[0].arms[0].plan.name, now, salt(now));
    let mut report = AbReport::default();
    let mut ending = Ending::default();
    // The ceiling holds for all series together.
    let mut recipients_before = 0_u64;
    for condition in &request.conditions {
        if !ending.goes_on() {
            break;
        }
        let mut folder = match SeriesFolder::open(request, condition, &id, report.series.is_empty())
        {
            Ok(folder) => folder,
            Err(error) if report.series.is_empty() => return Err(error),
            Err(error) => {
                ending.failed(error);
                break;
            }
        };
        let end = carry_out(
            request,
            condition,
            &mut folder,
            recipients_before,
            interrupts,
        );
        recipients_before = recipients_before.saturating_add(folder.record.recipients);
        let series = decide::report(request, condition, &mut folder, &end);
        ending.series(condition, &series, end);
        if let Err(error) = folder.finish(&series) {
            ending.failed(error);
        }
        report.series.push(series);
    }
    let code = ending.report();
    let code = deliver(&report, &request.options.result, code, to);
    if !request.options.no_report {
        page(&report, request.options.progress.is_none());
    }
    Ok(code)
}

/// The page of all series, in the folder that holds them.
fn page(all: &AbReport, quiet: bool) {
    let Some(first) = all.series.first() else {
        return;
    };
    let parent = first.folder.parent().filter(|_| first.condition.is_some());
    report::of_series(all, parent.unwrap_or(&first.folder), quiet);
}

fn check_files(request: &Request) -> Result<(), AppError> {
    let arms = request.conditions.iter().flat_map(|each| &each.arms);
    let inputs: Vec<_> = arms
        .flat_map(|arm| files::inputs(&request.source, &arm.plan))
        .collect();
    let folder = match &request.options.place {
        Place::New(out) => out.as_deref(),
        Place::Resume(folder) => Some(folder.as_path()),
    };
    let names = [AB.record, REPORT];
    let others = OtherFiles {
        inputs: &inputs,
        folder: folder.map(|folder| (folder, &names[..])),
        trace: None,
    };
    files::check(&request.options.result.exports, others)
}
