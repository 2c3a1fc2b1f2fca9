//! The use case `compare`: run folders in, decision out.
//!
//! Which runs may be compared is decided in [`groups`] or, for the jobs of a history, in
//! [`history`], and in [`differences`]; which figures are compared in [`figures`]; the
//! decision itself is `analysis::comparison`'s.

pub(super) mod characteristics;
mod differences;
mod doubt;
mod figures;
mod groups;
mod history;
mod jobs;
mod read;
#[cfg(test)]
mod tests;
mod unit;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::results::{ResultOptions, deliver};
use crate::analysis::comparison::{Procedure, Questions};
use crate::analysis::verdict::Figure;
use crate::output::{CompareReport, HistoryFacts};
use crate::vocabulary::{ExitCode, Outcome};
use characteristics::other_processes;
use figures::Floors;
pub(crate) use figures::figure;
use groups::Groups;
use history::{Conditions, History};
use unit::Unit;

/// What to compare, and how.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What to compare with.
    pub(crate) base: Base,
    /// The run folders that are compared with it; with a history those of one job.
    pub(crate) new: Vec<PathBuf>,
    /// The keys of the plan in which the groups differ on purpose; with a history those
    /// in which jobs may differ.
    pub(crate) factors: Vec<String>,
    /// Figures to decide about in addition.
    pub(crate) metrics: Vec<Figure>,
    /// The smallest change that matters, if not the usual one.
    pub(crate) at_least: Option<f64>,
    /// Whether the groups may be of different machines.
    pub(crate) allow_different_machine: bool,
    /// How the result is shown.
    pub(crate) result: ResultOptions<CompareReport>,
}

impl Request {
    const fn floors(&self, median: f64) -> Floors {
        Floors {
            at_least: self.at_least,
            median,
        }
    }
}

/// What new runs are compared with.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    /// Other runs.
    Runs(Vec<PathBuf>),
    /// A folder with earlier jobs.
    History(PathBuf),
}

/// Compares; returns the exit code of the decision.
pub(crate) fn compare(request: &Request, to: &mut dyn Write) -> Result<ExitCode, AppError> {
    let usage = |why| AppError::new(ExitCode::Usage, why);
    let report = match &request.base {
        Base::Runs(base) => {
            let report = of_runs(request, base).map_err(usage)?;
            check_files(request, base.iter().chain(&request.new))?;
            report
        }
        Base::History(folder) => {
            let conditions = Conditions {
                folder,
                new: &request.new,
                factors: &request.factors,
                allow_different_machine: request.allow_different_machine,
            };
            let (jobs, new) = history::folders(&conditions).map_err(usage)?;
            let history = History::read(&conditions, &jobs, &new).map_err(usage)?;
            check_files(request, jobs.iter().flat_map(|job| &job.runs).chain(&new))?;
            of_history(request, folder, &history)
        }
    };
    let code = report.answers.conclusion().exit_code();
    Ok(deliver(&report, &request.result, code, to))
}

/// Fails if an export would replace a file of a run, or could not be written.
fn check_files<'a>(
    request: &Request,
    folders: impl Iterator<Item = &'a PathBuf>,
) -> Result<(), AppError> {
    let inputs: Vec<(PathBuf, &str)> = folders
        .flat_map(|folder| {
            let file = |name| (folder.join(name), "is a file of a run folder");
            crate::run::FILES.map(file)
        })
        .collect();
    let inputs: Vec<(&Path, &'static str)> = inputs
        .iter()
        .map(|(file, what)| (file.as_path(), *what))
        .collect();
    files::check(
        &request.result.exports,
        OtherFiles {
            inputs: &inputs,
            folder: None,
            trace: None,
        },
    )
}

fn of_runs(request: &Request, base: &[PathBuf]) -> Result<CompareReport, String> {
    let groups = Groups::read(base, &request.new)?;
    let mut differences =
        differences::check(&groups, &request.factors, request.allow_different_machine)?;
    let all: Vec<Unit<'_>> = groups.all().map(|run| Unit::of_runs([run])).collect();
    let subjects = figures::subjects(&all, &request.metrics);
    let decided = figures::essential(&subjects);
    let base = groups::compared(&groups.base, &decided);
    let new = groups::compared(&groups.new, &decided);
    differences.extend(other_processes(&base, &new));
    let questions = Questions {
        figures: figures::questions(
            &subjects,
            &base,
            &new,
            request.floors(figures::MEDIAN_OF_RUNS),
        ),
        shares: figures::shares(&base, &new),
        undecided: groups::undecided(&groups, &decided),
    };
    Ok(CompareReport {
        scenario: groups.base[0].record.scenario.name.clone(),
        base: folders(&base),
        new: folders(&new),
        history: None,
        differences,
        excluded: groups::excluded(&groups, &decided),
        answers: questions.answer(&Procedure::UNPAIRED),
    })
}

fn of_history(request: &Request, folder: &Path, history: &History) -> CompareReport {
    let all: Vec<Unit<'_>> = history.all().map(|run| Unit::of_runs([run])).collect();
    let subjects = figures::subjects(&all, &request.metrics);
    let compared = history.compared(&figures::essential(&subjects));
    let (earlier, new) = (&compared.earlier, &compared.new);
    let runs: Vec<_> = earlier.iter().flat_map(Unit::runs).collect();
    // Of the outcomes only the one that all others reduce: each of them takes jobs.
    let shares = match (earlier.is_empty(), new.is_empty()) {
        (false, false) => vec![figures::share(Outcome::Accepted, earlier, new)],
        _ => Vec::new(),
    };
    let questions = Questions {
        figures: figures::questions(
            &subjects,
            earlier,
            new,
            request.floors(figures::MEDIAN_OF_JOBS),
        ),
        shares,
        undecided: compared.undecided,
    };
    let mut differences = differences::within_history(&runs, &history.new[0], &request.factors);
    differences.extend(other_processes(earlier, new));
    CompareReport {
        scenario: history.new[0].record.scenario.name.clone(),
        base: folders(earlier),
        new: folders(new),
        differences,
        history: Some(HistoryFacts {
            folder: folder.display().to_string(),
            jobs: compared.jobs,
            older: compared.older,
        }),
        excluded: compared.excluded,
        answers: questions.answer_history(),
    }
}

/// The run folders of units, in their order.
fn folders(units: &[Unit<'_>]) -> Vec<String> {
    let runs = units.iter().flat_map(Unit::runs);
    runs.map(|run| run.folder.display().to_string()).collect()
}
