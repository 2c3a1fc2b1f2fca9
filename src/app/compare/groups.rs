//! The runs of both groups: which of them can be compared, and in which order they were
//! made.

use std::path::PathBuf;
use std::time::SystemTime;

use super::doubt;
use super::read::{Known, shown, start};
use super::unit::Unit;
use crate::analysis::comparison::Undecided;
use crate::analysis::comparison::order::{Group, is_interleaved};
use crate::analysis::verdict::Figure;
use crate::output::Excluded;
use crate::run::Finished;

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
        for (group, folders) in [("base", base), ("--with", new)] {
            if folders.len() > MOST_RUNS {
                let runs = folders.len();
                return Err(format!(
                    "{group}: {runs} runs: expected at most {MOST_RUNS}"
                ));
            }
        }
        let mut known = Known::default();
        let mut read = |folders: &[PathBuf]| -> Result<Vec<Finished>, String> {
            let read = folders.iter().map(|folder| {
                let run = known.read(folder);
                run.map_err(|why| format!("{}: {why}", shown(folder)))
            });
            read.collect()
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
}

/// The runs of a group that count where these figures are decided, each a unit.
pub(super) fn compared<'a>(group: &'a [Finished], decided: &[Figure]) -> Vec<Unit<'a>> {
    let sound = group
        .iter()
        .filter(|run| doubt::reason(run, decided).is_none());
    sound.map(|run| Unit::of_runs([run])).collect()
}

/// The runs left out, and why.
pub(super) fn excluded(groups: &Groups, decided: &[Figure]) -> Vec<Excluded> {
    let runs = groups.all().filter_map(|run| {
        Some(Excluded {
            folder: run.folder.display().to_string(),
            reason: doubt::reason(run, decided)?,
        })
    });
    runs.collect()
}

/// Why nothing can be decided; none if it can.
pub(super) fn undecided(groups: &Groups, decided: &[Figure]) -> Option<Undecided> {
    let (of, excluded) = (groups.all().count(), excluded(groups, decided).len());
    let is_empty = |group| compared(group, decided).is_empty();
    if excluded * PART_EXCLUDED > of || is_empty(&groups.base) || is_empty(&groups.new) {
        return Some(Undecided::TooManyInconclusive { excluded, of });
    }
    let base = groups.base.iter().map(|run| (Group::Base, run));
    let new = groups.new.iter().map(|run| (Group::New, run));
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
        Some(*group).filter(|_| doubt::reason(run, decided).is_none())
    };
    let order: Vec<_> = runs.iter().map(counted).collect();
    (!is_interleaved(&order)).then(|| Undecided::Blocks {
        order: letters(&order),
    })
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
