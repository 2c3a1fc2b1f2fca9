//! The plan of one step: that of the search with another load, a seed of its own, and
//! what is left of the ceiling of recipients.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::analysis::search::{Step, Vary};
use crate::engine::Model;
use crate::random::nth;
use crate::run::Finished;
use crate::scenario::Plan;
use crate::scenario::volume::known_messages;
use crate::schedule::{Length, Rate, Shape};

/// The plan of step `number`. `used` recipients were sent to before.
pub(super) fn plan(search: &Plan, vary: Vary, step: &Step, number: usize, used: u64) -> Plan {
    let mut plan = search.clone();
    plan.seed = seed(search.seed, number);
    plan.load.length = Length::Duration(milliseconds(step.length_s));
    match (vary, &mut plan.load.model) {
        (Vary::Rate, Model::Open { shape, .. }) => *shape = Shape::Rate(rate(step.load)),
        (Vary::Sessions, _) => plan.load.sessions = sessions(step.load),
        (Vary::Rate, Model::Closed) => {}
    }
    let ceilings = &mut plan.target.ceilings;
    ceilings.max_recipients = ceilings
        .max_recipients
        .map(|most| most.saturating_sub(used));
    plan
}

/// The recipients of the schedule of a step.
pub(super) fn recipients(plan: &Plan) -> u64 {
    let messages = known_messages(&plan.load).unwrap_or_default();
    messages.saturating_mul(plan.message.recipients.get().into())
}

/// The recipients of all attempts of a run.
pub(super) fn sent(run: &Finished, plan: &Plan) -> u64 {
    let each = plan.message.recipients.get();
    run.record.attempts.started.saturating_mul(each.into())
}

/// The messages per second of a step.
pub(super) fn messages_per_s(plan: &Plan) -> f64 {
    plan.peak_per_s().unwrap_or_default()
}

/// In whole numbers that JSON readers keep.
fn seed(search: u64, number: usize) -> u64 {
    nth(search, number as u64) >> 12
}

fn milliseconds(seconds: f64) -> Duration {
    Duration::from_millis((seconds * 1e3).ceil() as u64)
}

fn rate(per_second: f64) -> Rate {
    let rate = format!("{per_second}/s").parse();
    rate.expect("a load has few digits and is within the bounds of a rate")
}

fn sessions(load: f64) -> NonZeroU32 {
    NonZeroU32::new(load as u32).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::search::Purpose;
    use crate::scenario::testing::plan as parse;

    const STEP: Step = Step {
        load: 19.4,
        length_s: 7.5,
        cool_down_s: 1.0,
        purpose: Purpose::Explore,
    };

    #[test]
    fn a_step_has_its_load_its_seed_and_what_is_left_of_the_ceiling() {
        let whole = parse(&["target.max_recipients=1000", "load.warm_up=0s"]);
        let first = plan(&whole, Vary::Rate, &STEP, 1, 300);
        assert_eq!(first.peak_per_s(), Some(19.4));
        assert_eq!(first.target.ceilings.max_recipients, Some(700));
        assert_eq!(recipients(&first), 146);
        let second = plan(&whole, Vary::Rate, &STEP, 2, 300);
        assert_ne!(first.seed, second.seed);
        assert_eq!(first.seed, plan(&whole, Vary::Rate, &STEP, 1, 0).seed);
        let few = Step { load: 3.0, ..STEP };
        let few = plan(&whole, Vary::Sessions, &few, 1, 0);
        assert_eq!((few.load.sessions.get(), few.peak_per_s()), (3, Some(50.0)));
    }

    #[test]
    fn every_load_of_a_search_is_a_rate() {
        for load in [0.005, 0.0141, 1.0, 116.666_666, 141_000.0, 1e7] {
            assert!((rate(load).hertz() / load - 1.0).abs() < 1e-9, "{load}");
        }
    }
}
