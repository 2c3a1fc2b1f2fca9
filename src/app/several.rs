//! Reports of several finished runs side by side, from their folders alone. Nothing is
//! decided of them: that takes `compare` or `ab`.
//!
//! A few runs are shown each on its own. More are taken together where they have one
//! plan.

use std::collections::BTreeSet;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::compare::characteristics::{self, between};
use super::error::AppError;
use super::files::{self, OtherFiles};
use super::report::{in_folder, read_run};
use super::results;
use super::stdout;
use crate::output::paint::Paint;
use crate::output::{Difference, Export, Format, Runs, run_names};
use crate::run::{self, Finished, replace};
use crate::vocabulary::ExitCode;

/// What to report, and how.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The run folders.
    pub(crate) folders: Vec<PathBuf>,
    /// The format on standard output, if one is asked for.
    pub(crate) format: Option<Format<Runs>>,
    /// Files to write.
    pub(crate) exports: Vec<Export<Runs>>,
    /// The seconds that charts show; all if none are given.
    pub(crate) part: Option<Range<u32>>,
}

/// The page of several runs, in the folder that holds them all.
const PAGE: &str = "runs.html";

/// Runs that are shown each on its own, and plans that are told apart.
const MAX_ARMS: usize = 8;

/// Writes the report. Without a format and exports, a page into each folder, and one of
/// all of them beside; their paths are printed.
pub(crate) fn several(request: &Request, to: &mut dyn Write) -> Result<ExitCode, AppError> {
    check_files(request)?;
    let runs = read(&request.folders, request.part.clone())?;
    if request.format.is_none() && request.exports.is_empty() {
        for folder in &request.folders {
            in_folder(folder, request.part.clone(), to)?;
        }
        let path = write_page(&runs).map_err(AppError::unwritable)?;
        stdout::written(writeln!(to, "{}", path.display()).and_then(|()| to.flush()))?;
    }
    if let Some(format) = &request.format {
        let written = format.write(&runs, Paint::for_stdout(), to);
        stdout::written(written.and_then(|()| to.flush()))?;
    }
    Ok(match results::export(&request.exports, &runs) {
        true => ExitCode::Pass,
        false => ExitCode::Unwritable,
    })
}

