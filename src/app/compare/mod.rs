//! The use case `compare`: run folders in, decision out.
//!
//! Which runs may be compared is decided in [`groups`] and [`differences`], which
//! figures are compared in [`figures`]; the decision itself is `analysis::comparison`'s.

pub(super) mod differences;
mod figures;
mod groups;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::results::{ResultOptions, deliver};
use crate::analysis::comparison::{Procedure, Questions};
use crate::output::CompareReport;
use crate::vocabulary::ExitCode;
pub(crate) use figures::ComparedFigure;
use groups::Groups;

/// What to compare, and how.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The run folders of the base.
    pub(crate) base: Vec<PathBuf>,
    /// Those that are compared with it.
    pub(crate) new: Vec<PathBuf>,
    /// The keys of the plan in which the groups differ on purpose.
    pub(crate) factors: Vec<String>,
    /// Figures to decide about in addition.
    pub(crate) metrics: Vec<ComparedFigure>,
    /// The smallest change that matters, if not the usual one.
    pub(crate) at_least: Option<f64>,
    /// Whether the groups may be of different machines.
    pub(crate) allow_different_machine: bool,
    /// How the result is shown.
    pub(crate) result: ResultOptions<CompareReport>,
}

/// Compares; returns the exit code of the decision.
pub(crate) fn compare(request: &Request, to: &mut dyn Write) -> Result<ExitCode, AppError> {
    let folders = request.base.iter().chain(&request.new);
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
    )?;
    let report = report(request).map_err(|why| AppError::new(ExitCode::Usage, why))?;
    let code = report.answers.conclusion().exit_code();
    Ok(deliver(&report, &request.result, code, to))
}

fn report(request: &Request) -> Result<CompareReport, String> {
    let groups = Groups::read(&request.base, &request.new)?;
    let differences =
        differences::check(&groups, &request.factors, request.allow_different_machine)?;
    let undecided = groups.undecided();
    let (base, new) = (groups.compared(&groups.base), groups.compared(&groups.new));
    let questions = Questions {
        figures: figures::questions(&base, &new, &request.metrics, request.at_least),
        shares: figures::shares(&base, &new),
        undecided,
    };
    let folders = |runs: &[&crate::run::Finished]| -> Vec<String> {
        let shown = runs.iter().map(|run| run.folder.display().to_string());
        shown.collect()
    };
    Ok(CompareReport {
        scenario: groups.base[0].record.scenario.name.clone(),
        base: folders(&base),
        new: folders(&new),
        differences,
        excluded: groups.excluded(),
        answers: questions.answer(&Procedure::UNPAIRED),
    })
}
