//! A history: the jobs that were made before the new one and can be compared with it, in
//! the order of their time. What cannot is left out, with the reason: a history is kept
//! while plans and machines change.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::differences::{from_new_job, within_job};
use super::doubt;
use super::jobs::{JobFolder, find, runs};
use super::read::{Known, shown, start};
use super::unit::Unit;
use crate::analysis::comparison::Undecided;
use crate::analysis::verdict::Figure;
use crate::output::{Excluded, HistoryJob};
use crate::run::Finished;

/// The latest jobs count: a drift of older ones says little about today.
const MOST_JOBS: usize = 100;

/// More than one of so many runs in doubt puts the others in doubt, too.
const PART_EXCLUDED: usize = 4;

/// Where the jobs are, and which of their runs can be compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions<'a> {
    pub(super) folder: &'a Path,
    pub(super) new: &'a [PathBuf],
    /// The keys in which jobs may differ.
    pub(super) factors: &'a [String],
    pub(super) allow_different_machine: bool,
}

/// The runs of a job, in the order of their time.
#[derive(Debug)]
pub(super) struct Job {
    name: String,
    runs: Vec<(SystemTime, Finished)>,
}

/// The new job, and those it is compared with.
#[derive(Debug)]
pub(super) struct History {
    /// All runs of the new job that could be read.
    pub(super) new: Vec<Finished>,
    /// Earlier jobs, the oldest first.
    jobs: Vec<Job>,
    excluded: Vec<Excluded>,
}

/// What is compared.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    pub(super) earlier: Vec<Unit<'a>>,
    /// Empty if all runs of the new job are in doubt.
    pub(super) new: Vec<Unit<'a>>,
    pub(super) jobs: Vec<HistoryJob>,
    /// Older jobs that do not count.
    pub(super) older: usize,
    pub(super) excluded: Vec<Excluded>,
    pub(super) undecided: Option<Undecided>,
}

/// The run folders of the history and of the new job.
pub(super) fn folders(
    conditions: &Conditions<'_>,
) -> Result<(Vec<JobFolder>, Vec<PathBuf>), String> {
    let mut new = Vec::new();
    for folder in conditions.new {
        let found = runs(folder).unwrap_or_default();
        match found.is_empty() {
            // Reading it gives the reason.
            true => new.push(folder.clone()),
            false => new.extend(found),
        }
    }
    Ok((find(conditions.folder)?, new))
}

impl History {
    /// Reads all of it. Runs of the new job that cannot be compared are an error.
    pub(super) fn read(
        conditions: &Conditions<'_>,
        folders: &[JobFolder],
        new: &[PathBuf],
    ) -> Result<Self, String> {
        let mut known = Known::default();
        let new = new.iter().map(|folder| {
            let run = known.read(folder).and_then(|run| match start(&run) {
                Some(_) => Ok(run),
                None => Err("has no start time: expected a run that started".to_owned()),
            });
            run.map_err(|why| format!("{}: {why}", shown(folder)))
        });
        let new = new.collect::<Result<Vec<Finished>, String>>()?;
        within_job(&new, conditions.allow_different_machine)?;
        let begin = new.iter().filter_map(start).min();
        let mut history = Self {
            new,
            jobs: Vec::new(),
            excluded: Vec::new(),
        };
        for folder in folders {
            history.add(folder, conditions, &mut known, begin);
        }
        let of_job = |job: &Job| job.runs.first().map(|(start, _)| *start);
        history.jobs.sort_by_key(of_job);
        Ok(history)
    }

