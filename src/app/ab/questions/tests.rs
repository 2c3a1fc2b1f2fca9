//! Which pairs and how many values a figure takes.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::app::ab::{Arm, Options, Place};
use crate::app::results::ResultOptions;
use crate::output::progress::Mode;
use crate::run::{FindingRecord, read};
use crate::scenario::Source;
use crate::scenario::testing::plan;

fn figure(name: &str) -> Figure {
    Figure::from_name(name).unwrap()
}

fn request(metrics: &[&str]) -> Request {
    let arm = |value: &str| Arm {
        value: value.to_owned(),
        plan: plan(&["load.connect=on_demand"]),
    };
    let only = Condition {
        name: None,
        factor: "name".to_owned(),
        arms: vec![arm("a"), arm("b")],
        is_question: true,
    };
    Request {
        conditions: vec![only],
        source: Source::BuiltIn,
        question: Asked {
            metrics: metrics.iter().map(|name| figure(name)).collect(),
            at_least: None,
            pairs: 20,
        },
        options: Options {
            place: Place::New(None),
            cool_down: Duration::ZERO,
            progress: Mode::None,
            no_report: true,
            result: ResultOptions::default(),
        },
        secret: None,
    }
}

/// Pairs of runs with so many values of each metric. In the first `distorted` pairs the
/// generator distorts a figure of the second run.
fn pairs(number: usize, values: u64, distorted: (usize, &str)) -> Vec<Pair<Kept>> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
    let stored = read(&golden).unwrap();
    let run = |is_distorted| {
        let mut finished = stored.clone();
        finished
            .summary
            .iter_mut()
            .for_each(|line| line.count = values);
        finished.record.health = match is_distorted {
            true => vec![FindingRecord {
                code: "late".to_owned(),
                distorted: vec![distorted.1.to_owned()],
                ..FindingRecord::default()
            }],
            false => Vec::new(),
        };
        Kept {
            number: 1,
            finished,
        }
    };
    let pair = |at| Pair {
        runs: vec![run(false), run(at < distorted.0)],
        doubts: Vec::new(),
    };
    (0..number).map(pair).collect()
}

/// The questions about those pairs: figure, pairs that it is compared in, and why not.
fn asked(metrics: &[&str], pairs: &[Pair<Kept>]) -> Vec<(String, usize, Option<Undecided>)> {
    let request = request(metrics);
    let pairs: Vec<_> = pairs.iter().collect();
    let questions = questions(&request, &request.conditions[0], &pairs, 1).into_iter();
    questions
        .map(|question| {
            assert_eq!(question.base.len(), question.new.len());
            (question.figure, question.base.len(), question.undecided)
        })
        .collect()
}

/// The question is decided by all pairs: what would leave one out dropped it before.
#[test]
fn the_guard_is_compared_without_the_pairs_in_which_it_measures_the_generator() {
    let few = asked(&[], &pairs(10, 1_000, (2, "response.p99")));
    assert_eq!(few[0], ("response.p50".to_owned(), 10, None));
    assert_eq!(few[1], ("response.p99".to_owned(), 8, None));
    let many = asked(&[], &pairs(10, 1_000, (3, "response.p99")));
    assert_eq!(many[0].2, None);
    let too_many = Undecided::TooManyDropped { dropped: 3, of: 10 };
    assert_eq!(many[1].2, Some(too_many));
    let other = asked(&[], &pairs(10, 1_000, (10, "response.p50")));
    assert_eq!((other[0].1, other[1].1), (10, 10));
}

#[test]
fn a_tail_takes_ten_values_beyond_it() {
    let metrics = [
        "response.p90",
        "response.p99.9",
        "tls.p95",
        "session_setup.max",
    ];
    for (values, undecided) in [
        (
            99,
            &[
                "response.p99",
                "session_setup.p50",
                "response.p90",
                "response.p99.9",
                "tls.p95",
                "session_setup.max",
            ][..],
        ),
        (199, &["response.p99", "response.p99.9", "tls.p95"]),
        (9_999, &["response.p99.9"]),
        (10_000, &[]),
    ] {
        let all = asked(&metrics, &pairs(1, values, (0, "")));
        let open = all.iter().filter(|(_, _, undecided)| undecided.is_some());
        let names: Vec<_> = open.map(|(figure, ..)| figure.as_str()).collect();
        assert_eq!(names, undecided, "{values}");
    }
}

#[test]
fn a_doubt_about_the_guard_or_a_described_figure_drops_nothing() {
    let request = request(&["cpu.per_message"]);
    let condition = &request.conditions[0];
    let names = |figures: Vec<Figure>| {
        let names = figures.iter().map(ToString::to_string);
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names(essential(&request.question, condition)),
        "response.p50 cpu.per_message outcome.accepted"
    );
    assert_eq!(
        names(decided(&request.question, condition)),
        "response.p50 response.p99 cpu.per_message outcome.accepted"
    );
}
