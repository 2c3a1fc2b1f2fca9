//! Answers questions about figures.

use super::answer::{Answer, Decision, Estimate, Range, Side, Visibility};
use super::question::Question;
use super::undecided::Undecided;
use crate::analysis::statistics::{Groups, Interval, holm, median};
use crate::vocabulary::FigureValue;

/// How questions are decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Procedure {
    /// Whether the runs are pairs.
    pub(crate) is_paired: bool,
    /// The probability of any false alarm among the questions.
    pub(crate) alpha: f64,
    /// The confidence of the interval that must lie within the floor for `unchanged`:
    /// two one-sided tests.
    pub(crate) unchanged_confidence: f64,
}

impl Procedure {
    /// For groups of runs without partners.
    pub(crate) const UNPAIRED: Self = Self {
        is_paired: false,
        alpha: 0.05,
        unchanged_confidence: 0.90,
    };

    /// What is counted: the unit of the comparison.
    pub(crate) const fn unit(&self) -> &'static str {
        match self.is_paired {
            true => "pairs",
            false => "runs a side",
        }
    }
}

/// Answers all questions of a comparison, in their order. Those that can be decided
/// share the probability of a false alarm (Holm).
pub(crate) fn decide(questions: &[Question], procedure: &Procedure) -> Vec<Answer> {
    let family = Family::new(questions, procedure);
    let answers = questions.iter().enumerate();
    answers
        .map(|(at, question)| family.answer(at, question))
        .collect()
}

/// The decisions alone, which is much faster.
pub(crate) fn decisions(questions: &[Question], procedure: &Procedure) -> Vec<Decision> {
    let family = Family::new(questions, procedure);
    let tests = questions.iter().enumerate().map(|(at, question)| {
        let groups = family.groups[at].as_ref().ok()?;
        let estimate = family.estimate(at, groups);
        family.decision(question, groups, &estimate).ok()
    });
    tests
        .map(|decision| decision.unwrap_or(Decision::Described))
        .collect()
}

/// The questions that are decided together.
struct Family<'a> {
    procedure: &'a Procedure,
    /// Of each question, the values; or why there are none.
    groups: Vec<Result<Groups, Undecided>>,
    /// Of each question that can be decided, the corrected p-value.
    adjusted: Vec<Option<f64>>,
    /// The level that each question can count on, however the others turn out.
    alpha: f64,
}

impl<'a> Family<'a> {
    fn new(questions: &[Question], procedure: &'a Procedure) -> Self {
        let groups = questions
            .iter()
            .map(|question| groups(question, procedure.is_paired));
        let groups: Vec<_> = groups.collect();
        let tests = questions.iter().zip(&groups).enumerate();
        let (asked, p): (Vec<usize>, Vec<f64>) = tests
            .filter_map(|(at, (question, groups))| {
                let groups = groups.as_ref().ok().filter(|_| question.is_asked())?;
                Some((at, groups.tails().two_sided()))
            })
            .unzip();
        let mut adjusted = vec![None; questions.len()];
        for (at, p) in asked.iter().zip(holm(&p)) {
            adjusted[*at] = Some(p);
        }
        let alpha = procedure.alpha / asked.len().max(1) as f64;
        Self {
            procedure,
            groups,
            adjusted,
            alpha,
        }
    }

    fn answer(&self, at: usize, question: &Question) -> Answer {
        let mut answer = Answer {
            figure: question.figure.clone(),
            better: question.better,
            role: question.role,
            floor: question.floor,
            base: side(&question.base),
            new: side(&question.new),
            estimate: None,
            visibility: None,
            place: None,
            decision: Decision::Described,
            undecided: question.undecided.clone(),
        };
        match &self.groups[at] {
            Err(undecided) => {
                answer.undecided.get_or_insert_with(|| undecided.clone());
            }
            Ok(groups) => {
                let estimate = self.estimate(at, groups);
                answer.estimate = Some(estimate);
                answer.visibility = Some(self.visibility(question, groups));
                match self.decision(question, groups, &estimate) {
                    Ok(decision) => answer.decision = decision,
                    Err(undecided) => answer.undecided = Some(undecided),
                }
            }
        }
        answer
    }