fn check_files(request: &Request) -> Result<(), AppError> {
    let files = request.folders.iter().flat_map(|folder| {
        let file = |name| (folder.join(name), "is a file of a run folder");
        run::FILES.map(file)
    });
    let files: Vec<(PathBuf, &str)> = files.collect();
    let inputs: Vec<(&Path, &'static str)> = files
        .iter()
        .map(|(file, what)| (file.as_path(), *what))
        .collect();
    let others = OtherFiles {
        inputs: &inputs,
        folder: None,
        trace: None,
    };
    files::check(&request.exports, others)
}

fn read(folders: &[PathBuf], part: Option<Range<u32>>) -> Result<Runs, AppError> {
    let usage = |why: String| AppError::new(ExitCode::Usage, why);
    let mut known = BTreeSet::new();
    let mut runs = Vec::new();
    for folder in folders {
        let run = read_run(folder)?;
        let identity = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if !known.insert(identity) {
            let folder = folder.display();
            return Err(usage(format!(
                "{folder}: is given twice: expected each run once"
            )));
        }
        runs.push(run);
    }
    Ok(grouped(runs, part))
}

/// Each run on its own; of many, those with one plan together.
fn grouped(runs: Vec<Finished>, part: Option<Range<u32>>) -> Runs {
    let paths: Vec<&Path> = runs.iter().map(|run| run.folder.as_path()).collect();
    let names = run_names(&paths);
    let (mut arm_of, mut firsts): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (at, run) in runs.iter().enumerate() {
        let is_alike = |first: &usize| {
            let other: &Finished = &runs[*first];
            runs.len() > MAX_ARMS && other.record.plan_hash == run.record.plan_hash
        };
        let arm = firsts.iter().position(is_alike);
        arm_of.push(arm.unwrap_or(firsts.len()));
        if arm.is_none() {
            firsts.push(at);
        }
    }
    if firsts.len() > MAX_ARMS {
        return Runs {
            arms: vec!["all runs".to_owned()],
            arm_of: vec![0; runs.len()],
            is_alike: false,
            differences: Vec::new(),
            part,
            runs,
        };
    }
    let name = |(arm, first): (usize, &usize)| {
        let others = arm_of.iter().filter(|each| **each == arm).count() - 1;
        match others {
            0 => names[*first].clone(),
            others => format!("{} and {others} like it", names[*first]),
        }
    };
    Runs {
        arms: firsts.iter().enumerate().map(name).collect(),
        differences: differences(&firsts.iter().map(|at| &runs[*at]).collect::<Vec<_>>()),
        arm_of,
        is_alike: true,
        part,
        runs,
    }
}

/// Each key in which an arm differs from the first one, with the values of all.
fn differences(arms: &[&Finished]) -> Vec<Difference> {
    let Some((first, others)) = arms.split_first() else {
        return Vec::new();
    };
    let found: Vec<Vec<characteristics::Difference>> =
        others.iter().map(|other| between(first, other)).collect();
    let mut keys: Vec<&String> = Vec::new();
    for (key, _) in found.iter().flatten() {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let all = keys.into_iter().map(|key| {
        let value_in = |pairs: &Vec<characteristics::Difference>| {
            let pair = pairs.iter().find(|(other, _)| other == key);
            pair.map(|(_, values)| values.clone())
        };
        let base = found.iter().find_map(value_in).map(|[base, _]| base);
        let base = base.unwrap_or_default();
        let values = found.iter().map(|pairs| match value_in(pairs) {
            Some([_, value]) => value,
            None => base.clone(),
        });
        Difference {
            key: key.clone(),
            values: std::iter::once(base.clone()).chain(values).collect(),
        }
    });
    all.collect()
}

/// Writes the page into the closest folder that holds all runs.
fn write_page(runs: &Runs) -> Result<PathBuf, run::Error> {
    let folders = runs.runs.iter().map(|run| {
        let path = run.folder.canonicalize();
        path.unwrap_or_else(|_| run.folder.clone())
    });
    let common = folders.reduce(|a, b| {
        let parts = a.components().zip(b.components());
        parts.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    let folder = shortest(common.unwrap_or_default());
    let path = folder.join(PAGE);
    let html = Format::<Runs>::from_name("html").expect("a format of runs");
    replace(&path, |file| html.write_in(runs, &folder, file))?;
    Ok(path.strip_prefix(".").map_or(path.clone(), Path::to_owned))
}

/// A folder relative to the working directory, where it is below that.
fn shortest(folder: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match here
        .ok()
        .and_then(|here| folder.strip_prefix(here).ok().map(Path::to_owned))
    {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(plan: usize, sessions: usize) -> Finished {
        let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let mut run = run::read(&stored).unwrap();
        run.record.plan_hash = plan.to_string();
        run.record.plan["load"]["sessions"] = sessions.into();
        run
    }

    #[test]
    fn a_few_runs_are_arms_of_their_own_and_many_are_grouped_by_their_plan() {
        let few = grouped((0..2).map(|_| stored(1, 4)).collect(), None);
        assert_eq!((few.arm_of, few.differences), (vec![0, 1], Vec::new()));
        let many = grouped((0..10).map(|at| stored(at % 2, 4 + at % 2)).collect(), None);
        assert_eq!(many.arm_of, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(many.arms, ["run and 4 like it"; 2]);
        let difference = Difference {
            key: "load.sessions".to_owned(),
            values: vec!["4".to_owned(), "5".to_owned()],
        };
        assert_eq!(many.differences, [difference]);
        let unlike = grouped((0..10).map(|at| stored(at, 4)).collect(), None);
        assert_eq!((unlike.arms.len(), unlike.is_alike), (1, false));
    }

    #[test]
    fn a_key_has_a_value_in_every_arm() {
        let arms = [stored(1, 4), stored(2, 4), stored(3, 9)];
        let found = differences(&arms.iter().collect::<Vec<_>>());
        let values = found.iter().map(|each| each.values.join(" "));
        assert_eq!(values.collect::<Vec<_>>(), ["4 4 9"]);
    }
}
