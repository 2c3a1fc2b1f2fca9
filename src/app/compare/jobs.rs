//! Where the jobs of a history are: a folder has a sub-folder for each job, and that has
//! the job's run folders, directly or in one folder between, such as that of a series. A
//! run folder in place of a job is a job of one run.

use std::fs;
use std::path::{Path, PathBuf};

use super::read::shown;
use crate::run::{AB, SEARCH, is_run_folder};

/// Run folders that are read, at most.
const MOST_RUNS: usize = 2_000;

/// A job: the name of its folder, and its run folders, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JobFolder {
    pub(super) path: PathBuf,
    pub(super) runs: Vec<PathBuf>,
}

/// The jobs of a history, in the order of their names. Hidden folders are none.
pub(super) fn find(history: &Path) -> Result<Vec<JobFolder>, String> {
    let name = shown(history);
    let refused = |what: &str| {
        Err(format!(
            "--history: {name}: {what}: expected a folder with a folder for each job"
        ))
    };
    if is_run_folder(history) {
        return refused("is a run folder");
    }
    // Its runs are of one job.
    if [AB, SEARCH]
        .iter()
        .any(|kind| history.join(kind.record).exists())
    {
        return refused("is the folder of a series");
    }
    let folders = folders(history).map_err(|error| format!("--history: {name}: {error}"))?;
    let mut jobs = Vec::new();
    let mut found = 0;
    for path in folders {
        let runs = runs(&path).map_err(|error| format!("--history: {}: {error}", shown(&path)))?;
        found += runs.len();
        if found > MOST_RUNS {
            return Err(format!(
                "--history: {name}: more than {MOST_RUNS} run folders: expected at most so many; \
                 move the oldest away"
            ));
        }
        jobs.push(JobFolder { path, runs });
    }
    Ok(jobs)
}

/// The run folders of a job: itself, those in it, or those one folder further down.
pub(super) fn runs(job: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    if is_run_folder(job) {
        return Ok(vec![job.to_owned()]);
    }
    let mut runs = Vec::new();
    for inner in folders(job)? {
        match is_run_folder(&inner) {
            true => runs.push(inner),
            false => runs.extend(
                folders(&inner)?
                    .into_iter()
                    .filter(|path| is_run_folder(path)),
            ),
        }
    }
    Ok(runs)
}

/// The folders in a folder, by name, without hidden ones.
fn folders(path: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && entry.path().is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates run folders.
    fn history(runs: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for run in runs {
            let run = folder.path().join(run);
            fs::create_dir_all(&run).unwrap();
            fs::write(run.join("run.json"), "{}").unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_a_job_and_its_runs_are_up_to_two_folders_below_it() {
        let folder = history(&[
            "b/ab/002",
            "b/ab/001",
            "a/2",
            "a/1",
            "c",
            "d/too/deep/1",
            ".git/x",
        ]);
        fs::create_dir(folder.path().join("empty")).unwrap();
        fs::write(folder.path().join("README.md"), "").unwrap();
        let jobs = find(folder.path()).unwrap();
        let relative = |path: &Path| {
            let path = path.strip_prefix(folder.path()).unwrap();
            path.display().to_string()
        };
        let jobs: Vec<(String, Vec<String>)> = jobs
            .iter()
            .map(|job| {
                (
                    relative(&job.path),
                    job.runs.iter().map(|run| relative(run)).collect(),
                )
            })
            .collect();
        let expected = [
            ("a", &["a/1", "a/2"][..]),
            ("b", &["b/ab/001", "b/ab/002"]),
            ("c", &["c"]),
            ("d", &[]),
            ("empty", &[]),
        ];
        let expected = expected.map(|(job, runs)| {
            (
                job.to_owned(),
                runs.iter().map(|run| (*run).to_owned()).collect(),
            )
        });
        assert_eq!(jobs, expected);
    }

    #[test]
    fn what_is_not_a_history_is_refused() {
        let folder = history(&["run", "series/001"]);
        fs::write(folder.path().join("series/ab.json"), "{}").unwrap();
        for (name, what) in [
            ("run", "is a run folder"),
            ("series", "is the folder of a series"),
            ("absent", "No such file"),
        ] {
            let error = find(&folder.path().join(name)).unwrap_err();
            assert!(error.contains(&format!("{name}: {what}")), "{error}");
        }
    }
}
