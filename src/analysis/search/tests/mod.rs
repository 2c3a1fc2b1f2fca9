//! Searches on simulated servers, and the rules of the search one by one.

mod rules;
mod servers;
mod simulated;

use super::{Answer, Axis, Next, Question, Search, Step, StepLength, StepResult, Vary};

/// More steps than any search takes.
const ENDLESS: usize = 80;

/// A search from 50/s, between 0.5/s and 5,000/s, within 5 %.
pub(super) const RATES: Question = Question {
    axis: Axis {
        vary: Vary::Rate,
        easiest: 0.5,
        hardest: 5_000.0,
        precision: 0.05,
    },
    start: 50.0,
    messages_per_s: 1.0,
    length: StepLength::Messages(100),
    cool_down_s: 1.0,
};

/// Searches to the end; returns the answer and the steps.
pub(super) fn answer(
    question: Question,
    mut run: impl FnMut(&Step) -> StepResult,
) -> (Answer, Vec<Step>) {
    let mut search = Search::new(question);
    let mut steps = Vec::new();
    loop {
        match search.next() {
            Next::Done(answer) => return (answer, steps),
            Next::Step(step) => {
                search.observe(&step, &run(&step));
                steps.push(step);
            }
        }
        assert!(steps.len() < ENDLESS, "{steps:?}");
    }
}
