//! Many searches on servers with a known limit, of which some steps fail by chance:
//! how many find it. The chances come from seeds, so that the counts are exact.

use super::servers::{Account, HELD, SLOW, Sessions};
use super::{RATES, answer};
use crate::analysis::search::{Answer, Axis, Ending, Limit, Question, Vary};
use crate::random::{nth, uniform};

/// The share of steps that fail although the load would hold.
const BY_CHANCE: f64 = 0.05;

/// Numbers in [0, 1), one after the other.
fn chances(seed: u64) -> impl FnMut() -> f64 {
    let mut index = 0;
    move || {
        index += 1;
        uniform(nth(seed, index))
    }
}

/// Whether both ends are there, and the lower one is within 5 % of the truth.
fn is_within(answer: &Answer, truth: f64) -> bool {
    let held = answer.held.map_or(0.0, |held| held.load);
    answer.failed.is_some() && (held / truth - 1.0).abs() <= 0.05
}

/// Between the two, evenly in proportion.
fn between(low: f64, high: f64, chance: f64) -> f64 {
    low * (high / low).powf(chance)
}

#[test]
fn with_steps_that_fail_by_chance_the_limit_is_found_within_five_percent() {
    let (mut found, mut steps) = (0, 0);
    for seed in 0..1_000 {
        let mut chance = chances(seed);
        let truth = between(5.0, 2_000.0, chance());
        let (answer, made) = answer(RATES, |step| match step.load <= truth {
            true if chance() >= BY_CHANCE => HELD,
            _ => SLOW,
        });
        steps += made.len();
        if answer.ending == Ending::Found && is_within(&answer, truth) {
            assert_eq!(answer.limit, Some(Limit::Server));
            found += 1;
        }
    }
    assert!(found >= 950, "{found} of 1000 searches");
    assert!(steps < 20_000, "{steps} steps in 1000 searches");
}

#[test]
fn a_quota_is_found_and_named() {
    let (mut found, mut near) = (0, 0);
    for seed in 0..200 {
        let mut chance = chances(seed);
        let quota = between(10.0, 100.0, chance());
        let mut account = Account::new(quota, quota * between(0.1, 2.0, chance()));
        let (answer, steps) = answer(RATES, |step| match account.run(step, 0.99) {
            result if chance() >= BY_CHANCE || result.throttled => result,
            _ => SLOW,
        });
        if answer.ending == Ending::Found && is_within(&answer, quota) {
            assert_eq!(answer.limit, Some(Limit::Quota), "{answer:?}");
            found += 1;
        }
        let read = answer.throttling.unwrap();
        if (read.quota / quota - 1.0).abs() <= 0.02 {
            near += 1;
        }
        assert!(steps.len() < 30, "{steps:?}");
    }
    assert!(found >= 190, "{found} of 200 searches");
    assert!(near >= 195, "{near} of 200 readings");
}

#[test]
fn sessions_times_service_time_is_found_and_named() {
    let mut found = 0;
    for seed in 0..1_000 {
        let mut chance = chances(seed);
        let server = Sessions {
            sessions: between(1.0, 50.0, chance()).round(),
            service_s: between(0.01, 0.2, chance()),
        };
        let (answer, _) = answer(RATES, |step| match server.run(step.load, step) {
            result if chance() >= BY_CHANCE => result,
            _ => SLOW,
        });
        if answer.ending == Ending::Found && is_within(&answer, server.capacity()) {
            found += 1;
        }
    }
    assert!(found >= 950, "{found} of 1000 searches");
}

#[test]
fn the_fewest_sessions_are_found() {
    let mut found = 0;
    for seed in 0..1_000 {
        let mut chance = chances(seed);
        let (rate, service_s) = (50.0, between(0.02, 1.5, chance()));
        let needed = (rate * service_s).ceil();
        let question = Question {
            axis: Axis {
                vary: Vary::Sessions,
                easiest: 500.0,
                hardest: 1.0,
                precision: 0.05,
            },
            start: 10.0,
            messages_per_s: rate,
            ..RATES
        };
        let (answer, _) = answer(question, |step| {
            let server = Sessions {
                sessions: step.load,
                service_s,
            };
            match server.run(rate, step) {
                result if chance() >= BY_CHANCE => result,
                _ => SLOW,
            }
        });
        let held = answer.held.map_or(0.0, |held| held.load);
        // 1 % of the messages may start late.
        let is_near = held + 1.0 >= needed && held <= (needed * 1.05).max(needed + 1.0);
        if answer.ending == Ending::Found && is_near || needed == 1.0 && held == 1.0 {
            found += 1;
        }
    }
    assert!(found >= 950, "{found} of 1000 searches");
}
