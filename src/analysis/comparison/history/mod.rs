//! Decides how a new job differs from the earlier ones of a history, by its place among
//! them.
//!
//! The unit is the job: one value for each, in the order of their time. If nothing
//! changed, each place of the new job is as likely, so that the worst of n + 1 has a
//! one-sided p of 1 / (n + 1): [`jobs_needed`] earlier jobs for each question. The jobs'
//! own spread is the measure, with all that differs from job to job in it: the hour,
//! other tenants, another machine of the same kind.
//!
//! Only a regression fails a job, so that each direction is tested for itself at 5 %.
//! The number of jobs decides how many questions are asked, in the order question,
//! figures asked for, guard; those beyond are described. Holm corrects for those that
//! are. The share of accepted messages is a question of its own.
//!
//! A history that drifts breaks the assumption: its next job is likely to be the most
//! extreme one. So the later half of the earlier jobs is compared with the earlier half,
//! which under the assumption says nothing about the new job's place; if they differ,
//! nothing is decided.

mod family;
mod standing;
#[cfg(test)]
mod tests;
use super::answer::{Answer, Decision};
use super::question::Role;
use super::questions::{Answers, Questions};
use super::share::{MARGIN, Share, ShareAnswer};
use super::undecided::Undecided;
use crate::analysis::statistics::{Groups, median};
use family::Family;
use standing::Tests;

/// The probability of a false alarm, in one direction.
const ALPHA: f64 = 0.05;

/// A p of 1/20 is at the level, whatever rounding makes of it.
const ROUNDING: f64 = 1e-6;

/// The confidence of the interval, which leaves out the level on either side.
const CONFIDENCE: f64 = 1.0 - 2.0 * ALPHA;

/// Jobs, the new one included, of which one is the share of a false alarm.
const JOBS_A_QUESTION: usize = 20;

/// The earlier jobs that so many questions take.
const fn jobs_needed(questions: usize) -> usize {
    JOBS_A_QUESTION * questions - 1
}

impl Questions {
    /// Answers them about a history: the values of the base are those of the earlier
    /// jobs, in the order of their time, and there is one new value. With too few jobs
    /// for the primary question nothing is decided, not even about shares.
    pub(crate) fn answer_history(mut self) -> Answers {
        self.describe_only();
        let family = Family::new(&self.figures);
        let at = 0..self.figures.len();
        let figures: Vec<Answer> = at.map(|at| family.answer(at)).collect();
        let mut primary = figures.iter().filter(|answer| answer.role == Role::Primary);
        if let Some(too_few @ Undecided::TooFewJobs { .. }) =
            primary.find_map(|answer| answer.undecided.clone())
        {
            self.undecided.get_or_insert(too_few);
            self.describe_only();
        }
        Answers {
            shares: self.shares.iter().map(share).collect(),
            figures,
            undecided: self.undecided,
        }
    }
}

fn too_few(earlier: usize) -> Undecided {
    let needed = jobs_needed(1);
    Undecided::TooFewJobs {
        needed,
        missing: needed - earlier,
    }
}

/// Decides about a share by its place alone: a job in which nothing was lost is nothing
/// special in a history in which that is usual.
fn share(share: &Share) -> ShareAnswer {
    let middle = |values: &[f64]| median(values.to_vec()).unwrap_or_default();
    let mut answer = ShareAnswer {
        figure: share.figure.clone(),
        better: share.better,
        base: middle(&share.base),
        new: middle(&share.new),
        decision: Decision::Described,
        undecided: share.undecided.clone(),
    };
    if answer.undecided.is_none() {
        let groups = Groups::Unpaired {
            base: share.base.clone(),
            new: share.new.clone(),
        };
        let tests = Tests::new(&groups, share.better);
        let change = answer.change();
        let is_worse = share.better.is_worse(change);
        answer.decision = match change.abs() <= MARGIN * (1.0 + ROUNDING) {
            true => Decision::Unchanged,
            false if is_worse && is_significant(tests.worse) => Decision::Regressed,
            false if !is_worse && is_significant(tests.better) => Decision::Improved,
            false => Decision::Unclear,
        };
    }
    answer
}

fn is_significant(p: f64) -> bool {
    p <= ALPHA * (1.0 + ROUNDING)
}
