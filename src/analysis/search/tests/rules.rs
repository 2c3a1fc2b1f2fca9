//! The rules of the search, one by one.

use super::servers::{Account, HELD, SLOW};
use super::{RATES, answer};
use crate::analysis::search::{
    Axis, Doubt, Ending, Limit, NotMonotone, Purpose, Question, Step, StepOutcome, StepResult, Vary,
};

fn loads(steps: &[Step]) -> Vec<f64> {
    steps.iter().map(|step| step.load).collect()
}

/// A server that holds up to that rate.
fn holds_to(limit: f64) -> impl FnMut(&Step) -> StepResult {
    move |step| match step.load <= limit {
        true => HELD,
        false => SLOW,
    }
}

#[test]
fn a_search_brackets_the_limit_and_tests_both_ends_twice() {
    let (answer, steps) = answer(RATES, holds_to(75.0));
    assert_eq!(
        loads(&steps),
        [50.0, 100.0, 100.0, 70.7, 84.1, 84.1, 77.1, 77.1, 73.8, 73.8]
    );
    assert_eq!(steps[2].purpose, Purpose::Repeat);
    assert_eq!(steps.last().unwrap().purpose, Purpose::Confirm);
    let (held, failed) = (answer.held.unwrap(), answer.failed.unwrap());
    assert_eq!((held.load, held.tally.held), (73.8, 2));
    assert_eq!((failed.load, failed.tally.failed), (77.1, 2));
    assert_eq!(
        (answer.ending, answer.limit),
        (Ending::Found, Some(Limit::Server))
    );
}

#[test]
fn a_step_that_fails_once_by_chance_does_not_end_the_search_too_low() {
    let mut failed = false;
    let (answer, steps) = answer(RATES, |step| {
        if step.load == 70.7 && !failed {
            failed = true;
            return SLOW;
        }
        holds_to(75.0)(step)
    });
    assert_eq!(steps.iter().filter(|step| step.load == 70.7).count(), 3);
    assert_eq!(answer.held.unwrap().load, 73.8);
}

#[test]
fn the_ceiling_holds_only_when_it_was_tested_twice() {
    let capped = Question {
        axis: Axis {
            hardest: 130.0,
            ..RATES.axis
        },
        ..RATES
    };
    let (answer, steps) = answer(capped, |_| HELD);
    assert_eq!(loads(&steps), [50.0, 100.0, 130.0, 130.0]);
    assert_eq!(
        (answer.ending, answer.limit),
        (Ending::CeilingHeld, Some(Limit::Ceiling))
    );
    assert_eq!(answer.failed, None);
}

#[test]
fn when_even_the_easiest_load_fails_none_holds() {
    let (answer, steps) = answer(RATES, |_| SLOW);
    assert_eq!(steps.last().unwrap().load, 0.5);
    assert_eq!((answer.ending, answer.held), (Ending::NoneHolds, None));
    assert_eq!(answer.failed.unwrap().load, 0.5);
}

#[test]
fn a_throttled_step_leads_to_the_quota_and_is_confirmed_for_a_hundred_bursts() {
    let mut account = Account::new(20.0, 20.0);
    let (answer, steps) = answer(RATES, |step| account.run(step, 0.99));
    // The first step reads the quota, and its repetition does.
    assert_eq!(loads(&steps), [50.0, 50.0, 19.4, 20.6]);
    let [_, repeated, below, above] = steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(
        (below.purpose, above.purpose),
        (Purpose::Quota, Purpose::Quota)
    );
    for step in [below, above] {
        assert!((100.0..=125.0).contains(&step.length_s), "{step:?}");
    }
    for step in [repeated, below, above] {
        assert!(step.cool_down_s >= 1.0, "{step:?}");
    }
    assert_eq!(
        (answer.ending, answer.limit),
        (Ending::Found, Some(Limit::Quota))
    );
    let read = answer.throttling.unwrap();
    assert!((read.quota / 20.0 - 1.0).abs() < 0.01, "{read:?}");
    assert!((read.burst / 20.0 - 1.0).abs() < 0.1, "{read:?}");
}

