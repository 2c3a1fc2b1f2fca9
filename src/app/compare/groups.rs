//! The runs of both groups: which of them can be compared, and in which order they were
//! made.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::analysis::comparison::Undecided;
use crate::analysis::comparison::order::{Group, is_interleaved};
use crate::output::Excluded;
use crate::run::{self, Finished, Status};

/// A test by ranks of more runs than this takes too long.
const MOST_RUNS: usize = 100;

/// More than one of so many runs left out puts the others in doubt, too.
const PART_EXCLUDED: usize = 4;

/// The letters of an order that are shown.
const LETTERS: usize = 30;

/// The runs, in the order of the command line.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) base: Vec<Finished>,
    pub(super) new: Vec<Finished>,
}

impl Groups {
    /// Reads all run folders. The error names the first one that cannot be compared.
    pub(super) fn read(base: &[PathBuf], new: &[PathBuf]) -> Result<Self, String> {
        let mut known = BTreeMap::new();
        for (group, folders) in [("base", base), ("--with", new)] {
            if folders.len() > MOST_RUNS {
                let runs = folders.len();
                return Err(format!(
                    "{group}: {runs} runs: expected at most {MOST_RUNS}"
                ));
            }
            for folder in folders {
                let identity = fs::canonicalize(folder);
                let identity = identity.map_err(|error| of_folder(folder, &error.to_string()))?;
                if known.insert(identity, ()).is_some() {
                    return Err(of_folder(folder, "is given twice: expected each run once"));
                }
            }
        }
        let read = |folders: &[PathBuf]| -> Result<Vec<Finished>, String> {
            folders.iter().map(|each| read(each)).collect()
        };
        Ok(Self {
            base: read(base)?,
            new: read(new)?,
        })
    }

    /// All runs.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finished> {
        self.base.iter().chain(&self.new)
    }

    /// The runs of a group whose figures count.
    pub(super) fn compared<'a>(&self, group: &'a [Finished]) -> Vec<&'a Finished> {
        group.iter().filter(|run| !is_inconclusive(run)).collect()
    }

    /// The runs left out, and why.
    pub(super) fn excluded(&self) -> Vec<Excluded> {
        let runs = self.all().filter(|run| is_inconclusive(run));
        let excluded = runs.map(|run| {
            let findings = run.record.health.iter();
            let reasons = findings.filter(|finding| finding.severity == "inconclusive");
            let codes: Vec<&str> = reasons.map(|finding| finding.code.as_str()).collect();
            Excluded {
                folder: run.folder.display().to_string(),
                reason: format!("inconclusive: {}", codes.join(", ")),
            }
        });
        excluded.collect()
    }

    /// Why nothing can be decided; none if it can.
    pub(super) fn undecided(&self) -> Option<Undecided> {
        let (of, excluded) = (self.all().count(), self.excluded().len());
        let is_empty = |group| self.compared(group).is_empty();
        if excluded * PART_EXCLUDED > of || is_empty(&self.base) || is_empty(&self.new) {
            return Some(Undecided::TooManyInconclusive { excluded, of });
        }
        let base = self.base.iter().map(|run| (Group::Base, run));
        let new = self.new.iter().map(|run| (Group::New, run));
        let starts = base
            .chain(new)
            .map(|(group, run)| Some((start(run)?, group, run)));
        let (known, unknown): (Vec<_>, Vec<_>) = starts.partition(Option::is_some);
        if !unknown.is_empty() {
            let runs = unknown.len();
            return Some(Undecided::UnknownOrder { runs });
        }
        let mut runs: Vec<_> = known.into_iter().flatten().collect();
        runs.sort_by_key(|(start, _, _)| *start);
        let counted = |(_, group, run): &(SystemTime, Group, &Finished)| {
            Some(*group).filter(|_| !is_inconclusive(run))
        };
        let order: Vec<_> = runs.iter().map(counted).collect();
        (!is_interleaved(&order)).then(|| Undecided::Blocks {
            order: letters(&order),
        })
    }
}

/// The order for people: B for a run of the base, N for a new one.
fn letters(order: &[Option<Group>]) -> String {
    let letter = |group: &Option<Group>| match group {
        Some(Group::Base) => 'B',
        Some(Group::New) => 'N',
        None => '-',
    };
    let mut text: String = order.iter().take(LETTERS).map(letter).collect();
    if order.len() > LETTERS {
        text += "...";
    }
    text
}

fn start(run: &Finished) -> Option<SystemTime> {
    humantime::parse_rfc3339(run.record.start.as_ref()?).ok()
}

fn is_inconclusive(run: &Finished) -> bool {
    let verdict = run.record.verdict.as_ref();
    verdict.is_some_and(|verdict| verdict.decision == "inconclusive")
}

fn read(folder: &Path) -> Result<Finished, String> {
    let run = run::read(folder).map_err(|error| error.to_string())?;
    let record = &run.record;
    let cut_short = match record.status {
        Status::Finished => None,
        Status::Running => Some("is under way or was killed"),
        Status::Interrupted => Some("was interrupted"),
        Status::Aborted => Some("was aborted"),
    };
    if let Some(why) = cut_short {
        return Err(of_folder(
            folder,
            &format!("the run {why}: expected a finished run"),
        ));
    }
    if let Some(shard) = record.shard {
        let (index, of) = (shard.index, shard.of);
        let why = format!("shard {index} of {of}: expected a run of the whole plan");
        return Err(of_folder(folder, &why));
    }
    Ok(run)
}

fn of_folder(folder: &Path, why: &str) -> String {
    format!("{}: {why}", folder.display())
}
