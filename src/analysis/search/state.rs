//! The state machine of a search: which step comes next, and when it is over.

use super::answer::{Answer, Bound, Ending};
use super::axis::{Axis, Vary};
use super::length::StepLength;
use super::limit::Limit;
use super::loads::{Loads, Tested};
use super::quota::Throttling;
use super::step::{Purpose, Step, StepOutcome, StepResult};
use super::tally::Class;

/// The bracket around a quota, as a share of it on both sides. A step of
/// [`BURSTS`] bursts passes up to 2 % more than the quota with 1 % refused.
const BESIDE_QUOTA: f64 = 0.03;

/// The length of a step beside the quota, in bursts: a shorter one passes too much,
/// because the burst is a larger part of what it sends. Of 100 bursts, and a tenth
/// more because a burst is read from few messages.
const BURSTS: f64 = 110.0;

/// The pause after which a burst is available again, in bursts.
const REFILL: f64 = 1.1;

/// Within this share of the quota, steps have that length.
const NEAR_QUOTA: f64 = 0.2;

/// Quotas that the search goes to: a later step may read it more precisely.
const PLACEMENTS: usize = 3;

/// A step twice as long makes up for too few messages that many times.
const LONGER: u32 = 2;

/// What is searched, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Question {
    /// The loads to choose from.
    pub(crate) axis: Axis,
    /// The load of the first step.
    pub(crate) start: f64,
    /// The rate of a search over sessions, in messages per second; of a search over
    /// rates the messages per second that a load of 1 stands for.
    pub(crate) messages_per_s: f64,
    /// The length of the steps.
    pub(crate) length: StepLength,
    /// The minimum pause between steps, in seconds.
    pub(crate) cool_down_s: f64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next {
    /// Carry out this step, and pass its result to [`Search::observe`].
    Step(Step),
    /// The search is over.
    Done(Answer),
}

/// A search. [`Search::next`] and [`Search::observe`] are called in turn.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    question: Question,
    loads: Loads,
    /// The quota that the most accepted messages show.
    throttling: Option<Throttling>,
    /// The loads beside a quota that the search went to.
    placed: Vec<f64>,
}

impl Search {
    /// A search before its first step.
    pub(crate) fn new(question: Question) -> Self {
        Self {
            question,
            loads: Loads::new(question.axis),
            throttling: None,
            placed: Vec::new(),
        }
    }

    /// What is varied.
    pub(crate) fn vary(&self) -> Vary {
        self.question.axis.vary
    }

    /// The next step, or the answer.
    pub(crate) fn next(&self) -> Next {
        if self.loads.is_too_short(LONGER) {
            return Next::Done(self.answer(Ending::FewSamples));
        }
        if let Some(undecided) = self.loads.undecided() {
            return self.step(undecided.load, Purpose::Repeat);
        }
        if let Some(load) = self.beside_quota() {
            return self.step(load, Purpose::Quota);
        }
        let axis = &self.question.axis;
        match (self.loads.held(), self.loads.failed()) {
            (None, None) => self.step(self.question.start, Purpose::Explore),
            (None, Some(failed)) => match axis.easier(failed.load) {
                Some(load) => self.step(load, Purpose::Explore),
                None => Next::Done(self.answer(self.ending_by(failed, Ending::NoneHolds))),
            },
            (Some(held), None) => match axis.harder(held.load) {
                Some(load) => self.step(load, Purpose::Explore),
                None => self.confirmed(held, Ending::CeilingHeld),
            },
            (Some(held), Some(failed)) => {
                match axis.between(held.load, failed.load, self.width(held, failed)) {
                    Some(load) => self.step(load, Purpose::Bisect),
                    None => self.confirmed(held, self.ending_by(failed, Ending::Found)),
                }
            }
        }
    }

    /// Takes the result of a step that [`Search::next`] returned.
    pub(crate) fn observe(&mut self, step: &Step, result: &StepResult) {
        if step.purpose == Purpose::Quota {
            self.placed.push(step.load);
        }
        let weight = if self.decides_alone(step, result) {
            2
        } else {
            1
        };
        self.loads.count(step.load, weight, result);
        let known = self.throttling.map_or(0.0, |known| known.accepted);
        if let Some(read) = result.throttling.filter(|read| read.accepted > known) {
            self.throttling = Some(read);
        }
    }

    /// The answer as far as it is known, for a search that ends like that.
    pub(crate) fn answer(&self, ending: Ending) -> Answer {
        let bound = |tested: &Tested| Bound {
            load: tested.load,
            tally: tested.tally,
        };
        let (held, failed) = (self.loads.held(), self.loads.failed());
        let limit = match (ending, failed) {
            (Ending::CeilingHeld, _) => Some(Limit::Ceiling),
            (_, None) => None,
            (_, Some(failed)) if failed.is_generators() => Some(Limit::Generator),
            (_, Some(failed)) => {
                let service_us = held.and_then(|held| held.service_us);
                let step = failed.failed.as_ref();
                step.map(|step| Limit::of_step(step, service_us))
            }
        };
        Answer {
            ending,
            held: held.map(bound),
            failed: failed.map(bound),
            limit,
            throttling: self.throttling,
            not_monotone: self.loads.not_monotone(),
        }
    }

