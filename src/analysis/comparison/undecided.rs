//! Why something is described and not decided.

use std::fmt;

use crate::text::words::plural;

/// Why something is described and not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    /// It is not a question of this comparison.
    NotAsked,
    /// So few runs cannot be told apart, however different they are.
    TooFewRuns {
        /// The number that it takes.
        needed: u64,
        /// Of what: `runs a side` or `pairs`.
        of: &'static str,
    },
    /// Among so few earlier jobs the place of a new one is chance, whichever it is.
    TooFewJobs {
        /// The earlier jobs that it takes.
        needed: usize,
        /// How many of them are missing.
        missing: usize,
    },
    /// The earlier jobs of a history change over time.
    Drift,
    /// The runs of the groups were made one group after the other.
    Blocks {
        /// The order of the runs, a letter each.
        order: String,
    },
    /// The order of the runs is not known.
    UnknownOrder {
        /// Runs without a start time.
        runs: usize,
    },
    /// Too many runs were left out because the generator or the machine was the limit.
    TooManyInconclusive {
        /// Runs left out.
        excluded: usize,
        /// Of so many.
        of: usize,
    },
    /// Each run has too few values for the figure to mean something.
    TooFewValues {
        /// What is counted, such as `messages`.
        what: &'static str,
        /// The values that each run needs.
        needed: u64,
    },
    /// Some runs have no value.
    NothingMeasured {
        /// How many.
        runs: usize,
    },
    /// In some runs the figure lies among messages without a latency.
    Censored {
        /// How many.
        runs: usize,
    },
    /// Some runs have a value of zero, to which no change is relative.
    Zero {
        /// How many.
        runs: usize,
    },
    /// A series ended before the look at which it is decided.
    Incomplete {
        /// Pairs that count.
        pairs: usize,
        /// Pairs at the look.
        look: usize,
    },
    /// Other processes took more of the machine beside one group.
    OtherProcesses {
        /// By how many percentage points more beside the new group; fewer if negative.
        points: i32,
    },
    /// Too many pairs of a series are in doubt.
    TooManyDropped {
        /// Pairs in doubt.
        dropped: usize,
        /// Of so many.
        of: usize,
    },
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("not asked for: --metric decides it"),
            Self::TooFewRuns { needed, of } => {
                write!(
                    f,
                    "descriptive only: a decision takes at least {needed} {of}"
                )
            }
            Self::TooFewJobs { needed, missing } => write!(
                f,
                "descriptive only: a decision takes at least {needed} earlier jobs, {missing} more"
            ),
            Self::Drift => f.write_str(
                "the earlier jobs drift: the next one differs from them even if nothing changed; \
                 keep only the jobs since their level changed",
            ),
            Self::Blocks { order } => write!(
                f,
                "the runs were made in blocks ({order}): a drift of the machine between them \
                 looks like a difference; `sesbench ab` makes them in turn"
            ),
            Self::UnknownOrder { runs } => {
                let runs = of_runs(*runs);
                write!(
                    f,
                    "{runs} without a start time: the order of the runs is not known"
                )
            }
            Self::TooManyInconclusive { excluded, of } => write!(
                f,
                "{excluded} of {of} runs are inconclusive, over a quarter: \
                 `sesbench run` gives the reason"
            ),
            Self::TooFewValues { what, needed } => {
                write!(f, "too few {what} a run: at least {needed} needed")
            }
            Self::NothingMeasured { runs } => {
                write!(f, "nothing measured in {}", of_runs(*runs))
            }
            Self::Censored { runs } => write!(
                f,
                "in {} it lies among the messages without a latency",
                of_runs(*runs)
            ),
            Self::Zero { runs } => {
                write!(f, "zero in {}: no change is relative to it", of_runs(*runs))
            }
            Self::Incomplete { pairs, look } => write!(
                f,
                "the series ended early, with {} that can be compared: it is decided at {look}",
                plural(*pairs as u64, "pair")
            ),
            Self::OtherProcesses { points } => {
                let more = if *points > 0 { "more" } else { "less" };
                write!(
                    f,
                    "other processes took {} percentage points {more} of the machine beside it: \
                     run again on a quieter one",
                    points.abs()
                )
            }
            Self::TooManyDropped { dropped, of } => write!(
                f,
                "{dropped} of {of} pairs are in doubt, over a quarter: the others are a selection"
            ),
        }
    }
}

fn of_runs(number: usize) -> String {
    plural(number as u64, "run")
}
