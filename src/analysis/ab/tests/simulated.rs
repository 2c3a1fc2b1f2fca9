//! The whole procedure on simulated series: order, looks, dropped pairs and decisions,
//! on a machine that drifts as a measured one does.
//!
//! Every count here is exact, because all random numbers follow from seeds.

use std::f64::consts::TAU;

use super::*;
use crate::analysis::comparison::{Better, Decision, Procedure, Question, Role, decisions};
use crate::random::{above_zero, nth, uniform};
use crate::vocabulary::FigureValue;

/// Number of series of each simulation.
const SERIES: u64 = 300;

/// The p50 and p99 of a run, in microseconds.
type Run = [f64; 2];

/// A machine: what is measured of each run of a series without any difference between
/// the arms, in the order in which they run.
trait Machine {
    fn run(&self, series: u64, at: usize) -> Run;
}

/// The spread of a quiet machine: of p50 1.5 %, of which most is a drift in which
/// neighbours are alike by 0.6, of p99 6.5 %. And a trend of 4 % over the series.
struct Drifting {
    p50: f64,
    p99: f64,
}

impl Machine for Drifting {
    fn run(&self, series: u64, at: usize) -> Run {
        let mut drift = normal(series, 0);
        for step in 1..=at as u64 {
            drift = 0.6 * drift + 0.8 * normal(series, step);
        }
        let trend = 0.04 * at as f64 / 42.0;
        let tail = normal(series, 1_000 + at as u64);
        let p50 = trend + self.p50 * drift;
        [5_600.0 * p50.exp(), 6_900.0 * (p50 + self.p99 * tail).exp()]
    }
}

/// The 42 runs of a series in the order in which they ran, of 3 s at 100/s on two busy
/// cores, without any difference between them: p50 has a spread of 2.3 % and is alike in
/// neighbours by 0.64, p99 has 21 % and 0.48.
#[rustfmt::skip]
const MEASURED: [Run; 42] = [
    [6177.0, 7590.0], [6189.0, 9421.0], [6169.0, 9396.0], [6164.0, 12665.0],
    [5992.0, 11592.0], [6058.0, 10895.0], [5960.0, 10674.0], [5988.0, 9544.0],
    [5804.0, 9609.0], [6070.0, 8659.0], [6177.0, 6967.0], [6124.0, 6525.0],
    [6124.0, 7295.0], [6144.0, 7438.0], [6070.0, 8684.0], [6296.0, 13468.0],
    [6312.0, 11796.0], [6140.0, 10199.0], [6201.0, 8970.0], [6103.0, 9396.0],
    [5992.0, 8675.0], [6046.0, 9921.0], [6189.0, 9118.0], [6136.0, 8135.0],
    [5865.0, 7639.0], [6025.0, 8339.0], [6177.0, 8634.0], [6136.0, 11928.0],
    [6152.0, 15712.0], [6058.0, 10142.0], [6033.0, 7623.0], [6210.0, 6631.0],
    [5956.0, 8757.0], [5874.0, 6603.0], [5882.0, 6894.0], [5865.0, 7786.0],
    [5738.0, 11182.0], [5792.0, 9748.0], [5788.0, 8774.0], [5915.0, 11674.0],
    [5956.0, 6660.0], [6025.0, 7913.0],
];

/// That series from another start and in either direction, so that its drift is kept.
struct Resampled;

impl Machine for Resampled {
    fn run(&self, series: u64, at: usize) -> Run {
        let start = (nth(0x7374_6172, series) % 42) as usize;
        let at = match series.is_multiple_of(2) {
            true => start + at,
            false => start + 84 - at,
        };
        MEASURED[at % 42]
    }
}

/// A standard normal number (Box and Muller, 1958).
fn normal(series: u64, at: u64) -> f64 {
    let bits = |part| nth(nth(0x6162, series), 2 * at + part);
    (-2.0 * above_zero(bits(0)).ln()).sqrt() * (TAU * uniform(bits(1))).cos()
}

/// How many series ended with each decision about p50, how many called p99 worse, and
/// how many stopped at the first look.
#[derive(Debug, Default, PartialEq)]
struct Ends {
    regressed: u32,
    improved: u32,
    unchanged: u32,
    unclear: u32,
    tail_regressed: u32,
    early: u32,
}

/// Series of two arms, of which the second is slower by these factors, with the usual
/// floors.
fn simulate(machine: &dyn Machine, slower: Run) -> Ends {
    simulate_with(machine, slower, [0.02, 0.20])
}

