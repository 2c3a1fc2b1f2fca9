//! Which questions are decided, and how.

use super::standing::{Standing, Tests};
use super::{ALPHA, is_significant, jobs_needed, too_few};
use crate::analysis::comparison::answer::{Answer, Decision, Estimate};
use crate::analysis::comparison::decide::side;
use crate::analysis::comparison::question::{Question, Role};
use crate::analysis::comparison::undecided::Undecided;
use crate::analysis::statistics::holm;

/// The level at which the halves of a history differ.
const DRIFT_ALPHA: f64 = 0.01;

/// The questions that are decided together.
pub(super) struct Family<'a> {
    questions: &'a [Question],
    /// Of each question, where the new job stands; or why it is not known.
    standings: Vec<Result<Standing, Undecided>>,
    /// Of each question that is described, why.
    described: Vec<Option<Undecided>>,
    /// Of each question that is decided, the corrected p-values.
    adjusted: Vec<Option<Tests>>,
    /// The level that each question can count on, however the others turn out.
    alpha: f64,
}

impl<'a> Family<'a> {
    pub(super) fn new(questions: &'a [Question]) -> Self {
        let standings: Vec<_> = questions.iter().map(Standing::new).collect();
        let reasons = questions.iter().zip(&standings);
        let mut described: Vec<_> = reasons
            .map(|(question, standing)| reason(question, standing.as_ref()).err())
            .collect();
        let mut asked: Vec<usize> = (0..questions.len())
            .filter(|at| described[*at].is_none())
            .collect();
        // Stable: figures that were asked for keep their order.
        asked.sort_by_key(|at| precedence(questions[*at].role));
        let jobs = |at: usize| standings[at].as_ref().map_or(0, Standing::earlier);
        let mut fewest = usize::MAX;
        let enough = asked.iter().enumerate().take_while(|(before, at)| {
            fewest = fewest.min(jobs(**at));
            fewest >= jobs_needed(before + 1)
        });
        let decided = enough.count();
        for (before, at) in asked.iter().enumerate().skip(decided) {
            let needed = jobs_needed(before + 1);
            let missing = needed.saturating_sub(jobs(*at)).max(1);
            described[*at] = Some(Undecided::TooFewJobs { needed, missing });
        }
        asked.truncate(decided);
        let tests: Vec<Tests> = (asked.iter())
            .filter_map(|at| Some(standings[*at].as_ref().ok()?.tests))
            .collect();
        let worse = holm(&tests.iter().map(|test| test.worse).collect::<Vec<_>>());
        let better = holm(&tests.iter().map(|test| test.better).collect::<Vec<_>>());
        let mut adjusted = vec![None; questions.len()];
        for (at, (worse, better)) in asked.iter().zip(worse.into_iter().zip(better)) {
            adjusted[*at] = Some(Tests { worse, better });
        }
        Self {
            questions,
            standings,
            described,
            adjusted,
            alpha: ALPHA / decided.max(1) as f64,
        }
    }

    pub(super) fn answer(&self, at: usize) -> Answer {
        let question = &self.questions[at];
        let standing = self.standings[at].as_ref().ok();
        Answer {
            figure: question.figure.clone(),
            better: question.better,
            role: question.role,
            floor: question.floor,
            base: side(&question.base),
            new: side(&question.new),
            estimate: standing.map(|standing| self.estimate(at, standing)),
            visibility: standing.map(|standing| standing.visibility(self.alpha)),
            place: standing.map(|standing| standing.place),
            decision: self.decision(at),
            undecided: self.described[at].clone(),
        }
    }

    fn estimate(&self, at: usize, standing: &Standing) -> Estimate {
        let interval = standing.interval();
        Estimate {
            shift: standing.shift(),
            interval,
            narrow: interval,
            p: standing.tests.worse,
            adjusted_p: self.adjusted[at].map(|adjusted| adjusted.worse),
        }
    }

    pub(super) fn decision(&self, at: usize) -> Decision {
        let question = &self.questions[at];
        let (Some(adjusted), Ok(standing)) = (self.adjusted[at], &self.standings[at]) else {
            return Decision::Described;
        };
        let shift = standing.shift();
        let is_large = shift.abs() >= question.floor;
        let is_worse = question.better.is_worse(shift);
        if is_large && is_worse && is_significant(adjusted.worse) {
            Decision::Regressed
        } else if is_large && !is_worse && is_significant(adjusted.better) {
            Decision::Improved
        } else if standing.interval().is_within(question.floor) {
            Decision::Unchanged
        } else {
            Decision::Unclear
        }
    }
}

/// Fails with the reason why a question is described, as far as its place in the family
/// does not matter.
fn reason(question: &Question, standing: Result<&Standing, &Undecided>) -> Result<(), Undecided> {
    if let Some(undecided) = &question.undecided {
        return Err(undecided.clone());
    }
    let standing = standing.map_err(Clone::clone)?;
    if !question.role.is_decided() {
        return Err(Undecided::NotAsked);
    }
    if standing.earlier() < jobs_needed(1) {
        return Err(too_few(standing.earlier()));
    }
    match standing.place.drift {
        // At the end of a steady drift a job is as far from the middle of the history as
        // its halves are from each other: the floor covers half of itself.
        Some(drift) if drift.p < DRIFT_ALPHA && drift.shift.abs() >= question.floor / 2.0 => {
            Err(Undecided::Drift)
        }
        _ => Ok(()),
    }
}

/// The question before what was asked for, and that before the guard.
const fn precedence(role: Role) -> usize {
    match role {
        Role::Primary => 0,
        Role::Asked => 1,
        Role::Guard | Role::Context => 2,
    }
}
