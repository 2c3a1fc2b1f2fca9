//! The state machine of a series, driven by hand.

mod simulated;

use super::*;

fn observed(doubt: Option<&str>) -> Observed<usize> {
    Observed {
        run: 0,
        doubt: doubt.map(str::to_owned),
    }
}

/// Runs a series to its end; returns the turns and the reason. `doubt` decides by pair
/// and arm.
fn carry_out(
    mut series: Series<usize>,
    doubt: impl Fn(usize, usize) -> bool,
    is_decided: impl Fn(usize, Look) -> bool,
) -> (Vec<Turn>, Stop) {
    let mut turns = Vec::new();
    loop {
        match series.next(|pairs, look| is_decided(pairs.len(), look)) {
            Next::Stop(stop) => return (turns, stop),
            Next::Run(turn) => {
                let why = doubt(turn.pair, turn.arm).then_some("late");
                series.on_run(turn.arm, observed(why));
                turns.push(turn);
            }
        }
    }
}

fn sizes(stop: Stop) -> (&'static str, usize) {
    match stop {
        Stop::Decided(look) => ("decided", look.pairs),
        Stop::Complete(look) => ("complete", look.pairs),
        Stop::Dropped(look) => ("dropped", look.pairs),
    }
}

#[test]
fn a_series_stops_at_the_look_that_decides() {
    let series = || Series::new(2, 20, 1);
    for (at, ended, runs) in [
        (10, ("decided", 10), 22),
        (20, ("decided", 20), 42),
        (99, ("complete", 20), 42),
    ] {
        let (turns, stop) = carry_out(series(), |_, _| false, |pairs, _| pairs == at);
        assert_eq!((sizes(stop), turns.len()), (ended, runs));
    }
    let (turns, stop) = carry_out(Series::new(3, 4, 1), |_, _| false, |_, _| false);
    assert_eq!((sizes(stop), turns.len()), (("complete", 4), 15));
}

#[test]
fn the_runs_of_a_pair_share_a_seed_that_no_other_pair_has() {
    let (turns, _) = carry_out(Series::new(3, 20, 9), |_, _| false, |_, _| false);
    for pair in turns.chunks(3) {
        assert!(pair.iter().all(|turn| turn.seed == pair[0].seed));
        assert!(pair.iter().all(|turn| turn.pair == pair[0].pair));
        assert!(pair[0].seed < 1 << 53);
    }
    let seeds: std::collections::BTreeSet<u64> = turns.iter().map(|turn| turn.seed).collect();
    assert_eq!(seeds.len(), 21);
}

#[test]
fn a_doubt_drops_the_whole_pair_and_the_first_pair_never_counts() {
    let mut series = Series::new(2, 20, 1);
    for pair in 0..3 {
        let doubt = (pair == 1).then_some("late");
        series.on_run(1, observed(doubt));
        series.on_run(0, observed(None));
    }
    assert_eq!((series.counted().len(), series.usable().len()), (2, 1));
    let why = "late".to_owned();
    assert_eq!(series.counted()[0].doubts, [Doubt { arm: 1, why }]);
    let doubted = |pair, _| pair == 0 || pair == 7;
    carry_out(Series::new(2, 20, 1), doubted, |pairs, look| {
        assert_eq!(pairs, look.pairs - 1, "all but the seventh");
        false
    });
}

/// What is left would be a selection, such as of the quiet moments of one arm.
#[test]
fn over_a_quarter_of_the_pairs_dropped_decides_nothing() {
    let series = || Series::new(2, 20, 1);
    let first = |number: usize| move |pair, arm| arm == 1 && (1..=number).contains(&pair);
    // Of ten, two are not over a quarter.
    let (_, stop) = carry_out(series(), first(2), |_, _| true);
    assert_eq!(sizes(stop), ("decided", 10));
    // Three of ten are, but not of twenty.
    let (_, stop) = carry_out(series(), first(3), |_, _| true);
    assert_eq!(sizes(stop), ("decided", 20));
    // Six of twenty are, and no pair after them changes that.
    let (turns, stop) = carry_out(series(), first(6), |_, _| true);
    assert_eq!((sizes(stop), turns.len()), (("dropped", 10), 14));
    let late = |pair, arm| arm == 0 && (10..16).contains(&pair);
    let (turns, stop) = carry_out(series(), late, |_, _| false);
    assert_eq!((sizes(stop), turns.len()), (("dropped", 20), 32));
}

/// The order and the seeds stay what they were, and the pair that was interrupted runs
/// again as a whole.
#[test]
fn a_series_is_continued_by_reporting_its_runs_again() {
    let all = carry_out(Series::new(2, 20, 5), |_, _| false, |_, _| false).0;
    for interrupted_after in 0..all.len() {
        let mut series = Series::new(2, 20, 5);
        for turn in &all[..interrupted_after] {
            series.on_run(turn.arm, observed(None));
        }
        series.forget_incomplete();
        let whole = interrupted_after / 2 * 2;
        assert_eq!(series.runs(), whole);
        let (rest, _) = carry_out(series, |_, _| false, |_, _| false);
        assert_eq!(rest, all[whole..]);
    }
}

#[test]
fn the_runs_left_are_those_to_the_next_look_and_to_the_last() {
    let mut series = Series::new(2, 20, 1);
    assert_eq!(series.runs_left(), (22, 42));
    for _ in 0..11 {
        series.on_run(0, observed(None));
        series.on_run(1, observed(None));
    }
    assert_eq!(series.look().pairs, 10);
    assert_eq!(series.runs_left(), (20, 20));
    series.on_run(0, observed(None));
    series.on_run(1, observed(None));
    assert_eq!((series.runs_left(), series.look().pairs), ((18, 18), 20));
}
