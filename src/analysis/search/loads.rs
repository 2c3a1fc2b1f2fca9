//! The loads that were tested, and the ends of the bracket that follow from them.

use super::answer::NotMonotone;
use super::axis::Axis;
use super::step::{Doubt, StepOutcome, StepResult};
use super::tally::{Class, Tally};

/// The loads, in the order of their first step.
#[derive(Clone, Debug)]
pub(super) struct Loads {
    axis: Axis,
    tested: Vec<Tested>,
}

/// The steps at one load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tested {
    pub(super) load: f64,
    pub(super) tally: Tally,
    /// Steps with too few messages.
    pub(super) too_short: u32,
    /// The last step that failed.
    pub(super) failed: Option<StepResult>,
    /// The median service time of the last step that held.
    pub(super) service_us: Option<f64>,
}

impl Loads {
    /// None yet.
    pub(super) fn new(axis: Axis) -> Self {
        let tested = Vec::new();
        Self { axis, tested }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tested.is_empty()
    }

    /// The steps at a load, if there are any.
    pub(super) fn at(&self, load: f64) -> Option<&Tested> {
        self.tested.iter().find(|each| each.load == load)
    }

    /// Whether a load had too few messages more than that many times.
    pub(super) fn is_too_short(&self, times: u32) -> bool {
        self.tested.iter().any(|each| each.too_short > times)
    }

    /// Counts a step at a load; one that decides alone has a weight of two.
    pub(super) fn count(&mut self, load: f64, weight: u32, result: &StepResult) {
        let at = self.tested.iter().position(|each| each.load == load);
        let at = at.unwrap_or_else(|| {
            self.tested.push(Tested::new(load));
            self.tested.len() - 1
        });
        let each = &mut self.tested[at];
        match result.outcome {
            StepOutcome::Held => {
                each.tally.held += weight;
                each.service_us = result.service_us;
            }
            StepOutcome::Failed => {
                each.tally.failed += weight;
                each.failed = Some(*result);
            }
            StepOutcome::Inconclusive(Doubt::Generator) => each.tally.generator += 1,
            StepOutcome::Inconclusive(Doubt::FewSamples) => each.too_short += 1,
        }
    }

    /// The last load that needs another step.
    pub(super) fn undecided(&self) -> Option<&Tested> {
        let mut undecided = self.tested.iter().rev();
        undecided.find(|each| each.tally.class() == Class::Undecided)
    }

    /// The easiest load that does not hold.
    pub(super) fn failed(&self) -> Option<&Tested> {
        let upper = |each: &&Tested| matches!(each.tally.class(), Class::UpperBound { .. });
        let all = self.tested.iter().filter(upper);
        all.reduce(|a, b| match self.axis.is_harder(a.load, b.load) {
            true => b,
            false => a,
        })
    }

    /// The hardest load that holds, of those that are easier than any that does not.
    pub(super) fn held(&self) -> Option<&Tested> {
        let failed = self.failed().map(|failed| failed.load);
        let lower = |each: &&Tested| matches!(each.tally.class(), Class::LowerBound { .. });
        let all = self.tested.iter().filter(lower);
        let is_easier =
            |each: &&Tested| failed.is_none_or(|failed| self.axis.is_harder(failed, each.load));
        all.filter(is_easier)
            .reduce(|a, b| match self.axis.is_harder(b.load, a.load) {
                true => b,
                false => a,
            })
    }

    /// A load that held although an easier one failed twice.
    pub(super) fn not_monotone(&self) -> Option<NotMonotone> {
        let failed = self.tested.iter().filter(|each| each.tally.failed >= 2);
        let mut pairs = failed.flat_map(|failed| {
            let held = self.tested.iter().filter(|each| each.tally.held > 0);
            let harder = held.filter(|each| self.axis.is_harder(each.load, failed.load));
            harder.map(|held| NotMonotone {
                held: held.load,
                failed: failed.load,
            })
        });
        pairs.next()
    }
}

impl Tested {
    fn new(load: f64) -> Self {
        Self {
            load,
            tally: Tally::default(),
            too_short: 0,
            failed: None,
            service_us: None,
        }
    }

    /// Whether it is an upper bound of the generator, not of the server.
    pub(super) fn is_generators(&self) -> bool {
        self.tally.class() == Class::UpperBound { of_generator: true }
    }
}