    /// An estimate of the steps that follow, for the time left.
    pub(crate) fn steps_left(&self) -> u32 {
        // Both ends are tested again, and half of the steps between them fail and are
        // repeated.
        const CONFIRMING: f64 = 2.0;
        const REPEATED: f64 = 1.5;
        let axis = &self.question.axis;
        let halvings = |ratio: f64| (ratio.ln() / axis.precision.ln_1p()).log2().max(0.0).ceil();
        let ratio = |a: f64, b: f64| a.max(b) / a.min(b);
        let left = match (self.loads.held(), self.loads.failed()) {
            (Some(held), Some(failed)) => match self.throttling {
                Some(_) => CONFIRMING,
                None => REPEATED * halvings(ratio(held.load, failed.load)) + 1.0,
            },
            (held, failed) => {
                let known = held
                    .or(failed)
                    .map_or(self.question.start, |each| each.load);
                let bound = match failed {
                    Some(_) => axis.easiest,
                    None => axis.hardest,
                };
                // As likely as not, the limit is half way there.
                let outward = (ratio(bound, known).log2() / 2.0).ceil();
                outward + REPEATED * halvings(2.0) + CONFIRMING
            }
        };
        left as u32
    }

    fn step(&self, load: f64, purpose: Purpose) -> Next {
        let tested = self.loads.at(load);
        let longer = 2_f64.powi(tested.map_or(0, |each| each.too_short) as i32);
        let rate = match self.question.axis.vary {
            Vary::Rate => load * self.question.messages_per_s,
            Vary::Sessions => self.question.messages_per_s,
        };
        let usual = self.question.length.seconds(rate) * longer;
        let cool_down = self.question.cool_down_s;
        Next::Step(Step {
            load,
            purpose,
            length_s: self
                .quota_length(load)
                .map_or(usual, |long| long.max(usual)),
            cool_down_s: match self.throttling {
                _ if self.loads.is_empty() => 0.0,
                Some(known) => cool_down.max(REFILL * known.burst / known.quota),
                None => cool_down,
            },
        })
    }

    /// The length of a step near the quota.
    fn quota_length(&self, load: f64) -> Option<f64> {
        let known = self.quota()?;
        let is_near = (load / known.quota - 1.0).abs() <= NEAR_QUOTA;
        is_near.then(|| (BURSTS * known.burst / known.quota).ceil())
    }

    /// Whether the step is as long as several: one beside the quota, if it held, or if
    /// it failed by the quota. A failure by anything else is repeated.
    fn decides_alone(&self, step: &Step, result: &StepResult) -> bool {
        let is_long = self
            .quota_length(step.load)
            .is_some_and(|long| step.length_s >= long);
        let by_quota = result.outcome == StepOutcome::Failed && result.throttled;
        is_long && (result.outcome == StepOutcome::Held || by_quota)
    }

    /// The next load beside the quota that is within the bracket and not tested: below
    /// it first, because that is the answer.
    fn beside_quota(&self) -> Option<f64> {
        let known = self.quota()?;
        if self.placed.len() >= 2 * PLACEMENTS {
            return None;
        }
        let axis = &self.question.axis;
        let sides = [1.0 - BESIDE_QUOTA, 1.0 + BESIDE_QUOTA];
        let loads = sides.map(|side| axis.rounded(known.quota * side));
        // A reading that is no other than the last does not start again.
        let is_new = |load: f64| {
            let near = |other: &f64| (other / load - 1.0).abs() < BESIDE_QUOTA / 3.0;
            !self.placed.iter().any(near) && self.loads.at(load).is_none()
        };
        let is_within = |load: f64| {
            let above = self.loads.held().is_none_or(|held| load > held.load);
            let below = self.loads.failed().is_none_or(|failed| load < failed.load);
            above && below
        };
        loads
            .into_iter()
            .find(|load| is_new(*load) && is_within(*load))
    }

    /// The quota, in a search over rates.
    fn quota(&self) -> Option<Throttling> {
        let of_rates = self.question.axis.vary == Vary::Rate;
        self.throttling.filter(|_| of_rates)
    }

    /// The width of the bracket at which the search ends.
    fn width(&self, held: &Tested, failed: &Tested) -> f64 {
        /// For the digits of the loads.
        const ROUNDING: f64 = 0.01;
        let precision = self.question.axis.precision;
        match [held, failed].map(|each| self.placed.contains(&each.load)) {
            [true, true] => precision.max(2.0 * BESIDE_QUOTA + ROUNDING),
            _ => precision,
        }
    }

    /// Tests a lower bound once more before it is part of the answer.
    fn confirmed(&self, held: &Tested, ending: Ending) -> Next {
        match held.tally.class() {
            Class::LowerBound { confirmed: true } => Next::Done(self.answer(ending)),
            _ => self.step(held.load, Purpose::Confirm),
        }
    }

    fn ending_by(&self, failed: &Tested, ending: Ending) -> Ending {
        match failed.is_generators() {
            true => Ending::GeneratorLimit,
            false => ending,
        }
    }
}
