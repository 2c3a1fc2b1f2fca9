//! The runs of a page: read from their folders, each with its arm, its name and the way
//! to its own report.
//!
//! A run that cannot be read is still one of them, with the reason. Which runs belong
//! together, and which of them count, is decided by the callers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use super::link::relative;
use crate::output::page::canvas::{
    BLUE, BROWN, Colour, GREEN, ORANGE, PINK, PURPLE, RED, TEAL, YELLOW,
};
use crate::output::page::mark::Mark;
use crate::run::{Details, Finished, REPORT, read, read_details};
use crate::vocabulary::Span;

/// Runs that are read for a page: the series of more has its figures in its record.
const MAX_RUNS: usize = 200;

/// Runs that belong together: one value of a factor, or one run.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) name: String,
    pub(crate) colour: Colour,
    pub(crate) mark: Mark,
}

/// Colours by arm, and with the marks by turns.
const COLOURS: [Colour; 9] = [BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, BROWN, PINK, YELLOW];

impl Arm {
    /// Arms with these names, told apart by colour and mark.
    pub(crate) fn named<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Vec<Self> {
        let arm = |(at, name): (usize, S)| Self {
            name: name.as_ref().to_owned(),
            colour: COLOURS[at % COLOURS.len()],
            mark: Mark::ALL[at % Mark::ALL.len()],
        };
        names.into_iter().enumerate().map(arm).collect()
    }
}

/// A run folder to read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The number of its arm.
    pub(crate) arm: usize,
    /// Why it does not count; none if it does.
    pub(crate) left_out: Option<String>,
}

/// The runs, in their order.
#[derive(Debug)]
pub(crate) struct RunSet {
    pub(crate) arms: Vec<Arm>,
    pub(crate) members: Vec<Member>,
    /// Runs beyond those that are read.
    pub(crate) more: usize,
    /// Whether details are of a part of the runs only.
    pub(crate) is_part: bool,
    /// Whether the runs of an arm have one plan, so that their messages can be taken
    /// together.
    pub(crate) is_alike: bool,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) arm: usize,
    pub(crate) left_out: Option<String>,
    /// The way to its own report, if it has one.
    pub(crate) link: Option<String>,
    /// What it measured, or why that cannot be read.
    pub(crate) run: Result<ReadRun, String>,
}

/// What a run measured.
#[derive(Debug)]
pub(crate) struct ReadRun {
    pub(crate) finished: Finished,
    pub(crate) details: Details,
}

impl RunSet {
    /// Reads the runs; of the seconds in `part` only, if given. Links lead from `page`,
    /// the folder of the page.
    pub(crate) fn read(
        arms: Vec<Arm>,
        sources: &[Source],
        part: Option<&Range<u32>>,
        page: &Path,
    ) -> Self {
        let read_ones = &sources[..sources.len().min(MAX_RUNS)];
        let paths: Vec<&Path> = read_ones.iter().map(|each| each.path.as_path()).collect();
        let members = read_ones.iter().zip(names(&paths));
        let members = members.map(|(source, name)| Member {
            name,
            arm: source.arm.min(arms.len().saturating_sub(1)),
            left_out: source.left_out.clone(),
            link: relative(page, &source.path.join(REPORT)),
            run: measured(&source.path, part),
        });
        Self {
            members: members.collect(),
            arms,
            more: sources.len() - read_ones.len(),
            is_part: part.is_some(),
            is_alike: true,
        }
    }

    /// The same in the order in which they were made.
    pub(crate) fn by_start(mut self) -> Self {
        let start = |member: &Member| {
            let run = member.run.as_ref().ok();
            run.and_then(|run| run.finished.record.start.clone())
        };
        self.members.sort_by_cached_key(start);
        self
    }

    /// The runs that could be read.
    pub(crate) fn readable(&self) -> impl Iterator<Item = (&Member, &ReadRun)> {
        let members = self.members.iter();
        members.filter_map(|member| Some((member, member.run.as_ref().ok()?)))
    }

    /// Those of them that count.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&Member, &ReadRun)> {
        self.readable()
            .filter(|(member, _)| member.left_out.is_none())
    }

    /// Those of an arm that count.
    pub(crate) fn of_arm(&self, arm: usize) -> impl Iterator<Item = &ReadRun> {
        let counted = self.counted();
        counted.filter_map(move |(member, run)| (member.arm == arm).then_some(run))
    }

    /// The arm of a run.
    pub(crate) fn arm(&self, member: &Member) -> &Arm {
        &self.arms[member.arm]
    }

    /// Whether arms have several runs, which are drawn as thin lines.
    pub(crate) fn is_grouped(&self) -> bool {
        self.members.len() > self.arms.len()
    }

    /// The span that all runs have: the closed model has no response.
    pub(crate) fn span(&self) -> Span {
        let mut runs = self.readable();
        let is_closed = |run: &ReadRun| run.finished.record.plan["load"]["model"] == "closed";
        match runs.any(|(_, run)| is_closed(run)) {
            true => Span::Service,
            false => Span::Response,
        }
    }
}

fn measured(path: &Path, part: Option<&Range<u32>>) -> Result<ReadRun, String> {
    let finished = read(path).map_err(|error| error.to_string())?;
    let details = read_details(path, part).map_err(|error| error.to_string())?;
    Ok(ReadRun { finished, details })
}

/// Names of folders: the last part of each path, and more of it where that is not
/// enough to tell them apart.
pub(crate) fn names(paths: &[&Path]) -> Vec<String> {
    const MOST_PARTS: usize = 6;
    let parts = |path: &Path| -> Vec<String> {
        let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let parts = whole.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        });
        parts.collect()
    };
    let all: Vec<Vec<String>> = paths.iter().map(|path| parts(path)).collect();
    let last = |number: usize| -> Vec<String> {
        let name = |parts: &Vec<String>| parts[parts.len().saturating_sub(number)..].join("/");
        all.iter().map(name).collect()
    };
    let is_clear = |names: &Vec<String>| names.iter().collect::<BTreeSet<_>>().len() == all.len();
    let found = (1..MOST_PARTS).map(last).find(is_clear);
    found.unwrap_or_else(|| last(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_short_as_tells_them_apart() {
        let of = |paths: &[&str]| {
            let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
            names(&paths)
        };
        assert_eq!(of(&["x/runs/a", "x/runs/b/"]), ["a", "b"]);
        assert_eq!(of(&["x/a/001", "x/b/001"]), ["a/001", "b/001"]);
        assert_eq!(of(&["x", "x"]), ["x", "x"]);
    }
}