    fn add(
        &mut self,
        folder: &JobFolder,
        conditions: &Conditions<'_>,
        known: &mut Known,
        begin: Option<SystemTime>,
    ) {
        let mut leave_out = |path: &Path, reason: String| {
            let folder = path.display().to_string();
            self.excluded.push(Excluded { folder, reason });
        };
        if folder.runs.is_empty() {
            return leave_out(&folder.path, "no run folder in it".to_owned());
        }
        // Also with only some of its runs in --with.
        if folder.runs.iter().any(|run| is_one_of(run, &self.new)) {
            return leave_out(&folder.path, "the new job".to_owned());
        }
        let mut runs = Vec::new();
        for path in &folder.runs {
            let run = known.read(path).and_then(|run| {
                let (factors, machine) = (conditions.factors, conditions.allow_different_machine);
                let different = from_new_job(&run, &self.new[0], factors, machine);
                match (start(&run), different) {
                    (_, Some(different)) => Err(different),
                    (Some(start), None) => Ok((start, run)),
                    (None, None) => Err("no start time".to_owned()),
                }
            });
            match run {
                Ok(run) => runs.push(run),
                Err(why) => leave_out(path, why),
            }
        }
        runs.sort_by_key(|(start, _)| *start);
        let Some((last, _)) = runs.last() else {
            return;
        };
        match Some(*last) < begin {
            true => self.jobs.push(Job {
                name: shown(&folder.path),
                runs,
            }),
            false => leave_out(&folder.path, "not earlier than the new job".to_owned()),
        }
    }

    /// All runs that could be compared.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finished> {
        let earlier = self.jobs.iter().flat_map(|job| &job.runs);
        earlier.map(|(_, run)| run).chain(&self.new)
    }

    /// What is compared where these figures are decided: of each job as many runs as
    /// the new one has, because the median of fewer runs varies more.
    pub(super) fn compared(&self, decided: &[Figure]) -> Compared<'_> {
        let mut excluded = self.excluded.clone();
        let mut of = 0;
        let mut in_doubt = 0;
        let mut sound = |run: &Finished| {
            of += 1;
            let reason = doubt::reason(run, decided);
            let is_sound = reason.is_none();
            if let Some(reason) = reason {
                in_doubt += 1;
                let folder = run.folder.display().to_string();
                excluded.push(Excluded { folder, reason });
            }
            is_sound
        };
        let new: Vec<&Finished> = self.new.iter().filter(|run| sound(run)).collect();
        let of_new = self.new.len() - new.len();
        let mut jobs = Vec::new();
        for job in &self.jobs {
            let runs = job.runs.iter().filter(|(_, run)| sound(run));
            let mut runs: Vec<&(SystemTime, Finished)> = runs.collect();
            runs.truncate(new.len().max(1));
            if !runs.is_empty() {
                jobs.push((&job.name, runs));
            }
        }
        let older = jobs.len().saturating_sub(MOST_JOBS);
        let jobs = jobs.split_off(older);
        let is_too_many = |excluded: usize, of: usize| excluded * PART_EXCLUDED > of;
        let undecided = (is_too_many(of_new, self.new.len()) || is_too_many(in_doubt, of))
            .then_some(Undecided::TooManyInconclusive {
                excluded: in_doubt,
                of,
            });
        let listed = |(name, runs): &(&String, Vec<&(SystemTime, Finished)>)| HistoryJob {
            folder: (*name).clone(),
            start: runs.first().and_then(|(_, run)| run.record.start.clone()),
            runs: runs.len(),
        };
        Compared {
            jobs: jobs.iter().map(listed).collect(),
            earlier: jobs.iter().map(|(_, runs)| unit(runs)).collect(),
            new: match new.is_empty() {
                true => Vec::new(),
                false => vec![Unit::of_runs(new)],
            },
            older,
            excluded,
            undecided,
        }
    }
}

fn unit<'a>(runs: &[&'a (SystemTime, Finished)]) -> Unit<'a> {
    Unit::of_runs(runs.iter().map(|(_, run)| run))
}

/// Whether the folder is that of one of these runs.
fn is_one_of(folder: &Path, runs: &[Finished]) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let mut folders = runs.iter().map(|run| run.folder.canonicalize());
    folders.any(|each| each.is_ok_and(|each| each == folder))
}

#[cfg(test)]
mod tests;