/// The account refuses by rate, and the thresholds allow for it.
#[test]
fn thresholds_that_allow_for_refusals_hold_above_the_quota() {
    let mut account = Account::new(20.0, 2.0);
    let (answer, _) = answer(RATES, |step| account.run(step, 0.8));
    let held = answer.held.unwrap().load;
    assert!((23.75..=26.0).contains(&held), "{answer:?}");
    assert_eq!(answer.limit, Some(Limit::Quota));
}

#[test]
fn a_starved_generator_is_its_own_limit_and_the_answer_is_what_held() {
    let (answer, _) = answer(RATES, |step| match step.load <= 75.0 {
        true => HELD,
        false => StepResult {
            outcome: StepOutcome::Inconclusive(Doubt::Generator),
            ..HELD
        },
    });
    assert_eq!(answer.ending, Ending::GeneratorLimit);
    assert_eq!(answer.limit, Some(Limit::Generator));
    assert_eq!(answer.held.unwrap().load, 73.8);
    assert_eq!(answer.failed.unwrap().load, 77.1);
}

#[test]
fn one_starved_step_is_repeated_and_does_not_limit_the_search() {
    let mut starved = 0;
    let (answer, _) = answer(RATES, |step| {
        starved += 1;
        if starved == 2 {
            let outcome = StepOutcome::Inconclusive(Doubt::Generator);
            return StepResult { outcome, ..HELD };
        }
        holds_to(75.0)(step)
    });
    assert_eq!(
        (answer.ending, answer.held.unwrap().load),
        (Ending::Found, 73.8)
    );
}

#[test]
fn a_step_with_too_few_messages_is_repeated_for_longer_and_then_given_up() {
    let (answer, steps) = answer(RATES, |_| StepResult {
        outcome: StepOutcome::Inconclusive(Doubt::FewSamples),
        ..HELD
    });
    let lengths: Vec<_> = steps.iter().map(|step| step.length_s).collect();
    assert_eq!(lengths, [5.0, 10.0, 20.0]);
    assert_eq!(answer.ending, Ending::FewSamples);
}

/// The server holds more, and then less: the answer is below what failed twice, and
/// both loads are named.
#[test]
fn a_load_that_held_above_one_that_failed_twice_is_reported() {
    let mut steps = 0;
    let (answer, _) = answer(RATES, |step| {
        steps += 1;
        let limit = if steps <= 9 { 75.0 } else { 40.0 };
        holds_to(limit)(step)
    });
    assert_eq!(answer.ending, Ending::Found);
    let found = answer.held.unwrap().load;
    assert!((38.0..=40.0).contains(&found), "{answer:?}");
    let NotMonotone { held, failed } = answer.not_monotone.unwrap();
    assert!(held > failed, "{answer:?}");
}

#[test]
fn the_fewest_sessions_are_found_one_by_one() {
    let question = Question {
        axis: Axis {
            vary: Vary::Sessions,
            easiest: 140.0,
            hardest: 1.0,
            precision: 0.05,
        },
        start: 10.0,
        messages_per_s: 14.0,
        ..RATES
    };
    let (answer, steps) = answer(question, |step| match step.load >= 7.0 {
        true => HELD,
        false => StepResult {
            waited: true,
            outcome: StepOutcome::Failed,
            ..HELD
        },
    });
    assert_eq!(loads(&steps), [10.0, 5.0, 5.0, 7.0, 6.0, 6.0, 7.0]);
    assert!(steps.iter().all(|step| step.length_s == 8.0));
    let (held, failed) = (answer.held.unwrap(), answer.failed.unwrap());
    assert_eq!((held.load, failed.load), (7.0, 6.0));
    assert_eq!(answer.limit, Some(Limit::Sessions));
}