fn simulate_with(machine: &dyn Machine, slower: Run, floors: [f64; 2]) -> Ends {
    let mut ends = Ends::default();
    for seed in 0..SERIES {
        let mut series = Series::new(2, 20, seed);
        let is_decided = |pairs: &[&Pair<Run>], look: Look| {
            !matches!(
                decide(pairs, look, floors)[0],
                Decision::Unclear | Decision::Described
            )
        };
        let look = loop {
            match series.next(is_decided) {
                Next::Stop(Stop::Decided(look) | Stop::Complete(look)) => break look,
                Next::Stop(Stop::Dropped(_)) => unreachable!("no run is in doubt"),
                Next::Run(turn) => {
                    let [p50, p99] = machine.run(seed, series.runs());
                    let run = match turn.arm {
                        0 => [p50, p99],
                        _ => [p50 * slower[0], p99 * slower[1]],
                    };
                    series.on_run(turn.arm, Observed { run, doubt: None });
                }
            }
        };
        let decided = decide(&series.usable(), look, floors);
        match decided[0] {
            Decision::Regressed => ends.regressed += 1,
            Decision::Improved => ends.improved += 1,
            Decision::Unchanged => ends.unchanged += 1,
            Decision::Unclear | Decision::Described => ends.unclear += 1,
        }
        if decided[1] == Decision::Regressed {
            ends.tail_regressed += 1;
        }
        if look.pairs == 10 {
            ends.early += 1;
        }
    }
    ends
}

/// The decisions about p50 and p99.
fn decide(pairs: &[&Pair<Run>], look: Look, floors: [f64; 2]) -> Vec<Decision> {
    let question = |at: usize, role| {
        let values = |arm: usize| {
            let values = pairs
                .iter()
                .map(|pair| FigureValue::Value(pair.runs[arm][at]));
            values.collect()
        };
        Question {
            figure: ["response.p50", "response.p99"][at].to_owned(),
            better: Better::Lower,
            role,
            floor: floors[at],
            base: values(0),
            new: values(1),
            undecided: None,
        }
    };
    let questions = [question(0, Role::Primary), question(1, Role::Guard)];
    let procedure = Procedure {
        is_paired: true,
        alpha: look.alpha,
        unchanged_confidence: look.confidence(),
    };
    decisions(&questions, &procedure)
}

const QUIET: Drifting = Drifting {
    p50: 0.015,
    p99: 0.065,
};

#[test]
fn equal_arms_are_called_different_less_often_than_the_level() {
    let quiet = simulate(&QUIET, [1.0, 1.0]);
    let measured = simulate(&Resampled, [1.0, 1.0]);
    for ends in [&quiet, &measured] {
        let alarms = ends.regressed + ends.improved + ends.tail_regressed;
        assert!(alarms <= 15, "5 % of 300: {ends:?}");
    }
    assert!(quiet.unchanged >= 285, "{quiet:?}");
    assert!(measured.unchanged >= 200, "{measured:?}");
}

/// The two looks and both questions share the level, also where every difference, however
/// small, counts: 5 % of 300 series are 15, and 21 are two standard deviations more.
#[test]
fn without_floors_the_level_of_the_tests_holds() {
    for machine in [&QUIET as &dyn Machine, &Resampled] {
        let ends = simulate_with(machine, [1.0, 1.0], [1e-9, 1e-9]);
        let alarms = ends.regressed + ends.improved + ends.tail_regressed;
        assert!((1..=21).contains(&alarms), "{ends:?}");
    }
}

#[test]
fn a_change_of_five_percent_is_found_and_mostly_at_the_first_look() {
    let quiet = simulate(&QUIET, [1.05, 1.05]);
    let measured = simulate(&Resampled, [1.05, 1.05]);
    assert!(
        quiet.regressed >= 297 && measured.regressed >= 297,
        "{quiet:?} {measured:?}"
    );
    assert!(
        quiet.early >= 285 && measured.early >= 240,
        "{quiet:?} {measured:?}"
    );
}

/// The guard counts although the middle is unchanged.
#[test]
fn a_tail_that_is_half_as_long_again_is_found() {
    let ends = simulate(&QUIET, [1.0, 1.5]);
    assert!(ends.tail_regressed >= 297, "{ends:?}");
    assert_eq!(ends.regressed + ends.improved, 0, "{ends:?}");
}
