//! The place of a new job among the earlier ones.

use super::{CONFIDENCE, ROUNDING, too_few};
use crate::analysis::comparison::answer::{Drift, Place, Range, Visibility};
use crate::analysis::comparison::decide::groups;
use crate::analysis::comparison::question::{Better, Question};
use crate::analysis::comparison::undecided::Undecided;
use crate::analysis::statistics::Groups;
use crate::vocabulary::FigureValue;

/// The earlier jobs from which on their halves can differ at the level of a drift.
const DRIFT_JOBS: usize = 10;

/// The new job among the earlier ones, in logarithms.
pub(super) struct Standing {
    groups: Groups,
    pub(super) place: Place,
    pub(super) tests: Tests,
}

/// The p-values of the two one-sided tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tests {
    pub(super) worse: f64,
    pub(super) better: f64,
}

impl Standing {
    pub(super) fn new(question: &Question) -> Result<Self, Undecided> {
        // A job without the figure says nothing about it.
        let mut question = question.clone();
        question.base.retain(|value| *value != FigureValue::Empty);
        let groups = match question.base.is_empty() {
            true => return Err(too_few(0)),
            false => groups(&question, false)?,
        };
        let earlier: Vec<f64> = numbers(&question.base).collect();
        let tests = Tests::new(&groups, question.better);
        let of = earlier.len() + 1;
        Ok(Self {
            place: Place {
                rank: (tests.worse * of as f64).round() as usize,
                of,
                low: earlier.iter().copied().fold(f64::INFINITY, f64::min),
                high: earlier.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                drift: drift(&earlier),
            },
            tests,
            groups,
        })
    }

    pub(super) fn earlier(&self) -> usize {
        self.place.of - 1
    }

    pub(super) fn shift(&self) -> f64 {
        self.groups.shift().exp_m1()
    }

    /// The changes that neither test rejects.
    pub(super) fn interval(&self) -> Range {
        let interval = self.groups.interval(CONFIDENCE - ROUNDING);
        Range {
            low: interval.low.exp_m1(),
            high: interval.high.exp_m1(),
            confidence: CONFIDENCE,
            is_attained: interval.is_attained,
        }
    }

    /// More jobs make no smaller change visible, beyond those that the level takes: the
    /// spread of the one new job stays.
    pub(super) fn visibility(&self, alpha: f64) -> Visibility {
        let both_sides = 2.0 * alpha * (1.0 + ROUNDING);
        Visibility {
            smallest: self.groups.smallest_visible(both_sides).map(f64::exp_m1),
            runs_needed: None,
        }
    }
}

impl Tests {
    pub(super) fn new(groups: &Groups, better: Better) -> Self {
        let tails = groups.tails();
        match better {
            Better::Lower => Self {
                worse: tails.upper,
                better: tails.lower,
            },
            Better::Higher => Self {
                worse: tails.lower,
                better: tails.upper,
            },
        }
    }
}

/// From the earlier half of the jobs to the later half.
fn drift(earlier: &[f64]) -> Option<Drift> {
    if earlier.len() < DRIFT_JOBS {
        return None;
    }
    let logs: Vec<f64> = earlier.iter().map(|value| value.ln()).collect();
    let (base, new) = logs.split_at(logs.len() / 2);
    let halves = Groups::Unpaired {
        base: base.to_vec(),
        new: new.to_vec(),
    };
    Some(Drift {
        shift: halves.shift().exp_m1(),
        p: halves.tails().two_sided(),
    })
}

fn numbers(values: &[FigureValue]) -> impl Iterator<Item = f64> {
    values.iter().filter_map(|value| value.number())
}