    fn estimate(&self, at: usize, groups: &Groups) -> Estimate {
        Estimate {
            shift: groups.shift().exp_m1(),
            interval: range(groups.interval(1.0 - self.procedure.alpha)),
            narrow: range(groups.interval(self.procedure.unchanged_confidence)),
            p: groups.tails().two_sided(),
            adjusted_p: self.adjusted[at],
        }
    }

    fn visibility(&self, question: &Question, groups: &Groups) -> Visibility {
        Visibility {
            smallest: groups.smallest_visible(self.alpha).map(f64::exp_m1),
            runs_needed: groups.runs_needed(self.alpha, question.floor.ln_1p()),
        }
    }

    /// The decision, or why there is none.
    fn decision(
        &self,
        question: &Question,
        groups: &Groups,
        estimate: &Estimate,
    ) -> Result<Decision, Undecided> {
        if let Some(undecided) = &question.undecided {
            return Err(undecided.clone());
        }
        let adjusted_p = estimate.adjusted_p.ok_or(Undecided::NotAsked)?;
        if groups.least_p() >= self.alpha {
            return Err(Undecided::TooFewRuns {
                needed: groups.least_runs(self.alpha),
                of: self.procedure.unit(),
            });
        }
        let is_different = adjusted_p < self.procedure.alpha;
        if is_different && estimate.shift.abs() >= question.floor {
            return Ok(match question.better.is_worse(estimate.shift) {
                true => Decision::Regressed,
                false => Decision::Improved,
            });
        }
        Ok(match estimate.narrow.is_within(question.floor) {
            true => Decision::Unchanged,
            false => Decision::Unclear,
        })
    }
}

/// From logarithms to relative changes.
fn range(interval: Interval) -> Range {
    Range {
        low: interval.low.exp_m1(),
        high: interval.high.exp_m1(),
        confidence: interval.confidence,
        is_attained: interval.is_attained,
    }
}

pub(super) fn side(values: &[FigureValue]) -> Side {
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.number()).collect();
    Side {
        runs: numbers.len(),
        median: median(numbers),
    }
}

/// The logarithms of the values, or why there are none.
pub(super) fn groups(question: &Question, is_paired: bool) -> Result<Groups, Undecided> {
    let (base, new) = (&question.base, &question.new);
    if base.is_empty() || new.is_empty() {
        return Err(Undecided::NothingMeasured { runs: 0 });
    }
    let count =
        |is: fn(&FigureValue) -> bool| base.iter().chain(new).filter(|value| is(value)).count();
    let empty = count(|value| *value == FigureValue::Empty);
    let censored = count(|value| matches!(value, FigureValue::Above(_)));
    let zero = count(|value| value.number().is_some_and(|value| value <= 0.0));
    match (empty, censored, zero) {
        (0, 0, 0) => {}
        (0, 0, runs) => return Err(Undecided::Zero { runs }),
        (0, runs, _) => return Err(Undecided::Censored { runs }),
        (runs, _, _) => return Err(Undecided::NothingMeasured { runs }),
    }
    let logs = |values: &[FigureValue]| -> Vec<f64> {
        let numbers = values.iter().filter_map(|value| value.number());
        numbers.map(f64::ln).collect()
    };
    Ok(in_groups(logs(base), logs(new), is_paired))
}

/// Runs without partners, or the differences of pairs.
pub(super) fn in_groups(base: Vec<f64>, new: Vec<f64>, is_paired: bool) -> Groups {
    match is_paired {
        true => Groups::Paired(
            base.iter()
                .zip(&new)
                .map(|(base, new)| new - base)
                .collect(),
        ),
        false => Groups::Unpaired { base, new },
    }
}
