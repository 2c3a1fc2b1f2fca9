//! The estimators against R and SciPy (`tests/data/statistics.json`), and what must
//! hold for all groups.

use serde_json::Value;

use super::*;

fn reference() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/statistics.json")).unwrap()
}

fn cases(name: &str) -> Vec<Value> {
    let cases = reference()[name].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

fn numbers(value: &Value) -> Vec<f64> {
    let all = value.as_array().unwrap().iter();
    all.map(|each| each.as_f64().unwrap()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn assert_near(found: f64, expected: f64, what: &Value) {
    assert!(
        (found - expected).abs() < 1e-9,
        "{found} {expected}: {what}"
    );
}

fn unpaired(case: &Value) -> Groups {
    let on_scale = |values| match case["scale"] == "log" {
        true => numbers(values).iter().map(|value| value.ln()).collect(),
        false => numbers(values),
    };
    Groups::Unpaired {
        base: on_scale(&case["base"]),
        new: on_scale(&case["new"]),
    }
}

fn assert_interval(groups: &Groups, expected: &Value, case: &Value) {
    let interval = groups.interval(number(&case["confidence"]));
    let ends = numbers(expected);
    assert_near(interval.low, ends[0], case);
    assert_near(interval.high, ends[1], case);
    assert!(interval.is_attained);
}

#[test]
fn the_rank_sum_its_shift_and_its_interval_are_those_of_r() {
    for case in cases("unpaired") {
        let groups = unpaired(&case);
        assert_near(groups.tails().two_sided(), number(&case["p"]), &case);
        assert_near(groups.shift(), number(&case["shift"]), &case);
        assert_interval(&groups, &case["interval"], &case);
        if case["scale"] == "log" {
            let percent = groups.shift().exp_m1() * 100.0;
            assert_near(percent, number(&case["shift_percent"]), &case);
        }
    }
}

/// Full enumerations: a share of the choices, to the last choice.
#[test]
fn ties_are_counted_with_midranks() {
    let of_ranks = |case: &Value| case["statistic"].as_str().unwrap().starts_with("rank sum");
    let mut found = 0;
    for case in cases("unpaired_permutation")
        .iter()
        .filter(|case| of_ranks(case))
    {
        let count = unpaired(case).tails().two_sided() * number(&case["of"]);
        assert_near(count, number(&case["count"]), case);
        found += 1;
    }
    let signed = |case: &Value| {
        case["statistic"]
            .as_str()
            .unwrap()
            .starts_with("signed ranks")
    };
    for case in cases("paired_sign_flip").iter().filter(|case| signed(case)) {
        let groups = Groups::Paired(numbers(&case["differences"]));
        let count = groups.tails().two_sided() * number(&case["of"]);
        assert_near(count, number(&case["count"]), case);
        found += 1;
    }
    assert_eq!(found, 3);
}

#[test]
fn signed_ranks_their_shift_and_their_interval_are_those_of_r() {
    for case in cases("paired") {
        let groups = Groups::Paired(numbers(&case["differences"]));
        assert_near(groups.tails().two_sided(), number(&case["p"]), &case);
        assert_near(groups.shift(), number(&case["pseudomedian"]), &case);
        assert_interval(&groups, &case["interval"], &case);
    }
    let case = &reference()["walsh"];
    let averages = groups::walsh(&numbers(&case["differences"]));
    let mut averages = averages.clone();
    averages.sort_by(f64::total_cmp);
    for (found, expected) in averages.iter().zip(numbers(&case["averages"])) {
        assert_near(*found, expected, case);
    }
    let median = Groups::Paired(numbers(&case["differences"])).shift();
    assert_near(median, number(&case["median"]), case);
}

#[test]
fn holm_adjusts_as_r_does() {
    for case in cases("holm") {
        for (found, expected) in holm(&numbers(&case["p"]))
            .iter()
            .zip(numbers(&case["adjusted"]))
        {
            assert_near(*found, expected, &case);
        }
    }
}

#[test]
fn the_least_p_is_known_for_every_number_of_runs() {
    for case in cases("least_p") {
        let runs = number(&case["n"]) as usize;
        let groups = Groups::Unpaired {
            base: vec![0.0; runs],
            new: vec![1.0; runs],
        };
        let expected = number(&case["least_p_rank_sum"]);
        assert_near(groups.least_p(), expected, &case);
        assert_near(
            Groups::Paired(vec![1.0; runs]).least_p(),
            number(&case["least_p_sign_flip"]),
            &case,
        );
    }
}

#[test]
fn the_limits_are_the_quantiles_of_r() {
    let critical = &reference()["critical"];
    for (key, alpha, from, paired) in [
        ("qwilcox(.025,n,n) n=3..12", 0.05, 3, false),
        ("qwilcox(.05,n,n) n=3..12", 0.1, 3, false),
        ("qsignrank(.025,n) n=5..20", 0.05, 5, true),
        ("qsignrank(.05,n) n=5..20", 0.1, 5, true),
    ] {
        for (at, expected) in numbers(&critical[key]).iter().enumerate() {
            let runs = from + at;
            let design = match paired {
                true => power::Design::Paired(runs),
                false => power::Design::Unpaired(runs, runs),
            };
            assert_eq!(design.rejected(alpha) as f64, *expected, "{key}: {runs}");
        }
    }
}

#[test]
fn what_is_all_equal_has_no_shift() {
    for groups in [
        Groups::Unpaired {
            base: vec![2.0; 6],
            new: vec![2.0; 5],
        },
        Groups::Paired(vec![0.0; 8]),
    ] {
        assert_eq!(groups.tails().two_sided(), 1.0);
        assert_eq!(groups.shift(), 0.0);
        let interval = groups.interval(0.9);
        assert_eq!((interval.low, interval.high), (0.0, 0.0));
        assert_eq!(groups.spread(), Some(0.0));
        assert_eq!(groups.smallest_visible(0.05), Some(0.0));
    }
}

#[test]
fn too_few_runs_for_a_confidence_are_known() {
    let runs = |number: usize| Groups::Unpaired {
        base: (0..number).map(|at| at as f64).collect(),
        new: (0..number).map(|at| at as f64 + 0.5).collect(),
    };
    let attained = |number, confidence| runs(number).interval(confidence).is_attained;
    assert!(!attained(1, 0.9) && !attained(2, 0.9));
    // The least p of 3 and 3 is 0.1, and of 4 and 4 it is 0.029.
    assert!(attained(3, 0.9) && !attained(3, 0.95));
    assert!(attained(4, 0.95));
    assert_eq!(runs(1).spread(), None);
}

#[test]
fn larger_groups_are_exact_too() {
    let base: Vec<f64> = (0..30).map(|at| f64::from(at * 7 % 30)).collect();
    let new: Vec<f64> = (0..30).map(|at| f64::from(at) + 8.25).collect();
    let groups = Groups::Unpaired { base, new };
    // Counted with whole numbers from the Gaussian binomial coefficient of 60 and 30:
    // 669 of the 900 differences are positive.
    let p = groups.tails().two_sided();
    assert!((p / 0.000_974_760_175_759_753_3 - 1.0).abs() < 1e-9, "{p}");
    assert_eq!(groups.shift(), 8.25);
}

/// With Holm over 1, 2, 3, 4 and 6 questions.
#[test]
fn the_runs_that_a_decision_takes_are_known() {
    let unpaired = Groups::Unpaired {
        base: vec![0.0],
        new: vec![0.0],
    };
    let paired = Groups::Paired(vec![0.0]);
    let least = |groups: &Groups| [1.0, 2.0, 3.0, 4.0, 6.0].map(|of| groups.least_runs(0.05 / of));
    assert_eq!(least(&unpaired), [4, 5, 5, 5, 5]);
    assert_eq!(least(&paired), [6, 7, 7, 8, 8]);
}
