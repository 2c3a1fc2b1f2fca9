//! All questions of a comparison, and their answers.

use super::answer::Answer;
use super::decide::{Procedure, decide};
use super::question::{Question, Role};
use super::share::{Share, ShareAnswer, decide_share};
use super::undecided::Undecided;

/// What is asked of two groups of runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Questions {
    /// About figures.
    pub(crate) figures: Vec<Question>,
    /// About shares of messages.
    pub(crate) shares: Vec<Share>,
    /// Why nothing is decided, if the caller knows a reason.
    pub(crate) undecided: Option<Undecided>,
}

/// The answers, in the order of the questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answers {
    /// About figures.
    pub(crate) figures: Vec<Answer>,
    /// About shares of messages.
    pub(crate) shares: Vec<ShareAnswer>,
    /// Why nothing is decided; none if it is.
    pub(crate) undecided: Option<Undecided>,
}

impl Questions {
    /// Answers them. With too few runs for the primary question nothing is decided, not
    /// even about shares.
    pub(crate) fn answer(mut self, procedure: &Procedure) -> Answers {
        self.describe_only();
        let figures = decide(&self.figures, procedure);
        let mut primary = figures.iter().filter(|answer| answer.role == Role::Primary);
        if let Some(too_few @ Undecided::TooFewRuns { .. }) =
            primary.find_map(|answer| answer.undecided.clone())
        {
            self.undecided.get_or_insert(too_few);
            self.describe_only();
        }
        let shares = self.shares.iter();
        Answers {
            shares: shares.map(|share| decide_share(share, procedure)).collect(),
            figures,
            undecided: self.undecided,
        }
    }

    /// A reason that holds for all questions holds for each of them.
    pub(super) fn describe_only(&mut self) {
        let Some(reason) = &self.undecided else {
            return;
        };
        let asked = self
            .figures
            .iter_mut()
            .filter(|figure| figure.role.is_decided());
        for undecided in asked.map(|figure| &mut figure.undecided) {
            undecided.get_or_insert_with(|| reason.clone());
        }
        for share in &mut self.shares {
            share.undecided.get_or_insert_with(|| reason.clone());
        }
    }
}
