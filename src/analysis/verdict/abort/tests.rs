//! When a run ends because of a threshold.

use super::*;
use crate::analysis::verdict::synthetic::Synthetic;
use crate::random::{nth, uniform};

fn aborting(text: &str, delay_s: u64) -> Threshold {
    let threshold: Threshold = text.parse().unwrap();
    threshold
        .aborting_after(Duration::from_secs(delay_s))
        .unwrap()
}

fn tail_of(text: &str, run: &Synthetic) -> (u64, u64) {
    let tail = tail(&text.parse().unwrap(), run).unwrap();
    (tail.beyond, tail.of)
}

/// Responses of 1 to 100 ms, two messages without one, and eight under way.
fn run() -> Synthetic {
    Synthetic {
        censored: 2,
        outcomes: [(Outcome::Accepted, 100), (Outcome::Lost, 2)].into(),
        under_way: 8,
        ..Synthetic::default()
    }
    .with(Span::Response, (1..=100).map(|n| n * 1_000))
    .with(Span::SessionSetup, (1..=10).map(|n| n * 1_000))
}

#[test]
fn the_wrong_side_has_everything_that_does_not_meet_the_limit() {
    for (text, beyond, of) in [
        ("response.p99 < 100ms", 3, 110),
        ("response.p99 <= 100ms", 2, 110),
        ("response.p50 < 1ms", 102, 110),
        ("response.p50 > 1ms", 1, 110),
        ("response.p50 >= 1ms", 0, 110),
        ("response.max < 90ms", 13, 110),
        ("session_setup.p90 < 9ms", 4, 12),
        ("auth.p90 < 9ms", 2, 2),
        ("outcome.accepted >= 99%", 2, 110),
        ("outcome.lost <= 1%", 2, 110),
        ("outcome.timeout <= 1%", 0, 110),
    ] {
        assert_eq!(tail_of(text, &run()), (beyond, of), "{text}");
    }
}

/// A run of so many seconds with 100 messages each, of which `is_slow` are; the second
/// at which it ends.
fn ended(text: &str, delay_s: u64, seconds: u64, is_slow: impl Fn(u64) -> bool) -> Option<u64> {
    let warm_up = Duration::from_secs(2);
    let mut rules = AbortOnFail::new(&[aborting(text, delay_s)], warm_up);
    (1..=seconds).find(|second| {
        let all = second.saturating_sub(2) * 100;
        let slow = (0..all).filter(|index| is_slow(*index)).count();
        let run = Synthetic {
            outcomes: [(Outcome::Accepted, all)].into(),
            ..Synthetic::default()
        };
        let fast = all as usize - slow;
        let times = std::iter::repeat_n(10_000, fast).chain(std::iter::repeat_n(500_000, slow));
        let run = run.with(Span::Response, times);
        rules.check(Duration::from_secs(*second), &run).is_some()
    })
}

#[test]
fn a_run_that_is_sure_to_miss_ends_and_not_before_its_delay() {
    let limit = "response.p99 < 250ms";
    // The first second of the window is the worst; the next one decides.
    assert_eq!(ended(limit, 0, 30, |_| true), Some(4));
    assert_eq!(ended(limit, 10, 30, |_| true), Some(12));
    assert_eq!(ended(limit, 0, 30, |_| false), None);
    assert_eq!(ended("response.max < 250ms", 0, 30, |n| n == 950), Some(12));
}

/// A pause of half a second: the rest of the run can make it good.
#[test]
fn one_bad_second_does_not_end_a_run() {
    let limit = "response.p99 < 250ms";
    let pause = |n: u64| (510..560).contains(&n);
    assert_eq!(ended(limit, 0, 60, pause), None);
    let two = |n: u64| pause(n) || (810..860).contains(&n);
    assert_eq!(ended(limit, 0, 60, two), Some(11));
}

/// Its 99th percentile is below the limit by nothing: each value is beyond the limit
/// with a probability of 1 %.
#[test]
fn a_run_at_its_limit_is_ended_in_one_of_a_hundred_at_most() {
    let (limit, runs) = ("response.p99 < 250ms", 60);
    let at = |share: f64| {
        let ended = (0..runs).filter(|run| {
            let seed = nth(5, *run);
            ended(limit, 0, 25, |n| uniform(nth(seed, n)) < share).is_some()
        });
        ended.count()
    };
    assert_eq!(at(0.01), 0);
    assert!(at(0.05) >= 59);
}

#[test]
fn what_only_the_end_decides_is_refused_with_the_reason() {
    for (text, why) in [
        (
            "rate.achieved >= 99%",
            "rate.achieved cannot end a run: messages that are late can still be started until the schedule ends",
        ),
        (
            "goodput[2s..] >= 9/s",
            "goodput[2s..] cannot end a run: what was not accepted yet can be until the schedule ends",
        ),
        (
            "cpu.per_message < 1ms",
            "cpu.per_message cannot end a run: processor time is read when the schedule ends",
        ),
        (
            "tls.count > 5",
            "tls.count cannot end a run: a count is known at the end; use a quantile or a share",
        ),
        (
            "response.mean < 1s",
            "response.mean cannot end a run: the rest of the run can change a mean by any amount; use a quantile",
        ),
        (
            "response.max > 1s",
            "response.max cannot end a run: one more message can be longer than all before; use a quantile",
        ),
    ] {
        let threshold: Threshold = text.parse().unwrap();
        let refused = threshold.aborting_after(Duration::ZERO).unwrap_err();
        assert_eq!(refused.to_string(), why);
    }
}

#[test]
fn a_window_is_asked_from_its_own_start_on() {
    let text = "response.p99[5s..9s] < 250ms";
    let period = text.parse::<Threshold>().unwrap().period().unwrap();
    // 100 slow messages in each second of the window.
    let after = |second: u64| {
        let all = (second - 5) * 100;
        let part = Synthetic {
            outcomes: [(Outcome::Accepted, all)].into(),
            ..Synthetic::default()
        };
        let part = part.with(Span::Response, std::iter::repeat_n(500_000, all as usize));
        Synthetic {
            periods: vec![(period, part)],
            ..Synthetic::default()
        }
    };
    for (delay_s, expected) in [(0, Some(7)), (3, Some(8))] {
        let mut rules = AbortOnFail::new(&[aborting(text, delay_s)], Duration::from_secs(1));
        let missed =
            (5..=9).find_map(|second| rules.check(Duration::from_secs(second), &after(second)));
        let expected = expected.map(Duration::from_secs);
        assert_eq!(missed.map(|missed| missed.at), expected, "{delay_s}");
    }
}
